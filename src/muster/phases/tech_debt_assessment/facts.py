"""The facts that checks and scores read: attributes, their support as of a day, and how many neighbours there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.cycle import WORSE, Status
from muster.phases.tech_debt_assessment.engine import with_engines
from muster.phases.tech_debt_assessment.hardware import hardware
from muster.phases.tech_debt_assessment.lifecycle import UNKNOWN, Support, database, product, software
from muster.phases.tech_debt_assessment.words import NO_BACKUP, OFF, ON, RETIRED, letters

# Attributes that checks and scores read; those an inventory lacks are added as nulls.
ATTRIBUTES: dict[str, type[pl.DataType]] = {
    "asset_no": pl.Int64,
    "asset_type": pl.String,
    "model": pl.String,
    "os_name": pl.String,
    "os_version": pl.String,
    "os_architecture": pl.String,
    "database_engine": pl.String,
    "database_version": pl.String,
    "database_size_gb": pl.Float64,
    "software_name": pl.String,
    "software_version": pl.String,
    "technology_stack": pl.String,
    "virtualization_platform": pl.String,
    "virtualization_cluster": pl.String,
    "virtualization_host": pl.String,
    "cpu_cores": pl.Float64,
    "memory_mb": pl.Float64,
    "storage_total_gb": pl.Float64,
    "storage_used_gb": pl.Float64,
    "cpu_utilization_pct": pl.Float64,
    "memory_utilization_pct": pl.Float64,
    "owner": pl.String,
    "business_owner": pl.String,
    "support_group": pl.String,
    "assigned_user": pl.String,
    "application_name": pl.String,
    "environment": pl.String,
    "criticality": pl.String,
    "data_classification": pl.String,
    "compliance_scope": pl.String,
    "backup_status": pl.String,
    "power_state": pl.String,
    "lifecycle_status": pl.String,
    "migration_strategy": pl.String,
    "is_virtual": pl.Boolean,
    "install_date": pl.Date,
    "purchase_date": pl.Date,
    "warranty_end_date": pl.Date,
    "end_of_life_date": pl.Date,
    "last_seen_at": pl.Datetime,
    "last_boot_at": pl.Datetime,
}
# Distinct other assets by the direction of the edge; null where the engagement has no edges at all.
DEGREES: dict[str, type[pl.DataType]] = {"dependents": pl.Int64, "dependencies": pl.Int64, "carried": pl.Int64}
# What the engine of a database is told from.
ENGINE_COLUMNS = ("asset_type", "model", "os_name", "software_name", "database_engine", "database_version")
# Attributes whose absence is a fault of its own where sources carry them for others.
WRITTEN = (
    "owner",
    "business_owner",
    "support_group",
    "assigned_user",
    "environment",
    "criticality",
    "application_name",
    "virtualization_cluster",
)
STACK_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Reader:
    """How the support of one kind of product is read, once per distinct value of the columns."""

    columns: tuple[str, ...]
    read: Callable[..., Support]


def stack(told: str | None) -> Support:
    """The worst supported of the runtimes and frameworks that a list names; they are judged as installed software."""
    found = [software(part) for part in (told or "").split(STACK_SEPARATOR)]
    dated = [support for support in found if support.cycles]
    return max(dated, key=_age, default=UNKNOWN)


def _age(support: Support) -> int:
    """The earlier the last free day, the greater; greatest where it is over since a day that is not recorded."""
    end = support.cycles[-1].last_free_day
    if end is not None:
        return -end.toordinal()
    return 0 if support.cycles[-1].eol is True else -date.max.toordinal()


# Prefix -> reader. Each adds the columns of SUPPORT_COLUMNS under its prefix.
READERS: dict[str, Reader] = {
    "os": Reader(("os_name", "os_version"), product),
    "database": Reader(("database_engine", "database_version"), database),
    "software": Reader(("software_name", "software_version"), software),
    "stack": Reader(("technology_stack",), stack),
    "platform": Reader(("virtualization_platform",), product),
    "hardware": Reader(("model",), hardware),
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
# Texts that mean a state -> the fact that says so; read once per distinct text.
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "without_backup": ("backup_status", NO_BACKUP),
    "retired": ("lifecycle_status", RETIRED),
    "is_on": ("power_state", ON),
    "is_off": ("power_state", OFF),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of every distinct text of an estate, as of a day; `of` puts it beside some of the assets.

    `supports`: per prefix of READERS the columns read and SUPPORT_COLUMNS. `states`: per fact of STATES, which texts
    mean it. `degrees`: asset_no and DEGREES, or None where nothing is known of any edge. `carried`: which of
    WRITTEN some asset of the estate has.
    """

    supports: Mapping[str, pl.DataFrame]
    states: Mapping[str, tuple[str, ...]]
    degrees: pl.DataFrame | None
    carried: frozenset[str]

    def of(self, assets: pl.DataFrame) -> pl.DataFrame:
        """All of ATTRIBUTES, the facts of STATES and DEGREES and, per reader, `<prefix>_<column of SUPPORT_COLUMNS>`,
        in the rows and order of `assets`.
        """
        known = with_engines(shaped(assets))
        known = known.with_columns(
            pl.col(STATES[name][0]).is_in(texts).fill_null(False).alias(name) for name, texts in self.states.items()
        )
        known = known.with_columns(pl.lit(name in self.carried).alias(f"{name}_carried") for name in WRITTEN)
        for prefix, support in self.supports.items():
            on = list(READERS[prefix].columns)
            known = known.join(support, on=on, how="left", nulls_equal=True, maintain_order="left")
        if self.degrees is None:
            return known.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in DEGREES.items())
        joined = known.join(self.degrees, on="asset_no", how="left", maintain_order="left")
        return joined.with_columns(pl.col(name).fill_null(0) for name in DEGREES)


