"""The sources of evidence for what a column means; each is a small function that names candidates and says why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from muster.phases.field_mapping.context import (
    Context,
    by_kind,
    by_values,
    has_one_meaning,
    is_open,
    needs_context,
)
from muster.phases.field_mapping.dictionary import Entry, dictionary, is_unspaced, squash, unordered
from muster.phases.field_mapping.header import Header
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.terms import Reading, book, looked_up, readings_of
from muster.phases.field_mapping.units import group_of
from muster.phases.field_mapping.utilisation import UTILISATION, busy_thing
from muster.phases.field_mapping.values import Values
from muster.vocabulary.attributes import attributes


@dataclass(frozen=True, slots=True)
class Column:
    """Everything an evidence source may look at."""

    header: Header
    values: Values
    context: Context

    @property
    def in_series(self) -> bool:
        """True for one of several columns that differ in a running number alone."""
        return self.header.numbered and self.header.phrase in self.context.series


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate target.

    `sure` is True where the wording is clear enough to be accepted without a person, `likely` where it is once the
    values agree, `whole` where nothing of the header was left out, `values_only` where the header says nothing of it,
    `named_by_look` where a table without a name was searched for one.
    """

    target: str | None
    strength: float
    reason: str
    sure: bool = False
    likely: bool = False
    values_only: bool = False
    named_by_look: bool = False
    whole: bool = False


SIZES = frozenset({"MB", "GB"})
OF_SIZE = frozenset({"database", "database_usage", "memory"})  # tables whose sizes are not those of disks
_QUALITY = {"full": 1.0, "bracket": 0.97, "unit": 0.99, "entity": 0.94, "prefix": 0.94, "suffix": 0.93, "path": 0.9}


_WHOLE = frozenset({"full", "unit", "bracket"})


_EXCEPTIONS: dict[str, Callable[[], frozenset[str]]] = {
    "entity": lambda: words().loose_when_bare,
    "prefix": lambda: words().loose_when_bare,
    "unit": lambda: words().loose_when_bare,
    "suffix": lambda: words().loose_as_head,
    "path": lambda: words().loose_in_path,
}


def readings(header: Header) -> Iterator[tuple[str, str, float]]:
    """The phrase of a header and its shorter readings that still say something by themselves, with their quality."""
    if header.phrase:
        yield header.phrase, "full", 1.0
    for phrase, how in header.shorter:
        if phrase not in words().bare:
            yield phrase, how, _QUALITY[how]
        elif how == "bracket" or phrase in _EXCEPTIONS[how]():
            yield phrase, how, 0.84


def _is_clear(phrase: str) -> bool:
    """True where the whole header is a synonym of one attribute: shorter readings of it then say nothing."""
    return (
        not needs_context(phrase) and sum(not entry.weak for entry in dictionary().exact.get(squash(phrase), ())) == 1
    )


def _dropped_blocker(header: Header, phrase: str) -> bool:
    return bool((set(header.tokens) - set(phrase.split())) & words().blockers)


def from_context(column: Column) -> Iterator[Evidence]:
    """Words that need context: the values decide first, then what a row of the table is."""
    for phrase, how, quality in readings(column.header):
        if how != "full" and _is_clear(column.header.phrase):
            return
        if not needs_context(phrase):
            continue
        decided = by_values(phrase, column.values)
        if decided:
            yield Evidence(decided, 0.95 * quality, f"the word '{phrase}' with such values", how == "full", whole=True)
            return
        known, target, fitting = by_kind(phrase, column.context)
        if not known or (target is None and how != "full"):
            continue
        likely = not is_open(phrase) and (how == "full" or has_one_meaning(phrase)) and not column.header.plural
        plain = any(entry.target == target and not entry.weak for entry in dictionary().exact.get(squash(phrase), ()))
        strength = (0.95 if plain else 0.86 if fitting else 0.7) * quality
        sure = plain and fitting and quality == 1.0 and not is_open(phrase)
        reason = f"'{phrase}' in a table of kind {column.context.kind}"
        yield Evidence(target, strength, reason, sure, likely, whole=how in _WHOLE)
        return


def _named(entries: tuple[Entry, ...], phrase: str, how: str, quality: float) -> Iterator[Evidence]:
    clear = [entry for entry in entries if not entry.weak]
    for entry in entries:
        alone = len(clear) == 1 and not entry.weak
        strength = 0.95 if alone else 0.66 if entry.weak else 0.72
        wording = "is a known name" if alone else "is one of several readings"
        sure = alone and how in _WHOLE
        likely = alone and how in _QUALITY
        yield Evidence(entry.target, strength * quality, f"'{phrase}' {wording}", sure, likely, whole=how in _WHOLE)


