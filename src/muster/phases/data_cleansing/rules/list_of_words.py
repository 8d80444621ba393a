"""Lists: tags and technologies, parted by semicolons, commas, bars or line breaks, or written as JSON.

Each member once, in the order of the cell. A comma or bar parts members as a semicolon does: a tag with a comma in it
is rarer than a list with commas. JSON keys and values, and the Key/Value pairs of AWS, become key=value.
"""

import json
import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import plain, tidy

SEPARATORS = re.compile(r"[;,|\n\r\t]+")
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def members(raw: str) -> tuple[str, ...] | None:
    """The members of a list in a cell; None where there is none."""
    texts = _json(raw.strip())
    if texts is None:
        texts = SEPARATORS.split(raw.strip().strip("[]"))
    found = (tidy(text.strip().strip("\"'")) for text in texts)
    return tuple(dict.fromkeys(text for text in found if text)) or None


def _json(text: str) -> list[str] | None:
    if not text.startswith(("[", "{")):
        return None
    try:
        value: Json = json.loads(text)
    except ValueError:
        return None
    items = value if isinstance(value, list) else [value]
    return [text for item in items for text in SEPARATORS.split("\n".join(_texts(item)))]


def _texts(item: Json) -> list[str]:
    if not isinstance(item, dict):
        return [] if item is None else [str(item)]
    pair = {name.lower(): value for name, value in item.items()}
    if set(pair) == {"key", "value"}:
        return [f"{pair['key']}={pair['value']}"]
    return [f"{name}={value}" for name, value in item.items()]


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The members as a list."""
    return Cleansed(members(raw))


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """One member of letters and digits."""
    return pl.when(column.str.contains(r"^[A-Za-z0-9][A-Za-z0-9 =:._-]*$")).then(plain(column))


RULE = Rule(
    name="list_of_words",
    apply=apply,
    fast=fast,
    types=frozenset({"list"}),
    examples=(
        Example("CostCenter=123;BU=IT;Location=US", ("CostCenter=123", "BU=IT", "Location=US")),
        Example("java, spring , java", ("java", "spring")),
        Example("one;", ("one",)),
        Example('["linux", "web"]', ("linux", "web")),
        Example("['linux', 'web']", ("linux", "web")),
        Example('[{"Key": "env", "Value": "prod"}]', ("env=prod",)),
        Example('{"env": "prod", "team": "a"}', ("env=prod", "team=a")),
        Example("none", None),
        Example("; ;", None),
    ),
)
