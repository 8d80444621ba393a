"""Storage in GB, which here means GiB: 1 TB is 1024, 512 MB is half a GB.

Without a unit in the cell or the column the size of the number decides: below 20,000 it counts GB, below 20 million MB
(20 GB to 20 TB), below ten thousand million KB, else bytes.
"""

import polars as pl

from muster.phases.data_cleansing.amount import size
from muster.phases.data_cleansing.quantity import plain_size
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule

GUESS = ((1e10, "b"), (2e7, "kb"), (2e4, "mb"), (0.0, "gb"))


def apply(raw: str, reading: Reading) -> Cleansed:
    """Gigabytes of storage."""
    return size(raw, reading, "gb", GUESS)


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
        Example("2 EB", 2147483648.0),
        Example("0", 0.0, reading=Reading(unit="GB")),
        Example("120", 120.0, "unit_assumed"),
        Example("139434", 136.166015625, "unit_assumed"),
        Example("none", None),
        Example("big", None, "not_a_size"),
    ),
)
