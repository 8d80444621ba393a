"""How well `muster inspect` reads and maps labelled files: tables, header rows, records, targets of columns."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from muster.vocabulary.attributes import attributes

ROW_FORMATS = ("csv", "xlsx", "xls", "ods")  # formats whose labels name a header row
Inspect = Callable[[Path], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Score:
    """What was reached over all labels of a folder; F1 is the mean over product families, so that none outweighs."""

    tables: int
    misread: tuple[str, ...]
    f1: float
    wanted: int
    auto: int
    auto_wrong: tuple[str, ...]

    @property
    def auto_share(self) -> float:
        """Columns accepted without a person per column that has a target."""
        return self.auto / self.wanted

    @property
    def auto_precision(self) -> float:
        """Share of the accepted columns that are right."""
        return 1 - len(self.auto_wrong) / self.auto


def score(folder: Path, inspect: Inspect) -> Score:
    """Compare what `inspect` makes of every labelled file with its labels. Only core attributes count."""
    labels = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "labels").glob("*.json"))]
    read = {name: inspect(folder / name) for name in sorted({label["file"] for label in labels})}
    families: dict[str, Counter[str]] = {}
    misread: list[str] = []
    wrong: list[str] = []
    for label in labels:
        table = _table_of(label, read[label["file"]])
        if not _is_read_right(label, table):
            misread.append(
                f"{label['file']} {_name_of(label)}: {table.get('records')} records, {table.get('header_row')}"
            )
        counts = families.setdefault(label["family"], Counter())
        for column in label["columns"]:
            counts.update(_judged(label, column, table, wrong))
    total = sum(families.values(), Counter[str]())
    scored = [_f1(counts) for counts in families.values() if counts["wanted"]]
    return Score(len(labels), tuple(misread), mean(scored), total["wanted"], total["auto"], tuple(wrong))


def _name_of(label: Mapping[str, Any]) -> str:
    return str(label.get("sheet") or label.get("record_path") or label.get("record_element") or "")


def _letters(text: object) -> str:
    return "".join(letter for letter in str(text).casefold() if letter.isalnum())


def _table_of(label: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    name = _letters(_name_of(label))
    same = [table for table in tables if name and _letters(table["name"]) == name]
    alike = [table for table in tables if name and _letters(table["name"]) and _letters(table["name"]) in name]
    sized = [table for table in tables if table["records"] == label["data_rows"]]
    return (same or alike or sized or list(tables) or [{}])[0]


def _is_read_right(label: Mapping[str, Any], table: Mapping[str, Any]) -> bool:
    rows = "header_row" in label and (label.get("format") or "csv") in ROW_FORMATS
    return table.get("records") == label["data_rows"] and (not rows or table.get("header_row") == label["header_row"])


def _found(label: Mapping[str, Any], wanted: Mapping[str, Any], table: Mapping[str, Any]) -> Mapping[str, Any]:
    named = [column for column in table.get("columns", ()) if column["source"] == wanted["source"]]
    if len(named) == 1:
        return named[0]
    placed = [column for column in table.get("columns", ()) if column["position"] == wanted.get("position")]
    if placed and not label.get("columns_not_listed"):
        return placed[0]
    return named[0] if named else {}


def _judged(
    label: Mapping[str, Any], wanted: Mapping[str, Any], table: Mapping[str, Any], wrong: list[str]
) -> Counter[str]:
    target = wanted.get("target")
    if wanted.get("arguable") or target and attributes()[target].tier != "core":
        return Counter()
    column = _found(label, wanted, table)
    suggested = column.get("target")
    right = target is not None and suggested in {target, *wanted.get("also", [])}
    auto = suggested is not None and column.get("accept") == "auto"
    if auto and not right:
        wrong.append(f"{label['file']} {wanted['source']!r}: {suggested}, not {target}")
    return Counter(
        wanted=target is not None,
        right=right,
        given=suggested is not None,
        auto=auto,
        missed=not right and bool(target),
    )


def _f1(counts: Mapping[str, int]) -> float:
    precision = counts["right"] / counts["given"] if counts["given"] else 0.0
    recall = counts["right"] / counts["wanted"]
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
