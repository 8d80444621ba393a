"""Tables `asset`, `type_reason`, `link_block`, `import_ledger`, `inventory_state`: the computed inventory, written as the difference to what stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

import polars as pl

from muster.store.frames import LIST_SEPARATOR, ORDINAL_BITS, Rows, as_csv, copied, copy_frame, copy_text, record_ids
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM, attributes
from muster.vocabulary.scope import Scope

SQL_TYPES = {
    "integer": "bigint",
    "number": "double precision",
    "money": "double precision",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
OF_ITSELF = {
    "asset_id": "bigint",
    "first_record_id": "bigint",
    "more_records": "bigint[]",
    "content_hash": "bigint",
    "type_reason_id": "integer",
    "presence": "text",
    "presence_reason": "text",
    "custom": "jsonb",
}
VANISHED = ("presence", "presence_reason")
DISPOSITIONS = ("created", "merged", "unchanged", "rejected", "excluded")
LINK = {
    "record_id": pl.Int64(),
    "asset_id": pl.Int64(),
    "disposition": pl.String(),
    "rule": pl.String(),
    "score": pl.Float64(),
}
STOOD = {
    "asset_id": pl.Int64(),
    "content_hash": pl.Int64(),
    "first_record_id": pl.Int64(),
    "more_records": pl.String(),
}
REASON = {"type_reason": pl.String(), "type_confidence": pl.Float32()}
TENANT = "client_account_id = $1 and engagement_id = $2"
LINK_BLOCK = """
insert into link_block (client_account_id, engagement_id, block_id, asset_ids, outcomes, dispositions, rules, scores,
  created, merged, unchanged, rejected, excluded, mapping_set_id, cleansed_by, discovery_flow_id)
select b.client_account_id, b.engagement_id, b.id, $4::text::bigint[], $5::text::smallint[], $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, d.id
from raw_block b join discovery_flow d
  on (d.client_account_id, d.engagement_id, d.master_flow_id) = (b.client_account_id, b.engagement_id, b.master_flow_id)
where b.client_account_id = $1 and b.engagement_id = $2 and b.id = $3
on conflict (client_account_id, engagement_id, block_id) do update set
  (asset_ids, outcomes, dispositions, rules, scores, created, merged, unchanged, rejected, excluded, mapping_set_id, cleansed_by, linked_at)
  = (excluded.asset_ids, excluded.outcomes, excluded.dispositions, excluded.rules, excluded.scores, excluded.created, excluded.merged,
     excluded.unchanged, excluded.rejected, excluded.excluded, excluded.mapping_set_id, excluded.cleansed_by, now())
where (link_block.asset_ids, link_block.outcomes, link_block.dispositions, link_block.rules, link_block.scores, link_block.mapping_set_id,
       link_block.cleansed_by) is distinct from (excluded.asset_ids, excluded.outcomes, excluded.dispositions, excluded.rules, excluded.scores,
       excluded.mapping_set_id, excluded.cleansed_by)
"""
LEDGER = """
insert into import_ledger (client_account_id, engagement_id, data_import_id, table_no, records, created, merged, unchanged, rejected, excluded)
select $1, $2, t.data_import_id, t.table_no, t.records, coalesce(s.created, 0), coalesce(s.merged, 0), coalesce(s.unchanged, 0),
  coalesce(s.rejected, 0), coalesce(s.excluded, 0)
from import_table t
left join (
  select b.data_import_id, b.table_no, sum(k.created) as created, sum(k.merged) as merged, sum(k.unchanged) as unchanged,
    sum(k.rejected) as rejected, sum(k.excluded) as excluded
  from raw_block b join link_block k on (k.client_account_id, k.engagement_id, k.block_id) = (b.client_account_id, b.engagement_id, b.id)
  where b.client_account_id = $1 and b.engagement_id = $2 and b.data_import_id = any($3) group by 1, 2) s using (data_import_id, table_no)
where t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = any($3)
  and not exists (select 1 from import_ledger l where (l.client_account_id, l.engagement_id, l.data_import_id, l.table_no)
    = (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no))
