"""Single records in another encoding than the file: they were read as windows-1252, which is nearly always right."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.phases.data_import.text.stray_bytes import STRAY_BYTES
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    count = seen.records.noted.get(STRAY_BYTES, 0)
    if count:
        yield Issue(
            STRAY_BYTES,
            f"The file is UTF-8, but {f'{count} lines have' if count > 1 else 'one line has'} bytes that are not; "
            "they were read as windows-1252.",
            "Look at a few letters with accents, or export the file again in one encoding.",
        )


TRAP = Trap(
    _detect,
    warns=("Name,Ort\n" + "web01,M\u00fcnchen\n" * 9 + "web02,K\udcf6ln\n",),
    silent=("Name,Ort\nweb01,M\u00fcnchen\nweb02,K\u00f6ln\n",),
)
