"""Lines of windows-1252 in a text of UTF-8, as files have them that were put together: each broken byte for itself."""

STRAY_BYTES = "stray_bytes"
OTHER = "cp1252"
REPLACED = "\ufffd"


def with_stray_bytes_mended(content: bytes) -> tuple[bytes, int]:
    """The content as UTF-8, and how many lines had bytes of windows-1252.

    Lines with a byte that means nothing in either stay as they are: their records are refused.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        lines = [_mended(line) for line in content.split(b"\n")]
        return b"\n".join(line for line, _was_broken in lines), sum(was_broken for _line, was_broken in lines)
    return content, 0


def _mended(line: bytes) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    at, broken = 0, False
    while True:
        try:
            line[at:].decode("utf-8")
        except UnicodeDecodeError as error:
            start, end = at + error.start, at + error.end
            meant = line[start:end].decode(OTHER, errors="replace")
            if REPLACED in meant:
                return line, False
            parts += [line[at:start], meant.encode()]
            at, broken = end, True
        else:
            return b"".join((*parts, line[at:])), broken
