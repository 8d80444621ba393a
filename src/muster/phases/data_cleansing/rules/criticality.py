"""How much the business depends on a thing: critical, high, medium or low.

Numbers follow ServiceNow's business criticality (1 most critical to 4 not critical); tiers count the same way, tier 0
and tier 1 are critical. 'Business critical' ranks under 'mission critical' (the usual four-step scale).
"""

from functools import partial

from muster.phases.data_cleansing.rule import Example, Rule
from muster.phases.data_cleansing.vocabulary import word

RULE = Rule(
    name="criticality",
    apply=partial(word, "criticality"),
    attributes=frozenset({"criticality"}),
    examples=(
        Example("1 - most critical", "critical"),
        Example("Mission Critical", "critical"),
        Example("Business critical", "high"),
        Example("3", "medium"),
        Example("Tier 2", "high"),
        Example("Gold", "high"),
        Example("Non-critical", "low"),
        Example("mittel", "medium"),
        Example("élevée", "high"),
        Example("?", None),
        Example("Application", "Application", "unknown_word"),
    ),
)
