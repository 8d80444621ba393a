"""Tables in twelve languages, labelled by hand: what a row is about and what columns mean must not be lost again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muster.phases.data_import.kinds.record_kind import record_kind
from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.kinds import RECORD_KINDS
from muster.vocabulary.table import ColumnProfile

FILE = Path(__file__).parent.parent / "fixtures" / "labelled_tables.txt"
ROWS = 3


@dataclass(frozen=True)
class Labelled:
    """A column: its header, the attributes that are right (none: it has none), whether people differ, its values."""

    header: str
    targets: tuple[str, ...]
    arguable: bool
    values: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """A table: where it is from, the record kinds that are right, its columns."""

    family: str
    kinds: tuple[str, ...]
    columns: tuple[Labelled, ...]

    def suggested(self) -> Iterator[tuple[Labelled, str | None, bool]]:
        """(column, suggested target, whether it is taken unasked) of every column that counts."""
        profiles = [
            ColumnProfile(
                at, each.header, ROWS, sum(map(bool, each.values)), tuple(dict.fromkeys(filter(None, each.values)))
            )
            for at, each in enumerate(self.columns, 1)
        ]
        for each, found in zip(self.columns, suggest(profiles, self.kind()), strict=True):
            if not each.arguable:
                yield each, found.target, found.accept == "auto" and found.target is not None

    def kind(self) -> str:
        """What the intake takes the table for."""
        body = [[each.values[at] for each in self.columns] for at in range(ROWS)]
        return record_kind([each.header for each in self.columns], body, "records").name


def tables() -> list[Labels]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("//")]
    starts = [at for at, line in enumerate(lines) if line.startswith("# ") and " | " in line and " => " not in line]
    parts = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    return [_table(title, rows) for title, *rows in parts]


def _table(title: str, rows: list[str]) -> Labels:
    family, kinds = title.removeprefix("# ").split(" | ")
    return Labels(family, tuple(kinds.split("|")), tuple(map(_column, rows)))


def _column(line: str) -> Labelled:
    header, _, rest = line.partition(" => ")
    said, *values = (part.strip() for part in rest.split(";"))
    targets = tuple(name for name in said.rstrip("~").split("|") if name not in ("", "-"))
    return Labelled(header, targets, said.endswith("~"), tuple([*values, *[""] * ROWS][:ROWS]))


def test_no_row_is_taken_for_an_asset_or_left_out_wrongly() -> None:
    wrong = {
        table.family: table.kind()
        for table in tables()
        if RECORD_KINDS[table.kind()] not in {RECORD_KINDS[kind] for kind in table.kinds}
    }
    assert wrong == {}


def test_columns_are_taken_for_what_they_mean() -> None:
    found = [one for table in tables() for one in table.suggested()]
    wanted = [one for one in found if one[0].targets]
    right = sum(target in each.targets for each, target, _ in wanted)
    false = sum(target is not None and target not in each.targets for each, target, _ in found)
    assert 2 * right / (right + false + len(wanted)) >= 0.98
    taken = [(each, target) for each, target, unasked in found if unasked]
    assert [(each.header, target) for each, target in taken if target not in each.targets] == []
    assert len(taken) / len(wanted) >= 0.64
