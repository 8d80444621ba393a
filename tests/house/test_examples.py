"""The example estate is what its script makes."""

import importlib.util
import io
import zipfile
from pathlib import Path
from types import ModuleType

EXAMPLES = Path(__file__).parents[2] / "examples"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_estate", EXAMPLES / "make_estate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parts(content: bytes) -> dict[str, bytes]:
    """A file as its members: how a workbook is packed is the business of the library that packs it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_example_estate_is_what_its_script_makes() -> None:
    made = script().files()
    kept = {path.name: path.read_bytes() for path in (EXAMPLES / "estate").iterdir()}
    assert {name: parts(content) for name, content in made.items()} == {
        name: parts(content) for name, content in kept.items()
    }
