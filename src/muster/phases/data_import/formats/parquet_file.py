"""Parquet files: columns with types, read a stretch of rows at a time; nested columns are flattened as JSON is."""

import io
from pathlib import Path

import polars as pl

from muster.phases.data_import.format import Example
from muster.phases.data_import.typed.columnar import columnar_format

MAGIC = b"PAR1"


def _recognise(_path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(MAGIC) else 0.0


def _scan(path: Path) -> pl.LazyFrame:
    """This very file: neither a pattern for others nor a folder that says what is in it."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _example() -> bytes:
    file = io.BytesIO()
    pl.DataFrame(
        {
            "hostname": ["web01", "db01"],
            "os": [{"name": "Debian"}, {"name": "AIX"}],
            "nics": [[{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}], []],
            "cpus": [4.0, None],
        },
        schema_overrides={"nics": pl.List(pl.Struct({"ip": pl.String}))},
    ).write_parquet(file)
    return file.getvalue()


FORMAT = columnar_format(
    name="parquet_file",
    recognise=_recognise,
    scan=_scan,
    example=Example(
        _example(),
        (
            (
                "server",
                ("hostname", "os.name", "nics[].ip", "cpus"),
                (("web01", "Debian", "10.0.0.1;10.0.0.2", "4"), ("db01", "AIX", "", "")),
            ),
        ),
    ),
)
