"""One table's rows, written to as many files as its limits ask for."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from muster.exports.target import Encoding, Limits, Part

STEP = 500  # rows that are weighed at once where a file has a limit in bytes


@dataclass(slots=True)
class Written:
    """A finished file under its working name."""

    path: Path
    rows: int = 0


class Parts:
    """The files of one table below `folder`. At least one is written where `always` is set, if only with a header."""

    def __init__(
        self, folder: Path, name: str, schema: pl.Schema, encoding: Encoding, limits: Limits, *, always: bool
    ) -> None:
        self._folder, self._name, self._schema = folder, name, schema
        self._encoding, self._limits = encoding, limits
        self._open: Part | None = None
        self._size = 0
        self.written: list[Written] = []
        if always:
            self._begin()

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows, beginning another file where this one is full."""
        while rows.height:
            if self._open is None or self._room() <= 0:
                self._begin()
            taken = min(rows.height, self._room(), STEP if self._limits.size else rows.height)
            if self._limits.size:
                taken = self._weighed(rows[:taken])
                if not taken:
                    self._begin()
                    continue
            self._write(rows[:taken])
            rows = rows[taken:]

    def close(self) -> None:
        """Finish the last file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _room(self) -> int:
        most = self._limits.rows
        return most - self.written[-1].rows if most is not None else 1 << 62

    def _weighed(self, rows: pl.DataFrame) -> int:
        """How many of these rows the file still holds. A row that is too large for any file goes alone."""
        limit = self._limits.size or 0
        while rows.height > 1 and self._size + self._encoding.size(rows) > limit:
            rows = rows[: rows.height // 2]
        fits = self._size + self._encoding.size(rows) <= limit or not self.written[-1].rows
        self._size += self._encoding.size(rows) if fits else 0
        return rows.height if fits else 0

    def _begin(self) -> None:
        self.close()
        path = self._folder / f"{self._name}.{len(self.written) + 1}"
        self._open = self._encoding.open(path, self._schema)
        self._size = self._encoding.size(pl.DataFrame([list(self._schema)], schema=list(self._schema), orient="row"))
        self.written.append(Written(path))

    def _write(self, rows: pl.DataFrame) -> None:
        if self._open is not None:
            self._open.add(rows)
            self.written[-1].rows += rows.height
