"""The inventory read in one order and in pieces: what exports and reports are made of. Reads the public views."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import polars as pl

from muster.store.frames import LIST_SEPARATOR, Rows, frame_of
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.attributes import CUSTOM, attributes
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
PIECE = 10_000  # rows; pieces are cut at the same rows every time, so that what is made of them is the same
READ_AT_ONCE = 4 << 20  # bytes that wait to be read as a frame

Take = Callable[[pl.DataFrame], Awaitable[None]]
TEXT, NUMBER, WHOLE = pl.String(), pl.Float64(), pl.Int64()

# Ids differ between two engagements of one content; these tell almost all namesakes apart before the id must.
IN_ORDER = ", ".join(
    f'v.{name} collate "C"' for name in ("name", "asset_type", "fqdn", "source_id", "uuid", "serial_number")
)
EDGES = """
with known as (
  select max(coalesce(i.as_of, i.created_at::date)) as day from data_imports i
  where i.client_account_id = $1 and i.engagement_id = $2 and i.undone_at is null)
select asset_uuid(e.engagement_id, e.source_id), s.name, s.asset_type, s.application_name, asset_uuid(e.engagement_id, e.target_id),
  t.name, t.asset_type, t.application_name, t.ip_address[1], e.port, e.protocol, e.kind, e.count, e.confidence, known.day,
  array_to_string(e.source_processes, '; '), array_to_string(e.target_processes, '; ')
