"""muster dependency confirm, refuse, add, pin, unpin, grain: what people say of dependencies and groups."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, decided
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.phases.dependency_analysis.decided import ADD, CONFIRM, REFUSE
from muster.store.transaction import Tx
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope
from muster.what_if import dependency_deciding
from muster.what_if.deciding import Decision
from muster.what_if.dependency_deciding import Wanted

Source = Annotated[str, Parameter(help="Id or name of what depends, calls, or is a member.")]
Target = Annotated[str, Parameter(help="Id or name of what it depends on, calls, or is a member of.")]
Asset = Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")]
Kind = Literal["connection", "depends_on", "uses", "runs_on", "member_of", "relation"]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which of the dependencies between two assets are meant."""

    kind: Annotated[Kind | None, Parameter(help="Only dependencies of this kind; default all.")] = None
    port: Annotated[int | None, Parameter(help="Only to this port; default any.")] = None
    protocol: Annotated[str | None, Parameter(help="Only of this protocol, such as tcp; default any.")] = None

    @property
    def wanted(self) -> Wanted:
        """The same as decisions keep it."""
        return Wanted(self.kind, self.port, self.protocol)


ALL = Which()


@command
async def confirm(
    source: Source,
    target: Target,
    /,
    *,
    which: Which = ALL,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say that a dependency is right: it is certain from now on, after new files too."""
    said = f"{source} does depend on {target}."
    await _decide(CONFIRM, source, target, which.wanted, said, trial, saying, place)


@command
async def refuse(
    source: Source,
    target: Target,
    /,
    *,
    which: Which = ALL,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say that a dependency is wrong: whatever files say, it counts nowhere; list --standing refused shows it."""
    said = f"{source} does not depend on {target}."
    await _decide(REFUSE, source, target, which.wanted, said, trial, saying, place)


@command
async def add(
    source: Source,
    target: Target,
    /,
    *,
    kind: Annotated[Kind, Parameter(help="What ties them.")] = "depends_on",
    port: Annotated[int | None, Parameter(help="The port that is called.")] = None,
    protocol: Annotated[str | None, Parameter(help="The protocol, such as tcp.")] = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Tell of a dependency that no file has."""
    said = f"{source} depends on {target}."
    await _decide(ADD, source, target, Wanted(kind, port, protocol), said, trial, saying, place)


async def _decide(
    verdict: str, source: str, target: str, wanted: Wanted, said: str, trial: Trial, saying: Saying, place: Place
) -> None:
    await decided(
        lambda tx, scope: dependency_deciding.about_edge(tx, scope, verdict, source, target, wanted),
        said,
        place,
        saying,
        trial,
        {"source": source, "target": target},
    )


@command
async def pin(
    asset: Asset,
    /,
    *,
    with_: Annotated[
        str | None, Parameter(name="--with", help="Id or name of an asset whose group it belongs to.")
    ] = None,
    alone: Annotated[bool, Parameter(help="It belongs to no group.", negative=())] = False,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say which group an asset belongs to, however groups are computed; until the decision is revoked."""
    if (with_ is None) != alone:
        raise UsageError("Name an asset with --with, or say --alone.")
    await decided(
        lambda tx, scope: dependency_deciding.group_pin(tx, scope, asset, with_),
        f"{asset} belongs to {'no group' if alone else f'the group of {with_}'}.",
        place,
        saying,
        trial,
        {"asset": asset, "with": with_},
    )


@command
async def grain(
    wanted: Annotated[
        Literal["coarsest", "coarse", "automatic", "fine", "finest"],
        Parameter(help="How large groups are; automatic follows the estate."),
    ],
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Make groups coarser or finer, for everybody who looks at them; --preview shows the outcome first."""

    async def decision(_tx: Tx, _scope: Scope) -> Decision:
        return dependency_deciding.grain(wanted)

    await decided(decision, f"Groups are {wanted} from now on.", place, saying, trial, {"grain": wanted})
