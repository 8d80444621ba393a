"""Parquet with every attribute that some asset has, typed, for analysis.

Row groups of 50,000 rows, zstd. The rows wait in working files beside the place until all are there, so that memory
stays small however many there are.
"""

from pathlib import Path

import polars as pl

from muster.exports.target import Encoding, GeneralTarget

GROUP = 50_000


class ParquetPart:
    """A file that is being written: pieces first, joined at the end."""

    def __init__(self, path: Path, schema: pl.Schema) -> None:
        self._path, self._schema = path, schema
        self._pieces: list[Path] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        piece = self._path.with_name(f"{self._path.name}.{len(self._pieces)}.piece")
        rows.write_ipc(piece, compression="zstd")
        self._pieces.append(piece)

    def close(self) -> None:
        """Join the pieces."""
        rows = pl.scan_ipc(self._pieces) if self._pieces else pl.LazyFrame(schema=self._schema)
        rows.sink_parquet(self._path, compression="zstd", row_group_size=GROUP, maintain_order=True)
        for piece in self._pieces:
            piece.unlink()


TARGET = GeneralTarget(
    title="every attribute as Parquet",
    source="the attribute catalogue; Apache Parquet",
    encoding=Encoding(".parquet", ParquetPart),
    prepare=lambda rows: rows,
)
