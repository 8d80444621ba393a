"""Of claims of one rank the value that says the same and more holds, whatever order the files come in."""

from datetime import date
from itertools import permutations

import pytest
from inventory_builder import File, frames, take

from muster.phases.asset_inventory.explain import LESS_FULL, explain

NEWER = date(2026, 5, 1)
FULL, BARE, MORE = "Red Hat Enterprise Linux 8.6", "Red Hat Enterprise Linux 8", {"owner": "Ann", "model": "R740"}


def told(files: list[File], attribute: str) -> tuple[object, list[tuple[object, bool, str]]]:
    """What survives in every order of the files, and what is said of each claim."""
    survivors = {take(list(order)).assets[attribute].to_list()[0] for order in permutations(files)}
    found = explain(*frames(files), attribute)
    assert survivors == {found.value}
    return found.value, [(claim.value, claim.won, claim.reason) for claim in found.claims]


def server(name: str, row: dict[str, object], **of_file: object) -> File:
    return File(name, [{"name": "web1", **row}], **of_file)  # type: ignore[arg-type]


def test_more_of_the_same_release_holds_and_the_why_says_so() -> None:
    files = [server("a", {"os_name": BARE}), server("b", {"os_name": FULL})]
    claims = [(FULL, True, "the strongest claim"), (BARE, False, LESS_FULL)]
    assert told(files, "os_name") == (FULL, claims)


def test_a_more_complete_record_does_not_hide_what_another_says_in_full() -> None:
    files = [server("a", {"os_name": BARE, **MORE}), server("b", {"os_name": FULL})]
    assert told(files, "os_name") == (FULL, [(FULL, True, "the strongest claim"), (BARE, False, LESS_FULL)])


@pytest.mark.parametrize("of_file", [{"precedence": 90}, {"as_of": date(2025, 1, 1)}, {"record_kind": "software"}])
def test_a_weaker_source_an_older_file_and_a_part_fill_nothing_in(of_file: dict[str, object]) -> None:
    files = [server("a", {"os_name": BARE}, as_of=NEWER), server("b", {"os_name": FULL}, **{"as_of": NEWER, **of_file})]
    value, claims = told(files, "os_name")
    assert (value, [won for _, won, _ in claims]) == (BARE, [True, False])


@pytest.mark.parametrize(
    ("attribute", "values", "holds"),
    [
        ("os_version", ("8", "8.6", "8.6.1"), "8.6.1"),
        ("os_version", ("8", "8.6", "8.4"), "8"),
        ("os_version", ("8", "80"), "8"),
        ("os_name", ("Windows Server 2012", "Windows Server 2012 R2"), "Windows Server 2012"),
        ("os_name", ("Windows Server 2016", "Windows Server 2016 Standard"), "Windows Server 2016 Standard"),
        ("os_name", ("CentOS 7", "CentOS 7 or later"), "CentOS 7"),
        ("model", ("ProLiant DL380", "ProLiant DL380 Gen10"), "ProLiant DL380 Gen10"),
        ("owner", ("Ann", "Ann Lee"), "Ann"),
        ("environment", ("test", "test 2"), "test"),
    ],
)
def test_what_goes_on_where_another_ends_says_more(attribute: str, values: tuple[str, ...], holds: str) -> None:
    assert told([server(value, {attribute: value}) for value in values], attribute)[0] == holds
