"""Tables that lie on their side: one attribute a row, one thing a column."""

from collections.abc import Sequence

from muster.phases.data_import.tables.cell_shapes import shape
from muster.phases.data_import.tables.header_lines import is_nameable
from muster.phases.data_import.tables.words import familiar
from muster.vocabulary.issue import Issue

MOST_ROWS = 200  # nothing has more attributes than that in a table made by hand
FEWEST = 3
KNOWN = 0.6
OTHERS_KNOWN = 0.3
WORDS = frozenset({"words", "boolean"})


def lies_sideways(names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """True where the first column names attributes, and the row at the top names things or holds values.

    Rows must differ from one another in the sort of thing they hold: a list of words in two columns is a list.
    """
    labels = [names[0], *(row[0].strip() for row in body if row)]
    if names[0].startswith("#"):
        labels = labels[1:]
    if not FEWEST <= len(labels) <= MOST_ROWS or len(names) < 2 or len(set(labels)) < len(labels):
        return False
    if sum(familiar(label) and is_nameable(label) for label in labels) < KNOWN * len(labels):
        return False
    others = [name for name in names[1:] if not name.startswith("#")]
    if sum(familiar(name) and shape(name) == "words" for name in others) > OTHERS_KNOWN * len(others):
        return False
    rows = [*([others] if others else []), *(list(row[1:]) for row in body)]
    sorts = [{shape(cell) for cell in row if cell.strip()} for row in rows]
    uniform = [next(iter(kinds)) for kinds in sorts if len(kinds) == 1]
    return len(uniform) * 3 >= len(sorts) * 2 and len(set(uniform) - WORDS) > 1


def sideways_issue(names: Sequence[str]) -> Issue:
    """What to tell about such a table."""
    return Issue(
        "transposed_table",
        f"The rows seem to be attributes ({names[0]} and those below it) and the columns the things they describe.",
        "Turn the table round in the source (paste it transposed) and import it again; as it is, it makes no assets.",
    )
