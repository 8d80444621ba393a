"""As many records as an export may hold at most: the rest may have been left behind.

ServiceNow exports 10,000 records of a list by default, and 32,000 to a spreadsheet in older releases; a worksheet holds
65,536 rows in .xls and 1,048,576 in .xlsx, with the header among them. Rounder numbers (1,000, 50,000) are left out:
people choose them for samples.
"""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.vocabulary.issue import Issue

EXPORTS = (10_000, 32_000)
SHEETS = (65_536, 1_048_576)


def _detect(seen: Seen) -> Iterator[Issue]:
    rows = seen.height
    limit = next((limit for limit in EXPORTS if rows == limit), None)
    limit = limit or next((limit for limit in SHEETS if limit - (seen.table.header_row or 1) <= rows <= limit), None)
    if limit is not None:
        yield Issue(
            "round_row_count",
            f"The table has {rows:,} records: exports often end at {limit:,} rows, and the rest may be missing.",
            "Ask for the number of records in the source, and export in parts if there are more.",
            value=str(rows),
        )


def _list(rows: int) -> str:
    return "Hostname,RAM\n" + "srv,1\n" * rows


TRAP = Trap(_detect, warns=(_list(10_000), _list(65_535)), silent=(_list(9_999), _list(120)))
