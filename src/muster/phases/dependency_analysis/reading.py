"""What an engagement's dependencies follow from, read so that memory holds what some end may mean and no more."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import polars as pl

from muster.phases.dependency_analysis.ahead import ahead
from muster.phases.dependency_analysis.block_evidence import (
    HOSTING,
    NAMES,
    OWN,
    READ_BY,
    RELATING,
    BlockEvidence,
    Connected,
    described,
    names_of,
    related,
    sum_block,
)
from muster.phases.dependency_analysis.claims import HOSTED, attribute_claims
from muster.phases.dependency_analysis.connection_sums import RULES, together
from muster.phases.dependency_analysis.decided import KINDS, Said, said_of
from muster.phases.dependency_analysis.edges import CLAIM_SCHEMA
from muster.phases.dependency_analysis.ends import (
    DAY_SCHEMA,
    NAME_SCHEMA,
    answering,
    asked,
    carried_names,
    first_part,
    held,
    is_address,
    may_answer,
)
from muster.phases.dependency_analysis.groups import Grouping
from muster.phases.dependency_analysis.socket_tables import dump_addresses, socket_texts
from muster.phases.dependency_analysis.told import FLOW_SCHEMA, Told
from muster.store import asset_columns, claims, connection_blocks, decisions, evidence_blocks
from muster.store import structure as stored_structure
from muster.store.claims import LiveTable
from muster.store.connection_blocks import TellingBlock
from muster.store.packed_frames import unpacked
from muster.store.transaction import Tx
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.scope import Scope

DESCRIBED = [kind for kind, role in RECORD_KINDS.items() if role in (RecordRole.ASSET, RecordRole.DETAIL)]
SOCKET_FORMATS = ("socket_dump", "lsof_dump")
KNOWN = ["asset_type", "name", "application_name"]
ASSET = ["asset_type", *NAMES, "application_name", "application_id"]
AT_ONCE = 20_000  # more records of which nothing is kept are read in parts of their own
TOGETHER = 1_000_000  # sums that wait to be added up, at least
ENDS = ("source_address", "source_name", "target_address", "target_name")


@dataclass(slots=True)
class _Heard:
    """What was read so far. `kept`: blocks whose evidence stands as it was read before; `fresh`: that of others."""

    claims: list[pl.DataFrame] = field(default_factory=list)
    texts: list[pl.Series] = field(default_factory=list)
    sums: dict[int, pl.DataFrame] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    fresh: dict[int, BlockEvidence] = field(default_factory=dict)
    linked: dict[int, pl.Series] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Read:
    """Of a block, part of its evidence as it was kept, or else the block; and what its records are now.

    `linked`: the asset of each record of a block that describes assets; `rejected`: those of a relation that count not.
    """

    block_id: int
    kept: bytes | None
    block: Connected | None
    linked: pl.Series | None = None
    rejected: Sequence[int] = ()


async def _relating(tx: Tx, scope: Scope, block_id: int, heard: _Heard) -> _Read:
    if block_id in heard.kept:
        rejected = await connection_blocks.rejected(tx, scope, block_id)
        return _Read(block_id, await evidence_blocks.said(tx, scope, block_id), None, None, rejected)
    block = await connected(tx, scope, block_id)
    return _Read(block_id, None, block, None, block.rejected)


async def _describing(tx: Tx, scope: Scope, block_id: int, heard: _Heard, named: bool) -> _Read:
    if block_id not in heard.linked:
        heard.linked[block_id] = await connection_blocks.linked(tx, scope, block_id)
    linked = heard.linked[block_id]
    if block_id in heard.fresh:
        return _Read(block_id, heard.fresh[block_id].names if named else heard.fresh[block_id].said, None, linked)
    if block_id in heard.kept:
        part = evidence_blocks.names if named else evidence_blocks.said
        return _Read(block_id, await part(tx, scope, block_id), None, linked)
    return _Read(block_id, None, await connected(tx, scope, block_id), linked)


def _evidence(read: _Read, heard: _Heard, named: bool = False) -> bytes:
    """What a block says, or what its records are called; where it had to be read for that, it is kept from now on."""
    if read.kept is not None:
        return read.kept
    assert read.block is not None
    found = heard.fresh[read.block_id] = related(read.block) if read.linked is None else described(read.block)
    return found.names if named and found.names is not None else found.said


async def telling(tx: Tx, scope: Scope, flow_id: UUID | None) -> list[TellingBlock]:
    """The blocks that tell of relations or connections, except those of socket dumps, which are read raw."""
    hosted = await connection_blocks.any_of(tx, scope, [str(kind) for kind in HOSTED])
    wanted = [*RELATING, *HOSTING] if hosted else RELATING
    return await connection_blocks.telling(tx, scope, flow_id, DESCRIBED, wanted, SOCKET_FORMATS, RULES)


async def connected(tx: Tx, scope: Scope, block_id: int) -> Connected:
    """One block, as it is cleansed now."""
    first_row, record_kind, stored = await claims.cleansed(tx, scope, block_id)
    name, columns, named = await connection_blocks.table(tx, scope, block_id, "process_name")
    rejected = await connection_blocks.rejected(tx, scope, block_id)
    return Connected(block_id, record_kind, first_row, columns, rejected, stored, name, named)


async def unread(tx: Tx, scope: Scope, flow_id: UUID | None) -> list[int]:
    """The blocks to be read in parts of their own: connections that are not added up, and others if they are many."""
    blocks = await telling(tx, scope, flow_id)
    left = [block.id for block in blocks if block.record_kind == "connection" and not block.summed]
    others = (
        await claims.untold(tx, scope, flow_id, [*DESCRIBED, "relation"], "evidence_block", READ_BY) if blocks else []
    )
    if sum(records for _, records in others) > AT_ONCE:
        left += [block_id for block_id, _ in others]
    return left


async def load_told(tx: Tx, scope: Scope, flow_id: UUID | None) -> Told:
    """Everything the dependencies of an engagement are a function of."""
    tables = await claims.tables(tx, scope, flow_id)
    sockets = await claims.raw_blocks(tx, scope, flow_id, SOCKET_FORMATS)
    blocks, words = await telling(tx, scope, flow_id), await load_said(tx, scope)
    kept = await stored_structure.grouping(tx, scope)
    before = None if kept is None else Grouping(kept[0], unpacked(kept[1]))
    nothing = pl.DataFrame(schema={"asset_no": pl.Int64, "asset_type": pl.String})
    if not blocks and not sockets and not words.edges and not words.groups:
        return Told(tables, [], nothing, said=words, before=before)
    arrivals = {table.import_id: table.arrival for table in tables}
    heard = _Heard(
        texts=[dump_addresses(tables), *await asyncio.to_thread(socket_texts, tables, sockets)],
        kept=await evidence_blocks.kept(tx, scope, READ_BY),
    )
    await _hear(tx, scope, blocks, arrivals, heard)
    # Only the columns that some claim fills: of a million claims the others would take more room than these.
    said = pl.concat(heard.claims, how="diagonal") if heard.claims else pl.DataFrame(schema=CLAIM_SCHEMA)
    wanted = asked([*heard.texts, *(said[name] for name in said.columns if name.endswith(("_text", "_other")))])
    if wanted.is_empty() and not sockets and all(block.record_kind != "connection" for block in blocks):
        known = await _known(tx, scope, nothing, words)
        return Told(tables, [], nothing, known, said=words, before=before, evidence=heard.fresh)
    called, days = await _called(tx, scope, flow_id, tables, wanted, heard)
    assets = await _assets(tx, scope, wanted, called["asset_no"])
    known, moved = await _known(tx, scope, assets, words), held(days)
    flows = await _flows(tx, scope, [one for one in blocks if one.record_kind == "connection"], arrivals, heard, moved)
    told_days = days.filter(pl.col("key").is_in(moved.implode()))
    return Told(tables, sockets, assets, known, said, called, told_days, flows, words, before, heard.fresh)


async def load_said(tx: Tx, scope: Scope) -> Said:
    """What people said of dependencies and still stands, with the assets it is about as they are numbered now."""
    made = [one for one in await decisions.standing(tx, scope) if one["kind"] in KINDS]
    named = [
        (one["id"], side, place)
        for one in made
        for side in ("records", "others")
        for place in one["subject"].get(side, ())
    ]
    found = await decisions.assets_named(tx, scope, [place for _, _, place in named])
    assets: dict[int, dict[str, int]] = {}
    for (number, side, _), asset in zip(named, found, strict=True):
        if asset is not None:
            assets.setdefault(number, {}).setdefault(side, asset)
    return said_of(made, assets)


async def _hear(
    tx: Tx, scope: Scope, blocks: Sequence[TellingBlock], arrivals: Mapping[UUID, int], heard: _Heard
) -> None:
    """Take in what the blocks say: claims, and the texts of the ends of their connections."""
    types = pl.DataFrame(schema={"asset_no": pl.Int64, "asset_type": pl.String})
    if any(block.record_kind in DESCRIBED for block in blocks):
        types = (await asset_columns.types(tx, scope)).rename({"id": "asset_no"})

    async def read(block: TellingBlock) -> tuple[_Read, int]:
        described = block.record_kind in DESCRIBED
        read = (
            _describing(tx, scope, block.id, heard, named=False) if described else _relating(tx, scope, block.id, heard)
        )
        return await read, arrivals[block.import_id]

    def claimed(one: tuple[_Read, int]) -> pl.DataFrame:
        return _claimed(unpacked(_evidence(one[0], heard)), *one, types)

    async for found in ahead((block for block in blocks if block.record_kind != "connection"), read, claimed):
        heard.claims.append(found)
    for block in blocks:
        if block.record_kind == "connection":
            sums = await _sums(tx, scope, block, heard)
            heard.texts += [sums[name].unique() for name in ENDS]


def _claimed(evidence: pl.DataFrame, read: _Read, arrival: int, types: pl.DataFrame) -> pl.DataFrame:
    """The claims of a block of relations, or of one that describes assets of these `types`."""
    if read.linked is None:
        return _filed(evidence.filter(~pl.col("record_id").is_in(list(read.rejected))), arrival)
    of = types.filter(pl.col("asset_no").is_in(read.linked.unique().implode()))
    own = _owned(evidence, OWN, read.linked, arrival)
    claimed = attribute_claims(own.join(of, on="asset_no", how="left"))
    # Columns that say nothing cost as much as others, and own claims have many.
    return claimed.select(one for one in claimed if one.null_count() < claimed.height)


def _filed(frame: pl.DataFrame, arrival: int) -> pl.DataFrame:
    return frame.with_columns(pl.lit(arrival, pl.Int32).alias("file_ref"))


def _owned(evidence: pl.DataFrame, columns: Sequence[str], linked: pl.Series, arrival: int) -> pl.DataFrame:
    """The records of a block that belong to an asset, with that asset and the file they came in."""
    frame = evidence.select("record_id", *(name for name in columns if name in evidence.columns))
    owner = linked if linked.len() == frame.height else pl.repeat(None, frame.height, dtype=pl.Int64, eager=True)
    return _filed(frame.with_columns(owner.alias("asset_no")), arrival).drop_nulls("asset_no")


async def _sums(tx: Tx, scope: Scope, block: TellingBlock, heard: _Heard) -> pl.DataFrame:
    """What a block's connections add up to: as it was kept, else as it is found now and remembered meanwhile."""
    if block.id in heard.sums:
        return heard.sums[block.id]
    if block.summed:
        return unpacked(await connection_blocks.sums(tx, scope, block.id))
    fresh = await asyncio.to_thread(sum_block, await connected(tx, scope, block.id))
    heard.sums[block.id] = unpacked(fresh.sums)
    return heard.sums[block.id]


