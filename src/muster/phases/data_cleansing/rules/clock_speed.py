"""Processor speed in MHz. A bare number below 100 counts GHz, from 100,000 on kHz, from 100 million on Hz.

Below 30 MHz and above 20 GHz no processor of an inventory runs: a thousands sign was read as a decimal one (2.400 MHz),
or the unit is wrong. Nothing is kept of it.
"""

import re

from muster.phases.data_cleansing.quantity import measured
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong

UNITS = {"hz": 1e-6, "khz": 1e-3, "mhz": 1.0, "m": 1.0, "ghz": 1000.0, "g": 1000.0}
GUESS = ((1e8, "hz"), (1e5, "khz"), (100.0, "mhz"), (0.0, "ghz"))


MODEL = re.compile(r"@\s*(\d+(?:[.,]\d+)?\s*[MGmg]hz)\b", re.I)
EACH = re.compile(r"^\d{1,3}\s*[x×*]\s*(?=\d)")


def apply(raw: str, reading: Reading) -> Cleansed:
    """Megahertz: of a processor's model what stands behind the @, of several processors the speed of each."""
    found = MODEL.search(raw)
    answer = measured(found[1] if found else EACH.sub("", raw.strip()), reading, UNITS, GUESS)
    if not isinstance(answer.value, float) or 30.0 <= answer.value <= 20_000.0:
        return answer
    what = f"would be a speed of {answer.value:g} MHz, at which no processor runs"
    hint = "Say the column's unit in the field mapping, or what this value means with muster value set."
    return wrong("implausible_speed", raw.strip(), what, hint)


RULE = Rule(
    name="clock_speed",
    apply=apply,
    attributes=frozenset({"cpu_speed_mhz"}),
    own=Reading(unit="MHz"),
    examples=(
        Example("2.4 GHz", 2400.0),
        Example("2,40GHz", 2400.0),
        Example("2.400,5 MHz", 2400.5),
        Example("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 2400.0),
        Example("2 x 2.6 GHz", 2600.0),
        Example("2295", 2295.0, reading=Reading(unit="MHz")),
        Example("2.6", 2600.0),
        Example("3100", 3100.0),
        Example("2700000000", 2700.0),
        Example("2.400 MHz", None, "implausible_speed"),
        Example("2.400 MHz", 2400.0, reading=Reading(decimal_comma=True)),
        Example("0", None, "implausible_speed"),
        Example("fast", None, "not_a_number"),
        Example("", None),
    ),
)
