"""Edits by people: a locked value holds against every source."""

from collections.abc import Mapping, Sequence

import polars as pl

from muster.phases.asset_inventory.decisions import EDIT, UNLOCK, InventoryDecision, Value, in_order
from muster.vocabulary.attributes import attributes

POLARS_TYPES: Mapping[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "money": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "list": pl.List(pl.String),
    "ip": pl.List(pl.String),
    "mac": pl.List(pl.String),
}
TRUE = ("true", "yes", "1")


def column_type(attribute: str) -> pl.DataType:
    """The type of an attribute's column; text for attributes that the catalogue does not know."""
    known = attributes().get(attribute)
    return POLARS_TYPES.get(known.type, pl.String()) if known else pl.String()


def locked(
    assets: pl.DataFrame,
    decisions: Sequence[InventoryDecision],
    meant: Mapping[InventoryDecision, Sequence[int]],
    placed: pl.DataFrame,
) -> pl.DataFrame:
    """`assets` with every edit applied to the asset that holds the edited record now; the newest word holds."""
    about = [made for made in in_order(decisions) if made.kind in (EDIT, UNLOCK) and made.attribute is not None]
    asset_of = dict(zip(placed["record_row"].to_list(), placed["asset_no"].to_list(), strict=True)) if about else {}
    edits: dict[str, dict[int, Value]] = {}
    for made in about:
        known = edits.setdefault(str(made.attribute), {})
        for asset in {asset_of[row] for row in meant[made] if row in asset_of}:
            if made.kind == EDIT:
                known[asset] = made.value
            else:
                known.pop(asset, None)
    for attribute in sorted(attribute for attribute, values in edits.items() if values):
        assets = _with_values(assets, attribute, edits[attribute])
    return assets


def _typed(values: Sequence[Value], kept: pl.DataType) -> pl.Series:
    """The values in the column's type; what a person wrote as text (a date, a number) is read as that type."""
    if isinstance(kept, pl.List):
        return pl.Series([_members(value) for value in values], dtype=kept)
    written = pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
    if isinstance(kept, pl.Boolean):
        return pl.Series([None if text is None else text.lower() in TRUE for text in written], dtype=kept)
    if isinstance(kept, pl.Date):
        return written.str.slice(0, 10).str.to_date(strict=False)
    if isinstance(kept, pl.Datetime):
        whole = written.str.slice(0, 19).str.replace(" ", "T", literal=True)
        days = written.str.slice(0, 10).str.to_date(strict=False).cast(kept)
        moments = whole.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
        return moments.zip_with(moments.is_not_null(), days)
    return written.cast(kept, strict=False)


def _members(value: Value) -> list[str] | None:
    if value is None:
        return None
    return sorted({str(member) for member in (value if isinstance(value, tuple) else (value,))})


def _with_values(assets: pl.DataFrame, attribute: str, values: Mapping[int, Value]) -> pl.DataFrame:
    kept = assets.schema.get(attribute) or column_type(attribute)
    edited = pl.DataFrame({"asset_no": list(values), "edited": _typed(list(values.values()), kept)})
    if attribute not in assets.columns:
        assets = assets.with_columns(pl.lit(None, dtype=kept).alias(attribute))
    changed = pl.col("asset_no").is_in(list(values))
    joined = assets.join(edited, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(pl.when(changed).then("edited").otherwise(attribute).alias(attribute)).drop("edited")
