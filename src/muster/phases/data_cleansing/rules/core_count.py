"""Processor cores: a whole number, or processors times cores as people write them (2x16, 2 x 8 cores).

Where two numbers are multiplied, the first is taken as the processors and the second as the cores of each; since some
people mean something else by it, the issue says what was made of it. '2 sockets / 16 cores' may mean 16 or 32 in all,
and '2 sockets' alone says nothing of cores: both become nothing. What stands beside the cores (threads, speed, the same
in brackets) falls away. Kubernetes counts thousandths of a core: 2000m.
"""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.rules import integer
from muster.phases.data_cleansing.text import tidy

PROCESSORS = r"(?:p?cpus?|sockets?|sockel|processors?|prozessoren|processeurs?|procesadores|processadores)"
CORES = r"(?:cores?|kerne|kernen|c(?:oe|œ)urs?|n[uú]cleos?|v?cpus?|threads?|c)"
LAYOUT = re.compile(
    rf"^(\d{{1,2}})\s*(?:{PROCESSORS}?\s*[x×*]|{PROCESSORS}\s*(?:à|a|je|zu je|mit je|of|with|de))"
    rf"\s*(\d{{1,3}})\s*[- ]?{CORES}?\.?$",
    re.IGNORECASE,
)
BESIDE = re.compile(
    rf"^(\d{{1,4}}\s*{CORES})\s*(?:[/(,]\s*(?:ht\s*)?\d{{1,4}}\s*(?:threads?|t)\s*\)?|@\s*\d[\d.,]*\s*[gm]hz)$",
    re.IGNORECASE,
)
AGAIN = re.compile(r"^(\d{1,4})\s*\((\d{1,2})\s*[x×*]\s*(\d{1,3})\)$", re.ASCII)
SOCKETS = re.compile(r"^\d{1,2}\s*(?:sockets?|sockel)$", re.IGNORECASE | re.ASCII)
OF_EACH = re.compile(rf"^\d{{1,3}}\s*{CORES}\s*(?:/|per|pro|par|por)\s*{PROCESSORS}$", re.IGNORECASE)
MILLICORES = re.compile(r"^(\d{1,6})000m$", re.ASCII)


WORDS = {"single": 1, "dual": 2, "triple": 3, "quad": 4, "hexa": 6, "octa": 8, "deca": 10, "einzel": 1, "doppel": 2}
SPOKEN = re.compile(rf"^({'|'.join(WORDS)})[\s-]?(?:cores?|kern)$", re.I)
HYPHEN = re.compile(r"^(\d{1,3})-(?:cores?|kern(?:e|er)?|way)$", re.I | re.ASCII)


def apply(raw: str, reading: Reading) -> Cleansed:
    """The number of cores in all."""
    text = _cores_alone(tidy(raw))
    if text and (spoken := SPOKEN.match(text)):
        return Cleansed(WORDS[spoken[1].lower()])
    if text and (hyphen := HYPHEN.match(text)):
        return Cleansed(int(hyphen[1]))
    found = LAYOUT.match(text) if text else None
    if text is None or found is None:
        return _counted(text, reading)
    processors, each = int(found[1]), int(found[2])
    if not processors * each:
        return wrong("not_a_count", text, "counts no cores", "Correct the value in the source.")
    what = f"was read as {processors} processors of {each} cores each, {processors * each} cores in all"
    return wrong(
        "cores_multiplied", text, what, "Correct it in the source if it means something else.", processors * each
    )


def _cores_alone(text: str | None) -> str | None:
    """The cores, without their threads, their speed, or the same figure in brackets."""
    if text is None:
        return None
    if (again := AGAIN.match(text)) and int(again[2]) * int(again[3]) == int(again[1]):
        return again[1]
    beside = BESIDE.match(text) or MILLICORES.match(text)
    return beside[1] if beside else text


def _counted(text: str | None, reading: Reading) -> Cleansed:
    if text is None:
        return Cleansed(None)
    if SOCKETS.match(text):
        hint = "Give the cores of each socket, or map the column to cpu_sockets."
        return wrong("sockets_not_cores", text, "counts sockets, which may have any number of cores", hint)
    if OF_EACH.match(text):
        hint = "Give the cores of all, or map the column to cores_per_socket."
        return wrong("cores_of_each", text, "counts the cores of each processor and not how many there are", hint)
    if re.fullmatch(r"\d+m", text):
        return wrong("not_a_count", text, "is no whole number of cores", "Write whole cores; 1000m is one.")
    answer = integer.apply(text, reading)
    if answer.value != 0:
        return answer
    return wrong("no_cores", text, "is no machine's number of cores", "Read the number of cores again at its source.")


def fast(column: pl.Expr, reading: Reading) -> pl.Expr:
    """Digits alone, more than nothing."""
    count = integer.fast(column, reading)
    return pl.when(count > 0).then(count)


RULE = Rule(
    name="core_count",
    apply=apply,
    fast=fast,
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
        Example("2 Sockel à 6 Kerne", 12, "cores_multiplied"),
        Example("4 Kerne / 8 Threads", 4),
        Example("8C/16T", 8),
        Example("4 vCPUs @2.4GHz", 4),
        Example("8 (2x4)", 8),
        Example("8 (2x6)", None, "not_a_number"),
        Example("2 sockets", None, "sockets_not_cores"),
        Example("8 cores per socket", None, "cores_of_each"),
        Example("2000m", 2),
        Example("500m", None, "not_a_count"),
        Example("0", None, "no_cores"),
        Example("0x8", None, "not_a_count"),
        Example("2 sockets / 16 cores", None, "not_a_number"),
        Example("2x2.4 GHz", None, "not_a_number"),
        Example("n/a", None),
    ),
)
