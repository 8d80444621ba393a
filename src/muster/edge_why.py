"""Why there is an edge: the records that tell of it, and the columns in which they name its ends."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from muster.phases.data_cleansing.choices import Choice
from muster.phases.data_cleansing.cleanse import replay
from muster.phases.data_cleansing.in_force import choices_in_force
from muster.phases.dependency_analysis.block_evidence import BETWEEN, OWN
from muster.phases.dependency_analysis.claims import names
from muster.phases.dependency_analysis.endpoints import without_ports
from muster.phases.dependency_analysis.ends import NAME_SCHEMA, directory, resolve, split_lists
from muster.phases.dependency_analysis.reading import ASSET
from muster.store import dependencies, lineage
from muster.store.frames import said_frame
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry

NAMING = frozenset({*BETWEEN, *OWN}) - {
    "relationship_type", "source_port", "open_ports", "protocol", "first_seen_at", "last_seen_at",
}  # fmt: skip
PORT = "destination_port"
CELLS = {"record_id": pl.Int64, "column": pl.String, "target": pl.String, "text": pl.String}


async def edge_why(tx: Tx, scope: Scope, source_id: int, target_id: int) -> list[dict[str, Any]]:
    """A row for each edge from one asset (inner id) to another and each record that is kept as its witness.

    With file, sheet, row_number, file_row, and by column what is read in it of either end and of the port. An end
    without a column is the asset that the record is about.
    """
    edges = await dependencies.told(tx, scope, source_id, target_id)
    witnesses = sorted({record for edge in edges for record in edge["told_by"]})
    records = {one["record_id"]: one for one in await lineage.whole_records(tx, scope, witnesses)}
    cells = _cells(records.values(), await choices_in_force(tx, scope))
    named = await _named(tx, scope, cells, (source_id, target_id))
    return [
        _row(edge, records.get(told), cells, named, (source_id, target_id))
        for edge in edges
        for told in edge["told_by"] or [None]
    ]


def _cells(records: Iterable[Mapping[str, Any]], choices: Sequence[Choice]) -> pl.DataFrame:
    """CELLS: what is read in each column of a record that names things or ports."""
    rows = []
    for record in records:
        custom = [Attribute(**{**own, "values": tuple(own["values"])}) for own in record["custom"]]
        for entry in (MappingEntry(**told) for told in record["entries"] or []):
            if entry.target in NAMING or entry.target == PORT:
                value = replay(record["raw"].get(str(entry.position)), entry, custom, choices).value
                texts = value if isinstance(value, tuple) else () if value is None else (str(value),)
                rows += [(record["record_id"], entry.source, entry.target, text) for text in texts]
    return pl.DataFrame(rows, schema=CELLS, orient="row").unique(maintain_order=True)


async def _named(tx: Tx, scope: Scope, cells: pl.DataFrame, ends: tuple[int, int]) -> pl.DataFrame:
    """record_id, column, text, asset_no: the cells that name one of two assets, as such ends are looked up."""
    assets = pl.concat([_asset(await lineage.asset(tx, scope, end), end) for end in dict.fromkeys(ends)])
    called = [await _called(tx, scope, end) for end in dict.fromkeys(ends)]
    known = directory(assets, pl.concat(called))
    asked = cells.filter(pl.col("target") != PORT).with_columns(end_text=without_ports(pl.col("text")))
    parts = split_lists(asked, "end_text", known).with_row_index("end").with_columns(pl.col("end").cast(pl.Int64))
    anything = {"file_ref": pl.lit(None, pl.Int32), "wanted": pl.lit(None, pl.List(pl.String))}
    answers = resolve(parts.select("end", text="end_text", **anything), known)
    one = pl.col("asset_no").is_not_null()
    either = answers.select("end", pl.when(one).then(pl.concat_list("asset_no")).otherwise("candidates"))
    found = parts.join(either.explode("asset_no", empty_as_null=True), on="end")
    return found.select("record_id", "column", "text", "asset_no").drop_nulls()


def _asset(asset: Mapping[str, Any], number: int) -> pl.DataFrame:
    said = said_frame([{name: asset.get(name) for name in ASSET if asset.get(name) is not None}])
    return said.select(pl.lit(number, pl.Int64).alias("asset_no"), *ASSET)


async def _called(tx: Tx, scope: Scope, number: int) -> pl.DataFrame:
    records = await lineage.records_of(tx, scope, number)
    if not records:
        return pl.DataFrame(schema=NAME_SCHEMA)
    said = said_frame([record["cleansed"] for record in records])
    return names(said.with_columns(asset_no=pl.lit(number, pl.Int64), file_ref=pl.lit(None, pl.Int32)))


def _row(
    edge: Mapping[str, Any],
    record: Mapping[str, Any] | None,
    cells: pl.DataFrame,
    named: pl.DataFrame,
    ends: tuple[int, int],
) -> dict[str, Any]:
    told = {name: edge[name] for name in ("kind", "port", "protocol", "count", "confidence", "standing")}
    if record is None:
        return told
    own = named.filter(pl.col("record_id") == record["record_id"])
    source, target = (_by_column(own.filter(pl.col("asset_no") == end)) for end in ends)
    port = cells.filter(
        pl.col("record_id") == record["record_id"], pl.col("target") == PORT, pl.col("text") == str(edge["port"])
    )
    return {
        **told,
        "file": record["file"],
        "sheet": record["table_name"],
        "row_number": record["row_number"],
        "file_row": record["file_row"],
        "source_columns": source,
        "target_columns": target,
        "port_columns": _by_column(port),
        "mapping_version": record["mapping_version"],
        "rules_version": record["rules_version"],
    }


def _by_column(cells: pl.DataFrame) -> dict[str, str]:
    found = cells.group_by("column", maintain_order=True).agg(pl.col("text").unique(maintain_order=True))
    return {column: "; ".join(texts) for column, texts in found.iter_rows()}
