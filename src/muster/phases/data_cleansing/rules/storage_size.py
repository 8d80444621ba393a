"""Storage in GB, which here means GiB: 1 TB is 1024, 512 MB is half a GB.

Without a unit in the cell or the column the size of the number decides: below 20,000 it counts GB, below 20 million MB
(20 GB to 20 TB), below ten thousand million KB, else bytes. The drives or file systems of a machine, each with its
letter or path, are added up.
"""

import re

import polars as pl

from muster.phases.data_cleansing.amount import size
from muster.phases.data_cleansing.quantity import plain_size
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy

DRIVE = re.compile(r"(?:^|[\s,;|&+]+)([a-z]:\\?|/[\w./-]*:)\s*=?\s*(?=\d)", re.I)
GUESS = ((1e10, "b"), (2e7, "kb"), (2e4, "mb"), (0.0, "gb"))


def apply(raw: str, reading: Reading) -> Cleansed:
    """Gigabytes of storage."""
    return size(_added(tidy(raw) or "") or raw, reading, "gb", GUESS)


def _added(text: str) -> str:
    """'C: 100 GB, D: 200 GB' as '100 GB + 200 GB'; nothing where a drive is named twice or other words stand there."""
    drives = list(DRIVE.finditer(text))
    names = {drive[1].casefold() for drive in drives}
    if not drives or drives[0].start() or len(names) < len(drives):
        return ""
    ends = [*(drive.start() for drive in drives[1:]), len(text)]
    amounts = [text[drive.end() : end].strip(" ,;|") for drive, end in zip(drives, ends, strict=True)]
    return " + ".join(amounts) if not any(re.search("[(+]", amount) for amount in amounts) else ""


def fast(column: pl.Expr, reading: Reading) -> pl.Expr | None:
    """Plain numbers with a unit."""
    return plain_size(column, reading, "gb")


RULE = Rule(
    name="storage_size",
    apply=apply,
    fast=fast,
    attributes=frozenset({"storage_total_gb", "storage_used_gb", "storage_free_gb", "database_size_gb"}),
    own=Reading(unit="GB"),
    examples=(
        Example("1 TB", 1024.0),
        Example("500 Go", 500.0),
        Example("2To", 2048.0),
        Example("512 MB", 0.5),
        Example("102400", 100.0, reading=Reading(unit="MiB")),
        Example("1.024,5", 1024.5, reading=Reading(unit="GB", decimal_comma=True)),
        Example("1 024 GB", 1024.0),
        Example("107374182400", 100.0, reading=Reading(unit="bytes")),
        Example("4 x 300 GB", 1200.0),
        Example("2 x 480 GB SSD + 4 x 1,2 TB SAS", 5875.2),
        Example("2 Platten à 500 GB", 1000.0),
        Example("1.5TB NVMe", 1536.0),
        Example("1 TB 500 GB", 1524.0),
        Example("1TB 512MB", 1024.5),
        Example("500 GB 1 TB", None, "not_a_size"),
        Example("1 TB 2000 GB", None, "not_a_size"),
        Example("500 GB 500 GB", None, "not_a_size"),
        Example("C: 100 GB, D: 200 GB", 300.0),
        Example("C: 99,5 GB; D: 1,5 TB", 1635.5),
        Example("C:\\ 100GB D:\\ 200GB", 300.0),
        Example("/: 50 GB, /var/lib: 100 GB", 150.0),
        Example("C: 100 GB", 100.0),
        Example("C: 100 GB, C: 200 GB", None, "not_a_size"),
        Example("C: 100 GB, D: full", None, "not_a_size"),
        Example("C: 40 GB of 100 GB", None, "not_a_size"),
        Example("C: 100 GB (40 GB free), D: 50 GB", None, "not_a_size"),
        Example("2 EB", 2147483648.0),
        Example("0", 0.0, reading=Reading(unit="GB")),
        Example("120", 120.0, "unit_assumed"),
        Example("139434", 136.166015625, "unit_assumed"),
        Example("none", None),
        Example("big", None, "not_a_size"),
    ),
)
