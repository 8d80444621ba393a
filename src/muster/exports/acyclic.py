"""Edges without cycles, taken one after another: an edge that would close a cycle is refused."""

from collections.abc import Callable

import polars as pl


class Acyclic:
    """The edges taken so far, with an order of their ends that every edge follows (Pearce and Kelly, 2006).

    An edge along the order costs nothing; one against it is searched for between the places of its ends alone.
    """

    def __init__(self) -> None:
        self._next: dict[str, list[str]] = {}
        self._before: dict[str, list[str]] = {}
        self._place: dict[str, int] = {}

    def closing(self, edges: pl.DataFrame, asked: pl.Series) -> pl.Series:
        """True for the edges (source_id, target_id) among the asked ones that close a cycle; the others are taken."""
        ends = zip(edges["source_id"], edges["target_id"], asked, strict=True)
        return pl.Series(
            [bool(wanted) and not self._take(source, target) for source, target, wanted in ends], dtype=pl.Boolean
        )

    def _take(self, source: str, target: str) -> bool:
        for end in (source, target):
            self._place.setdefault(end, len(self._place))
        if self._place[target] <= self._place[source]:
            after = self._reached(target, self._next, lambda end: self._place[end] <= self._place[source])
            if source in after:
                return False
            before = self._reached(source, self._before, lambda end: self._place[end] >= self._place[target])
            self._reorder(before, after)
        self._next.setdefault(source, []).append(target)
        self._before.setdefault(target, []).append(source)
        return True

    def _reached(self, start: str, edges: dict[str, list[str]], within: Callable[[str], bool]) -> list[str]:
        found, waiting = {start: None}, [start]
        while waiting:
            for end in edges.get(waiting.pop(), ()):
                if end not in found and within(end):
                    found[end] = None
                    waiting.append(end)
        return list(found)

    def _reorder(self, before: list[str], after: list[str]) -> None:
        """Give the places of both sets to their ends again, those that come before first."""
        ends = sorted(before, key=self._place.__getitem__) + sorted(after, key=self._place.__getitem__)
        for end, place in zip(ends, sorted(self._place[end] for end in ends), strict=True):
            self._place[end] = place
