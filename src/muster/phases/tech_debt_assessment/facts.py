"""The facts that checks read: the inventory's attributes, and the support of each asset's products."""

from collections.abc import Callable
from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.cycle import WORSE, Status
from muster.phases.tech_debt_assessment.engine import with_engines
from muster.phases.tech_debt_assessment.lifecycle import Support, database, product, software

# Attributes that checks read; those an inventory lacks are added as nulls.
ATTRIBUTES: dict[str, type[pl.DataType]] = {
    "asset_no": pl.Int64,
    "asset_type": pl.String,
    "name": pl.String,
    "model": pl.String,
    "os_name": pl.String,
    "os_version": pl.String,
    "os_architecture": pl.String,
    "database_engine": pl.String,
    "database_version": pl.String,
    "software_name": pl.String,
    "software_version": pl.String,
    "owner": pl.String,
    "business_owner": pl.String,
    "support_group": pl.String,
    "assigned_user": pl.String,
    "environment": pl.String,
    "criticality": pl.String,
    "power_state": pl.String,
    "lifecycle_status": pl.String,
    "is_virtual": pl.Boolean,
    "install_date": pl.Date,
    "purchase_date": pl.Date,
    "warranty_end_date": pl.Date,
    "end_of_life_date": pl.Date,
    "last_seen_at": pl.Datetime,
}
# Prefix -> (name column, version column, reader). Each adds the columns of SUPPORT_COLUMNS under its prefix.
READERS: dict[str, tuple[str, str, Callable[[str | None, str | None], Support]]] = {
    "os": ("os_name", "os_version", product),
    "database": ("database_engine", "database_version", database),
    "software": ("software_name", "software_version", software),
}
SUPPORT_COLUMNS: dict[str, type[pl.DataType]] = {
    "product": pl.String,  # null: not recognised
    "says": pl.String,  # title and release
    "told": pl.String,  # the text of the source
    "best": pl.String,  # best and worst possible status as of the day
    "worst": pl.String,
    "first_end": pl.Date,  # earliest and latest possible last day of free support
    "last_end": pl.Date,
    "settle": pl.String,  # what would narrow several releases to one
    "sure": pl.Float64,
}


def facts(assets: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All of ATTRIBUTES and, per reader, `<prefix>_<column of SUPPORT_COLUMNS>`, in the rows and order of `assets`."""
    known = assets.select(
        (_blank_as_null(name) if dtype == pl.String else pl.col(name).cast(dtype))
        if name in assets.columns
        else pl.lit(None, dtype).alias(name)
        for name, dtype in ATTRIBUTES.items()
    )
    known = with_engines(known)
    for prefix, (name, version, reader) in READERS.items():
        table = _support_table(known.select(name, version).unique(), prefix, reader, as_of)
        known = known.join(table, on=[name, version], how="left", nulls_equal=True, maintain_order="left")
    return known


def _blank_as_null(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text.str.len_chars() > 0).then(text).alias(name)


def _support_table(
    pairs: pl.DataFrame, prefix: str, reader: Callable[[str | None, str | None], Support], as_of: date
) -> pl.DataFrame:
    """The readers run once per distinct name and version; there are few of them in even a large estate."""
    name, version = pairs.columns
    rows = [
        (told, number, *_row(reader(told, number), told, number, as_of))
        for told, number in pairs.filter(pl.col(name).is_not_null() | pl.col(version).is_not_null()).iter_rows()
    ]
    schema = {name: pl.String, version: pl.String} | {f"{prefix}_{key}": kind for key, kind in SUPPORT_COLUMNS.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(
    support: Support, name: str | None, version: str | None, as_of: date
) -> tuple[str | None, str, str, str, str, date | None, date | None, str, float]:
    statuses = support.statuses(as_of)
    known = [status for status in WORSE if status in statuses]
    first, last = support.last_free_days()
    return (
        support.product,
        support.name,
        " ".join(part for part in (name, version) if part),
        known[0] if known and Status.UNKNOWN not in statuses else Status.UNKNOWN,
        known[-1] if known else Status.UNKNOWN,
        first,
        last,
        support.settle,
        support.confidence,
    )
