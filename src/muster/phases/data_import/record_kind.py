"""What one row of a table is about, from the names of its columns, its values and the table's own name."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from muster.phases.data_import.cell_shapes import shape
from muster.phases.data_import.words import words

ENOUGH = 4.0
NAME_WEIGHT = 5.0
WHOLE_NAME_WEIGHT = 25.0  # a sheet called Virtual Machine holds those, whatever servers its columns mention
LOOKUP_NAME_WEIGHT = 12.0
FAINT_TOGETHER = 5.0
DETAIL_ENOUGH = 10.0
MACHINES = ("server", "virtual_machine", "hypervisor")
DETAILS = ("disk", "partition", "network_interface", "cpu", "memory", "software", "database_usage", "metric")
FIRST_COLUMN_WEIGHT = 7.0
FIRST_COLUMN = 1.5  # tables begin with the name of the thing that a row is about
NARROW = 12
ASSET_MARKS = re.compile(
    r"\b(serial|serial ?number|seriennummer|asset ?(tag|id|name|number)|model|manufacturer|maker|hersteller|fabricant|"
    r"fabricante|device ?type|ip|mac|location|asset)\b"
)

OPERATING_SYSTEM = re.compile(
    r"^(os|operating system|betriebssystem|sistema operativo|sistema operacional|os (name|type|version|family))$"
)
PROCESSORS = re.compile(
    r"\b(v ?cpus?|cpus?|cores|processors?)( count| cores| number)?$|\bnumber of (v ?cpus?|cpus?|cores|processors)\b"
)
MEMORY = re.compile(r"\b(memory|ram|arbeitsspeicher)( size| total| capacity)?( total)?( size)?( in)?( [kmgt]i?b)?$")
NAME_COLUMN = re.compile(r"\b(name|nom|nombre|nome|hostname|host|node|machine|system|id)$")


@dataclass(frozen=True, slots=True)
class Kind:
    """A word of vocabulary.kinds.RECORD_KINDS and why it was chosen."""

    name: str
    reason: str


@dataclass(slots=True)
class _Score:
    weight: float = 0.0
    witnesses: list[str] = field(default_factory=list)

    faint: float = 0.0
    whole_name: bool = False

    def add(self, weight: float, witness: str) -> None:
        """Faint witnesses (a memory column) are many in every table: together they count as much as one strong."""
        if weight < 2:
            weight = min(weight, FAINT_TOGETHER - self.faint)
            self.faint += weight
        self.weight += weight
        self.witnesses.append(witness)


@dataclass(frozen=True, slots=True)
class _Evidence:
    columns: dict[str, tuple[tuple[float, re.Pattern[str]], ...]]
    first_column: dict[str, re.Pattern[str]]
    table_names: dict[str, re.Pattern[str]]
    ends: dict[str, re.Pattern[str]]


def record_kind(columns: Sequence[str], body: Sequence[Sequence[str]], table_name: str) -> Kind:
    """The likeliest kind; `body` are the first records, `table_name` that of the sheet or record list."""
    spoken = [" ".join(words(name)) for name in columns]
    title = " ".join(words(table_name))
    joined = _joins_two_ends(spoken, body, title)
    if joined is not None:
        return joined
    return _best_kind(columns, spoken, body, title)


@cache
def _evidence() -> _Evidence:
    text = (
        resources.files("muster.phases.data_import").joinpath("record_kind_evidence.json").read_text(encoding="utf-8")
    )
    data = json.loads(text)
    columns = {
        kind: tuple((float(weight), re.compile("|".join(patterns))) for weight, patterns in by_weight.items())
        for kind, by_weight in data["columns"].items()
    }
    return _Evidence(
        columns,
        {kind: re.compile(pattern) for kind, pattern in data["first_column"].items()},
        {kind: re.compile(pattern) for kind, pattern in data["table_names"].items()},
        {end: re.compile(pattern) for end, pattern in data["ends"].items()},
    )


def _joins_two_ends(spoken: Sequence[str], body: Sequence[Sequence[str]], title: str) -> Kind | None:
    """A table of pairs: one column for either end, of the same nature. Addresses make it a record of connections."""
    ends = _evidence().ends
    pairs = [(a, b) for a in range(len(spoken)) for b in range(len(spoken)) if _are_ends(spoken[a], spoken[b])]
    addressed = [
        (a, b)
        for a, b in pairs
        if all(ends["address"].search(spoken[end]) or _holds_addresses(body, end) for end in (a, b))
    ]
    if addressed:
        a, b = addressed[0]
        return Kind("connection", f"Columns {a + 1} and {b + 1} hold the addresses of two ends.")
    far = [at for at, said in enumerate(spoken) if ends["to"].match(said) and ends["address"].search(said)]
    if pairs and far:
        return Kind(
            "connection",
            f"Columns {pairs[0][0] + 1} and {pairs[0][1] + 1} name two ends, column {far[0] + 1} has an address.",
        )
    if pairs and len(spoken) <= 2 * NARROW and pairs[0][0] <= len(spoken) // 2:
        a, b = pairs[0]
        return Kind("relation", f"Columns {a + 1} and {b + 1} name the two ends of a relation.")
    references = sum(name.endswith(" id") for name in spoken)
    if (
        references >= 2
        and references == len(spoken)
        and len(spoken) <= 4
        or _evidence().table_names["relation"].search(title)
        and references >= 2
    ):
        return Kind("relation", "The columns are references to other tables.")
    return None


def _are_ends(one: str, other: str) -> bool:
    ends = _evidence().ends
    first, second = ends["from"].match(one), ends["to"].match(other)
    if not first or not second:
        return False
    nouns = [one[first.end() :].strip(), other[second.end() :].strip()]
    return (
        nouns[0] == nouns[1]
        and bool(ends["noun"].match(nouns[0]))
        or all(noun in ("addr", "address", "ip") for noun in nouns)
    )


def _holds_addresses(body: Sequence[Sequence[str]], position: int) -> bool:
    shapes = [shape(row[position]) for row in body[:50] if position < len(row) and row[position].strip()]
    return len(shapes) > 0 and shapes.count("ip") * 2 > len(shapes)


def _best_kind(columns: Sequence[str], spoken: Sequence[str], body: Sequence[Sequence[str]], title: str) -> Kind:
    scores = _scores(columns, spoken, title)
    best = _preferred(scores, spoken)
    if not best or scores[best].weight < ENOUGH:
        return _kind_by_values(columns, spoken, body, title)
    marks = _marks(columns, spoken)
    if best == "lookup" and marks:
        return Kind("other", f"Assets of no one kind, told by {', '.join(marks[:5])}.")
    return Kind(best, f"Told by {', '.join(scores[best].witnesses[:5])}.")


def _preferred(scores: Mapping[str, _Score], spoken: Sequence[str]) -> str:
    """The heaviest kind, with two exceptions.

    What tells of one part of a machine is a detail although it repeats much about the machine, and what has an
    operating system is a machine although it is listed under its application.
    """
    best = max(scores, key=lambda kind: (scores[kind].weight, kind), default="")
    if best in MACHINES and not _is_overview(spoken):
        detail = max(
            (kind for kind in DETAILS if kind in scores), key=lambda kind: (scores[kind].weight, kind), default=""
        )
        return detail if detail and scores[detail].weight >= DETAIL_ENOUGH else best
    if (
        best in DETAILS
        and not scores[best].whole_name
        and (_is_overview(spoken) or scores[best].weight < DETAIL_ENOUGH)
    ):
        whole = {kind: score for kind, score in scores.items() if kind not in DETAILS}
        return max(whole, key=lambda kind: (whole[kind].weight, kind), default="")
    if best == "application" and any(OPERATING_SYSTEM.search(said) for said in spoken):
        return max(("server", "virtual_machine"), key=lambda kind: scores[kind].weight if kind in scores else 0.0)
    return best


def _is_overview(spoken: Sequence[str]) -> bool:
    """True where one row gives a machine's processors and its memory."""
    return any(PROCESSORS.search(said) for said in spoken) and any(MEMORY.search(said) for said in spoken)


