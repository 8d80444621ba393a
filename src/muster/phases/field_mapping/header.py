"""What a column header says: its words, its unit, and the shorter readings of it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.units import unit_in_header
from muster.vocabulary.late_pattern import late

_CAMEL = late(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_EAST_ASIAN = "\u3040-\u30ff\u4e00-\u9fff"
_SCRIPTS = late(rf"(?<=[a-z])(?=[{_EAST_ASIAN}])|(?<=[{_EAST_ASIAN}])(?=[a-z])")
# Camel case must not cut plural acronyms (CPUs, NICs) and product names (vCenter, IPv4, SMBios).
_WHOLE = late(
    r"\b(v?CPUs?|NICs?|IPs?|HBAs?|VMs?|IPv[46]|IOPS|IOs?|OSes|IDs?|vRAM|[KMGT]iB|iSCSI|MACs?|URLs?|LUNs?"
    r"|vCenter|MoRef|SMBios|NetBIOS|DBMS|UUIDs?)(?=[A-Z_\W]|$)"
)
_ASSET_NUMBER = late(r"(?<=[^\W\d_])#(?=$|\W)")  # Asset# is the number of an asset
_NUMBERED = late(r"([a-z]{3,})(\d{1,2})")  # disk1
_BREAK = late(r"[^\w%#&+]+|_+")
_REPEATED = late(r"\s+\(\d+\)$")
_FULL_WIDTH = str.maketrans("（）［］【】", "()[][]")
_OF_VIEW = late(r"(?<=[a-z]{3})0$")  # views of Configuration Manager end the names of properties in 0
_BRACKETS = late(r"\([^)]*\)|\[[^\]]*\]")
_SMALL_NUMBER = late(r"\d+")
_KEYED = late(r"\[Key=([^\]]+)\](?:\.Value)?$", re.IGNORECASE)
_LISTS = late(r"([^.\[\]]+)\[\]\.")
_PLACE = late(r"#\d+")
_LATIN = late(r"[a-z]")
_ACCENTS = late("[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A header read once.

    `phrase` is the canonical wording; `shorter` are readings that leave something out, each with what was left out;
    `numbered` where a running number was removed (Disk 1 size); `plural` where the last word is one; `of_part` where
    the column is about the members of a list inside a record: a disk's name is not the machine's.
    """

    source: str
    phrase: str
    unit: str | None
    shorter: tuple[tuple[str, str], ...]
    numbered: bool
    plural: bool
    of_part: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """The canonical words of the whole header."""
        return tuple(self.phrase.split())

    @property
    def absent(self) -> bool:
        """True where the file has no header: the column goes by its place."""
        return _PLACE.fullmatch(self.source) is not None


