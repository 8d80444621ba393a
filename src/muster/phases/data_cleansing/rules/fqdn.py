"""Fully qualified names: lower case, without the trailing dot.

A name without a domain is kept, since many tools write the short name here; identity tells the two by their dots.
"""

import polars as pl

from muster.phases.data_cleansing.host import NOBODY, bare, is_name, usual
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

HINT = "Correct the name in the source."


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The name with its domain."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    name = bare(text)
    if name in NOBODY:
        return wrong("junk_host", text, "is what every machine calls itself", HINT)
    if not is_name(name):
        return wrong("not_a_host_name", text, "cannot be the name of a host", HINT, value=text.lower())
    return Cleansed(name)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Undecorated names."""
    return usual(column)


RULE = Rule(
    name="fqdn",
    apply=apply,
    fast=fast,
    attributes=frozenset({"fqdn"}),
    examples=(
        Example("Web01.Corp.Example.com.", "web01.corp.example.com"),
        Example("web01.example.com:443", "web01.example.com"),
        Example("CN=WEB01,OU=Servers,DC=corp,DC=example,DC=com", "web01.corp.example.com"),
        Example("WEB01", "web01"),
        Example("localhost.localdomain", None, "junk_host"),
        Example("10.1.2.3", "10.1.2.3", "not_a_host_name"),
        Example("N/A", None),
    ),
)
