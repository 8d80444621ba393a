"""Lines that head a part of a table ('Datacenter Paris' above the servers there): set aside, for they name no thing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from muster.phases.data_import.format import Block, Rejected
from muster.vocabulary.issue import Issue

FEWEST_COLUMNS = 4
FEWEST_RECORDS = 4
MOST = 0.34  # of the rows


def has_sections(names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """True where rows with words in their first cell alone stand between records that are named by one word there."""
    if len(names) < FEWEST_COLUMNS:
        return False
    rows = [[cell.strip() for cell in row] for row in body]
    alone = [row[0] for row in rows if row and row[0] and not any(row[1:])]
    named = [row[0] for row in rows if row and any(row[1:])]
    return (
        0 < len(alone) <= MOST * len(rows)
        and len(named) >= FEWEST_RECORDS
        and all(named)
        and not any(" " in name for name in named)
        and all(" " in text for text in alone)
        and not (rows[-1] and not any(rows[-1][1:]) and len(alone) == 1)  # a remark below the table
    )


def without_sections(blocks: Iterator[Block]) -> Iterator[Block]:
    """The same blocks; rows with words in the first cell alone are rejected as `section_line`."""
    for block in blocks:
        yield _set_aside(block) if block.frame.height else block


def _set_aside(block: Block) -> Block:
    first, *others = block.frame.columns
    alone = pl.all_horizontal(pl.col(others).str.strip_chars() == "")
    worded = pl.col(first).str.strip_chars().str.contains(" ", literal=True)
    found = block.frame.select(alone & worded).to_series().arg_true().to_list()
    rejected = {row: Rejected(row, block.frame.row(row), _issue(block.frame.item(row, 0).strip())) for row in found}
    rejected |= {entry.ordinal: entry for entry in block.rejected}
    return replace(block, rejected=tuple(rejected[row] for row in sorted(rejected)))


def _issue(text: str) -> Issue:
    return Issue(
        "section_line",
        f"The line heads a part of the table and describes nothing itself: {text[:120]}.",
        "Put what it says into a column of its own in the source, if the records below should have it.",
    )
