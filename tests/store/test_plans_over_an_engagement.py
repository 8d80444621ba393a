"""Queries that join a whole engagement hash it, also where the planner knows nothing of a tenant and expects little."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from muster.store import evidence_reading, identity_reviews, inventory_reading
from muster.store.digest import DIGEST
from muster.store.transaction import Database, hash_joins
from muster.vocabulary.attributes import attributes
from muster.vocabulary.scope import Scope

Plan = dict[str, Any]
READS = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "CTE Scan", "Subquery Scan"}
OF_EACH_ROW = {"Function Scan", "Result"}  # what a lateral join unfolds of one row
QUERIES: dict[str, tuple[str, tuple[object, ...]]] = {
    "digest": (DIGEST.format(columns=", ".join(f"a.{name}" for name in attributes())), ()),
    "conflicts": (evidence_reading.CONFLICTS, (["name"], ["server"])),
    "findings": (evidence_reading.FINDINGS, ()),
    "groups": (evidence_reading.GROUPS, ()),
    "edges": (inventory_reading.EDGES, ()),
    "disks": (inventory_reading.DISKS, ()),
    "reviews": (identity_reviews.OPEN, (None, 0.0, None, None)),
}


def parts(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", []):
        yield from parts(part)


def looped(plan: Plan) -> list[str]:
    """The tables that a nested loop would read once for each row of its outer side."""
    inner = [part["Plans"][1] for part in parts(plan) if part["Node Type"] == "Nested Loop"]
    whole = [side for side in inner if not any(part["Node Type"] in OF_EACH_ROW for part in parts(side))]
    return [
        str(part.get("Relation Name") or part["Node Type"])
        for side in whole
        for part in parts(side)
        if part["Node Type"] in READS
    ]


@pytest.mark.parametrize("name", QUERIES)
async def test_no_table_is_read_for_each_row_of_another(name: str, database: Database, scope: Scope) -> None:
    query, values = QUERIES[name]
    async with database.transaction(scope, actor="test", discard=True) as tx:
        async with hash_joins(tx):
            told = await tx.fetchval(
                f"explain (format json) {query}", scope.client_account_id, scope.engagement_id, *values
            )
        [explained] = json.loads(told) if isinstance(told, str) else told
        assert looped(explained["Plan"]) == []
        assert await tx.fetchval("show enable_nestloop") == "on"


async def test_the_plans_would_loop_otherwise(database: Database, scope: Scope) -> None:
    query, _ = QUERIES["digest"]
    async with database.transaction(scope, actor="test", discard=True) as tx:
        told = await tx.fetchval(f"explain (format json) {query}", scope.client_account_id, scope.engagement_id)
        [explained] = json.loads(told) if isinstance(told, str) else told
        assert looped(explained["Plan"])
