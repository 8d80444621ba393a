"""What an export did: the files it made, and what they do not say."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from muster.exports.csv_file import CSV, guarded
from muster.exports.filling import REPORT
from muster.exports.target import Part

LINES_TOLD = 1000  # of the report in the command's own answer; all of them stand in the report's file


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file in its place. `incomplete`: its rows lack something that the tool insists on."""

    path: Path
    table: str
    rows: int
    incomplete: bool


class Report:
    """What could not be said, counted by attribute and reason; the first lines are kept, all written if asked."""

    def __init__(self, path: Path | None) -> None:
        self._part: Part | None = None
        if path is not None:
            self._part = CSV.open(path, pl.Schema(dict.fromkeys(REPORT, pl.String())))
        self.counts: Counter[tuple[str, str]] = Counter()
        self.lines: list[dict[str, Any]] = []
        self.rows = 0

    def add(self, lines: pl.DataFrame) -> None:
        """Take further lines."""
        if not lines.height:
            return
        self.rows += lines.height
        for attribute, why, count in lines.group_by("attribute", "why").len().iter_rows():
            self.counts[attribute, _reason(why)] += count
        self.lines.extend(lines.head(LINES_TOLD - len(self.lines)).to_dicts())
        if self._part is not None:
            self._part.add(lines.select(guarded(pl.col(name)).alias(name) for name in REPORT))

    def close(self) -> None:
        """Finish the report's file."""
        if self._part is not None:
            self._part.close()

    def summary(self) -> list[dict[str, Any]]:
        """Counts by attribute and reason, the greatest first."""
        ordered = sorted(self.counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return [{"attribute": attribute, "why": why, "count": count} for (attribute, why), count in ordered]


def _reason(why: str) -> str:
    """A reason without the value in it, so that reasons can be counted."""
    head, said, _ = why.partition("written as ")
    return f"{head}{said}..." if said and not _.startswith("it is") else why


@dataclass(slots=True)
class Outcome:
    """An export's files, how many rows of the inventory went into them, and the report."""

    target: str
    files: list[MadeFile] = field(default_factory=list)
    assets: int = 0
    left_out: int = 0
    incomplete: int = 0
    report: Report = field(default_factory=lambda: Report(None))
    report_path: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """The answer to programs."""
        return {
            "target": self.target,
            "files": [
                {"path": str(made.path), "table": made.table, "rows": made.rows, "incomplete": made.incomplete}
                for made in self.files
            ],
            "assets": {"total": self.assets, "left_out": self.left_out, "incomplete": self.incomplete},
            "not_expressed": {
                "total": self.report.rows,
                "by_reason": self.report.summary(),
                "lines": self.report.lines,
                "file": None if self.report_path is None else str(self.report_path),
            },
        }
