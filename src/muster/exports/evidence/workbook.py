"""The evidence workbook: inventory, conflicts, groups, waves, dependencies, findings, lineage, figures, method."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from muster.exports.evidence.figures import Figures, Share
from muster.exports.evidence.method import METHOD
from muster.exports.facts import with_custom
from muster.exports.general import columns_of, typed
from muster.exports.workbook_file import Sheet, Workbook
from muster.store import evidence_reading, inventory_reading, lineage
from muster.store.inventory_reading import Take
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM
from muster.vocabulary.scope import Scope

WIDE = {
    "asset_id": 38,
    "id": 38,
    "asset": 26,
    "name": 26,
    "message": 60,
    "remedy": 60,
    "claim": 30,
    "inventory": 30,
    "file": 30,
    "filename": 34,
    "why": 50,
    "source": 24,
    "target": 24,
    "example": 60,
    "hint": 60,
    "file_sha256": 66,
    "figure": 44,
    "text": 110,
    "attribute": 22,
    "column_name": 26,
    "code": 24,
    "check": 30,
}
LINEAGE = {
    "asset_id": pl.String(),
    "asset_name": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "row_number": pl.Int64(),
    "file_row": pl.Int64(),
    "disposition": pl.String(),
    "rule": pl.String(),
    "score": pl.Float64(),
}
LINKS_AT_ONCE = 5000
Reader = Callable[[Tx, Scope, Take], Awaitable[None]]


class EvidenceWorkbook:
    """Sheets are written one after another, each from a stream, so that memory stays small."""

    def __init__(self, path: Path) -> None:
        self._book = Workbook(path)

    async def conflicts(self, tx: Tx, scope: Scope) -> dict[str, int]:
        """Write the sheet of claims that contradict each other; returns the number of assets by attribute."""
        counted: Counter[str] = Counter()
        last: list[tuple[str, str]] = []

        def count(rows: pl.DataFrame) -> None:
            pairs = rows.select("asset_id", "attribute").unique(maintain_order=True).rows()
            counted.update(attribute for pair in pairs if pair not in last for attribute in pair[1:])
            last[:] = pairs[-1:]

        columns = evidence_reading.CONFLICT_COLUMNS
        await self._streamed("Conflicts", columns, evidence_reading.conflicts, tx, scope, count)
        return dict(counted)

    async def finish(self, tx: Tx, scope: Scope, counted: Figures) -> None:
        """Write all other sheets and the file."""
        await self._inventory(tx, scope)
        await self._streamed("Groups", evidence_reading.GROUP_COLUMNS, evidence_reading.groups, tx, scope)
        self._frame("Waves", counted.plan.waves)
        self._frame("Wave members", counted.plan.members)
        self._frame("Not counted as machines", counted.plan.uncounted)
        await self._streamed("Dependencies", inventory_reading.EDGE_COLUMNS, inventory_reading.edges, tx, scope)
        await self._streamed("Debt findings", evidence_reading.FINDING_COLUMNS, evidence_reading.findings, tx, scope)
        self._frame("Scores", counted.judged.assets)
        self._frame("Applications", counted.judged.applications)
        self._frame("Readiness", counted.judged.completeness)
        self._frame("Blockers", counted.judged.blockers)
        self._records("Wrong values", counted.issues, ("code", "column_name", "values", "example", "hint"))
        await self._lineage(tx, scope)
        self._records("Imports", counted.imports, tuple(name for name in (counted.imports or [{}])[0] if name != "id"))
        self._figures(counted)
        self._records("Method", [{"topic": topic, "text": text} for topic, text in METHOD], ("topic", "text"))
        await asyncio.to_thread(self._book.close)

    async def _inventory(self, tx: Tx, scope: Scope) -> None:
        columns = columns_of(await inventory_reading.filled(tx, scope))
        custom = [name for name in columns if name.startswith(CUSTOM)]
        sheet = self._book.sheet("Inventory", typed(columns), WIDE)

        def write(piece: pl.DataFrame) -> None:
            sheet.add(with_custom(piece, custom).select(columns))

        await inventory_reading.assets(tx, scope, _in_a_thread(write))
        sheet.close()

    async def _streamed(
        self,
        name: str,
        columns: Mapping[str, pl.DataType],
        reader: Reader,
        tx: Tx,
        scope: Scope,
        also: Callable[[pl.DataFrame], None] = lambda _rows: None,
    ) -> None:
        sheet = self._book.sheet(name, pl.Schema(columns), WIDE)

        def write(piece: pl.DataFrame) -> None:
            sheet.add(piece)
            also(piece)

        await reader(tx, scope, _in_a_thread(write))
        sheet.close()

    async def _lineage(self, tx: Tx, scope: Scope) -> None:
        sheet = self._book.sheet("Lineage", pl.Schema(LINEAGE), WIDE)
        waiting: list[dict[str, Any]] = []
        async for link in lineage.links(tx, scope):
            waiting.append(
                {name: str(link[name]) if name == "asset_id" and link[name] else link[name] for name in LINEAGE}
            )
            if len(waiting) == LINKS_AT_ONCE:
                await asyncio.to_thread(sheet.add, pl.DataFrame(waiting, schema=LINEAGE))
                waiting.clear()
        sheet.add(pl.DataFrame(waiting, schema=LINEAGE))
        sheet.close()

    def _figures(self, counted: Figures) -> None:
        total = [
            Share("records of all files", counted.records, counted.records),
            *(counted.disposed(name) for name in ("created", "merged", "unchanged", "rejected", "excluded")),
            Share("machines among the assets", counted.machines, counted.assets),
            *(
                Share(f"machines whose {share.name} is known", share.part, share.whole)
                for share in counted.completeness
            ),
            *(
                Share(f"assets with a finding of severity {share.name}", share.part, share.whole)
                for share in counted.severities
            ),
            *(
                Share(f"assets whose files differ about {share.name}", share.part, share.whole)
                for share in counted.conflicts
            ),
        ]
        self._shares("Figures", total, "figure", "part")

    def _shares(self, name: str, shares: Sequence[Share], what: str, part: str) -> None:
        rows = [
            {what: share.name, part: share.part, "of": share.whole, "percent": round(share.percent, 1)}
            for share in shares
        ]
        self._records(name, rows, (what, part, "of", "percent"))

    def _records(self, name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        shown = [{column: _plain(row[column]) for column in columns} for row in rows]
        frame = (
            pl.DataFrame(shown, infer_schema_length=None)
            if shown
            else pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
        )
        self._frame(name, frame)

    def _frame(self, name: str, frame: pl.DataFrame) -> None:
        sheet: Sheet = self._book.sheet(name, frame.schema, WIDE)
        sheet.add(frame)
        sheet.close()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _in_a_thread(write: Callable[[pl.DataFrame], None]) -> Take:
    async def take(piece: pl.DataFrame) -> None:
        await asyncio.to_thread(write, piece)

    return take
