"""When two host names may be one: equal, cut off, decorated, or mistyped; never when their numbers differ."""

import re

from rapidfuzz.distance import OSA

DECORATION = re.compile(r"([ _-]*(\(migrated\)|old|new|bak|copy|clone|restored?|migrated|v\d))+$")
ADDED = re.compile(r"(?: ?[_(]| )(?!.*(?:vip|ilo|i?drac|bmc|ipmi|mgmt|cluster|clu?s|node|nas|san|lb)\b)[a-z][a-z ]+\)?")
SEPARATOR = re.compile(r"(?<!\d)[ _-]+|[ _-]+(?!\d)")
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
WORD = re.compile("[a-z]{5,}")  # in a shorter word another letter is another word: doc and dc are two roles
NETBIOS_LENGTH = 15  # longer computer names are cut to this length in NetBIOS (RFC 1001, 14.1)
SHORTEST_TYPO = 6  # shorter names differ by one letter on purpose


def undecorated(name: str) -> str:
    """The name without what administrators append to the display name of a machine."""
    return DECORATION.sub("", name) or name


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", name))


def written_otherwise(left: str, right: str) -> bool:
    """True where the names differ in nothing but blanks, dashes and zeros before a number: SRV-CRM-07 and srvcrm7."""
    return _plainest(left) == _plainest(right)


def _plainest(name: str) -> str:
    """The dashes between figures stay: web1-1 is not web11."""
    return LEADING_ZEROS.sub("", SEPARATOR.sub("", name))


def _cut_off(short: str, long: str) -> bool:
    return len(short) == NETBIOS_LENGTH and long.startswith(short)


def _cut_in_a_word(short: str, long: str) -> bool:
    """True where what is missing begins in the middle of a word: lon-crm-app-pro, for lon-crm-app-prod-02."""
    return _cut_off(short, long) and long[NETBIOS_LENGTH - 1 : NETBIOS_LENGTH + 1].isalpha()


def _mistyped(left: str, right: str) -> bool:
    """Two neighbours swapped, or one letter lost or doubled inside the name.

    A changed last letter marks the second of a pair, and a figure more or less the next of a series.
    """
    if min(len(left), len(right)) < SHORTEST_TYPO:
        return False
    if swapped(left, right):
        return True
    lost = left[-1] == right[-1] and abs(len(left) - len(right)) == 1 and _numbers(left) == _numbers(right)
    return lost and OSA.distance(left, right) == 1


def lost_letter(left: str, right: str) -> bool:
    """True where one name has a letter more than the other, and that between letters.

    A letter at the edge of a word is often a code of its own: lonwebp07 is the production of lonweb07.
    """
    short, long = sorted((left, right), key=len)
    if len(short) < SHORTEST_TYPO or len(long) != len(short) + 1:
        return False
    inside = {at for word in WORD.finditer(long) for at in range(word.start() + 1, word.end() - 1)}
    places = {at for at in range(len(long)) if long[:at] + long[at + 1 :] == short}
    return bool(places) and places <= inside


def with_words_added(left: str, right: str) -> bool:
    """True where one is the other with words after it: crmdb07_BI, crmdb07 (Prod); not words for what stands beside."""
    short, long = sorted((left, right), key=len)
    added = ADDED.fullmatch(long[len(short) :])
    return len(short) >= SHORTEST_TYPO and long.startswith(short) and added is not None


def swapped(left: str, right: str) -> bool:
    """True where the names differ by two neighbouring characters that changed places."""
    return len(left) == len(right) and sorted(left) == sorted(right) and OSA.distance(left, right) == 1


def in_series(left: str, right: str) -> bool:
    """True for names such as those of clones: web1 and web2, web1 and web1-c0."""
    if left.startswith(right) or right.startswith(left):
        return True
    return re.sub(r"\d+", "0", left) == re.sub(r"\d+", "0", right)


def similar(left: str, right: str, whole: tuple[bool, bool] = (False, False)) -> bool:
    """True where a person would call both names one, given that something else agrees.

    `whole`: which of them is known with its domain, so that it is not cut off, unless one sees that it is.
    """
    one, other = undecorated(left), undecorated(right)
    cut = (not whole[0] and _cut_off(one, other)) or (not whole[1] and _cut_off(other, one))
    cut = cut or _cut_in_a_word(one, other) or _cut_in_a_word(other, one)
    return one == other or cut or _mistyped(one, other) or written_otherwise(one, other)
