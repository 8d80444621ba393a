"""Cells that hold a formula instead of its result."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.traits.get("formula", 0)
        if count:
            yield Issue(
                "formula",
                f"{count:,} cells hold a formula and not what it comes to.",
                "Save the sheet with its values; a spreadsheet that opens the file would run what stands there.",
                column=column.source,
                value=example(column, r"^\s*[=+@-]"),
            )


TRAP = Trap(
    _detect,
    warns=('Name,Full\na,"=CONCAT(A2,B2)"\nb,x\n', "Name,Note\na,@SUM(1+1)*cmd\nb,ok\n", "Name,Note\na,=1+1\nb,x\n"),
    silent=("Name,Note\na,==== old ====\nb,-5\nc,+49 151 23456789\nd,@home\ne,- see below (later)\n",),
)
