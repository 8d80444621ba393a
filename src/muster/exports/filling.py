"""Pure: a piece of the inventory becomes the rows of a target's files, and the list of what they do not say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from muster.exports.acyclic import Acyclic
from muster.exports.facts import Facts, facts_of
from muster.exports.target import Column, Rows, Table, VendorTarget, Why

REPORT = ("asset_id", "asset", "attribute", "value", "why")
FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet would run instead of showing it (OWASP, CSV injection)
RUNS = "written as it is, since a program reads the file; a spreadsheet would take it for a formula"
NO_COLUMN = "no column for it"
CYCLE = "it closes a cycle, which the tool refuses"
Line = tuple[pl.Series, str, Why]  # which rows, of which fact, why


@dataclass(frozen=True, slots=True)
class Filled:
    """Rows for one table: those that go in, and those that lack something the vendor insists on."""

    rows: pl.DataFrame
    incomplete: pl.DataFrame


@dataclass(slots=True)
class Filling:
    """What became of a piece: the rows of each table, the report's lines, and how many rows no table takes."""

    tables: dict[str, Filled] = field(default_factory=dict)
    report: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict.fromkeys(REPORT, pl.String())))
    left_out: int = 0


@dataclass(slots=True)
class Seen:
    """What earlier pieces held: the keys of a table's rows, lower case, and the edges that were taken."""

    keys: dict[str, pl.Series] = field(default_factory=dict)
    edges: Acyclic = field(default_factory=Acyclic)


def fill(target: VendorTarget, rows: Rows, frame: pl.DataFrame, seen: Seen, custom: Sequence[str] = ()) -> Filling:
    """Fill every table of `target` whose rows are of this kind. `custom` are columns of the client's own attributes."""
    facts, result = facts_of(rows, custom), Filling()
    tables = [table for table in target.tables if table.rows is rows]
    places = {table.name: _column(frame, table.takes) for table in tables}
    main = [table for table in tables if not table.optional]
    known = _any(frame.height, [places[table.name] for table in main]) if main else _column(frame, pl.lit(True))
    result.left_out = int((~known).sum())
    lines: list[Line] = [(~known, facts.whole, table.refusal) for table in main[:1]]
    cells: dict[str, pl.DataFrame] = {}
    for table in tables:
        if table.acyclic:
            closing = seen.edges.closing(frame, places[table.name])
            places[table.name] = places[table.name] & ~closing
            lines.append((closing, facts.whole, CYCLE))
        cells[table.name] = _texts(table, frame)
        result.tables[table.name] = _parted(table, cells[table.name], places[table.name], seen, lines, facts)
        lines.extend(_altered(table, frame, cells[table.name], places[table.name]))
    lines.extend((held & known, name, why) for held, name, why in _unsaid(target, tables, frame, cells, places, facts))
    result.report = _report(frame, lines, facts)
    return result


def _parted(table: Table, cells: pl.DataFrame, takes: pl.Series, seen: Seen, lines: list[Line], facts: Facts) -> Filled:
    """The rows that a table takes, apart from those that lack something; the latter are told of."""
    lacking = _lacking(table, cells, takes, seen)
    lines.append((takes & lacking.is_not_null(), facts.whole, pl.lit(lacking)))
    return Filled(cells.filter(takes & lacking.is_null()), cells.filter(takes & lacking.is_not_null()))


