"""What a thing depends on: each end by itself, of a connection string its hosts and ports.

Semicolons and line breaks part ends; commas, bars and blanks do where the parts are written with their ports, and
commas where each part is one word with a figure in it, as machines are called. Other commas stay: `Research,
Development` may be one application, which only those know who have all names.
"""

import re

import polars as pl

from muster.phases.data_cleansing.connection_string import apart, hosts
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import plain, tidy

LINES = re.compile(r"[\r\n]+")
PARTED = re.compile(r"[;；]+")
PORTED = re.compile(r"\S+:\d{1,5}(?:[\s,|]+\S+:\d{1,5})+", re.ASCII)
NUMBERED = r"(?:(?=[^\s,]*\d)(?=[^\s,]*[^\W\d_])[^\s,]+|\d+(?:\.\d+){3})"  # web01, or an address
SEVERAL_NUMBERED = re.compile(rf"{NUMBERED}(?:\s*,\s*{NUMBERED})+")
COMMAS = re.compile(r"\s*,\s*")
BETWEEN_PORTED = re.compile(r"(?<=\d)[\s,|]+")


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The ends as a list, each once."""
    ends = (end for line in LINES.split(raw) for piece in apart(line.strip()) for end in _ends(piece))
    return Cleansed(tuple(dict.fromkeys(ends)) or None)


def _ends(text: str) -> tuple[str, ...]:
    if found := hosts(text):
        return found
    parts = (tidy(part) for part in PARTED.split(text))
    return tuple(end for part in parts if part for end in _listed(part))


def _listed(text: str) -> list[str]:
    if PORTED.fullmatch(text):
        return BETWEEN_PORTED.split(text)
    return COMMAS.split(text) if SEVERAL_NUMBERED.fullmatch(text) else [text]


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """One end that is no connection string, has no port or comma and needs no tidying."""
    return pl.when(~column.str.contains(r"[=@;；:,]|//")).then(plain(column))


RULE = Rule(
    name="needed_ends",
    apply=apply,
    fast=fast,
    attributes=frozenset({"depends_on"}),
    examples=(
        Example("db01:1433", ("db01:1433",)),
        Example("Payroll  system; Billing", ("Payroll system", "Billing")),
        Example("Research, Development", ("Research, Development",)),
        Example("db01\ndb02\ndb01", ("db01", "db02")),
        Example("frb-erp-app01, frb-erp-app02,10.0.1.7", ("frb-erp-app01", "frb-erp-app02", "10.0.1.7")),
        Example("Billing, Dynamics 365", ("Billing, Dynamics 365",)),
        Example("1,234", ("1,234",)),
        Example("db01:1433, mq01:5672", ("db01:1433", "mq01:5672")),
        Example("10.0.1.1:8443 10.0.1.2:8443", ("10.0.1.1:8443", "10.0.1.2:8443")),
        Example("Server=tcp:db01.corp.example,1433;Database=crm;Password=x", ("db01.corp.example:1433",)),
        Example("Server=db01;Port=5433;Uid=erp;\nData Source=db02\\PROD;", ("db01:5433", "db02")),
        Example("mongodb://crm:x@db01:27017,db02:27017/crm", ("db01:27017", "db02:27017")),
        Example("https://a.example/x; jdbc:sqlserver://db01:1433;user=y", ("a.example", "db01:1433")),
        Example("Billing; jdbc:oracle:thin:scott/tiger@db02:1521:ERP", ("Billing", "db02:1521")),
        Example("n/a", None),
        Example("; ;", None),
    ),
)
