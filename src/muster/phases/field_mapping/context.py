"""What the whole table says about a column: what a row is, and which other columns there are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from muster.phases.field_mapping.dictionary import dictionary, is_left_out, squash
from muster.phases.field_mapping.header import Header, canonical, read_header, unwrapped
from muster.phases.field_mapping.lexicon import read_data, words
from muster.phases.field_mapping.paired_ends import End, paired_ends
from muster.phases.field_mapping.severity_counts import severity_counts
from muster.phases.field_mapping.terms import book, end_of, readings_of
from muster.phases.field_mapping.utilisation import is_measured
from muster.phases.field_mapping.values import Values
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.table import ColumnProfile

_EDGES = frozenset({"relation", "connection"})
_PLANS = frozenset({"migration_wave", "migration_strategy"})


@dataclass(frozen=True, slots=True)
class Context:
    """The table around a column."""

    kind: str
    lists_vms: bool  # a row is a virtual machine or a part of one: another column named Host is where it runs
    joins: bool  # a row joins two things: source and target columns exist
    migrates: bool  # the table plans a migration: a region or an instance type is the one to move to
    pair: tuple[str, ...]  # the two headers of a table that holds nothing but two references
    signs_in: bool  # a column holds passwords: a user name beside it is for signing in, nobody's
    measured: bool  # the table says how busy things are
    ends: Mapping[str, End]  # by header, the columns that come twice, once for either end of a link
    severities: frozenset[str]  # the headers of columns that count findings by severity
    series: frozenset[str]  # what several columns are called but for a running number: Tag 1, Tag 2

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names under which context.json may speak of this table, most special first."""
        groups = tuple(f"@{name}" for name, members in _rules()["groups"].items() if self.kind in members)
        plans = ("@migration",) if self.migrates else ()
        vms = ("@vm_file",) if self.lists_vms else ()
        edge = ("@edge",) if self.joins else ()
        return (*plans, self.kind, *vms, *groups, *edge, "*")


@cache
def _rules() -> dict[str, Any]:
    data: dict[str, Any] = read_data("context.json")
    data["words"] = {squash(canonical(word)): targets for word, targets in data["words"].items()}
    data["open"] = frozenset(squash(canonical(word)) for word in data["open"])
    data["by_values"] = {squash(canonical(word)): choices for word, choices in data["by_values"].items()}
    return data


@cache
def _vm_names() -> frozenset[str]:
    return frozenset(canonical(name) for name in words().vm_names)


@cache
def _passwords() -> frozenset[str]:
    return frozenset(canonical(name) for name in words().passwords)


@cache
def sign_in_words() -> frozenset[str]:
    """The canonical words for who signs in."""
    return frozenset(canonical(name) for name in words().sign_in)


def shared_prefixes(sources: Sequence[str]) -> frozenset[str]:
    """First words of at least four columns and a quarter of the table: they name the table, not the fact."""
    plain = [canonical(unwrapped(source)) for source in sources]
    firsts = Counter(text.split(" ", 1)[0] for text in plain if " " in text)
    return frozenset(word for word, count in firsts.items() if count >= 4 and count * 4 >= len(sources))


def context_of(columns: Sequence[ColumnProfile], record_kind: str) -> tuple[Context, tuple[Header, ...]]:
    """Read all headers of a table and what they say together."""
    shared = shared_prefixes([column.source for column in columns])
    headers = tuple(read_header(column.source, shared) for column in columns)
    phrases = {header.phrase for header in headers}
    tokens = [header.tokens for header in headers if header.tokens]
    sides = {found[0] for phrase in phrases if (found := end_of(phrase)) and found[1]}
    from_side = "source" in sides or any(found[0] in words().source_words and len(found) > 1 for found in tokens)
    to_side = "target" in sides or any(found[0] in words().target_words and len(found) > 1 for found in tokens)
    lists_vms = record_kind != "hypervisor" and bool(phrases & _vm_names())
    joins = record_kind in _EDGES or (from_side and to_side and RECORD_KINDS.get(record_kind) is not RecordRole.ASSET)
    claimed = {
        entry.target for phrase in phrases for entry in dictionary().exact.get(squash(phrase), ()) if not entry.weak
    }
    vms = lists_vms or record_kind == "virtual_machine"
    pair, signs_in = _pair(headers, record_kind), bool(phrases & _passwords())
    numbered = Counter(header.phrase for header in headers if header.numbered)
    series = frozenset(phrase for phrase, count in numbered.items() if count > 1)
    measured, ends = is_measured(columns), paired_ends(headers)
    counted = severity_counts(columns)
    plans = bool(claimed & _PLANS)
    return Context(record_kind, vms, joins, plans, pair, signs_in, measured, ends, counted, series), headers


def _pair(headers: Sequence[Header], kind: str) -> tuple[str, ...]:
    said = words().source_words | words().target_words | {"parent", "child"}
    if kind != "relation" or len(headers) > 4 or any(said & set(header.tokens) for header in headers):
        return ()
    if any(end_of(header.phrase) for header in headers):
        return ()
    ends = [each for each in headers if len(each.tokens) > 1 and each.tokens[-1] in {"id", "name", "ci", "key"}]
    if len(ends) != 2:
        ends = [each for each in headers if _is_thing(each.phrase)]
    return tuple(header.source for header in ends) if len(ends) == 2 else ()


def _is_thing(phrase: str) -> bool:
    """True for a header that names a thing a relation may join: a deployed server, an application's name."""
    things = book().end_things - {"interface"}
    return any(
        reading.terms <= things | {"affected", "install"} for reading in readings_of(phrase) if not reading.unknown
    )


def allowed(target: str, context: Context) -> bool:
    """False for attributes that rows of such a table never tell: an interface's stage is no asset's life cycle."""
    return target not in _rules()["never"].get(context.kind, ())


def needs_context(phrase: str) -> bool:
    """True for words that mean different things in different tables."""
    return not is_left_out(phrase) and (squash(phrase) in _rules()["words"] or squash(phrase) in _rules()["by_values"])


def by_kind(phrase: str, context: Context) -> tuple[bool, str | None, bool]:
    """(is there a rule, its target, was the rule made for this kind of table) for a word that needs context."""
    targets: Mapping[str, str | None] | None = _rules()["words"].get(squash(phrase))
    if is_left_out(phrase):
        return False, None, False
    for kind in context.kinds if targets else ():
        if targets is not None and kind in targets:
            return True, targets[kind], kind != "*" or has_one_meaning(phrase)
    return False, None, False


def has_one_meaning(phrase: str) -> bool:
    """True for words that need context only to tell whether they mean anything."""
    return len({target for target in _rules()["words"].get(squash(phrase), {}).values() if target}) == 1


def is_open(phrase: str) -> bool:
    """True for words that stay a question whatever the table and the values say: a product is a model or a program."""
    return squash(phrase) in _rules()["open"]


def by_values(phrase: str, values: Values) -> str | None:
    """The target that the values of an ambiguous word decide for: a status of poweredOn is a power state."""
    rules = enumerate(_rules()["by_values"].get(squash(phrase), ()))
    choices = [(values.shares.get(shape, 0.0), -order, target) for order, (shape, target) in rules]
    share, _, target = max(choices, default=(0.0, 0, ""))
    return str(target) if values.looked_at and share >= 0.7 and not is_left_out(phrase) else None
