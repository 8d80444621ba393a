"""All export targets, one file each in the folder `targets`."""

from functools import cache

from muster.exports import targets
from muster.exports.target import Target
from muster.vocabulary.catalogue import load


@cache
def target_named(name: str) -> Target:
    """The target of this name. Raises KeyError."""
    return all_targets()[name]


@cache
def all_targets() -> dict[str, Target]:
    """Every target by name."""
    return load(targets, "TARGET", Target)
