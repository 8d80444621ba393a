"""DNS and directory domains: lower case, without dots at their ends.

WORKGROUP is what a Windows machine without a domain calls its own; a text with blanks is an area of somebody's work and
no domain: it is kept, with an issue.
"""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

DOMAIN = re.compile(r"^[\w-]+(?:\.[\w-]+)*$")
PATH = re.compile(r"^dc=[^,=]+(?:,dc=[^,=]+)*$")
NONE = frozenset({"workgroup", "(none)", "localdomain", "mshome", "arbeitsgruppe", "groupe_trabajo"})


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The domain."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    name = text.lower().strip(".@ ")
    if PATH.match(name):
        name = ".".join(part.removeprefix("dc=") for part in name.split(","))
    if name in NONE:
        return wrong("junk_domain", text, "is what machines without a domain say", "Nothing to do.")
    if not DOMAIN.match(name):
        hint = "Correct the domain in the source, or give the column another meaning."
        return wrong("not_a_domain", text, "cannot be a domain", hint, value=text)
    return Cleansed(name)


RULE = Rule(
    name="domain_name",
    apply=apply,
    attributes=frozenset({"dns_domain"}),
    examples=(
        Example("CORP.Example.com.", "corp.example.com"),
        Example("CORP", "corp"),
        Example("DC=corp,DC=example,DC=com", "corp.example.com"),
        Example("WORKGROUP", None, "junk_domain"),
        Example("User Access", "User Access", "not_a_domain"),
        Example("n/a", None),
    ),
)
