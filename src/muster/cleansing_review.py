"""What people say about values, and what follows: value maps, recipes, and the bad records of an import as a file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from muster.flow import control
from muster.flow.phase import Phase
from muster.flow.states import COMPLETED, PENDING, Status
from muster.phases.data_cleansing.allowed_values import rule_of
from muster.phases.data_cleansing.choices import (
    Choice,
    as_accepted,
    as_json,
    chosen_reading,
    chosen_rule,
    meant,
    squeezed,
    standing,
)
from muster.phases.data_cleansing.cleanse import cells_of, reading_of
from muster.phases.data_cleansing.in_force import choices_in_force
from muster.phases.data_cleansing.phase import cleanse_again, raw_block
from muster.phases.data_cleansing.rule import Cleansed, Reading, is_read, text_of
from muster.recompute import recompute
from muster.store import blocks, cleansing_decisions, cleansing_recipes, decisions, flows, imports, mappings
from muster.store.cleansing_decisions import ADOPT_RECIPE, SET_VALUE
from muster.store.flows import FlowKey
from muster.store.imports import ImportRow
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.errors import ColumnNotFound, ValueRefused
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry

BEFORE_CLEANSING = (PENDING, PhaseName.DATA_IMPORT, PhaseName.FIELD_MAPPING)
OVER = (Status.CANCELLED, Status.DELETED)
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A mapped column of an import's table, with what its values are read by."""

    table_no: int
    table: str
    entry: MappingEntry
    custom: tuple[Attribute, ...]

    def read(self, text: str, choices: Sequence[Choice]) -> Cleansed:
        """One raw text after the rule and people's choices."""
        rule = chosen_rule(rule_of(self.entry.target, self.custom), self.entry, choices)
        read = rule.apply(text, chosen_reading(reading_of(self.entry), self.entry, choices))
        return read if read.changed_by else Cleansed(read.value, read.issue, rule.name)

    def means(self, value: str) -> str:
        """What a clean value that a person writes is for the attribute: yes is true, 64 GB is 65536.0."""
        return text_of(meant(rule_of(self.entry.target, self.custom), value)).rstrip(";")


async def columns_of(tx: Tx, scope: Scope, import_id: UUID) -> list[Column]:
    """Every mapped column of an import, in file order."""
    names = {table.table_no: table.name for table in await imports.tables(tx, scope, import_id)}
    found = []
    for table_no, mapping in sorted((await mappings.newest(tx, scope, import_id)).items()):
        custom = tuple(Attribute(**{**one, "values": tuple(one["values"])}) for one in mapping.custom)
        entries = [MappingEntry(**entry) for entry in mapping.entries or []]
        found += [Column(table_no, names[table_no], entry, custom) for entry in entries]
    return found


async def column_named(tx: Tx, scope: Scope, row: ImportRow, wanted: str, table: str | None) -> Column:
    """The mapped column of this name or attribute. Raises ColumnNotFound, also where several fit."""
    every = [
        one for one in await columns_of(tx, scope, row.id) if table is None or table in (str(one.table_no), one.table)
    ]
    for same in (
        [one for one in every if one.entry.source == wanted],
        [one for one in every if one.entry.source.casefold() == wanted.casefold()],
        [one for one in every if one.entry.target == wanted],
    ):
        if len({(one.table_no, one.entry.position) for one in same}) == 1:
            return same[0]
        if same:
            places = "; ".join(f"{one.table_no} {one.table}: {one.entry.source}" for one in same)
            raise ColumnNotFound(f"{wanted!r} fits several columns of {row.filename}: {places}.")
    raise ColumnNotFound(f"{row.filename} has no mapped column {wanted!r}.")


async def value_map(
    tx: Tx, scope: Scope, import_id: UUID, column: Column, choices: Sequence[Choice] | None = None
) -> list[dict[str, Any]]:
    """Every different raw value of a column with what it becomes, how often, by which rule or person, and its issue."""
    chosen = await choices_in_force(tx, scope) if choices is None else choices
    counts = await _counts(tx, scope, import_id, column)
    return [_read(column, text, count, chosen) for text, count in counts]


async def says(tx: Tx, scope: Scope, import_id: UUID, column: Column, raw: str) -> bool:
    """Whether any record of the import has this raw text in the column."""
    return any(squeezed(text) == squeezed(raw) for text, _ in await _counts(tx, scope, import_id, column))


async def _counts(tx: Tx, scope: Scope, import_id: UUID, column: Column) -> list[tuple[str, int]]:
    """The different raw values of a column that say anything, most frequent first."""
    counts: Counter[str] = Counter()
    for row in await blocks.listing(tx, scope, import_id):
        if row.table_no == column.table_no and row.records:
            frame = (await raw_block(tx, scope, import_id, row.id)).frame()
            cells = cells_of(frame, column.entry).cast(pl.String).drop_nulls()
            counts.update(dict(cells.value_counts(name="n").iter_rows()))
    counts.pop("", None)
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))


def _read(column: Column, text: str, count: int, choices: Sequence[Choice]) -> dict[str, Any]:
    read = column.read(text, choices)
    return {
        "raw": text,
        "value": None if read.value is None else text_of(read.value).rstrip(";"),
        "count": count,
        "rule": read.changed_by,
        "code": read.issue.code if read.issue else None,
        "hint": read.issue.hint if read.issue else None,
    }


