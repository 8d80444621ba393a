"""How large a file, and what it unpacks to, may be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes. Text is streamed, so only `max_bytes` bounds it; workbooks and documents are held in memory."""

    max_bytes: int = 64 << 30
    max_document_bytes: int = 512 << 20  # JSON and XML are parsed whole: about six times this in memory
    max_unpacked_bytes: int = 2 << 30
    max_ratio: int = 200  # real workbooks unpack to 5-40 times their size; deflate ends at about 1,030
    max_columns: int = 16_384  # what a worksheet can hold
    max_cells: int = 60_000_000  # rows x columns of one sheet; the reader holds the rectangle, about 32 bytes a cell
