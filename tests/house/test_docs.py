"""What the documentation says is true: its commands exist, its links lead somewhere, and its runnable blocks run.

A block that opens with three backticks and `sh run` is run as it stands, in an empty folder beside the examples and
with a data directory of its own; one with `sh` alone is only read: each command in it must exist.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
from cyclopts import App, CycloptsError

from muster.cli.main import app
from muster.flow.states import Status
from muster.settings import Settings
from muster.vocabulary.errors import ErrorClass
from muster.vocabulary.kinds import AssetType, RecordRole
from muster.vocabulary.phases import PhaseName
from settings_docstrings import docstrings

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```sh( run)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#|mailto:)([^)#\s]+)")
VARIABLE = re.compile(r"\.\.\.|\b[A-Z][A-Z_]+\b|[\[\]|<>$]")


@dataclass(frozen=True)
class Block:
    """One shell block of a page."""

    page: str
    runnable: bool
    text: str


def blocks() -> list[Block]:
    found = ((page, block) for page in PAGES for block in BLOCK.findall(page.read_text()))
    return [Block(page.relative_to(ROOT).as_posix(), bool(marked), text) for page, (marked, text) in found]


def commands() -> list[str]:
    """Every call of muster in a shell block, as its words: joined over line ends, cut at pipes and comments."""
    said = []
    for block in blocks():
        for line in block.text.replace("\\\n", " ").splitlines():
            words = re.sub(
                r"^(\w+=\S+ )*(\$ )?", "", line.split(" #")[0].split(" | ")[0].split(" && ")[0].split(" > ")[0]
            )
            if found := re.match(r"(?:python3 run\.py|muster) (?!test\b)(.*)", words):
                said.append(found[1].strip())
    return sorted(set(said))


def group_of(words: list[str]) -> App:
    """The command these words lead to; KeyError names the word that does not exist."""
    here = app
    for word in words:
        below = [name for name in here if not name.startswith("-")]
        if not below:
            break
        if word.startswith("-"):
            break
        here = here[word]
    return here


@pytest.mark.parametrize(
    "words", [AssetType, RecordRole, PhaseName, Status, ErrorClass], ids=lambda words: words.__name__
)
def test_the_glossary_has_every_word_of_the_program(words: type[StrEnum]) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    assert [word.value for word in words if f"`{word.value}`" not in glossary] == []


def test_the_documentation_is_there() -> None:
    assert {"README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"} <= {page.name for page in PAGES}


def settings_table() -> str:
    """The rows of the README's table: every variable, its default where it is one value, and its docstring."""
    rows, said = [], docstrings()
    for field in msgspec.structs.fields(Settings):
        fixed = field.default is not msgspec.NODEFAULT and field.default is not None
        default = f"`{field.default}`" if fixed else ""
        rows.append(f"| `MUSTER_{field.name.upper()}` | {default} | {said.get(field.name)} |")
    return "\n".join(rows)


def test_the_readme_lists_every_setting_as_its_docstring_says_it() -> None:
    assert settings_table() in (ROOT / "README.md").read_text(), f"the table must be:\n{settings_table()}"


@pytest.mark.parametrize("command", commands())
def test_a_documented_command_exists(command: str) -> None:
    words = shlex.split(command)
    group_of(words)
    if VARIABLE.search(command):
        return
    try:
        app.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        pytest.fail(f"muster {command}: {error}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(page: Path) -> None:
    assert [to for to in LINK.findall(page.read_text()) if not (page.parent / to).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_decision_says_what_checks_it(page: Path) -> None:
    if page.parent.name == "decisions":
        assert re.search(r"(?m)^Checked by:? \S", page.read_text())


@pytest.mark.integration
@pytest.mark.parametrize("block", [block for block in blocks() if block.runnable], ids=lambda block: block.page)
def test_readme_commands_run(block: Block, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    muster = f'muster() {{ {shlex.quote(sys.executable)} -m muster.cli "$@"; }}\n'
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", muster + block.text.replace("python3 run.py ", "muster ")],
        cwd=tmp_path,
        env={**kept, "MUSTER_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
