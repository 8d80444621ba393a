"""The data_cleansing phase: a block of raw text and an approved mapping become typed, tidied attributes and issues."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from muster.phases.data_cleansing.allowed_values import rule_of
from muster.phases.data_cleansing.choices import Choice, chosen_reading, chosen_rule
from muster.phases.data_cleansing.column import CleansedColumn, cleanse_column
from muster.phases.data_cleansing.other_lists import refers, without_numbers
from muster.phases.data_cleansing.rule import Cleansed, Reading, Rule, text_of
from muster.phases.data_cleansing.rulebook import RULES_VERSION, rule_for
from muster.store.packed_values import Origin
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.cell_parts import LONGEST, cell_part, part_of
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import MappingEntry

__all__ = ["RULES_VERSION", "CleansedBlock", "cleanse", "dtype_of", "replay"]

DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(), "text": pl.String(), "enum": pl.String(), "uuid": pl.String(), "integer": pl.Int64(),
    "number": pl.Float64(), "money": pl.Float64(), "boolean": pl.Boolean(), "date": pl.Date(),
    "datetime": pl.Datetime("us"), "list": pl.List(pl.String()), "ip": pl.List(pl.String()),
    "mac": pl.List(pl.String()),
}  # fmt: skip
# Sizes that a table may give disk by disk, in numbered columns: the machine's figure is their sum.
SUMMED = frozenset({"storage_total_gb", "storage_used_gb", "storage_free_gb"})
NUMBER = re.compile(r"\d+")
# Where `hostname` is mapped, `fqdn` is a column too, mapped or not: without the domain, web1 of two companies is one.
SOURCE_OF_FQDN = "hostname"
FULL_NAME = r"^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*$"


@dataclass(frozen=True, slots=True)
class CleansedBlock:
    """A block after cleansing: same height and order as the raw block, one column per target of the mapping.

    Issues are in order of the mapping, then of first appearance; `rows` are 0-based positions in the block. `origins`
    are the raw columns that some attributes come from value by value.
    """

    frame: pl.DataFrame
    issues: tuple[Issue, ...]
    origins: Mapping[str, Origin] = field(default_factory=dict)


def dtype_of(target: str, custom: Sequence[Attribute] = ()) -> pl.DataType:
    """The type of an attribute's cleansed column; `custom` are the client's own attributes."""
    attribute = attributes().get(target) or next((own for own in custom if own.name == target), None)
    return DTYPES["string" if attribute is None else attribute.type]


def reading_of(entry: MappingEntry) -> Reading:
    """How the mapping says the column is to be read."""
    return Reading(entry.unit, entry.day_first, entry.decimal_comma, year_first=entry.year_first)


def _rule_of(entry: MappingEntry, custom: Sequence[Attribute]) -> Rule:
    """The rule for a column before what people chose of it."""
    rule = rule_of(entry.target, custom)
    return without_numbers(rule) if refers(entry) else rule


def replay(
    text: str | None, entry: MappingEntry, custom: Sequence[Attribute] = (), choices: Sequence[Choice] = ()
) -> Cleansed:
    """What one cell becomes under a mapping, and by which rule: the explanation of a cleansed value."""
    cell = text if text is None or entry.part is None else part_of(text, entry.part)
    if text is None or cell is None:
        return Cleansed(None)
    rule = chosen_rule(_rule_of(entry, custom), entry, choices)
    answer = rule.apply(cell, chosen_reading(reading_of(entry), entry, choices))
    if answer.changed_by:
        return answer
    changed = rule.name if text_of(answer.value) != text else ""
    issue = None if answer.issue is None else replace(answer.issue, column=entry.source, rule=rule.name)
    return Cleansed(answer.value, issue, changed)


def cleanse(
    raw: pl.DataFrame,
    mapping: Sequence[MappingEntry],
    custom: Sequence[Attribute] = (),
    choices: Sequence[Choice] = (),
) -> CleansedBlock:
    """Apply an approved mapping to a block of text columns '1'..'n'; `custom` are the client's own attributes,
    `choices` what people chose about values and how they are read.

    Several columns of one target: lists are united in mapping order, numbered storage columns are added up, of any
    other the first that says something wins, row by row.
    """
    columns: dict[str, list[tuple[MappingEntry, CleansedColumn]]] = {}
    issues: list[Issue] = []
    for entry in mapping:
        found = cleanse_column(
            entry.source,
            cells_of(raw, entry),
            chosen_rule(_rule_of(entry, custom), entry, choices),
            chosen_reading(reading_of(entry), entry, choices),
            dtype_of(entry.target, custom),
        )
        columns.setdefault(entry.target, []).append((entry, found))
        issues.extend(found.issues)
    combined = [_combined(target, parts, dtype_of(target, custom)).alias(target) for target, parts in columns.items()]
    frame = raw.drop(raw.columns).with_columns(combined)  # the height stays, even without a single column
    named = _with_full_names(frame, raw, mapping)
    return CleansedBlock(named, tuple(issues), _origins(raw, columns, "fqdn" if named is not frame else ""))


def _origins(
    raw: pl.DataFrame, columns: Mapping[str, Sequence[tuple[MappingEntry, CleansedColumn]]], derived: str
) -> dict[str, Origin]:
    """Where attributes come from, those that are of one whole column each; `derived` is not."""
    alone = {target: parts[0] for target, parts in columns.items() if len(parts) == 1 and target != derived}
    return {
        target: Origin(entry.position, raw.get_column(str(entry.position)), found.words)
        for target, (entry, found) in alone.items()
        if entry.part is None
    }


def cells_of(raw: pl.DataFrame, entry: MappingEntry) -> pl.Series:
    """The cells of an entry's column, or what is its part of them."""
    cells = raw.get_column(str(entry.position))
    if entry.part is None:
        return cells
    part, cells = cell_part(entry.part), cells.cast(pl.String)
    found = cells.set(cells.str.len_chars() > LONGEST, None).str.extract(part.pattern, part.group)
    return found.zip_with(found.is_not_null(), cells) if part.whole else found