def _column(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    return frame.with_columns(taken=expression)["taken"].fill_null(False)


def _any(height: int, masks: Sequence[pl.Series]) -> pl.Series:
    found = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    for mask in masks:
        found = found | mask
    return found


def _texts(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The cells of every row. A text that is longer than its column takes is left out, never cut."""
    marked = frame.with_columns(_fitting(column).alias(f"\0{column.header}") for column in table.columns)
    return marked.select(pl.col(f"\0{header}").alias(header) for header in table.headers)


def _fitting(column: Column) -> pl.Expr:
    if column.longest is None:
        return column.text
    return pl.when(column.text.str.len_chars() <= column.longest).then(column.text)


def _lacking(table: Table, cells: pl.DataFrame, takes: pl.Series, seen: Seen) -> pl.Series:
    """What the vendor insists on and a row has not, null where it is complete. Remembers the complete rows' keys."""
    empty = [
        pl.when(pl.col(column.header).is_null()).then(pl.lit(f"{column.header} must not be empty"))
        for column in table.columns
        if column.required
    ]
    empty += [
        pl.when(pl.all_horizontal(pl.col(header).is_null() for header in group)).then(
            pl.lit(f"one of {', '.join(group)} must be given")
        )
        for group in table.one_of
    ]
    said = pl.concat_str(empty, separator="; ", ignore_nulls=True) if empty else pl.lit("")
    why = cells.with_columns(pl.when(said != "").then(said).alias("\0why"))["\0why"]
    return why if table.unique is None else _with_twins(table.unique, table.name, cells, takes, why, seen)


def _with_twins(
    header: str, table: str, cells: pl.DataFrame, takes: pl.Series, why: pl.Series, seen: Seen
) -> pl.Series:
    before = seen.keys.get(table, pl.Series([], dtype=pl.String))
    asked = takes & why.is_null() & cells[header].is_not_null()
    key = cells[header].str.to_lowercase().zip_with(asked, pl.Series([None], dtype=pl.String))
    twin = asked & (key.is_in(before.implode()) | ~key.is_first_distinct())
    seen.keys[table] = pl.concat([before, key.filter(asked & ~twin)])
    told = f"another row has this {header}, and the tool would take both for one"
    return why.zip_with(~twin, pl.Series([told]))


def _altered(table: Table, frame: pl.DataFrame, cells: pl.DataFrame, takes: pl.Series) -> Iterator[Line]:
    """What stands in the file otherwise than in the inventory, and what a spreadsheet would run."""
    for column in table.columns:
        for loss in column.losses:
            yield takes & _column(frame, loss.when), loss.attribute, loss.why
        if column.carries:
            formula = cells[column.header].str.contains(FORMULA).fill_null(False)
            number = cells[column.header].str.contains(r"^[+-]?[0-9.]+$").fill_null(False)
            yield takes & formula & ~number, column.carries[0], RUNS


def _unsaid(
    target: VendorTarget,
    tables: Sequence[Table],
    frame: pl.DataFrame,
    cells: Mapping[str, pl.DataFrame],
    places: Mapping[str, pl.Series],
    facts: Facts,
) -> Iterator[Line]:
    """Facts that no cell of the row's tables holds."""
    for name, text in facts.texts.items():
        held = _column(frame, text.is_not_null())
        if not held.any():
            continue
        carriers = [(table, column) for table in tables for column in table.columns if name in column.carries]
        said = [places[table.name] & cells[table.name][column.header].is_not_null() for table, column in carriers]
        quiet = held & ~_any(frame.height, said)
        if name in target.implied:
            quiet = quiet & ~_column(frame, target.implied[name])
        yield quiet, name, _reason(carriers[0][1]) if carriers else NO_COLUMN


def _reason(column: Column) -> Why:
    if column.longest is None:
        return column.unsaid
    unsaid = pl.lit(column.unsaid) if isinstance(column.unsaid, str) else column.unsaid
    long = pl.lit(f"{column.header} takes {column.longest} characters")
    return pl.when(column.text.str.len_chars() > column.longest).then(long).otherwise(unsaid)


def _report(frame: pl.DataFrame, lines: Sequence[Line], facts: Facts) -> pl.DataFrame:
    found = []
    for mask, name, why in lines:
        if mask.any():
            value = facts.texts.get(name, facts.shown)
            told = frame.with_columns(
                asset_id=facts.id, asset=facts.asset, attribute=pl.lit(name), value=value,
                why=pl.lit(why) if isinstance(why, str) else why,
            )  # fmt: skip
            found.append(told.filter(mask).select(REPORT))
    return pl.concat(found) if found else Filling().report
