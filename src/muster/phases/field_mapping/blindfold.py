"""What a measurement does without: header words nobody has written down, packs of tools nobody knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Squashed phrases that no word list knows for the moment, and whether packs are known."""

    phrases: frozenset[str] = frozenset()
    packs: bool = False


_NOTHING = LeftOut()
_LEFT_OUT: ContextVar[LeftOut] = ContextVar("left_out", default=_NOTHING)


@contextmanager
def without(phrases: frozenset[str] = frozenset(), packs: bool = False) -> Iterator[None]:
    """Do without these phrases, or without all packs, for a while."""
    token = _LEFT_OUT.set(LeftOut(phrases, packs))
    try:
        yield
    finally:
        _LEFT_OUT.reset(token)


def left_out() -> LeftOut:
    """What is left out at the moment; nothing, outside a measurement."""
    return _LEFT_OUT.get()