"""


@dataclass(frozen=True, slots=True)
class InventoryState:
    """What the stored inventory was computed by; `rules` is None where there is none yet."""

    rules: str | None
    decisions: frozenset[int]
    next_asset_id: int


async def state(tx: Tx, scope: Scope) -> InventoryState:
    """What the stored inventory was computed by."""
    row = await tx.fetchrow(
        f"select rules, decisions, next_asset_id from inventory_state where {TENANT}",
        scope.client_account_id,
        scope.engagement_id,
    )
    if row is None:
        return InventoryState(None, frozenset(), 1)
    return InventoryState(row["rules"], frozenset(row["decisions"]), row["next_asset_id"])


async def keep_state(tx: Tx, scope: Scope, computed: InventoryState) -> None:
    """Say what the inventory now stored was computed by."""
    await tx.execute(
        """insert into inventory_state (client_account_id, engagement_id, rules, decisions, next_asset_id) values ($1, $2, $3, $4, $5)
        on conflict (client_account_id, engagement_id) do update
          set (rules, decisions, next_asset_id) = (excluded.rules, excluded.decisions, excluded.next_asset_id)""",
        scope.client_account_id,
        scope.engagement_id,
        computed.rules,
        sorted(computed.decisions),
        computed.next_asset_id,
    )


async def forget(tx: Tx, scope: Scope) -> None:
    """Rely on nothing of what stands: the next computation is one of everything."""
    await tx.execute(
        f"update inventory_state set rules = null where {TENANT}", scope.client_account_id, scope.engagement_id
    )


async def links_of(tx: Tx, scope: Scope, block_ids: Sequence[int]) -> pl.DataFrame:
    """The stored links of some blocks: LINK, in order of record."""
    rows = await tx.fetch(
        f"""select block_id, asset_ids, outcomes, dispositions, rules, scores from link_block
        where {TENANT} and block_id = any($3) order by block_id""",
        scope.client_account_id,
        scope.engagement_id,
        list(block_ids),
    )
    found = [pl.DataFrame(schema=LINK)]
    for row in rows:
        words = pl.DataFrame({name: row[f"{name}s"] for name in ("disposition", "rule", "score")})
        said = words[pl.Series(row["outcomes"], dtype=pl.Int64) - 1]
        ids = pl.DataFrame(
            {
                "record_id": record_ids(row["block_id"], len(row["asset_ids"])),
                "asset_id": pl.Series(row["asset_ids"], dtype=pl.Int64),
            }
        )
        found.append(pl.concat([ids, said], how="horizontal").cast(LINK))  # type: ignore[arg-type]
    return pl.concat(found)


async def known(tx: Tx, scope: Scope, asset_ids: Sequence[int]) -> pl.DataFrame:
    """What stands of some assets: STOOD; `more_records` as text."""
    rows = await tx.fetch(
        f"""select id, content_hash, raw_import_records_id, more_records::text from asset
        where {TENANT} and id = any($3)""",
        scope.client_account_id,
        scope.engagement_id,
        list(asset_ids),
    )
    return pl.DataFrame([tuple(row) for row in rows], schema=STOOD, orient="row")


async def numbered_reasons(tx: Tx, scope: Scope, told: pl.DataFrame) -> pl.DataFrame:
    """REASON and `type_reason_id` of all reasons there are, with those told (REASON); the new ones are stored."""
    key = (scope.client_account_id, scope.engagement_id)
    rows = await tx.fetch(f"select reason, confidence, id from type_reason where {TENANT}", *key)
    known = pl.DataFrame([tuple(row) for row in rows], schema={**REASON, "type_reason_id": pl.Int64()}, orient="row")
    new = told.cast(REASON).unique().join(known, on=list(REASON), how="anti").sort(*REASON)  # type: ignore[arg-type]
    numbered = new.with_row_index("type_reason_id", offset=known.height + 1).select(known.columns).cast(known.schema)
    await tx.executemany(
        "insert into type_reason (client_account_id, engagement_id, reason, confidence, id) values ($1, $2, $3, $4, $5)",
        [(*key, *row) for row in numbered.iter_rows()],
    )
    return pl.concat([known, numbered])


def stored_form(assets: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Computed assets as the table holds them: lists as texts, the client's own attributes as one JSON object, `more_records` as an
    array's text, the number of one of `reasons` (`numbered_reasons`), and `content_hash` over the attributes alone, the same
    whatever attributes other assets have.
    """
    told = (*attributes(), *VANISHED)
    own = [name for name in assets.columns if name in told or name.startswith(CUSTOM)]
    texts = {name: _as_text(assets, name) for name in own}
    whole = pl.sum_horizontal(pl.lit(0, pl.UInt64), *(_hash(name, text) for name, text in texts.items()))
    lists = {name: text for name, text in texts.items() if not name.startswith(CUSTOM)}
    hashed = assets.with_columns(whole.reinterpret(signed=True).alias("content_hash"))
    because = hashed.select(*REASON).cast(REASON).join(reasons, on=list(REASON), how="left", maintain_order="left")  # type: ignore[arg-type]
    numbered = hashed.drop(*REASON).with_columns(because["type_reason_id"])
    return _with_custom(numbered.with_columns(**lists))


