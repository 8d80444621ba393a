"""muster's evidence pack: a workbook with every row, and a page that shows the figures and prints."""

import asyncio
import zipfile
from dataclasses import dataclass
from pathlib import Path

from muster.exports.destination import Destination, Move, destination
from muster.exports.evidence.figures import Figures, Judgement, Waves, figures
from muster.exports.evidence.page import page
from muster.exports.evidence.workbook import EvidenceWorkbook
from muster.exports.parts import Written
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

NAMES = ("evidence.html", "evidence.xlsx")
SAME_TIME = (2000, 1, 1, 0, 0, 0)  # of the members of an archive, so that the same inventory gives the same bytes


@dataclass(frozen=True, slots=True)
class Pack:
    """What was made, and the figures in it."""

    files: list[Path]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose pack it is, where it goes, and the plan of waves, the scores and the readiness that it shows."""

    client: str
    engagement: str
    output: Path
    force: bool
    plan: Waves
    judged: Judgement


async def evidence(tx: Tx, scope: Scope, asked: Asked) -> Pack:
    """Write the pack into a folder, or into one archive where the output ends with .zip."""
    archive = asked.output.suffix.lower() == ".zip"
    with destination(asked.output, ".zip" if archive else "", asked.force) as place:
        html, xlsx = (place.folder / name for name in NAMES)
        book = EvidenceWorkbook(xlsx)
        conflicts = await book.conflicts(tx, scope)
        counted = await figures(tx, scope, asked.client, asked.engagement, conflicts, asked.plan, asked.judged)
        await book.finish(tx, scope, counted)
        html.write_text(await asyncio.to_thread(page, counted), encoding="utf-8")
        moves = await asyncio.to_thread(_packed if archive else _apart, place)
        await asyncio.to_thread(place.settle, moves)
    return Pack([move.place for move in moves], counted)


def _apart(place: Destination) -> list[Move]:
    return [Move(Written(place.folder / name), place.output / name) for name in NAMES]


def _packed(place: Destination) -> list[Move]:
    path = place.folder / "pack"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            member = zipfile.ZipInfo(name, SAME_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w") as written:
                written.write((place.folder / name).read_bytes())
    return [Move(Written(path), place.output)]
