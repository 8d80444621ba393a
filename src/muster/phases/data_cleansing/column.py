"""One column of a block through one rule: each distinct value once, whole columns where an expression is certain."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import WeakKeyDictionary

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Reading, Rule, Value
from muster.vocabulary.issue import Issue

# Below this many different values among the first ones, calling the function for each is cheaper than an expression.
SAMPLE, MANY = 2_000, 500
MOST_KNOWN = 50_000  # answers of one rule that a process remembers: the dates of one block come again in the next

Key = TypeVar("Key", str, int)
_known: WeakKeyDictionary[Callable[[str, Reading], Cleansed], dict[Reading, dict[str, Cleansed]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class CleansedColumn:
    """The values of one column after its rule, and what was wrong, in order of first appearance.

    `words` are the cleansed values of the raw column's own words, where it is kept as words.
    """

    values: pl.Series
    issues: tuple[Issue, ...]
    words: pl.Series | None = None


def cleanse_column(column: str, raw: pl.Series, rule: Rule, reading: Reading, dtype: pl.DataType) -> CleansedColumn:
    """Cleanse a column of text, as String or as Enum; `column` names it in the issues."""
    if isinstance(raw.dtype, pl.Enum):
        found = cleanse_column(column, raw.dtype.categories, rule, reading, dtype)
        codes = raw.to_physical()
        return CleansedColumn(found.values.gather(codes), tuple(_spread_issues(found.issues, codes)), found.values)
    certain = _certain(raw, rule, reading, dtype)
    rest = raw if certain is None else raw.set(certain.is_not_null(), None)
    distinct = rest.drop_nulls().unique(maintain_order=True)
    if distinct.is_empty():
        return CleansedColumn(pl.Series(dtype=dtype).clear(raw.len()) if certain is None else certain, ())
    answers = _answers(rule, reading, distinct.to_list())
    read = _spread(rest, distinct, [answer.value for answer in answers], dtype)
    values = read if certain is None else certain.zip_with(certain.is_not_null(), read)
    return CleansedColumn(values, tuple(_issues(column, rule.name, rest, distinct, answers)))


def _answers(rule: Rule, reading: Reading, texts: list[str]) -> list[Cleansed]:
    known = _known.setdefault(rule.apply, {}).setdefault(reading, {})
    if len(known) > MOST_KNOWN:
        known.clear()
    answers = []
    for text in texts:
        answer = known.get(text)
        if answer is None:
            answer = known[text] = rule.apply(text, reading)
        answers.append(answer)
    return answers


def _spread_issues(issues: Iterable[Issue], codes: pl.Series) -> Iterator[Issue]:
    """Issues of words as issues of the records that hold them."""
    found = tuple(issues)
    if not found:
        return
    rows = _rows(codes, [word for issue in found for word in issue.rows])
    for issue in found:
        yield replace(issue, rows=tuple(sorted(row for word in issue.rows for row in rows.get(word, ()))))


def _certain(raw: pl.Series, rule: Rule, reading: Reading, dtype: pl.DataType) -> pl.Series | None:
    if rule.fast is None or raw.head(SAMPLE).n_unique() < MANY:
        return None
    expression = rule.fast(pl.col("raw"), reading)
    if expression is None:
        return None
    # Lazily, for the optimiser: an eager select computes a repeated part of an expression every time it is named
    found = pl.LazyFrame({"raw": raw}).select(expression.alias("certain")).collect()
    if isinstance(dtype, pl.List) and found.dtypes[0] == pl.String:
        found = found.select(pl.when(pl.col("certain").is_not_null()).then(pl.concat_list("certain")).alias("certain"))
    return found.to_series().cast(dtype)


def _spread(raw: pl.Series, distinct: pl.Series, values: list[Value], dtype: pl.DataType) -> pl.Series:
    """Put the cleansed value of each distinct text back on every row that holds the text."""
    listed = [list(value) if isinstance(value, tuple) else value for value in values]
    table = pl.DataFrame({"raw": distinct, "value": pl.Series(listed, dtype=dtype, strict=True)})
    rows = pl.DataFrame({"raw": raw})
    return rows.join(table, on="raw", how="left", maintain_order="left").get_column("value")


def _issues(
    column: str, rule: str, raw: pl.Series, distinct: pl.Series, answers: Iterable[Cleansed]
) -> Iterator[Issue]:
    """One issue per value and code, with all its rows; remarks without a value become one per code."""
    found: dict[tuple[str | None, str], tuple[Issue, list[str]]] = {}
    for text, answer in zip(distinct, answers, strict=True):
        if answer.issue is not None:
            found.setdefault((answer.issue.value, answer.issue.code), (answer.issue, []))[1].append(text)
    if not found:
        return
    rows = _rows(raw, [text for _, texts in found.values() for text in texts])
    for issue, texts in found.values():
        places = tuple(sorted(place for text in texts for place in rows[text]))
        yield replace(issue, column=column, rule=rule, rows=places)


def _rows(raw: pl.Series, sought: list[Key]) -> dict[Key, list[int]]:
    frame = pl.DataFrame({"raw": raw}).with_row_index("row")
    wanted = frame.filter(pl.col("raw").is_in(sought)).group_by("raw").agg("row")
    return dict(zip(wanted["raw"].to_list(), wanted["row"].to_list(), strict=True))
