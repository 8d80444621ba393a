"""The records of a stretch of delimited text: parsed at full speed, but for those that do not fit, one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.phases.data_import.block_parts import without_blank_records
from muster.phases.data_import.format import Block, Rejected
from muster.phases.data_import.text.dialect import Dialect, fields
from muster.phases.data_import.text.record_ends import RecordEnds, record_ends
from muster.phases.data_import.text.stray_bytes import STRAY_BYTES, with_stray_bytes_mended
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late

Verdict = tuple[list[str], Issue | None]
COMMENT = late(r"\s*(?:#|//|--\s)")
COMMENT_LINE = Issue("comment_line", "The line is a comment.", "Remove the mark at its start if it is a record.")
SHOWING = 1_000  # records by which it is guessed which columns hold quotes
MOST_ODD = 20  # records to one that does not fit, at least; else all are read one by one
STAND_INS = ("\x1f", "\x1e", "\x1d", "\x02", "\x03", "\x04")


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide the records are, and which shorter widths are another type of record rather than damage.

    `trailing` is how many blank fields end each record that belong to no column: a delimiter at its end makes one.
    `commented` says that '# ' begins a comment.
    """

    dialect: Dialect
    width: int
    short_widths: frozenset[int] = frozenset()
    trailing: int = 0
    commented: bool = False


def read_block(content: bytes, layout: Layout) -> Block:
    """One block of all the records in `content`, which begins and ends at a record's border."""
    if (
        b"\r" in content and b"\r\r\n" in content and layout.dialect.encoding.unit == 1
    ):  # the Windows console's wmic writes two returns
        content = content.replace(b"\r\r\n", b"\r\n")
    commented = layout.commented and (content.startswith(b"# ") or (b"#" in content and b"\n# " in content))
    frame = None if commented else _parse_fast(content, layout)
    if frame is not None:
        return without_blank_records(frame)
    if layout.dialect.encoding.name == "utf-8":
        mended, count = with_stray_bytes_mended(content)
        if count:
            return replace(read_block(mended, layout), noted={STRAY_BYTES: count})
    few = None if commented else _read_but_few(content, layout)
    return few or _read_strictly(content, layout)


def text_frame(rows: Sequence[Sequence[str]], width: int) -> pl.DataFrame:
    """Rows of equal width as String columns '1'..'n'."""
    return pl.DataFrame(rows, schema=_schema(width), orient="row")


def _schema(width: int) -> dict[str, type[pl.String]]:
    return {str(position): pl.String for position in range(1, width + 1)}


def _parse_fast(content: bytes, layout: Layout) -> pl.DataFrame | None:
    """None where the fast parser refuses the text, or where counting shows that a record is too short."""
    dialect = layout.dialect
    text = _as_utf8(content, dialect)
    delimiter = "" if text is None else _single(dialect.delimiter, text)
    if text is None or not delimiter:
        return None
    text = _plain(text, dialect, delimiter)
    width = layout.width + layout.trailing
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            quote_char=dialect.quote or None,
            eol_char=dialect.line_end,
            schema=_schema(width),
            infer_schema=False,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if not _adds_up(text, frame, replace(dialect, delimiter=delimiter)):
        return None
    return _restored(frame, layout, delimiter)


def _as_utf8(content: bytes, dialect: Dialect) -> bytes | None:
    """None where a byte has no meaning in the encoding, or is the NUL that no database takes for text."""
    try:
        text = content if dialect.encoding.name == "utf-8" else content.decode(dialect.encoding.name).encode("utf-8")
    except UnicodeError:
        return None
    return None if b"\x00" in text else text


def _single(delimiter: str, text: bytes) -> str:
    """The delimiter as the fast parser takes it: one character of ASCII, or a stand-in that the text does not hold."""
    if len(delimiter) == 1 and delimiter.isascii():
        return delimiter
    return next((mark for mark in STAND_INS if mark.encode() not in text), "")


def _plain(text: bytes, dialect: Dialect, delimiter: str) -> bytes:
    """The text in the fast parser's own dialect: one character between fields, quotes doubled."""
    if delimiter != dialect.delimiter:
        text = text.replace(dialect.delimiter.encode(), delimiter.encode())
    if dialect.escape:
        text = text.replace((dialect.escape + dialect.quote).encode(), dialect.quote.encode() * 2)
    return text