def _of_unit(entries: tuple[Entry, ...], unit: str | None) -> tuple[Entry, ...]:
    """Of several readings those that a unit of size fits, where any does: 'Disk (GB)' is no disk's name."""
    if group_of(unit) != "size":
        return entries
    return tuple(entry for entry in entries if attributes()[entry.target].unit in SIZES) or entries


def from_dictionary(column: Column) -> Iterator[Evidence]:
    """The header, or a shorter reading of it, is a synonym."""
    for phrase, how, quality in readings(column.header):
        if by_kind(phrase, column.context)[0]:
            continue
        entries = _of_unit(dictionary().exact.get(squash(phrase), ()), column.header.unit)
        if entries:
            if how != "full" and _is_clear(column.header.phrase):
                return
            weakened = 0.6 if _dropped_blocker(column.header, phrase) else 1.0
            yield from _named(entries, phrase, "ambiguous" if needs_context(phrase) else how, quality * weakened)


def from_count(column: Column) -> Iterator[Evidence]:
    """A number of countable things: 'Disks', '# NICs'. A plural over whole numbers is a count, not a size or a name."""
    phrase = column.header.phrase
    thing = phrase.removeprefix("number ").removesuffix(" number")
    target = words().counts.get(thing)
    known, ruled, fitting = by_kind(phrase, column.context)
    counted = column.header.plural or thing != phrase
    if target is None or column.header.unit or not counted or (known and fitting and ruled != target):
        return
    if column.values.looked_at == 0 or column.values.shares.get("integer", 0.0) >= 0.9:
        yield Evidence(target, 0.97 if thing == phrase else 0.93, f"a number of {thing}s", not needs_context(thing))


def from_word_order(column: Column) -> Iterator[Evidence]:
    """The same words as a synonym in another order."""
    entries = dictionary().unordered.get(unordered(column.header.phrase))
    if entries and not by_kind(column.header.phrase, column.context)[0]:
        yield from _named(entries, column.header.phrase, "reordered", 0.92)


def from_part(column: Column) -> Iterator[Evidence]:
    """A synonym inside a longer header, weighed by how much of the header it explains."""
    tokens = column.header.tokens
    if not 2 <= len(tokens) <= 12 or _is_clear(column.header.phrase) or _is_other(column.header.phrase):
        return
    known = dictionary()
    whole = sum(known.weight(token) for token in tokens)
    for length in range(len(tokens) - 1, 0, -1):
        for start in range(len(tokens) - length, -1, -1):
            phrase = " ".join(tokens[start : start + length])
            entries = known.phrases.get(phrase, ())
            if not entries or not _tells_alone(phrase, start, len(tokens)):
                continue
            covered = sum(known.weight(token) for token in tokens[start : start + length]) / whole
            strength = 0.3 + 0.42 * covered + (0.06 if start + length == len(tokens) else 0.0)
            strength *= 0.55 if _dropped_blocker(column.header, phrase) else 1.0
            strength *= 1.0 if len(entries) == 1 else 0.85
            for entry in entries:
                if entry.target not in words().never_part:
                    yield Evidence(entry.target, strength, f"it contains '{phrase}'")


def _tells_alone(phrase: str, start: int, count: int) -> bool:
    """May this part speak for the whole header? The last word names the thing: a repository type is no repository."""
    if " " in phrase:
        return phrase not in words().bare
    if phrase in words().leading:
        return start == 0
    general = phrase in words().bare or needs_context(phrase)
    return start == count - 1 and (phrase in words().loose_in_part or not general)


def from_unspaced(column: Column) -> Iterator[Evidence]:
    """A synonym inside a header of a script without blanks; the end of the header names the thing."""
    text = squash(column.header.phrase)
    if not is_unspaced(text) or _is_understood(column.header.phrase):
        return
    for synonym, entry in dictionary().unspaced:
        if len(synonym) >= 2 and synonym != text and synonym in text:
            covered = len(synonym) / len(text)
            strength = 0.3 + 0.45 * covered + (0.08 if text.endswith(synonym) else 0.0)
            yield Evidence(entry.target, strength, f"it contains '{synonym}'")


def from_spelling(column: Column) -> Iterator[Evidence]:
    """A misspelt synonym. Weak: 'host status' is near 'port status' too."""
    text = squash(column.header.phrase)
    if len(text) < 5:
        return
    unknown = [token for token in column.header.tokens if token not in dictionary().weights]
    if not unknown or max(map(len, unknown)) < 4:  # words that are in the dictionary are not misspelt
        return
    found = process.extractOne(text, dictionary().spellings.get(text[0], ()), scorer=fuzz.ratio, score_cutoff=87)
    if found is None or abs(len(found[0]) - len(text)) > 2:
        return
    spelling, ratio, _ = found
    for entry in dictionary().exact[spelling]:
        strength = (0.5 + (ratio - 87) / 13 * 0.2) * (0.8 if entry.weak else 1.0)
        yield Evidence(entry.target, strength, f"it is spelt almost like '{spelling}'")


