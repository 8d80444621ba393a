"""Memory in MB, which here means MiB: 16 GB is 16384.

Without a unit in the cell or the column the size of the number decides: below 512 it counts GB (a server with 256 MB is
rarer today than one with 256 GB), below 4 Mi it counts MB, below 100 Mi KB, else bytes. Real columns without a unit
(RVTools, NetBox, ServiceNow) hold MiB.

Where a column counts MB, somebody who writes 8 or 64 means GB, and a thousands sign that was read as a decimal one
makes 16.384 MB of 16 GB. So little memory is asked about: below 32 MB no system of an inventory starts and nothing is
kept, below 256 MB the figure is. More than 128 TB is in no machine on sale.
"""

import polars as pl

from muster.phases.data_cleansing.amount import size
from muster.phases.data_cleansing.quantity import plain_size
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong

NONE_BELOW, ASKED_BELOW, MOST = 32.0, 256.0, 128.0 * 1024 * 1024  # MB
HINT = "Say the column's unit in the field mapping, or what this value means with muster value set."
GUESS = ((104_857_600.0, "b"), (4_194_304.0, "kb"), (512.0, "mb"), (0.0, "gb"))


def apply(raw: str, reading: Reading) -> Cleansed:
    """Megabytes of memory. No machine has none."""
    answer = size(raw, reading, "mb", GUESS)
    amount = answer.value
    if not isinstance(amount, float) or ASKED_BELOW <= amount <= MOST:
        return answer
    if amount == 0.0:
        return wrong("no_memory", raw, "is no machine's memory", "Read the machine's memory again at its source.")
    what = f"would be {'too much' if amount > MOST else 'very little'} memory ({amount:g} MB)"
    return wrong("implausible_memory", raw, what, HINT, amount if NONE_BELOW <= amount <= MOST else None)


def fast(column: pl.Expr, reading: Reading) -> pl.Expr | None:
    """Plain numbers that can be a machine's memory, with a unit."""
    amount = plain_size(column, reading, "mb")
    return None if amount is None else pl.when(amount.is_between(ASKED_BELOW, MOST)).then(amount)


RULE = Rule(
    name="memory_size",
    apply=apply,
    fast=fast,
    attributes=frozenset({"memory_mb"}),
    own=Reading(unit="MB"),
    examples=(
        Example("16 GB", 16384.0),
        Example("2.0G", 2048.0),
        Example("16 Go", 16384.0),
        Example("512 Mo", 512.0),
        Example("1.98 GiB", 2027.52),
        Example("1,98 GiB", 2027.52),
        Example("2 x 8 GB", 16384.0),
        Example("8x16GB", 131072.0),
        Example("16 GB x 4", 65536.0),
        Example("32768 MB (32 GB)", 32768.0),
        Example("16 GB DDR4-3200", 16384.0),
        Example("RAM: 16 Go", 16384.0),
        Example("16 GB + 8 GB", 24576.0),
        Example("16.384,0 MB", 16384.0),
        Example("16\u202f384 Mo", 16384.0),
        Example("16'384 MB", 16384.0),
        Example("1,31,072 MB", 131072.0),
        Example("１６ GB", 16384.0),
        Example("~16 GB", 16384.0, "about"),
        Example("ca. 64 GB", 65536.0, "about"),
        Example("16GB?", 16384.0, "about"),
        Example(">= 16 GB", None, "bound_not_figure"),
        Example("16 GB+", None, "bound_not_figure"),
        Example("8-16 GB", None, "not_a_size"),
        Example("16,384 MB", 16384.0),
        Example("16384", 16384.0, reading=Reading(unit="MiB")),
        Example("27", 27648.0, reading=Reading(unit="GB")),
        Example("8589934592", 8192.0, reading=Reading(unit="bytes")),
        Example("64 GB RAM", 65536.0, reading=Reading(unit="MB")),
        Example("4096", 4096.0, "unit_assumed"),
        Example("32", 32768.0, "unit_assumed"),
        Example("1.6E+01", 16384.0, "unit_assumed"),
        Example("1,6E+01 GB", 16384.0),
        Example("0", None, "no_memory", Reading(unit="MB")),
        Example("8", None, "implausible_memory", Reading(unit="MB")),
        Example("16.384 MB", None, "implausible_memory"),
        Example("128", 128.0, "implausible_memory", Reading(unit="MB")),
        Example("17179869184", None, "implausible_memory", Reading(unit="MB")),
        Example("16 apples", None, "unknown_unit"),
        Example("plenty", None, "not_a_size"),
        Example("-1", None, "negative_size", Reading(unit="MB")),
        Example("n/a", None),
    ),
)