def _restored(frame: pl.DataFrame, layout: Layout, delimiter: str) -> pl.DataFrame | None:
    """The frame without the blank fields that end each record and belong to no column; None where one is not blank."""
    if layout.trailing:
        surplus = frame.select(frame.columns[layout.width :])
        if surplus.select(pl.any_horizontal(pl.all().str.strip_chars() != "").any()).item():
            return None
        frame = frame.drop(surplus.columns)
    if delimiter == layout.dialect.delimiter or not layout.dialect.quote:
        return frame
    return frame.select(pl.all().str.replace_all(delimiter, layout.dialect.delimiter, literal=True))


def _adds_up(text: bytes, frame: pl.DataFrame, dialect: Dialect) -> bool:
    """True where no record is short or torn, which the fast parser would not tell.

    All bytes of the text must be accounted for: those of the cells, a delimiter between any two, a line end after each
    record, and quotes around fields. Anything else (a missing delimiter, a quote inside a cell) leaves some over or
    short and is looked at more closely.
    """
    if _bytes_add_up(text, frame, dialect):
        return True
    line_end, delimiter = dialect.line_end, dialect.delimiter
    lines = text.count(line_end.encode()) + (not text.endswith(line_end.encode()))
    delimiters = text.count(delimiter.encode())
    if dialect.quote and dialect.quote.encode() in text:
        inside = frame.select(
            pl.sum_horizontal(pl.all().str.join("").str.count_matches(mark, literal=True)).alias(name)
            for name, mark in (("lines", line_end), ("delimiters", delimiter))
        )
        lines -= inside.item(0, "lines")
        delimiters -= inside.item(0, "delimiters")
    between = frame.width - 1
    if lines != frame.height or delimiters > between * frame.height:
        return False
    return delimiters == between * frame.height or delimiters == between * (frame.height - _empty_lines(text, line_end))


def _bytes_add_up(text: bytes, frame: pl.DataFrame, dialect: Dialect) -> bool:
    """Short records and quotes inside cells both leave fewer bytes than expected, so neither can hide the other.

    Some quotes inside cells are counted; the others would leave still fewer bytes.
    """
    held = frame.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item() if frame.height else 0
    line_end = dialect.line_end.encode()
    line_ends = frame.height - (not text.endswith(line_end))
    returns = text.count(b"\r\n") if dialect.line_end == "\n" and b"\r" in text else 0
    quotes = _count(text, dialect.quote) if dialect.quote else 0
    surplus = held + (frame.width - 1) * frame.height + line_ends + returns + quotes - len(text)
    return surplus == 0 or (quotes > 0 and surplus == _quotes_held(frame, dialect.quote))


def _count(text: bytes, mark: str) -> int:
    """How often a mark occurs; bytes.count stops at each, and there may be millions."""
    if len(mark.encode()) > 1:
        return text.count(mark.encode())
    return int(np.count_nonzero(np.frombuffer(text, dtype="u1") == ord(mark)))


def _quotes_held(frame: pl.DataFrame, quote: str) -> int:
    """How many quotes the cells hold in those columns whose first records show any: each was written as two."""
    shown = frame.head(SHOWING).select(pl.all().str.contains(quote, literal=True).any()).row(0)
    columns = [name for name, shows in zip(frame.columns, shown, strict=True) if shows]
    counts = frame.select(pl.col(columns).str.count_matches(quote, literal=True).sum()).row(0) if columns else ()
    return sum(counts)


def _empty_lines(text: bytes, line_end: str) -> int:
    return sum(not line.strip(b"\r") for line in text.split(line_end.encode())) - text.endswith(line_end.encode())