async def _flows(
    tx: Tx,
    scope: Scope,
    blocks: Iterable[TellingBlock],
    arrivals: Mapping[UUID, int],
    heard: _Heard,
    moved: pl.Series,
) -> pl.DataFrame:
    """The connections of each file, added up; days are kept where an end's address had several owners."""
    found: dict[int, list[pl.DataFrame]] = {}
    for block in blocks:
        parts = found.setdefault(arrivals[block.import_id], [])
        parts.append(await _sums(tx, scope, block, heard))
        # The first of them is what was added up before: it is gone through again once as much has come since.
        if sum(part.height for part in parts[1:]) > max(TOGETHER, parts[0].height):
            parts[:] = [await asyncio.to_thread(together, parts, moved)]
    every = [pl.DataFrame(schema=FLOW_SCHEMA)]
    for arrival, parts in found.items():
        every.append(_filed(await asyncio.to_thread(together, parts, moved), arrival))
    return pl.concat(every)


async def _called(
    tx: Tx, scope: Scope, flow_id: UUID | None, tables: Sequence[LiveTable], wanted: pl.Series, heard: _Heard
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The names that records give to assets and that some end may mean, and since when an asset has an address."""
    files = {(table.import_id, table.table_no): table for table in tables}
    called, days = [pl.DataFrame(schema=NAME_SCHEMA)], [pl.DataFrame(schema=DAY_SCHEMA)]

    async def read(place: tuple[int, UUID, int]) -> tuple[_Read, LiveTable]:
        block_id, import_id, table_no = place
        return await _describing(tx, scope, block_id, heard, named=True), files[import_id, table_no]

    def named(one: tuple[_Read, LiveTable]) -> tuple[pl.DataFrame, pl.DataFrame]:
        return _names_of(names_of(_evidence(one[0], heard, named=True)), *one, wanted)

    blocks = await claims.cleansed_blocks(tx, scope, flow_id, DESCRIBED)
    async for found, dated in ahead(blocks, read, named):
        called.append(found)
        days.append(dated)
    return pl.concat(called).unique(), pl.concat(days).unique()


def _names_of(
    called: pl.DataFrame, read: _Read, file: LiveTable, wanted: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    linked = pl.Series(dtype=pl.Int64) if read.linked is None else read.linked
    meant = may_answer(called if linked.len() else called.clear(), wanted)
    owned = meant.with_columns(asset_no=linked.gather(meant["place"]), text="key")
    found = _filed(owned, file.arrival).drop_nulls("asset_no")
    keyed = found.filter((pl.col("kind") == "address") & pl.lit(file.as_of is not None))
    dated = keyed.select("key", "asset_no", pl.lit(file.as_of, pl.Date).alias("since"))
    return found.select(*NAME_SCHEMA).unique(), dated.unique()


async def _assets(tx: Tx, scope: Scope, wanted: pl.Series, also: pl.Series) -> pl.DataFrame:
    """The assets that some end may mean by what they carry themselves, and those of the ids `also`."""
    found = []
    async for piece in asset_columns.answering(tx, scope, ASSET, _looked_for(wanted), also.unique().to_list()):
        found.append(await asyncio.to_thread(_meant, piece.rename({"id": "asset_no"}), wanted, also))
    return pl.concat(found) if found else pl.DataFrame(schema={"asset_no": pl.Int64, "asset_type": pl.String})


def _meant(assets: pl.DataFrame, wanted: pl.Series, also: pl.Series) -> pl.DataFrame:
    meant = pl.concat([also, *(answering(named, wanted)["asset_no"] for named in carried_names(assets))])
    return assets.filter(pl.col("asset_no").is_in(meant.unique().implode()))


def _looked_for(wanted: pl.Series) -> asset_columns.Asked:
    keys = wanted.to_frame("key")
    return asset_columns.Asked(
        heads=keys.select(first_part()).unique()["key"].to_list(),
        addresses=keys.filter(is_address(pl.col("key")))["key"].to_list(),
        colons=bool(keys["key"].str.contains(":", literal=True).any()),
    )


async def _known(tx: Tx, scope: Scope, assets: pl.DataFrame, words: Said) -> pl.DataFrame:
    """What the structure needs of all assets; none where no end means any, since without an edge there is none."""
    schema = {"id": pl.Int64, **dict.fromkeys(KNOWN, pl.String)}
    needed = assets.height or words.edges
    found = [piece async for piece in asset_columns.slices(tx, scope, KNOWN)] if needed else []
    return (pl.concat(found) if found else pl.DataFrame(schema=schema)).rename({"id": "asset_no"})
