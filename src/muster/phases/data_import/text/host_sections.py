"""Dumps of several hosts in one text: where each begins, whose it is, and which addresses its sockets tell."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.text_lines import FirstLines
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

HOST = r"(?=[\w.-]*[A-Za-z\d])[\w.-]+"
# How people and tools head the output of one host: Ansible, head and tail, or a line drawn around the name.
MARK = late(
    rf"^(?:(?P<ansible>{HOST}) \| (?:CHANGED|SUCCESS)(?: \| rc=\d+)? >>"
    rf"|==> (?:.*/)?(?P<tail>{HOST}) <=="
    rf"|[#=*-]{{2,}} *(?:host(?:name)?|server|node)?:? *(?P<drawn>{HOST}) *[#=*-]*)\s*$",
    re.IGNORECASE,
)
MOST_ADDRESSES = 1_000
WILDCARDS = ("", "*", "0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Section:
    """The dump of one host: its name ('' where the text does not say), first lines, and place (0-based row, bytes)."""

    host: str
    lines: tuple[str, ...]
    row: int
    start: int
    end: int | None

    def locator(self, below: int, found: Encoding) -> dict[str, Json]:
        """Where records begin when the first `below` lines of the section are none."""
        skipped = "".join(f"{line}\n" for line in self.lines[:below]).encode(found.name, errors="replace")
        start = self.start + len(skipped)
        return {
            "start": start if self.end is None else min(start, self.end),
            "first_file_row": self.row + below + 1,
            "unit": found.unit,
            "end": self.end,
        }


def host_sections(path: Path, first: FirstLines) -> tuple[Section, ...]:
    """One section for each host that a line names before its dump; one without a name for a text without such lines."""
    size = path.stat().st_size
    if not any(MARK.match(line) for line in first.lines[:5]):
        return (Section("", first.lines, 0, first.encoding.mark, size),)
    marks = list(_marks(path, first))
    ends = [start for _host, _row, start in marks[1:]] + [size]
    return tuple(
        Section(host, tuple(_lines(path, first.encoding, start, end)), row, start, end)
        for (host, row, start), end in zip(marks, ends, strict=True)
    )


def _marks(path: Path, first: FirstLines) -> Iterator[tuple[str, int, int]]:
    """Host, 0-based row and byte of each line that names a host."""
    place, name = first.encoding.mark, first.encoding.name
    end = "\n".encode(name)
    with path.open("rb") as file:
        file.seek(place)
        for row, line in enumerate(iter(file.readline, b"")):
            if len(end) > 1:
                line += file.read(len(end) - 1) if first.encoding.byte_order == "little" else b""
            if found := MARK.match(line.decode(name, errors="replace").strip()):
                yield next(text for text in found.groups() if text), row, place
            place += len(line)


def _lines(path: Path, found: Encoding, start: int, end: int) -> list[str]:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(min(end - start, 1 << 16)).decode(found.name, errors="replace").split("\n")


def own_addresses(ends: Iterable[pl.Series], port: str) -> tuple[int, list[Json]]:
    """How many sockets there are, and the host's own addresses: those of local ends, without the port (a pattern)."""
    records = 0
    addresses: dict[str, None] = {}
    for local in ends:
        records += len(local)
        bare = local.str.replace(port, "").str.replace(r"%.*$", "").str.strip_chars("[]")
        addresses.update(dict.fromkeys(bare.unique(maintain_order=True).to_list()))
    own = [one for one in addresses if one not in WILDCARDS and not one.startswith(("127.", "::1", "localhost"))]
    return records, list(own[:MOST_ADDRESSES])
