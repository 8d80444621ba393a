"""Codes of one length of which some have become shorter: a spreadsheet took them for numbers and dropped the zeros."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, names_an_id, valued
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import ColumnProfile

LEAST_DIGITS = 4
ENOUGH = 10  # values: below, two lengths are nothing strange
HIGHEST_PORT = 65_535  # most ports of clients have five digits, and none of them lost a zero
DENSE = 20  # numbers that fill more than a twentieth of their range were counted up


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        if _mixed(column) or _shortened(column):
            yield Issue(
                "lost_leading_zeros",
                f"Most codes have {column.longest} digits and some have fewer, as if leading zeros were lost.",
                "Export the column as text, or say how many digits the codes have.",
                column=column.source,
                value=_shorter(column),
            )


def _all_digits(column: ColumnProfile) -> bool:
    return (
        0 < valued(column) == column.shapes.get("integer", 0)
        and set(column.traits) <= {"leading_zero"}
        and column.longest >= LEAST_DIGITS
        and column.shortest < column.longest
    )


def _mixed(column: ColumnProfile) -> bool:
    """Some codes still have their zeros and the full length, and others are shorter."""
    padded = column.traits.get("leading_zero", 0)
    full = column.lengths.get(column.longest, 0)
    return (
        _all_digits(column)
        and valued(column) >= ENOUGH
        and padded > 0
        and full * 2 > valued(column)
        and all(len(value.strip()) == column.longest for value in column.samples if value.strip()[0] == "0")
        and any(len(value.strip()) < column.longest for value in column.samples)
    )


def _shortened(column: ColumnProfile) -> bool:
    """No code begins with zero; nine in ten have the full length, and they are too scattered to be counted up."""
    if not _all_digits(column) or column.traits or not names_an_id(column) or valued(column) < ENOUGH:
        return False
    full = column.lengths.get(column.longest, 0)
    span = int(column.greatest or 0) - int(column.least or 0)
    scattered = span > column.distinct * DENSE
    is_port = int(column.least or 0) >= 0 and int(column.greatest or 0) <= HIGHEST_PORT
    return full * 10 >= valued(column) * 8 and full < valued(column) and scattered and not is_port


def _shorter(column: ColumnProfile) -> str | None:
    return next((value.strip() for value in column.samples if len(value.strip()) < column.longest), None)


SCATTERED = "".join(f"app{n},{(n * 7919 + 1009) % 90000 + 10000}\n" for n in range(30))
POST_CODES = (
    "01067", "04109", "10115", "20095", "50667", "60311", "70173", "80331", "90402", "99084", "4105", "1099",
)  # fmt: skip
TRAP = Trap(
    _detect,
    warns=(
        f"Name,Cost center\n{SCATTERED}x,412\ny,7001\n",
        "Name,Site\n" + "".join(f"s{n},{code}\n" for n, code in enumerate(POST_CODES)),
    ),
    silent=(
        "Name,Id\n" + "".join(f"app{n},{n + 90}\n" for n in range(40)),
        "Name,Memory\n" + "".join(f"app{n},{65536 if n % 9 else 8192}\n" for n in range(40)),
        "Name,Code\n" + "".join(f"app{n},{n:05}\n" for n in range(40)),
        "Name,Port id\n" + "".join(f"app{n},{n * 397 % 15000 + 50000 if n % 9 else 8443}\n" for n in range(40)),
    ),
)
