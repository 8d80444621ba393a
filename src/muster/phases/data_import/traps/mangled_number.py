"""A long number that a spreadsheet shows, and saved, in powers of ten: its last digits are lost."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.traits.get("mangled_number", 0)
        if not count or column.traits.get("power_of_ten", 0) > count:
            continue  # where small powers stand beside large ones, the column measures something
        yield Issue(
            "mangled_number",
            f"{count:,} values are long numbers that a spreadsheet shortened; their last digits are lost.",
            "Export the column as text, or format it as text before the file is saved; then import it again.",
            column=column.source,
            value=example(column, r"E\+\d\d"),
        )


TRAP = Trap(
    _detect,
    warns=("Name,Serial\nweb01,6.37702E+15\nweb02,ABC123\n", "Name,Asset\na,1.2E+15\nb,2.4E+15\n"),
    silent=("Name,Load\nweb01,1.5E+00\nweb02,2.5E+12\nweb03,4.1E-03\nweb04,1.0E+02\n", "Name,Serial\na,5E10\nb,1E+2\n"),
)
