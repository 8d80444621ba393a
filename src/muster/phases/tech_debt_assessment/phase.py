"""tech_debt_assessment: support dates and findings for every asset of the engagement, as of today.

An asset is judged again where it, or how many others it is joined to, is not what it was; all are where the day, the
checks, the catalogue or what is said of the estate as a whole is another.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from muster.flow.phase import Complete, Next, Phase, Step, Task
from muster.phases.tech_debt_assessment.assess import RULES, judge, marked, said_of_all
from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, DEGREES
from muster.phases.tech_debt_assessment.marks import NOTHING, together
from muster.store import debt, dependencies, inventory_reading
from muster.store.debt import AssessmentState
from muster.store.numbered_findings import JUDGED, FindingRows, Stood, as_stored, numbered, renumbered
from muster.store.packed_frames import packed, unpacked
from muster.store.transaction import Tx
from muster.vocabulary import clock
from muster.vocabulary.issue import Issue
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class Estate:
    """Stored assets, how many others each is joined to (see facts.Facts), and the day they are judged as of."""

    assets: pl.DataFrame
    degrees: pl.DataFrame | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Concerned:
    """Those that are judged, in `pieces`: see `piece_of`. `contents`: their asset_no and content_hash; `others`: the
    marks of all other assets; `stood`: what is stored, None where all are judged; `edges`: the number of the edges
    that `degrees` are of.
    """

    pieces: tuple[bytes, ...]
    degrees: pl.DataFrame | None
    as_of: date
    contents: pl.DataFrame
    edges: str
    others: int = NOTHING
    stood: Stood | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be stored, what it was made by, and what no source says."""

    rows: FindingRows
    made_by: AssessmentState
    gaps: tuple[Issue, ...] = ()


async def load_estate(tx: Tx, scope: Scope, as_of: date) -> Estate:
    """Every asset with the attributes that checks read, made to take little room: a million take some 150 MB."""
    assets = await inventory_reading.narrowed(tx, scope, list(ATTRIBUTES))
    return Estate(assets, await dependencies.degrees(tx, scope), as_of)


def piece_of(assets: pl.DataFrame) -> bytes:
    """Some assets on their way to another process, without the columns that say nothing of them."""
    return packed(assets.select(one for one in assets if one.name == "asset_no" or one.null_count() < assets.height))


def assets_of(pieces: Iterable[bytes]) -> pl.DataFrame:
    """The assets of the pieces, with what is said of any of them; never without a row for each."""
    nothing = pl.DataFrame(schema={"asset_no": pl.Int64})
    return pl.concat([nothing, *map(unpacked, pieces)], how="diagonal")


async def load_concerned(tx: Tx, scope: Scope, as_of: date) -> Concerned:
    """The assets that are to be judged: those that are not what they were, or all."""
    contents, edges = await debt.contents(tx, scope), await debt.edges(tx, scope)
    made_by = await debt.state(tx, scope)
    if made_by is not None and (made_by.rules, made_by.as_of) == (RULES, as_of):
        some = await _changed(tx, scope, contents, made_by, edges)
        if some is not None:
            return some
    pieces: list[bytes] = []

    async def take(piece: pl.DataFrame) -> None:
        pieces.append(await asyncio.to_thread(piece_of, piece))

    await inventory_reading.narrowed_pieces(tx, scope, list(ATTRIBUTES), take)
    return Concerned(tuple(pieces), await dependencies.degrees(tx, scope), as_of, contents, edges)


async def _changed(
    tx: Tx, scope: Scope, contents: pl.DataFrame, made_by: AssessmentState, edges: str
) -> Concerned | None:
    """The assets that are not what they were; None where all are to be judged: most, or what is said of all."""
    before = await debt.judged(tx, scope)
    # Counting the neighbours of all is dear: with the same edges they have as many as before.
    same = edges == made_by.edges != debt.NO_EDGES
    degrees = before.select("asset_no", *DEGREES) if same else await dependencies.degrees(tx, scope)
    now = joined(contents, degrees)
    changed = now.join(before, on=now.columns, how="anti", nulls_equal=True)
    if 2 * changed.height > now.height:
        return None
    gone = before.join(now, on="asset_no", how="anti")["asset_no"]
    concerned = pl.concat([changed["asset_no"], gone])
    assets = await inventory_reading.narrowed(tx, scope, list(ATTRIBUTES), only=changed["asset_no"].to_list())
    others = together(before.filter(~pl.col("asset_no").is_in(concerned.implode()))["marks"])
    own = await asyncio.to_thread(marked, assets)
    if said_of_all(own | others) != said_of_all(together(before["marks"])):
        return None
    near = None if degrees is None else degrees.filter(pl.col("asset_no").is_in(changed["asset_no"].implode()))
    stood = await debt.stood(tx, scope, before, concerned)
    pieces = (await asyncio.to_thread(piece_of, assets),)
    return Concerned(pieces, near, made_by.as_of, changed.select(contents.columns), edges, others, stood)


def joined(contents: pl.DataFrame, degrees: pl.DataFrame | None) -> pl.DataFrame:
    """`contents` with DEGREES: null where the engagement has no edge, 0 where an asset has none."""
    if degrees is None:
        return contents.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in DEGREES.items())
    told = contents.join(degrees.select("asset_no", *DEGREES), on="asset_no", how="left", maintain_order="left")
    return told.with_columns(pl.col(name).fill_null(0) for name in DEGREES)


async def load(tx: Tx, task: Task) -> Concerned:
    return await load_concerned(tx, task.flow.scope, clock.today())


def compute(concerned: Concerned) -> Judged:
    """The pure function over those concerned and one day."""
    found = judge(assets_of(concerned.pieces), concerned.as_of, concerned.degrees, concerned.others)
    findings = as_stored(found.findings.rename({"asset_no": "asset_id", "check": "check_name"}))
    judged = joined(concerned.contents, concerned.degrees).join(found.marks, on="asset_no").select(*JUDGED)
    stood = concerned.stood
    rows = numbered(findings, judged) if stood is None else renumbered(stood, findings, judged)
    return Judged(rows, AssessmentState(RULES, concerned.as_of, concerned.edges), found.gaps)


async def save_judged(tx: Tx, scope: Scope, judged: Judged) -> dict[str, Any]:
    """Make what is stored equal to what was found; returns what the flow remembers of it."""
    await debt.write(tx, scope, judged.rows, judged.made_by)
    gaps = [{"check": gap.rule, "message": gap.message, "hint": gap.hint} for gap in judged.gaps]
    as_of = judged.made_by.as_of.isoformat()
    return {"tech_debt": {"findings": judged.rows.findings, "as_of": as_of, "gaps": gaps}}


async def save(tx: Tx, task: Task, judged: Judged) -> Next:
    return Complete(await save_judged(tx, task.flow.scope, judged))


PHASE = Phase(
    name=PhaseName.TECH_DEBT_ASSESSMENT,
    after=PhaseName.DEPENDENCY_ANALYSIS,
    steps={"start": Step(load, compute, save)},
    exclusive=True,
)
