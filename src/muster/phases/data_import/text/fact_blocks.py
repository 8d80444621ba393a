"""Lines that each state a fact, as blocks: which title a block has, and its facts by name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from muster.phases.data_import.nested.record_lists import Record
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a fact: indentation, name and value are the groups of `pattern`."""

    pattern: re.Pattern[str]
    certainty: float


FORMS = (
    Form(late(r"([ \t]*)([^\s:=|#\"{},;][^:=|\"{},;\t]{0,78}?) *:(?:\s+(\S.*)|\s*)"), 0.9),
    Form(late(r"([ \t]*)([A-Za-z_][\w.\-]*(?: [\w.\-]+){0,5}) *= ?(.*)"), 0.88),
    Form(late(r"([ \t]*)(\S+) => (.*)"), 0.9),
    Form(late(r"([ \t]*)([^\s|][^|]{0,78}?) *\| ?(.*)"), 0.5),
)
# psql's expanded display, MySQL's \G, and rules between blocks
RECORD_MARK = late(r"-\[ RECORD \d+ \][-+]*|\*{10,} \d+\. row \*{10,}|[-=*_]{4,}")
ENTRY = late(r"\s*\[\d+\]: ?(.*)")  # systeminfo numbers the entries of a list
SEPARATOR = ";"


@dataclass(slots=True)
class _Block:
    """A block while it is read: its title, its facts, and the open places that lines further in belong to."""

    title: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    last: str = ""
    parents: list[tuple[int, str]] = field(default_factory=list)

    def state(self, indent: int, name: str, value: str) -> None:
        """Add a fact; one of a name further in stands below the fact without a value that it follows."""
        while self.parents and self.parents[-1][0] >= indent:
            self.parents.pop()
        path = ".".join([*(parent for _place, parent in self.parents), name])
        before = self.facts.get(path)
        self.facts[path] = value if before in (None, "") else f"{before}{SEPARATOR}{value}"
        self.last = path
        if not value:
            self.parents.append((indent, name))

    def go_on(self, text: str) -> None:
        """A line that belongs to the fact before it: an entry of a list, or the rest of a long text."""
        entry = ENTRY.fullmatch(text)
        before = str(self.facts.get(self.last, ""))
        said = entry[1] if entry else text.strip()
        between = SEPARATOR if entry or not before else " "
        self.facts[self.last] = f"{before}{between}{said}" if before else said


def fact_blocks(lines: Sequence[str], form: Form) -> Iterator[tuple[str, Record]]:
    """Title ('' where there is none) and facts of each block, in order.

    A blank line or a mark ends a block. So does a name that the block began with, where no blank lines part the blocks.
    """
    block = _Block()
    margin = min((_indent(line) for line in lines if form.pattern.fullmatch(line)), default=0)
    for line in lines:
        if not line.strip() or RECORD_MARK.fullmatch(line):
            if block.facts:
                yield block.title, block.facts
                block = _Block()
            continue
        stated = None if block.last and ENTRY.fullmatch(line) else form.pattern.fullmatch(line)
        if stated is None:
            _add_text(block, line, margin)
            continue
        if block.facts and stated[2] == next(iter(block.facts)) and _indent(line) == margin:
            yield block.title, block.facts
            block = _Block(block.title)
        block.state(_indent(line), stated[2].strip(), (stated[3] or "").strip())
    if block.facts:
        yield block.title, block.facts


def _add_text(block: _Block, line: str, margin: int) -> None:
    if block.last and _indent(line) > margin:
        block.go_on(line)
    elif not block.facts:
        block.title = line.strip()  # the last one of several: dmidecode writes a handle above the name


def _indent(line: str) -> int:
    shown = line.expandtabs(8)
    return len(shown) - len(shown.lstrip())
