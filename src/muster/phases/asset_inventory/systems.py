"""Which family of operating systems a record says its machine runs, and which kin within it."""

import json
import re
from functools import cache
from importlib import resources

import polars as pl


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The families and kins of systems.json, in its order."""
    file = resources.files("muster.phases.asset_inventory").joinpath("systems.json")
    return tuple((system, re.compile(words)) for system, words in json.loads(file.read_text("utf-8"))["systems"])


@cache
def system_kin(text: str) -> str | None:
    """A family, or a family and a kin ("linux debian"); None where the text names no system that is known."""
    plain = text.lower()
    return next((system for system, words in _patterns() if words.search(plain)), None)


def system_kins(names: pl.Series) -> pl.Series:
    """The family and kin of each name; each different name is looked at once."""
    known = {name: system_kin(name) for name in names.unique().drop_nulls().to_list()}
    return names.replace_strict(known, default=None, return_dtype=pl.String).alias("system")
