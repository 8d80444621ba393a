"""How often suggestions of each kind were right in files met for the first time: strength to measured share."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache

from muster.phases.field_mapping.lexicon import read_data

Curve = Sequence[tuple[float, float]]  # (strength, measured share), both rising


@cache
def curves() -> Mapping[str, Curve]:
    """The measured curves by kind of evidence; bench/mapping.py writes them."""
    return {kind: [tuple(point) for point in entry] for kind, entry in read_data("calibration.json")["curves"].items()}


def measured(kind: str, strength: float) -> float:
    """The share (0..1) of suggestions of this kind and strength that were right; between two points on their line.

    A kind that was never measured keeps its strength.
    """
    curve = curves().get(kind)
    if not curve:
        return round(strength, 3)
    place = bisect_left(curve, (strength, 0.0))
    if place == 0:
        return curve[0][1]
    if place == len(curve):
        return curve[-1][1]
    (x0, y0), (x1, y1) = curve[place - 1], curve[place]
    return round(y1 if x1 == x0 else y0 + (y1 - y0) * (strength - x0) / (x1 - x0), 3)


FEWEST = 5  # first readings of an attribute by a known name; fewer prove nothing
MOST_WRONG = 1 / 30  # the share of them that may have been wrong


@cache
def first_looks() -> Mapping[str, tuple[int, int]]:
    """Attribute to (right, all) first readings of a known name, in files nobody had seen, whatever the values said."""
    return {target: (right, count) for target, (right, count) in read_data("calibration.json")["alone"].items()}


def told_alone(target: str) -> bool:
    """True where the wording of headers was enough for this attribute when files were met for the first time."""
    return is_enough(*first_looks().get(target, (0, 0)))


def is_enough(right: int, count: int) -> bool:
    """True for so many first readings, and so few wrong ones, that the next is taken as they were."""
    return count >= FEWEST and count - right <= MOST_WRONG * count
