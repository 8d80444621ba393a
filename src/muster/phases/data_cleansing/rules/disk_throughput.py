"""Disk throughput in MB a second."""

from muster.phases.data_cleansing.quantity import measured
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule

UNITS = {
    "mb/s": 1.0, "mbps": 1.0, "mib/s": 1.0, "mb": 1.0, "kb/s": 1 / 1024, "kbps": 1 / 1024, "kib/s": 1 / 1024,
    "gb/s": 1024.0, "gib/s": 1024.0, "b/s": 1 / 1_048_576, "bytes/s": 1 / 1_048_576,
    "mo/s": 1.0, "mio/s": 1.0, "go/s": 1024.0, "ko/s": 1 / 1024, "mb/sec": 1.0, "gb/sec": 1024.0, "kb/sec": 1 / 1024,
    "mbit/s": 1 / 8, "gbit/s": 128.0,
}  # fmt: skip


def apply(raw: str, reading: Reading) -> Cleansed:
    """Megabytes a second; a bare number of a column without a unit is one."""
    return measured(raw, reading, UNITS, ((0.0, "mb/s"),))


RULE = Rule(
    name="disk_throughput",
    apply=apply,
    attributes=frozenset({"disk_throughput_mbps"}),
    own=Reading(unit="MB/s"),
    examples=(
        Example("12.5 MB/s", 12.5),
        Example("2048 KB/s", 2.0),
        Example("2048", 2.0, reading=Reading(unit="KBps")),
        Example("100 Mo/s", 100.0),
        Example("800 Mbit/s", 100.0),
        Example("3", 3.0),
        Example("slow", None, "not_a_number"),
        Example("n/a", None),
    ),
)