# Shape, target, strength: values that are hardly anything else.
_TELLING = (
    ("mac", "mac_address", 0.62),
    ("ip", "ip_address", 0.6),
    ("cpu", "cpu_model", 0.56),
    ("database_product", "database_engine", 0.57),
    ("os", "os_name", 0.55),
    ("environment", "environment", 0.52),
    ("strategy", "migration_strategy", 0.5),
    ("power", "power_state", 0.5),
)


_ALSO = {"power": "lifecycle"}  # active and inactive are also what an account or a program is


def from_terms(column: Column) -> Iterator[Evidence]:
    """What the words of a header mean together, in any language, where no list knows the header as a whole."""
    phrase = column.header.phrase
    if needs_context(phrase) or squash(phrase) in dictionary().exact:
        return
    for said, how, quality in readings(column.header):
        understood = [reading for reading in readings_of(said) if not _is_blocked(column, reading, how)]
        found = [evidence for reading in understood for evidence in _of_terms(column, reading, quality)]
        if found:
            yield max(found, key=lambda evidence: evidence.strength)
            return


def from_size(column: Column) -> Iterator[Evidence]:
    """A word that means a size under a unit of size: used (GB), where nothing else says of what."""
    if group_of(column.header.unit) != "size" or column.context.kind in OF_SIZE:
        return
    for reading in readings_of(column.header.phrase):
        found = looked_up(book().sized, reading.terms)
        if found and not reading.unknown:
            said = f"{column.header.phrase} in {column.header.unit}"
            yield Evidence(found[0], 0.86 - 0.03 * found[1], said, likely=True)
            return


def from_tag(column: Column) -> Iterator[Evidence]:
    """A tag, one code a record, is what stands on the thing; tags are words that many things share."""
    coded = column.values.shares.get("code", 0.0) >= 0.8
    if column.header.phrase == "tag" and coded and not column.header.plural:
        yield Evidence("asset_tag", 0.96, "a tag with codes for values")


def from_share(column: Column) -> Iterator[Evidence]:
    """CPU (%), and in a table of measurements CPU and memory that are no counts and no sizes."""
    thing = busy_thing(column.header.phrase)
    if group_of(column.header.unit) == "share" and thing:
        yield Evidence(UTILISATION[thing], 0.92, f"{thing} in percent", likely=True)
    elif column.context.measured and thing and not column.header.unit and not column.values.shares.get("size"):
        yield Evidence(UTILISATION[thing], 0.99, f"{thing} in a table that says how busy things are", likely=True)


def _is_blocked(column: Column, reading: Reading, how: str) -> bool:
    """True where a word makes the header another thing, unless several terms explain the whole header."""
    whole = how in _WHOLE and not reading.unknown and len(reading.terms) > 1
    return not whole and bool(words().blockers.intersection(column.header.tokens))


def _of_terms(column: Column, reading: Reading, quality: float) -> Iterator[Evidence]:
    """What one reading of a phrase means; the more of it is unknown, the weaker."""
    named = looked_up(book().words, reading.terms)
    meant = looked_up(book().attributes, reading.terms)
    share = reading.known / (reading.known + len(reading.unknown))
    plain = not reading.unknown
    for found, is_word in ((named, True), (meant, False)):
        if found is None:
            continue
        target, spare = found
        said = " + ".join(sorted(reading.terms))
        asked = is_word and target in words().asked
        if is_word:
            target = by_values(target, column.values) or by_kind(target, column.context)[1] or ""
        if target and (plain or target not in words().never_part):
            strength = ((0.88 if plain else 0.78 * share) - 0.03 * spare) * quality
            yield Evidence(target, strength, f"its words mean {said}", likely=plain and not asked)
            return


def _is_understood(phrase: str) -> bool:
    """True where every word of a phrase is known, or one that makes it another thing: then no part of it says more."""
    return any(
        reading.terms & book().other
        or (not reading.unknown and any(looked_up(told, reading.terms) for told in (book().words, book().attributes)))
        for reading in readings_of(phrase)
    )


def _is_other(phrase: str) -> bool:
    return any(reading.terms & book().other for reading in readings_of(phrase))


def from_values(column: Column) -> Iterator[Evidence]:
    """Values that can hardly be anything else, whatever the header says."""
    if column.values.looked_at < 2 or set(column.header.tokens) & words().blockers:
        return
    for shape, target, strength in _TELLING:
        doubted = column.values.shares.get(_ALSO.get(shape, "boolean"), 0.0) >= 0.5
        if column.values.shares.get(shape, 0.0) >= 0.95 and not doubted:
            yield Evidence(target, strength, "nearly all values look like it", values_only=True)
