"""Pairs of assets that may be one thing, looked for when a person asks, without those that were kept apart before."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from muster.phases.asset_inventory.decisions import SPLIT
from muster.phases.asset_inventory.proposals import ATTRIBUTES, RULE, proposals
from muster.phases.asset_inventory.reviews import SCHEMA
from muster.store import decisions, identity_reviews
from muster.store.frames import frame_of
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

PLACE = ("file_sha256", "table_name", "row_number")
Place = tuple[Any, ...]


async def proposed(tx: Tx, scope: Scope, least_score: float, most: int) -> list[dict[str, Any]]:
    """The likeliest pairs, at most `most`, as the review list shows open ones."""
    apart = _kept_apart(await decisions.standing(tx, scope))
    rows = await identity_reviews.assets(tx, scope, ATTRIBUTES)
    found = await asyncio.to_thread(lambda: proposals(frame_of(rows), least_score, most + len(apart)))
    shown = await identity_reviews.described(tx, scope, found)
    return [row for row in shown if frozenset(_sides(row)) not in apart][:most]


async def pair(tx: Tx, scope: Scope, one: int, other: int) -> Sequence[dict[str, Any]]:
    """Two records as an open pair, whether or not any rule named them; empty where they are not of two assets."""
    ids = pl.DataFrame({"record_id": [one], "rival_record_id": [other], "rule": [RULE], "score": [0.0]})
    nothing = [pl.lit([], pl.List(pl.String)).alias(name) for name in ("agrees", "contradicts")]
    return await identity_reviews.described(tx, scope, ids.with_columns(nothing).select(list(SCHEMA)))


def _kept_apart(standing: Sequence[Mapping[str, Any]]) -> set[frozenset[Place]]:
    return {
        frozenset((_place(one, ""), _place(other, "")))
        for made in standing
        if made["kind"] == SPLIT
        for one in made["subject"].get("records", ())
        for other in made["subject"].get("others", ())
    }


def _sides(row: Mapping[str, Any]) -> tuple[Place, Place]:
    return _place(row, ""), _place(row, "rival_")


def _place(row: Mapping[str, Any], side: str) -> Place:
    return tuple(row[f"{side}{name}"] for name in PLACE)
