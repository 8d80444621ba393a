"""Table `evidence_block`: what a block says of names and relations, so that a later file need not have it read again."""

from collections.abc import Mapping

from muster.store.claims import OF_BLOCK
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def kept(tx: Tx, scope: Scope, rules: str) -> frozenset[int]:
    """The blocks whose evidence was read by these rules, from the records as they are cleansed now."""
    rows = await tx.fetch(
        f"""select b.id from evidence_block s
        join raw_block b on {OF_BLOCK} = (s.client_account_id, s.engagement_id, s.block_id)
        join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = {OF_BLOCK} and c.superseded_at is null
        where s.client_account_id = $1 and s.engagement_id = $2
          and (s.rules, s.mapping_set_id, s.cleansed_by) is not distinct from ($3, c.mapping_set_id, c.rules_version)""",
        scope.client_account_id,
        scope.engagement_id,
        rules,
    )
    return frozenset(row["id"] for row in rows)


async def said(tx: Tx, scope: Scope, block_id: int) -> bytes:
    """What a block says of relations, as `keep` kept it."""
    query = f"select said from evidence_block where {TENANT} and block_id = $3"
    return bytes(await tx.fetchval(query, scope.client_account_id, scope.engagement_id, block_id))


async def names(tx: Tx, scope: Scope, block_id: int) -> bytes:
    """What the records of a block that describes assets are called, as `keep` kept it."""
    query = f"select names from evidence_block where {TENANT} and block_id = $3"
    return bytes(await tx.fetchval(query, scope.client_account_id, scope.engagement_id, block_id))


async def keep(tx: Tx, scope: Scope, rules: str, evidence: Mapping[int, tuple[bytes, bytes | None]]) -> None:
    """Keep what blocks (by id) say, and what their records are called, in place of what other rules or other values said."""
    await tx.executemany(
        f"""insert into evidence_block (client_account_id, engagement_id, block_id, mapping_set_id, cleansed_by, rules, said, names)
        select $1, $2, $3, mapping_set_id, rules_version, $4, $5, $6 from cleansed_block where {TENANT} and block_id = $3 and superseded_at is null
        on conflict (client_account_id, engagement_id, block_id) do update
          set (mapping_set_id, cleansed_by, rules, said, names)
            = (excluded.mapping_set_id, excluded.cleansed_by, excluded.rules, excluded.said, excluded.names)""",
        [
            (scope.client_account_id, scope.engagement_id, block_id, rules, *said)
            for block_id, said in sorted(evidence.items())
        ],
    )
