"""People's choices about values: what they said holds on the fast way as on the slow one, and nothing else changes."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.data_cleansing.choices import Choice, as_json, choice_of, chosen_rule, fingerprint, standing
from muster.phases.data_cleansing.cleanse import cleanse, replay
from muster.phases.data_cleansing.corrections import changed, corrected, guarded, record_name, record_named
from muster.phases.data_cleansing.rulebook import rule_for
from muster.store.corrections import Correction
from muster.vocabulary.table import MappingEntry

TEXT = st.text(st.sampled_from("ab1=+-@ ';,"), min_size=1, max_size=5)


def entry(target: str, **more: object) -> MappingEntry:
    return MappingEntry(1, "Column", target, 1.0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "choice", "text", "value"),
    [
        ("environment", Choice("value", "environment", raw="Mars", value="test"), " Mars ", "test"),
        ("environment", Choice("value", "environment", raw="Mars", accepted=True), "Mars", "Mars"),
        ("memory_mb", Choice("value", "memory_mb", raw="lots", value="2 GB"), "lots", 2048.0),
        ("ip_address", Choice("value", raw="vip", column="Column", value="10.0.0.1"), "vip", ("10.0.0.1",)),
        ("location", Choice("null_word", raw="nirgends"), "Nirgends", None),
        ("memory_mb", Choice("reading", "memory_mb", unit="GB"), "2", 2048.0),
        ("os_name", Choice("rule", "os_name", rule="plain_text"), "RHEL 8", "RHEL 8"),
        ("environment", Choice("value", "location", raw="Mars", value="test"), "PRD", "production"),
    ],
)  # fmt: skip
def test_a_choice_does_what_it_says(target: str, choice: Choice, text: str, value: object) -> None:
    answer = replay(text, entry(target), (), [choice])
    assert (answer.value, answer.issue) == (value, None)
    frame = cleanse(pl.DataFrame({"1": [text]}), [entry(target)], (), [choice]).frame
    said = frame.get_column(target).to_list()[0]
    assert (tuple(said) if isinstance(said, list) else said) == value


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=8), raw=TEXT)
@pytest.mark.parametrize("target", ["location", "hostname", "owner", "serial_number", "memory_mb"])
def test_the_fast_way_hides_no_choice(target: str, texts: list[str], raw: str) -> None:
    choices = [Choice("value", target, raw=raw, value="1"), Choice("null_word", raw="a1")]
    rule = chosen_rule(rule_for(target), entry(target), choices)
    if rule.fast is None:
        return
    expression = rule.fast(pl.col("raw"), rule.own)
    if expression is None:
        return
    found = pl.LazyFrame({"raw": [*texts, raw, "A1"]}).select(expression).collect().to_series()
    for text, value in zip([*texts, raw, "A1"], found.to_list(), strict=True):
        assert value is None or value == rule.apply(text, rule.own).value


def test_the_last_choice_about_the_same_holds_and_the_fingerprint_tells_them_apart() -> None:
    first, second = (
        Choice("value", "environment", raw=raw, value=value) for raw, value in (("a", "test"), (" a", "lab"))
    )
    assert standing([first, second]) == (second,)
    assert fingerprint([first]) != fingerprint([second])
    assert fingerprint([]) == ""
    assert [choice_of(as_json(one)) for one in (first, Choice("value", "os_name", raw="x"))] == [
        first,
        Choice("value", "os_name", raw="x"),
    ]


@given(raw=st.lists(TEXT, min_size=1, max_size=6), new=TEXT)
def test_a_cell_that_was_not_changed_stays_as_it_was(raw: list[str], new: str) -> None:
    frame = pl.DataFrame({"1": raw, "2": raw})
    rows = [Correction(7 + at, {"a": guarded(text), "b": guarded(new)}, "f", 1) for at, text in enumerate(raw)]
    found = corrected(frame, ["a", "b"], 7, rows)
    assert (found["1"].to_list(), found["2"].to_list()) == (raw, [new] * len(raw))


def test_a_records_name_is_read_back_and_nothing_else_is_taken_for_one() -> None:
    key = ("0" * 64, "sheet/with/slashes", 12)
    assert record_named(record_name(*key)) == key
    assert [record_named(text) for text in ("", "12", f"{'0' * 64}/x/t", f"{'0' * 64}/1/")] == [None] * 4
    assert changed({"a": None}, {"a": "", "unknown": "x"}) == {}
