"""Where the records of one asset say different things: what an import said against what others did."""

from collections.abc import Sequence
from typing import Any

from muster.store import lineage
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM, attributes
from muster.vocabulary.scope import Scope
from muster.why import value_of


async def conflicts(tx: Tx, scope: Scope, assets: Sequence[int], import_id: object) -> list[dict[str, Any]]:
    """One row for each value of a record of the import that differs from what other imports say of the same asset."""
    found: list[dict[str, Any]] = []
    for asset_id in assets:
        asset = await lineage.asset(tx, scope, asset_id)
        every = await lineage.records_of(tx, scope, asset_id)
        others = [one["cleansed"] for one in every if one["import_id"] != import_id]
        for record in (one for one in every if one["import_id"] == import_id):
            found += [
                {**_place(record), "asset_id": asset["id"], "asset": asset["name"], **conflict}
                for conflict in _conflicts_of(record["cleansed"], others, asset)
            ]
    return found


def _place(record: dict[str, Any]) -> dict[str, Any]:
    return {"record_id": record["record_id"], "sheet": record["table_name"], "row_number": record["row_number"]}


def _conflicts_of(said: dict[str, Any], others: list[dict[str, Any]], asset: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for name, value in said.items():
        if value is None or isinstance(value, list) or not (name in attributes() or name.startswith(CUSTOM)):
            continue
        against = sorted({str(other[name]) for other in others if other.get(name) not in (None, value)})
        if against:
            rows.append(
                {"attribute": name, "record_says": value, "others_say": against, "holds": value_of(asset, name)}
            )
    return rows
