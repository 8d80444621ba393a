"""The assessment: every check over every asset, slice by slice; each different finding is worded once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

import polars as pl

from muster.phases.tech_debt_assessment import checks
from muster.phases.tech_debt_assessment.check import Check
from muster.phases.tech_debt_assessment.facts import carried_of, read_facts, read_states
from muster.phases.tech_debt_assessment.marks import NOTHING, carried, in_no_source, marks, together
from muster.vocabulary.catalogue import load
from muster.vocabulary.issue import Issue

TEXT: dict[str, type[pl.DataType]] = {
    "check": pl.String,
    "severity": pl.String,
    "message": pl.String,
    "remedy": pl.String,
    "confidence": pl.Float64,
    "detail": pl.String,
}
FINDING_SCHEMA = {"asset_no": pl.Int64, **TEXT}
SLICE = 1 << 16  # assets whose facts are in memory at a time


def _version() -> str:
    """A hash of this package, checks and catalogue included: whoever changes a rule need not remember to say so."""
    files = sorted(_files(resources.files("muster.phases.tech_debt_assessment")))
    return sha256(b"\0".join(part for file in files for part in file)).hexdigest()[:16]


def _files(folder: Traversable) -> Iterator[tuple[bytes, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry)
        elif not entry.name.endswith(".pyc"):
            yield entry.name.encode(), entry.read_bytes()


RULES = _version()


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the checks say. `findings`: per different finding of a slice TEXT and asset_no, the list of its assets.

    `marks`: see marks.marks.
    """

    findings: pl.DataFrame
    gaps: tuple[Issue, ...]
    marks: pl.DataFrame


@cache
def all_checks() -> dict[str, Check]:
    """Every check by name, sorted."""
    return load(checks, "CHECK", Check)


def assess(assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None) -> pl.DataFrame:
    """The findings on `assets` (asset_no, asset_type and any attributes) as of a day: FINDING_SCHEMA, sorted."""
    found = judge(assets, as_of, degrees).findings.explode("asset_no")
    return found.select(*FINDING_SCHEMA).cast(FINDING_SCHEMA).sort("asset_no", "check")  # type: ignore[arg-type]


def gaps(assets: pl.DataFrame, as_of: date) -> tuple[Issue, ...]:
    """Facts that no source carries for any asset they apply to: said once, not on every asset."""
    return judge(assets, as_of).gaps


def judge(assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None, others: int = NOTHING) -> Assessed:
    """The findings on `assets` and the gaps of the estate's sources; `degrees` as in facts.Facts.

    `others`: the marks that the estate's other assets have; they are not judged, but what is said of the estate as a
    whole is said of them too.
    """
    checks = all_checks()
    told = read_facts(assets, as_of, degrees, carried_of(assets) | carried(others))
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in checks}
    marked = [pl.DataFrame(schema={"asset_no": pl.Int64, "marks": pl.Int64})]
    for start in range(0, assets.height, SLICE):
        part = assets.slice(start, SLICE)
        known = told.of(part)
        marked.append(marks(part, known, checks))
        for name, check in checks.items():
            parts[name] += _findings(known, name, check, as_of)
    every = pl.concat(marked)
    missing = in_no_source(others | together(every["marks"]), checks)
    found = [frame for name, frames in parts.items() if name not in missing for frame in frames]
    empty = pl.DataFrame(schema={**TEXT, "asset_no": pl.List(pl.Int64)})
    gaps = tuple(_gap(name, check) for name, check in missing.items())
    return Assessed(pl.concat([empty, *found]), gaps, every)


def marked(assets: pl.DataFrame) -> int:
    """The marks that some of `assets` have: what `judge` finds, without judging."""
    return together(marks(assets, read_states(assets).of(assets), all_checks())["marks"])


def said_of_all(marked: int) -> tuple[frozenset[str], frozenset[str]]:
    """What findings take from the whole estate: attributes that some asset has, checks that nobody is told of."""
    return carried(marked), frozenset(in_no_source(marked, all_checks()))


def _gap(name: str, check: Check) -> Issue:
    return Issue(
        code="fact_in_no_source",
        message=f"No source says {' or '.join(check.attributes)} for any asset, so {name} was not assessed.",
        hint=f"Import a file that has {check.attributes[0]}, or map the column that holds it.",
        rule=name,
    )


def _findings(known: pl.DataFrame, name: str, check: Check, as_of: date) -> Iterator[pl.DataFrame]:
    """Who the check fires on; assets with the same facts share a finding, which is worded once."""
    when = check.fires(as_of)
    if check.applies is not None:
        when = when & check.applies
    texts = _texts(name, check)
    facts = sorted({root for text in texts.values() for root in text.meta.root_names()})
    struck = known.lazy().filter(when).select("asset_no", *facts)
    grouped = struck.group_by(facts).agg("asset_no") if facts else struck.select(pl.col("asset_no").implode())
    found = grouped.select(**texts, asset_no="asset_no").filter(pl.col("asset_no").list.len() > 0).collect()
    if found.height:
        yield found


def _texts(name: str, check: Check) -> Mapping[str, pl.Expr]:
    """The words of a finding, as TEXT."""
    return {
        "check": pl.lit(name),
        "severity": pl.lit(str(check.severity)),
        "message": pl.lit(check.message) if isinstance(check.message, str) else check.message,
        "remedy": pl.lit(check.remedy),
        "confidence": pl.lit(check.confidence) if isinstance(check.confidence, float) else check.confidence,
        "detail": pl.lit(None, pl.String) if check.detail is None else check.detail,
    }
