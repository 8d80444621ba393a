"""What is found again of a client's choices, when a mapping is complete, and what a migration's facts are told of."""

# ruff: noqa: E501  tables of cases read better in lines of their own

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.phases.data_cleansing.cleanse import cleanse, replay
from muster.phases.field_mapping.choices import accept, decided, definitions
from muster.phases.field_mapping.coverage import Mapped, coverage, facts, filled_share
from muster.phases.field_mapping.criteria import criteria_of, reason_to_wait, required_of, unmet
from muster.phases.field_mapping.mapping import entries, mapping_sha256
from muster.phases.field_mapping.memory import Confirmed, fingerprint, news, recall, rows_of
from muster.phases.field_mapping.profile_file import Profile, ProfileColumn, matched, profile_from
from muster.store.imports import TableRow
from muster.store.mapping_memory import Learned
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.table import ColumnProfile, MappingEntry, Suggestion

OWN, OTHER = 1, 2
HERE = ("Name", "Gruppe", "RAM")
ELSEWHERE = ("Host", "Gruppe")
DAY = datetime(2026, 11, 21, tzinfo=UTC)


def learned(
    number: int,
    target: str | None,
    engagement: int = OWN,
    columns: tuple[str, ...] = HERE,
    kind: str = "server",
    header: str = "gruppe",
    unit: str | None = None,
    unit_given: bool = False,
) -> Learned:
    """One choice about the column Gruppe of some export."""
    return Learned(
        number, engagement, f"engagement {engagement}", UUID(int=number), "a.csv", "records", fingerprint(columns, kind),
        kind, header, "Gruppe", "approved", target, unit, unit_given, "Ann", "", DAY,
    )  # fmt: skip


