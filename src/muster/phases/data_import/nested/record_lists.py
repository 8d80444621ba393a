"""Nested documents as tables: which lists in them are the records, and each record as one flat row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from muster.phases.data_import.format import Block, Rejected
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.nested.inventory_hosts import inventory_hosts
from muster.phases.data_import.nested.keyed_values import is_pair, pair_columns
from muster.phases.data_import.nested.matrices import with_members
from muster.phases.data_import.tables.heading import Heading
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text.text_block import text_frame
from muster.vocabulary.errors import FileTooLarge
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Json, Table

Record = Mapping[str, Json]
Flat = dict[str, str]
DEEPEST = 24  # what lies deeper is kept as one text
WRAPPING = 10  # an object with more other members than this is a record itself, not the wrapping of a list
# What an answer calls the member that holds what was asked for, beside others that tell how the asking went.
ENVELOPES = frozenset(
    {"hits", "data", "result", "results", "response", "value", "items", "payload", "content", "body", "_embedded"}
)
BLOCK_RECORDS = 5_000
SEPARATOR = ";"
KEY = "key"  # the column of the names by which an object holds its records
RARE = 20  # a key that fewer than a twentieth of the records have gets no column of its own
MOST_PAIRS = 60  # columns of keyed values in one table


@dataclass(frozen=True, slots=True)
class RecordList:
    """Where the records are (as 'Reservations[].Instances[]'; '' for the document itself) and the records."""

    path: str
    records: Sequence[Record]


def record_lists(document: Json) -> tuple[RecordList, ...]:
    """Every list of records in a document, at least one: a document without a list is one record."""
    if (hosts := inventory_hosts(document)) is not None:
        return (RecordList(*hosts),)
    document = with_members(document)
    return tuple(_unwrapped(found) for found in _lists(document, "", 0)) or (RecordList("", (_as_record(document),)),)


def _lists(node: Json, path: str, depth: int) -> Iterator[RecordList]:
    if _is_record_list(node):
        yield RecordList(f"{path}[]" if path else "", _records(node))
        return
    if not isinstance(node, dict) or depth > 3:
        return
    if len(node) > 1 and all(_is_wrapping(value) for value in node.values()):
        for key, value in node.items():
            yield from _lists(value, f"{path}.{key}" if path else key, depth + 1)
        return
    if (keyed := _keyed(node, path)) is not None:
        yield keyed
        return
    nested = {key: value for key, value in node.items() if _is_record_list(value) or isinstance(value, dict)}
    lists = [key for key, value in nested.items() if _is_record_list(value)]
    if not _wraps(node, nested, lists):
        return
    for key in lists or _enveloped(nested) or list(nested):
        yield from _lists(nested[key], f"{path}.{key}" if path else key, depth + 1)


def _wraps(node: Record, nested: Mapping[str, Json], lists: Sequence[str]) -> bool:
    """An envelope: lists of records beside a little about them, or one object that holds everything."""
    if lists:
        return len(node) - len(lists) <= WRAPPING
    return len(nested) == 1 and len(node) <= 3 or len(node) <= WRAPPING and len(_enveloped(nested)) == 1


def _keyed(node: Record, path: str) -> RecordList | None:
    """The records of an object whose members are named by the thing each is, or by the place where the things are."""
    part = _part_of_each(node)
    if part is not None:
        return RecordList(f"{path}{{}}.{part}[]", _of_each(node, part, f"{path}{{}}"))
    if _is_keyed(node):
        records = [{KEY: key, **_as_record(value)} for key, value in node.items()]
        return RecordList(f"{path}{{}}" if path else "", records)
    return None


def _part_of_each(node: Record) -> str | None:
    """The member that is a list of records in objects keyed by a place; None unless it is the same one everywhere.

    Cloud listings over all zones are written so: {"zones/a": {"instances": [...]}, "zones/b": {"warning": {...}}}.
    """
    if len(node) < 2 or not all(isinstance(value, dict) for value in node.values()):
        return None
    lists = [
        [name for name, member in value.items() if _is_record_list(member)]
        for value in node.values()
        if isinstance(value, dict) and len(value) <= WRAPPING
    ]
    named = {name for names in lists for name in names}
    return (
        named.pop() if len(named) == 1 and len(lists) == len(node) and all(len(names) < 2 for names in lists) else None
    )


def _of_each(node: Record, part: str, column: str) -> list[Record]:
    return [
        {**record, column: place}
        for place, value in node.items()
        if isinstance(value, dict)
        for record in _records(value.get(part))
    ]


def _enveloped(nested: Mapping[str, Json]) -> list[str]:
    """The members that by their name hold what was asked for."""
    return [
        key
        for key, value in nested.items()
        if key.lower() in ENVELOPES
        and isinstance(value, dict)
        and (any(map(_is_record_list, value.values())) or _part_of_each(value) is not None)
    ]


def _is_wrapping(node: Json) -> bool:
    """An object that holds one list of several records and else says little, and only about them."""
    if not isinstance(node, dict) or len(node) > WRAPPING or any(isinstance(value, dict) for value in node.values()):
        return False
    lists = [_records(value) for value in node.values() if _is_record_list(value)]
    return len(lists) == 1 and len(lists[0]) > 1


def _is_record_list(node: Json) -> bool:
    return isinstance(node, list) and len(node) > 0 and all(isinstance(entry, dict) for entry in node)


def _is_keyed(node: Record) -> bool:
    """An object of like objects, keyed by name: {"web01": {...}, "db01": {...}}."""
    members = [frozenset(value) for value in node.values() if isinstance(value, dict)]
    if len(members) < 2 or len(members) != len(node):
        return False
    shared, every = frozenset.intersection(*members), frozenset.union(*members)
    return len(shared) >= 3 and len(shared) * 2 >= len(every)


def _records(node: Json) -> list[Record]:
    return [_as_record(entry) for entry in node] if isinstance(node, list) else []


def _as_record(node: Json) -> Record:
    return node if isinstance(node, dict) else {"value": node}


def _unwrapped(found: RecordList) -> RecordList:
    """Go down where every record only wraps one list of records; what it says itself goes with each, under its path."""
    while True:
        inner = {key for record in found.records for key, value in record.items() if _is_record_list(value)}
        key = next(iter(inner)) if len(inner) == 1 else ""
        if not key or not all(key in record and _is_mostly(record, key) for record in found.records):
            return found
        prefix = found.path or "[]"
        records = [
            {
                **entry,
                **{
                    f"{prefix}.{name}": value
                    for name, value in record.items()
                    if name != key and not isinstance(value, list | dict)
                },
            }
            for record in found.records
            for entry in _records(record[key])
        ]
        found = RecordList(f"{prefix}.{key}[]", records)


def _is_mostly(record: Record, key: str) -> bool:
    """True where the list's entries say much more than the record around them: a list of tags stays a part."""
    about = sum(1 for name, value in record.items() if name != key and value not in ([], {}, None))
    return about <= 3 and all(len(entry) >= max(4, 2 * about) for entry in _records(record[key]))


