"""Arrow files (IPC, Feather of the second version): as Parquet, without its compression of columns."""

import io
from pathlib import Path

import polars as pl

from muster.phases.data_import.format import Example
from muster.phases.data_import.typed.columnar import columnar_format

MAGIC = b"ARROW1"


def _recognise(_path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(MAGIC) else 0.0


def _scan(path: Path) -> pl.LazyFrame:
    """This very file: neither a pattern for others nor a folder that says what is in it."""
    return pl.scan_ipc(path, glob=False, hive_partitioning=False)


def _example() -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"hostname": ["web01", "db01"], "os": ["Debian", None], "cpus": [4, 8]}).write_ipc(file)
    return file.getvalue()


FORMAT = columnar_format(
    name="arrow_file",
    recognise=_recognise,
    scan=_scan,
    example=Example(
        _example(),
        (("server", ("hostname", "os", "cpus"), (("web01", "Debian", "4"), ("db01", "", "8"))),),
    ),
)
