"""Cleansed values of a block as they are stored: what cleansing changed, and where the rest stands in the raw records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import polars as pl

from muster.store.packed import (
    Coded,
    Packed,
    code_places,
    coded,
    codes_apart,
    codes_at,
    codes_together,
    columns_of,
    lines_at,
    records_at,
    repeats,
    rows_of,
    unpack,
)
from muster.store.written import Written, typed, written
from muster.vocabulary.errors import UnexpectedFault

FEW = 20  # raw values that cleansing changed are listed where they are that many times fewer than the records
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PackedValues:
    """The cleansed values of a block's records.

    `layout` is a JSON list: an object for each attribute, with its `name`, its `kind` (see Written), and where its text
    stands: `value` n is the n-th value of each record of `lines`; `code` is the place in `codes` of the number of one of
    its own words; `raw` n is the raw column n. A raw column of words has one cleansed word for each of its own; one of
    plain values says what it says, but for those that the attribute's object in `words` lists with what they became.
    The empty text is null.
    """

    layout: str
    lines: str | None
    codes: bytes | None
    words: str


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block as it is stored: its raw records, and what cleansing last made of them."""

    raw: Packed
    values: PackedValues


def stored_at(block: StoredBlock, ordinals: Sequence[int]) -> StoredBlock:
    """A block of the records at these 0-based places alone."""
    values, records = block.values, block.raw.records
    lines, codes = lines_at(values.lines, ordinals), codes_at(values.codes, records, ordinals)
    return StoredBlock(records_at(block.raw, ordinals), replace(values, lines=lines, codes=codes))


@dataclass(frozen=True, slots=True)
class Origin:
    """The one raw column that an attribute comes from; `words` are the cleansed ones where it is kept as words."""

    position: int
    raw: pl.Series
    words: pl.Series | None = None


@dataclass
class _Sheet:
    """What has been put down so far."""

    entries: list[Entry] = field(default_factory=list)
    words: dict[str, object] = field(default_factory=dict)
    plain: list[pl.Series] = field(default_factory=list)
    repeated: list[Coded] = field(default_factory=list)

    def put(self, name: str, found: Written, **place: int) -> None:
        """Name an attribute and where it stands."""
        self.entries.append({"name": name, "kind": found.kind, **place})


def pack_values(frame: pl.DataFrame, origins: Mapping[str, Origin]) -> PackedValues:
    """Typed columns of attributes; `origins` of those that come from one raw column alone."""
    sheet = _Sheet()
    own: dict[str, Written] = {}
    for column in frame:
        origin = origins.get(column.name)
        found = written(column if origin is None or origin.words is None else origin.words)
        if origin is not None and _put_by_origin(sheet, column.name, found, origin):
            continue
        own[column.name] = found
    _put_own(sheet, own)
    lines = rows_of(sheet.plain) if sheet.plain and frame.height else None
    if lines is None and sheet.plain and frame.height:
        raise UnexpectedFault(
            "A cleansed value holds a mark that stands between values; nothing of the block was kept."
        )
    return PackedValues(
        orjson.dumps(sheet.entries).decode(),
        lines,
        codes_together(sheet.repeated),
        orjson.dumps(sheet.words).decode(),
    )


def _put_by_origin(sheet: _Sheet, name: str, found: Written, origin: Origin) -> bool:
    """Put an attribute down by its difference from its raw column; False where that is no gain."""
    if origin.words is not None:
        sheet.words[name] = found.text.to_list()
    else:
        rows = pl.DataFrame({"raw": origin.raw, "now": found.text})
        different = rows.filter(pl.col("raw") != pl.col("now").fill_null("")).unique()
        if different.height * FEW > rows.height:
            return False
        sheet.words[name] = dict(different.rows())
    sheet.put(name, found, raw=origin.position)
    return True


def _put_own(sheet: _Sheet, own: Mapping[str, Written]) -> None:
    frame = pl.DataFrame([found.text.alias(name) for name, found in own.items()])
    often = dict(zip(own, repeats(frame), strict=True))
    for name, found in own.items():
        if not often[name]:
            sheet.plain.append(found.text)
            sheet.put(name, found, value=len(sheet.plain))
    listed = [name for name in own if often[name]]
    sheet.repeated = [coded(own[name].text) for name in listed]
    for name, place, one in zip(listed, code_places(sheet.repeated), sheet.repeated, strict=True):
        sheet.words[name] = one.words.to_list()
        sheet.put(name, own[name], code=place)


def unpack_values(
    values: PackedValues, raw: Packed, types: Mapping[str, str], wanted: Collection[str] | None = None
) -> dict[str, pl.Series]:
    """The attributes that there are among the wanted ones (all by default) as columns of the types that `types` names."""
    entries: list[Entry] = orjson.loads(values.layout)
    asked = [entry for entry in entries if wanted is None or entry["name"] in wanted]
    words = orjson.loads(values.words) if any("value" not in entry for entry in asked) else {}
    found = _own(values, raw.records, asked, sum("value" in entry for entry in entries))
    found |= _raw(raw, [entry for entry in asked if "raw" in entry], words)
    known = _Known(words, types)
    return {entry["name"]: known.column(entry, found[entry["name"]]) for entry in asked}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the values of a column mean: words by attribute, and the attributes' types."""

    words: Mapping[str, Any]
    types: Mapping[str, str]

    def column(self, entry: Entry, found: pl.Series) -> pl.Series:
        """Typed values from text, or from numbers of words; words are made out once, not once for each record."""
        name = entry["name"]
        if found.dtype == pl.String:
            return typed(Written(entry["kind"], found), self.types[name])
        words = pl.Series(self.words[name], dtype=pl.String)
        return typed(Written(entry["kind"], words), self.types[name]).gather(found)


def _own(values: PackedValues, records: int, asked: Sequence[Entry], width: int) -> dict[str, pl.Series]:
    """Text of the attributes that stand in lines, numbers of those that stand in codes."""
    plain = [entry for entry in asked if "value" in entry]
    listed = [entry for entry in asked if "code" in entry]
    texts = columns_of(values.lines, width, [entry["value"] for entry in plain], empty=None)
    codes = codes_apart(values.codes or b"", [entry["code"] for entry in listed], records) if listed else []
    return {entry["name"]: column for entry, column in zip((*plain, *listed), (*texts, *codes), strict=True)}


def _raw(raw: Packed, asked: Sequence[Entry], words: Mapping[str, Any]) -> dict[str, pl.Series]:
    """Text of the attributes that say what their raw column says, numbers of those whose raw column is of words."""
    columns = unpack(raw, [entry["raw"] for entry in asked]) if asked else {}
    return {entry["name"]: _said(columns[entry["raw"]], words[entry["name"]]) for entry in asked}


def _said(raw: pl.Series, words: Any) -> pl.Series:
    if isinstance(raw.dtype, pl.Enum):
        return raw.to_physical()
    became = {"": None, **words}
    return raw.replace(pl.Series(list(became), dtype=pl.String), pl.Series(list(became.values()), dtype=pl.String))
