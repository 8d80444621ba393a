"""Frames as bytes: Arrow files, compressed, to be kept in a column or sent to another process.

A frame that is pickled for another process is in memory four times; as such a file it takes a fraction of itself.
"""

import io
from collections.abc import Sequence

import polars as pl


def packed(frame: pl.DataFrame) -> bytes:
    """A frame as an Arrow file, compressed."""
    kept = io.BytesIO()
    frame.write_ipc(kept, compression="zstd")
    return kept.getvalue()


def unpacked(kept: bytes, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The frame that was packed, or only the named columns of it."""
    return pl.read_ipc(io.BytesIO(kept), columns=None if columns is None else list(columns))
