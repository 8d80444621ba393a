"""Which comes first, day or month, and which is the decimal mark: told by the column, else by others of its table."""

import pytest

from muster.phases.field_mapping.mapping import entries
from muster.vocabulary.table import ColumnProfile, Suggestion


def column(position: int, *samples: str, **traits: int) -> ColumnProfile:
    return ColumnProfile(position, f"d{position}", len(samples), len(samples), samples, traits=traits)


def orders(*columns: ColumnProfile) -> list[bool | None]:
    targets = ("install_date", "purchase_date", "warranty_end_date")
    said = [
        Suggestion(one.position, one.source, target, 1.0, "auto", "")
        for one, target in zip(columns, targets, strict=False)
    ]
    return [entry.day_first for entry in entries(said, columns, 0.5, auto_only=False)]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([column(1, "03/04/2024", "25/12/2024")], [True]),
        ([column(1, "03/04/2024", "12/25/2024")], [False]),
        ([column(1, "03/04/2024", "04/05/2024")], [None]),
        ([column(1, "03/04/2024", day_first=3)], [True]),
        ([column(1, "03/04/2024", day_first=3, month_first=1)], [None]),
        ([column(1, "03/04/2024"), column(2, "25/12/2024")], [True, True]),
        ([column(1, "03/04/2024"), column(2, "12/25/2024")], [False, False]),
        ([column(1, "03/04/2024"), column(2, "12/25/2024"), column(3, "25/12/2024")], [None, False, True]),
    ],
)
def test_the_order_of_day_and_month(columns: list[ColumnProfile], expected: list[bool | None]) -> None:
    assert orders(*columns) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([column(1, "16.384 MB", "8.192 MB")], [False]),
        ([column(1, "16.384 MB", "8.192 MB"), column(2, "12,5", "80,25")], [True, True]),
        ([column(1, "16.384 MB"), column(2, "12.5"), column(3, "80,25")], [False, False, True]),
    ],
)
def test_the_decimal_mark(columns: list[ColumnProfile], expected: list[bool]) -> None:
    targets = ("memory_mb", "storage_total_gb", "annual_cost")
    said = [
        Suggestion(one.position, one.source, target, 1.0, "auto", "")
        for one, target in zip(columns, targets, strict=False)
    ]
    assert [entry.decimal_comma for entry in entries(said, columns, 0.5, auto_only=False)] == expected
