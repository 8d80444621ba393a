"""Every cleansing rule proves its own examples, changes nothing twice, and answers alike on its fast way."""

import string
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.phases.data_cleansing import rulebook
from muster.phases.data_cleansing.rule import Example, Reading, Rule, text_of
from muster.phases.data_cleansing.rulebook import RULES, RULES_VERSION, rule_for
from muster.phases.data_cleansing.text import null_words
from muster.phases.data_cleansing.words import all_sources
from muster.vocabulary.attributes import attributes
from muster.vocabulary.kinds import AssetType
from muster.vocabulary.spellings import spellings, synonyms

EXAMPLES = [(rule, example) for rule in RULES.values() for example in rule.examples]
NAMES = [f"{rule.name}: {example.text!r}" for rule, example in EXAMPLES]
VOCABULARIES = (
    "asset_type", "booleans", "criticality", "environment", "is_virtual", "lifecycle_status", "migration_strategy",
    "os_architecture", "power_state", "protocols", "vendors",
)  # fmt: skip
READINGS = [
    Reading(),
    Reading(unit="MB", day_first=True),
    Reading(unit="GB", day_first=False),
    Reading(unit="bytes", day_first=True, decimal_comma=True),
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=NAMES)
def test_a_rule_does_what_its_examples_say(rule: Rule, example: Example) -> None:
    answer = rule.apply(example.text, example.reading)
    code = answer.issue.code if answer.issue else ""
    assert (answer.value, code, type(answer.value)) == (example.value, example.code, type(example.value))


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=NAMES)
def test_a_rule_changes_nothing_of_its_own_answer(rule: Rule, example: Example) -> None:
    value = rule.apply(example.text, example.reading).value
    assert value is None or rule.apply(text_of(value), rule.own).value == value


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_is_named_like_its_file_and_explains_itself(rule: Rule) -> None:
    assert RULES[rule.name] is rule
    assert len(rule.examples) >= 4
    assert any(example.value is None for example in rule.examples)


def test_every_attribute_has_exactly_one_rule_and_every_rule_an_attribute() -> None:
    assert {rule_for(name).name for name in attributes()} | {"boolean", "number"} == set(RULES)


def test_an_attribute_that_nobody_knows_is_plain_text() -> None:
    assert rule_for("my own column") is RULES["plain_text"]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_no_spelling_stands_for_two_words(name: str) -> None:
    assert set(spellings(name).values()) == set(synonyms(name))


def test_asset_types_are_those_of_the_inventory() -> None:
    assert set(synonyms("asset_type")) == {kind.value for kind in AssetType}