def _as_text(assets: pl.DataFrame, name: str) -> pl.Expr:
    """A list as one text, any other value as it is."""
    return pl.col(name).list.join(LIST_SEPARATOR) if isinstance(assets[name].dtype, pl.List) else pl.col(name)


def _hash(name: str, value: pl.Expr) -> pl.Expr:
    # A small part of the range, so that a few hundred of them never add up beyond 63 bits.
    told = value.hash(seed=crc32(name.encode())) // 1024
    return pl.when(pl.col(name).is_not_null()).then(told).otherwise(pl.lit(0, pl.UInt64))


def _with_custom(assets: pl.DataFrame) -> pl.DataFrame:
    """The columns of the client's own attributes as one: a JSON object by name, without what an asset has not."""
    own = sorted(name for name in assets.columns if name.startswith(CUSTOM))
    if not own:
        return assets
    filled = pl.any_horizontal(pl.col(name).is_not_null() for name in own)
    named = pl.struct(pl.col(name).alias(name.removeprefix(CUSTOM)) for name in own).struct.json_encode()
    return assets.with_columns(pl.when(filled).then(named).alias("custom")).drop(own)


def _definitions(names: Sequence[str]) -> str:
    catalogue = attributes()
    return ", ".join(f"{name} {OF_ITSELF.get(name) or SQL_TYPES.get(catalogue[name].type, 'text')}" for name in names)


def _values(names: Sequence[str]) -> str:
    return ", ".join("jsonb_strip_nulls(n.custom)" if name == "custom" else f"n.{name}" for name in names)


def _own(assets: pl.DataFrame) -> list[str]:
    """The columns that table and frame name alike."""
    apart = ("asset_id", "first_record_id")
    return [name for name in assets.columns if name in {*OF_ITSELF, *attributes()} and name not in apart]


@dataclass(frozen=True, slots=True)
class NewAssets:
    """New assets ready to be copied: text of the columns `names`."""

    names: tuple[str, ...]
    text: bytes


def encode_assets(assets: pl.DataFrame) -> NewAssets:
    """Computed assets (`stored_form`, with asset_id, first_record_id) ready to be copied."""
    names = ("asset_id", "first_record_id", *_own(assets))
    return NewAssets(names, as_csv(assets.select(names)))


async def add_assets(tx: Tx, scope: Scope, assets: NewAssets) -> None:
    """Store new assets. Those of blocks that are linked already say when they were made, of others their block says it."""
    await copy_text(tx, "new_asset", _definitions(assets.names), assets.names, assets.text)
    own = assets.names[2:]
    await tx.execute(
        f"""insert into asset (client_account_id, engagement_id, id, raw_import_records_id, created_at, {", ".join(own)})
        select $1, $2, n.asset_id, n.first_record_id, case when k.block_id is not null then now() end, {_values(own)}
        from new_asset n left join link_block k
          on k.client_account_id = $1 and k.engagement_id = $2 and k.block_id = n.first_record_id >> {ORDINAL_BITS}""",
        scope.client_account_id,
        scope.engagement_id,
    )


