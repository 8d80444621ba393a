"""What people may decide about assets and records, put as decisions that name records and so outlive computations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.phases.asset_inventory.conditions import Condition
from muster.phases.asset_inventory.decisions import EDIT, EXCLUDE, INCLUDE, MERGE, PREFER, SPLIT, UNLOCK
from muster.phases.asset_inventory.rules import SET_POLICY, SET_PRECEDENCE, SET_RULE, rules_of
from muster.phases.data_import.begin import Begun, Offer
from muster.recompute import decide
from muster.store import decisions, imports, lineage
from muster.store.transaction import Tx
from muster.vocabulary.errors import RecordNotFound, UsageError
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.scope import Scope

PLACE = ("file_sha256", "table_name", "row_number")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision before it is made."""

    kind: str
    subject: Mapping[str, Any]
    body: Mapping[str, Any]


async def make(tx: Tx, scope: Scope, decision: Decision, author: str, reason: str) -> int:
    """Append a decision and make everything follow it; returns its number."""
    return await decide(tx, scope, decision.kind, decision.subject, decision.body, author, reason)


async def merge(tx: Tx, scope: Scope, assets: Sequence[str]) -> Decision:
    """These assets are one. Raises AssetNotFound, UsageError."""
    found = [await lineage.find_asset(tx, scope, wanted) for wanted in assets]
    if len(set(found)) < 2:
        raise UsageError("A merge needs two different assets.")
    sides = [_own(await lineage.records_of(tx, scope, asset)) for asset in dict.fromkeys(found)]
    others = [place for side in sides[1:] for place in side]
    return Decision(MERGE, {"records": sides[0], "others": others}, {})


async def split(tx: Tx, scope: Scope, asset: str, wanted: Sequence[str]) -> Decision:
    """These records of an asset are another thing than its rest. Raises AssetNotFound, RecordNotFound, UsageError."""
    every = await lineage.records_of(tx, scope, await lineage.find_asset(tx, scope, asset))
    parted = [record for text in wanted for record in _meant(every, text)]
    ids = {record["record_id"] for record in parted}
    rest = [record for record in every if record["record_id"] not in ids]
    if not rest or not parted:
        raise UsageError(f"A split leaves records on both sides; {asset} has {len(every)}, and {len(ids)} are named.")
    return Decision(SPLIT, {"records": _own(parted), "others": _own(rest)}, {})


async def lock(tx: Tx, scope: Scope, asset: str, attribute: str, value: Any) -> Decision:
    """This attribute of an asset is this value, whatever the files say."""
    return Decision(EDIT, {"records": await _first(tx, scope, asset)}, {"attribute": attribute, "value": value})


async def unlock(tx: Tx, scope: Scope, asset: str, attribute: str) -> Decision:
    """The files decide again about an attribute of an asset. Names all its records: an edit may have named any."""
    records = await lineage.records_of(tx, scope, await lineage.find_asset(tx, scope, asset))
    return Decision(UNLOCK, {"records": [_place(record) for record in records]}, {"attribute": attribute})


async def choose(tx: Tx, scope: Scope, records: Sequence[int], action: str, attributes: Sequence[str]) -> Decision:
    """What these records say holds against other claims ('replace'), or gives way to them ('keep').

    'create' makes of them things of their own, apart from the rest of the asset that each is in now.
    """
    found = [await lineage.record(tx, scope, number) for number in records]
    if action != "create":
        body = {"value": action, "attributes": list(attributes)}
        return Decision(PREFER, {"records": [_place(record) for record in found]}, body)
    rest: list[Record] = []
    for asset in dict.fromkeys(record["asset_id"] for record in found if record["asset_id"] is not None):
        rest += [one for one in await lineage.records_of(tx, scope, asset) if one["record_id"] not in set(records)]
    if not rest:
        raise UsageError("These records are an asset of their own already.")
    return Decision(SPLIT, {"records": [_place(record) for record in found], "others": _own(rest)}, {})


async def believe(tx: Tx, scope: Scope, offered: Offer, begun: Begun, number: int | None, author: str) -> int | None:
    """Make the precedence that came with a file hold, where it was named and another holds; returns the decision.

    What an import came with is kept with it and counts while nobody decides about its source.
    """
    if number is None:
        return None
    given = rules_of(await decisions.standing(tx, scope)).general_precedence().get(offered.source)
    holds = (await imports.read(tx, scope, begun.import_id)).precedence if given is None else given
    if holds == number:
        return None
    made = precedence(offered.source, number, None)
    return await make(tx, scope, made, author, f"{offered.path.name} came with it")


def where(kind: str, conditions: Sequence[Condition], body: Mapping[str, Any]) -> Decision:
    """A decision about every record that meets the conditions, now and later."""
    if not conditions:
        raise UsageError("Name the records by at least one --where.")
    told = [{"name": one.name, "sign": one.sign, "text": one.text} for one in conditions]
    return Decision(kind, {"where": told}, body)


def precedence(source: str, number: int, attribute: str | None) -> Decision:
    """The precedence of a source: of all attributes, or of one."""
    return Decision(SET_PRECEDENCE, {"source": source, "attribute": attribute}, {"precedence": number})


def policy(source: str, kind: str, after_days: int) -> Decision:
    """What to say of assets that newer exports of a source have no more."""
    return Decision(SET_POLICY, {"source": source}, {"policy": kind, "after_days": after_days})


def rule(name: str, body: Mapping[str, Any]) -> Decision:
    """An identity rule is on or off, or the least score at which rules join."""
    return Decision(SET_RULE, {"rule": name}, body)


def one_record(kind: str, key: Mapping[str, Any]) -> Decision:
    """Leave a record out, or take it in again."""
    if kind not in (EXCLUDE, INCLUDE):
        raise UsageError(f"A record is excluded or included, not {kind}.")
    return Decision(kind, {"records": [dict(key)]}, {})


async def places_of_asset(tx: Tx, scope: Scope, asset_id: int) -> list[dict[str, Any]]:
    """Places of all records about an asset itself: a decision that names them all outlives the undo of any import."""
    return _own(await lineage.records_of(tx, scope, asset_id))


async def _first(tx: Tx, scope: Scope, asset: str) -> list[dict[str, Any]]:
    records = await lineage.records_of(tx, scope, await lineage.find_asset(tx, scope, asset))
    return _own(records)[:1]


def _own(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Places of the records about the thing itself. Rows about its parts follow it wherever it goes, unless there are
    no others.
    """
    own = [record for record in records if RECORD_KINDS[record["record_kind"]] is RecordRole.ASSET]
    return [_place(record) for record in own or records]


def _place(record: Record) -> dict[str, Any]:
    return {name: record[name] for name in PLACE}


def _meant(records: Sequence[Record], text: str) -> list[Record]:
    """The record of an asset with this number, or at FILE:ROW or FILE:SHEET:ROW."""
    found = [one for one in records if text in _names(one)]
    if len(found) != 1:
        names = "; ".join(f"{one['record_id']} {one['file']}:{one['row_number']}" for one in records[:20])
        raise RecordNotFound(f"{text!r} fits {len(found)} records.", hint=f"The asset has: {names}")
    return found


def _names(record: Record) -> tuple[str, ...]:
    file, sheet, row = record["file"], record["table_name"], record["row_number"]
    return str(record["record_id"]), f"{file}:{row}", f"{file}:{sheet}:{row}"
