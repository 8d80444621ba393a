"""Whether a machine runs: on, off or suspended.

The spellings are those of vSphere, Hyper-V, Azure, EC2, OpenStack, Nutanix and of hand-kept lists in ten languages.
"""

from functools import partial

from muster.phases.data_cleansing.rule import Example, Rule
from muster.phases.data_cleansing.vocabulary import word

RULE = Rule(
    name="power_state",
    apply=partial(word, "power_state"),
    attributes=frozenset({"power_state"}),
    examples=(
        Example("poweredOn", "on"),
        Example("PowerState/deallocated", "off"),
        Example("Stopped (deallocated)", "off"),
        Example("SHUTOFF", "off"),
        Example("Paused", "suspended"),
        Example("eingeschaltet", "on"),
        Example("-", None),
        Example("purple", "purple", "unknown_word"),
    ),
)
