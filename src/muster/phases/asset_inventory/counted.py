"""What counts in an engagement, what of it changed since, and which asset each record concerned belongs to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib import resources
from uuid import UUID

import polars as pl

from muster.phases.asset_inventory.concerned import ROW, SharedKeys
from muster.phases.asset_inventory.decisions import MERGE, SPLIT, InventoryDecision, RecordKey
from muster.phases.asset_inventory.details import names_itself, told_by_number
from muster.phases.asset_inventory.inventory import Placed, place
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules
from muster.store.claims import CountedBlock, LiveTable
from muster.store.frames import ORDINAL_BITS, record_ids
from muster.store.packed_frames import packed, unpacked
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole

IN_INVENTORY = (RecordRole.ASSET, RecordRole.DETAIL)
REASON = {"type_reason": pl.String(), "type_confidence": pl.Float64()}
KINDS_READ = [kind for kind, role in RECORD_KINDS.items() if role in IN_INVENTORY]


def _version() -> str:
    """A hash of this package: whoever changes a rule need not remember to say so."""
    files = sorted(resources.files("muster.phases.asset_inventory").iterdir(), key=lambda file: file.name)
    text = [file.read_bytes() for file in files if file.is_file()]
    return sha256(b"\0".join(text)).hexdigest()[:16]


RULES = _version()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims and decisions as they were at one version of the engagement.

    `live`: the imports that count; `tables` and `blocks` may be of others that are linked still. `decisions`: those
    that stand; `changed`: the records of those that came or went since; `everything`: the rules, or cleansed records
    that are linked, changed, so that nothing of what stands can be relied on; `met`: ids of the records that meet the
    conditions of decisions.
    """

    version: int
    live: Sequence[UUID]
    tables: Sequence[LiveTable]
    blocks: Sequence[CountedBlock]
    rejected: Sequence[tuple[int, str]]
    decisions: Sequence[InventoryDecision]
    decision_ids: frozenset[int]
    changed: frozenset[RecordKey]
    everything: bool
    custom: Sequence[Attribute] = ()
    rules: Rules = AS_THEY_COME
    met: Mapping[InventoryDecision, Sequence[int]] = field(default_factory=dict)

    @property
    def live_tables(self) -> pl.DataFrame:
        """The tables that count, as the pure functions read them."""
        counts = [ref for ref, table in enumerate(self.tables) if table.import_id in set(self.live)]
        return tables_frame(self.tables)[counts]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Records that share a key or are named by a decision and have no asset yet. `said`: as `statement.packed` keeps
    them, the columns of Stated.said but the row; the others are what `place` reads.
    """

    said: bytes
    tables: pl.DataFrame
    decisions: Sequence[InventoryDecision]
    rules: Rules
    met: Mapping[InventoryDecision, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written. `touched`: the live records whose links are computed anew; `alone`: those that are an
    asset of their own; `waiting`: those about a part of something that nothing names; `together`: those that share a
    key or are named by a decision; all in order of record id. `reasons`: type_reason, type_confidence, what the touched
    records give as reasons. `placed` says which asset those together are, if there are any; `unplaced` is what says so
    where it is not known yet.
    """

    evidence: Evidence
    touched: pl.Series
    alone: pl.Series
    waiting: pl.Series
    together: pl.Series
    reasons: pl.DataFrame
    placed: Placed | None = None
    unplaced: Unplaced | None = None


