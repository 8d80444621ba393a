"""Open ports: lower case, number before protocol ('443/tcp'), parted also by blanks."""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.rules.list_of_words import members

TURNED = re.compile(r"^(tcp6?|udp6?|sctp)[\s/:_-]*(\d{1,5}(?:-\d{1,5})?)$")
STRAIGHT = re.compile(r"^(\d{1,5}(?:-\d{1,5})?)[\s/:_(-]*(tcp6?|udp6?|sctp)\)?$")
NUMBERS = re.compile(r"^\d{1,5}(?:\s+\d{1,5})+$")


def _tidy(port: str) -> tuple[str, ...]:
    text = port.lower()
    if found := TURNED.match(text):
        return (f"{found[2]}/{found[1]}",)
    if found := STRAIGHT.match(text):
        return (f"{found[1]}/{found[2]}",)
    return tuple(text.split()) if NUMBERS.match(text) else (text,)


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The ports as a list of text."""
    found = (port for member in members(raw) or () for port in _tidy(member))
    return Cleansed(tuple(dict.fromkeys(found)) or None)


RULE = Rule(
    name="open_ports",
    apply=apply,
    attributes=frozenset({"open_ports"}),
    examples=(
        Example("80, 443/TCP; tcp/22", ("80", "443/tcp", "22/tcp")),
        Example("80 443 8080", ("80", "443", "8080")),
        Example("8000-8010/tcp", ("8000-8010/tcp",)),
        Example("https", ("https",)),
        Example("none", None),
    ),
)
