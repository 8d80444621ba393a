"""Records and cleansed values come out of their stored form as they went in, whatever characters they hold."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.store.packed import FIELD, MEMBER, RECORD, pack, unpack
from muster.store.packed_values import Origin, StoredBlock, pack_values, stored_at, unpack_values

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=6) | st.sampled_from(
    ["", "\r", "a\r", "\n", FIELD, RECORD, f"a{FIELD}", f"{MEMBER}b", '"', '""', "\\", " ", "é"]
)
CELLS = st.lists(TEXTS, max_size=40) | st.lists(st.sampled_from(["prod", "", "test\n"]), min_size=8, max_size=40)
TYPES = {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64(), "boolean": pl.Boolean(), "date": pl.Date(),
         "datetime": pl.Datetime("us"), "list": pl.List(pl.String())}  # fmt: skip
VALUES: dict[str, st.SearchStrategy[object]] = {
    "text": TEXTS,
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "datetime": st.datetimes(),
    "list": st.lists(TEXTS, max_size=3) | st.just(["10.0.0.1", "10.0.0.2"]),
}


def texts(found: dict[int, pl.Series]) -> list[list[str]]:
    return [column.cast(pl.String).to_list() for column in found.values()]


@settings(deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=4))
def test_raw_records_come_back_unaltered(columns: list[list[str]]) -> None:
    height = min(map(len, columns))
    cut = [column[:height] for column in columns]
    frame = pl.DataFrame([pl.Series(str(at), column, dtype=pl.String) for at, column in enumerate(cut, 1)])
    packed = pack(frame)
    assert texts(unpack(packed)) == cut
    assert texts(unpack(packed, [len(cut)])) == [cut[-1]]


@settings(deadline=None)
@given(st.lists(CELLS.filter(bool), min_size=1, max_size=4), st.data())
def test_records_read_alone_are_those_of_the_whole_block(columns: list[list[str]], data: st.DataObject) -> None:
    height = min(map(len, columns))
    frame = pl.DataFrame([pl.Series(str(at), cells[:height], dtype=pl.String) for at, cells in enumerate(columns, 1)])
    origins = {"first": Origin(1, frame["1"])} if data.draw(st.booleans()) else {}
    numbers = pl.Series("number", range(height), dtype=pl.Int64)
    said = pl.DataFrame([frame["1"].alias("first"), frame[frame.columns[-1]].alias("last"), numbers])
    raw = pack(frame)
    if origins and isinstance(unpack(raw)[1].dtype, pl.Enum):
        origins = {"first": Origin(1, unpack(raw)[1], unpack(raw)[1].dtype.categories)}
    block = StoredBlock(raw, pack_values(without_marks(said), origins))
    types = {"first": "text", "last": "text", "number": "integer"}
    places = data.draw(st.lists(st.integers(0, height - 1), min_size=1, max_size=5))
    few, whole = stored_at(block, places), unpack_values(block.values, raw, types)
    assert texts(unpack(few.raw)) == texts({at: column.gather(places) for at, column in unpack(raw).items()})
    found = unpack_values(few.values, few.raw, types)
    assert {name: column.to_list() for name, column in found.items()} == {
        name: column.gather(places).to_list() for name, column in whole.items()
    }


def without_marks(frame: pl.DataFrame) -> pl.DataFrame:
    """Cleansed text holds no mark that stands between values."""
    return frame.with_columns(pl.col(pl.String).str.replace_all(f"[{FIELD}{RECORD}{MEMBER}]", ""))


@pytest.mark.parametrize("count", [256, 257, 65_536, 65_537])
def test_as_many_words_as_a_number_can_tell_apart_and_one_more(count: int) -> None:
    words = [str(number) for number in range(count)] * 8
    packed = pack(pl.DataFrame({"1": words, "2": ["x"] * len(words)}))
    assert packed.lines is None
    assert [column.to_list() for column in unpack(packed).values()] == [words, ["x"] * len(words)]


@settings(deadline=None)
@given(st.data())
def test_cleansed_values_come_back_as_they_were(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(TYPES)), min_size=1, max_size=4))
    height = data.draw(st.integers(0, 30))
    columns = [data.draw(_column(kind, height)).alias(f"{kind} {at}") for at, kind in enumerate(kinds)]
    raw = pl.DataFrame({"1": ["x"] * height}, schema={"1": pl.String()})
    values = pack_values(pl.DataFrame(columns), {})
    found = unpack_values(values, pack(raw), {column.name: kind for column, kind in zip(columns, kinds, strict=True)})
    assert {name: (column.dtype, column.to_list()) for name, column in found.items()} == {
        column.name: (column.dtype, column.to_list()) for column in columns
    }


@st.composite
def _column(draw: st.DrawFn, kind: str, height: int) -> pl.Series:
    some = draw(st.lists(VALUES[kind] | st.none(), min_size=1, max_size=max(height, 1)))
    return pl.Series((some * max(height, 1))[:height], dtype=TYPES[kind])


@settings(deadline=None)
@given(CELLS.filter(bool), st.lists(TEXTS | st.none(), min_size=1))
def test_what_comes_from_a_raw_column_is_kept_as_the_difference_from_it(raw: list[str], now: list[str | None]) -> None:
    """Each text becomes one value, as a rule has it: often the text itself."""
    became = {text: now[at % len(now)] if at % 3 == 0 else text or None for at, text in enumerate(dict.fromkeys(raw))}
    packed = pack(pl.DataFrame({"1": raw}))
    [column] = unpack(packed).values()
    words = None
    if isinstance(column.dtype, pl.Enum):
        words = pl.Series([became[word] for word in column.dtype.categories], dtype=pl.String)
    clean = pl.DataFrame({"notes": [became[text] for text in raw]}, schema={"notes": pl.String()})
    values = pack_values(clean, {"notes": Origin(1, column, words)})
    assert unpack_values(values, packed, {"notes": "text"})["notes"].to_list() == clean["notes"].to_list()


def test_a_column_that_cleansing_left_alone_takes_no_room_again() -> None:
    raw = pack(pl.DataFrame({"1": [f"host{number}" for number in range(1000)]}))
    [column] = unpack(raw).values()
    values = pack_values(pl.DataFrame({"name": column}), {"name": Origin(1, column)})
    assert (values.lines, values.codes, values.words) == (None, None, '{"name":{}}')


def test_only_what_is_wanted_is_read() -> None:
    day = date(2024, 1, 1)
    frame = pl.DataFrame({"install_date": [day + timedelta(n) for n in range(30)], "cpu_cores": list(range(30))})
    values = pack_values(frame, {})
    raw = pack(pl.DataFrame({"1": ["x"] * 30}))
    found = unpack_values(values, raw, {"install_date": "date", "cpu_cores": "integer"}, ["cpu_cores", "name"])
    assert {name: column.to_list() for name, column in found.items()} == {"cpu_cores": list(range(30))}