def _kind_by_values(columns: Sequence[str], spoken: Sequence[str], body: Sequence[Sequence[str]], title: str) -> Kind:
    marks = _marks(columns, spoken)
    if marks:
        return Kind("other", f"Assets of no one kind, told by {', '.join(marks[:5])}.")
    for position, said in enumerate(spoken[:3]):
        values = [row[position].strip() for row in body if position < len(row) and row[position].strip()]
        host_like = sum(shape(value) in ("numbered", "fqdn") for value in values)
        if (
            (NAME_COLUMN.search(said) or columns[position] == f"#{position + 1}")
            and host_like * 3 > len(values) * 2
            and len(set(values)) * 10 > len(values) * 7
        ):
            return Kind("server", f"The values of {columns[position]} look like host names.")
    if title and title != "records" or len(columns) < 4:
        return Kind("lookup", "No column identifies an asset.")
    return Kind("other", "No column tells what a row is about.")


def _marks(columns: Sequence[str], spoken: Sequence[str]) -> list[str]:
    return [name for name, said in zip(columns, spoken, strict=True) if ASSET_MARKS.search(said)]


def _scores(columns: Sequence[str], spoken: Sequence[str], title: str) -> dict[str, _Score]:
    scores: dict[str, _Score] = defaultdict(_Score)
    for kind, pattern in _evidence().table_names.items():
        if title and kind in _evidence().columns and pattern.search(title):
            scores[kind].whole_name = pattern.fullmatch(title) is not None
            whole = LOOKUP_NAME_WEIGHT if kind == "lookup" else WHOLE_NAME_WEIGHT
            scores[kind].add(whole if scores[kind].whole_name else NAME_WEIGHT, "the name of the table")
    for kind, pattern in _evidence().first_column.items():
        if spoken and pattern.search(spoken[0]):
            scores[kind].add(FIRST_COLUMN_WEIGHT, columns[0])
    for kind, weighted in _evidence().columns.items():
        for position, said in enumerate(spoken):
            weight = max((weight for weight, pattern in weighted if pattern.search(said)), default=0.0)
            nested = (
                kind in DETAILS and "." in columns[position]
            )  # a member of the thing does not make the row a part of one
            if weight and not nested:
                scores[kind].add(weight * (FIRST_COLUMN if position == 0 else 1.0), columns[position])
    return scores
