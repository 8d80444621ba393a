"""Raw records of a block as they are stored: text of values between marks, and numbers of words where values repeat."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import orjson
import polars as pl

FIELD, RECORD, MEMBER = "\x1f", "\x1e", "\x1d"  # what stands between fields, records, and members of a list
REPEATED = 4  # a column with that many times fewer different values than records is kept as words
WIDTHS = {1: "<u1", 2: "<u2", 4: "<u4"}


@dataclass(frozen=True, slots=True)
class Packed:
    """The records of a block.

    `places` says for each column where its values stand. From 1 on it is the n-th value of each record of `lines`,
    where FIELD stands between values and RECORD between records. Below 0 it is -(8 * offset + width): the number of one
    of the column's `words`, that many bytes (the lowest first) at that offset of the record's `codes`. `words` is a
    JSON object: lists of words by the column's 1-based position.
    """

    records: int
    places: tuple[int, ...]
    lines: str | None
    codes: bytes | None
    words: str


@dataclass(frozen=True, slots=True)
class Coded:
    """One column as numbers into a list of words."""

    words: pl.Series
    codes: pl.Series


def coded(column: pl.Series) -> Coded:
    """A text column as numbers into its different values; null is a word too."""
    if isinstance(column.dtype, pl.Enum):
        return Coded(column.dtype.categories, column.to_physical())
    own = pl.Categories.random()
    found = column.cast(pl.Categorical(own))
    words = own.to_series().cast(pl.String)
    if not column.null_count():
        return Coded(words, found.to_physical())
    return Coded(words.extend(pl.Series([None], dtype=pl.String)), found.to_physical().fill_null(words.len() - 1))


def repeats(frame: pl.DataFrame) -> list[bool]:
    """Which columns are better kept as words; an estimate."""
    if not frame.height:
        return [False] * frame.width
    counts = frame.select(pl.all().approx_n_unique()).row(0)
    return [count * REPEATED <= frame.height for count in counts]


def rows_of(columns: Sequence[pl.Series]) -> str | None:
    """Columns of text as lines; null is the empty value. None where a value holds a mark."""
    records = columns[0].len()
    named = pl.DataFrame([column.alias(str(at)) for at, column in enumerate(columns)])
    text = named.write_csv(include_header=False, separator=FIELD, line_terminator=RECORD, quote_style="never")
    marks = text.count(FIELD), text.count(RECORD)
    return text[:-1] if marks == ((len(columns) - 1) * records, records) else None


def columns_of(lines: str | None, width: int, wanted: Sequence[int], empty: str | None = "") -> list[pl.Series]:
    """The wanted values (1-based) of lines of `width` values, as text; an empty value becomes `empty`."""
    if lines is None or not wanted:
        return [pl.Series([], dtype=pl.String) for _ in wanted]
    if width == 1 or "\r" in lines:
        # The fast parser takes an empty line for none, and a return at either end of a line for a part of its end
        values = pl.Series([lines]).str.split(RECORD).explode().str.split(FIELD)
        found = [values.list.get(at - 1) for at in wanted]
        return found if empty == "" else [column.replace("", empty) for column in found]
    frame = pl.read_csv(
        io.BytesIO(lines.encode()),
        has_header=False,
        separator=FIELD,
        eol_char=RECORD,
        quote_char=None,
        schema={str(at): pl.String() for at in range(1, width + 1)},
        columns=[at - 1 for at in sorted(wanted)],
        empty_string_is_null=empty is None,
    )
    return [frame.get_column(str(at)) for at in wanted]


def marked(column: pl.Series) -> bool:
    """True where a value of a text column could be taken for more than one."""
    return bool(column.str.contains(f"[{FIELD}{RECORD}{MEMBER}]").any())


def code_places(columns: Sequence[Coded]) -> list[int]:
    """Where the numbers of each column stand in a record's codes."""
    places, offset = [], 0
    for column in columns:
        count = column.words.len()
        width = 1 if count <= 1 << 8 else 2 if count <= 1 << 16 else 4
        places.append(-(8 * offset + width))
        offset += width
    return places


