"""Ask on the terminal whether what was suggested for a file's columns may be used."""

import asyncio

from rich.prompt import Confirm

from muster.cli.output import MESSAGES, SCREEN, say
from muster.phases.data_import.begin import Begun
from muster.store import imports, mappings
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope


async def ask_to_approve(database: Database, scope: Scope, begun: Begun) -> bool:
    """Show every table's suggestions and ask. False where there is no terminal to ask on, too."""
    async with database.transaction(scope, actor="run") as tx:
        row = await imports.read(tx, scope, begun.import_id)
        tables = {table.table_no: table for table in await imports.tables(tx, scope, begun.import_id)}
        proposed = await mappings.newest(tx, scope, begun.import_id)
    for number, mapping in proposed.items():
        say(f"{row.filename}: {tables[number].name} ({tables[number].record_kind}, {tables[number].records} records)")
        for entry in mapping.suggestions:
            say(f"  {entry['source']}  ->  {entry['target'] or '(not used)'}  {entry['score']:.2f}  {entry['reason']}")
    if not SCREEN.is_terminal:
        say(f"No terminal to ask on: muster flow approve {begun.flow.id} accepts the mapping.")
        return False
    return await asyncio.to_thread(Confirm.ask, f"Use this mapping for {row.filename}?", console=MESSAGES, default=True)