def fold(text: str) -> str:
    """Lower case, full-width letters made plain, Latin accents removed; other scripts are left as they are."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))


@lru_cache(maxsize=16384)
def _split(text: str) -> tuple[str, ...]:
    if text.isascii() and text.islower():  # most dictionary words: nothing to fold and no camel case
        return tuple(part for part in _BREAK.split(text) if part)
    marked = unicodedata.normalize("NFKC", text)
    if not marked.islower():
        marked = _CAMEL.sub(" ", _WHOLE.sub(lambda found: f" {found.group(0).lower()} ", marked))
    return tuple(part for part in _BREAK.split(_SCRIPTS.sub(" ", fold(marked))) if part)


def normalise_header(header: str) -> str:
    """The spelling-free form of a header: words in lower case, one blank between them, no markers.

    It uses no word list, so it is the same in every release: approvals are kept under it.
    """
    return " ".join(_split(_REPEATED.sub("", header.strip())))


@lru_cache(maxsize=8192)
def _canonical_token(token: str) -> str:
    token = token.strip("#&+")
    token = words().abbreviations.get(token, token)
    if len(token) > 3 and token.endswith("s") and not token.endswith(("ss", "us", "is", "os", "as", "es")):
        token = token[:-1]
    elif len(token) > 4 and token.endswith("es") and _LATIN.match(token):
        token = token[:-2] + "e" if not token.endswith(("sses", "xes", "ches", "sses", "ies")) else _plural_es(token)
    return words().abbreviations.get(token, token)


def _plural_es(token: str) -> str:
    return token[:-3] + "y" if token.endswith("ies") else token[:-2]


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """A phrase in canonical words: abbreviations written out, plurals and fillers removed.

    Headers and dictionary words pass through it alike, so it need not be right, only the same for both.
    """
    tokens = ["number" if part == "#" else part for part in _split(text)]
    joined = " ".join(_canonical_token(token) for token in _parted(tokens)).split()
    paired = _pairs_joined(joined)
    kept = [token for token in paired if token not in words().fillers and token != "%"]
    return " ".join(kept or paired)


def spoken(text: str) -> tuple[str, ...]:
    """Every word of a phrase in its canonical form, also those that say nothing: the A of 'device A' is one."""
    return tuple(" ".join(_canonical_token(part) for part in _split(text)).split())


def _pairs_joined(tokens: list[str]) -> list[str]:
    """Two words that are one ('operating system', 'data center') put together, from left to right."""
    pairs = words().phrases
    found: list[str] = []
    for token in tokens:
        pair = f"{found[-1]} {token}" if found else ""
        if pair in pairs:
            found[-1] = pairs[pair]
        else:
            found.append(token)
    return found


def _parted(tokens: list[str]) -> Iterator[str]:
    """The words, a numbered thing as two: disk1."""
    for token in tokens:
        found = _NUMBERED.fullmatch(token)
        yield from found.groups() if found and found[1] in words().numbered else (token,)


def _without_numbers(phrase: str) -> str:
    return " ".join(token for token in phrase.split() if not _SMALL_NUMBER.fullmatch(token))


def _tails(source: str, shared: frozenset[str]) -> list[tuple[str, str]]:
    """Readings without leading words: the owner of the fact, the path in a nested record, a shared prefix."""
    readings: list[tuple[str, str]] = []
    path = [part for part in re.split(r"[.:/]+|\[\]", source) if part.strip()]
    for start in range(1, len(path)):
        readings.append((canonical(" ".join(path[start:])), "path"))
    tokens = canonical(source).split()
    while len(tokens) > 1 and (tokens[0] in words().entities or tokens[0] in shared):
        how = "entity" if tokens[0] in words().entities else "prefix"
        tokens = tokens[1:]
        readings.append((" ".join(tokens), how))
    return readings


def _heads(phrase: str) -> list[tuple[str, str]]:
    tokens = phrase.split()
    readings = []
    while len(tokens) > 1 and tokens[-1] in words().suffixes:
        tokens = tokens[:-1]
        readings.append((" ".join(tokens), "suffix"))
    return readings


def unwrapped(source: str) -> str:
    """A header without what only holds it: 'content.hardware.memory' is memory, 'Tags[Key=Owner].Value' the owner."""
    keyed = _KEYED.search(source)
    if keyed:
        return keyed.group(1)
    parts = source.split(".")
    while len(parts) > 1 and not _is_reference(parts) and _is_wrapper(parts[0]):
        parts = parts[1:]
    return ".".join(parts)


def _is_wrapper(step: str) -> bool:
    return fold(step) in words().wrappers or set(_split(step)) <= words().wrappers


def _is_reference(steps: list[str]) -> bool:
    """True for the key of another thing: in a record of a virtual machine 'host.id' is where it runs, not its own."""
    return len(steps) == 2 and fold(steps[1]) in words().keys and fold(steps[0]) in words().entities


def _is_of_part(source: str) -> bool:
    lists = _LISTS.findall(source)
    return any(not set(canonical(name).split()) <= words().entities for name in lists)


def read_header(source: str, shared: frozenset[str] = frozenset()) -> Header:
    """Read one header. `shared` are first words that many columns of the table begin with (joined views)."""
    text = unwrapped(_OF_VIEW.sub("", _REPEATED.sub("", source.strip().translate(_FULL_WIDTH))))
    text = _ASSET_NUMBER.sub(" number", text)
    unit, rest = unit_in_header(text)
    phrase = _without_numbers(canonical(_expand_prefix(rest)))
    readings = [(canonical(_expand_prefix(_BRACKETS.sub(" ", rest))), "bracket"), (canonical(text), "unit")]
    readings += _tails(_expand_prefix(rest), shared)
    readings += [entry for reading, _ in [(phrase, ""), *readings] for entry in _heads(reading)]
    shorter: dict[str, str] = {}
    for reading, how in readings:
        plain = _without_numbers(reading)
        if plain and plain != phrase:
            shorter.setdefault(plain, how)
    last = (_split(rest) or ("",))[-1]
    plural = last.endswith("s") and canonical(last) != last
    numbered = phrase != canonical(_expand_prefix(rest))
    return Header(source, phrase, unit, tuple(shorter.items()), numbered, plural, _is_of_part(text))


def _expand_prefix(text: str) -> str:
    first, mark, rest = text.partition("_")
    entity = words().prefixes.get(fold(first))
    if first == "u" and mark:  # ServiceNow names a customer's own fields u_something
        return rest
    return f"{entity} {rest.removeprefix('u_')}" if mark and entity else text
