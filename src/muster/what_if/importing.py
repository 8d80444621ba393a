"""Files imported in one transaction: to see what they would do, or to do it only if it is what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from muster.flow import control
from muster.flow.at_once import finish
from muster.flow.run import Engine
from muster.flow.states import Status
from muster.phases.data_import.begin import Begun, Offer, begin
from muster.store import flows
from muster.store.transaction import Tx, savepoint
from muster.vocabulary.errors import FileRefused
from muster.vocabulary.scope import Scope
from muster.what_if.deciding import believe

APPROVED = {"person": False, "waive": True}


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of files: the imports, those of them that had been completed before, and what was refused."""

    begun: list[Begun] = field(default_factory=list)
    settled_before: set[str] = field(default_factory=set)
    refused: list[dict[str, str]] = field(default_factory=list)


async def import_at_once(
    engine: Engine, tx: Tx, scope: Scope, offers: Sequence[Offer], author: str, precedence: int | None = None
) -> Imported:
    """Take files through all phases inside this transaction, mappings accepted as suggested.

    A file that is refused leaves nothing and is told with its reason; any other error is raised and ends it all.
    """
    found = Imported()
    for offered in offers:
        try:
            async with savepoint(tx):
                begun = await begin(tx, scope, offered)
                await believe(tx, scope, offered, begun, precedence, author)
                if begun.known and (await flows.read(tx, begun.flow)).status == Status.COMPLETED:
                    found.settled_before.add(str(begun.import_id))
                elif await finish(engine, tx, begun.flow) == Status.WAITING_FOR_APPROVAL:
                    await control.approve(tx, begun.flow, author, "approve=auto", APPROVED)
                    await finish(engine, tx, begun.flow)
        except FileRefused as error:
            told = {"code": error.code, "message": str(error), "hint": error.recovery_hint}
            found.refused.append({"file": str(offered.path), **told})
            continue
        found.begun.append(begun)
    return found
