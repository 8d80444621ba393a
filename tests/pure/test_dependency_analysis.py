"""Claims become edges: exact keys, no guesses between namesakes, nothing lost without a reason."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.dependency_analysis.edges import CLAIM_SCHEMA, Edges, edges
from muster.phases.dependency_analysis.ends import NAME_SCHEMA
from muster.phases.dependency_analysis.relation_type import read_relation

ASSETS = pl.DataFrame(
    [
        {
            "asset_no": 0,
            "asset_type": "server",
            "name": "web1",
            "fqdn": "web1.north.example",
            "ip_address": ["10.1.0.1"],
        },
        {"asset_no": 1, "asset_type": "server", "name": "web10", "hostname": "WEB10", "ip_address": ["10.1.0.10"]},
        {"asset_no": 2, "asset_type": "server", "name": "WEB1.south.example", "ip_address": ["2001:db8:0:0::2"]},
        {"asset_no": 3, "asset_type": "application", "name": "Ledger", "application_id": "A-3", "source_id": "77"},
        {"asset_no": 4, "asset_type": "server", "name": "ledger", "ip_address": ["10.1.0.4", "10.2.0.4"]},
        {"asset_no": 5, "asset_type": "database", "name": "Books; old, but used", "ip_address": ["10.1.0.4"]},
        {"asset_no": 6, "asset_type": "application", "name": "Payroll", "application_id": "A-6"},
        {"asset_no": 7, "asset_type": "application", "name": "Payroll", "application_id": "A-7"},
    ],
    infer_schema_length=None,
)
NO_NAMES = pl.DataFrame(schema=NAME_SCHEMA)


def _claims(*rows: dict[str, object]) -> pl.DataFrame:
    numbered = [
        {"record_id": number, "kind": "relation", "count": 1, "file_ref": 1, **row} for number, row in enumerate(rows)
    ]
    return pl.DataFrame(numbered, schema=CLAIM_SCHEMA)


def _found(*rows: dict[str, object], names: pl.DataFrame = NO_NAMES) -> Edges:
    return edges(ASSETS, names, _claims(*rows))


def _ends(found: Edges) -> set[tuple[int, int, str]]:
    return set(found.edges.select("source_no", "target_no", "kind").iter_rows())


@pytest.mark.parametrize(
    ("text", "asset_no"),
    [
        ("10.1.0.1", 0),
        ("2001:DB8::2", 2),
        ("web1.north.example", 0),
        ("WEB1.South.Example.", 2),
        ("web10", 1),
        (" Web10 ", 1),
        ("web10.north.example", 1),  # the asset is known without a domain, so none contradicts
        ("A-3", 3),
        ("77", 3),
        ("10.2.0.4", 4),
        ("Books; old, but used", 5),
    ],
)
def test_an_end_is_found_by_an_exact_key(text: str, asset_no: int) -> None:
    found = _found({"kind": "relation", "source_text": "A-6", "target_text": text})
    assert _ends(found) == {(6, asset_no, "relation")}


@pytest.mark.parametrize(
    ("text", "reason", "candidates"),
    [
        ("web", "no_such_name", []),
        ("web100", "no_such_name", []),
        ("web1.east.example", "no_such_name", []),
        ("10.1.0.100", "no_such_address", []),
        ("Payroll", "ambiguous", [6, 7]),
        ("  ", "blank", []),
        (None, "blank", []),
    ],
)
def test_an_end_that_fits_none_or_two_is_kept_with_its_reason(
    text: str | None, reason: str, candidates: list[int]
) -> None:
    found = _found({"source_text": "A-3", "target_text": text, "count": 4})
    assert found.edges.is_empty()
    assert found.unresolved.rows() == [(text or "", "target", "relation", reason, 4, candidates)]


def test_the_kind_of_claim_chooses_between_a_machine_and_an_application_of_one_name() -> None:
    found = _found(
        {"kind": "member_of", "source_asset_no": 0, "target_text": "LEDGER"},
        {"kind": "runs_on", "source_asset_no": 3, "target_text": "LEDGER"},
        {"kind": "connection", "source_text": "10.1.0.1", "target_text": "10.1.0.4", "port": 443, "protocol": "tcp"},
    )
    assert _ends(found) == {(0, 3, "member_of"), (3, 4, "runs_on"), (0, 4, "connection")}


def test_the_file_of_the_claim_chooses_between_namesakes() -> None:
    names = pl.DataFrame([(6, "name", "Payroll", 8), (7, "name", "Payroll", 9)], schema=NAME_SCHEMA, orient="row")
    found = _found({"source_text": "A-3", "target_text": "payroll", "file_ref": 9}, names=names)
    assert _ends(found) == {(3, 7, "relation")}


def test_a_name_that_only_a_losing_record_gave_still_counts() -> None:
    names = pl.DataFrame([(1, "hostname", "front-a", 2)], schema=NAME_SCHEMA, orient="row")
    found = _found({"source_text": "A-3", "target_text": "FRONT-A.corp.example"}, names=names)
    assert _ends(found) == {(3, 1, "relation")}


def test_a_second_text_helps_where_the_first_one_fits_nothing() -> None:
    found = _found({"source_text": "nameless", "source_other": "10.1.0.10", "target_text": "A-3"})
    assert _ends(found) == {(1, 3, "relation")}


def test_a_list_in_one_cell_is_several_claims_unless_it_is_a_name() -> None:
    found = _found(
        {"kind": "depends_on", "source_asset_no": 6, "target_text": "web10; A-3,nobody"},
        {"kind": "depends_on", "source_asset_no": 6, "target_text": "Books; old, but used"},
    )
    assert _ends(found) == {(6, 1, "depends_on"), (6, 3, "depends_on"), (6, 5, "depends_on")}
    assert found.unresolved["end_text"].to_list() == ["nobody"]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("web10 / A-3", {1, 3}),
        ("WEB1.north.example/web10", {0, 1}),
        ("web10 und A-3 & web1.north.example", {0, 1, 3}),
        ("web10.north.example + 10.2.0.4", {1, 4}),  # a short name with another domain, and an address
    ],
)
def test_a_sign_that_occurs_in_names_parts_what_is_known(text: str, ends: set[int]) -> None:
    found = _found({"kind": "depends_on", "source_asset_no": 6, "target_text": text})
    assert {target for _, target, _ in _ends(found)} == ends
    assert found.unresolved.is_empty()


@pytest.mark.parametrize("text", ["Ledger & Co / web10", "web10 / Ledger & Co / A-3", "web10 / Ledger & Co; A-3"])
def test_a_name_with_a_sign_stands_in_a_list_that_strokes_part(text: str) -> None:
    names = pl.DataFrame([(7, "name", "Ledger & Co", 1)], schema=NAME_SCHEMA, orient="row")
    found = _found({"kind": "depends_on", "source_asset_no": 6, "target_text": text}, names=names)
    wanted = {1, 7} if "A-3" not in text else {1, 3, 7}
    assert ({target for _, target, _ in _ends(found)}, found.unresolved.height) == (wanted, 0)


@pytest.mark.parametrize(
    "text", ["web10 / nobody", "77 / 77.0", "web10/77", "Research & Development", "TCP/IP", "web10 and", "10.1.0.0/24"]
)
def test_a_sign_that_occurs_in_names_leaves_whole_what_is_not_known(text: str) -> None:
    found = _found({"kind": "depends_on", "source_asset_no": 6, "target_text": text})
    assert found.unresolved["end_text"].to_list() == [text]


def test_equal_claims_are_one_edge_and_a_second_file_makes_it_surer() -> None:
    once = {"kind": "connection", "source_text": "10.1.0.1", "target_text": "10.1.0.10", "port": 443, "protocol": "tcp"}
    found = _found({**once, "count": 3}, {**once, "count": 2}, {**once, "file_ref": 2}, {**once, "port": 22})
    rows = found.edges.select("port", "count", "confidence", "told_by").rows()
    assert rows == [(22, 1, 0.95, [3]), (443, 6, 0.975, [0, 2])]


def test_an_edge_to_itself_is_dropped_and_counted() -> None:
    found = _found({"source_text": "10.1.0.4", "target_text": "10.2.0.4", "kind": "connection", "count": 5})
    assert (found.edges.height, found.unresolved.height, found.self_edges) == (0, 0, 5)


@pytest.mark.parametrize(
    ("words", "kind", "backward"),
    [
        ("Depends on::Used by", "depends_on", False),
        ("Used by::Depends on", "uses", True),
        ("Runs on::Runs", "runs_on", False),
        ("Hosted on::Hosts", "runs_on", False),
        ("Contains::Contained by", "member_of", True),
        ("HOSTS", "runs_on", True),
        ("southbound", "depends_on", False),
        ("northbound", "depends_on", True),
        ("input", "uses", False),
        ("output", "uses", False),
        ("uses", "uses", False),
        ("Läuft auf", "runs_on", False),
        ("dépend de", "depends_on", False),
        ("something new::Used by", "uses", False),
        ("Monthly report of uses", None, False),
        ("", None, False),
    ],
)
def test_the_words_of_a_relation_give_kind_and_direction(words: str, kind: str | None, backward: bool) -> None:
    found = read_relation(words)
    assert (found.kind, found.backward) == (kind, backward)


def test_the_machine_of_a_database_that_no_file_describes_is_an_open_end() -> None:
    assets = pl.DataFrame({"asset_no": [0, 1], "asset_type": ["database", "hypervisor"], "hostname": ["ora01", "esx1"]})
    own = [("ora01", 0), ("esx1", 1)]
    claims = [{"kind": "runs_on", "source_asset_no": at, "target_text": text, "count": 1} for text, at in own]
    found = edges(assets, pl.DataFrame(schema=NAME_SCHEMA), pl.DataFrame(claims))
    assert found.unresolved.rows() == [("ora01", "target", "runs_on", "no_such_name", 1, [])]
    assert (found.edges.height, found.self_edges) == (0, 1)


def test_an_edge_leads_from_the_dependent_to_what_it_depends_on() -> None:
    found = _found(
        {"source_text": "A-3", "target_text": "web10", "relation_type": "Runs on::Runs"},
        {"source_text": "web10", "target_text": "A-6", "relation_type": "Runs::Runs on"},
        {"source_text": "A-3", "target_text": "A-7", "relation_type": "northbound"},
        {"kind": "depends_on", "source_asset_no": 0, "target_text": "A-3", "relation_type": "northbound"},
    )
    assert _ends(found) == {(3, 1, "runs_on"), (6, 1, "runs_on"), (7, 3, "depends_on"), (3, 0, "depends_on")}


def test_no_claims_make_no_edges() -> None:
    found = _found()
    assert (found.edges.height, found.unresolved.height, found.self_edges) == (0, 0, 0)


CLAIM = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["relation", "connection", "depends_on"]),
        "source_text": st.sampled_from(["A-3", "web1", "10.1.0.4", "Payroll", "nobody", None]),
        "target_text": st.sampled_from(["A-6", "web10", "10.2.0.4", "ledger", "nowhere"]),
        "relation_type": st.sampled_from([None, "Used by::Uses", "x"]),
        "port": st.sampled_from([None, 22, 443]),
        "count": st.integers(1, 5),
        "file_ref": st.integers(1, 3),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(CLAIM, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_every_claim_is_accounted_for(
    rows: list[dict[str, object]], shuffler: object
) -> None:
    claims = _claims(*rows)
    order = list(range(claims.height))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    straight, mixed = edges(ASSETS, NO_NAMES, claims), edges(ASSETS.reverse(), NO_NAMES, claims[order])
    assert mixed.edges.equals(straight.edges)
    assert mixed.unresolved.equals(straight.unresolved)
    assert _accounted(straight, rows)


def _accounted(found: Edges, rows: Sequence[dict[str, object]]) -> bool:
    """Counts of edges, self edges and unresolved claims add up (a claim with two unresolved ends is listed twice)."""
    total = sum(int(str(row["count"])) for row in rows)
    sides = found.unresolved.group_by("side").agg(pl.col("count").sum())["count"].to_list()
    known = int(found.edges["count"].sum()) + found.self_edges
    return known + max(sides, default=0) <= total <= known + sum(sides)
