"""How often suggestions of each kind were right on exports left out of the measurement: strength to measured share."""

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
