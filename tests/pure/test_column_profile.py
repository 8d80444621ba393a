"""A profile counts every value of a column, and is the same however the table was cut into blocks."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from muster.phases.data_import.profiles.column_profile import merge_profiles, profile, profile_block
from muster.phases.data_import.profiles.value_forms import LOOSE, form_of, forms, has_form
from muster.phases.data_import.profiles.value_order import day_of
from muster.store.column_profiles import as_json, of_json
from muster.vocabulary.table import ColumnProfile


def frame(*columns: Sequence[str | None]) -> pl.DataFrame:
    return pl.DataFrame({str(place): column for place, column in enumerate(columns, 1)}).cast(pl.String)


def one(values: Sequence[str | None]) -> ColumnProfile:
    return profile([frame(values)], ("Column",))[0]


# One value of every form that there is, and what is told of it beside its shape.
WRITTEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "1250": ("integer", ()),
    "-3": ("integer", ()),
    "00123": ("integer", ("leading_zero",)),
    "12.75": ("decimal", ()),
    "6.37702E+15": ("decimal", ("mangled_number",)),
    "1.5e-03": ("decimal", ("power_of_ten",)),
    "12,75": ("decimal", ("decimal_comma",)),
    "16,384": ("integer", ("thousands_or_decimal",)),
    "1,234,567.8": ("integer", ("thousands",)),
    "1.234.567,8": ("integer", ("thousands",)),
    "1'234": ("integer", ("thousands",)),
    "12.5 %": ("percent", ()),
    "16 GB": ("size", ()),
    "2.4 GHz": ("quantity", ()),
    "€ 12.50": ("quantity", ()),
    "2024-03-05": ("date", ()),
    "2024/3/5": ("date", ()),
    "05.03.2024": ("date", ("day_first",)),
    "25/03/2024": ("date", ("day_first",)),
    "03/25/2024": ("date", ("month_first",)),
    "03/05/2024": ("date", ("day_or_month",)),
    "05/05/2024": ("date", ()),
    "5 Mar 2024": ("date", ()),
    "5. März 2024": ("date", ()),
    "March 5, 2024": ("date", ()),
    "2024-03-05T10:00:00.123Z": ("datetime", ()),
    "03/05/2024 10:00 PM": ("datetime", ("day_or_month",)),
    "Tue Mar  5 10:11:12 UTC 2024": ("datetime", ()),
    "10:22": ("time", ()),
    "1-Mar": ("text", ("month_and_day",)),
    "10.20.30.40": ("ipv4", ()),
    "255.255.255.192": ("ipv4", ()),
    "fe80::1%eth0": ("ipv6", ()),
    "10.0.0.0/8": ("network", ()),
    "10.0.0.1:443": ("endpoint", ()),
    "00:50:56:AB:cd:ef": ("mac", ()),
    "0050.56ab.cdef": ("mac", ()),
    "564d8a3b-1c2d-4e5f-8a9b-0c1d2e3f4a5b": ("uuid", ()),
    "ann.doe@corp.example": ("email", ()),
    "Ann Doe <ann@corp.example>": ("email", ()),
    "https://corp.example/x?y=1": ("url", ()),
    "/var/lib/pgsql": ("path", ()),
    "C:\\Program Files\\App": ("path", ()),
    "6.7.0-19195723": ("version", ()),
    "web01.corp.example": ("fqdn", ()),
    "+49 151 1234 5678": ("phone", ()),
    "yes": ("boolean", ()),
    "Nein": ("boolean", ()),
    "#REF!": ("error", ("error_value",)),
    "=A1+B1": ("formula", ("formula",)),
    "10.0.0.1, fe80::1": ("ipv4", ()),
    "00:50:56:ab:cd:ef;00:50:56:ab:cd:f0": ("mac", ()),
    "22, 80, 443": ("integer", ()),
    "MÃ¼nchen": ("text", ("garbled",)),
    "Z\ufffdrich": ("text", ("garbled",)),
    "fra-app12": ("text", ()),
    "VMware, Inc.": ("text", ()),
    "RHEL 7.9": ("text", ()),
    "5E10": ("text", ()),
    "=====": ("text", ()),
}


@pytest.mark.parametrize("value", sorted(WRITTEN))
def test_a_value_has_the_shape_that_a_person_would_name(value: str) -> None:
    found = one([value, f" {value} "])
    shape, traits = WRITTEN[value]
    assert (found.shapes, found.traits) == ({shape: 2}, dict.fromkeys(traits, 2))


def test_every_form_has_an_example() -> None:
    assert {form_of(value) for value in WRITTEN} >= set(forms()) - {
        name for name in forms() if name.endswith("_moment") or name in ("word", "emails")
    } | {"garbled", "marked", "text"}


def test_words_for_nothing_are_counted_as_such_and_have_no_shape() -> None:
    words = ["N/A", "null", "-", "Unknown", "tbd", "keine Angabe", "To be filled by O.E.M.", "0000000000", "未知"]
    found = one([*words, "", "  ", None, "web01"])
    assert (found.records, found.filled, found.shapes) == (13, 10, {"text": 1})
    assert found.null_words == dict.fromkeys(sorted(words), 1)


def test_units_lists_lengths_ends_and_personal_data() -> None:
    sizes = one(["16 GB", "512MB", "8 GB", "n/a"])
    assert (sizes.units, sizes.shapes) == ({"GB": 2, "MB": 1}, {"size": 3})
    lists = one(["10.0.0.1, 10.0.0.2", "10.0.0.3", "a;b", "web|db", "22,80,443", "VMware, Inc.", "one\ntwo"])
    assert lists.separators == {",": 2, ";": 1, "|": 1, "\n": 1}
    assert (lists.shortest, lists.longest) == (3, 18)
    people = one(["ann@corp.example", "+49 151 1234 5678", "Ann"])
    assert people.personal == ("e-mail address", "phone number")
    assert (one(["9", "10", "x"]).least, one(["9", "10", "x"]).greatest) == ("9", "10")
    days = one(["05.03.2024", "2023-12-24", "24 Dec 2025 10:00", "tbd"])
    assert (days.least, days.greatest) == ("2023-12-24", "24 Dec 2025 10:00")
    assert (one(["b", "a", "10"]).least, one(["b", "a", "10"]).greatest) == ("a", "b")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-05", "2024-03-05"), ("0001-01-01T00:00:00Z", "0001-01-01"), ("05.03.24", "2024-03-05"),
        ("31/12/99", "1999-12-31"), ("12/31/2099 10:00", "2099-12-31"), ("5 Mar 2024", "2024-03-05"),
        ("Mar 5, 2024", "2024-03-05"), ("Tue Mar  5 10:11:12 UTC 2024", "2024-03-05"),
        ("1. Dezember 2023", "2023-12-01"),
        ("Di, 05 Mär 2024 10:00", "2024-03-05"), ("3 juin 2021", "2021-06-03"), ("14-juil-2021", "2021-07-14"),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_way_it_is_written(written: str, day: str) -> None:
    assert day_of(written) == day


# Engines: a value by itself and a column of values are judged alike.

EXAMPLES = st.sampled_from(sorted(WRITTEN))
VALUES = st.one_of(
    EXAMPLES,
    st.tuples(EXAMPLES, EXAMPLES, st.integers(0, 12), st.integers(0, 12)).map(
        lambda two: two[0][: two[2]] + two[1][two[3] :]
    ),
    st.text("0123456789.,:/-+ ;|aEeGBmM%@=#é\n\u00a0", max_size=12),
)


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(st.lists(VALUES, min_size=60, max_size=120))
def test_the_form_of_a_value_is_the_same_for_the_value_and_for_a_column(values: list[str]) -> None:
    column = pl.DataFrame({"value": values})
    for name in sorted({*map(form_of, values), "text", "marked"} - {"blank"}):
        told = column.select(has_form(name, pl.col("value"))).to_series().to_list()
        assert told == [form_of(value) == name for value in values], name


CELLS = st.one_of(VALUES, st.sampled_from(["", " ", "n/a", "web01", "10.0.0.1", "16 GB", "2024-01-02"]), st.none())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(CELLS, max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_any_cut_gives_the_same_profile(values: list[str | None], cuts: list[int]) -> None:
    whole = frame(values, values[::-1])
    places = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    blocks = [whole[start:end] for start, end in zip(places, places[1:], strict=False)]
    names = ("A", "B")
    parts = [profile_block(block, names) for block in blocks]
    assert profile([whole], names) == profile(blocks, names) == merge_profiles([profile([], names), *parts])


def mixed(rows: int) -> pl.DataFrame:
    """Columns of many different values, each mostly of one form with others among them."""
    exceptions = sorted(WRITTEN)
    spread = range(rows)
    made = (
        [f"fra-app{n}" for n in spread],
        [f"{n % 250}.{n // 250 % 250}.1.{n % 7}" for n in spread],
        [f"{n / 8}" for n in spread],
        [f"{n % 27 + 1:02}.{n % 12 + 1:02}.{1980 + n % 60} {n % 24:02}:{n % 60:02}" for n in spread],
        [f"2024-01-{n % 28 + 1:02} 10:{n % 60:02}:{n // 60 % 60:02}.{n}" for n in spread],
        [f"{n},{n % 100:02}" for n in spread],
        [f"{n}.5 GB" for n in spread],
        [f"role{n};role{n + 1}" if n % 2 else f"Ticket {n}, see below" for n in spread],
        [f"10.0.{n % 200}.{n // 200 % 250}, 10.1.{n % 200}.9" for n in spread],
        [f"n{n}@corp.example" for n in spread],
        [
            f"{n % 28 + 1} {('Jan', 'Feb', 'März', 'Dez')[n % 4]} {1990 + n % 40} "
            f"{n % 24}:{n % 60:02}:{n // 60 % 60:02}"
            for n in spread
        ],
        [f"{n * 7919 % 100000:05}" for n in spread],
        ["" if n % 3 else f"ID-{n}" for n in spread],
    )
    return frame(*([exceptions[n % len(exceptions)] if n % 17 == 0 else column[n] for n in spread] for column in made))


def test_whole_columns_and_single_values_are_counted_alike() -> None:
    table = mixed(6_000)
    names = tuple(f"column {n}" for n in range(table.width))
    small = profile((table[start : start + 400] for start in range(0, table.height, 400)), names)
    large = profile([table], names)
    for one_way, other_way in zip(small, large, strict=True):
        assert one_way == other_way, one_way.source


def test_different_values_are_exact_while_few_and_near_beyond() -> None:
    few, many = one([f"v{n % 255}" for n in range(5_000)]), one([f"v{n}" for n in range(40_000)])
    assert few.distinct == 255
    assert abs(many.distinct - 40_000) < 40_000 * 0.2
    assert one([f"v{n}" for n in range(300)]).distinct <= 300


def test_what_is_kept_of_a_profile_says_all_of_it_without_what_is_empty() -> None:
    for found in profile([mixed(2_000)], tuple("abcdefghijklm")):
        assert of_json(as_json(found)) == found
        assert of_json(as_json(found, complete=True)) == replace(found, sketch=())
    assert as_json(ColumnProfile(1, "a", 0, 0, ())) == {
        "position": 1,
        "source": "a",
        "records": 0,
        "filled": 0,
        "samples": (),
    }


def test_loose_forms_are_no_forms_of_their_own_name() -> None:
    assert not set(LOOSE) & set(forms())
