"""What the help of a group says: every command in it, each with what it does."""

import re

import pytest

from muster.cli.commands import COMMANDS, GROUPS
from muster.cli.main import build


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_a_group_says_what_each_of_its_commands_does(
    group: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    asked = [*group.split(), "--help"]
    build(asked)(asked, result_action="return_value")
    told = capsys.readouterr().out
    inside = [name for name in (*COMMANDS, *GROUPS) if name.rpartition(" ")[0] == group]
    assert inside
    for name in inside:
        word = name.rpartition(" ")[2]
        assert re.search(rf"^│ {word} +[A-Z]\S* \S+", told, re.MULTILINE), f"{name} says nothing:\n{told}"


def test_a_command_says_all_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    build(["debt", "kev", "--help"])(["debt", "kev", "--help"], result_action="return_value")
    assert "FILE" in capsys.readouterr().out
