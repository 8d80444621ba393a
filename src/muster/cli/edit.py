"""muster asset edit, unlock, merge, split: what people say of assets, whatever the files say."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, decided
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import shown
from muster.phases.data_cleansing.cleanse import replay
from muster.phases.data_cleansing.rule import is_read
from muster.phases.data_cleansing.vocabulary import OR_ACCEPT
from muster.phases.field_mapping.criteria import no_attribute
from muster.store import custom_attributes
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.errors import UsageError, ValueRefused
from muster.vocabulary.issue import Issue
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import Json, MappingEntry
from muster.what_if import deciding
from muster.what_if.deciding import Decision

Asset = Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")]
AttributeName = Annotated[str, Parameter(help="Name of the attribute, such as environment.")]


@command
async def edit(
    asset: Asset,
    attribute: AttributeName,
    value: Annotated[str, Parameter(help="What it is; read by the same rules as a file's values.")],
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Set a value and lock it: it wins over every file, now and after any later import, until another edit."""

    async def decision(tx: Tx, scope: Scope) -> Decision:
        typed = more["value"] = read_value(attribute, value, await custom_attributes.offered(tx, scope))
        return await deciding.lock(tx, scope, asset, attribute, typed)

    more: dict[str, Json] = {"asset": asset, "attribute": attribute}
    await decided(
        decision, lambda: f"{asset}: {attribute} is {shown(more['value'])}, and stays so.", place,
        saying, trial, more=more,
    )  # fmt: skip


@command
async def unlock(
    asset: Asset,
    attribute: AttributeName,
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Take the edits of a value back: the files decide again."""
    await decided(
        lambda tx, scope: deciding.unlock(tx, scope, asset, attribute),
        f"{asset}: the files decide about {attribute} again.",
        place, saying, trial,
        more={"asset": asset, "attribute": attribute},
    )  # fmt: skip


@command
async def merge(
    assets: Annotated[list[str], Parameter(help="Ids or names of two or more assets that are one thing.")],
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Make one asset of several, now and after any later import. The values that hold are chosen as ever."""
    await decided(
        lambda tx, scope: deciding.merge(tx, scope, assets),
        f"{', '.join(assets)} are one.",
        place, saying, trial,
    )  # fmt: skip


@command
async def split(
    asset: Asset,
    /,
    *,
    records: Annotated[
        list[str],
        Parameter(
            help="Records that are another thing: their numbers in muster asset show, or FILE:ROW, FILE:SHEET:ROW.",
            negative=(),
            consume_multiple=True,
        ),
    ],
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Make two assets of one. What was decided of either half goes with it."""
    await decided(
        lambda tx, scope: deciding.split(tx, scope, asset, records),
        f"{asset} is two things.",
        place, saying, trial,
    )  # fmt: skip


def read_value(attribute: str, text: str, custom: Sequence[Attribute]) -> Json:
    """The value as the cleansing rules read it, as JSON. Raises UsageError or ValueRefused."""
    if attribute not in attributes() and attribute not in {own.name for own in custom}:
        raise UsageError(
            no_attribute(attribute, [*attributes(), *(own.name for own in custom)]),
            hint="muster asset show lists the attributes that an asset has.",
        )
    read = replay(text, MappingEntry(1, attribute, attribute, 1.0), custom)
    if read.issue is not None and not is_read(read):
        raise ValueRefused(f"{attribute} = {text!r}: {read.issue.message}", hint=_hint(read.issue, attribute))
    if isinstance(read.value, date):
        return read.value.isoformat()
    return list(read.value) if isinstance(read.value, tuple) else read.value


def _hint(issue: Issue, attribute: str) -> str:
    """What to do about a value that a person gives: there is no source to correct, and no column to map."""
    if issue.code == "unknown_word":
        return f"{issue.hint.removesuffix(OR_ACCEPT)} Nothing was changed."
    known = attributes().get(attribute)
    dated = known is not None and known.type in ("date", "datetime")
    return "Write it as year-month-day, as in 2026-03-01. Nothing was changed." if dated else ValueRefused.hint
