"""Who says something on the command line, and why: the one who is named, else the operating system's user."""

import getpass
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

Author = Annotated[str | None, Parameter(help="Who says so; default is the user of the operating system.")]
Reason = Annotated[str, Parameter(help="Why; kept with the decision.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is kept with a decision beside itself."""

    author: Author = None
    reason: Reason = ""

    @property
    def by(self) -> str:
        """The name that is kept."""
        return author_of(self.author)


UNSAID = Saying()


def author_of(named: str | None) -> str:
    """The name that is kept with a decision."""
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "unknown user"
