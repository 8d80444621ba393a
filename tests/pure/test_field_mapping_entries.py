"""The approved mapping: what is accepted, how its columns are read, and its fingerprint."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.phases.field_mapping.mapping import entries, mapping_sha256
from muster.vocabulary.table import ColumnProfile, MappingEntry, Suggestion


def suggestion(position: int, target: str | None, score: float = 0.96, accept: str = "auto") -> Suggestion:
    return Suggestion(
        position, f"column {position}", target, score, accept, "because.", "GB" if target == "memory_mb" else None
    )


def column(position: int, *samples: str) -> ColumnProfile:
    return ColumnProfile(position, f"column {position}", 10, len(samples), samples)


def read_as(target: str, *samples: str) -> MappingEntry:
    return entries([suggestion(1, target)], [column(1, *samples)], 0.5, auto_only=False)[0]


OFFERED = (suggestion(1, "name"), suggestion(2, None), suggestion(3, "os_name", 0.7, "ask"), suggestion(4, "memory_mb"))
COLUMNS = tuple(column(position) for position in range(1, 5))


@pytest.mark.parametrize(
    ("minimum", "auto_only", "accepted"),
    [
        (0.5, False, [(1, "name", None), (3, "os_name", None), (4, "memory_mb", "GB")]),
        (0.9, False, [(1, "name", None), (4, "memory_mb", "GB")]),
        (0.5, True, [(1, "name", None), (4, "memory_mb", "GB")]),
        (0.99, True, []),
    ],
)
def test_only_what_was_accepted_becomes_an_entry(minimum: float, auto_only: bool, accepted: list[object]) -> None:
    found = entries(OFFERED, COLUMNS, minimum, auto_only)
    assert [(entry.position, entry.target, entry.unit) for entry in found] == accepted


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (("31/12/2020", "01/02/2021"), True),
        (("12/31/2020", "01/02/2021"), False),
        (("01/02/2021", "03/04/2021"), None),
        (("2021-03-31",), None),
        (("31.12.20",), True),
        (("13/01/2020", "14/01/2020", "01/15/2020"), True),
        (("13/01/2020", "01/15/2020"), None),
        (("1/27/2025 8:41:31 AM",), False),
        ((), None),
    ],
)
def test_the_column_votes_whether_the_day_comes_first(samples: Sequence[str], expected: bool | None) -> None:
    assert read_as("purchase_date", *samples).day_first is expected


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (("12,5", "3,75"), True),
        (("1.234,50",), True),
        (("0,125",), True),
        (("1,234", "5,678"), False),  # thousands as likely as not: the plain reading stays
        (("1,234.50",), False),
        (("12.5", "3.75"), False),
        (("16", "32"), False),
        (("1.250,00 EUR", "99,90 EUR"), True),
    ],
)
def test_the_column_tells_whether_the_comma_is_the_decimal_mark(samples: Sequence[str], expected: bool) -> None:
    assert read_as("purchase_cost", *samples).decimal_comma is expected


def test_day_order_is_for_dates_and_decimal_marks_are_for_numbers_only() -> None:
    assert (read_as("name", "31/12/2020").day_first, read_as("name", "12,5").decimal_comma) == (None, False)


ENTRY = MappingEntry(1, "Memory", "memory_mb", 0.96, "MiB")
OTHER = MappingEntry(2, "Namé", "name", 0.9)


def test_a_fingerprint_is_the_same_in_every_release() -> None:
    assert mapping_sha256("flow", 1, [ENTRY]) == "680bcc8cbe24d2c92798a3245f8d2bfde9414d309c9ec52224b761c52d364179"


def test_the_order_of_entries_does_not_change_the_fingerprint() -> None:
    assert mapping_sha256("flow", 1, [ENTRY, OTHER]) == mapping_sha256("flow", 1, [OTHER, ENTRY])


@given(
    st.sampled_from(
        [
            {"position": 3},
            {"source": "RAM"},
            {"target": "storage_total_gb"},
            {"unit": "GiB"},
            {"unit": None},
            {"day_first": True},
            {"decimal_comma": True},
            {"score": 0.5},
        ]
    )
)
def test_every_part_of_a_mapping_is_in_its_fingerprint(change: dict[str, object]) -> None:
    changed = replace(ENTRY, **change)  # type: ignore[arg-type]
    assert mapping_sha256("flow", 1, [changed]) != mapping_sha256("flow", 1, [ENTRY])
    assert len({mapping_sha256(flow, version, [ENTRY]) for flow in ("a", "b") for version in (1, 2)}) == 4
