"""Columns that say how busy something is: a share in percent under the name of what is busy, CPU or memory."""

from collections.abc import Sequence

from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.terms import readings_of
from muster.phases.field_mapping.units import numbers
from muster.vocabulary.table import ColumnProfile

WHOLE = 100.0
FEWEST = 3  # numbers; fewer say nothing of how they are spread
BROKEN = 0.2  # the share of numbers that are not whole
UTILISATION = {"cpu": "cpu_utilization_pct", "memory": "memory_utilization_pct"}
_NAMES = frozenset({"total", "size", "use", "used", "usage", "average", "number"})  # what may stand beside them


def is_measured(columns: Sequence[ColumnProfile]) -> bool:
    """True for a table that has a CPU column of broken numbers up to 100: no machine has 92.5 of them."""
    return any(busy_thing(column.source) == "cpu" and _is_broken_share(column.samples) for column in columns)


def busy_thing(phrase: str) -> str:
    """cpu or memory where a phrase names nothing else, else ''."""
    for reading in readings_of(canonical(phrase)):
        said = reading.terms - _NAMES
        if len(said) == 1 and said <= UTILISATION.keys() and not reading.unknown:
            return next(iter(said))
    return ""


def _is_broken_share(samples: Sequence[str]) -> bool:
    values = numbers(samples)
    broken = sum(value != int(value) for value in values)
    return len(values) >= FEWEST and max(values) <= WHOLE and min(values) >= 0.0 and broken >= BROKEN * len(values)