def flat(record: Record) -> Flat:
    """One row: 'a.b' for members, 'a[].b' for members of list entries, whose texts are joined in order, blanks kept."""
    row: Flat = {}
    for key, value in record.items():
        _flatten(value, key, row, 0)
    return row


def _flatten(value: Json, path: str, row: Flat, depth: int) -> None:
    if isinstance(value, dict) and value and depth < DEEPEST:
        for key, member in value.items():
            _flatten(member, f"{path}.{key}", row, depth + 1)
    elif isinstance(value, list) and depth < DEEPEST:
        _flatten_list(value, f"{path}[]", row, depth + 1)
    else:
        row[path] = _text(value)


def _flatten_list(values: Sequence[Json], path: str, row: Flat, depth: int) -> None:
    rows: list[Flat] = []
    if not values:
        row[path] = ""
    for value in values:
        entry: Flat = {}
        _flatten(value, path, entry, depth)
        rows.append(entry)
    for name in dict.fromkeys(name for entry in rows for name in entry):
        row[name] = SEPARATOR.join(entry.get(name, "") for entry in rows)
    for name, text in pair_columns(values, path):
        row.setdefault(name, _text(text))


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def columns_of(seen: Mapping[str, int], records: int) -> tuple[str, ...]:
    """All names in order of first appearance, with how many of the records have them.

    Behind them stand the columns of keyed values (a tag by its name), as far as they occur often.
    """
    filled = {name.rpartition("[].")[0] + "[]" for name in seen if "[]." in name}  # elsewhere the list has members
    plain = tuple(name for name in seen if not is_pair(name) and name not in filled)
    pairs = [name for name in seen if is_pair(name) and seen[name] * RARE >= records]
    commonest = sorted(pairs, key=lambda name: (-seen[name], name))[:MOST_PAIRS]
    return (*plain, *(name for name in pairs if name in commonest))


def described_list(
    format: str, path: str, columns: Sequence[str], rows: Sequence[Flat], locator: Mapping[str, Json], limits: Limits
) -> Table:
    """The table of a record list; records are counted from 1 and there is no header row."""
    if len(columns) > limits.max_columns:
        raise FileTooLarge(f"{path or 'The document'} has {len(columns)} columns; max_columns is {limits.max_columns}.")
    body = [tuple(row.get(name, "") for name in columns) for row in rows[:1000]]
    return described(
        name=path or "records",
        format=format,
        heading=Heading(None, 0, tuple(columns)),
        body=body,
        locator={**locator, "first_file_row": 1},
        named=True,
    )


def blocks(rows: Iterator[Flat], columns: Sequence[str]) -> Iterator[Block]:
    """The rows under the columns, some thousand at a time. A record with a NUL, which no database takes, is refused."""
    before = 0
    while part := list(islice(rows, BLOCK_RECORDS)):
        values = [[row.get(name, "") for name in columns] for row in part]
        filled = [at for at, row in enumerate(values) if any(value.strip() for value in row)]
        kept = [values[at] for at in filled]
        rejected = tuple(_with_nul(at, row) for at, row in enumerate(kept) if any("\x00" in value for value in row))
        frame = text_frame(kept, len(columns)).select(pl.all().str.replace_all("\x00", "\ufffd", literal=True))
        file_rows = None if len(kept) == len(values) else tuple(before + at + 1 for at in filled)
        yield Block(frame, file_rows, len(values), rejected)
        before += len(values)


def _with_nul(ordinal: int, row: Sequence[str]) -> Rejected:
    issue = Issue("undecodable_text", "The record holds a NUL character.", "Export the data again; a NUL is no text.")
    return Rejected(ordinal, tuple(value.replace("\x00", "\ufffd") for value in row), issue)
