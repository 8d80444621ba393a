"""What first looks at files say of the rule by which columns are taken without asking."""

import json
from collections import Counter
from math import sqrt
from pathlib import Path

from muster.phases.field_mapping.calibration import first_looks, told_alone

LOOKS = json.loads((Path(__file__).parents[2] / "bench" / "first_looks.json").read_text(encoding="utf-8"))
READINGS = [tuple(reading) for readings in LOOKS.values() for reading in readings]  # kind, attribute, strength, right
WORDED = ("told", "named", "unproven")


def lower_bound(right: int, count: int) -> float:
    """The lower end of Wilson's 95 % interval of a share."""
    share, z2 = right / count, 1.959964**2
    return (share + z2 / (2 * count) - sqrt(z2 * (share * (1 - share) + z2 / (4 * count)) / count)) / (1 + z2 / count)


def test_what_is_proven_is_what_first_looks_showed() -> None:
    right = Counter(target for kind, target, _, told in READINGS if kind in WORDED and told)
    every = Counter(target for kind, target, _, _ in READINGS if kind in WORDED)
    assert first_looks() == {target: (right[target], count) for target, count in every.items()}


def test_what_is_taken_without_asking_was_right_at_first_sight() -> None:
    taken = [
        told
        for kind, target, _, told in READINGS
        if kind == "told" or (kind in ("named", "unproven") and told_alone(target))
    ]
    assert lower_bound(sum(taken), len(taken)) >= 0.99
    rest = [told for kind, target, _, told in READINGS if kind == "unproven" and not told_alone(target)]
    assert sum(rest) / len(rest) < 0.97  # what is asked about is worth asking about
