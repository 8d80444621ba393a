"""Protocols of a connection: lower case, IANA protocol numbers by name (6 is tcp, 17 udp, 1 icmp)."""

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy
from muster.vocabulary.spellings import meaning


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The protocol's name; application protocols stay as they are, lower case."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    return Cleansed(meaning("protocols", text) or text.lower())


RULE = Rule(
    name="protocol",
    apply=apply,
    attributes=frozenset({"protocol"}),
    examples=(
        Example("TCP", "tcp"),
        Example("6", "tcp"),
        Example("17", "udp"),
        Example("tcp6", "tcp"),
        Example("HTTPS", "https"),
        Example("-", None),
    ),
)
