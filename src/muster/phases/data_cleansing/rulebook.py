"""Which rule serves which attribute, and the version of all rules together."""

import hashlib
from functools import cache

from muster.phases.data_cleansing import rules
from muster.phases.data_cleansing.rule import Rule
from muster.phases.data_cleansing.words import all_sources, all_words
from muster.vocabulary.attributes import attributes
from muster.vocabulary.catalogue import load

RULES: dict[str, Rule] = load(rules, "RULE", Rule)


@cache
def rule_for(target: str) -> Rule:
    """The one rule that names the attribute, else the one that names its type. A custom attribute is plain text."""
    attribute = attributes().get(target)
    if attribute is None:
        return RULES["plain_text"]
    named = [rule for rule in RULES.values() if target in rule.attributes]
    by_type = [rule for rule in RULES.values() if attribute.type in rule.types]
    found = named or by_type
    if len(found) != 1:
        raise ValueError(f"{target}: one cleansing rule expected, found {[rule.name for rule in found]}")
    return found[0]


def rules_version() -> str:
    """A hash of the rules' source, of their word lists and of the types of attributes: nobody has to raise it."""
    types = ",".join(f"{name}:{attribute.type}" for name, attribute in sorted(attributes().items()))
    return hashlib.sha256(f"{types}\n{all_sources()}\n{all_words()}".encode()).hexdigest()[:16]


RULES_VERSION: str = rules_version()
