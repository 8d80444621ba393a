"""tech_debt_assessment: support dates and findings for every asset of the engagement, as of today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from muster.flow.phase import Complete, Next, Phase, Step, Task
from muster.phases.tech_debt_assessment.assess import judge
from muster.phases.tech_debt_assessment.facts import ATTRIBUTES
from muster.store import debt, dependencies, inventory_reading
from muster.store.transaction import Tx
from muster.vocabulary import clock
from muster.vocabulary.issue import Issue
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class Estate:
    """The stored assets, how many others each is joined to (see facts.Facts), and the day they are judged as of."""

    assets: pl.DataFrame
    degrees: pl.DataFrame | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Judged:
    """Each different finding and who has it, the day they hold for, and what no source says."""

    texts: pl.DataFrame
    chunks: pl.DataFrame
    findings: int
    as_of: date
    gaps: tuple[Issue, ...] = ()


async def load_estate(tx: Tx, scope: Scope, as_of: date) -> Estate:
    """Every asset with the attributes that checks read, made to take little room: a million take some 150 MB."""
    assets = await inventory_reading.narrowed(tx, scope, list(ATTRIBUTES))
    return Estate(assets, await dependencies.degrees(tx, scope), as_of)


async def load(tx: Tx, task: Task) -> Estate:
    return await load_estate(tx, task.flow.scope, clock.today())


def compute(estate: Estate) -> Judged:
    """The pure function over one estate and one day."""
    found = judge(estate.assets, estate.as_of, estate.degrees)
    texts, chunks = debt.numbered(found.findings.rename({"asset_no": "asset_id", "check": "check_name"}))
    return Judged(texts, chunks, int(texts["assets"].sum()), estate.as_of, found.gaps)


async def save_judged(tx: Tx, scope: Scope, judged: Judged) -> dict[str, Any]:
    """Store the findings in place of what stood; returns what the flow remembers of them."""
    await debt.replace(tx, scope, judged.texts, judged.chunks, judged.as_of)
    gaps = [{"check": gap.rule, "message": gap.message, "hint": gap.hint} for gap in judged.gaps]
    return {"tech_debt": {"findings": judged.findings, "as_of": judged.as_of.isoformat(), "gaps": gaps}}


async def save(tx: Tx, task: Task, judged: Judged) -> Next:
    return Complete(await save_judged(tx, task.flow.scope, judged))


PHASE = Phase(
    name=PhaseName.TECH_DEBT_ASSESSMENT,
    after=PhaseName.DEPENDENCY_ANALYSIS,
    steps={"start": Step(load, compute, save)},
    exclusive=True,
)