def _with_full_names(frame: pl.DataFrame, raw: pl.DataFrame, mapping: Sequence[MappingEntry]) -> pl.DataFrame:
    """Keep the domain of names in host name columns: it fills `fqdn` where no mapped column does."""
    full = [pl.col("fqdn")] if "fqdn" in frame.columns else []
    series: list[pl.Series] = []
    for entry in mapping:
        if entry.target == SOURCE_OF_FQDN:
            text = cells_of(raw, entry).cast(pl.String)
            dotted = text.set(~text.str.contains(".", literal=True), None)
            names = cleanse_column(entry.source, dotted, rule_for("fqdn"), Reading(), pl.String())
            series.append(names.values.alias(f"full name {entry.position}"))
            full.append(pl.when(pl.col(series[-1].name).str.contains(FULL_NAME)).then(pl.col(series[-1].name)))
    if not series:
        return frame
    return frame.with_columns(series).with_columns(pl.coalesce(full).alias("fqdn")).drop(one.name for one in series)


def _combined(target: str, parts: Sequence[tuple[MappingEntry, CleansedColumn]], dtype: pl.DataType) -> pl.Series:
    if len(parts) == 1:
        return parts[0][1].values
    frame = pl.DataFrame([found.values.alias(str(place)) for place, (_, found) in enumerate(parts)])
    if isinstance(dtype, pl.List):
        joined = pl.concat_list(pl.all().fill_null([])).list.unique(maintain_order=True)
        return frame.select(pl.when(joined.list.len() > 0).then(joined).alias(target)).to_series()
    if target not in SUMMED:
        return frame.select(pl.coalesce(pl.all()).alias(target)).to_series()
    return frame.select(pl.coalesce(_summed(group) for group in _numbered(parts)).alias(target)).to_series()


def _numbered(parts: Sequence[tuple[MappingEntry, CleansedColumn]]) -> list[list[str]]:
    """Columns whose headers differ in their numbers only belong together; groups in order of their first column."""
    groups: dict[str, list[str]] = {}
    for place, (entry, _) in enumerate(parts):
        header = NUMBER.sub("#", entry.source.lower())
        groups.setdefault(header if "#" in header else f"{header}@{place}", []).append(str(place))
    return list(groups.values())


def _summed(columns: list[str]) -> pl.Expr:
    values = [pl.col(column) for column in columns]
    return pl.when(pl.any_horizontal(value.is_not_null() for value in values)).then(pl.sum_horizontal(values))
