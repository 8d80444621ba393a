"""Lists of keys and values inside a record (tags, labels, metadata items): one column for each key."""

from collections.abc import Iterator, Mapping, Sequence

from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

# What names the key and what holds the value, as cloud providers, inventories and scanners write it.
PAIRS = (
    ("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"), ("tagKey", "tagValue"), ("Name", "Value"),
    ("name", "value"), ("Name", "Val"), ("label", "value"), ("@key", "@value"), ("@name", "@value"),
    ("@name", "#text"), ("@key", "#text"), ("@N", "#text"), ("@addrtype", "@addr"), ("ParameterKey", "ParameterValue"),
)  # fmt: skip
MOST_OTHERS = 2  # members beside key and value (PropagateAtLaunch, ResourceId); an entry with more is a record
LONGEST_KEY = 80
COLUMN = late(r"\[[@#\w]+=[^\]]*\]\.")


def is_pair(column: str) -> bool:
    """True for a column of one key's value: 'Tags[Key=Name].Value'."""
    return COLUMN.search(column) is not None


def pair_columns(entries: Sequence[Json], path: str) -> Iterator[tuple[str, Json]]:
    """Column and value for each entry of a list of keys and values at `path` ('Tags[]'); nothing for other lists."""
    pair = _pair(entries)
    if pair is None:
        return
    key, value = pair
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry[key], str) and _may_be_column(str(entry[key])):
            yield f"{path.removesuffix('[]')}[{key}={entry[key]}].{value}", entry.get(value)


def _pair(entries: Sequence[Json]) -> tuple[str, str] | None:
    first = entries[0] if entries else None
    if not isinstance(first, dict) or len(first) > 2 + MOST_OTHERS:
        return None
    for key, value in PAIRS:
        if key in first and value in first and all(isinstance(e, dict) and _has(e, key, value) for e in entries):
            names = [str(entry[key]) for entry in entries if isinstance(entry, dict)]
            return (key, value) if len(set(names)) == len(names) else None
    return None


def _has(entry: Mapping[str, Json], key: str, value: str) -> bool:
    return (
        key in entry and len(entry) <= 2 + MOST_OTHERS and value in entry and not isinstance(entry[value], list | dict)
    )


def _may_be_column(key: str) -> bool:
    return 0 < len(key) <= LONGEST_KEY and not set(key) & set("[]\n\r\x00")