async def change_assets(tx: Tx, scope: Scope, assets: pl.DataFrame) -> None:
    """Store other values of assets that stand."""
    own = _own(assets)
    absent = [name for name in [*attributes(), *VANISHED, "custom", "more_records"] if name not in own]
    await copy_frame(tx, "new_asset", _definitions(["asset_id", "first_record_id", *own]), assets.select("asset_id", "first_record_id", *own))  # fmt: skip
    await tx.execute("analyze new_asset (asset_id)")
    await tx.execute(
        f"""update asset a set ({", ".join([*own, *absent])}) = row({", ".join([_values(own), *["null"] * len(absent)])}),
            raw_import_records_id = n.first_record_id, updated_at = now(), created_at = coalesce(a.created_at, (
              select k.created_at from link_block k where k.client_account_id = $1 and k.engagement_id = $2
                and k.block_id = a.raw_import_records_id >> {ORDINAL_BITS}))
        from new_asset n where a.client_account_id = $1 and a.engagement_id = $2 and a.id = n.asset_id""",
        scope.client_account_id,
        scope.engagement_id,
    )


async def drop_assets(tx: Tx, scope: Scope, asset_ids: Sequence[int]) -> None:
    """Take away assets that no record tells of any longer."""
    await tx.execute(
        f"delete from asset where {TENANT} and id = any($3)",
        scope.client_account_id,
        scope.engagement_id,
        list(asset_ids),
    )


def link_blocks(links: pl.DataFrame, made_of: Mapping[int, tuple[int | None, str | None]]) -> list[tuple[object, ...]]:
    """Links (LINK, all of each block) as rows of `link_block`; `made_of`: mapping set and rules of each block's cleansed form."""
    rows: list[tuple[object, ...]] = []
    blocks = links.sort("record_id").with_columns(block=pl.col("record_id") // 2**ORDINAL_BITS)
    for (block_id,), block in blocks.group_by(["block"], maintain_order=True):
        words = block.select("disposition", "rule", "score").unique().sort("disposition", "rule", "score")
        told = block.join(
            words.with_row_index("outcome", offset=1), on=words.columns, how="left", maintain_order="left"
        )
        counts = dict(block.group_by("disposition").len().iter_rows())
        number = int(str(block_id))
        rows.append(
            (
                number,
                _array(told["asset_id"]),
                _array(told["outcome"]),
                *(words[name].to_list() for name in words.columns),
                *(counts.get(name, 0) for name in DISPOSITIONS),
                *made_of[number],
            )
        )
    return rows


def _array(numbers: pl.Series) -> str:
    return "{" + ",".join(numbers.cast(pl.String).fill_null("NULL").to_list()) + "}"


async def link(tx: Tx, scope: Scope, rows: Sequence[tuple[object, ...]]) -> None:
    """Store the links of some blocks, as `link_blocks` gives them; a block whose links are what they were is not written."""
    await tx.executemany(LINK_BLOCK, [(scope.client_account_id, scope.engagement_id, *row) for row in rows])


async def unlink(tx: Tx, scope: Scope, block_ids: Sequence[int]) -> None:
    """Forget the links of blocks that count no longer."""
    await tx.execute(
        f"delete from link_block where {TENANT} and block_id = any($3)",
        scope.client_account_id,
        scope.engagement_id,
        list(block_ids),
    )


async def count(tx: Tx, scope: Scope, changed: Sequence[UUID], live: Sequence[UUID]) -> None:
    """Write the ledger of the changed imports, and take away that of imports that are not live.

    Raises RecordsLost if dispositions do not add up to the records.
    """
    key = (scope.client_account_id, scope.engagement_id)
    gone = f"delete from import_ledger where {TENANT} and (data_import_id = any($3) or not data_import_id = any($4))"
    await tx.execute(gone, *key, list(changed), list(live))
    await tx.execute(LEDGER, *key, list(live))


async def settled(tx: Tx) -> None:
    """Give the planner statistics of the first many assets."""
    await tx.execute("call muster_analyze_assets()")


async def linked(tx: Tx, scope: Scope) -> Rows:
    """record_id, asset_id of every linked record."""
    query = f"select record_id, asset_id from asset_link where {TENANT} and asset_id is not null"
    return Rows(await copied(tx, query, scope.client_account_id, scope.engagement_id), ("record_id", "asset_id"))


async def columns(tx: Tx, scope: Scope, names: Sequence[str]) -> Rows:
    """The id and the named attributes of every asset, in order of id."""
    catalogue = attributes()
    wanted = [name for name in names if name in catalogue]
    query = f"select {', '.join(['id', *wanted])} from asset where {TENANT} order by id"
    return Rows(await copied(tx, query, scope.client_account_id, scope.engagement_id), ("id", *wanted))
