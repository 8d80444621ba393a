"""Where machines are in the network: their addresses and cards, and which tools say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Nodes = Sequence[int]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`places` and `cards`: the addresses and network cards of every node; `tools`: who says so.

    Every question is about two components, each given by all of its nodes.
    """

    places: Sequence[Sequence[str]]
    cards: Sequence[Sequence[str]]
    tools: Sequence[int]

    def addresses(self, nodes: Nodes) -> set[str]:
        """Every address that these nodes have."""
        return {place for node in nodes for place in self.places[node]}

    def network_cards(self, nodes: Nodes) -> set[str]:
        """Every network card that these nodes have."""
        return {card for node in nodes for card in self.cards[node]}

    def away(self, one: Nodes, other: Nodes) -> bool:
        """True where both have addresses and share none."""
        return _disjoint(self.addresses(one), self.addresses(other))

    def elsewhere(self, one: Nodes, other: Nodes) -> bool:
        """True where both know addresses and cards and share none: a move keeps the card, a new card the address."""
        return self.away(one, other) and _disjoint(self.network_cards(one), self.network_cards(other))

    def other_cards(self, one: Nodes, other: Nodes) -> bool:
        """True where both have network cards and share neither a card nor an address."""
        if not _disjoint(self.network_cards(one), self.network_cards(other)):
            return False
        return self.addresses(one).isdisjoint(self.addresses(other))

    def both_placed(self, one: Nodes, other: Nodes, listed_together: bool) -> bool:
        """True where two tools or more agree on an address of the one, and two or more on quite another of the other.

        A single tool may still hold the address before the last move; two that agree do not, nor does a list that has
        the machine at the address agreed on in another row (`listed_together`).
        """
        if len(one) == 1 and len(other) == 1:
            return False
        left, right = self._told(one), self._told(other)
        if not left or not right or not left.keys().isdisjoint(right):
            return False
        sure = _confirmed(left) + _confirmed(right)
        return sure == 2 or (sure == 1 and listed_together)

    def _told(self, nodes: Nodes) -> dict[str, set[int]]:
        """Every address of a component, and who says so."""
        found: dict[str, set[int]] = {}
        for node in nodes:
            for place in self.places[node]:
                found.setdefault(place, set()).add(self.tools[node])
        return found


def _disjoint(left: set[str], right: set[str]) -> bool:
    return bool(left and right) and left.isdisjoint(right)


def _confirmed(places: Mapping[str, set[int]]) -> bool:
    return any(len(tools) > 1 for tools in places.values())
