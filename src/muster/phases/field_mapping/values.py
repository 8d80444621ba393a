"""What the sampled values of a column look like: addresses, dates, sizes, closed vocabularies."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from muster.phases.field_mapping.header import fold
from muster.phases.field_mapping.lexicon import read_data, words
from muster.vocabulary.cell_parts import cell_forms
from muster.vocabulary.late_pattern import late
from muster.vocabulary.spellings import forms, key, spellings

MAX_LOOKED_AT = 32  # of up to 200 samples: enough for a share, and it keeps 100 columns well under 100 ms

LONGEST = 200  # characters of a value whose form is looked at; of a longer one the first pieces of a list, or none
_ANY_DIGIT = str.maketrans("0123456789", "1111111111")
_LIST = late(r"[;,|\n]|\s{2,}|(?<=\d) (?=\d)")
_NETMASK = late(r"255(?:\.\d{1,3}){3}|/\d{1,2}")
_CIDR = late(r"\d{1,3}(?:\.\d{1,3}){3}/(?:[89]|[12]\d|3[01])")
_MAC = late(r"(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Values:
    """Shares of the looked-at samples per shape (0..1; one value may have several shapes)."""

    looked_at: int
    shares: Mapping[str, float]

    def share(self, shapes: Sequence[str]) -> float:
        """How much of the column has one of the shapes; several shapes may overlap, so this is an upper bound of 1."""
        return min(1.0, sum(self.shares.get(shape, 0.0) for shape in shapes))


@dataclass(frozen=True, slots=True)
class Shared:
    """A vocabulary that cleansing reads: the list, and which of its spellings tell what a column is.

    `words`: only the spellings of these words (none: of all). `also`: what tells the kind of the values without having
    a meaning. `silent`: what is read where the column is known, and many other columns hold as well.
    """

    list: str
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def telling(self) -> frozenset[str]:
        """The reduced spellings that tell."""
        read = {form for form, word in spellings(self.list).items() if not self.words or word in self.words}
        return frozenset((read - set(map(key, self.silent))) | set(map(key, self.also)))


@cache
def shared_vocabularies() -> dict[str, Shared]:
    """The vocabularies that cleansing reads too, by the shape of their values."""
    entries = read_data("vocabularies.json")["shared"]
    return {
        shape: Shared(**{name: _as_tuple(value) for name, value in entry.items()}) for shape, entry in entries.items()
    }


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _is_address(text: str) -> bool:
    try:
        ip_address(text.split("/")[0].split("%")[0])
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    """True for 10.1.4.0/24, which is a network, and false for 10.1.4.7/24, the address of something in it."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    shapes: dict[str, list[str]] = read_data("shapes.json")["shapes"]
    plain = [(name, "|".join(patterns)) for name, patterns in shapes.items()]
    split = [(form.name, form.pattern) for form in cell_forms() if not form.either]
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in (*plain, *split))


@cache
def _memberships() -> dict[str, frozenset[str]]:
    """Every entry of the vocabularies that are mapping's own, and the shapes it is of."""
    own: dict[str, list[str]] = read_data("vocabularies.json")["vocabularies"]
    return _by_entry((_plain(entry), shape) for shape, entries in own.items() for entry in entries)


@cache
def _shared_memberships() -> dict[str, frozenset[str]]:
    """Every reduced spelling that tells, and the shapes it is of."""
    return _by_entry((form, shape) for shape, shared in shared_vocabularies().items() for form in shared.telling())


def _by_entry(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry, shape in pairs:
        found.setdefault(entry, set()).add(shape)
    return {entry: frozenset(shapes) for entry, shapes in found.items()}


def _by_words(text: str) -> frozenset[str]:
    """The vocabularies that a text is a word of."""
    own = _memberships().get(_plain(text.casefold()), frozenset())
    return own.union(*(_shared_memberships().get(form, ()) for form in forms(text)))


def _plain(lowered: str) -> str:
    """Without accents and with blanks for underscores: many write 'producao' and 'domain_controller'."""
    text = lowered.replace("_", " ")
    return text if text.isascii() else fold(text)


@lru_cache(maxsize=16384)
def _form_of(text: str) -> frozenset[str]:
    """Shapes of the form alone. Called with every digit replaced by 1: srv-017 and srv-042 are looked at once."""
    if any(mark in text for mark in ".:"):
        parts = [part for part in (piece.strip() for piece in _LIST.split(text)) if part]
        if parts and all(_is_address(part) for part in parts):
            return frozenset({"ip"})
        if len(parts) > 1 and all(_MAC.fullmatch(part) for part in parts):
            return frozenset({"mac"})
    found = {shape for shape, pattern in _patterns() if pattern.fullmatch(text)}
    return frozenset(found | {"words"} if not found or "person" in found else found)


def shapes_of(value: str) -> frozenset[str]:
    """Every shape a value has; none for a null word. A list of addresses has the shape of its members."""
    text = value.strip().strip('"')
    lowered = text.casefold()
    if lowered in words().null_words or not text:
        return frozenset()
    if len(text) > LONGEST:
        text = text[:LONGEST]
        cut = max(text.rfind(mark) for mark in ";,|\n ")
        text = text[:cut] if cut > 0 else ""
    return (_form_of(text.translate(_ANY_DIGIT)) if text else frozenset({"words"})) | _by_words(text) | _by_digits(text)


def _by_digits(text: str) -> frozenset[str]:
    """Shapes that the digits themselves decide: 20210304 is a day, 1614816000 a moment."""
    if text.startswith(("255.", "/")) and _NETMASK.fullmatch(text):
        return frozenset({"netmask"})
    if "/" in text and _CIDR.fullmatch(text):
        return frozenset({"network"}) if _is_network(text) else frozenset()
    if text.rstrip("0").endswith(".") and text.replace(".", "", 1).isdecimal():
        return frozenset({"integer"})  # 4.00
    if not text.isdecimal() or len(text) not in (8, 10, 13):
        return frozenset()
    if len(text) == 8:
        day = text[:2] in ("19", "20") and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:]) <= 31
        return frozenset({"date"}) if day else frozenset()
    return frozenset({"epoch"}) if text[0] == "1" else frozenset()


