"""Which process is at each end of a connection, as socket dumps and lists of connections write it."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import polars as pl

from muster.phases.dependency_analysis.traffic import plain_header

PROCESSES = ("source_process", "target_process")
BETWEEN_NAMES = "\n"  # of several processes that hold one socket
_OF_SS = r"^users:\(\("
_QUOTED = r'\("([^"]+)"'
_OF_NETSTAT = r"^\d+/([^:]+)"
_OF_WINDOWS = r"^(?:\d+\s+)?\[([^\]]+)\]$"
_OF_PATH = r"^(?:/|[A-Za-z]:\\|\\\\).*[/\\]([^/\\]+)$"
_BARE_NUMBER = r"^[-\d]+$"  # a process id alone, and netstat's sign for what only root may see


def process_columns(columns: Sequence[str]) -> dict[str, list[int]]:
    """The 1-based positions of columns that name a process, by the end that it is at (a name of PROCESSES)."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(columns, 1):
        for side in ("source", "target"):
            if plain_header(name) in _headers()[side]:
                found.setdefault(f"{side}_process", []).append(at)
    return found


def is_incoming(name: str) -> bool:
    """True for a list of connections that came in, by the name of its file or table: the process it names is the one
    that was called.
    """
    return any(word in plain_header(name) for word in _headers()["incoming"])


def with_mapped(places: Mapping[str, Sequence[int]], mapped: Sequence[int], incoming: bool) -> dict[str, Sequence[int]]:
    """`places` (process_columns), and where several columns are mapped to a process those whose headers name no end:
    the first is of the end that the line was taken on, the next of the other. A single one is left to `processes`.
    """
    said = {at for listed in places.values() for at in listed}
    free = [side for side in (PROCESSES[::-1] if incoming else PROCESSES) if side not in places]
    unsaid = [at for at in sorted(mapped) if at not in said]
    more = zip(free, unsaid, strict=False) if len(mapped) > 1 else ()
    return {**places, **{side: [at] for side, at in more}}


def processes(
    raw: Mapping[int, pl.Series], places: Mapping[str, Sequence[int]], mapped: pl.Series | None, incoming: bool
) -> pl.DataFrame:
    """PROCESSES of each record. `raw`: text columns by position, at least those of `places` (process_columns);
    `mapped`: what its mapping says is a process, where no column says of which end. Without any no columns.
    """
    own = PROCESSES[1] if incoming else PROCESSES[0]
    named = {side: [raw[at].cast(pl.String) for at in listed] for side, listed in places.items()}
    if mapped is not None and own not in named:
        named[own] = [mapped]
    height = max((one.len() for listed in named.values() for one in listed), default=0)
    frame = pl.DataFrame([one.alias(f"{side} {at}") for side, listed in named.items() for at, one in enumerate(listed)])
    texts = {side: [process_of(pl.col(f"{side} {at}")) for at in range(len(listed))] for side, listed in named.items()}
    found = {side: pl.coalesce(texts[side]) if side in texts else pl.lit(None, pl.String) for side in PROCESSES}
    return frame.select(one.alias(side) for side, one in found.items()) if height else frame


def process_of(text: pl.Expr) -> pl.Expr:
    """The names in `users:(("nginx",pid=7,fd=6))` (ss), `7/nginx: worker` (netstat), `7 [nginx.exe]` (netstat -b), the
    path of a program, or names alone, with semicolons between; null where none is.

    Several names, each once and in order, have BETWEEN_NAMES between them.
    """
    plain = text.str.strip_chars()
    listed = plain.str.extract_all(_QUOTED).list.eval(pl.element().str.extract(_QUOTED)).list.unique().list.sort()
    name = pl.coalesce(
        *(plain.str.extract(form) for form in (_OF_NETSTAT, _OF_WINDOWS, _OF_PATH)),
        plain.str.replace_all(r"\s*;\s*", BETWEEN_NAMES),
    ).str.strip_chars()
    return (
        pl.when(plain.str.contains(_OF_SS)).then(listed.list.join(BETWEEN_NAMES))
        .when((name.str.len_chars() > 0) & ~name.str.contains(_BARE_NUMBER)).then(name)
    )  # fmt: skip


@cache
def _headers() -> dict[str, frozenset[str]]:
    text = resources.files("muster.phases.dependency_analysis").joinpath("processes.json").read_text("utf-8")
    return {said: frozenset(headers) for said, headers in json.loads(text).items() if said != "note"}