def _read_but_few(content: bytes, layout: Layout) -> Block | None:
    """The block where nearly all records fit: only the others are read one by one. None where that is not sure.

    The bytes of each record are accounted for as those of a whole text are in `_adds_up`: a record with a delimiter too
    few or too many has others than its cells, delimiters, quotes and line end.
    """
    dialect, width = layout.dialect, layout.width
    plain = (dialect.encoding.name, len(dialect.delimiter), dialect.line_end) == ("utf-8", 1, "\n")
    if not plain or not dialect.delimiter.isascii() or dialect.escape or layout.trailing or b"\x00" in content:
        return None
    found = record_ends(content, dialect)
    frame = _parse_forgivingly(content, layout)
    if frame is None or frame.height != len(found.ends):
        return None
    odd = _odd(content, frame, found, dialect)
    places = np.flatnonzero(odd)
    if len(places) * MOST_ODD > frame.height:
        return None
    starts = np.append(0, found.ends[:-1])[places].tolist()
    verdicts = [
        _verdict(content[start:end], layout, stray=place in found.stray)
        for place, start, end in zip(places.tolist(), starts, found.ends[places].tolist(), strict=True)
    ]
    rows = [(values + [""] * (width - len(values)))[:width] for values, _ in verdicts]
    order = np.empty(frame.height, dtype=np.int64)
    order[~odd], order[odd] = np.arange(frame.height - len(places)), np.arange(frame.height - len(places), frame.height)
    whole = pl.concat([frame.filter(~odd), text_frame(rows, width)])[order]
    return _without_comments(whole, dict(zip(places.tolist(), verdicts, strict=True)))


def _parse_forgivingly(content: bytes, layout: Layout) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            content,
            has_header=False,
            separator=layout.dialect.delimiter,
            quote_char=layout.dialect.quote or None,
            schema=_schema(layout.width),
            infer_schema=False,
            empty_string_is_null=False,
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        return None


def _odd(content: bytes, frame: pl.DataFrame, found: RecordEnds, dialect: Dialect) -> npt.NDArray[np.bool_]:
    """Which records have other bytes than the cells that were made of them account for."""
    units = np.frombuffer(content, dtype="u1")
    ends = found.ends
    line_ends = (units[ends - 1] == ord("\n")).astype(np.int64)
    line_ends += (line_ends == 1) & (units[np.maximum(ends - 2, 0)] == ord("\r"))
    quotes = np.diff(np.searchsorted(_places(units, dialect.quote), np.append(0, ends)))
    held = frame.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series().fill_null(-1).to_numpy()
    shown = frame.head(SHOWING).select(pl.all().str.contains(dialect.quote or "\x00", literal=True).any()).row(0)
    inside = [name for name, shows in zip(frame.columns, shown, strict=True) if shows]
    if inside:
        counted = pl.sum_horizontal(pl.col(inside).str.count_matches(dialect.quote, literal=True)).cast(pl.Int64)
        quotes = quotes - frame.select(counted.fill_null(0)).to_series().to_numpy()
    odd = np.diff(np.append(0, ends)) != held + (frame.width - 1) + line_ends + quotes
    odd[list(found.stray)] = True
    return np.asarray(odd | (held < 0), dtype=np.bool_)


def _places(units: npt.NDArray[np.uint8], mark: str) -> npt.NDArray[np.int64]:
    return np.flatnonzero(units == ord(mark)) if mark else np.empty(0, dtype=np.int64)


def _without_comments(frame: pl.DataFrame, verdicts: Mapping[int, Verdict]) -> Block:
    """The block of all records but blank ones and comments."""
    blank = np.zeros(frame.height, dtype=np.bool_)
    first = (frame.get_column("1").str.strip_chars() == "").arg_true().to_numpy()
    blank[first] = frame[first].select(pl.all_horizontal(pl.all().str.strip_chars() == "")).to_series().to_numpy()
    for place, (values, issue) in verdicts.items():
        blank[place] = issue is COMMENT_LINE or not any(value.strip() for value in values)
    kept = np.flatnonzero(~blank)
    ordinals = np.cumsum(~blank) - 1
    rejected = tuple(
        Rejected(int(ordinals[place]), tuple(values), issue)
        for place, (values, issue) in verdicts.items()
        if issue is not None and not blank[place]
    )
    file_rows = None if len(kept) == frame.height else tuple((kept + 1).tolist())
    return Block(frame if file_rows is None else frame[kept], file_rows, frame.height, rejected)


