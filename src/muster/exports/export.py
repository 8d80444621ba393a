"""An inventory written as the files of a target: read piece by piece in one snapshot, filled, and moved into place."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from muster.exports.catalogue import target_named
from muster.exports.destination import Destination, Move, destination, refuse_existing
from muster.exports.facts import with_custom
from muster.exports.filling import Seen, fill
from muster.exports.general import columns_of, overlong, schema_of
from muster.exports.outcome import MadeFile, Outcome, Report
from muster.exports.parts import Parts, Written
from muster.exports.target import GeneralTarget, Limits, Rows, Table, Target, VendorTarget
from muster.store import inventory_reading
from muster.store.inventory_reading import Take
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM
from muster.vocabulary.scope import Scope

Reader = Callable[[Tx, Scope, Take], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for."""

    target: str
    output: Path
    report: Path | None = None
    force: bool = False


async def export(tx: Tx, scope: Scope, order: Order) -> Outcome:
    """Write the files. Raises OutputExists, OutputUnwritable; then nothing was written."""
    target = target_named(order.target)
    if order.report is not None and not order.force:
        refuse_existing(iter([order.report]))
    with destination(order.output, target.encoding.ending, order.force) as place:
        report_file = place.folder / "report"
        outcome = Outcome(order.target, report=Report(None if order.report is None else report_file))
        outcome.report_path = order.report
        filled = await inventory_reading.filled(tx, scope)
        outcome.assets = filled[""]
        custom = [name for name in filled if name.startswith(CUSTOM)]
        if isinstance(target, GeneralTarget):
            moves = await _general(tx, scope, target, place, outcome, filled)
        else:
            moves = await _vendor(tx, scope, target, place, outcome, custom)
        outcome.report.close()
        if order.report is not None:
            moves.append(Move(Written(report_file), order.report))
        await asyncio.to_thread(place.settle, moves)
    return outcome


async def _general(
    tx: Tx, scope: Scope, target: GeneralTarget, place: Destination, outcome: Outcome, filled: dict[str, int]
) -> list[Move]:
    columns = columns_of(filled)
    custom = [name for name in columns if name.startswith(CUSTOM)]
    parts = Parts(place.folder, "assets", schema_of(target, columns), target.encoding, Limits(), always=True)

    def write(piece: pl.DataFrame) -> None:
        rows = with_custom(piece, custom).select(columns)
        outcome.report.add(overlong(target, rows))
        parts.add(target.prepare(rows))

    await inventory_reading.assets(tx, scope, _in_a_thread(write))
    await asyncio.to_thread(parts.close)
    return _moves(place, parts, "inventory", True, outcome)


async def _vendor(
    tx: Tx, scope: Scope, target: Target, place: Destination, outcome: Outcome, custom: list[str]
) -> list[Move]:
    assert isinstance(target, VendorTarget)
    sets: dict[str, _Files] = {}
    for table in target.tables:  # two tables of one name share a file
        sets[table.name] = sets.get(table.name) or _Files(place.folder, table, target)
    seen = Seen()
    readers: dict[Rows, Reader] = {
        Rows.ASSETS: partial(inventory_reading.assets, with_disks=target.with_disks),
        Rows.EDGES: inventory_reading.edges,
        Rows.DISKS: inventory_reading.disks,
    }

    def write(rows: Rows, piece: pl.DataFrame) -> None:
        frame = with_custom(piece, custom) if rows is Rows.ASSETS else piece
        filling = fill(target, rows, frame, seen, custom)
        outcome.left_out += filling.left_out if rows is Rows.ASSETS else 0
        outcome.report.add(filling.report)
        for name, filled in filling.tables.items():
            sets[name].good.add(filled.rows)
            sets[name].incomplete.add(filled.incomplete)
            outcome.incomplete += filled.incomplete.height if rows is Rows.ASSETS else 0

    for kind in Rows:
        if any(table.rows is kind for table in target.tables):
            await readers[kind](tx, scope, _in_a_thread(partial(write, kind)))
    alone = len(sets) == 1
    moves: list[Move] = []
    for files in sets.values():
        await asyncio.to_thread(files.close)
        moves += _moves(place, files.good, files.table.name, alone, outcome)
        moves += _moves(place, files.incomplete, files.table.name, alone, outcome, "-incomplete")
    return moves


class _Files:
    """The files of one table: what the tool takes, and what a person must complete first."""

    def __init__(self, folder: Path, table: Table, target: Target) -> None:
        schema = pl.Schema(dict.fromkeys(table.headers, pl.String()))
        self.table = table
        self.good = Parts(folder, table.name, schema, target.encoding, table.limits, always=not table.optional)
        lacking = f"{table.name}-incomplete"
        self.incomplete = Parts(folder, lacking, schema, target.encoding, table.limits, always=False)

    def close(self) -> None:
        self.good.close()
        self.incomplete.close()


def _in_a_thread(write: Callable[[pl.DataFrame], None]) -> Take:
    async def take(piece: pl.DataFrame) -> None:
        await asyncio.to_thread(write, piece)

    return take


def _moves(
    place: Destination, parts: Parts, table: str, alone: bool, outcome: Outcome, addition: str = ""
) -> list[Move]:
    count = len(parts.written)
    moves = [
        Move(file, place.place(table, alone, (number, count), addition)) for number, file in enumerate(parts.written, 1)
    ]
    outcome.files.extend(MadeFile(move.place, table, move.file.rows, bool(addition)) for move in moves)
    return moves
