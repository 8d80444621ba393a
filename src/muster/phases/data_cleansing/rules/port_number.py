"""The port that calls: a number from 0 to 65535, or a well-known service's name (IANA registry)."""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import factors

BEFORE, AFTER = r"(?:(?:tcp|udp|sctp)6?[\s/:_-]*)?", r"(?:[\s/:_-]*\(?[a-z][\w-]*\)?)?"
PORT = re.compile(rf"^{BEFORE}(\d{{1,5}})(?:\.0)?{AFTER}$", re.I | re.ASCII)
SEVERAL = re.compile(rf"^{BEFORE}\d{{1,5}}(?:\s*[/,;&+ ]\s*{BEFORE}\d{{1,5}})+$", re.I | re.ASCII)


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The port number."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if SEVERAL.match(text):
        return wrong(
            "several_ports",
            text,
            "names several ports where there is room for one",
            "Give each port a record of its own.",
        )
    number = port(text)
    if number is None:
        return wrong("not_a_port", text, "is not a port", "Write a number from 0 to 65535.")
    return Cleansed(number)


def port(text: str) -> int | None:
    """The number of one port as it is written; None where the text is none."""
    found = PORT.match(text)
    number = int(found[1]) if found else int(factors("services").get(text.lower(), 65536))
    return number if number <= 65535 else None


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Up to four digits."""
    return pl.when(column.str.contains("^[0-9]{1,4}$")).then(column).cast(pl.Int64, strict=False)


RULE = Rule(
    name="port_number",
    apply=apply,
    fast=fast,
    attributes=frozenset({"source_port"}),
    examples=(
        Example("443", 443),
        Example("443/tcp", 443),
        Example("TCP 1521", 1521),
        Example("443 (https)", 443),
        Example("https", 443),
        Example("*", None),
        Example("389/443", None, "several_ports"),
        Example("tcp/80, tcp/443", None, "several_ports"),
        Example("70000", None, "not_a_port"),
        Example("any old", None, "not_a_port"),
    ),
)
