"""Prepared forms: rows that nobody filled in, which hold a number and preset choices and describe nothing yet."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from muster.phases.data_import.format import Block
from muster.phases.data_import.tables.words import fold
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late

NUMBERED = late(
    r"#|#\d+|(?:(?:lfd|s|sl|sr)\.? ?)?(?:no|nr|num|number|nummer)\.?|n[o°º]|row|line|item|pos\.?|zeile|position|index"
)
FEWEST = 10
SHARE = 0.5  # of the rows looked at
COLUMNS = 2  # that wait to be filled in
ANY = ""  # stands for whatever number a row has


def prepared(names: Sequence[str], body: Sequence[Sequence[str]]) -> Mapping[str, str]:
    """What unfilled rows hold, by column ('1'..'n'), where at least half of the rows are such and end the table.

    ANY stands for a row's number. Empty where the table is no form, or nobody filled in a single row.
    """
    width = len(names)
    rows = [[*(cell.strip() for cell in row[:width]), *[""] * (width - len(row))] for row in body]
    preset = {at: said for at in range(width) if (said := _preset(names[at], [row[at] for row in rows])) is not None}
    if not preset or width - len(preset) < COLUMNS:
        return {}
    unfilled = [_is_unfilled(row, preset) for row in rows]
    trailing = next((at for at, is_so in enumerate(reversed(unfilled)) if not is_so), len(rows))
    if trailing < max(FEWEST, SHARE * len(rows)) or trailing == len(rows):
        return {}
    return {str(at + 1): said for at, said in preset.items()}


def _preset(name: str, values: Sequence[str]) -> str | None:
    """ANY for row numbers, the value that most rows have, None for a column to fill in."""
    if values and all(value.isdecimal() for value in values) and NUMBERED.fullmatch(fold(name.strip())):
        return ANY
    common, count = Counter(values).most_common(1)[0] if values else ("", 0)
    return common if common and count >= SHARE * len(values) else None


def _is_unfilled(row: Sequence[str], preset: Mapping[int, str]) -> bool:
    return all(
        not cell or (at in preset and (cell == preset[at] or preset[at] == ANY and cell.isdecimal()))
        for at, cell in enumerate(row)
    )


def form_rows_issue(names: Sequence[str], preset: Mapping[str, str]) -> Issue:
    """What to tell about such a table."""
    listed = ", ".join(names[int(at) - 1] for at in preset)
    return Issue(
        "empty_form_rows",
        f"Rows that hold nothing but what the form itself has ({listed}) are no records, and are left out.",
        "Nothing needs to be done. Fill in another column of a row that does describe something.",
    )


def without_form_rows(blocks: Iterator[Block], preset: Mapping[str, str]) -> Iterator[Block]:
    """The blocks of one span, its unfilled rows left out as blank ones are."""
    before = 0
    for block in blocks:
        yield _without(block, preset, before)
        before += block.file_records


def _without(block: Block, preset: Mapping[str, str], before: int) -> Block:
    if not block.frame.height:
        return block
    texts = {name: pl.col(name).str.strip_chars() for name in block.frame.columns}
    said = {
        name: (text == "") | _is_preset(text, preset[name]) if name in preset else text == ""
        for name, text in texts.items()
    }
    kept = ~block.frame.select(pl.all_horizontal(said.values())).to_series().to_numpy()
    kept[[entry.ordinal for entry in block.rejected]] = True
    if kept.all():
        return block
    places = block.file_rows or tuple(range(before + 1, before + block.frame.height + 1))
    ordinals = np.cumsum(kept) - 1
    return replace(
        block,
        frame=block.frame.filter(pl.Series(kept)),
        file_rows=tuple(np.asarray(places)[kept].tolist()),
        rejected=tuple(replace(entry, ordinal=int(ordinals[entry.ordinal])) for entry in block.rejected),
    )


def _is_preset(text: pl.Expr, preset: str) -> pl.Expr:
    return text.str.contains(r"^\d+$") if preset == ANY else text == preset
