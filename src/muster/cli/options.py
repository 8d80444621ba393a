"""The options that commands share."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from muster.cli.output import Format

Client = Annotated[str | None, Parameter(name="--client", help="Client account; default MUSTER_CLIENT.")]
Engagement = Annotated[
    str | None, Parameter(name="--engagement", help="Engagement of that client; default MUSTER_ENGAGEMENT.")
]
Output = Annotated[Format, Parameter(name="--format", help="table for people, json for programs.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose data a command is about, and how it answers."""

    client: Client = None
    engagement: Engagement = None
    format: Output = Format.TABLE


HERE = Place()