def facts(assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None) -> pl.DataFrame:
    """The facts on all of `assets` at once, see Facts.of."""
    return read_facts(assets, as_of, degrees).of(assets)


def read_facts(
    assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None, carried: frozenset[str] | None = None
) -> Facts:
    """Read every distinct text of an estate once; there are few of them even in a large one.

    `carried` is told where `assets` are only some of the estate.
    """
    engines = with_engines(shaped(_distinct(assets, ENGINE_COLUMNS)))
    supports = {}
    for prefix, reader in READERS.items():
        values = engines if prefix == "database" else shaped(_distinct(assets, reader.columns))
        supports[prefix] = _support_table(values.select(reader.columns).unique(), prefix, reader, as_of)
    return Facts(supports, _states(assets), degrees, carried_of(assets) if carried is None else carried)


def read_states(assets: pl.DataFrame) -> Facts:
    """The facts of STATES alone, for what needs no support and no neighbour."""
    return Facts({}, _states(assets), None, frozenset())


def carried_of(assets: pl.DataFrame) -> frozenset[str]:
    """Which of WRITTEN some of these assets have."""
    return frozenset(name for name in WRITTEN if name in assets.columns and assets[name].count())


def _states(assets: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    return {name: _texts_of(assets, column, words) for name, (column, words) in STATES.items()}


def shaped(assets: pl.DataFrame) -> pl.DataFrame:
    """ATTRIBUTES typed as they say: blank texts are none, lists are one text, what is lacking is null."""
    # Half of the attributes are said of no asset: a column of nothing needs no reading.
    filled = {name: dtype for name, dtype in assets.schema.items() if assets[name].null_count() < assets.height}
    typed = assets.with_columns(_shaped(filled, name, dtype) for name, dtype in ATTRIBUTES.items())
    return typed.select(*ATTRIBUTES)


def _shaped(schema: Mapping[str, pl.DataType], name: str, dtype: type[pl.DataType]) -> pl.Expr:
    if name not in schema:
        return pl.lit(None, dtype).alias(name)
    if dtype != pl.String:
        return pl.col(name).cast(dtype)
    column = pl.col(name).list.join(STACK_SEPARATOR) if isinstance(schema[name], pl.List) else pl.col(name)
    text = column.cast(pl.String).str.strip_chars()
    return pl.when(text.str.len_chars() > 0).then(text).alias(name)


def _distinct(assets: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return assets.select(name for name in columns if name in assets.columns).unique()


def _texts_of(assets: pl.DataFrame, column: str, words: tuple[str, ...]) -> tuple[str, ...]:
    texts = shaped(_distinct(assets, (column,)))[column].drop_nulls().unique().sort()
    return tuple(texts.filter(letters(texts).is_in(words)))


def _support_table(values: pl.DataFrame, prefix: str, reader: Reader, as_of: date) -> pl.DataFrame:
    told = values.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in reader.columns))
    rows = [(*texts, *_row(reader.read(*texts), texts, as_of)) for texts in told.iter_rows()]
    schema = dict.fromkeys(reader.columns, pl.String) | {
        f"{prefix}_{key}": kind for key, kind in SUPPORT_COLUMNS.items()
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(
    support: Support, texts: tuple[str | None, ...], as_of: date
) -> tuple[str | None, str, str, str, str, date | None, date | None, str, float]:
    statuses = support.statuses(as_of)
    known = [status for status in WORSE if status in statuses]
    first, last = support.last_free_days()
    return (
        support.product,
        support.name,
        " ".join(part for part in texts if part).replace(STACK_SEPARATOR, ", "),
        known[0] if known and Status.UNKNOWN not in statuses else Status.UNKNOWN,
        known[-1] if known else Status.UNKNOWN,
        first,
        last,
        support.settle,
        support.confidence,
    )
