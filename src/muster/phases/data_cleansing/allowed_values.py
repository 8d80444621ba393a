"""How the values of a client's own attribute are read: by the rule of its type, and against the values it allows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from muster.phases.data_cleansing.rule import Cleansed, Reading, Rule, Value, text_of, wrong
from muster.phases.data_cleansing.rulebook import RULES, rule_for
from muster.vocabulary.attributes import Attribute

TEXT = "string"  # an enum of a client's own is text with allowed values


def rule_of(target: str, custom: Sequence[Attribute]) -> Rule:
    """The rule for a target: the catalogue's, or for a client's own attribute that of its type."""
    own = next((attribute for attribute in custom if attribute.name == target), None)
    if own is None:
        return rule_for(target)
    kind = TEXT if own.type == "enum" else own.type
    rule = next(rule for rule in RULES.values() if kind in rule.types)
    if not own.values:
        return rule
    allowed = {
        _folded(member): value for value in own.values for member in _members(rule.apply(value, Reading()).value)
    }

    def apply(text: str, reading: Reading) -> Cleansed:
        return _only_allowed(rule.apply(text, reading), text, own, allowed)

    return replace(rule, apply=apply, fast=None)


def _only_allowed(read: Cleansed, text: str, own: Attribute, allowed: Mapping[str, str]) -> Cleansed:
    """The value in the spelling that is allowed; any other is kept and asked about."""
    unknown = [member for member in _members(read.value) if _folded(member) not in allowed]
    if read.issue is None and unknown:
        hint = f"Write one of: {', '.join(own.values)}. Or allow the value with muster mapping attribute add."
        return wrong("value_not_allowed", text, f"is not allowed for {own.name}", hint, read.value)
    return read if read.issue else replace(read, value=_spelled(read.value, allowed))


def _members(value: Value) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _folded(value: Value) -> str:
    return " ".join(text_of(value).split()).casefold()


def _spelled(value: Value, allowed: Mapping[str, str]) -> Value:
    if isinstance(value, tuple):
        return tuple(allowed[_folded(member)] for member in value)
    return allowed[_folded(value)] if isinstance(value, str) else value
