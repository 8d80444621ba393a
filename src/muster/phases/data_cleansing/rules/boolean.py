"""Yes or no, in many languages."""

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.vocabulary import truth


def apply(raw: str, _reading: Reading) -> Cleansed:
    """True or false; an unknown word becomes nothing and is asked about."""
    return truth(raw, "booleans")


RULE = Rule(
    name="boolean",
    apply=apply,
    types=frozenset({"boolean"}),
    examples=(
        Example("Yes", True),
        Example("FALSE", False),
        Example("oui", True),
        Example("нет", False),
        Example("1", True),
        Example("✓", True),
        Example("n/a", None),
        Example("perhaps", None, "unknown_word"),
    ),
)