def values_of(samples: Sequence[str]) -> Values:
    """Profile the samples of one column; evenly spread over them, so that a sorted file is seen to its end."""
    step = max(1, len(samples) // MAX_LOOKED_AT)
    shapes = [found for found in map(shapes_of, samples[::step][:MAX_LOOKED_AT]) if found]
    counted = Counter(shape for found in shapes for shape in found)
    return Values(len(shapes), {shape: count / len(shapes) for shape, count in sorted(counted.items())})


@dataclass(frozen=True, slots=True)
class Expected:
    """Shapes that values of an attribute have.

    `force`: must = others contradict, should = these confirm, may = others are unusual, any = others say nothing.
    `tell`: the shapes that few other attributes have. `never`: those that no value of it has.
    """

    shapes: tuple[str, ...]
    force: str
    tell: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def silent(self) -> bool:
        """True where values may be nearly anything, so that others than these prove nothing."""
        return self.force in ("may", "any")


@cache
def expected() -> dict[str, Expected]:
    """The expectations of expected_values.json by attribute; cells that hold it beside other facts are as good."""
    entries = read_data("expected_values.json")["attributes"]
    return {
        name: Expected(
            (*entry["shapes"], *_cells_with(name)),
            entry["force"],
            _telling(name, entry),
            tuple(entry.get("never", _UNLIKE_TEXT if entry["force"] == "must" else ())),
        )
        for name, entry in entries.items()
    }


def _telling(name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    usual = () if entry["force"] in ("may", "any") else (*entry["shapes"], *_cells_with(name))
    return (*entry["tell"], *_cells_with(name)) if "tell" in entry else usual


def _cells_with(name: str) -> tuple[str, ...]:
    return tuple(form.name for form in cell_forms() if name in form.holds and not form.either)


Agreement = Callable[[float], float]
# (share of expected shapes) -> -1 contradicts .. 0 silent .. 1 confirms
_FORCES: dict[str, Agreement] = {
    "must": lambda share: 1.0 if share >= 0.8 else 0.0 if share >= 0.5 else -1.0,
    "should": lambda share: 1.0 if share >= 0.7 else 0.3 if share >= 0.3 else 0.0,
    "may": lambda share: 0.3 if share >= 0.5 else -0.5 if share < 0.2 else 0.0,
    "any": lambda _: 0.0,
}
TOLD = 0.7  # of the values have a telling shape
CONTRADICT = 0.95  # of the values cannot be the attribute's, and none is as expected
_UNLIKE_TEXT = ("date", "mac", "uuid", "percent", "boolean", "number", "size")


def agreement(target: str, values: Values) -> float:
    """How far the values speak for (1) or against (-1) an attribute; 0 where there are none or they say nothing."""
    if not values.looked_at:
        return 0.0
    wanted = expected().get(target)
    if wanted is None:
        return 0.0
    if wanted.silent and values.share(wanted.tell) >= TOLD:
        return 1.0
    share = values.share(wanted.shapes)
    verdict = _FORCES[wanted.force](share)
    strange = values.share([shape for shape in _UNLIKE_TEXT if shape not in wanted.shapes])
    if wanted.force == "should" and share < 0.3 and strange >= 0.8:
        return -0.6
    return verdict


def ruled_out(target: str, values: Values) -> bool:
    """True where the values cannot be those of an attribute, whatever the header says: counts where names belong."""
    wanted = expected().get(target)
    if wanted is None or values.looked_at < (1 if wanted.silent else 2):
        return False
    if values.share(wanted.shapes) and not wanted.silent:
        return False
    return max((values.shares.get(shape, 0.0) for shape in wanted.never), default=0.0) >= CONTRADICT


# Shapes that many attributes share: a column full of them confirms none.
COMMON = frozenset(
    {"integer", "number", "boolean", "version", "words", "host", "code", "person", "size", "criticality"}
)


def confirmation(target: str, values: Values) -> float:
    """0..1: how much values confirm an attribute by themselves; 0 unless four in five have a telling shape."""
    wanted = expected().get(target)
    if wanted is None or wanted.force != "should" or values.looked_at < 2:
        return 0.0
    telling = [shape for shape in wanted.shapes if shape not in COMMON]
    return 0.4 if max((values.shares.get(shape, 0.0) for shape in telling), default=0.0) >= 0.8 else 0.0
