"""What each decision and each rule that people set does to a small estate."""

from datetime import date

import polars as pl
import pytest
from inventory_builder import File, frames, groups, key, take

from muster.phases.asset_inventory.conditions import Condition, read_condition
from muster.phases.asset_inventory.decisions import InventoryDecision
from muster.phases.asset_inventory.explain import explain
from muster.phases.asset_inventory.rules import Policy, Rules, rules_of

CMDB = File("cmdb", [{"name": "web1", "owner": "Ann", "memory_mb": 1024.0, "environment": "test"}], "cmdb", 1)
SCAN = File(
    "scan",
    [
        {"name": "web1", "owner": "Bob", "memory_mb": 2048.0, "ip_address": ["10.0.0.1"]},
        {"name": "db1", "owner": "Cy"},
    ],
    "scan",
    2,
)
FILES = [CMDB, SCAN]


def cell(attribute: str, *decisions: InventoryDecision, rules: Rules | None = None) -> object:
    """The value of an attribute of web1, which must be the one that the replay gives too."""
    said = rules or Rules()
    assets = take(FILES, decisions, said).assets.filter(pl.col("name") == "web1")
    records, tables = frames(FILES)
    own = records.filter(pl.col("name") == "web1")
    value = assets[attribute].to_list()[0]
    assert explain(own, tables, attribute, decisions, said).value == value
    return value


def test_a_source_may_have_precedence_for_one_attribute_alone():
    rules = Rules({("scan", "memory_mb"): 0})
    assert (cell("memory_mb", rules=rules), cell("owner", rules=rules)) == (2048.0, "Ann")
    assert cell("owner", rules=Rules({("scan", None): 0})) == "Bob"
    assert cell("owner", rules=Rules({("scan", None): 0, ("cmdb", "owner"): -1})) == "Ann"


@pytest.mark.parametrize(
    ("action", "attributes", "owner", "memory"),
    [
        ("replace", (), "Bob", 2048.0),
        ("replace", ("owner",), "Bob", 1024.0),
        ("keep", (), "Ann", 1024.0),
    ],
)
def test_a_person_chooses_between_a_record_and_the_others(action, attributes, owner, memory):
    choice = InventoryDecision("prefer", (key("scan", 1),), value=action, attributes=attributes, number=1)
    assert (cell("owner", choice), cell("memory_mb", choice)) == (owner, memory)


def test_of_two_choices_the_newer_holds_field_by_field():
    first = InventoryDecision("prefer", (key("scan", 1),), value="replace", number=1)
    second = InventoryDecision("prefer", (key("scan", 1),), value="keep", attributes=("owner",), number=2)
    assert (cell("owner", first, second), cell("memory_mb", first, second)) == ("Ann", 2048.0)
    third = InventoryDecision("prefer", (key("cmdb", 1),), value="replace", number=3)
    assert cell("memory_mb", first, second, third) == 1024.0  # both were chosen: precedence decides again


def test_a_decision_by_rule_means_later_records_too():
    out = InventoryDecision("exclude", (), where=(read_condition("environment = TEST"),), number=1)
    assert groups([CMDB], [out]) == set()
    later = File("later", [{"name": "web9", "environment": "test"}, {"name": "web8", "environment": "production"}])
    assert groups([CMDB, later], [out]) == {frozenset({"later/2"})}
    back = InventoryDecision("include", (key("later", 1),), number=2)
    assert groups([CMDB, later], [out, back]) == {frozenset({"later/1"}), frozenset({"later/2"})}


CONDITIONS = {
    "environment=test": [1],
    "environment!=test": [2],
    "environment=": [3],
    "memory_mb>=2048": [2],
    "memory_mb<2048": [1],
    "memory_mb=1024": [1],
    "ip_address~10.0": [2],
    "ip_address=10.0.0.2": [2],
    "ip_address=": [1, 3],
    "source=TOOL": [1, 2, 3],
    "record_kind!=server": [],
    "install_date>=2020-06-01": [3],
    "owner=Ann": [],
    "owner=": [1, 2, 3],
}


@pytest.mark.parametrize(("written", "rows"), CONDITIONS.items())
def test_a_condition_means_the_records_that_meet_it(written, rows):
    said = [
        {"name": "a", "environment": "test", "memory_mb": 1024.0, "install_date": date(2020, 1, 1)},
        {"name": "b", "environment": "production", "memory_mb": 2048.0, "ip_address": ["10.0.0.1", "10.0.0.2"]},
        {"name": "c", "install_date": date(2021, 1, 1)},
    ]
    out = InventoryDecision("exclude", (), where=(read_condition(written),))
    links = take([File("f", said)], [out]).links
    assert links.filter(pl.col("disposition") == "excluded")["record_id"].to_list() == rows


def test_what_is_no_condition_is_refused():
    assert read_condition("name ~ a=b") == Condition("name", "~", "a=b")
    with pytest.raises(ValueError, match="no condition"):
        read_condition("environment")


