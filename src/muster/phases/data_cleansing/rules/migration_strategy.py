"""The seven strategies: rehost, replatform, refactor, repurchase, relocate, retain, retire.

Refactor and rearchitect are one word, as in the 7R lists of AWS and Azure. A readiness verdict of an assessment tool
counts as the strategy that it allows.
"""

from functools import partial

from muster.phases.data_cleansing.rule import Example, Rule
from muster.phases.data_cleansing.vocabulary import word

RULE = Rule(
    name="migration_strategy",
    apply=partial(word, "migration_strategy"),
    attributes=frozenset({"migration_strategy"}),
    examples=(
        Example("Rehost", "rehost"),
        Example("Re-architect", "refactor"),
        Example("Lift & Shift", "rehost"),
        Example("Ready for Azure", "rehost"),
        Example("SaaS", "repurchase"),
        Example("Decommission", "retire"),
        Example("revisit", "retain"),
        Example("TBD", None),
        Example("later", "later", "unknown_word"),
    ),
)
