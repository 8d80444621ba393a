"""Operating systems as real inventories write them: how many are read to a release, and that none is read wrongly."""

from collections import Counter
from pathlib import Path

import pytest

from muster.phases.tech_debt_assessment.lifecycle import product

# One name a line: name, version, then the product and every release it may be. A product alone: the text tells no
# release of which dates are kept; `-`: it names no product. Names as vSphere, Windows, `uname` and people
# write them; what each stands for follows the makers' own naming.
NAMES = Path(__file__).with_name("operating_system_names.txt")
# The rest names no release (`Other 3.x Linux`), or a product of which no dates are kept. 0.83 when this was written.
LEAST_TOLD = 0.81


def _entries() -> list[tuple[str, str, str, frozenset[str]]]:
    lines = [line.split("\t") for line in NAMES.read_text("utf-8").splitlines()]
    return [(name, version, told.split()[0], frozenset(told.split()[1:])) for name, version, told in lines]


def _judged(name: str, version: str, wanted: str, releases: frozenset[str]) -> str:
    """exact, range (honest: it holds every release it may be, and says what would settle it), none, or wrong."""
    found = product(name, version)
    read = frozenset(cycle.name.replace(" ", "_") for cycle in found.cycles)
    if not read:
        return "none" if found.product in (None, wanted) else "wrong"
    if found.product != wanted or not releases or not releases <= read:
        return "wrong"
    if len(read) == 1:
        return "exact"
    return "range" if found.settle else "wrong"


@pytest.mark.parametrize(("name", "version", "wanted", "releases"), _entries())
def test_no_name_is_read_wrongly(name: str, version: str, wanted: str, releases: frozenset[str]) -> None:
    judged = _judged(name, version, wanted, releases)
    assert judged != "wrong"
    assert judged != "none" or not releases


def test_most_names_are_told_to_a_release() -> None:
    entries = _entries()
    counted = Counter(_judged(*entry) for entry in entries)
    assert len(entries) >= 111
    assert counted["wrong"] == 0
    assert counted["exact"] + counted["range"] >= LEAST_TOLD * len(entries)
