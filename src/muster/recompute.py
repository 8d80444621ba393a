"""What stands after a decision or an undo: inventory, dependencies and debt, computed again in one transaction."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from muster.phases.asset_inventory import phase as asset_inventory
from muster.phases.asset_inventory.decisions import KINDS as ABOUT_RECORDS
from muster.phases.asset_inventory.rules import KINDS as ABOUT_RULES
from muster.phases.data_cleansing import phase as data_cleansing
from muster.phases.dependency_analysis import phase as dependency_analysis
from muster.phases.dependency_analysis.decided import KINDS as ABOUT_DEPENDENCIES
from muster.phases.tech_debt_assessment import phase as tech_debt_assessment
from muster.store import corrections, decisions, imports, move_plan, said_of_assets, tenants
from muster.store.transaction import Tx, drop_temporary
from muster.vocabulary import clock
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope

REVOKE = "revoke"
ABOUT_PLANS = (move_plan.PIN_WAVE, said_of_assets.OVERRIDE)  # nothing that is stored follows them
REVOCABLE = (*ABOUT_RECORDS, *ABOUT_RULES, *ABOUT_DEPENDENCIES, *ABOUT_PLANS)
ELSEWHERE = (
    "muster value revoke and muster recipe revoke are for values, muster mapping set and reset for columns; "
    "running the file again brings an import back."
)


async def recompute(tx: Tx, scope: Scope, day: date | None = None) -> None:
    """Make all that is computed equal to claims and decisions, as this transaction sees them; debt is that of `day`."""
    await drop_temporary(tx)
    await tenants.advance_inventory(tx, scope, None)
    evidence = await asset_inventory.load_evidence(tx, scope, None)
    await asset_inventory.save_inventory(tx, scope, await asyncio.to_thread(asset_inventory.compute, evidence))
    told = await dependency_analysis.load_told(tx, scope, None)
    await dependency_analysis.save_found(tx, scope, await asyncio.to_thread(dependency_analysis.compute, told))
    concerned = await tech_debt_assessment.load_concerned(tx, scope, day or clock.today())
    await tech_debt_assessment.save_judged(tx, scope, await asyncio.to_thread(tech_debt_assessment.compute, concerned))


async def decide(
    tx: Tx, scope: Scope, kind: str, subject: Mapping[str, Any], body: Mapping[str, Any], author: str, reason: str
) -> int:
    """Append one decision and make everything follow it; returns its number."""
    await tenants.advance_inventory(
        tx, scope, None
    )  # held from here on, so that decisions are in the order of their times
    number = await decisions.add(tx, scope, kind, subject, body, author, reason)
    await recompute(tx, scope)
    return number


async def undo_import(tx: Tx, scope: Scope, import_id: UUID, author: str, reason: str) -> bool:
    """Take an import back: all is as if it had never come, but for the record that it did. False if it was undone."""
    await imports.read(tx, scope, import_id)
    await tenants.advance_inventory(tx, scope, None)
    if not await imports.mark_undone(tx, scope, import_id, author):
        return False
    await decisions.add(tx, scope, "undo_import", {"import_id": str(import_id)}, {}, author, reason)
    for corrected, block_id in await corrections.blocks_of(tx, scope, import_id):
        await data_cleansing.cleanse_block(tx, scope, corrected, block_id)
    await recompute(tx, scope)
    return True


async def revoke(tx: Tx, scope: Scope, number: int, author: str, reason: str) -> bool:
    """Take a decision back, or a revocation: then what it took back stands again. False if it did not stand.

    Raises DecisionNotFound, UsageError for what is taken back in another way.
    """
    made = about = await decisions.read(tx, scope, number)
    while about["revokes"] is not None:
        about = await decisions.read(tx, scope, about["revokes"])
    if about["kind"] not in REVOCABLE:
        raise UsageError(f"Decision {number} is about a {about['kind']}.", hint=ELSEWHERE)
    if not made["standing"]:
        return False
    await tenants.advance_inventory(tx, scope, None)
    await decisions.add(tx, scope, REVOKE, {}, {}, author, reason, revokes=number)
    if about["kind"] not in ABOUT_PLANS:
        await recompute(tx, scope)
    return True
