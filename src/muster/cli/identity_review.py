"""muster review: records that may be one thing, and what a person says of them."""

from enum import StrEnum
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import write_result, write_rows
from muster.cli.session import tenant
from muster.phases.asset_inventory.decisions import MERGE, SPLIT
from muster.recompute import recompute
from muster.store import decisions, identity_reviews
from muster.vocabulary.errors import UsageError
from muster.what_if.proposals import pair as named_pair
from muster.what_if.proposals import proposed

Rule = Annotated[str | None, Parameter(help="Only pairs that this rule left open, such as name.")]
Above = Annotated[float, Parameter(help="Only pairs of at least this score, 0 to 1.")]
SHOWN = ("review", "score", "rule", "asset", "file", "row_number", "rival", "rival_file", "rival_row_number")


class Verdict(StrEnum):
    """What a person says of a pair."""

    SAME = "same"
    DIFFERENT = "different"


@command
async def list_(
    *,
    rule: Rule = None,
    above: Above = 0.0,
    limit: Annotated[int, Parameter(help="How many pairs, the likeliest first.")] = 100,
    place: Place = HERE,
) -> None:
    """Pairs of records that may be one thing, with what agrees and what contradicts."""
    async with tenant(place) as (tx, scope):
        rows = await identity_reviews.waiting(tx, scope, rule, above, limit=limit)
    write_rows(rows, (*SHOWN, "agrees", "contradicts"), place.format, "Review")


@command
async def propose(
    *,
    above: Annotated[float, Parameter(help="Only pairs of at least this score, 0 to 1.")] = 0.6,
    limit: Annotated[int, Parameter(help="How many pairs, the likeliest first.")] = 100,
    place: Place = HERE,
) -> None:
    """Look for assets that may be one thing though no rule says so; muster review decide takes the pairs it shows."""
    async with tenant(place) as (tx, scope):
        rows = await proposed(tx, scope, above, limit)
    write_rows(rows, (*SHOWN, "agrees", "contradicts"), place.format, "Proposed")


@command
async def decide(
    review: Annotated[str | None, Parameter(help="Id of the pair, as the list shows it; without it, --rule.")] = None,
    verdict: Annotated[Verdict | None, Parameter(help="same or different.")] = None,
    /,
    *,
    all: Annotated[Verdict | None, Parameter(help="Decide every pair of --rule that way.")] = None,
    rule: Rule = None,
    above: Above = 0.0,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say that a pair is one thing or two; with --rule NAME --all VERDICT, say it of every pair of that rule."""
    said, pair = _asked(review, verdict, all, rule)
    async with tenant(place) as (tx, scope):
        rows = await identity_reviews.waiting(tx, scope, rule, above, pair)
        if pair and not rows:
            rows = await named_pair(tx, scope, *pair)
        if review and not rows:
            raise UsageError(f"{review} waits for no decision; muster review list shows the pairs that do.")
        kind = MERGE if said is Verdict.SAME else SPLIT
        numbers = [await decisions.add(tx, scope, kind, _subject(row), {}, saying.by, saying.reason) for row in rows]
        if numbers:
            await recompute(tx, scope)
    write_result(
        {"verdict": said.value, "decisions": numbers, "reviews": [row["review"] for row in rows]},
        place.format,
        f"{len(numbers)} pairs are {'one thing' if said is Verdict.SAME else 'two things'} each, and stay so.",
    )


def _asked(
    review: str | None, verdict: Verdict | None, everyone: Verdict | None, rule: str | None
) -> tuple[Verdict, tuple[int, int] | None]:
    """The verdict and the pair it is about, None for all of a rule."""
    if review is None:
        if everyone is None or rule is None:
            raise UsageError("Name a pair and a verdict, or --rule NAME with --all same or --all different.")
        return everyone, None
    one, _, other = review.partition(":")
    if verdict is None or not (one.isdecimal() and other.isdecimal()):
        raise UsageError(f"{review!r}: write the id of a pair as muster review list shows it, then same or different.")
    return verdict, (int(one), int(other))


def _subject(row: dict[str, Any]) -> dict[str, Any]:
    """The two records, by where they stand in their files."""
    places = ("file_sha256", "table_name", "row_number")
    sides = [{name: row[f"{front}{name}"] for name in places} for front in ("", "rival_")]
    return {"records": sides[:1], "others": sides[1:]}
