"""What a spreadsheet shows where a formula or a width failed: #N/A, #REF!, ########."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.traits.get("error_value", 0)
        if count:
            yield Issue(
                "error_value",
                f"{count:,} cells hold an error of the spreadsheet instead of a value.",
                "Mend the formula in the source, or treat the cells as empty.",
                column=column.source,
                value=example(column, r"^\s*#"),
            )


TRAP = Trap(
    _detect,
    warns=("Name,Owner\na,#N/A\nb,Ann\n", "Name,Owner\na,#REF!\nb,#NAME?\n", "Name,Date\na,########\nb,2020-01-01\n"),
    silent=("Name,Note\na,#1 priority\nb,# of disks\nc,#web\n",),
)
