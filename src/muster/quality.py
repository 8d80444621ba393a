"""How good the data is, in figures that are computed: each has a numerator, a denominator and how it is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import polars as pl

from muster.cleansing_review import columns_of
from muster.store import claims, imports, inventory, quality
from muster.store.frames import cleansed_frame, frame_of
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.kinds import RECORD_KINDS, AssetType, RecordRole
from muster.vocabulary.scope import Scope

HOSTS = ("server", "virtual_machine", "hypervisor")
EVERY = tuple(kind.value for kind in AssetType)
# What a migration plan cannot do without, and of which assets.
NEEDED: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((name, EVERY) for name in ("environment", "criticality", "owner", "application_name", "lifecycle_status")),
    *((name, HOSTS) for name in ("os_name", "os_version", "ip_address", "cpu_cores", "memory_mb", "storage_total_gb")),
    *((name, HOSTS) for name in ("serial_number", "power_state", "is_virtual", "location", "last_seen_at")),
    ("database_engine", ("database",)),
    ("database_version", ("database",)),
)
HOW = {
    "completeness": "assets of these types with a value, of all assets of these types",
    "validity": "filled cells that cleansing read without an issue, of all filled cells of mapped columns",
    "records with issues": "records with an issue, of all records",
    "duplicates": "records that joined an asset which another record had made, of all that became assets",
}
HOW_COMPLETE = {
    "os_version": "assets of these types with a value or a release in os_name, of all assets of these types",
    "is_virtual": "assets of these types with a value or a type that says it, of all assets of these types",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `share` is None where there is nothing to count."""

    measure: str
    of: str
    attribute: str | None
    count: int
    total: int
    how: str

    @property
    def share(self) -> float | None:
        """The part of the total, 0 to 1."""
        return round(self.count / self.total, 4) if self.total else None

    def row(self) -> dict[str, Any]:
        """The figure as doors show it."""
        return {**asdict(self), "share": self.share}


async def figures(tx: Tx, scope: Scope) -> list[Figure]:
    """Every figure: over the inventory, per attribute, per table."""
    return [*await _inventory(tx, scope), *await _conflicts(tx, scope), *await _tables(tx, scope)]


async def _inventory(tx: Tx, scope: Scope) -> list[Figure]:
    counted = await quality.completeness(tx, scope, NEEDED)
    found = [
        Figure("completeness", "inventory", name, count, total, HOW_COMPLETE.get(name, HOW["completeness"]))
        for (name, _), (count, total) in zip(NEEDED, counted, strict=True)
    ]
    whole = (sum(one.count for one in found), sum(one.total for one in found))
    fresh, known = await quality.fresh(tx, scope)
    days = quality.FRESH_DAYS
    return [
        Figure("completeness", "inventory", None, *whole, "needed values that are there, of all that are needed"),
        *found,
        Figure(
            "freshness", "inventory", None, fresh, known,
            f"assets seen within {days} days (last_seen_at, else the newest as-of day), of those with such a day",
        ),
    ]  # fmt: skip


async def _conflicts(tx: Tx, scope: Scope) -> list[Figure]:
    """Assets of which two sources say different things, of those of which two sources say anything."""
    said = await _said(tx, scope)
    how = "assets with different values from different sources, of those with values from several sources"
    found = []
    for name in dict.fromkeys(name for name, _ in NEEDED):
        count, total = _disagreeing(said.select("asset_id", "source", said=name))
        found.append(Figure("conflicts", "inventory", name, count, total, how))
    whole = (sum(one.count for one in found), sum(one.total for one in found))
    return [Figure("conflicts", "inventory", None, *whole, f"{how}, over all attributes"), *found]


async def _said(tx: Tx, scope: Scope) -> pl.DataFrame:
    """What every linked record says of the needed attributes: asset_id, source, and a column for each of them."""
    kinds = [kind for kind, role in RECORD_KINDS.items() if role is RecordRole.ASSET]
    names = list(dict.fromkeys(name for name, _ in NEEDED))
    links = frame_of(await inventory.linked(tx, scope))
    sources = {(table.import_id, table.table_no): table.source for table in await claims.tables(tx, scope, None)}
    frames = []
    for block_id, import_id, table_no in await claims.cleansed_blocks(tx, scope, None, kinds):
        first_row, _, stored = await claims.cleansed(tx, scope, block_id)
        frame = cleansed_frame(block_id, first_row, stored, names).join(links, on="record_id")
        frames.append(
            frame.with_columns(source=pl.lit(sources[import_id, table_no])).select("asset_id", "source", *names)
        )
    nothing = pl.DataFrame(schema={name: pl.String() for name in ("asset_id", "source", *names)})
    return pl.concat(frames) if frames else nothing


def _disagreeing(claims: pl.DataFrame) -> tuple[int, int]:
    if isinstance(claims.schema["said"], pl.List):
        claims = claims.with_columns(pl.col("said").list.sort().list.join(","))
    told = claims.filter(pl.col("said").is_not_null())
    by_asset = told.group_by("asset_id").agg(pl.col("source").n_unique(), pl.col("said").n_unique())
    several = by_asset.filter(pl.col("source") > 1)
    return several.filter(pl.col("said") > 1).height, several.height


async def _tables(tx: Tx, scope: Scope) -> list[Figure]:
    rows = await quality.tables(tx, scope)
    bad = [_of_table(one, "records with issues", one["bad"], one["records"]) for one in rows]
    assets = [one for one in rows if RECORD_KINDS[one["record_kind"]] is RecordRole.ASSET]
    twice = [_of_table(one, "duplicates", one["merged"], one["merged"] + one["created"]) for one in assets]
    whole, columns = await _validity(tx, scope, rows)
    return [*whole, *(_over_all(part) for part in (bad, twice) if part), *bad, *twice, *columns]


async def _validity(tx: Tx, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> tuple[list[Figure], list[Figure]]:
    """Validity over all and per attribute, and column by column."""
    wrong = await quality.wrong_cells(tx, scope)
    columns: list[Figure] = []
    for row in await imports.live(tx, scope):
        filled = _filled(rows, row.id)
        for column in await columns_of(tx, scope, row.id):
            total = filled.get((column.table_no, column.entry.position), 0)
            bad = min(total, wrong.get((str(row.id), column.table_no, column.entry.source), 0))
            place = f"{row.filename}: {column.table}: {column.entry.source}"
            columns.append(Figure("validity", place, column.entry.target, total - bad, total, HOW["validity"]))
    named = {name: [one for one in columns if one.attribute == name] for name in attributes()}
    whole = [replace(_over_all(parts), attribute=name) for name, parts in named.items() if parts]
    return ([_over_all(columns)] if columns else []) + whole, columns


def _filled(rows: Sequence[Mapping[str, Any]], import_id: UUID) -> dict[tuple[int, int], int]:
    """Filled cells by table number and position."""
    own = [one for one in rows if one["import_id"] == import_id]
    return {(one["table_no"], at["position"]): at["filled"] for one in own for at in one["profile"] or []}


def _of_table(row: Mapping[str, Any], measure: str, count: int, total: int | None) -> Figure:
    return Figure(measure, f"{row['file']}: {row['table']}", None, count, total or 0, HOW[measure])


def _over_all(parts: Sequence[Figure]) -> Figure:
    count, total = sum(one.count for one in parts), sum(one.total for one in parts)
    return Figure(parts[0].measure, "inventory", None, count, total, parts[0].how)