@pytest.mark.parametrize("part", ["all_words", "all_sources"])
def test_the_version_follows_the_rules_and_the_word_lists(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    assert rulebook.rules_version() == RULES_VERSION
    monkeypatch.setattr(rulebook, part, lambda: "another text")
    assert rulebook.rules_version() != RULES_VERSION


def test_every_rule_and_every_module_it_leans_on_is_part_of_the_version() -> None:
    sources = all_sources()
    assert all(f"{name}.py\n" in sources for name in (*RULES, "cleanse", "column", "quantity", "text", "vocabulary"))


@pytest.mark.parametrize(
    ("attribute", "text", "word"),
    [
        ("asset_type", "Server physisch", "server"),
        ("asset_type", "Netzwerk-Switch", "network"),
        ("asset_type", "Commutateur réseau", "network"),
        ("asset_type", "Server (virtuell)", "virtual_machine"),
        ("environment", "Labor", "sandbox"),
        ("environment", "Laboratoire", "sandbox"),
        ("environment", "QS", "test"),
    ],
)
def test_words_of_other_languages_are_known(attribute: str, text: str, word: str) -> None:
    assert rule_for(attribute).apply(text, Reading()).value == word


def test_a_record_calls_from_one_port_and_may_call_several() -> None:
    answer = rule_for("source_port").apply("389/443", Reading())
    assert (answer.value, answer.issue and (answer.issue.code, answer.issue.value)) == (
        None,
        ("several_ports", "389/443"),
    )
    assert rule_for("destination_port").apply("389/443", Reading()).value == ("389", "443")


at = datetime.fromisoformat
SIGNS = string.ascii_letters + string.digits + " .:-/_,;|+%@\\[]()<>\"'xX0\u00a0\u200bé€"
FREE = st.text(st.sampled_from(SIGNS), max_size=24)
HEX = st.sampled_from("0123456789abcdefABCDEF")
OCTET = st.integers(0, 260).map(str)
IP = st.tuples(OCTET, OCTET, OCTET, OCTET).map(".".join)
HOST = st.from_regex(r"[A-Za-z0-9_-]{1,12}(\.[A-Za-z0-9_-]{1,8}){0,4}\.?", fullmatch=True)
MAC = st.tuples(
    st.sampled_from([":", "-", "", "."]), st.lists(st.text(HEX, min_size=2, max_size=2), min_size=5, max_size=7)
)
SHAPED = st.one_of(
    FREE,
    st.sampled_from(["169.254.1.1", "169.253.1.1", "127.1.1.1", "126.0.0.0", "0.1.2.3", "170.1.1.254"]),
    IP,
    st.lists(IP, max_size=3).map(", ".join),
    HOST,
    MAC.map(lambda parts: parts[0].join(parts[1])),
    st.lists(st.text(HEX, min_size=4, max_size=4), min_size=3, max_size=3).map(".".join),
    st.uuids().map(lambda uuid: str(uuid).upper()),
    st.sampled_from("0123456789abcdef").map(lambda d: "-".join(d * n for n in (8, 4, 4, 4, 12))),
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ")),
    st.datetimes(at("1940-01-01"), at("2160-12-31")).map(lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}"),
    st.dates(date(1, 1, 1)).map(str),
    st.dates(date(1940, 1, 1), date(2160, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}"),
    st.dates(date(1940, 1, 1), date(2160, 12, 31)).map(lambda day: f"{day:%d.%m.%Y}"),
    st.integers(-5, 10**16).map(str),
    st.floats(-10, 1e9).map(str),
    st.tuples(
        st.integers(0, 10**6), st.sampled_from(["", " "]), st.sampled_from(["GB", "mb", "Go", "T", "xx", ""])
    ).map(lambda parts: "".join(map(str, parts))),
    st.sampled_from(sorted(null_words())),
    st.sampled_from([example.text for _, example in EXAMPLES]),
)
FAST = [rule for rule in RULES.values() if rule.fast is not None]


@pytest.mark.parametrize("rule", FAST, ids=lambda rule: rule.name)
@settings(max_examples=12, deadline=None)
@given(texts=st.lists(SHAPED, min_size=20, max_size=40))
def test_the_fast_way_answers_what_the_rule_answers_and_never_hides_an_issue(rule: Rule, texts: list[str]) -> None:
    assert rule.fast is not None
    for reading in READINGS:
        expression = rule.fast(pl.col("raw"), reading)
        if expression is None:
            continue
        found = pl.LazyFrame({"raw": texts}).select(expression).collect().to_series()
        for text, value in zip(texts, found.to_list(), strict=True):
            if value is not None:
                answer = rule.apply(text, reading)
                expected = list(answer.value) if isinstance(answer.value, tuple) else answer.value
                assert (text, [value] if isinstance(expected, list) and isinstance(value, str) else value) == (
                    text,
                    expected,
                )
                assert answer.issue is None


@settings(max_examples=60, deadline=None)
@given(text=SHAPED, reading=st.sampled_from(READINGS))
@example(text="9765625000000", reading=Reading(unit="GB"))
def test_no_rule_fails_on_any_text_and_each_settles_in_one_step(text: str, reading: Reading) -> None:
    for rule in RULES.values():
        answer = rule.apply(text, reading)
        if answer.value is not None:
            again = rule.apply(text_of(answer.value), rule.own)
            assert (rule.name, again.value) == (rule.name, answer.value)
