"""What `muster run` says at the end: every record of every file accounted for."""

from collections.abc import Collection, Sequence
from typing import Any

from rich.table import Table

from muster.cli.output import SCREEN, say
from muster.phases.data_import.begin import Begun
from muster.store import debt, dependencies, flows, imports, lineage, mappings
from muster.store.digest import digest
from muster.store.imports import TableRow
from muster.store.mappings import MappingSet
from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import FileRefused
from muster.vocabulary.kinds import CORRECTION
from muster.vocabulary.scope import Scope

DISPOSITIONS = ("created", "merged", "unchanged", "rejected", "excluded")
NOBODY = ("muster", "run")  # authors of a mapping that no person saw
REFUSALS = {FileRefused.code, *(kind.code for kind in FileRefused.__subclasses__())}


async def summary(
    database: Database,
    client: str,
    engagement: str,
    scope: Scope,
    begun: Sequence[Begun],
    refused: list[dict[str, str]],
    settled_before: Collection[str],
) -> dict[str, Any]:
    """The result of a run as the contract says; an import that was there before counts every record as unchanged."""
    async with database.transaction(scope, actor="run", snapshot=True) as tx:
        return await summary_in(tx, client, engagement, scope, begun, refused, settled_before)


async def summary_in(
    tx: Tx,
    client: str,
    engagement: str,
    scope: Scope,
    begun: Sequence[Begun],
    refused: list[dict[str, str]],
    settled_before: Collection[str],
) -> dict[str, Any]:
    """The same, as one transaction sees it."""
    entries = [await _import(tx, scope, each, str(each.import_id) in settled_before) for each in begun]
    severities = await debt.by_severity(tx, scope)
    gaps = await _gaps(tx, begun)
    counts = await dependencies.counts(tx, scope)
    types = await lineage.totals(tx, scope)
    hexadecimal = await digest(tx, scope)
    turned_away = [entry for entry in entries if entry["error"] and entry["error"]["error_code"] in REFUSALS]
    return {
        "client": client,
        "engagement": engagement,
        "digest": hexadecimal,
        "imports": [entry for entry in entries if entry not in turned_away],
        "refused": refused + [_refusal(entry) for entry in turned_away],
        "assets": {"total": sum(types.values()), "by_type": types},
        "dependencies": counts,
        "tech_debt": {"findings": sum(severities.values()), "by_severity": severities, "gaps": gaps},
    }


async def _gaps(tx: Tx, begun: Sequence[Begun]) -> list[str]:
    """What no file of the engagement tells of any asset, as the newest assessment found it."""
    states = [(await flows.read(tx, each.flow)).state_data for each in begun]
    assessed = [state["tech_debt"] for state in states if state.get("tech_debt")]
    newest: dict[str, Any] = max(assessed, key=lambda found: str(found["as_of"]), default={"gaps": []})
    return [gap["message"] for gap in newest["gaps"]]


def _refusal(entry: dict[str, Any]) -> dict[str, str]:
    error = entry["error"]
    return {
        "file": entry["file"],
        "code": error["error_code"],
        "message": error["message"],
        "hint": error["recovery_hint"],
    }


async def _import(tx: Tx, scope: Scope, begun: Begun, settled_before: bool) -> dict[str, Any]:
    row = await imports.read(tx, scope, begun.import_id)
    flow = await flows.read(tx, begun.flow)
    runs = await flows.runs(tx, begun.flow)
    ledger = await lineage.ledger(tx, scope, row.id)
    issues = await lineage.issue_counts(tx, scope, row.id)
    accepted = await mappings.newest(tx, scope, row.id)
    tables = await imports.tables(tx, scope, row.id)
    return {
        "file": row.filename,
        "import_id": row.id,
        "flow_id": begun.flow.id,
        "status": flow.status,
        "error": flow.error_details,
        "phases": {run["phase"]: {"state": run["state"], "seconds": run["seconds"]} for run in runs},
        "tables": [
            _table(
                table,
                ledger.get(table.table_no, {}),
                accepted.get(table.table_no),
                issues.get(table.table_no, 0),
                settled_before,
            )
            for table in tables
        ],
    }


def _table(
    table: TableRow, ledger: dict[str, int], accepted: MappingSet | None, issues: int, settled_before: bool
) -> dict[str, Any]:
    counted = {name: ledger.get(name, 0) for name in DISPOSITIONS}
    if settled_before:
        counted = {name: 0 for name in DISPOSITIONS} | {"unchanged": table.records or 0}
    entries = (accepted.entries if accepted else None) or []
    looked_at = accepted is not None and accepted.author not in NOBODY
    need = {one["position"]: one["accept"] for one in accepted.suggestions} if accepted and not looked_at else {}
    return {
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_row": table.header_row,
        "record_kind": table.record_kind,
        "records": table.records,
        "dispositions": counted,
        "mappings": [
            {key: entry[key] for key in ("source", "target", "score", "unit")}
            | {"accept": need.get(entry["position"], "auto")}
            for entry in entries
        ],
        "issues": issues,
    }


def _became(table: dict[str, Any]) -> str:
    """What became of the records of a table. Those of a correction are no assets, but stand in for other records."""
    told = table["dispositions"]
    if table["record_kind"] == CORRECTION and told["excluded"] == table["records"]:
        return f"{table['records']} in place of others"
    return ", ".join(f"{count} {name}" for name, count in told.items() if count)


def show_summary(result: dict[str, Any]) -> None:
    """The same for a person."""
    table = Table(title=f"{result['client']} / {result['engagement']}", title_justify="left")
    for column in ("file", "table", "kind", "records", "became", "issues", "status"):
        table.add_column(column, overflow="fold")
    for entry in result["imports"]:
        for each in entry["tables"]:
            became = _became(each)
            shown = (str(each["records"]), became, str(each["issues"]), entry["status"])
            table.add_row(entry["file"], each["name"], each["record_kind"], *shown)
    SCREEN.print(table)
    tables = [each for entry in result["imports"] for each in entry["tables"]]
    if likely := sum(one["accept"] == "ask" for each in tables for one in each["mappings"]):
        SCREEN.print(
            f"Columns taken for what they most likely mean, which nobody looked at: {likely}. muster mapping show names"
            " them (accept: ask), --sure-only leaves them out.",
            markup=False,
        )
    if any(each["issues"] for each in tables):
        SCREEN.print("muster issue list shows the issues by cause, muster issue export the bad records.", markup=False)
    kinds = ", ".join(f"{count} {kind}" for kind, count in result["assets"]["by_type"].items()) or "none"
    SCREEN.print(f"Assets: {result['assets']['total']} ({kinds})", markup=False)
    edges = result["dependencies"]
    SCREEN.print(
        f"Dependencies: {edges['edges']} edges, {edges['groups']} groups, {edges['unresolved']} unresolved ends",
        markup=False,
    )
    severities = ", ".join(f"{count} {name}" for name, count in result["tech_debt"]["by_severity"].items()) or "none"
    SCREEN.print(f"Technical debt: {result['tech_debt']['findings']} findings ({severities})", markup=False)
    for gap in result["tech_debt"]["gaps"]:
        SCREEN.print(f"  {gap}", markup=False)
    SCREEN.print(f"Digest: {result['digest']}", markup=False)
    for refusal in result["refused"]:
        say(f"Refused: {refusal['file']}: {refusal['message']} {refusal['hint']}")