def _read_strictly(content: bytes, layout: Layout) -> Block:
    rows: list[list[str]] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    count = 0
    for values, issue in _verdicts(content, layout):
        count += 1
        if not any(value.strip() for value in values) or issue is COMMENT_LINE:
            continue
        if issue is not None:
            rejected.append(Rejected(len(rows), tuple(values), issue))
        places.append(count)
        rows.append((values + [""] * (layout.width - len(values)))[: layout.width])
    file_rows = None if len(places) == count else tuple(places)
    return Block(text_frame(rows, layout.width), file_rows, count, tuple(rejected))


def _verdicts(content: bytes, layout: Layout) -> Iterator[Verdict]:
    found = record_ends(content, layout.dialect)
    for position, (start, end) in enumerate(pairwise([0, *found.ends.tolist()])):
        yield _verdict(content[start:end], layout, stray=position in found.stray)


def _verdict(record: bytes, layout: Layout, *, stray: bool) -> Verdict:
    dialect = layout.dialect
    try:
        text = record.decode(dialect.encoding.name)
    except UnicodeDecodeError as error:
        text = record.decode(dialect.encoding.name, errors="replace")
        return _cells(text.replace("\x00", "\ufffd"), dialect, ""), _undecodable(str(error.reason), dialect)
    if "\x00" in text:
        return _cells(text.replace("\x00", "\ufffd"), dialect, ""), _undecodable("it holds a NUL character", dialect)
    if stray:
        return _cells(text, dialect, ""), Issue(
            "stray_quote",
            "A quote opens in this record and never closes.",
            "Remove or double the quote in the source file.",
        )
    return _fit(text, _cells(text, dialect, dialect.quote), layout)


def _undecodable(what: str, dialect: Dialect) -> Issue:
    return Issue(
        "undecodable_text",
        f"The record is not readable as {dialect.encoding.name}: {what}.",
        "Export the file again in one encoding, best UTF-8.",
    )


def _cells(record: str, dialect: Dialect, quote: str) -> list[str]:
    line = record.removesuffix(dialect.line_end).rstrip("\r")
    return fields(line, dialect.delimiter, quote, dialect.escape)


def _fit(record: str, values: list[str], layout: Layout) -> Verdict:
    """Surplus fields are refused even when the last ones are blank: a torn field may have pushed them there."""
    if layout.commented and record.startswith("# "):
        return values, COMMENT_LINE
    surplus = values[layout.width :]
    if layout.trailing and len(surplus) == layout.trailing and not any(value.strip() for value in surplus):
        values = values[: layout.width]
    if len(values) == layout.width or len(values) in layout.short_widths:
        return values, None
    inner = unwrapped(values, layout.dialect)
    if len(inner) == layout.width:
        return inner, None
    if COMMENT.match(record):
        return values, COMMENT_LINE
    return values, Issue(
        "ragged_row",
        f"{len(values)} fields under {layout.width} headers.",
        "Look for a missing or surplus delimiter, or a quote that does not stand directly at the start of its field.",
    )


def unwrapped(values: list[str], dialect: Dialect) -> list[str]:
    """The fields of a record that was quoted as a whole line; the same values where it was not."""
    if len(values) == 1 and dialect.quote and dialect.delimiter in values[0]:
        return fields(values[0], dialect.delimiter, dialect.quote, dialect.escape)
    return values


def accepted_short_widths(rows: Sequence[Sequence[str]], width: int) -> frozenset[int]:
    """Widths below `width` that are no damage.

    A writer that leaves out empty trailing fields does so often: a width is accepted when at least a twentieth of the
    records (and two of them) have it. A second type of record is accepted when its first field never stands in a record
    of full width, and marks a type there (few different values).
    """
    full = {row[0] for row in rows if len(row) == width}
    common: Callable[[int], bool] = lambda count: count >= 2 and count * 20 >= len(rows)  # noqa: E731
    accepted = set()
    for short in {len(row) for row in rows if 1 < len(row) < width}:
        kinds = [row[0] for row in rows if len(row) == short]
        another_type = len(full) * 2 <= sum(len(row) == width for row in rows) and full.isdisjoint(kinds)
        if common(len(kinds)) or another_type:
            accepted.add(short)
    return frozenset(accepted)
