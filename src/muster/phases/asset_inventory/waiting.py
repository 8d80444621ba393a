"""Which records wait for the asset they belong to, and what would settle it."""

from typing import Any

import polars as pl

from muster.phases.asset_inventory.details import NO_OWNER, SEVERAL_OWNERS
from muster.store import claims
from muster.store import waiting as stored
from muster.store.packed_frames import unpacked
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

RULES = (NO_OWNER, SEVERAL_OWNERS)
REASONS = {
    NO_OWNER: "no file names it",
    SEVERAL_OWNERS: "several assets answer to it",
}
HINTS = {
    NO_OWNER: "Import a list that names it; the records join it then, in whatever order files come.",
    SEVERAL_OWNERS: "Import a list that tells them apart, or merge them.",
}
KEYS = ["host", "alias", "uuid", "sid", "serial", "tag", "address_name", "ips", "macs"]


async def count(tx: Tx, scope: Scope) -> int:
    """How many records wait."""
    return await stored.count(tx, scope, RULES)


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """file, table, record_kind, belongs_to, reason, hint and records, those of most records first."""
    found = []
    for block in await stored.blocks(tx, scope, RULES):
        said = unpacked(await claims.statements(tx, scope, block["block_id"]), KEYS)
        place = [pl.lit(block[name]).alias(name) for name in ("file", "table", "record_kind")]
        waiting = said.with_columns(pl.Series("rule", block["rules"])).filter(pl.col("rule").is_in(RULES))
        found.append(waiting.select(*place, "rule", belongs_to=_owner()))
    if not found:
        return []
    by_owner = ["file", "table", "record_kind", "belongs_to", "rule"]
    counted = pl.concat(found).group_by(by_owner, maintain_order=True).agg(records=pl.len())
    told = counted.with_columns(
        reason=pl.col("rule").replace_strict(REASONS), hint=pl.col("rule").replace_strict(HINTS)
    )
    return told.sort("records", descending=True, maintain_order=True).drop("rule").to_dicts()


def _owner() -> pl.Expr:
    """How a record names what it belongs to, as identity compares it."""
    numbers = [pl.format(f"{name} {{}}", key) for key, name in (("uuid", "uuid"), ("sid", "id"), ("serial", "serial"))]
    addresses = [pl.col(name).list.first() for name in ("ips", "macs")]
    return pl.coalesce("host", "alias", *numbers, pl.format("tag {}", "tag"), "address_name", *addresses)
