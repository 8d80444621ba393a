"""How large a file, and what it unpacks to, may be."""

import sys
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes. Text and long lists in documents are streamed, so only `max_bytes` bounds them; workbooks and
    documents without one long list are held in memory.

    `max_unpacked_bytes` and `max_ratio` bound everything that one file unpacks to, archives within archives and
    workbooks within archives included: members on the disk, and the parts of each workbook.
    """

    max_bytes: int = 64 << 30
    max_document_bytes: int = 512 << 20  # of one parsed whole: about six times this in memory
    max_unpacked_bytes: int = 2 << 30
    max_ratio: int = 200  # real workbooks unpack to 5-40 times their size; deflate ends at about 1,030
    max_members: int = 10_000  # of one archive, those of archives in it included, and of a folder
    max_nesting: int = 4  # archives within archives: a zip in a zip is two, so is a .tar.gz
    max_columns: int = 16_384  # what a worksheet can hold
    max_cells: int = 60_000_000  # rows x columns of one sheet; the reader holds the rectangle, 32 to 64 bytes a cell


UNLIMITED = Limits(**{limit.name: sys.maxsize for limit in fields(Limits)})
"""For a file that is unpacked again after it was taken in under its limits."""