KNOWN = [
    ("nothing was said", [], None),
    ("said of this export", [learned(1, "owner")], ("owner", "the same export")),
    ("the newest counts", [learned(1, "owner"), learned(2, "department")], ("department", "the same export")),
    ("a refusal is an answer", [learned(1, "owner"), learned(2, None)], (None, "the same export")),
    ("an own choice goes before a newer one of others", [learned(1, "owner"), learned(2, "department", OTHER)], ("owner", "the same export")),
    ("others' choices count where there is no own", [learned(2, "department", OTHER)], ("department", "the same export")),
    ("this export goes before a newer choice in such a table", [learned(1, "owner"), learned(2, "department", columns=ELSEWHERE)], ("owner", "the same export")),
    ("others' of this export go before own in such a table", [learned(1, "owner", OTHER), learned(2, "department", columns=ELSEWHERE)], ("owner", "the same export")),
    ("such a table", [learned(1, "owner", columns=ELSEWHERE)], ("owner", "the same header in such a table")),
    ("another kind of table", [learned(1, "owner", columns=ELSEWHERE, kind="application")], ("owner", "the same header")),
    ("two kinds that agree", [learned(1, "owner", kind="application"), learned(2, "owner", kind="database")], ("owner", "the same header")),
    ("two kinds that differ", [learned(1, "owner", kind="application"), learned(2, "department", kind="database")], None),
    ("two kinds, one changed its mind", [learned(1, "department", kind="application"), learned(2, "owner", kind="database"), learned(3, "owner", kind="application")], ("owner", "the same header")),
    ("others differ, own agree", [learned(1, "owner", kind="application"), learned(2, "department", OTHER, kind="database")], ("owner", "the same header")),
    ("a target that is no more", [learned(1, "owner"), learned(2, "gone")], ("owner", "the same export")),
    ("another header", [learned(1, "owner", header="group")], None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "found"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_what_is_remembered_of_a_header(said: list[Learned], found: tuple[str | None, str] | None) -> None:
    for order in (said, said[::-1]):
        known = recall(order, HERE, "server", OWN, attributes()).get("gruppe")
        assert (None if known is None else (known.target, known.origin.rpartition(", ")[2])) == found


@pytest.mark.parametrize(
    ("columns", "given", "unit"),
    [(HERE, False, "GB"), (HERE, True, "GB"), (ELSEWHERE, False, None), (ELSEWHERE, True, "GB")],
)
def test_the_unit_of_another_export_counts_only_where_a_person_named_it(
    columns: tuple[str, ...], given: bool, unit: str | None
) -> None:
    said = [learned(1, "memory_mb", columns=columns, unit="GB", unit_given=given)]
    assert recall(said, HERE, "server", OWN, attributes())["gruppe"].unit == unit


def test_the_origin_says_who_when_and_where() -> None:
    [known] = recall([learned(1, "owner", OTHER)], HERE, "server", OWN, attributes()).values()
    assert known.origin == "approved by Ann on 2026-11-21 in a.csv of engagement 2, the same export"


@given(st.permutations(HERE), st.sampled_from(["server", "application"]))
def test_the_fingerprint_of_an_export_knows_no_order_but_the_kind(columns: list[str], kind: str) -> None:
    assert (fingerprint(columns, kind) == fingerprint(HERE, "server")) == (kind == "server")
    assert fingerprint([*columns, "New"], kind) != fingerprint(columns, kind)
    assert fingerprint(["NAME ", "gruppe", "ram"], "server") == fingerprint(HERE, "server")


def test_only_news_are_learned() -> None:
    rows = rows_of([Confirmed("Gruppe", "approved", "owner", None)], "records", HERE, "server")
    assert news(rows, [learned(1, "department"), learned(2, "owner")], OWN) == []
    assert news(rows, [learned(1, "owner"), learned(2, "department")], OWN) == rows
    assert news(rows, [learned(1, "owner", OTHER)], OWN) == rows


# What stands after what people said.


def said(kind: str, position: int | None, number: int = 1, **body: object) -> dict[str, object]:
    subject = {"table_no": number} | ({} if position is None else {"position": position, "source": HERE[position - 1]})
    return {"kind": kind, "subject": subject, "body": body, "author": "Ann", "reason": "", "made_at": DAY}


SUGGESTED = (
    Suggestion(1, "Name", "name", 0.97, "auto", ""),
    Suggestion(2, "Gruppe", "department", 0.5, "ask", ""),
    Suggestion(3, "RAM", "memory_mb", 0.9, "auto", "", "MB", also=(("cpu_cores", "cores"),)),
)
PROFILES = tuple(ColumnProfile(at, source, 4, 4, ("1", "2")) for at, source in enumerate(HERE, 1))
STANDS = [
    ([], {"name", "memory_mb", "cpu_cores"}),
    ([said("map_column", 2, target="owner")], {"name", "owner", "memory_mb", "cpu_cores"}),
    ([said("map_column", 2, target="owner"), said("map_column", 2, target=None)], {"name", "memory_mb", "cpu_cores"}),
    ([said("map_column", 3, target=None), said("map_column", 3, reset=True)], {"name", "memory_mb", "cpu_cores"}),
    ([said("map_column", 3, target="memory_mb")], {"name", "memory_mb", "cpu_cores"}),
    ([said("map_column", 3, target="cpu_cores")], {"name", "cpu_cores"}),
    ([said("approve_mapping", None, above=0.95)], {"name"}),
    ([said("approve_mapping", None, above=0.95), said("approve_mapping", None)], {"name", "memory_mb", "cpu_cores"}),
    ([said("approve_mapping", None, above=0.95), said("map_column", 2, target="owner")], {"name", "owner"}),
    ([said("map_column", 1, number=2, target=None)], {"name", "memory_mb", "cpu_cores"}),
]


@pytest.mark.parametrize(("rows", "mapped"), STANDS)
def test_choices_stand_with_the_suggestions_for_the_rest(rows: list[dict[str, object]], mapped: set[str]) -> None:
    about = decided(rows, 1, HERE)
    found = accept(SUGGESTED, PROFILES, about, 0.6, ())
    assert {entry.target for entry in found.entries} == mapped
    least = about.above or 0.6
    expected = {one.source for one in SUGGESTED if one.score < least and one.position not in about.choices}
    assert {one.source for one in found.below} == expected


def test_a_choice_about_a_column_that_is_no_longer_there_is_passed_over() -> None:
    assert decided([said("map_column", 2, target="owner")], 1, ("Name", "Other", "RAM")).choices == {}


def test_a_cell_of_several_facts_gives_an_entry_for_each() -> None:
    found = entries(SUGGESTED, PROFILES, 0.6, auto_only=False)
    assert [(one.position, one.target, one.part, one.unit) for one in found] == [
        (1, "name", None, None), (3, "memory_mb", None, "MB"), (3, "cpu_cores", "cores", None),
    ]  # fmt: skip
    assert mapping_sha256("f", 1, found) != mapping_sha256("f", 1, found[:2])


def test_own_attributes_count_as_they_were_chosen() -> None:
    before = Attribute("custom.tier", "custom", "string", "", "", "custom")
    after = Attribute("custom.tier", "custom", "string", "", "", "custom", ("gold",))
    stored = {name: getattr(after, name) for name in Attribute.__slots__}
    about = decided([said("map_column", 2, target="custom.tier", attribute=stored)], 1, HERE)
    taken = accept(SUGGESTED, PROFILES, about, 0.6, (before,)).entries
    assert definitions(taken, (before,), about.choices) == (after,)
    assert definitions((), (before,), about.choices) == (before,)


# Criteria.


@pytest.mark.parametrize(
    ("words", "kind", "mapped", "missing"),
    [
        ([], "server", ["owner"], ["name (or hostname, fqdn, application_name ...)"]),
        ([], "server", ["hostname"], []),
        ([], "relation", ["owner"], []),
        ([], "license", [], []),
        (["owner"], "server", ["name"], ["owner"]),
        (["owner"], "relation", ["name"], []),
        (["*:owner"], "relation", ["name"], ["owner"]),
        (["database:database_engine"], "server", ["name"], []),
        (["database:database_engine"], "database", ["name"], ["database_engine"]),
        (["server:owner|support_group"], "server", ["name", "support_group"], []),
        (["server:owner|support_group"], "server", ["name"], ["owner (or support_group)"]),
        (["owner", "asset:owner", "server:owner"], "server", ["name"], ["owner"]),
    ],
)
def test_what_is_required_of_which_table(words: list[str], kind: str, mapped: list[str], missing: list[str]) -> None:
    criteria = criteria_of({"criteria": {"required": required_of(words)}}, 0.6)
    taken = [MappingEntry(at, target, target, 1.0) for at, target in enumerate(mapped, 1)]
    found = unmet(1, "records", kind, taken, criteria)
    assert [str(one) for one in found] == [f"{one} is missing in records ({kind})" for one in missing]


@pytest.mark.parametrize("word", ["colour", "ufo:owner", "owner|colour", ""])
def test_a_criterion_that_nothing_can_meet_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        required_of([word])


def test_a_flow_without_criteria_of_its_own_has_the_products() -> None:
    assert criteria_of({}, 0.7) == criteria_of({"criteria": {}}, 0.7)
    assert criteria_of({}, 0.7).minimum_score == 0.7
    assert not unmet(1, "t", "server", [MappingEntry(1, "A", "name", 1.0)], criteria_of({}, 0.6))
    assert reason_to_wait([], asked=True) == "The mapping waits: a person has to approve it."


# Own attributes.


@pytest.mark.parametrize(
    ("kind", "values", "text", "value", "code"),
    [
        ("string", (), " Gold  plated ", "Gold plated", ""),
        ("string", ("Gold", "Silver"), "GOLD", "Gold", ""),
        ("string", ("Gold", "Silver"), "lead", "lead", "value_not_allowed"),
        ("enum", ("C++", "C#"), "c#", "C#", ""),
        ("integer", ("1", "2"), "2", 2, ""),
        ("integer", ("1", "2"), "3", 3, "value_not_allowed"),
        ("integer", (), "many", None, "not_a_number"),
        ("number", ("1.0",), "1", 1.0, ""),
        ("boolean", (), "yes", True, ""),
        ("list", ("a", "b"), "B; a", ("b", "a"), ""),
        ("list", ("a", "b"), "a; c", ("a", "c"), "value_not_allowed"),
        ("string", ("Gold",), "n/a", None, ""),
    ],
)
def test_an_own_attribute_is_read_by_its_type_and_its_allowed_values(
    kind: str, values: tuple[str, ...], text: str, value: object, code: str
) -> None:
    own = Attribute("custom.x", "custom", kind, "", "", "custom", values)
    entry = MappingEntry(1, "X", "custom.x", 1.0)
    read = replay(text, entry, [own])
    assert (read.value, "" if read.issue is None else read.issue.code) == (value, code)
    block = cleanse(pl.DataFrame({"1": [text]}), [entry], [own])
    plain = list(value) if isinstance(value, tuple) else value
    assert (block.frame["custom.x"].to_list(), [issue.code for issue in block.issues]) == (
        [plain],
        [code] if code else [],
    )


# Profiles and coverage.


def test_a_profile_written_and_read_is_the_same_and_knows_columns_by_name_then_by_header() -> None:
    columns = (
        ProfileColumn(source="Gruppe", target="owner"), ProfileColumn(source="RAM", target="memory_mb", unit="GB"),
        ProfileColumn(source="Colour", refused=True), ProfileColumn(source="Open"),
        ProfileColumn(source="DISK", target="disk_name"), ProfileColumn(source="Disk", target="disk_count"),
    )  # fmt: skip
    profile = Profile(name="cmdb", record_kind="server", columns=columns)
    assert profile_from(profile.text()) == profile
    found = matched(profile, ("ram", "GRUPPE", "Colour", "Open", "Disk", "disk", "New"))
    assert {at: column.source for at, column in found.items()} == {1: "RAM", 2: "Gruppe", 3: "Colour", 5: "Disk"}


def table(kind: str, records: int) -> TableRow:
    return TableRow(1, "records", "csv", None, None, 1, kind, "", list(HERE), {}, [], None, records)


def test_coverage_counts_what_is_filled_and_only_tables_of_assets() -> None:
    profiles = (
        ColumnProfile(1, "Name", 10, 10, ("a",)),
        ColumnProfile(2, "RAM", 10, 8, ("1",), null_words={"n/a": 3}),
        ColumnProfile(3, "RAM2", 10, 6, ("1",)),
    )
    taken = (
        MappingEntry(1, "Name", "name", 1.0),
        MappingEntry(2, "RAM", "memory_mb", 1.0),
        MappingEntry(3, "RAM2", "memory_mb", 1.0),
    )
    servers, links = (
        Mapped("a.csv", table("server", 10), taken, profiles),
        Mapped("b.csv", table("relation", 90), taken, profiles),
    )
    apps = Mapped("c.csv", table("application", 10), taken[:1], profiles)
    found = {one["fact"]: (one["covered"], one["records"]) for one in coverage([servers, links, apps])}
    assert (found["name"], found["memory"], found["owner"]) == ((1.0, 20), (0.6, 10), (0.0, 20))
    assert (filled_share(profiles[1]), filled_share(ColumnProfile(1, "x", 0, 0, ()))) == (0.5, 0.0)


def test_every_fact_of_coverage_is_told_by_attributes_that_are_there() -> None:
    assert {target for fact in facts() for target in fact.targets} <= set(attributes())
    assert all(fact.wanted_by and fact.level in ("mandatory", "recommended") for fact in facts())


def test_a_run_may_take_only_what_needs_nobodys_look_until_somebody_approves() -> None:
    likely = tuple(replace(one, score=0.9) for one in SUGGESTED)
    sure = {"name", "memory_mb", "cpu_cores"}
    nobody, somebody = decided([], 1, HERE), decided([said("approve_mapping", None)], 1, HERE)
    taken = [
        {entry.target for entry in accept(likely, PROFILES, about, 0.6, (), sure_only=only).entries}
        for about, only in ((nobody, False), (nobody, True), (somebody, True))
    ]
    assert taken == [{*sure, "department"}, sure, {*sure, "department"}]
    assert [one.source for one in accept(likely, PROFILES, nobody, 0.6, (), sure_only=True).below] == ["Gruppe"]
    assert criteria_of({"criteria": {"sure_only": True}}, 0.6).sure_only
