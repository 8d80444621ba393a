"""Numbers with a decimal comma: read by a rule that expects points they become ten or a hundred times larger."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example, numbers_in, valued
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.traits.get("decimal_comma", 0)
        if count and not column.separators and numbers_in(column) * 10 >= valued(column) * 8:
            yield Issue(
                "decimal_comma",
                f"{count:,} numbers have a decimal comma.",
                "Check that the values were read as they are meant; the mapping of the column can say so.",
                column=column.source,
                value=example(column, r"^\s*[+-]?\d+,\d"),
            )


TRAP = Trap(
    _detect,
    warns=("Name;Load\na;12,5\nb;7,25\nc;3\n",),
    silent=("Name;Load\na;12.5\nb;7\n", "Name;Ports\na;22,80\nb;22, 80, 443\nc;8080,9090,22\n"),
)
