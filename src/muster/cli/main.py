"""muster: the command line. Commands are imported when they are called, so that help answers at once."""

import ast
import gc
import sys
from collections.abc import Sequence
from importlib import resources

from cyclopts import App

import muster
from muster.cli.commands import COMMANDS, GROUPS, TARGETS


def build(asked: Sequence[str] = ()) -> App:
    """The commands. Where `asked` (the words of a call) names a group, its commands say what they do."""
    app = App(
        name="muster",
        help="Discovery for cloud migration: a client's inventory files become one trusted, explained inventory.",
        version=muster.__version__,
    )
    groups = {"": app}
    for name, about in GROUPS.items():
        above, _, word = name.rpartition(" ")
        groups[name] = App(name=word, help=about)
        groups[above].command(groups[name])
    shown = _group_of(asked)
    for name, place in COMMANDS.items():
        group, _, word = name.rpartition(" ")
        # A command that is called for its own help tells all of its docstring.
        groups[group].command(f"muster.cli.{place}", name=word, help=_first_sentence(place) if group == shown else None)
    return app


def _group_of(asked: Sequence[str]) -> str | None:
    """The group whose help a call shows: it names one and no command of it. None: it names a command."""
    words: list[str] = []
    for word in asked:
        if " ".join([*words, word]) not in GROUPS:
            break
        words.append(word)
    rest = asked[len(words) :]
    return None if rest and not rest[0].startswith("-") else " ".join(words)


def _first_sentence(place: str) -> str:
    """What a command does, read from its source: importing all of a group takes more than a second."""
    module, _, function = place.partition(":")
    target = TARGETS / f"{function.removeprefix('to_')}.py"
    if module == "export_target":
        told = ast.get_docstring(ast.parse(target.read_text(encoding="utf-8")))
    else:
        source = ast.parse(resources.files("muster.cli").joinpath(f"{module}.py").read_text(encoding="utf-8"))
        functions = (node for node in source.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        told = next(ast.get_docstring(node) for node in functions if node.name == function)
    return " ".join((told or "").split("\n\n")[0].split())


app = build()


def main() -> None:
    """The entry point: exits 0 ok, 1 finding or refused, 2 usage, 3 failed and retryable."""
    gc.set_threshold(100_000, 20, 20)
    gc.disable()  # imports make many objects that stay, and looking for rubbish takes a tenth of a start: see command
    asked = sys.argv[1:]
    called = app if _group_of(asked) is None else build(asked)
    result = called(asked, result_action="return_value")
    sys.exit(result if isinstance(result, int) else 0)
