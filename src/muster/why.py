"""Why a cell of the inventory says what it says: its claims replayed from raw text to verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from muster.phases.asset_inventory.decisions import decision_of
from muster.phases.asset_inventory.explain import Claim, Explanation, explain
from muster.phases.asset_inventory.naming import NAMES, NUMBERS, OWN_NAMES
from muster.phases.asset_inventory.phase import tables_frame
from muster.phases.asset_inventory.rules import rules_of
from muster.phases.data_cleansing.choices import Choice
from muster.phases.data_cleansing.cleanse import replay
from muster.phases.data_cleansing.corrections import changed
from muster.phases.data_cleansing.in_force import choices_in_force
from muster.store import corrections, custom_attributes, decisions, lineage
from muster.store.claims import LiveTable
from muster.store.frames import said_frame
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM, Attribute
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry

# A host name with a domain also gives the fqdn, so its column answers for both.
DERIVED_FROM = {"fqdn": "hostname"}


async def why(tx: Tx, scope: Scope, asset_id: int, attribute: str) -> dict[str, Any]:
    """The value of one attribute of one asset, and every claim about it: place, raw text, rule, mapping, verdict.

    Raises AssetNotFound. The verdicts are replayed by the survivorship code over this asset's records alone.
    """
    asset = await lineage.asset(tx, scope, asset_id)
    records = {record["record_id"]: record for record in await lineage.records_of(tx, scope, asset_id)}
    standing = await decisions.standing(tx, scope)
    made = [decision for row in standing if (decision := decision_of(row)) is not None]
    said = _said_by(attribute, asset, records)
    custom = await custom_attributes.known(tx, scope)
    choices = await choices_in_force(tx, scope)
    mended = await corrections.of_records(
        tx, scope, [(one["file_sha256"], one["table_name"], one["row_number"]) for one in records.values()]
    )
    explained = explain(_frame(records, custom), _tables(records), said, made, rules_of(standing))
    return {
        "asset": asset["name"],
        "asset_id": asset["id"],
        "attribute": attribute,
        "value": value_of(asset, attribute),
        "reason": _reason(explained, asset, attribute, said),
        "claims": [_claim(claim, records[claim.record_id], said, choices, mended) for claim in explained.claims],
    }


def _said_by(attribute: str, asset: dict[str, Any], records: dict[int, dict[str, Any]]) -> str:
    """The attribute whose claims answer for this one: what no record names is called by another of its facts."""
    if attribute != "name" or any(record["cleansed"].get("name") for record in records.values()):
        return attribute
    others = (*NAMES, *OWN_NAMES.get(asset["asset_type"], ()), "ip_address", *NUMBERS)
    return next((other for other in others if other != "name" and asset.get(other) is not None), attribute)


def value_of(asset: Mapping[str, Any], attribute: str) -> Any:
    """The value of an attribute, the catalogue's or the client's own, of an asset as the store reads it."""
    if attribute.startswith(CUSTOM):
        return (asset.get("custom") or {}).get(attribute.removeprefix(CUSTOM))
    return asset.get(attribute)


def _frame(records: dict[int, dict[str, Any]], custom: Sequence[Attribute]) -> pl.DataFrame:
    tables = _table_keys(records)
    said = said_frame([record["cleansed"] for record in records.values()], custom)
    return said.with_columns(
        pl.Series("record_id", list(records), dtype=pl.Int64),
        pl.Series("row_number", [record["row_number"] for record in records.values()], dtype=pl.Int64),
        pl.Series(
            "table_ref",
            [tables.index((record["import_id"], record["table_no"])) for record in records.values()],
            dtype=pl.Int32,
        ),
    )


def _table_keys(records: dict[int, dict[str, Any]]) -> list[tuple[Any, int]]:
    return list(dict.fromkeys((record["import_id"], record["table_no"]) for record in records.values()))


def _tables(records: dict[int, dict[str, Any]]) -> pl.DataFrame:
    by_key = {(record["import_id"], record["table_no"]): record for record in records.values()}
    return tables_frame(
        [
            LiveTable(
                record["import_id"],
                record["table_no"],
                record["arrival"],
                record["file_sha256"],
                record["table_name"],
                record["source"],
                record["precedence"],
                record["as_of"],
                record["record_kind"],
                {},
            )
            for record in by_key.values()
        ]
    )


def _reason(explained: Explanation, asset: dict[str, Any], attribute: str, said: str) -> str:
    if explained.locked_by is not None:
        return "a person edited it, and an edit stays"
    if attribute == "asset_type":
        return str(asset["type_reason"])
    if said != attribute:
        return f"no record names it, so it is called by its {said}"
    won = [claim for claim in explained.claims if claim.won]
    if not won:
        return (
            "no record says anything of it" if value_of(asset, attribute) is None else "computed from other attributes"
        )
    return won[0].reason if len(explained.claims) > 1 else "the only claim"


def _claim(
    claim: Claim,
    record: dict[str, Any],
    attribute: str,
    choices: Sequence[Choice],
    mended: Mapping[tuple[str, str, int], Mapping[str, Any]],
) -> dict[str, Any]:
    entries = [MappingEntry(**entry) for entry in record["entries"] or []]
    custom = [Attribute(**{**own, "values": tuple(own["values"])}) for own in record["custom"]]
    mapped = [entry for entry in entries if entry.target == attribute] or [
        entry for entry in entries if entry.target == DERIVED_FROM.get(attribute)
    ]
    texts = {entry.source: record["raw"].get(str(entry.position)) for entry in mapped}
    correction = mended.get((claim.file_sha256, record["table_name"], claim.row_number))
    new = {} if correction is None else changed(texts, correction["cells"])
    read = {**texts, **new}
    return {
        "standing": "won" if claim.won else "lost",
        "value": claim.value,
        "reason": claim.reason,
        "file": record["file"],
        "file_sha256": claim.file_sha256,
        "sheet": record["table_name"],
        "row_number": claim.row_number,
        "file_row": record["file_row"],
        "column": ", ".join(texts),
        "raw": texts,
        "rules": sorted(
            {
                replay(read[entry.source], entry, custom, choices).changed_by or "as written"
                for entry in mapped
                if read[entry.source]
            }
        ),
        "corrected": new,
        "corrected_by": correction["filename"] if correction is not None and new else None,
        "mapping_version": record["mapping_version"],
        "mapping_sha256": record["mapping_sha256"],
        "rules_version": record["rules_version"],
        "source": record["source"],
        "as_of": record["as_of"],
        "identity_rule": record["rule"],
    }