from edge e
join assets s on s.client_account_id = $1 and s.engagement_id = $2 and s.id = asset_uuid(e.engagement_id, e.source_id)
join assets t on t.client_account_id = $1 and t.engagement_id = $2 and t.id = asset_uuid(e.engagement_id, e.target_id)
cross join known
where e.client_account_id = $1 and e.engagement_id = $2
order by s.name collate "C", t.name collate "C", e.kind, e.port, e.protocol, e.source_id, e.target_id
"""
EDGE_COLUMNS: Mapping[str, pl.DataType] = {
    "source_id": TEXT, "source": TEXT, "source_type": TEXT, "source_application": TEXT, "target_id": TEXT,
    "target": TEXT, "target_type": TEXT, "target_application": TEXT, "target_ip": TEXT, "port": WHOLE,
    "protocol": TEXT, "kind": TEXT, "count": WHOLE, "confidence": NUMBER, "known_on": TEXT,
    "source_process": TEXT, "target_process": TEXT,
}  # fmt: skip
# A disk that several files list is told by the newest of them.
_DISK = """
  select distinct on (r.asset_id, r.cleansed_data ->> 'disk_name') r.asset_id, r.cleansed_data ->> 'disk_name' as disk_name,
    r.cleansed_data ->> 'storage_total_gb' as size_gb, r.cleansed_data ->> 'storage_used_gb' as used_gb
  from raw_import_records r
  join data_imports i on i.client_account_id = $1 and i.engagement_id = $2 and i.id = r.data_import_id
  where r.client_account_id = $1 and r.engagement_id = $2 and r.asset_id is not null and i.undone_at is null
    and exists (select 1 from import_table t where t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = r.data_import_id
      and t.name = r.table_name and t.record_kind = 'disk')
  order by r.asset_id, r.cleansed_data ->> 'disk_name', i.as_of desc nulls last, i.created_at desc, r.id"""
DISKS = f"""
with disk as ({_DISK})
select v.id, v.name, v.asset_type, v.source_id, d.disk_name, d.size_gb, d.used_gb
from disk d join assets v on v.client_account_id = $1 and v.engagement_id = $2 and v.id = d.asset_id
order by v.name collate "C", v.id, d.disk_name collate "C"
"""
DISK_COLUMNS: Mapping[str, pl.DataType] = {
    "id": TEXT, "name": TEXT, "asset_type": TEXT, "source_id": TEXT, "disk_name": TEXT, "size_gb": NUMBER,
    "used_gb": NUMBER,
}  # fmt: skip


def _assets_query(with_disks: bool) -> str:
    listed = [
        f"array_to_string(v.{name}, E'{LIST_SEPARATOR}')" if known.multi_valued else f"v.{name}"
        for name, known in attributes().items()
    ]
    sizes = f"""with disk as ({_DISK}), sizes as (
        select asset_id, string_agg(size_gb, ';' order by disk_name collate "C") as disk_sizes from disk group by asset_id)"""
    return f"""{sizes if with_disks else ""}
        select v.id, {", ".join(listed)}, v.custom{", s.disk_sizes" if with_disks else ""} from assets v
        {"left join sizes s on s.asset_id = v.id" if with_disks else ""}
        where v.client_account_id = $1 and v.engagement_id = $2 order by {IN_ORDER}, v.id"""


async def assets(tx: Tx, scope: Scope, take: Take, *, with_disks: bool = False) -> None:
    """Hand every asset to `take` in pieces: id, every attribute, and custom (the client's own attributes as JSON).

    `with_disks` adds disk_sizes: the sizes in GB of the disks that lists of disks name, in order of their names, with
    semicolons between.
    """
    columns = ("id", *attributes(), "custom", *(("disk_sizes",) if with_disks else ()))
    types = {"id": TEXT, "custom": TEXT, "disk_sizes": TEXT}
    await in_pieces(tx, scope, _assets_query(with_disks), columns, types, take)


async def edges(tx: Tx, scope: Scope, take: Take) -> None:
    """Hand every edge to `take` in pieces, with the names and types of its ends and the day of the newest file."""
    await in_pieces(tx, scope, EDGES, tuple(EDGE_COLUMNS), EDGE_COLUMNS, take)


async def disks(tx: Tx, scope: Scope, take: Take) -> None:
    """Hand every disk that a list of disks names to `take` in pieces, with the asset it belongs to."""
    await in_pieces(tx, scope, DISKS, tuple(DISK_COLUMNS), DISK_COLUMNS, take)


async def filled(tx: Tx, scope: Scope) -> dict[str, int]:
    """How many assets there are ('' counts all) and how many of them have each attribute, the client's own included."""
    key = (scope.client_account_id, scope.engagement_id)
    counted = ", ".join(f"count({name}) as {name}" for name in attributes())
    row = await tx.fetchrow(f"select count(*) as total, {counted} from assets where {TENANT}", *key)
    own = await tx.fetch(
        f"""select k as name, count(*) as n from assets cross join lateral jsonb_object_keys(custom) k
            where {TENANT} group by 1 order by 1""",
        *key,
    )
    counts = {name: int(count) for name, count in row.items() if name != "total"}
    return {"": int(row["total"]), **counts, **{f"{CUSTOM}{each['name']}": int(each["n"]) for each in own}}


async def narrowed(
    tx: Tx, scope: Scope, names: Sequence[str], plain: Sequence[str] = (), only: Sequence[int] | None = None
) -> pl.DataFrame:
    """asset_no (the inner id) and the named attributes of every asset, or of `only` some, in order of asset_no, made to
    take little room: texts as categories (but those of `plain`, which hardly repeat), lists as one text, moments as days.
    """
    wanted = [name for name in names if name in attributes()]
    pieces = [pl.DataFrame(schema={"asset_no": WHOLE, **{name: _narrow_type(name, plain) for name in wanted}})]

    async def take(piece: pl.DataFrame) -> None:
        pieces.append(piece)

    await narrowed_pieces(tx, scope, names, take, plain, only)
    return pl.concat(pieces)


async def narrowed_pieces(
    tx: Tx,
    scope: Scope,
    names: Sequence[str],
    take: Take,
    plain: Sequence[str] = (),
    only: Sequence[int] | None = None,
) -> None:
    """Hand what `narrowed` reads to `take` in pieces: for who need not hold all of it."""
    wanted = [name for name in names if name in attributes()]
    query = f"select {', '.join(['id', *wanted])} from asset where {TENANT} and ($3::bigint[] is null or id = any($3)) order by id"

    async def narrow(piece: pl.DataFrame) -> None:
        columns = (pl.col(name).cast(_narrow_type(name, plain)) for name in wanted)
        await take(piece.select(pl.col("id").alias("asset_no"), *columns))

    types = {"id": WHOLE, **{name: TEXT for name in wanted if attributes()[name].multi_valued}}
    await in_pieces(tx, scope, query, ("id", *wanted), types, narrow, only)


async def carried(tx: Tx, scope: Scope, names: Sequence[str]) -> frozenset[str]:
    """Which of these attributes some asset has."""
    asked = ", ".join(f"exists(select 1 from asset where {TENANT} and {name} is not null) as {name}" for name in names)
    row = await tx.fetchrow(f"select {asked}", scope.client_account_id, scope.engagement_id)
    return frozenset(name for name in names if row[name])


def _narrow_type(name: str, plain: Sequence[str]) -> pl.DataType:
    if name in plain:
        return TEXT
    kinds: Mapping[str, pl.DataType] = {
        "integer": pl.Float32(), "number": pl.Float32(), "money": pl.Float32(), "boolean": pl.Boolean(), "date": pl.Date(),
        "datetime": pl.Date(),
    }  # fmt: skip
    return kinds.get(attributes()[name].type, pl.Categorical())


async def in_pieces(
    tx: Tx,
    scope: Scope,
    query: str,
    columns: tuple[str, ...],
    types: Mapping[str, pl.DataType],
    take: Take,
    *more: object,
) -> None:
    """Hand the rows of a query to `take` in pieces; $1 and $2 are the tenant, `more` are further values."""
    pieces = _Pieces(columns, types, take)
    await tx.execute("set local statement_timeout = 0")  # it lasts as long as the files take to be written
    key = (scope.client_account_id, scope.engagement_id)
    try:
        async with hash_joins(tx):
            await tx.copy_from_query(query, *key, *more, output=pieces.arrived, format="csv")
        await pieces.end()
    finally:
        pieces.leave()


class _Pieces:
    """CSV text on its way from the database, cut at record ends and handed on in frames of equal height.

    One stretch is read and handed on while the next arrives; with two of them the database waits.
    """

    def __init__(self, columns: tuple[str, ...], types: Mapping[str, pl.DataType], take: Take) -> None:
        self._columns, self._types, self._take = columns, types, take
        self._text = bytearray()
        self._rows: pl.DataFrame | None = None
        self._reading: asyncio.Task[None] | None = None

    async def arrived(self, text: bytes) -> None:
        self._text += text
        if len(self._text) >= READ_AT_ONCE:
            await self._begin(self._record_end())

    async def end(self) -> None:
        await self._begin(len(self._text))
        await self.settled()
        if self._rows is not None and self._rows.height:
            await self._take(self._rows)

    async def settled(self) -> None:
        """Wait until what has begun is handed on. Raises what went wrong with it."""
        reading, self._reading = self._reading, None
        if reading is not None:
            await reading

    def leave(self) -> None:
        """Nothing is handed on any longer; of no effect after `end`."""
        if self._reading is not None:
            self._reading.cancel()

    async def _begin(self, end: int) -> None:
        if not end:
            return
        await self.settled()
        text = bytes(self._text[:end])
        del self._text[:end]
        self._reading = asyncio.create_task(self._read(text))

    def _record_end(self) -> int:
        """The place behind the last line break that no quotes enclose; quotes inside a value are doubled."""
        end = self._text.rfind(b"\n") + 1
        while end and self._text.count(b'"', 0, end) % 2:
            end = self._text.rfind(b"\n", 0, end - 1) + 1
        return end

    async def _read(self, text: bytes) -> None:
        read = await asyncio.to_thread(frame_of, Rows(text, self._columns), self._types)
        rows = read if self._rows is None else pl.concat([self._rows, read])
        while rows.height > PIECE:
            await self._take(rows[:PIECE])
            rows = rows[PIECE:]
        self._rows = rows
