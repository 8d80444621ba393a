"""Network throughput in megabits a second; steps of 1000, as networks count."""

from muster.phases.data_cleansing.quantity import measured
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule

UNITS = {
    "mb/s": 1.0, "mbit/s": 1.0, "mbps": 1.0, "kbit/s": 1e-3, "kbps": 1e-3, "gbit/s": 1e3, "gbps": 1e3, "bps": 1e-6,
    "bit/s": 1e-6, "mbyte/s": 8.0, "kbyte/s": 8e-3, "bytes/s": 8e-6,
}  # fmt: skip


def apply(raw: str, reading: Reading) -> Cleansed:
    """Megabits a second; a bare number of a column without a unit is one."""
    return measured(raw, reading, UNITS, ((0.0, "mbit/s"),))


RULE = Rule(
    name="network_throughput",
    apply=apply,
    attributes=frozenset({"network_throughput_mbps"}),
    own=Reading(unit="Mb/s"),
    examples=(
        Example("100 Mbps", 100.0),
        Example("1 Gbit/s", 1000.0),
        Example("250", 0.25, reading=Reading(unit="Kbps")),
        Example("12,5", 12.5),
        Example("n/a", None),
    ),
)
