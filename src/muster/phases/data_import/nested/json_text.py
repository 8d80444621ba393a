"""JSON as text says it: numbers keep their digits (22.10, a serial of 30 figures), several documents may follow."""

import json
from collections.abc import Iterator

from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
BLANKS = late(r"[\s\x1e,;]*")  # RFC 7464 puts a record mark before each document; logs put commas between
CALL = late(r"\s*(?:/\*\*/)?\s*[A-Za-z_$][\w.$]*\s*\((?=\s*[\[{])")  # JSONP: callback({...});
GUARD = late(r"\s*(?:\)\]\}',?\n|for\s*\(;;\);|while\s*\(1\);)")  # written before JSON against its inclusion


def one(text: str) -> Json:
    """The one value that a text holds. Raises json.JSONDecodeError."""
    value: Json = DECODER.decode(text)
    return value


def documents(text: str) -> Iterator[Json]:
    """The values of a text, one behind the other. Raises json.JSONDecodeError at what is no JSON."""
    place = _start(text)
    end = len(text.rstrip(" \t\r\n;)")) if CALL.match(text) else len(text)
    while (place := BLANKS.match(text, place).end()) < end:  # type: ignore[union-attr]  # it matches nothing, too
        value, place = DECODER.raw_decode(text, place)
        yield value


def _start(text: str) -> int:
    """Where JSON begins behind what is not of it."""
    found = CALL.match(text) or GUARD.match(text)
    return found.end() if found else 0
