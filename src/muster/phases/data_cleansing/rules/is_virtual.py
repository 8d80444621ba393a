"""Whether a machine is virtual: yes or no, or the words for virtual and physical in many languages."""

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.vocabulary import truth


def apply(raw: str, _reading: Reading) -> Cleansed:
    """True where virtual, false where physical; an unknown word becomes nothing and is asked about."""
    return truth(raw, "is_virtual", "booleans")


RULE = Rule(
    name="is_virtual",
    apply=apply,
    attributes=frozenset({"is_virtual"}),
    examples=(
        Example("Virtual", True),
        Example("Physical", False),
        Example("Bare metal", False),
        Example("virtuell", True),
        Example("物理机", False),
        Example("TRUE", True),
        Example("O", True),
        Example("✓", True),
        Example("0.0", False),
        Example("nicht virtuell", False),
        Example("0", False),
        Example("", None),
        Example("maybe", None, "unknown_word"),
    ),
)
