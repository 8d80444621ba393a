"""The ports that are called: numbers from 0 to 65535, or well-known services' names (IANA registry), each once."""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.rules.port_number import BEFORE, SEVERAL, port
from muster.phases.data_cleansing.text import tidy

NUMBERS = re.compile(rf"{BEFORE}(\d{{1,5}})", re.I | re.ASCII)
PARTED = re.compile(r"[,;|\s]*[,;|\r\n][,;|\s]*")


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The ports as a list of text; with an issue where a member is none, and the others kept."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if SEVERAL.match(text):
        members = [found[1] for found in NUMBERS.finditer(text)]
    else:
        members = [member for part in PARTED.split(raw) if (member := tidy(part))]
    numbers = [port(member) for member in members]
    found = tuple(dict.fromkeys(str(number) for number in numbers if number is not None)) or None
    if None not in numbers:
        return Cleansed(found)
    return wrong("not_a_port", text, "is not a port", "Write numbers from 0 to 65535, with commas between.", found)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """A number below 60000."""
    return pl.when(column.str.contains("^(?:0|[1-9][0-9]{0,3}|[1-5][0-9]{4})$")).then(column)


RULE = Rule(
    name="port_numbers",
    apply=apply,
    fast=fast,
    attributes=frozenset({"destination_port"}),
    examples=(
        Example("443", ("443",)),
        Example("0443", ("443",)),
        Example("443/tcp", ("443",)),
        Example("TCP 1521", ("1521",)),
        Example("443 (https)", ("443",)),
        Example("https", ("443",)),
        Example("*", None),
        Example("389/443", ("389", "443")),
        Example("tcp/80, tcp/443", ("80", "443")),
        Example("https; 8080/tcp", ("443", "8080")),
        Example("443, any", ("443",), "not_a_port"),
        Example("70000", None, "not_a_port"),
        Example("any old", None, "not_a_port"),
    ),
)
