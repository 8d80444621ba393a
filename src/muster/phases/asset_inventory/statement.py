"""What each record says of who it is: its kind, its identity keys, and how much it tells; computed once per block."""

import polars as pl

from muster.phases.asset_inventory.keys import identity_keys
from muster.phases.asset_inventory.kinds import classify
from muster.phases.asset_inventory.survivorship import attribute_columns, completeness


def statements(records: pl.DataFrame, record_kind: pl.Series) -> pl.DataFrame:
    """kind, kind_confidence, kind_reason, the columns of identity_keys, and `filled`, in the order of `records`."""
    kinds = classify(records, record_kind)
    keys = identity_keys(records, kinds["family"])
    filled = completeness(records, attribute_columns(records))
    return pl.concat([kinds.drop("family"), keys, filled.to_frame()], how="horizontal")
