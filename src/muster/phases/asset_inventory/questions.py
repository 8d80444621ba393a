"""Components that may be one thing though no rule joined them: what is left to ask a person when all rules have run.

Nothing here joins anything. What agrees by name and by address, what fits several of its name, and a bare address that
several claim: each is asked once, and only where few are to choose from.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import polars as pl

from muster.phases.asset_inventory.clusters import members_of, names_at_addresses, names_of
from muster.phases.asset_inventory.components import AWAY, BARE, FORM, GONE, ROWS, STAGES, SYSTEM, Components
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules
from muster.phases.asset_inventory.unnamed import nameless

MOST_TO_CHOOSE = 4  # what more of them have in common tells nothing of any
Pair = tuple[int, int]
Question = tuple[int, int, str]


def open_questions(
    nodes: pl.DataFrame, roots: pl.Series, parts: Components, rules: Rules = AS_THEY_COME
) -> list[Question]:
    """Pairs (node, rival node, rule that found them). `roots`: the component of every node."""
    machines = nodes.filter(pl.col("family") == "hardware")
    stages: list[tuple[str, pl.DataFrame, Callable[[int, int, Components], bool]]] = [
        ("host_address", names_at_addresses(machines).select("no", "key"), _not_told_apart),
        ("name", names_of(machines), _fits),
    ]
    asked = _asked(parts)
    found: dict[Pair, Question] = {}
    for rule, held, likely in (stage for stage in stages if rules.allow(stage[0])):
        for group in _apart(held, roots):
            pairs = [pair for pair in combinations(sorted(group.keys() - asked), 2) if likely(*pair, parts)]
            for one, other in _most_to_choose_first(pairs, parts):
                found.setdefault((min(one, other), max(one, other)), (group[one], group[other], rule))
        asked |= {parts.find(node) for node, _, _ in found.values()}
    claims = _claims(nodes, roots, parts) if rules.allow("address") else []
    return [*found.values(), *claims]


def _asked(parts: Components) -> set[int]:
    """The components of which a rule left open which of several they are."""
    return {
        parts.find(node)
        for node, rivals, _ in parts.undecided
        if any(parts.find(rival) != parts.find(node) for rival in rivals)
    }


def _apart(held: pl.DataFrame, roots: pl.Series) -> Iterator[Mapping[int, int]]:
    """Of every key that few components share: each of them, and its first node that has it. `held`: no, key."""
    rooted = held.with_columns(root=roots.gather(held["no"]))
    each = rooted.group_by("key", "root").agg(pl.col("no").min())
    few = each.filter(pl.len().over("key").is_between(2, MOST_TO_CHOOSE + 1)).sort("no", "key")
    for members, firsts in few.group_by("key", maintain_order=True).agg("root", "no").select("root", "no").iter_rows():
        yield dict(zip(members, firsts, strict=True))


def _most_to_choose_first(pairs: Sequence[Pair], parts: Components) -> Iterator[Pair]:
    """Each pair with the one first that has most to choose from, else the one of which fewer records tell."""
    choices = Counter(side for pair in pairs for side in pair)
    for pair in pairs:
        one, other = sorted(pair, key=lambda root: (-choices[root], len(parts.within(root)), -root))
        yield one, other


def _not_told_apart(one: int, other: int, parts: Components) -> bool:
    """False where a person kept them apart, or a list that has the one as retired has the other in a row beside it."""
    if parts.contradict(one, other, 0):
        return False
    return bool(parts.retired[one] & parts.retired[other]) or not parts.contradict(one, other, ROWS)


def _fits(one: int, other: int, parts: Components) -> bool:
    """True where nothing contradicts but one thing: that one list has both in two environments, or that the one is
    hardware and the other virtual, and no address says more of it.
    """
    return not parts.contradict(one, other, BARE & ~STAGES) or not parts.contradict(one, other, BARE & ~FORM | AWAY)


def _claims(nodes: pl.DataFrame, roots: pl.Series, parts: Components) -> Iterator[Question]:
    """What says an address and no name, with every machine that is not gone and has that address."""
    bare = pl.col("address_name").is_not_null() | pl.col("no").is_in(nameless(nodes)["no"].implode())
    told = nodes.select("no", asks=bare, root=roots).with_columns(alone=pl.col("asks").all().over("root"))
    held = pl.concat([members_of(nodes, "ips"), nodes.select("no", key="address_name").drop_nulls()])
    placed = held.join(told, on="no")
    left = placed.filter("alone").group_by("root", "key").agg(pl.col("no").min())
    owners = placed.filter(~pl.col("asks")).group_by("key", owner="root").agg(rival=pl.col("no").min())
    pairs = (
        left.join(owners, on="key")
        .sort("root", "rival", "no")
        .unique(["root", "owner"], keep="first", maintain_order=True)
    )
    for root, *sides in pairs.group_by("root", maintain_order=True).agg("no", "rival", "owner").iter_rows():
        likely = [(node, rival) for node, rival, owner in zip(*sides, strict=True) if _may_be(root, owner, parts)]
        if len(likely) <= MOST_TO_CHOOSE:
            yield from ((node, rival, "address") for node, rival in likely)


def _may_be(asking: int, owner: int, parts: Components) -> bool:
    gone = parts.retired[owner] == GONE or parts.lives.stands(owner)
    return not gone and not parts.contradict(asking, owner, BARE | SYSTEM)
