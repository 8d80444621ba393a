"""Places: data centres, locations and regions as they are written; regions of the large clouds by their own id.

The same town in two languages stays two texts: a person joins them with a value map, since no list knows a client's
sites.
"""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import plain, tidy
from muster.vocabulary.spellings import key, spellings

COMMAS = re.compile(r"\s*([,;])\s*")


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The place."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    region = spellings("cloud_regions").get(key(text))
    return Cleansed(region or tidy(COMMAS.sub(r"\1 ", text).strip(" ,;")))


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Text without commas that is no region of a cloud."""
    reduced = column.str.to_lowercase().str.replace_all("[^a-z0-9]", "")
    certain = ~column.str.contains("[,;]") & ~reduced.is_in(sorted(spellings("cloud_regions")))
    return pl.when(certain).then(plain(column))


RULE = Rule(
    name="place",
    apply=apply,
    fast=fast,
    attributes=frozenset({"datacenter", "location", "region"}),
    examples=(
        Example("Frankfurt ,DE", "Frankfurt, DE"),
        Example("  Paris,", "Paris"),
        Example("West Europe", "westeurope"),
        Example("US East (N. Virginia)", "us-east-1"),
        Example("EU-WEST-1", "eu-west-1"),
        Example("Building 7; Room 12", "Building 7; Room 12"),
        Example("k.A.", None),
    ),
)
