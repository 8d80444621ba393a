"""muster whatif: several changes of rules and decisions at once, looked at, and adopted if they are liked."""

from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import Expect, Trial, changed
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.rules import rule_decision, tell_of_new
from muster.mapping_review import Person, Said, column_of, opened, say
from muster.phases.asset_inventory.rules import IGNORE, RETIRE, STALE
from muster.pipeline import pipeline
from muster.recompute import revoke as take_back
from muster.settings import read as read_settings
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope
from muster.what_if import deciding
from muster.what_if.deciding import Decision

Several = list[str] | None


@command
async def whatif(
    *,
    rule: Annotated[
        Several, Parameter(help="RULE=on, RULE=off or least_score=SCORE, several times.", negative=())
    ] = None,
    precedence: Annotated[
        Several, Parameter(help="SOURCE=NUMBER or SOURCE:ATTRIBUTE=NUMBER, several times.", negative=())
    ] = None,
    policy: Annotated[
        Several, Parameter(help="SOURCE=ignore, SOURCE=stale or SOURCE=retire:DAYS, several times.", negative=())
    ] = None,
    mapping: Annotated[
        Several, Parameter(help="IMPORT:COLUMN=TARGET, several times; no TARGET: not used.", negative=())
    ] = None,
    revoke: Annotated[list[int] | None, Parameter(help="Numbers of decisions taken back.", negative=())] = None,
    adopt: Annotated[bool, Parameter(help="Make the changes instead of looking at them.", negative=())] = False,
    expect: Expect = None,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Show the exact difference that changes of rules and decisions would make together; --adopt makes them."""
    person = Person(saying.by, saying.reason)

    async def act(tx: Tx, scope: Scope) -> dict[str, Any]:
        made = [_rule(text) for text in rule or []]
        made += [_precedence(text) for text in precedence or []]
        made += [_policy(text) for text in policy or []]
        for source in dict.fromkeys(one.subject["source"] for one in made if "source" in one.subject):
            await tell_of_new(tx, scope, source)
        numbers = [await deciding.make(tx, scope, one, person.author, person.reason) for one in made]
        taken = [number for number in revoke or [] if await take_back(tx, scope, number, person.author, person.reason)]
        mapped = [await _map(tx, scope, text, person) for text in mapping or []]
        return {"decisions": numbers, "revoked": taken, "mappings": mapped}

    if not any((rule, precedence, policy, mapping, revoke)):
        raise UsageError("Name what to change: --rule, --precedence, --policy, --mapping or --revoke.")
    await changed(
        act, lambda told: f"Adopted: {len(told['decisions'])} rules, {len(told['revoked'])} revocations.",
        place, Trial(preview=not adopt, expect=expect),
    )  # fmt: skip


def _cut(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name:
        raise UsageError(f"{option} {text!r} has no NAME=VALUE.")
    return name, value


def _rule(text: str) -> Decision:
    return rule_decision(*_cut(text, "--rule"))


def _precedence(text: str) -> Decision:
    name, number = _cut(text, "--precedence")
    source, colon, attribute = name.rpartition(":")
    if not colon or attribute not in attributes():  # the names of sources may have colons
        source, attribute = name, ""
    if not number.lstrip("-").isdigit():
        raise UsageError(f"--precedence {text!r}: {number!r} is no whole number.")
    return deciding.precedence(source, int(number), attribute or None)


def _policy(text: str) -> Decision:
    source, policy = _cut(text, "--policy")
    kind, colon, days = policy.partition(":")
    if kind not in (IGNORE, STALE, RETIRE) or bool(colon) != (kind == RETIRE) or (colon and not days.isdigit()):
        raise UsageError(f"--policy {text!r}: write ignore, stale or retire:DAYS.")
    return deciding.policy(source, kind, int(days or 0))


async def _map(tx: Tx, scope: Scope, text: str, person: Person) -> str:
    name, target = _cut(text, "--mapping")
    wanted, colon, column = name.partition(":")
    if not colon:
        raise UsageError(f"--mapping {text!r}: write IMPORT:COLUMN=TARGET.")
    found = await opened(tx, scope, wanted, read_settings().minimum_score)
    table, position = column_of(found, column, None)
    await say(tx, found, table, [Said(position, target or None)], person, pipeline())
    return text