RULES_OFF = {
    "name": ({"name": "web1"}, {"name": "web1"}),
    "serial_number": ({"name": "web1", "serial_number": "ABC1234"}, {"hostname": "db7", "serial_number": "ABC1234"}),
    "uuid": (
        {"name": "web1", "uuid": "421c7a6b-0102-0304-0506-0708090a0b0c"},
        {"name": "db7", "uuid": "421c7a6b-0102-0304-0506-0708090a0b0c"},
    ),
    "address": ({"name": "10.0.0.1"}, {"name": "10.0.0.1"}),
}


@pytest.mark.parametrize(("rule", "rows"), RULES_OFF.items())
def test_a_rule_that_is_off_joins_nothing(rule, rows):
    one, other = rows
    files = [File("a", [{"manufacturer": "Dell", **one}], "s"), File("b", [{"manufacturer": "Dell", **other}], "t")]
    assert len(groups(files)) == 1 or rule == "serial_number"
    assert len(groups(files, rules=Rules(off=frozenset({rule})))) == 2
    assert len(groups(files, rules=Rules(least_score=1.0))) == 2


def test_the_newest_decision_about_a_rule_holds_and_numbers_the_version():
    def made(number, kind, subject, body):
        return {"id": number, "kind": kind, "subject": subject, "body": body}

    found = rules_of(
        [
            made(1, "set_rule", {"rule": "name"}, {"on": False}),
            made(3, "set_rule", {"rule": "name"}, {"on": True}),
            made(2, "set_rule", {"rule": "uuid"}, {"on": False}),
            made(4, "set_precedence", {"source": "cmdb", "attribute": None}, {"precedence": 7}),
            made(5, "set_policy", {"source": "cmdb"}, {"policy": "retire", "after_days": 30}),
            made(6, "set_rule", {"rule": "least_score"}, {"score": 0.9}),
            made(7, "exclude", {}, {}),
        ]
    )
    assert found == Rules({("cmdb", None): 7}, {"cmdb": Policy("retire", 30)}, frozenset({"uuid"}), 0.9, 6)


JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)


def exports(*more: File) -> list[File]:
    """web1 and db1 in January, web1 alone in March, from one source."""
    return [
        File("jan", [{"name": "web1"}, {"name": "db1"}], "cmdb", as_of=JAN),
        File("mar", [{"name": "web1"}], "cmdb", as_of=MAR),
        *more,
    ]


def present(files: list[File], **policies: Policy) -> dict[str, str | None]:
    assets = take(files, rules=Rules(policies=policies)).assets
    return dict(zip(assets["name"].to_list(), assets["presence"].to_list(), strict=True))


def test_what_a_newer_export_does_not_have_is_stale_or_retired_as_the_policy_says():
    assert present(exports()) == {"web1": None, "db1": None}
    assert present(exports(), cmdb=Policy("stale")) == {"web1": None, "db1": "stale"}
    assert present(exports(), cmdb=Policy("retire", 60)) == {"web1": None, "db1": "stale"}
    assert present(exports(), cmdb=Policy("retire", 59)) == {"web1": None, "db1": "retired"}
    told = take(exports(), rules=Rules(policies={"cmdb": Policy("stale")})).assets["presence_reason"]
    assert told.drop_nulls().to_list() == ["cmdb had it on 2026-01-01 and not on 2026-03-01 (59 days)"]


def test_who_still_has_it_keeps_it_and_other_kinds_of_exports_say_nothing():
    seen = File("scan", [{"name": "db1"}], "scan", as_of=JAN)
    both = {"cmdb": Policy("stale"), "scan": Policy("stale")}
    assert present(exports(seen), **both) == {"web1": None, "db1": None}
    assert present(exports(seen), cmdb=Policy("stale")) == {"web1": None, "db1": "stale"}
    apps = File("apps", [{"name": "CRM"}], "cmdb", as_of=JAN, record_kind="application")
    undated = File("sheet", [{"name": "old1"}], "cmdb")
    found = present(exports(apps, undated), cmdb=Policy("retire", 1))
    assert found == {"web1": None, "db1": "retired", "CRM": None, "old1": None}


def test_a_split_leaves_the_greater_half_whole_though_its_records_have_nothing_but_a_name():
    files = [File(name, [{"name": "web1", "notes": name}], name) for name in "abcd"]
    split = InventoryDecision("split", (key("a", 1),), (key("b", 1), key("c", 1)), number=1)
    again = InventoryDecision("split", (key("b", 1),), (key("c", 1),), number=2)
    assert groups(files[:3], [split]) == {frozenset({"a/1"}), frozenset({"b/1", "c/1"})}
    assert groups(files[:3], [split, again]) == {frozenset({name}) for name in ("a/1", "b/1", "c/1")}
    later = take(files, [split]).reviews.select("record_id", "rival_record_id").rows()
    assert later == [(3001, 1), (3001, 1001)]
