"""Which comes first, day or month, and which is the decimal mark: told by the column, else by others of its table."""

import re

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


RECENT = tuple(
    f"{year}-05-{day:02}" for year, day in zip((22, 23, 24, 22, 23, 24, 22, 23), range(3, 31, 3), strict=False)
)
BACKWARDS = tuple("-".join(reversed(day.split("-"))) for day in RECENT)


@pytest.mark.parametrize(
    ("samples", "year", "day"),
    [
        (("24-05-03", "99-12-31"), True, None),
        (("24-05-03", "00-01-02"), True, None),
        (("24-05-03", "2024-05-04"), True, None),
        (("24-05-03", "24-05-99"), False, True),
        (("24-05-03", "05-24-03"), False, None),
        (("05-03-24", "05-24-03"), False, False),
        (("3/5/24", "17/05/23"), False, True),
        (("03/05/24", "17/05/2023"), False, True),
        (("24-05-03", "23-11-12"), None, None),
        (("99-05-03", "24-05-00"), None, None),
        (RECENT, True, None),
        (BACKWARDS, False, True),
        (RECENT[:7], None, None),
        (("24.05.03", "23.11.12"), None, True),
        (("2024-05-03",), None, None),
    ],
)
def test_where_a_year_of_two_digits_stands(samples: tuple[str, ...], year: bool | None, day: bool | None) -> None:
    said = [Suggestion(1, "d1", "install_date", 1.0, "auto", "")]
    numbers = [[int(number) for number in re.split("[-/.]", one)] for one in samples]
    traits = {
        "day_first": sum(12 < one < 32 for one, _, _ in numbers),
        "month_first": sum(two > 12 for _, two, _ in numbers),
    }
    (entry,) = entries(said, [column(1, *samples, **traits)], 0.5, auto_only=False)
    assert (entry.year_first, entry.day_first) == (year, day)


def test_the_order_of_another_column_is_not_told_by_days_that_may_be_years() -> None:
    assert orders(column(1, "24-05-03", day_first=1), column(2, "03/04/2024")) == [None, None]
