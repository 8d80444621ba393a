"""Headers that come twice, once for either end of a link: 'Device A' and 'Device B', 'Node' and 'Peer node'."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from muster.phases.field_mapping.dictionary import dictionary, squash
from muster.phases.field_mapping.header import Header, spoken, unwrapped
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.terms import book, readings_of
from muster.vocabulary.late_pattern import late

_COUNTED = late(r"([^\W\d_]{2,})([123])")  # node1, 节点1
_ADDRESS, _PORT, _SOCKETS = frozenset({"ip", "address"}), frozenset({"port"}), frozenset({"port", "interface"})
_JOINED = ("thing", "address")


@dataclass(frozen=True, slots=True)
class End:
    """One of two columns that differ in their side alone.

    `nature`: thing, address, port, detail of a thing, or '' for anything else that either end has.
    """

    side: str
    nature: str


@dataclass(frozen=True, slots=True)
class _Pair:
    near: int
    far: int
    rest: tuple[str, ...]
    weak: bool  # letters and numbers part many things that are no ends


def paired_ends(headers: Sequence[Header]) -> Mapping[str, End]:
    """The ends by header, for a table that has a pair of things, addresses or interfaces; empty for any other."""
    tokens = [_tokens(header) for header in headers]
    found = [(pair, _nature(pair)) for pair in _pairs(tokens)]
    plain = any(not pair.rest for pair, _ in found)
    joined = {pair.rest for pair, nature in found if nature in _JOINED}
    if not any(nature in _JOINED or set(pair.rest) & _SOCKETS for pair, nature in found):
        return {}
    ends: dict[str, End] = {}
    for pair, nature in found:
        detail = nature == "thing" and (
            plain and pair.rest or (pair.weak and pair.rest[-1:] == ("name",) and len(joined) > 1)
        )
        said = "detail" if detail else nature
        ends.setdefault(headers[pair.near].source, End("source", said))
        ends.setdefault(headers[pair.far].source, End("target", said))
    return ends


def _tokens(header: Header) -> tuple[str, ...]:
    counted = (_COUNTED.sub(r"\1 \2", word) for word in spoken(unwrapped(header.source)))
    return tuple(" ".join(counted).split())


def _pairs(tokens: Sequence[tuple[str, ...]]) -> list[_Pair]:
    """The pairs of headers, in the order of their near ends; of weak sides none that has a third."""
    places = {said: place for place, said in reversed(list(enumerate(tokens)))}
    found = [pair for place, said in enumerate(tokens) for pair in _twins(place, said, places)]
    return [pair for pair in found if not (pair.weak and any(_is_third(pair.rest, each) for each in tokens))]


def _is_third(rest: tuple[str, ...], tokens: tuple[str, ...]) -> bool:
    return "3" in tokens and set(rest) <= set(tokens)


def _twins(place: int, said: tuple[str, ...], places: Mapping[tuple[str, ...], int]) -> Iterator[_Pair]:
    """The pairs in which a header is the near end."""
    for at, word in enumerate(said):
        rest = (*said[:at], *said[at + 1 :])
        for near, far, weak in words().sides:
            other = (*said[:at], far, *said[at + 1 :])
            if word == near and other in places and (rest or not weak):
                yield _Pair(place, places[other], rest, weak)
    for word in words().far_words if said else ():
        for at in range(len(said) + 1):
            other = (*said[:at], word, *said[at:])
            if other in places:
                yield _Pair(place, places[other], said, False)


def _nature(pair: _Pair) -> str:
    """What the two columns hold: of weak sides only things that are joined, of others also what no list knows."""
    rest, phrase = set(pair.rest), " ".join(pair.rest)
    if rest and rest <= _ADDRESS | {"number"}:
        return "" if pair.weak else "address"
    if rest <= (words().references | words().joined_things) - _ADDRESS or _are_things(phrase):
        return "thing"
    if rest & _PORT:
        return "port" if rest == _PORT and not pair.weak else ""
    known = dictionary().exact.get(squash(phrase), ()) or readings_of(phrase)
    return "" if known or pair.weak or len(pair.rest) > 1 else "thing"


def _are_things(phrase: str) -> bool:
    things = book().end_things - {"interface", "number"}
    return any(reading.terms <= things and not reading.unknown for reading in readings_of(phrase))
