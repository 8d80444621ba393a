"""The structure of estates: words of people, hubs by role, levels, applications, cycles and their smallest cut."""

import itertools
import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.dependency_analysis.applications import boundaries
from muster.phases.dependency_analysis.cycles import cycles
from muster.phases.dependency_analysis.decided import (
    ADD,
    ADDED,
    CONFIRM,
    CONFIRMED,
    FOUND,
    REFUSE,
    EdgeWord,
    GroupWord,
    Said,
    apply,
    pinned,
)
from muster.phases.dependency_analysis.groups import groups, hubs
from muster.phases.dependency_analysis.hub_roles import roles
from muster.phases.dependency_analysis.structure import structure

SCHEMA = {
    "source_no": pl.Int64, "target_no": pl.Int64, "kind": pl.String, "port": pl.Int64, "protocol": pl.String,
    "count": pl.Int64, "confidence": pl.Float64, "evidence": pl.String, "told_by": pl.List(pl.Int64),
}  # fmt: skip


def edges(*told: tuple[int, int, int | None], kind: str = "connection") -> pl.DataFrame:
    rows = [(a, b, kind, port, "tcp" if port else None, 1, 0.9, "{}", None) for a, b, port in told]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def assets(names: Iterable[str], applications: Mapping[int, str] | None = None) -> pl.DataFrame:
    rows = [(at, name, "server", (applications or {}).get(at)) for at, name in enumerate(names)]
    columns = {"asset_no": pl.Int64, "name": pl.String, "asset_type": pl.String, "application_name": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def standing(found: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(found.select("source_no", "target_no", "port", "standing", "confidence").iter_rows())


def test_the_newest_word_about_an_edge_holds_and_leaves_the_others_alone() -> None:
    told = edges((1, 2, 443), (1, 2, 22), (3, 4, None))
    words = [
        EdgeWord(1, REFUSE, 1, 2),
        EdgeWord(2, CONFIRM, 1, 2, port=443),
        EdgeWord(3, ADD, 5, 6, "depends_on"),
        EdgeWord(4, ADD, 3, 3, "depends_on"),
    ]
    kept, refused = apply(told, words)
    assert standing(kept) == {
        (1, 2, 443, CONFIRMED, 1.0),
        (3, 4, None, FOUND, 0.9),
        (5, 6, None, ADDED, 1.0),
    }
    assert refused.select("source_no", "target_no", "port", "decision_id").rows() == [(1, 2, 22, 1)]
    kept, refused = apply(told, [*words, EdgeWord(5, REFUSE, 5, 6)])
    assert (5, 6) not in set(kept.select("source_no", "target_no").iter_rows())
    assert (5, 6, 5) in set(refused.select("source_no", "target_no", "decision_id").iter_rows())


WORDS = st.builds(
    EdgeWord,
    st.just(0),
    st.sampled_from((CONFIRM, REFUSE, ADD)),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(("connection", "depends_on")),
    st.sampled_from((None, 22, 443)),
)
ENDS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from((None, 22, 443)))


@settings(max_examples=80, deadline=None)
@given(st.lists(ENDS.filter(lambda ends: ends[0] != ends[1]), unique=True), st.lists(WORDS), st.randoms())
def test_no_edge_is_lost_or_twice_and_only_the_number_of_a_word_counts(
    told: list[tuple[int, int, int | None]], said: list[EdgeWord], chance: random.Random
) -> None:
    words = [
        EdgeWord(at, one.verdict, one.source_no, one.target_no, one.kind, one.port) for at, one in enumerate(said, 1)
    ]
    kept, refused = apply(edges(*told), words)
    key = ["source_no", "target_no", "kind", "port", "protocol"]
    every = pl.concat([kept.select(key), refused.select(key)])
    assert every.is_unique().all()
    assert set(edges(*told).select(key).iter_rows()) <= set(every.iter_rows())
    shuffled = chance.sample(words, len(words))
    again = apply(edges(*told), shuffled)
    assert again[0].equals(kept)
    assert again[1].equals(refused)


def test_a_pinned_asset_goes_where_it_was_sent_and_the_others_stay() -> None:
    found = pl.DataFrame({"asset_no": [1, 2, 3, 4, 5, 6], "group_no": [1, 1, 1, 2, 2, 2]})
    sent = pinned(found, [GroupWord(1, 3, 4), GroupWord(2, 9, 8), GroupWord(3, 6, None)])
    assert dict(sent.iter_rows()) == {1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 8: 3, 9: 3}
    followed = pinned(found, [GroupWord(1, 3, 6), GroupWord(2, 6, 1), GroupWord(3, 6, 4)])
    assert dict(followed.iter_rows()) == {1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 2}
    circle = pinned(found, [GroupWord(1, 1, 4), GroupWord(2, 4, 1)])
    assert dict(circle.iter_rows()) == {1: 1, 4: 1, 2: 2, 3: 2, 5: 3, 6: 3}


def hubbed(port: int, called: bool, name: str = "srv") -> tuple[pl.DataFrame, pl.DataFrame]:
    """60 servers in applications of five, and a hub that all call, or that calls all."""
    inside = [(at, at - at % 5 + (at + 1) % 5, 8080) for at in range(60)]
    ends = [(at, 60, port) if called else (60, at, port) for at in range(60)]
    return edges(*inside, *ends), assets([f"app{at // 5}-{at % 5}" for at in range(60)] + [name])


@pytest.mark.parametrize(
    ("port", "called", "role"),
    [(53, True, "dns"), (389, True, "directory"), (10050, False, "monitoring"), (13782, False, "backup"),
     (22, False, "jump_host"), (22, True, None), (51234, True, None)],
)  # fmt: skip
def test_ports_and_direction_tell_what_a_hub_is_and_a_name_alone_does_not(
    port: int, called: bool, role: str | None
) -> None:
    told, named = hubbed(port, called, "dns01")
    marked = hubs(told, named)
    assert marked["asset_no"].to_list() == [60]
    found = roles(marked, told, named).row(0, named=True)
    assert (found["role"], found["confidence"]) == (role, 1.0 if role else None)
    assert json.loads(found["evidence"])["callers" if called else "callees"] == 60


def test_levels_tell_who_else_uses_the_target() -> None:
    told, named = hubbed(53, True)
    told = pl.concat([told, edges((0, 7, 5432), (12, 7, 5432))])
    found = structure(told, named, Said())
    level = {(a, b): one for a, b, one in found.edges.select("source_no", "target_no", "level").iter_rows()}
    assert level[0, 60] == "everyone"
    assert level[0, 7] == level[12, 7] == level[6, 7] == "shared"
    assert level[20, 21] == "own"


def test_applications_are_proposed_by_group_and_by_name_and_never_over_what_is_stated() -> None:
    names = ["crm-web1", "crm-web2", "crm-app1", "crm-db1", "erp-web1", "erp-db1", "bill-web1", "bill-db1", "x17"]
    said = {0: "CRM", 1: "CRM", 4: "ERP", 5: "ERP", 8: "Other"}
    told = edges(*((a, b, 1) for a, b in itertools.permutations((0, 1, 2, 3), 2)), (4, 5, 1), (6, 7, 1))
    named = assets(names, said)
    found = boundaries(named, told, groups(told, named), pl.Series(dtype=pl.Int64))
    by = {row["asset_no"]: row for row in found.iter_rows(named=True)}
    assert {at: (by[at]["application"], by[at]["basis"]) for at in (0, 4, 8)} == {
        0: ("CRM", "stated"), 4: ("ERP", "stated"), 8: ("Other", "stated"),
    }  # fmt: skip
    assert by[2]["application"] == by[3]["application"] == "CRM"
    assert by[2]["basis"] == "names and flows"
    assert by[2]["confidence"] > 0.8
    assert by[6]["application"] == by[7]["application"] == "bill"


def test_a_cycle_is_explained_by_its_pairs_and_the_fewest_that_must_be_cut() -> None:
    needs = pl.DataFrame(
        {"source_no": [1, 2, 3, 1, 4, 9], "target_no": [2, 3, 1, 3, 5, 1], "count": [5, 5, 2, 1, 1, 1]}
    )
    [found] = cycles(needs)
    assert (found.members, found.cut, found.exact) == ((1, 2, 3), ((3, 1),), True)
    assert set(found.pairs) == {(1, 2), (2, 3), (3, 1), (1, 3)}


PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]), unique=True)


@settings(max_examples=80, deadline=None)
@given(PAIRS)
def test_no_smaller_cut_breaks_a_cycle(pairs: list[tuple[int, int]]) -> None:
    needs = pl.DataFrame(
        [(a, b, 1) for a, b in pairs],
        schema={"source_no": pl.Int64, "target_no": pl.Int64, "count": pl.Int64},
        orient="row",
    )
    for found in cycles(needs):
        fewest = min(
            sum(order.index(a) < order.index(b) for a, b in found.pairs)
            for order in itertools.permutations(found.members)
        )
        assert len(found.cut) == fewest
        rest = needs.filter(~pl.struct("source_no", "target_no").is_in(
            [{"source_no": a, "target_no": b} for a, b in found.cut]))  # fmt: skip
        assert not any(set(other.members) & set(found.members) for other in cycles(rest))


def test_a_large_cycle_is_cut_open_too() -> None:
    ring = [(at, (at + 1) % 40, 1) for at in range(40)]
    needs = pl.DataFrame(ring, schema=["source_no", "target_no", "count"], orient="row")
    [found] = cycles(needs)
    assert (len(found.cut), found.exact) == (1, False)
