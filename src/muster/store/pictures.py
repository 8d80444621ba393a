"""The inventory of an engagement as one transaction sees it: what two moments are compared by."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from muster.store.digest import digest
from muster.store.frames import list_of
from muster.store.inventory_reading import in_pieces
from muster.store.packed_frames import packed, unpacked
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.scope import Scope

OWN = "x.client_account_id = $1 and x.engagement_id = $2"
DESCRIBED = [
    *(
        f"{list_of(f'x.{name}')} as {name}" if known.multi_valued else f"x.{name}"
        for name, known in attributes().items()
    ),
    *("x.custom", "x.presence", "x.presence_reason"),
]
ASSETS = f"""select x.id, asset_uuid(x.engagement_id, x.id) as public_id, x.name, x.asset_type, jsonb_strip_nulls(to_jsonb(d))::text as content
from asset x cross join lateral (select {", ".join(DESCRIBED)}) as d where {OWN} order by x.id"""
LINKS = f"select x.record_id, x.asset_id from asset_link x where {OWN} and x.asset_id is not null"
EDGES = f"""select x.source_id, x.target_id, x.kind, coalesce(x.port, 0) as port, coalesce(x.protocol, '') as protocol, x.count,
    x.confidence from edge x where {OWN}"""
FINDINGS = (
    f"select x.asset_id, x.check_name, x.severity, coalesce(x.detail, '') as detail from debt_finding x where {OWN}"
)
GROUPS = f"select x.asset_id, x.group_no from asset_group x where {OWN}"
ISSUES = f"""select x.data_import_id::text as import_id, i.filename as file, t.name as sheet, x.code, coalesce(x.rule, '') as rule,
    sum(greatest(cardinality(x.rows), 1))::bigint as records
from data_issue x
join data_import i on (i.client_account_id, i.engagement_id, i.id) = (x.client_account_id, x.engagement_id, x.data_import_id)
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
  = (x.client_account_id, x.engagement_id, x.data_import_id, x.table_no)
where {OWN} and i.undone_at is null group by 1, 2, 3, 4, 5"""
LEDGER = f"""select x.data_import_id::text as import_id, i.filename as file, t.name as sheet, x.created, x.merged, x.unchanged, x.rejected,
    x.excluded
from import_ledger x
join data_import i on (i.client_account_id, i.engagement_id, i.id) = (x.client_account_id, x.engagement_id, x.data_import_id)
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
  = (x.client_account_id, x.engagement_id, x.data_import_id, x.table_no)
where {OWN}"""
TEXT, NUMBER, WORD = pl.String(), pl.Int64(), pl.Categorical()
SCHEMAS: dict[str, tuple[str, dict[str, pl.DataType]]] = {
    "assets": (ASSETS, {"id": NUMBER, "public_id": TEXT, "name": TEXT, "asset_type": TEXT, "content": TEXT}),
    "links": (LINKS, {"record_id": NUMBER, "asset_id": NUMBER}),
    "edges": (
        EDGES,
        {"source_id": NUMBER, "target_id": NUMBER, "kind": TEXT, "port": NUMBER, "protocol": TEXT, "count": NUMBER,
         "confidence": pl.Float64()},
    ),
    "findings": (FINDINGS, {"asset_id": NUMBER, "check_name": WORD, "severity": WORD, "detail": WORD}),
    "groups": (GROUPS, {"asset_id": NUMBER, "group_no": NUMBER}),
    "issues": (
        ISSUES,
        {"import_id": TEXT, "file": TEXT, "sheet": TEXT, "code": TEXT, "rule": TEXT, "records": NUMBER},
    ),
    "ledger": (
        LEDGER,
        {"import_id": TEXT, "file": TEXT, "sheet": TEXT, "created": NUMBER, "merged": NUMBER, "unchanged": NUMBER,
         "rejected": NUMBER, "excluded": NUMBER},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contents:
    """What every asset says, as JSON text by its id: compressed piece by piece, since few of the texts are ever told.

    `pieces`: the first and the last id of each piece, and a packed frame of id and content.
    """

    pieces: list[tuple[int, int, bytes]] = field(default_factory=list)

    def add(self, said: pl.DataFrame) -> None:
        """More assets, id and content, in order of id."""
        self.pieces.append((said["id"][0], said["id"][-1], packed(said)))

    def of(self, asset_ids: Collection[int]) -> dict[int, str]:
        """The contents of some assets by id."""
        wanted, found = pl.Series(sorted(asset_ids), dtype=pl.Int64), dict[int, str]()
        for first, last, piece in self.pieces:
            own = wanted.filter(wanted.is_between(first, last))
            if own.len():
                rows = unpacked(piece).filter(pl.col("id").is_in(own.implode()))
                found.update(rows.select("id", "content").iter_rows())
        return found


@dataclass(frozen=True, slots=True)
class Picture:
    """One inventory: its digest, and its rows as frames named after what they hold. An asset's content is its hash in
    `assets`, and its text in `contents`.
    """

    digest: str
    contents: Contents
    assets: pl.DataFrame
    links: pl.DataFrame
    edges: pl.DataFrame
    findings: pl.DataFrame
    groups: pl.DataFrame
    issues: pl.DataFrame
    ledger: pl.DataFrame


async def picture(tx: Tx, scope: Scope) -> Picture:
    """The inventory as this transaction sees it."""
    contents = Contents()
    frames = {name: await _frame(tx, scope, name, contents) for name in SCHEMAS}
    return Picture(await digest(tx, scope), contents, **frames)


async def _frame(tx: Tx, scope: Scope, name: str, contents: Contents) -> pl.DataFrame:
    """The rows of one kind, read in pieces; contents go where they take little room."""
    sql, schema = SCHEMAS[name]
    read = {column: TEXT if dtype == WORD else dtype for column, dtype in schema.items()}
    pieces = [_kept(pl.DataFrame(schema=read), schema)]

    async def take(rows: pl.DataFrame) -> None:
        if name == "assets":
            await asyncio.to_thread(contents.add, rows.select("id", "content"))
        pieces.append(_kept(rows, schema))

    await in_pieces(tx, scope, sql, tuple(schema), read, take)
    return pl.concat(pieces).rechunk()


def _kept(rows: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A piece as it is kept: a text that says nothing is empty, one that repeats is a word, a long one its hash."""
    filled = rows.with_columns(pl.col(TEXT).fill_null("")).cast({name: WORD for name in schema if schema[name] == WORD})
    return filled.with_columns(pl.col("content").hash(seed=1)) if "content" in schema else filled
