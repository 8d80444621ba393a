"""Processor cores: a whole number, or processors times cores as people write them (2x16, 2 x 8 cores).

Where two numbers are multiplied, the first is taken as the processors and the second as the cores of each; since some
people mean something else by it, the issue says what was made of it. '2 sockets / 16 cores' may mean 16 or 32 in all:
it becomes nothing.
"""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.rules import integer
from muster.phases.data_cleansing.text import tidy

PROCESSORS = r"(?:p?cpus?|sockets?|sockel|processors?|prozessoren|processeurs?|procesadores|processadores)"
CORES = r"(?:cores?|kerne|kernen|c(?:oe|œ)urs?|n[uú]cleos?|v?cpus?|threads?|c)"
LAYOUT = re.compile(
    rf"^(\d{{1,2}})\s*{PROCESSORS}?\s*[x×*]\s*(\d{{1,3}})\s*[- ]?{CORES}?\.?$", re.IGNORECASE | re.ASCII
)


WORDS = {"single": 1, "dual": 2, "triple": 3, "quad": 4, "hexa": 6, "octa": 8, "deca": 10, "einzel": 1, "doppel": 2}
SPOKEN = re.compile(rf"^({'|'.join(WORDS)})[\s-]?(?:cores?|kern)$", re.I)
HYPHEN = re.compile(r"^(\d{1,3})-(?:cores?|kern(?:e|er)?|way)$", re.I | re.ASCII)


def apply(raw: str, reading: Reading) -> Cleansed:
    """The number of cores in all."""
    text = tidy(raw)
    if text and (spoken := SPOKEN.match(text)):
        return Cleansed(WORDS[spoken[1].lower()])
    if text and (hyphen := HYPHEN.match(text)):
        return Cleansed(int(hyphen[1]))
    found = LAYOUT.match(text) if text else None
    if text is None or found is None:
        return integer.apply(raw, reading)
    processors, each = int(found[1]), int(found[2])
    if not processors * each:
        return wrong("not_a_count", text, "counts no cores", "Correct the value in the source.")
    what = f"was read as {processors} processors of {each} cores each, {processors * each} cores in all"
    return wrong(
        "cores_multiplied", text, what, "Correct it in the source if it means something else.", processors * each
    )


RULE = Rule(
    name="core_count",
    apply=apply,
    fast=integer.fast,
    attributes=frozenset({"cpu_cores"}),
    examples=(
        Example("8", 8),
        Example("16 vCPU", 16),
        Example("8-core", 8),
        Example("Quad-Core", 4),
        Example("2x16", 32, "cores_multiplied"),
        Example("2 x 8 cores", 16, "cores_multiplied"),
        Example("2 × 12 Kerne", 24, "cores_multiplied"),
        Example("2 sockets x 10 cores", 20, "cores_multiplied"),
        Example("4 * 6", 24, "cores_multiplied"),
        Example("0x8", None, "not_a_count"),
        Example("2 sockets / 16 cores", None, "not_a_number"),
        Example("2x2.4 GHz", None, "not_a_number"),
        Example("n/a", None),
    ),
)
