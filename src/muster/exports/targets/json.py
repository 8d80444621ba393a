"""A JSON array of assets: each an object of the attributes that it has, typed; the client's own stand under `custom`.

Dates and times are ISO 8601. One object stands on a line, so that the file can be read line by line as well.
"""

from pathlib import Path
from typing import Any

import orjson
import polars as pl

from muster.exports.target import Encoding, GeneralTarget
from muster.vocabulary.attributes import CUSTOM


def _document(record: dict[str, Any]) -> dict[str, Any]:
    """An asset without what it has not."""
    said = {name: value for name, value in record.items() if value is not None and value != []}
    own = {name.removeprefix(CUSTOM): said.pop(name) for name in list(said) if name.startswith(CUSTOM)}
    return {**said, **({"custom": own} if own else {})}


class JsonPart:
    """An array that is being written."""

    def __init__(self, path: Path, _schema: pl.Schema) -> None:
        self._file = path.open("wb")
        self._before = b"[\n"

    def add(self, rows: pl.DataFrame) -> None:
        """Append objects."""
        for record in rows.iter_rows(named=True):
            self._file.write(self._before + orjson.dumps(_document(record)))
            self._before = b",\n"

    def close(self) -> None:
        """Close the array."""
        self._file.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")
        self._file.close()


TARGET = GeneralTarget(
    title="every attribute as a JSON array",
    source="the attribute catalogue; RFC 8259",
    encoding=Encoding(".json", JsonPart),
    prepare=lambda rows: rows,
)
