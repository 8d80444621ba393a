"""When two host names may be one: equal, cut off, decorated, or mistyped; never when their numbers differ."""

import re

from rapidfuzz.distance import OSA

DECORATION = re.compile(r"([ _-]*(\(migrated\)|old|new|bak|copy|clone|restored?|migrated|v\d))+$")
NETBIOS_LENGTH = 15  # longer computer names are cut to this length in NetBIOS (RFC 1001, 14.1)
SHORTEST_TYPO = 6  # shorter names differ by one letter on purpose


def undecorated(name: str) -> str:
    """The name without what administrators append to the display name of a machine."""
    return DECORATION.sub("", name) or name


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", name))


def _cut_off(short: str, long: str) -> bool:
    return len(short) == NETBIOS_LENGTH and long.startswith(short)


def _mistyped(left: str, right: str) -> bool:
    """One letter lost, doubled or swapped inside the name. A changed last letter marks the second of a pair."""
    if min(len(left), len(right)) < SHORTEST_TYPO or left[-1] != right[-1] or _numbers(left) != _numbers(right):
        return False
    swapped = len(left) == len(right) and sorted(left) == sorted(right)
    return (swapped or abs(len(left) - len(right)) == 1) and OSA.distance(left, right) == 1


def similar(left: str, right: str) -> bool:
    """True where a person would call both names one, given that something else agrees."""
    one, other = undecorated(left), undecorated(right)
    return one == other or _cut_off(one, other) or _cut_off(other, one) or _mistyped(one, other)
