"""muster precedence, policy, rule: the rules of the inventory that people set, each as a decision with its history."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, decided
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import say, write_rows
from muster.cli.session import tenant
from muster.phases.asset_inventory.rules import IDENTITY_RULES, LEAST_SCORE, RETIRE, Rules, rules_of
from muster.phases.field_mapping.criteria import no_attribute
from muster.store import custom_attributes, decisions, imports
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope
from muster.what_if import deciding
from muster.what_if.deciding import Decision

Source = Annotated[str, Parameter(help="Name of the source, as muster import list shows it.")]
NAMES = "muster asset show lists the attributes that an asset has."
ON_OFF = {"on": True, "off": False}


@command
async def precedence_show(*, place: Place = HERE) -> None:
    """The precedence of every source: as its imports came with it, as it was set, and for single attributes."""

    async def rows(tx: Tx, scope: Scope, rules: Rules) -> Sequence[dict[str, Any]]:
        live = [row for row in await imports.listing(tx, scope) if row["undone_at"] is None]
        came: dict[str, set[int]] = {}
        for row in live:
            came.setdefault(row["source"], set()).add(row["precedence"])
        told = [
            {"source": source, "attribute": None, "precedence": number, "set": True}
            for source, number in rules.general_precedence().items()
        ]
        told += [
            {"source": source, "attribute": None, "precedence": number, "set": False}
            for source, numbers in came.items()
            if source not in rules.general_precedence()
            for number in numbers
        ]
        told += [
            {"source": source, "attribute": attribute, "precedence": number, "set": True}
            for (source, attribute), number in rules.precedence.items()
            if attribute is not None
        ]
        return sorted(told, key=lambda row: (row["attribute"] or "", row["precedence"], row["source"]))

    await _show(rows, ("source", "attribute", "precedence", "set"), "Precedence", place)


@command
async def precedence_set(
    source: Source,
    number: Annotated[int, Parameter(help="The lower number wins a conflict.")],
    /,
    *,
    attribute: Annotated[str | None, Parameter(help="Of this attribute alone; default all.")] = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say how far a source is believed: of all its attributes, or of one. The newer word holds."""

    async def decision(tx: Tx, scope: Scope) -> Decision:
        own = [one.name for one in await custom_attributes.known(tx, scope)]
        if attribute is not None and attribute not in attributes() and attribute not in own:
            raise UsageError(no_attribute(attribute, [*attributes(), *own]), hint=NAMES)
        if attribute == "asset_type":
            raise UsageError("The sources vote on asset_type; no one of them has precedence for it.")
        await tell_of_new(tx, scope, source)
        return deciding.precedence(source, number, attribute)

    await decided(
        decision, f"{source} has precedence {number}{f' for {attribute}' if attribute else ''}.", place,
        saying, trial,
    )  # fmt: skip


@command
async def policy_show(*, place: Place = HERE) -> None:
    """The policy of every source that has one; all others ignore what their newer exports lack."""

    async def rows(_tx: Tx, _scope: Scope, rules: Rules) -> Sequence[dict[str, Any]]:
        return [
            {
                "source": source,
                "policy": policy.kind,
                "after_days": policy.after_days if policy.kind == RETIRE else None,
            }
            for source, policy in sorted(rules.policies.items())
        ]

    await _show(rows, ("source", "policy", "after_days"), "Policies", place)


@command
async def policy_set(
    source: Source,
    policy: Annotated[Literal["ignore", "stale", "retire"], Parameter(help="What to say of what vanished.")],
    /,
    *,
    after_days: Annotated[
        int | None, Parameter(help="With retire: days of absence, counted between the exports' days.")
    ] = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say what an asset is that newer exports (--as-of) of a source have no more: as before, stale, or retired.

    With retire it is stale at first, and retired when the newest export is so many days younger than the last with it.
    """

    if (after_days is None) == (policy == RETIRE) or (after_days or 0) < 0:
        raise UsageError(
            "retire needs --after-days, which is 0 or more and belongs to nothing else.",
            hint="muster policy set SOURCE retire --after-days 90 retires what was missing for 90 days.",
        )

    async def decision(tx: Tx, scope: Scope) -> Decision:
        await tell_of_new(tx, scope, source)
        return deciding.policy(source, policy, after_days or 0)

    await decided(
        decision, f"What {source} has no more: {policy}.", place,
        saying, trial,
    )  # fmt: skip


@command
async def rule_show(*, place: Place = HERE) -> None:
    """Every identity rule with its score, whether it is in force, and the version of the rules."""

    async def rows(_tx: Tx, _scope: Scope, rules: Rules) -> Sequence[dict[str, Any]]:
        told = [
            {"rule": name, "score": score, "in_force": rules.allow(name), "version": rules.version}
            for name, score in IDENTITY_RULES.items()
        ]
        return [*told, {"rule": LEAST_SCORE, "score": rules.least_score, "in_force": True, "version": rules.version}]

    await _show(rows, ("rule", "score", "in_force", "version"), "Identity rules", place)


@command
async def rule_set(
    rule: Annotated[str, Parameter(help="An identity rule, or least_score.")],
    setting: Annotated[str, Parameter(help="on or off; for least_score a score from 0 to 1.")],
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Put an identity rule in or out of force, or all below a score out. What it contradicts is kept apart even so."""

    async def decision(_tx: Tx, _scope: Scope) -> Decision:
        return rule_decision(rule, setting)

    await decided(
        decision, f"{rule} is {setting}.", place,
        saying, trial,
    )  # fmt: skip


def rule_decision(rule: str, setting: str) -> Decision:
    """The decision that these words mean. Raises UsageError."""
    if rule == LEAST_SCORE:
        try:
            score = float(setting)
        except ValueError:
            score = -1.0
        if not 0 <= score <= 1:
            raise UsageError(f"{setting!r} is no score from 0 to 1.")
        return deciding.rule(rule, {"score": score})
    if rule not in IDENTITY_RULES:
        raise UsageError(f"{rule!r} is no identity rule; they are {', '.join(IDENTITY_RULES)}, and {LEAST_SCORE}.")
    if setting not in ON_OFF:
        raise UsageError(f"{rule} is on or off, not {setting!r}.")
    return deciding.rule(rule, {"on": ON_OFF[setting]})


async def tell_of_new(tx: Tx, scope: Scope, source: str) -> None:
    """Say so where no import is of this source: the word holds for later ones, or the name is mistyped."""
    there = {row["source"] for row in await imports.listing(tx, scope) if row["undone_at"] is None}
    if source not in there:
        say(f"No import is of the source {source!r} so far; those there are: {', '.join(sorted(there)) or 'none'}.")


async def _show(rows: Any, columns: Sequence[str], title: str, place: Place) -> None:
    async with tenant(place) as (tx, scope):
        told = await rows(tx, scope, rules_of(await decisions.standing(tx, scope)))
    write_rows(told, columns, place.format, title)
