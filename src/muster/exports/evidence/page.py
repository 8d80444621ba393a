"""The printable page of an evidence pack: one file without links to anything outside it."""

from functools import cache
from importlib import resources

import polars as pl
from jinja2 import Environment, StrictUndefined, Template

from muster.exports.evidence.figures import Figures, Share
from muster.exports.evidence.method import METHOD

COLOURS = {
    "critical": "#8f1d2c",
    "high": "#a8460f",
    "medium": "#856300",
    "low": "#2f6a9a",
    "info": "#5b6773",
    "not known": "#a3aebb",
    "created": "#2f6f4f",
    "merged": "#3f7cac",
    "unchanged": "#7a8794",
    "rejected": "#8f1d2c",
    "excluded": "#b98900",
}
LARGEST_GROUPS = 15
MOST_ROWS = 25


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["grouped"] = lambda number: f"{number:,}"
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment.from_string(
        resources.files("muster.exports.evidence").joinpath("page.html.j2").read_text(encoding="utf-8")
    )


def page(counted: Figures) -> str:
    """The page as HTML."""
    dispositions = [counted.disposed(name) for name in ("created", "merged", "unchanged", "rejected", "excluded")]
    return _template().render(
        it=counted,
        dispositions=dispositions,
        columns=size_columns([group["assets"] for group in counted.groups]),
        groups=list(counted.groups)[:LARGEST_GROUPS],
        checks=list(counted.checks)[:MOST_ROWS],
        issues=list(counted.issues)[:MOST_ROWS],
        conflicts=list(counted.conflicts)[:MOST_ROWS],
        method=METHOD,
        waves=counted.plan.waves.to_dicts(),
        uncounted=counted.plan.uncounted.to_dicts(),
        applications=_most_debt(counted.judged.applications),
        kinds=counted.judged.kinds.to_dicts(),
        blockers=counted.judged.blockers.head(MOST_ROWS).to_dicts(),
        colours=COLOURS,
        sources=any(each["source"] != each["filename"] or each["as_of"] for each in counted.imports),
    )


def _most_debt(applications: pl.DataFrame) -> list[dict[str, object]]:
    ordered = applications.sort("debt", "application", descending=[True, False], nulls_last=True)
    return ordered.head(MOST_ROWS).to_dicts()


def size_columns(sizes: list[int]) -> list[Share]:
    """How many groups have which size, in bounds that double."""
    bounds = [(1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, 128), (129, 256), (257, 1 << 60)]
    named = [
        Share(
            str(low) if low == high else f"{low} and more" if high == 1 << 60 else f"{low}-{high}",
            sum(low <= size <= high for size in sizes),
            len(sizes),
        )
        for low, high in bounds
    ]
    filled = [place for place, share in enumerate(named) if share.part]
    return named[filled[0] : filled[-1] + 1] if filled else []