async def set_value(
    tx: Tx, scope: Scope, column: Column, choice: Choice, author: str, reason: str, phases: Mapping[str, Phase]
) -> int:
    """Append that a raw value means a clean one, and make everything follow. Raises ValueRefused."""
    refuse_unfit(column, choice)
    subject = {"attribute": choice.attribute, "column": choice.column, "raw": choice.raw}
    number = await decisions.add(tx, scope, SET_VALUE, subject, {"choice": as_json(choice)}, author, reason)
    await follow(tx, scope, [choice], author, phases)
    return number


def refuse_unfit(column: Column, choice: Choice) -> None:
    """Raise ValueRefused where the clean value is none for the attribute, or a raw one cannot be taken as it is.

    A text that a rule keeps and asks about, such as a word that a vocabulary does not have, is no clean value.
    """
    rule = rule_of(column.entry.target, column.custom)
    if choice.accepted:
        if as_accepted(column.entry.target, rule.apply(choice.raw or "", Reading()).value, choice.raw or "") is None:
            raise ValueRefused(f"{choice.raw!r} cannot be taken as it is for {column.entry.target}.")
        return
    read = Cleansed(None) if choice.value is None else rule.apply(choice.value, rule.own)
    if read.issue is not None and not is_read(read):
        raise ValueRefused(f"{choice.value!r} is no {column.entry.target}: {read.issue.message}", hint=read.issue.hint)


async def remember(tx: Tx, scope: Scope, choice: Choice, author: str, reason: str) -> int:
    """Add a choice to what the client's new engagements begin with; returns the version of that recipe."""
    rows = {row["name"]: row for row in await cleansing_recipes.listing(tx, scope)}
    known = rows.get(cleansing_recipes.REMEMBERED, {"choices": []})["choices"]
    kept = standing([*(Choice(**one) for one in known), choice])
    return await cleansing_recipes.add(
        tx, scope, cleansing_recipes.REMEMBERED, [as_json(one) for one in kept], author, reason
    )


async def adopt(
    tx: Tx, scope: Scope, recipe: Mapping[str, Any], author: str, reason: str, phases: Mapping[str, Phase]
) -> int:
    """Append that the engagement goes by a recipe as it is now, and make everything follow; returns the decision."""
    body = {"recipe": recipe["name"], "version": recipe["version"], "choices": recipe["choices"]}
    number = await decisions.add(tx, scope, ADOPT_RECIPE, {"recipe": recipe["name"]}, body, author, reason)
    await follow(tx, scope, [Choice(**one) for one in recipe["choices"]], author, phases)
    return number


async def revoke(
    tx: Tx, scope: Scope, number: int, author: str, reason: str, phases: Mapping[str, Phase]
) -> dict[str, Any]:
    """Append that a decision about cleansing holds no more, and make everything follow; returns that decision."""
    gone = await cleansing_decisions.revoke(tx, scope, number, author, reason)
    body = gone["body"]
    await follow(tx, scope, [Choice(**one) for one in body.get("choices", [body.get("choice")])], author, phases)
    return gone


async def follow(tx: Tx, scope: Scope, choices: Sequence[Choice], author: str, phases: Mapping[str, Phase]) -> None:
    """Cleanse again what these choices concern, in every import, and compute what stands on it.

    A flow on its way begins again with data_cleansing; what completed flows left is computed in this transaction.
    """
    again = False
    for row in await imports.live(tx, scope):
        key = FlowKey(scope, row.master_flow_id)
        flow = await flows.lock(tx, key)
        found = await columns_of(tx, scope, row.id)
        tables = {one.table_no for one in found if any(choice.concerns(one.entry) for choice in choices)}
        if not tables or flow.status in OVER or flow.current_phase in BEFORE_CLEANSING:
            continue
        if flow.current_phase == COMPLETED:
            for table_no in sorted(tables):
                await cleanse_again(tx, scope, row.id, table_no)
            again = True
            continue
        await control.restart(tx, key, PhaseName.DATA_CLEANSING, phases, author)
        if flow.status == Status.PAUSED:
            await control.pause(tx, key)
    if again:
        await recompute(tx, scope)


async def changed_cells(tx: Tx, scope: Scope, choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """What adopting choices would change, column by column: cells and examples."""
    now = await choices_in_force(tx, scope)
    then = standing([*now, *choices])
    found = []
    for row in await imports.live(tx, scope):
        for column in await columns_of(tx, scope, row.id):
            if any(choice.concerns(column.entry) for choice in choices):
                found.append(await _changed(tx, scope, row, column, now, then))
    return [one for one in found if one["cells"]]


async def _changed(
    tx: Tx, scope: Scope, row: ImportRow, column: Column, now: Sequence[Choice], then: Sequence[Choice]
) -> dict[str, Any]:
    counts = await _counts(tx, scope, row.id, column)
    both = [(_read(column, text, count, now), _read(column, text, count, then)) for text, count in counts]
    pairs = [(old, new) for old, new in both if (old["value"], old["code"]) != (new["value"], new["code"])]
    examples = [
        {"raw": old["raw"], "count": old["count"], "before": old["value"], "after": new["value"]}
        for old, new in pairs[:EXAMPLES]
    ]
    return {
        "file": row.filename,
        "import_id": row.id,
        "table": column.table,
        "column": column.entry.source,
        "attribute": column.entry.target,
        "cells": sum(old["count"] for old, _ in pairs),
        "values": len(pairs),
        "examples": examples,
    }