def tables_frame(tables: Sequence[LiveTable]) -> pl.DataFrame:
    """The live tables as the pure function reads them; `table_ref` is the place in this list."""
    arrivals = sorted({table.arrival for table in tables})
    rows = [
        {
            "table_ref": ref,
            "import_ref": arrivals.index(table.arrival) + 1,
            "file_sha256": table.file_sha256,
            "table_name": table.name,
            "source": table.source,
            "precedence": table.precedence,
            "as_of": table.as_of,
            "record_kind": table.record_kind,
            "role": RECORD_KINDS[table.record_kind].value,
        }
        for ref, table in enumerate(tables)
    ]
    schema = {
        "table_ref": pl.Int32(), "import_ref": pl.Int32(), "file_sha256": pl.String(), "table_name": pl.String(),
        "source": pl.String(),
        "precedence": pl.Int32(), "as_of": pl.Date(), "record_kind": pl.String(), "role": pl.String(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


@dataclass(frozen=True, slots=True)
class Stated:
    """A block of a table whose rows are or describe assets; its records are the rows from `first` on."""

    block: CountedBlock
    table: LiveTable
    table_ref: int
    first: int

    @property
    def rows(self) -> pl.Series:
        return pl.int_range(self.first, self.first + self.block.records, dtype=ROW, eager=True).alias("row")

    @property
    def place(self) -> tuple[str, str]:
        return self.table.file_sha256, self.table.name

    def row_of(self, row_number: int) -> int | None:
        """The row of the record with this number in the table, if it is in this block."""
        ordinal = row_number - self.block.first_row
        return self.first + ordinal if 0 <= ordinal < self.block.records else None

    def said(self) -> pl.DataFrame:
        """row, record_id, table_ref, row_number and the statements of every record."""
        assert self.block.statements is not None
        own = pl.DataFrame({"row": self.rows, "record_id": record_ids(self.block.id, self.block.records)})
        start = self.block.first_row
        numbered = own.with_columns(
            pl.lit(self.table_ref, pl.Int32).alias("table_ref"),
            pl.int_range(start, start + self.block.records, dtype=pl.Int64).alias("row_number"),
        )
        return pl.concat([numbered, unpacked(self.block.statements)], how="horizontal")


def stated_blocks(evidence: Evidence) -> list[Stated]:
    """The blocks that identity looks at, with a row of their own for each record."""
    refs = {(table.import_id, table.table_no): ref for ref, table in enumerate(evidence.tables)}
    found, first = [], 0
    for block in evidence.blocks:
        ref = refs[block.import_id, block.table_no]
        if block.statements is None or RECORD_KINDS[evidence.tables[ref].record_kind] not in IN_INVENTORY:
            continue
        found.append(Stated(block, evidence.tables[ref], ref, first))
        first += block.records
    return found


def compute(evidence: Evidence) -> Plan:
    """The pure function: who is concerned by what changed, and which asset each of them is."""
    plan = counted(evidence)
    return plan if plan.unplaced is None else replace(plan, placed=placed(plan.unplaced), unplaced=None)


def counted(evidence: Evidence) -> Plan:
    """Who is concerned by what changed; which asset those are that share a key is still to be said."""
    blocks = stated_blocks(evidence)
    bad = pl.Series([record_id for record_id, _ in evidence.rejected], dtype=pl.Int64).implode()
    keys, decided = _shared_keys(blocks, evidence, bad)
    keys.join()
    size = blocks[-1].first + blocks[-1].block.records if blocks else 0
    concerned = _concerned(keys, blocks, evidence, size)
    touched = _mask(size, concerned)
    grouped = _mask(size, pl.concat([keys.sharing(), decided]).unique())
    parts = [part for one in blocks if one.block.live and (part := _part(one, touched, grouped, bad))]
    nobody = pl.DataFrame(schema={"record_id": pl.Int64()})
    touched_ids, alone, waiting = (pl.concat([nobody, *(part[at] for part in parts)])["record_id"] for at in range(3))
    said = [part[3].drop("row") for part in parts if part[3].height]
    together = pl.concat([nobody, *(part.select("record_id") for part in said)])["record_id"]
    unplaced = _unplaced(pl.concat(said), evidence) if said else None
    reasons = pl.concat([pl.DataFrame(schema=REASON), *(part[4] for part in parts)]).unique()
    return Plan(_lighter(evidence), touched_ids, alone, waiting, together, reasons, unplaced=unplaced)


def _unplaced(said: pl.DataFrame, evidence: Evidence) -> Unplaced:
    return Unplaced(packed(said), evidence.live_tables, evidence.decisions, evidence.rules, evidence.met)


def _lighter(evidence: Evidence) -> Evidence:
    """Without the statements: whoever writes reads them block by block; they need not go from process to process."""
    return replace(evidence, blocks=[replace(block, statements=None) for block in evidence.blocks])


def _concerned(keys: SharedKeys, blocks: Sequence[Stated], evidence: Evidence, size: int) -> pl.Series | None:
    """The rows that a change concerns; None for all. Keys are only of them then: who shares one is known among them."""
    seeds = _seeds(blocks, evidence)
    if evidence.everything or seeds.len() == size:
        return None
    rows = keys.around(seeds)
    keys.keep(rows)
    return rows


def placed(unplaced: Unplaced) -> Placed:
    """Which asset each of the records is."""
    said = unpacked(unplaced.said)
    ids = said["record_id"]
    met = {made: pl.arg_where(ids.is_in(list(records)), eager=True).to_list() for made, records in unplaced.met.items()}
    return place(said, unplaced.tables, unplaced.decisions, unplaced.rules, met)


def _mask(size: int, rows: pl.Series | None) -> pl.Series:
    """True for the given rows, or for all."""
    if rows is None:
        return pl.repeat(True, size, eager=True)
    return pl.repeat(False, size, eager=True).scatter(rows, True)


def _part(one: Stated, touched: pl.Series, grouped: pl.Series, bad: pl.Series) -> tuple[pl.DataFrame, ...]:
    """Of one live block: the records concerned, those that are alone, those that wait for their owner, what the others
    say, and the reasons that any gives; nothing if none is concerned.
    """
    ids = pl.DataFrame({"record_id": record_ids(one.block.id, one.block.records)})
    span = slice(one.first, one.first + one.block.records)
    concerned = touched[span] & ~ids["record_id"].is_in(bad)
    if not concerned.any():
        return ()
    said = one.said()
    together = concerned & grouped[span]
    single = concerned & ~together & said["known"]
    detail = RECORD_KINDS[one.table.record_kind] is RecordRole.DETAIL
    own = said.select(names_itself()).to_series() if detail else pl.repeat(True, said.height, eager=True)
    reasons = said.filter(concerned).select(type_reason="kind_reason", type_confidence="kind_confidence").unique()
    return ids.filter(concerned), ids.filter(single & own), ids.filter(single & ~own), said.filter(together), reasons


def _shared_keys(blocks: Sequence[Stated], evidence: Evidence, bad: pl.Series) -> tuple[SharedKeys, pl.Series]:
    """The keys of every record, and the rows that decisions mean."""
    keys = SharedKeys()
    with_parts = {one.table.file_sha256 for one in blocks if RECORD_KINDS[one.table.record_kind] is RecordRole.DETAIL}
    lists: dict[tuple[str, str], set[UUID]] = {}
    for one in blocks:
        lists.setdefault(one.place, set()).add(one.table.import_id)
    numbers = _owners_numbers(blocks)
    for one in blocks:
        said = one.said().filter(pl.col("known") & ~pl.col("record_id").is_in(bad))
        keys.add_numbers(said, numbers)
        sha = one.table.file_sha256
        keys.add(said, one.table.source, sha if sha in with_parts else None)
        if len(lists[one.place]) > 1:
            keys.add_places(said, repr(one.place))
    decided: set[int] = set()
    for number, made in enumerate(evidence.decisions):
        rows = set(_rows_of(blocks, (*made.records, *made.others)))
        decided |= rows | set(_rows_with(blocks, evidence.met.get(made, ())))
        if made.kind in (MERGE, SPLIT):
            keys.add_together(number, rows)
    return keys, pl.Series("row", sorted(decided), dtype=ROW)


def _owners_numbers(blocks: Sequence[Stated]) -> pl.Series:
    """The ids by which rows about parts name their owners; ids of one list say nothing in others otherwise."""
    found = [pl.Series("sid", [], dtype=pl.String)]
    for one in blocks:
        if RECORD_KINDS[one.table.record_kind] is RecordRole.DETAIL:
            found.append(one.said().filter(told_by_number())["sid"])
    return pl.concat(found).unique()


def _rows_of(blocks: Sequence[Stated], keys: Iterable[RecordKey]) -> Iterator[int]:
    for key in keys:
        for one in blocks:
            if one.place == (key.file_sha256, key.table_name) and (row := one.row_of(key.row_number)) is not None:
                yield row


def _rows_with(blocks: Sequence[Stated], records: Iterable[int]) -> Iterator[int]:
    first = {one.block.id: one.first for one in blocks}
    for record in records:
        yield first[record >> ORDINAL_BITS] + (record & (1 << ORDINAL_BITS) - 1) - 1


def _seeds(blocks: Sequence[Stated], evidence: Evidence) -> pl.Series:
    """Rows that came, that went, and that decisions name which came or went."""
    found = [one.rows for one in blocks if not (one.block.live and one.block.linked)]
    named = pl.Series("row", sorted(set(_rows_of(blocks, evidence.changed))), dtype=ROW)
    return pl.concat([*found, named]).unique()


def made_of(blocks: Sequence[CountedBlock]) -> Mapping[int, tuple[int | None, str | None]]:
    """Mapping set and rules of each block's cleansed form."""
    return {block.id: (block.mapping_set_id, block.cleansed_by) for block in blocks}
