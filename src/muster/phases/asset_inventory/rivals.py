"""Which of several components of one name are one thing, as far as it is clear who belongs to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muster.phases.asset_inventory.components import AWAY, MOST_RIVALS, PLACE, Components

ANOTHER = (-1, "")  # what a component is that is settled to be none of those it fits
ANCHORS = ("domain", "uuid", "serial", "tag")


@dataclass(slots=True)
class Rivals(Components):
    """Components that are joined by what may mean several of them: a name, with or without an address."""

    def join_group(self, nodes: Sequence[int], rule: str, blockers: int) -> None:
        """Join nodes that share a weak key, as far as it is clear who belongs to whom."""
        roots = sorted({self.find(node) for node in nodes})
        if self.apart:
            roots = self._halves(roots, rule, blockers)
        if len(roots) == 2:
            self.join_unless(roots[0], roots[1], rule, blockers)
        elif 2 < len(roots) <= MOST_RIVALS:
            self._join_rivals(roots, rule, blockers)

    def _halves(self, roots: Sequence[int], rule: str, blockers: int) -> list[int]:
        """These once those are joined that stand on the same sides of splits: a split leaves each half whole."""
        halves: dict[frozenset[tuple[int, int]], list[int]] = {}
        for root in (root for root in roots if root in self.apart):
            sides = frozenset((split, side) for split, _, side in self.apart[root])
            halves.setdefault(sides, []).append(root)
        for first, *others in halves.values():
            for other in others:
                self.join_unless(first, other, rule, blockers)
        return sorted({self.find(root) for root in roots})

    def _join_rivals(self, roots: list[int], rule: str, blockers: int) -> None:
        if blockers & PLACE and self._named_twice(roots):
            blockers |= AWAY
        fits = self._fits(roots, blockers)
        odd = self._outvoted(fits)
        whole = [root for root in roots if root not in odd]
        if self._agree(whole, fits):
            self._join_in_turn(whole, rule, blockers)
            self.join_group(sorted(odd), rule, blockers)
            return
        if self._at_one_place(roots) and self._join_twins(fits, rule):
            self.join_group(roots, rule, blockers)
            return
        self._join_to_anchors(roots, rule, blockers)

    def _join_to_anchors(self, roots: Sequence[int], rule: str, blockers: int) -> None:
        """Join what says little to what says who it is, where that is one."""
        numbers = self._anchoring(roots)
        anchors = self._pair_anchors([root for root in roots if self._anchored(root, numbers)], rule, blockers)
        loose = [root for root in roots if not self._anchored(self.find(root), numbers)]
        # What contradicts every anchor is another thing of that name, so a rival for those that fit an anchor.
        strangers = [root for root in loose if all(self.contradict(one, root, blockers) for one in anchors)]
        self._join_loose(strangers, rule, blockers)
        standing = (*anchors, *strangers)
        fits = {root: self._likely(root, standing, blockers) for root in loose if root not in strangers}
        for root in sorted(fits, key=lambda root: (len(fits[root]), root)):
            like = [one for one in fits if fits[one] == fits[root]]
            beside = [one for one in like if self._state_otherwise(one, root, blockers)]
            self._join_to_one(root, beside, standing, rule, blockers)

    def _fitting(self, root: int, standing: Sequence[int], blockers: int) -> list[int]:
        """The components of `standing` that the root does not contradict by what it states."""
        return [
            one
            for one in sorted({self.find(one) for one in standing})
            if not self._state_otherwise(one, root, blockers)
        ]

    def _likely(self, root: int, standing: Sequence[int], blockers: int) -> list[int]:
        """Those it fits without what is outvoted by another that it fits."""
        found = self._fitting(root, standing, blockers)
        odd = self._outvoted(self._fits(found, blockers))
        return [one for one in found if one not in odd] or found

    def _outvoted(self, fits: Mapping[int, Sequence[int]]) -> set[int]:
        """The components that contradict another of their name at their address, for which more tools speak."""
        return {
            one
            for one, found in fits.items()
            if any(self._outvotes(other, one, fits) for other in fits.keys() - {one, *found})
        }

    def _outvotes(self, one: int, other: int, fits: Mapping[int, Sequence[int]]) -> bool:
        """True where two tools or more speak for the one, and fewer for the other.

        Not where a list has both in rows of its own: it knows two things, and neither is a mistake.
        """
        if self.addresses(one).isdisjoint(self.addresses(other)) or not self._lists(one).isdisjoint(self._lists(other)):
            return False
        return len(self._speaking(one, other, fits)) > max(1, len(self._speaking(other, one, fits)))

    def _speaking(self, one: int, other: int, fits: Mapping[int, Sequence[int]]) -> set[int]:
        """The tools that know the one, or what fits it and contradicts the other, or is called by its host name."""
        renamed = self._differ("host", self.facts["host"][one], self.facts["host"][other])
        beside = [
            root
            for root in fits[one]
            if not self._away(root, one)
            and (root not in fits[other] or (renamed and self._called(root, one) and not self._called(root, other)))
        ]
        return {self.whereabouts.tools[node] for root in (one, *beside) for node in self.within(root)}

    def _agree(self, roots: Sequence[int], fits: Mapping[int, Sequence[int]]) -> bool:
        """True where there are any, each fits every other, and no person kept any two apart."""
        fitting = all(set(roots) <= {root, *fits[root]} for root in roots)
        return bool(roots) and fitting and not self._any_kept_apart(roots)

    def _at_one_place(self, roots: Sequence[int]) -> bool:
        """True where all have an address in common."""
        return bool(set.intersection(*(self.addresses(root) for root in roots)))

    def _join_twins(self, fits: Mapping[int, Sequence[int]], rule: str) -> bool:
        """Join those that fit each other and of the rest the same; True where any were.

        Whichever of several things of their name and address they are, they are the same one.
        """
        alike: dict[frozenset[int], list[int]] = {}
        for root, found in fits.items():
            alike.setdefault(frozenset((root, *found)), []).append(root)
        twins = [same for same in alike.values() if len(same) > 1 and not self._any_kept_apart(same)]
        for first, *others in twins:
            for other in others:
                self.join(first, other, rule)
        return bool(twins)

    def _named_twice(self, roots: Sequence[int]) -> bool:
        """True where a list has two rows of the name of which one says nothing else: it may well know two such things.

        Then what stands at two addresses is not one thing for its name.
        """
        lists: dict[int, int] = {}
        bare = {root for root in roots if not self._anchored(root) and not self.addresses(root)}
        for root in roots:
            for node in self.within(root):
                lists[self.listed[node]] = lists.get(self.listed[node], 0) + self.copies[node]
        return any(lists[self.listed[node]] > 1 for root in bare for node in self.within(root))

    def _join_in_turn(self, roots: Sequence[int], rule: str, blockers: int) -> None:
        """Join what fits pair by pair, those that say most and those that say nothing first.

        Of two rows that a list has of one name, the one at an address of its own may then be seen to be another thing.
        """
        first, *others = sorted(roots, key=lambda root: (not self._anchored(root), -len(self.within(root)), root))
        for root in sorted(others, key=lambda root: (bool(self.addresses(root)), root)):
            self.join_unless(first, root, rule, blockers)

    def _join_to_one(self, root: int, beside: Sequence[int], standing: Sequence[int], rule: str, blockers: int) -> None:
        """Join a component to the only one that it fits, or to the one that is settled on; else a person decides.

        `beside`: what contradicts it and fits the same of these. That a person kept it apart from one is no word for
        another, nor is an address that none of several has.
        """
        fits = self._likely(root, standing, blockers)
        if len(fits) == 1:
            chosen = self._only_fit(root, fits[0], beside, rule, blockers)
        else:
            elsewhere = all(self._away(one, root) for one in fits)
            chosen = None if elsewhere else self._settled(root, fits)
        free = tuple(one for one in fits if not self._kept_apart(one, root))
        if chosen is not None and chosen[0] in free:
            self.join(chosen[0], root, chosen[1])
        elif free and chosen != ANOTHER:
            self.undecided.append((root, free, rule))

    def _only_fit(
        self, root: int, standing: int, beside: Sequence[int], rule: str, blockers: int
    ) -> tuple[int, str] | None:
        """The only one that a component fits, and the rule; None where it is as well one of those `beside`."""
        others = [one for one in self._fitting(standing, beside, blockers) if one != standing]
        if not others:
            return standing, rule
        meant = self._settled(standing, [root, *others])
        if meant is None:
            return None
        return (standing, meant[1]) if meant[0] == root else ANOTHER

    def _settled(self, root: int, candidates: Sequence[int]) -> tuple[int, str] | None:
        """The candidate that a rule in force settles on, and the rule."""
        rules = {
            "name_environment": self._of_same_stage,
            "name_system": self._of_same_system,
            "name_listed_once": self._not_listed_beside,
        }
        for rule in self.settling:
            chosen = rules[rule](root, candidates)
            if chosen is not None:
                return chosen, rule
        return None

    def _of_same_stage(self, root: int, candidates: Sequence[int]) -> int | None:
        """The one candidate of the same environment, where every other is of another."""
        stages = self.facts["stage"]
        if not stages[root] or not all(stages[candidate] for candidate in candidates):
            return None
        same = [one for one in candidates if not self._differ("stage", stages[root], stages[one])]
        return same[0] if len(same) == 1 else None

    def _of_same_system(self, root: int, candidates: Sequence[int]) -> int | None:
        """The one candidate whose operating system may be the same, where every other runs another."""
        systems = self.facts["system"]
        if not systems[root] or not all(systems[candidate] for candidate in candidates):
            return None
        same = [one for one in candidates if not self._state_two_systems(one, root)]
        return same[0] if len(same) == 1 else None

    def _not_listed_beside(self, root: int, candidates: Sequence[int]) -> int | None:
        """The one candidate that the list of the root does not name in another row."""
        lists = self._lists(root)
        free = [one for one in candidates if lists.isdisjoint(self._lists(one))]
        return free[0] if len(free) == 1 else None

    def _fits(self, roots: Sequence[int], blockers: int) -> dict[int, list[int]]:
        """Per component the others that it does not contradict by what it states.

        Those that a person kept apart are among them: that word is none for whoever is left.
        """
        fits: dict[int, list[int]] = {root: [] for root in roots}
        for place, one in enumerate(roots):
            for other in roots[place + 1 :]:
                if not self._state_otherwise(one, other, blockers):
                    fits[one].append(other)
                    fits[other].append(one)
        return fits

    def _anchored(self, root: int, numbers: Sequence[str] = ANCHORS) -> bool:
        """True where more than a name says who it is."""
        return any(self.facts[name][root] for name in numbers)

    def _anchoring(self, roots: Sequence[int]) -> Sequence[str]:
        """What says who one of these is: not the domain, where all are of one."""
        domains = {self.facts["domain"][root] for root in roots}
        return ANCHORS[1:] if len(domains) == 1 else ANCHORS

    def _pair_anchors(self, anchors: list[int], rule: str, blockers: int) -> list[int]:
        """Two tools that know different numbers of one machine, where neither has a second candidate."""
        joined = True
        while joined and len(anchors) > 1:
            joined = False
            fits = self._fits(anchors, blockers)
            for one, others in fits.items():
                paired = len(others) == 1 and one < others[0] and fits[others[0]] == [one]
                if paired and not self._kept_apart(one, others[0]):
                    self.join(one, others[0], rule)
                    joined = True
            anchors = sorted({self.find(anchor) for anchor in anchors})
        return anchors

    def _join_loose(self, loose: list[int], rule: str, blockers: int) -> None:
        """Components without any number: those that agree with exactly the same others are one."""
        fits = self._fits(loose, blockers)
        done: set[int] = set()
        for root in loose:
            group = sorted([root, *fits[root]])
            if root in done or any(sorted([other, *fits[other]]) != group for other in fits[root]):
                continue
            if self._any_kept_apart(group):
                continue
            done.update(group)
            for other in group[1:]:
                self.join(group[0], other, rule)
