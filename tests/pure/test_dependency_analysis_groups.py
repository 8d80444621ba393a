"""Groups: planted applications are found again, hubs join nothing, and the order of rows changes nothing."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.dependency_analysis.groups import Grouping, grouped, groups, hubs


def _edges(pairs: Iterable[tuple[int, int]], kind: str = "connection") -> pl.DataFrame:
    ends = list(pairs)
    return pl.DataFrame(
        {"source_no": [a for a, _ in ends], "target_no": [b for _, b in ends]},
        schema={"source_no": pl.Int64, "target_no": pl.Int64},
    ).with_columns(kind=pl.lit(kind), confidence=pl.lit(0.95), count=pl.lit(1, pl.Int64))


def _assets(count: int, kind: str = "server") -> pl.DataFrame:
    return pl.DataFrame({"asset_no": range(count), "asset_type": [kind] * count})


def _planted(applications: int, hubs_wanted: int, seed: int) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """Applications of 4 to 20 servers that talk among themselves, some calls between them, and hubs all talk to."""
    chance = random.Random(seed)
    pairs: set[tuple[int, int]] = set()
    truth: dict[int, int] = {}
    for application in range(applications):
        members = range(len(truth), len(truth) + chance.randint(4, 20))
        truth |= dict.fromkeys(members, application)
        pairs |= {(a, b) for a in members for b in chance.sample(members, 4) if a != b}
    count = len(truth)
    pairs |= {(chance.randrange(count), chance.randrange(count)) for _ in range(2 * applications)}
    pairs |= {(a, count + hub) for hub in range(hubs_wanted) for a in range(count) if chance.random() < 0.8}
    return sorted((a, b) for a, b in pairs if a != b), truth


def _adjusted_rand(truth: Mapping[int, int], found: Mapping[int, int]) -> float:
    """Hubert and Arabie 1985; assets in no group count as groups of their own."""
    said = {number: found.get(number, -number - 1) for number in truth}
    both, left, right = (
        sum(size * (size - 1) / 2 for size in Counter(keys).values())
        for keys in (((truth[n], said[n]) for n in truth), truth.values(), said.values())
    )
    expected = left * right / (len(truth) * (len(truth) - 1) / 2)
    return (both - expected) / ((left + right) / 2 - expected)


def test_planted_applications_are_found_again_without_their_hubs() -> None:
    for applications in (20, 200):
        pairs, truth = _planted(applications, hubs_wanted=5, seed=3)
        edges, assets = _edges(pairs), _assets(len(truth) + 5)
        assert hubs(edges, assets)["asset_no"].to_list() == list(range(len(truth), len(truth) + 5))
        assert _adjusted_rand(truth, dict(groups(edges, assets).iter_rows())) > 0.95


def test_groups_are_looked_for_again_only_where_the_graph_is_another() -> None:
    pairs, truth = _planted(20, hubs_wanted=0, seed=5)
    edges, assets = _edges(pairs), _assets(len(truth))
    found = grouped(edges, assets, "automatic", None)
    # Groups that nobody could find: given back, they were not looked for.
    kept = Grouping(found.graph, found.groups.with_columns(group_no=pl.lit(1, pl.Int64)))
    assert grouped(edges.reverse(), assets, "automatic", kept) is kept
    for edge, grain in ((edges.head(-1), "automatic"), (edges.with_columns(count=2), "automatic"), (edges, "coarse")):
        again = grouped(edge, assets, grain, kept)
        assert again.graph != kept.graph
        assert again.groups.equals(groups(edge, assets, grain))


def test_groups_are_numbered_by_their_smallest_member_and_loners_have_none() -> None:
    triangles = [(8, 7), (7, 6), (6, 8), (2, 3), (3, 4), (4, 2)]
    found = groups(_edges(triangles), _assets(12))
    assert found.rows() == [(2, 1), (3, 1), (4, 1), (6, 2), (7, 2), (8, 2)]


def test_a_recorded_membership_outweighs_a_few_connections() -> None:
    members = [(server, 0) for server in range(2, 12)] + [(server, 1) for server in range(12, 22)]
    calls = [(2, 12), (3, 13), (4, 14)]
    found = dict(groups(pl.concat([_edges(members, "member_of"), _edges(calls)]), _assets(22)).iter_rows())
    assert [found[number] for number in range(22)] == [1, 2] + [1] * 10 + [2] * 10


def test_what_sources_state_of_applications_joins_what_connections_leave_apart() -> None:
    pairs = [(at, at + 1) for at in range(0, 12, 2)]
    assets = _assets(12).with_columns(
        application_name=pl.Series(["Shop"] * 3 + [" shop "] + ["Payroll", None] * 3 + [None] * 2)
    )
    found = groups(_edges(pairs), assets)
    assert found.group_by("group_no").len().sort("group_no").rows() == [(1, 4), (2, 6), (3, 2)]
    assert groups(_edges(pairs), assets.drop("application_name"))["group_no"].n_unique() == 6
    # Who has no connection is in no group, whatever its application.
    assert groups(_edges(pairs[:1]), assets)["asset_no"].to_list() == [0, 1]


def test_a_name_that_half_of_an_estate_has_is_no_application() -> None:
    pairs, truth = _planted(100, hubs_wanted=0, seed=5)
    said = pl.Series([f"App {truth[at]}" if at % 2 else "Infrastructure" for at in range(len(truth))])
    found = groups(_edges(pairs), _assets(len(truth)).with_columns(application_name=said))
    assert _adjusted_rand(truth, dict(found.iter_rows())) > 0.97


def test_sharing_a_hypervisor_is_no_reason_to_belong_together() -> None:
    assets = pl.DataFrame({"asset_no": [0, 1, 2], "asset_type": ["hypervisor", "virtual_machine", "virtual_machine"]})
    assert groups(_edges([(1, 0), (2, 0)], "runs_on"), assets).is_empty()


def test_no_edges_make_no_groups() -> None:
    assert groups(_edges([]), _assets(3)).is_empty()
    assert hubs(_edges([]), _assets(3)).is_empty()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(lambda pair: pair[0] != pair[1]), max_size=40),
    st.randoms(use_true_random=False),
)
def test_the_order_of_edges_does_not_matter(pairs: list[tuple[int, int]], shuffler: random.Random) -> None:
    straight = groups(_edges(pairs), _assets(15))
    shuffler.shuffle(pairs)
    assert groups(_edges(pairs), _assets(15).reverse()).equals(straight)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=25),
    st.permutations(range(10)),
)
def test_which_numbers_assets_have_does_not_matter(pairs: list[tuple[int, int]], numbers: list[int]) -> None:
    """Numbers follow the order of arrival: files in any order give one digest."""

    def by_name(number: dict[int, int]) -> set[frozenset[str]]:
        assets = _assets(10).with_columns(name=pl.lit(""))
        names = pl.DataFrame({"asset_no": list(number.values()), "name": [f"host{one}" for one in number]})
        assets = assets.drop("name").join(names, on="asset_no")
        found = groups(_edges([(number[a], number[b]) for a, b in pairs]), assets).join(names, on="asset_no")
        return {frozenset(one) for one in found.group_by("group_no").agg("name")["name"].to_list()}

    assert by_name(dict(enumerate(numbers))) == by_name({one: one for one in range(10)})
