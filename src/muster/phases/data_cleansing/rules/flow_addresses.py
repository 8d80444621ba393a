"""Ends of a connection: the addresses as they are, loopback and 'any' included, since a socket table means them."""

import polars as pl

from muster.phases.data_cleansing.addresses import addresses_in
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.rules.ip_addresses import ONE
from muster.phases.data_cleansing.text import tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The addresses as a list; None where there is none."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    found = addresses_in(text)
    kept = tuple(map(str, found.addresses)) or None
    if found.broken or not kept:
        return wrong("not_an_address", text, "is not an IP address", "Correct the address in the source.", value=kept)
    return Cleansed(kept)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """One IPv4 address and nothing else."""
    return pl.when(column.str.contains(f"^{ONE}$")).then(column)


RULE = Rule(
    name="flow_addresses",
    apply=apply,
    fast=fast,
    types=frozenset({"ip"}),
    examples=(
        Example("10.0.0.7", ("10.0.0.7",)),
        Example("127.0.0.1:5432", ("127.0.0.1",)),
        Example("0.0.0.0", ("0.0.0.0",)),
        Example("[::1]:631", ("::1",)),
        Example("*", None),
        Example("web01", None, "not_an_address"),
    ),
)
