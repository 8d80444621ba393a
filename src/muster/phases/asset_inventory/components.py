"""Groups of records that are one thing: a union-find that refuses to join what contradicts itself."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from muster.phases.asset_inventory.lives import Lives
from muster.phases.asset_inventory.whereabouts import Whereabouts

# What blocks a join. Strong numbers always do; the others where only names or addresses speak for the join.
NUMBERS, DOMAIN, TAG, HOST, RETIRED, LISTED, KIND, OWN_ID, PLACE, CARDS = (2**bit for bit in range(10))
ROWS, TOLD, AWAY, SYSTEM, FORM, HEIR, STAGES = (2**bit for bit in range(10, 17))
NAMED = NUMBERS | DOMAIN | TAG | HOST | RETIRED | CARDS | FORM | HEIR
BARE = NAMED | LISTED | KIND | PLACE | STAGES
TAG_VALUE_BITS = 46
SETTLING = ("name_environment", "name_system", "name_listed_once")  # strongest first
ANOTHER = (-1, "")  # what a component is that is settled to be none of those it fits
GONE = 2  # the state of what is retired in every list that has it
MOST_RIVALS = 60  # a name that so many different things share tells nothing
ANCHORS = ("domain", "uuid", "serial", "tag")

FACTS = {"uuid": NUMBERS, "serial": NUMBERS, "domain": DOMAIN, "tag": TAG, "host": HOST, "stage": TOLD}
FACTS |= {"system": SYSTEM, "kin": SYSTEM, "form": FORM}


@dataclass(slots=True)
class Components:
    """Nodes 0..n-1. `facts` hold one number per node and fact: 0 nothing, above 0 a value, below 0 a set of values.

    A tag's value carries its numbering (`TAG_VALUE_BITS`): two tags contradict only within one numbering.
    `aliases`: what a list calls a node that it knows no host name of.
    `retired`: 1 live, 2 retired, 3 both. `kinds`: one bit per kind of machine, all bits where unknown.
    `listed`, `sid` and `own_id`: the list a node is in and its number there (0 none): two numbers in one list are two
    things. `own_id` is the list's own number alone, where `sid` may be an address for want of one.
    `copies`: in how many rows of one list a node is. `stage` tells two things of one name apart, and blocks a name
    alone where one list has both; `system` and `kin`, the family of the operating system and more of it, where anything
    else speaks against it too. `settling`: the rules in force that choose between several of one name.
    `apart`: the splits that a component stands in: number, pair, side.
    """

    facts: Mapping[str, "array[int]"]
    retired: "array[int]"
    kinds: "array[int]"
    listed: Sequence[int]
    sid: Sequence[int]
    own_id: Sequence[int]
    copies: Sequence[int]
    whereabouts: Whereabouts
    aliases: Sequence[int]
    lives: Lives
    settling: Sequence[str]
    parent: "array[int]" = field(init=False)
    rule: list[str | None] = field(init=False)
    members: dict[int, list[int]] = field(init=False, default_factory=dict)
    sets: list[frozenset[int]] = field(init=False, default_factory=list)
    apart: dict[int, set[tuple[int, int, int]]] = field(init=False, default_factory=dict)
    undecided: list[tuple[int, tuple[int, ...], str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        size = len(self.retired)
        self.parent = array("q", range(size))
        self.rule = [None] * size

    def find(self, node: int) -> int:
        """The component that a node is in, named by its smallest node."""
        parent = self.parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def within(self, root: int) -> list[int]:
        """All nodes of a component."""
        return self.members.get(root, [root])

    def _values(self, code: int) -> frozenset[int]:
        return self.sets[-code - 1] if code < 0 else frozenset((code,))

    def contradict(self, one: int, other: int, blockers: int) -> bool:
        """True where a person kept two components apart, or they state different things of the kinds in `blockers`."""
        return self._kept_apart(one, other) or self._state_otherwise(one, other, blockers)

    def _state_otherwise(self, one: int, other: int, blockers: int) -> bool:
        stated = (name for name, kind in FACTS.items() if kind & blockers)
        if any(self._differ_in(name, one, other) for name in stated):
            return True
        if blockers & HEIR and self._succeeds(one, other):
            return True
        if blockers & RETIRED and not self.retired[one] & self.retired[other]:
            return True
        if blockers & KIND and not self.kinds[one] & self.kinds[other]:
            return True
        return self._two_rows(one, other, blockers) or self._two_places(one, other, blockers)

    def _two_rows(self, one: int, other: int, blockers: int) -> bool:
        """True where a list has both in rows of their own."""
        if blockers & OWN_ID and self._listed_twice(one, other, self.own_id):
            return True
        if blockers & LISTED and self._listed_twice(one, other, self.sid):
            return True
        two_rows = bool(blockers & ROWS)
        two_rows |= bool(blockers & LISTED) and self._state_two_systems(one, other)
        two_rows |= bool(blockers & STAGES) and self._state_two_stages(one, other)
        return two_rows and not self._lists(one).isdisjoint(self._lists(other))

    def _two_places(self, one: int, other: int, blockers: int) -> bool:
        """True where both are in the network at places that one machine does not have."""
        sides = self.within(one), self.within(other)
        if blockers & CARDS and self.whereabouts.elsewhere(*sides):
            return True
        if blockers & AWAY and self._away(one, other):
            return True
        if not blockers & PLACE:
            return False
        together = not self._lists(one).isdisjoint(self._lists(other))
        if self.whereabouts.both_placed(*sides, together) or self.whereabouts.other_cards(*sides):
            return True
        return self._state_two_systems(one, other) and self._away(one, other)

    def _differ_in(self, name: str, one: int, other: int) -> bool:
        differ = self._differ(name, self.facts[name][one], self.facts[name][other])
        return differ and (name != "host" or not (self._called(one, other) or self._called(other, one)))

    def _called(self, one: int, other: int) -> bool:
        """True where a list calls the one by no host name but that of the other: it had that name before."""
        hosts = self._values(self.facts["host"][other])
        return any(self.aliases[node] in hosts for node in self.within(one))

    def _succeeds(self, one: int, other: int) -> bool:
        """True where at least two things say that one has the name of the other since that is gone."""
        signs = self.lives.signs(one, other)
        return signs + self._state_two_systems(one, other) + self._away(one, other) > 1

    def _differ(self, name: str, left: int, right: int) -> bool:
        """True where both say something and not the same."""
        if not left or not right or left == right:
            return False
        if left > 0 and right > 0:
            return name != "tag" or left >> TAG_VALUE_BITS == right >> TAG_VALUE_BITS
        return self._values(left).isdisjoint(self._values(right))

    def _state_two_systems(self, one: int, other: int) -> bool:
        """True where both name an operating system, and one machine does not run both."""
        return any(self._differ(name, self.facts[name][one], self.facts[name][other]) for name in ("system", "kin"))

    def _state_two_stages(self, one: int, other: int) -> bool:
        """True where both name an environment, and not the same."""
        return self._differ("stage", self.facts["stage"][one], self.facts["stage"][other])

    def _kept_apart(self, one: int, other: int) -> bool:
        if not self.apart:
            return False
        sides = self.apart.get(other, set())
        return any((split, pair, 1 - side) in sides for split, pair, side in self.apart.get(one, ()))

    def _any_kept_apart(self, roots: Sequence[int]) -> bool:
        return bool(self.apart) and any(self._kept_apart(one, other) for one, other in combinations(roots, 2))

    def _listed_twice(self, one: int, other: int, number: Sequence[int]) -> bool:
        numbers: dict[int, set[int]] = {}
        for node in self.within(one):
            if number[node]:
                numbers.setdefault(self.listed[node], set()).add(number[node])
        return any(
            number[node] and self.listed[node] in numbers and number[node] not in numbers[self.listed[node]]
            for node in self.within(other)
        )

    def _away(self, one: int, other: int) -> bool:
        return self.whereabouts.away(self.within(one), self.within(other))

    def _lists(self, root: int) -> set[int]:
        """The lists that have a row of a component. A list names a thing once."""
        return {self.listed[node] for node in self.within(root)}

    def addresses(self, root: int) -> set[str]:
        """Every address that a component has."""
        return self.whereabouts.addresses(self.within(root))

    def join(self, one: int, other: int, rule: str) -> int:
        """Make one component of two, whatever they state; the rule is kept with every node it first joined."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return one
        root, gone = min(one, other), max(one, other)
        for single in (root, gone):
            if self.rule[single] is None and single not in self.members:
                self.rule[single] = rule
        self.members[root] = sorted(self.within(root) + self.members.pop(gone, [gone]))
        self.parent[gone] = root
        for values in self.facts.values():
            values[root] = self._merged(values[root], values[gone])
        self.retired[root] |= self.retired[gone]
        self.lives.merge(root, gone)
        self.kinds[root] = self.kinds[root] & self.kinds[gone] or self.kinds[root] | self.kinds[gone]
        if gone in self.apart:
            self.apart.setdefault(root, set()).update(self.apart.pop(gone))
        return root

    def _merged(self, left: int, right: int) -> int:
        if not left or not right or left == right:
            return left or right
        self.sets.append(self._values(left) | self._values(right))
        return -len(self.sets)

    def join_unless(self, one: int, other: int, rule: str, blockers: int) -> bool:
        """Join two nodes' components unless they contradict each other; True where they are one now."""
        one, other = self.find(one), self.find(other)
        if one != other and self.contradict(one, other, blockers):
            return False
        self.join(one, other, rule)
        return True

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
        if all(len(found) == len(roots) - 1 for found in fits.values()) and not self._any_kept_apart(roots):
            self._join_in_turn(roots, rule, blockers)
            return
        numbers = self._anchoring(roots)
        anchors = self._pair_anchors([root for root in roots if self._anchored(root, numbers)], rule, blockers)
        loose = [root for root in roots if not self._anchored(self.find(root), numbers)]
        # What contradicts every anchor is another thing of that name, so a rival for those that fit an anchor.
        strangers = [root for root in loose if all(self.contradict(one, root, blockers) for one in anchors)]
        self._join_loose(strangers, rule, blockers)
        fits = {root: self._fitting(root, (*anchors, *strangers), blockers) for root in loose if root not in strangers}
        for root in sorted(fits, key=lambda root: (len(fits[root]), root)):
            like = [one for one in fits if fits[one] == fits[root]]
            beside = [one for one in like if self._state_otherwise(one, root, blockers)]
            self._join_to_one(root, beside, (*anchors, *strangers), rule, blockers)

    def _fitting(self, root: int, standing: Sequence[int], blockers: int) -> list[int]:
        """The components of `standing` that the root does not contradict by what it states."""
        return [
            one
            for one in sorted({self.find(one) for one in standing})
            if not self._state_otherwise(one, root, blockers)
        ]

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
        fits = self._fitting(root, standing, blockers)
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
