"""Ask on the terminal whether what was suggested for a file's columns may be used."""

import asyncio
from typing import Any

from rich.prompt import Confirm

from muster.cli.mapping_table import described
from muster.cli.output import MESSAGES, SCREEN, say
from muster.mapping_review import opened
from muster.phases.data_import.begin import Begun
from muster.phases.field_mapping.review import missing
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope


async def ask_to_approve(
    database: Database, scope: Scope, begun: Begun, minimum_score: float
) -> dict[str, object] | None:
    """Show every table's suggestions and ask. None where the answer is no, and where there is no terminal to ask on.

    The answer says whether the file may go on without what the criteria require.
    """
    async with database.transaction(scope, actor="run") as tx:
        found = await opened(tx, scope, str(begun.import_id), minimum_score, hold=False)
    for judged in found.judged:
        _say_table(found.row.filename, described(judged))
    unmet = missing(found.judged)
    for one in unmet:
        say(f"  Unmet: {one}")
    if not SCREEN.is_terminal:
        say(f"No terminal to ask on: muster flow approve {begun.flow.id} accepts the mapping,")
        say(f"muster mapping set {begun.import_id} COLUMN TARGET changes it.")
        return None
    question = f"Use this mapping for {found.row.filename}{' without what is missing' if unmet else ''}?"
    agreed = await asyncio.to_thread(Confirm.ask, question, console=MESSAGES, default=not unmet)
    return {"waive": bool(unmet)} if agreed else None


def _say_table(file: str, table: dict[str, Any]) -> None:
    say(f"{file}: {table['name']} ({table['record_kind']}, {table['records']} records)")
    for column in table["columns"]:
        target = column["target"] or "(not used)"
        say(f"  {column['source']}  ->  {target}  {column['score']:.2f}  {column['question'] or column['reason']}")
