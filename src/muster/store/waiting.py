"""Table `link_block`, read: the records about parts of things that are not in the inventory."""

from collections.abc import Sequence
from typing import Any

from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.scope import Scope

OWN = "k.client_account_id = $1 and k.engagement_id = $2 and k.rules && $3"


async def count(tx: Tx, scope: Scope, rules: Sequence[str]) -> int:
    """How many records were left out by one of these rules."""
    found = await tx.fetchval(
        f"select count(*) from link_block k cross join unnest(k.outcomes) o where {OWN} and k.rules[o] = any($3)",
        scope.client_account_id,
        scope.engagement_id,
        list(rules),
    )
    return int(found)


async def blocks(tx: Tx, scope: Scope, rules: Sequence[str]) -> list[dict[str, Any]]:
    """The blocks with such records, in order of arrival: block_id, file, table, record_kind, and the rule of each record."""
    async with hash_joins(tx):
        rows = await tx.fetch(
            f"""select k.block_id, i.filename as file, t.name as table, t.record_kind,
              array(select k.rules[o] from unnest(k.outcomes) with ordinality as u (o, at) order by at) as rules
            from link_block k
            join raw_block b on (b.client_account_id, b.engagement_id, b.id) = (k.client_account_id, k.engagement_id, k.block_id)
            join data_import i on (i.client_account_id, i.engagement_id, i.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
            join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
              = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
            where {OWN} order by i.arrival, b.table_no, b.id""",
            scope.client_account_id,
            scope.engagement_id,
            list(rules),
        )
    return [dict(row) for row in rows]
