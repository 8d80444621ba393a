"""What people chose about cleansing: value maps, null words, how columns are read, which rule serves them.

A choice holds for an attribute, for a column of a name, or (null words) for all. Of several the last one holds.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Reading, Rule, Value, text_of
from muster.phases.data_cleansing.rulebook import RULES
from muster.phases.data_cleansing.text import tidy
from muster.vocabulary.attributes import MULTI_VALUED, attributes
from muster.vocabulary.table import MappingEntry

VALUE, NULL_WORD, READING, RULE = "value", "null_word", "reading", "rule"
KINDS = (VALUE, NULL_WORD, READING, RULE)
READ_AS = ("unit", "day_first", "decimal_comma", "from_1904", "year_first")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice.

    value: the text `raw` means `value` (None: nothing); `accepted`: it is right as it is.
    null_word: `raw` stands for no value.
    reading: `unit`, `day_first`, `decimal_comma`, `from_1904`, `year_first` in place of what the mapping says (None: as
    it says).
    rule: the rule named `rule` reads the values.
    `origin` says where the choice comes from: a decision or a recipe.
    """

    kind: str
    attribute: str | None = None
    column: str | None = None
    raw: str | None = None
    value: str | None = None
    accepted: bool = False
    unit: str | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    from_1904: bool | None = None
    year_first: bool | None = None
    rule: str | None = None
    origin: str = ""

    def concerns(self, entry: MappingEntry) -> bool:
        """Whether it holds for a mapped column."""
        return self.attribute in (None, entry.target) and self.column in (None, entry.source)

    @property
    def subject(self) -> tuple[str | None, ...]:
        """What it is about: a later choice about the same takes its place."""
        return self.kind, self.attribute, self.column, None if self.raw is None else squeezed(self.raw)


def choice_of(stored: Mapping[str, Any], origin: str = "") -> Choice:
    """A choice as JSON holds it; names that it does not know are left out."""
    known = {field.name for field in fields(Choice)}
    made = Choice(**{name: value for name, value in stored.items() if name in known})
    return replace(made, origin=origin) if origin else made


def as_json(choice: Choice) -> dict[str, Any]:
    """What is said, without what is not and without its origin."""
    said = asdict(replace(choice, origin=""))
    return {name: value for name, value in said.items() if value not in (None, "", False) or name == "kind"} | (
        {"value": choice.value} if choice.kind == VALUE and not choice.accepted else {}
    )


def standing(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices that hold, in order: of those about the same the last one."""
    return tuple({choice.subject: choice for choice in choices}.values())


def fingerprint(choices: Sequence[Choice]) -> str:
    """A short hash of what is chosen; '' where nothing is."""
    if not choices:
        return ""
    text = json.dumps([as_json(choice) for choice in choices], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def squeezed(text: str) -> str:
    """The text by which a raw value is recognised again: with single blanks."""
    return " ".join(text.split())


def chosen_rule(rule: Rule, entry: MappingEntry, choices: Sequence[Choice]) -> Rule:
    """The rule for a column after people's choices: another one where they named it, and their value map before it."""
    mine = [choice for choice in choices if choice.concerns(entry)]
    switched = [choice for choice in mine if choice.kind == RULE and choice.rule in RULES]
    base = RULES[str(switched[-1].rule)] if switched else rule
    values = {squeezed(choice.raw or ""): choice for choice in mine if choice.kind == VALUE}
    nothing = {squeezed(choice.raw or "").casefold(): choice for choice in mine if choice.kind == NULL_WORD}
    if not values and not nothing:
        return base

    def apply(text: str, reading: Reading) -> Cleansed:
        said = squeezed(text)
        if said in values:
            return _mapped(base, entry.target, values[said], text, reading)
        if said.casefold() in nothing:
            return Cleansed(None, changed_by=nothing[said.casefold()].origin)
        return base.apply(text, reading)

    return replace(base, apply=apply, fast=None if entry.target in _listed() else _fast(base, values, nothing))


def _listed() -> frozenset[str]:
    return frozenset(name for name, attribute in attributes().items() if attribute.type in MULTI_VALUED)


def _fast(rule: Rule, values: Mapping[str, Choice], nothing: Mapping[str, Choice]) -> Any:
    """The rule's own fast way for every value that nobody chose about."""
    fast = rule.fast
    if fast is None:
        return None

    def certain(column: pl.Expr, reading: Reading) -> pl.Expr | None:
        found = fast(column, reading)
        chosen = column.is_in(sorted(values)) | column.str.to_lowercase().is_in(sorted(nothing))
        return None if found is None else pl.when(~chosen).then(found)

    return certain


def _mapped(rule: Rule, target: str, choice: Choice, text: str, reading: Reading) -> Cleansed:
    if choice.accepted:
        read = rule.apply(text, reading)
        return Cleansed(as_accepted(target, read.value, text), changed_by=choice.origin)
    return Cleansed(meant(rule, choice.value), changed_by=choice.origin)


def as_accepted(target: str, read: Value, text: str) -> Value:
    """What is kept of a value that a person accepts: what the rule kept of it, else the text where text may stand."""
    if read is not None:
        return read
    known = attributes().get(target)
    return tidy(text) if known is None or known.type in ("string", "text", "enum") else None


def meant(rule: Rule, value: str | None) -> Value:
    """A person's clean value, typed as the rule types its own answers."""
    if value is None:
        return None
    read = rule.apply(value, rule.own)
    known = read.issue is None or read.value is not None
    return read.value if known and text_of(read.value) else value


def chosen_reading(reading: Reading, entry: MappingEntry, choices: Sequence[Choice]) -> Reading:
    """How a column is read after people's choices."""
    for choice in choices:
        if choice.kind == READING and choice.concerns(entry):
            if choice.day_first is not None:
                reading = replace(reading, year_first=False)  # whoever says which of both comes first has the year last
            said = {name: getattr(choice, name) for name in READ_AS if getattr(choice, name) is not None}
            reading = replace(reading, **said)
    return reading
