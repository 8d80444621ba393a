"""What a trap is: a way in which a file that reads well says something else than its source did."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from muster.phases.data_import.profiles.record_profile import RecordProfile
from muster.phases.data_import.profiles.shared_ids import SharedIds
from muster.phases.data_import.tables.words import fold
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile, Table


@dataclass(frozen=True, slots=True)
class Seen:
    """A table that was read to its end: what it is, what its columns hold, and what its records tell."""

    table: Table
    columns: Sequence[ColumnProfile]
    records: RecordProfile

    @property
    def height(self) -> int:
        """How many records there are."""
        return self.columns[0].records if self.columns else 0


@dataclass(frozen=True, slots=True)
class Trap:
    """`detect` yields what to warn of. `warns` are CSV files that must make it do so, `silent` such that must not."""

    detect: Callable[[Seen], Iterator[Issue]]
    warns: tuple[str, ...]
    silent: tuple[str, ...] = ()


def numbers_in(column: ColumnProfile) -> int:
    """How many values are numbers without a unit."""
    return column.shapes.get("integer", 0) + column.shapes.get("decimal", 0)


def days_in(column: ColumnProfile) -> int:
    """How many values are days or moments."""
    return column.shapes.get("date", 0) + column.shapes.get("datetime", 0)


def valued(column: ColumnProfile) -> int:
    """How many cells hold a value and no word for nothing."""
    return column.filled - sum(column.null_words.values())


def example(column: ColumnProfile, pattern: str) -> str | None:
    """A value of the column that the pattern is found in, from what the profile kept."""
    ends = [end for both in column.extremes.values() for end in both]
    return next((value.strip() for value in (*column.samples, *ends) if re.search(pattern, value)), None)


def at_least(found: SharedIds) -> str:
    """What stands before their number where not all ids were followed."""
    return "" if found.all_kept else "At least "


def names_an_id(column: ColumnProfile) -> bool:
    """True where the header says that values name things and measure nothing."""
    return bool(_ID.search(fold(re.sub(r"(?<=[a-z])(?=[A-Z])|[_.-]", " ", column.source))))


_ID = late(
    r"\b(id|ids|code|codes|number|no|nr|nummer|num|numero|key|tag|serial|sn|seriennummer|kostenstelle|cost center|"
    r"cost centre|costcenter|centro|zip|plz|postal|postcode|postleitzahl|sku|part|artikel|article|asset|inventar\w*|"
    r"personalnummer|matricule|ci|barcode|account|konto|ean|imei|phone|telefon|extension)\b|\bid\b|nummer$|number$"
)
