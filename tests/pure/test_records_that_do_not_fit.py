"""A few records that do not fit are set aside, and cost the others neither their values nor their place."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.data_import.text.dialect import Dialect
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.text_block import Layout, read_block

LAYOUT = Layout(Dialect(Encoding("utf-8", 0, 1), ","), 3)
CELL = st.sampled_from(["web01", "", "Zürich", '"Doe, John"', '"say ""so"""', '24" rack', " ", "#1"])
GOOD = st.lists(CELL, min_size=3, max_size=3)
ODD = st.lists(CELL, max_size=2) | st.lists(CELL, min_size=4, max_size=6) | st.just(["# a remark"])


@settings(deadline=None)
@given(st.lists(GOOD, min_size=40, max_size=60), st.lists(ODD, min_size=1, max_size=2), st.sampled_from(["\n", "\r\n"]))
def test_records_that_do_not_fit_are_told_as_if_each_stood_alone(
    good: list[list[str]], odd: list[list[str]], end: str
) -> None:
    records = [*good[:7], odd[0], *good[7:30], *odd[1:], *good[30:]]
    lines = [(",".join(record) + end).encode() for record in records]
    alone = [read_block(line, LAYOUT) for line in lines]
    found = read_block(b"".join(lines), LAYOUT)
    rows = [row for block in alone for row in block.frame.rows()]
    assert found.frame.rows() == rows
    assert found.file_records == len(records)
    places = [place for place, block in enumerate(alone, 1) if block.frame.height]
    assert list(found.file_rows or range(1, len(records) + 1)) == places
    before = [sum(block.frame.height for block in alone[:at]) for at in range(len(alone))]
    told = [
        (first, bad.values, bad.issue) for first, block in zip(before, alone, strict=True) for bad in block.rejected
    ]
    assert [(bad.ordinal, bad.values, bad.issue) for bad in found.rejected] == told


def test_a_text_of_which_nothing_fits_is_read_all_the_same() -> None:
    block = read_block(b"a,b\n" * 10, LAYOUT)
    assert (block.frame.height, len(block.rejected)) == (10, 10)
    assert block.frame.equals(pl.DataFrame({"1": ["a"] * 10, "2": ["b"] * 10, "3": [""] * 10}))
