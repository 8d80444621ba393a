"""What each setting says of itself: the text below it in the class, which is read here and at no start."""

import ast
import inspect
from itertools import pairwise

from muster.settings import Settings


def docstrings() -> dict[str, str]:
    """Name of each setting -> the docstring below it; a setting without one is left out."""
    (found,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(found, ast.ClassDef)
    return {
        setting.target.id: inspect.cleandoc(text.value.value)
        for setting, text in pairwise(found.body)
        if isinstance(setting, ast.AnnAssign) and isinstance(setting.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
