"""Records that JSON writes as names and rows of values: query results, data frames, sheets; made members again."""

from collections.abc import Mapping, Sequence

from muster.phases.data_import.tables.heading import find_heading
from muster.vocabulary.table import Json

# What holds the names, what holds the rows: Log Analytics and cost exports, Splunk, InfluxDB, ClickHouse, pandas.
NAMES = ("columns", "fields", "header", "headers", "cols", "columnNames", "meta")
ROWS = ("rows", "data", "values", "results")
DEEPEST = 5
FEWEST_ROWS = 2
MOST_TABLES = 10  # a longer list holds records


def with_members(node: Json, depth: int = 0) -> Json:
    """The node, where names and rows of values stand in it as lists of objects instead."""
    if depth > DEEPEST:
        return node
    if isinstance(node, list):
        if depth == 0 and (records := _headed(node)):
            return list(records)
        return [with_members(entry, depth + 1) for entry in node] if len(node) <= MOST_TABLES else node
    if not isinstance(node, dict):
        return node
    if (records := _named(node)) or depth == 0 and (records := _by_column(node)):
        return list(records)
    return {
        key: with_members(value, depth + 1) if isinstance(value, dict | list) else value for key, value in node.items()
    }


def _named(node: Mapping[str, Json]) -> list[Json]:
    """The records of {"columns": ["name", "ip"], "rows": [["web01", "10.0.0.1"]]}; nothing for another object."""
    names = next((said for key in NAMES if (said := _names(node.get(key)))), ())
    rows = next((found for key in ROWS if _is_matrix(found := node.get(key))), None)
    if not names or not isinstance(rows, list) or any(isinstance(row, list) and len(row) > len(names) for row in rows):
        return []
    return [dict(zip(names, row, strict=False)) for row in rows if isinstance(row, list)]


def _names(node: Json) -> tuple[str, ...]:
    """The names in a list of texts, or of objects that each have a name."""
    if not isinstance(node, list):
        return ()
    said = [entry.get("name", entry.get("text")) if isinstance(entry, dict) else entry for entry in node]
    names = [name for name in said if isinstance(name, str)]
    return tuple(names) if len(names) == len(node) and len(set(names)) == len(names) else ()


def _is_matrix(node: Json) -> bool:
    return isinstance(node, list) and len(node) > 0 and all(isinstance(row, list) for row in node)


def _headed(rows: Sequence[Json]) -> list[Json]:
    """The records of [["name", "ip"], ["web01", "10.0.0.1"]], whose first row names the columns."""
    if len(rows) < FEWEST_ROWS or not _is_matrix(list(rows)):
        return []
    plain = [row for row in rows if isinstance(row, list) and not any(isinstance(cell, dict | list) for cell in row)]
    if len(plain) < len(rows):
        return []
    texts = [["" if cell is None else str(cell) for cell in row] for row in plain[:100]]
    heading = find_heading(texts)
    if len(heading.names) < 2 or heading.row not in (None, 0):
        return []
    width = max(map(len, plain))
    names = [*heading.names, *(f"#{at}" for at in range(len(heading.names) + 1, width + 1))]
    return [dict(zip(names, row, strict=False)) for row in plain[0 if heading.row is None else 1 :]]


def _by_column(node: Mapping[str, Json]) -> list[Json]:
    """The records of {"name": {"0": "web01", "1": "db01"}, "ip": {...}}: one object a column, entries numbered."""
    columns = {name: column for name, column in node.items() if isinstance(column, dict)}
    if len(columns) < 2 or len(columns) < len(node):
        return []
    places = list(next(iter(columns.values())))
    if places != [str(at) for at in range(len(places))] or any(list(column) != places for column in columns.values()):
        return []
    return [{name: column[place] for name, column in columns.items()} for place in places]
