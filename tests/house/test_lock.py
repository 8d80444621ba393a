"""The lock holds what pyproject.toml asks for; checked without the network."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
PINNED = {name: version for name, version in re.findall(r"(?m)^([a-z0-9._-]+)==([^\s;]+)", LOCK)}
ASKED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["dependency-groups"]["dev"],
    *(asked for extra in PROJECT["project"]["optional-dependencies"].values() for asked in extra),
    *PROJECT["build-system"]["requires"],
]


def name_of(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


@pytest.mark.parametrize("asked", ASKED)
def test_the_lock_has_a_version_that_fits(asked: str) -> None:
    requirement = Requirement(asked)
    assert name_of(requirement.name) in PINNED, "run make lock"
    assert requirement.specifier.contains(PINNED[name_of(requirement.name)]), "run make lock"


def test_the_lock_holds_nothing_that_is_no_longer_asked_for() -> None:
    direct = {name for name, why in entries() if "muster (pyproject.toml" in why}
    wanted = {name_of(Requirement(asked).name) for asked in ASKED}
    assert direct - wanted == set(), "run make lock"


def test_every_entry_is_hashed() -> None:
    assert [name for name, rest in entries() if "--hash=sha256:" not in rest] == []


def entries() -> list[tuple[str, str]]:
    parts = re.split(r"(?m)^(?=[a-z0-9._-]+==)", LOCK)
    return [(part.split("==")[0], part) for part in parts if "==" in part]
