"""Regular expressions that are compiled when they are first used.

There are some hundreds, and compiling them took more of a start than everything else; a file needs a few of them.
"""

import re
from typing import Any, AnyStr, cast


class _Late:
    """Becomes what it stands for: the first use compiles, and later ones find the method where they look for it."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.__pattern, self.__flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(re.compile(self.__pattern, self.__flags), name)
        setattr(self, name, found)
        return found


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As re.compile, but that a pattern which is wrong says so when it is first used."""
    return cast(re.Pattern[AnyStr], _Late(pattern, flags))
