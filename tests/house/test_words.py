"""Rules over words rather than code: errors, the catalogue of attributes, SQL, and what no tracked file may say."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.vocabulary.errors import ErrorClass, MusterError

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "muster"
LABELLED = ROOT / "tests" / "labelled" / "files"  # other people's files, unchanged

# Written in pieces, so that this file does not say them either.
REGISTRIES = (
    "py" + r"pi\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.(org|com)",
    "extra-" + "index-url",
)
MACHINE_PATHS = (r"(?<![\w.-])/" + "work/", r"(?<![\w.-])/" + "root/[.a-z]", r"(?<![\w.-])/" + "opt/" + "(pypi|wheels)")
FORBIDDEN = re.compile("|".join((*REGISTRIES, *MACHINE_PATHS)))


def kinds(parent: type[MusterError] = MusterError) -> Iterator[type[MusterError]]:
    """Every error of the product, the first included."""
    yield parent
    for child in parent.__subclasses__():
        if child.__module__.startswith("muster."):
            yield from kinds(child)


def tracked() -> list[Path]:
    """The files that git knows or would add; outside a checkout, none."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def sources(*endings: str) -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*") if path.suffix in endings)


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_a_message_and_a_hint_of_its_own(kind: type[MusterError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert "code" in vars(kind), "its own code, not its parent's"
    assert (vars(kind).get("__doc__") or "").strip().endswith("."), "the docstring is the message"
    assert kind.hint.endswith((".", ")"))
    assert "!" not in f"{kind.__doc__}{kind.hint}"
    assert kind.error_class in ErrorClass
    assert kind().details()["error_code"] == kind.code


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in kinds()]
    assert sorted(codes) == sorted(set(codes))


def test_errors_are_defined_in_the_vocabulary() -> None:
    assert {kind.__module__ for kind in kinds()} == {"muster.vocabulary.errors"}


def test_no_attribute_of_an_asset_is_called_type() -> None:
    catalogue = json.loads((SOURCE / "vocabulary" / "attributes.json").read_text())
    names = list(catalogue) if isinstance(catalogue, dict) else [entry["name"] for entry in catalogue]
    assert "type" not in names


NEVER = {
    r"discovery_flows\.flow_id": "join on the primary key",
    r"\b(active|completed)_flows\b": "the state of flows is in the database alone",
    r"(?im)^\s*type\s+text\b|\bassets?\.type\b": "asset_type",
}


@pytest.mark.parametrize("words", NEVER)
def test_the_source_never_says(words: str) -> None:
    assert [path for path in sources(".sql", ".py") if re.search(words, path.read_text())] == [], NEVER[words]


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    own = [path for path in tracked() if LABELLED not in path.parents]
    texts = {path.relative_to(ROOT): path.read_bytes().decode("utf-8", "replace") for path in own}
    found = {path.as_posix(): match[0] for path, text in texts.items() if (match := FORBIDDEN.search(text))}
    assert found == {}
