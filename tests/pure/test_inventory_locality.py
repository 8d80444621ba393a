"""Records that share no key have nothing to do with each other: the inventory of both is that of each, together."""

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_builder import File, frames
from test_inventory_laws import estates

from muster.phases.asset_inventory.inventory import inventory


def elsewhere(name: str) -> str:
    """The name in the other world, however it is written."""
    return re.sub("web", "gis", re.sub("crm", "bil", name, flags=re.IGNORECASE), flags=re.IGNORECASE)


# What is equal in many rows and identifies none stays as it is.
NO_KEYS = ("00000000-0000-0000-0000-000000000000", "To be filled by O.E.M.", "localhost", "127.0.0.1")
OTHER_WORLD = {
    "name": lambda text: elsewhere(text).replace("10.0", "10.9"),
    "hostname": lambda text: elsewhere(text),
    "uuid": lambda text: f"9{text[1:8]}-9{text[10:13]}{text[13:]}",
    "serial_number": lambda text: f"9{text}",
    "source_id": lambda text: f"9{text}",
    "asset_tag": lambda text: f"9{text}",
    "application_name": lambda text: f"other {text}",
    "database_name": lambda text: f"other{text}",
    "ip_address": lambda text: text.replace("10.0", "10.9"),
    "mac_address": lambda text: text.replace("00:50:56", "00:50:59"),
}


def moved(row: Mapping[str, object]) -> dict[str, object]:
    """The row with every key changed into one that no row of the first world has."""
    found = dict(row)
    for name, change in OTHER_WORLD.items():
        value = found.get(name)
        if isinstance(value, str) and value not in NO_KEYS:
            found[name] = change(value)
        elif isinstance(value, list):
            found[name] = [text if text in NO_KEYS else change(text) for text in value]
    return found


def said(records: pl.DataFrame, tables: pl.DataFrame) -> set[tuple[object, ...]]:
    """Every asset: its records with what joined them, and its attributes; and every open question."""
    found = inventory(records, tables, [])
    held = found.links.filter(pl.col("asset_no").is_not_null()).group_by("asset_no").agg("record_id", "rule")
    linked = {number: frozenset(zip(ids, rules, strict=True)) for number, ids, rules in held.iter_rows()}
    assets: set[tuple[object, ...]] = set()
    for asset in found.assets.iter_rows(named=True):
        facts = sorted((name, str(value)) for name, value in asset.items() if name != "asset_no" and value is not None)
        assets.add((linked[asset["asset_no"]], tuple(facts)))
    return assets | set(found.reviews.select("record_id", "rival_record_id", "rule").iter_rows())


@settings(max_examples=20, deadline=None)
@given(estates(), st.data())
def test_the_inventory_of_two_worlds_in_the_same_files_is_the_union_of_their_inventories(files: list[File], data):
    worlds = [data.draw(st.lists(st.booleans(), min_size=len(file.rows), max_size=len(file.rows))) for file in files]
    both = [
        replace(file, rows=[moved(row) if other else row for row, other in zip(file.rows, flags, strict=True)])
        for file, flags in zip(files, worlds, strict=True)
    ]
    records, tables = frames(both)
    second = pl.Series([flag for flags in worlds for flag in flags], dtype=pl.Boolean)
    assert said(records, tables) == said(records.filter(~second), tables) | said(records.filter(second), tables)
