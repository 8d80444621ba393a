"""Letters that were read in the wrong encoding on their way here: MÃ¼nchen for München."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example
from muster.phases.data_import.profiles.value_forms import GARBLED
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.traits.get("garbled", 0)
        if count:
            yield Issue(
                "garbled_text",
                f"{count:,} values hold letters that were read in the wrong encoding before the file was written.",
                "Export the data again as UTF-8; what is garbled cannot be restored for certain.",
                column=column.source,
                value=example(column, GARBLED),
            )


TRAP = Trap(
    _detect,
    warns=(
        "Name,Ort\nweb01,MÃ¼nchen\nweb02,Berlin\n",
        "Name,Note\nweb01,donâ€™t touch\n",
        "Name,Ort\nweb01,GenÃ¨ve\n",
    ),
    silent=("Name,Ort\nweb01,München\nweb02,SÃO PAULO\nweb03,Âncora\n",),
)
