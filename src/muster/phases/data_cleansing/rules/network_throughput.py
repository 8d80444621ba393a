"""Network throughput in megabits a second; steps of 1000, as networks count."""

import re

from muster.phases.data_cleansing.quantity import measured
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule

UNITS = {
    "mb/s": 1.0, "mbit/s": 1.0, "mbps": 1.0, "kbit/s": 1e-3, "kbps": 1e-3, "gbit/s": 1e3, "gbps": 1e3, "bps": 1e-6,
    "bit/s": 1e-6, "mbyte/s": 8.0, "kbyte/s": 8e-3, "gbyte/s": 8e3, "byte/s": 8e-6, "bytes/s": 8e-6, "gb/s": 1e3,
    "kb/s": 1e-3, "b/s": 1e-6, "gb": 1e3, "mb": 1.0, "gbe": 1e3, "gbit": 1e3, "mbit": 1.0, "kbit": 1e-3, "gig": 1e3,
    "gige": 1e3, "g": 1e3, "m": 1.0, "tbit/s": 1e6, "tb/s": 1e6,
}  # fmt: skip

BYTES = re.compile(r"\s*(?<=[\d\s])([KkMmGg]?)(?:B/s|Bps|Byte/s|Bytes/s|Byte/sec|B/sec)$")


def apply(raw: str, reading: Reading) -> Cleansed:
    """Megabits a second; a bare number of a column without a unit is one."""
    return measured(BYTES.sub(_in_words, raw.strip()), reading, UNITS, ((0.0, "mbit/s"),))


def _in_words(unit: re.Match[str]) -> str:
    """Bits and bytes differ by the case of one letter; from here on by a word."""
    return f" {unit[1].lower()}byte/s"


RULE = Rule(
    name="network_throughput",
    apply=apply,
    attributes=frozenset({"network_throughput_mbps"}),
    own=Reading(unit="Mb/s"),
    examples=(
        Example("100 Mbps", 100.0),
        Example("1 Gbit/s", 1000.0),
        Example("10 Gb/s", 10000.0),
        Example("10GbE", 10000.0),
        Example("100 MB/s", 800.0),
        Example("12 MBps", 96.0),
        Example("250", 0.25, reading=Reading(unit="Kbps")),
        Example("12,5", 12.5),
        Example("n/a", None),
    ),
)