def codes_together(columns: Sequence[Coded]) -> bytes | None:
    """The numbers of all columns, record by record."""
    if not columns:
        return None
    places = code_places(columns)
    table = np.empty(columns[0].codes.len(), dtype=_layout(places, -places[-1] // 8 + -places[-1] % 8))
    for at, column in enumerate(columns):
        table[f"f{at}"] = column.codes.to_numpy()
    return table.tobytes()


def codes_apart(codes: bytes, places: Sequence[int], records: int) -> list[pl.Series]:
    """The numbers of each column, of which `places` says where they stand."""
    table = np.frombuffer(codes, dtype=_layout(places, len(codes) // max(records, 1)))
    return [pl.Series(table[f"f{at}"].astype(np.uint32)) for at in range(len(places))]


def _layout(places: Sequence[int], size: int) -> np.dtype[np.void]:
    """One record's codes of so many bytes, of which these places are read or written."""
    names = [f"f{at}" for at in range(len(places))]
    formats = [WIDTHS[-place % 8] for place in places]
    offsets = [-place // 8 for place in places]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})


def lines_at(lines: str | None, ordinals: Sequence[int]) -> str | None:
    """Of lines those at these 0-based places."""
    if lines is None:
        return None
    every = lines.split(RECORD)
    return RECORD.join([every[at] for at in ordinals])


def codes_at(codes: bytes | None, records: int, ordinals: Sequence[int]) -> bytes | None:
    """Of the codes of so many records those at these 0-based places."""
    if codes is None:
        return None
    return np.frombuffer(codes, dtype=np.uint8).reshape(records, -1)[list(ordinals)].tobytes()


def pack(frame: pl.DataFrame) -> Packed:
    """Raw records: text columns '1'..'n' without null."""
    listed = [column for column, often in zip(frame, repeats(frame), strict=True) if often]
    names = {column.name for column in listed}
    plain = [column for column in frame if column.name not in names]
    lines = rows_of(plain) if plain and frame.height else None
    if plain and frame.height and lines is None:
        listed += [column for column in plain if marked(column)]
        names = {column.name for column in listed}
        plain = [column for column in plain if column.name not in names]
        lines = rows_of(plain) if plain else None
    words = [coded(column) for column in listed]
    places = {column.name: at for at, column in enumerate(plain, 1)}
    places |= {column.name: place for column, place in zip(listed, code_places(words), strict=True)}
    lists = {column.name: found.words.to_list() for column, found in zip(listed, words, strict=True)}
    at = tuple(places[name] for name in frame.columns)
    return Packed(frame.height, at, lines, codes_together(words), orjson.dumps(lists).decode())


def unpack(packed: Packed, wanted: Sequence[int] | None = None) -> dict[int, pl.Series]:
    """The wanted columns (1-based; all by default) by position; those kept as words are Enum, the others String."""
    places = dict(enumerate(packed.places, 1))
    asked = sorted(places if wanted is None else set(wanted))
    plain = [at for at in asked if places[at] > 0]
    width = sum(place > 0 for place in packed.places)
    found = dict(zip(plain, columns_of(packed.lines, width, [places[at] for at in plain]), strict=True))
    listed = [at for at in asked if places[at] < 0]
    if listed:
        words: Mapping[str, list[str]] = orjson.loads(packed.words)
        numbers = codes_apart(packed.codes or b"", [places[at] for at in listed], packed.records)
        found |= {at: codes.cat.to(pl.Enum(words[str(at)])) for at, codes in zip(listed, numbers, strict=True)}
    return {at: found[at] for at in asked}


def records_at(packed: Packed, ordinals: Sequence[int]) -> Packed:
    """A block of the records at these 0-based places alone."""
    codes = codes_at(packed.codes, packed.records, ordinals)
    return replace(packed, records=len(ordinals), lines=lines_at(packed.lines, ordinals), codes=codes)
