"""What one row of a table is about, from the names of its columns, its values and the table's own name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muster.phases.data_import.kinds.kind_ends import connecting, joining
from muster.phases.data_import.kinds.kind_evidence import evidence
from muster.phases.data_import.kinds.kind_scores import OWN_WORD, Score, scores_of
from muster.phases.data_import.kinds.kind_values import Values, values_of
from muster.phases.data_import.kinds.known_exports import known_export, says_more
from muster.phases.data_import.tables.words import words
from muster.vocabulary.correction_marks import RECORD
from muster.vocabulary.kinds import CORRECTION, RECORD_KINDS, RecordRole
from muster.vocabulary.late_pattern import late

ENOUGH = 4.0
KNOWN = 0.97  # sure that the rows of a known export are what its tool lists in it
OWN_LIST = 12.0  # a column that only such a list has
SURE = 8.0  # a kind with this much evidence is doubted only for a rival
CLOSE = 0.7  # a rival of another role with this share of the evidence is worth a question
DETAIL_ENOUGH = 10.0
DETAIL_WHERE_REPEATED = 5.0
PART_ENOUGH = 15.0  # a switch has a MAC address too
NARROW_PARTS = 6  # columns
SEEN = 50
ONE_CLASS = 12.0
MIXED_CLASSES = 14.0
NETWORKING = 15.0
SAMPLES = 25.0
HOSTED = 15.0
NEARLY_ALL = 0.9
PART_VALUES = {"network_interface": "interface_values", "disk": "disk_values", "partition": "partition_values"}
MACHINES = ("server", "virtual_machine", "hypervisor")
DETAILS = (*(kind for kind, role in RECORD_KINDS.items() if role is RecordRole.DETAIL), "metric")
# Of these, a table with serial numbers, models or addresses has more to tell than a list that assets refer to.
NO_ASSET_UNLESS_MARKED = (
    *(
        "lookup",
        "person",
        "location",
        "contract",
        "price",
        "license",
        "backup",
        "ticket",
        "snapshot",
        "rule",
        "process",
    ),
)
WITHOUT_SYSTEMS = ("person", "location")  # no row of such a list has an operating system
OF_MACHINES = ("backup", "snapshot")  # lists of machines where each has one row and says its address or system
MARKED_ENOUGH = 6.0
MARKS_OF_AN_ASSET = 3
UNNAMED = late(r"#\d+$")
PROCESSORS = late(
    r"\b(v ?cpus?|cpus?|cores|processors?)( count| cores| number)?$|\bnumber of (v ?cpus?|cpus?|cores|processors)\b"
)
MEMORY = late(r"\b(memory|ram|arbeitsspeicher)( size| total| capacity)?( total)?( size)?( in)?( [kmgt]i?b)?$")
VIRTUAL_SIZE = late(r"\b(vm ?(size|sku|id)|instance ?type|machine ?type|os ?disk|hardware profile)\b")

ADDRESS = late(r"(?:\b|_)(?:ip|mac|location)|(?:IP|Ip|MAC|Mac)(?![a-z])", re.IGNORECASE)
VIRTUAL_STATE = late(r"^(os ext sts )?vm ?state$|^flavou?r( id| name| vcpus| ram)?$|^vm ?id$")


@dataclass(frozen=True, slots=True)
class Kind:
    """A word of vocabulary.kinds.RECORD_KINDS, why it was chosen, and how sure that is, 0..1.

    `rival` is what a row might be instead where that is close and would make the difference between an asset and none.
    """

    name: str
    reason: str
    confidence: float = 1.0
    rival: str | None = None


def record_kind(columns: Sequence[str], body: Sequence[Sequence[str]], table_name: str) -> Kind:
    """The likeliest kind; `body` are the first records, `table_name` that of the sheet or record list."""
    if RECORD in columns:
        return Kind(CORRECTION, "Its rows name records of another import and are put in their place.")
    spoken = [" ".join(words(name)) for name in columns]
    title = " ".join(words(table_name))
    export = known_export(spoken)
    joined = joining(spoken, body, title)
    if joined and (export is None or RECORD_KINDS[export.kind] is RecordRole.RELATION):
        return Kind(joined[0], joined[1], 0.95)
    told = _of_a_part(spoken, body, _by_columns(columns, spoken, body, title))
    if export is None or (not says_more(export) and RECORD_KINDS[told.name] is RecordRole.ASSET):
        return told
    return Kind(export.kind, f"The columns are those of {export.title}.", KNOWN)


def _of_a_part(spoken: Sequence[str], body: Sequence[Sequence[str]], told: Kind) -> Kind:
    """The kind told, unless what names the rows are names of parts: eth0 is a card of some machine."""
    name, host = evidence().identity["name"], evidence().identity["host"]
    naming = [at for at, said in enumerate(spoken) if name.search(said) or host.search(said)]
    if RECORD_KINDS[told.name] is not RecordRole.ASSET or not naming:
        return told
    for part, pattern in PART_VALUES.items():
        cells = [
            row[naming[0]].strip().lower() for row in body[:SEEN] if naming[0] < len(row) and row[naming[0]].strip()
        ]
        alike = sum(evidence().single[pattern].match(cell) is not None for cell in cells)
        if cells and alike >= NEARLY_ALL * len(cells):
            return Kind(part, f"The names in column {naming[0] + 1} are those of parts of machines.", 0.8, told.name)
    return told


def _by_columns(columns: Sequence[str], spoken: Sequence[str], body: Sequence[Sequence[str]], title: str) -> Kind:
    """What the names of the columns, that of the table and the values tell of the rows, whatever tool wrote them."""
    named = not all(UNNAMED.match(name) for name in columns)
    if not named and (connected := connecting(body)):
        return Kind(connected[0], connected[1], 0.7, "other")
    values = values_of(spoken, body, named)
    scores = scores_of(columns, spoken, title)
    _weigh_values(scores, values)
    for kind in _seeming(scores, spoken, values):
        scores.pop(kind, None)
    _weigh_machines(scores, spoken, values)
    best = _preferred(scores, spoken, values, _names_parts(spoken, body))
    marks = _marks(columns, spoken)
    if not best or scores[best].weight < ENOUGH:
        return _kind_by_values(columns, spoken, title, values, marks)
    if _is_marked(best, scores[best], spoken):
        best = _heaviest({kind: score for kind, score in scores.items() if RECORD_KINDS[kind] is RecordRole.ASSET})
        if not best or scores[best].weight < MARKED_ENOUGH:
            return Kind("other", f"Assets of no one kind, told by {', '.join(marks[:5])}.", 0.6)
        return Kind(best, f"Told by {', '.join((*scores[best].witnesses[:3], *marks[:3]))}.", 0.6)
    return _told(best, scores)


def _is_marked(best: str, score: Score, spoken: Sequence[str]) -> bool:
    """True where marks of assets outweigh what speaks for a list that assets only refer to."""
    if score.whole_name or best not in NO_ASSET_UNLESS_MARKED:
        return False
    patterns = evidence().marks
    strong = sum(patterns["strong"].search(said) is not None for said in spoken)
    weak = sum(patterns["weak"].search(said) is not None for said in spoken)
    if patterns["own"].match(spoken[0]) or strong >= MARKS_OF_AN_ASSET:
        return True
    if best == "lookup":
        return score.strongest < OWN_LIST and (strong > 0 or weak > 1)
    return (strong > 0 and strong + weak > 1) and score.weight < SURE


def _weigh_machines(scores: dict[str, Score], spoken: Sequence[str], values: Values) -> None:
    """Add what makes machines, or their cards, of lists that are told by what else they are about.

    A job saved each machine of a list once, a server of addresses lent one to each card of a named machine.
    """
    best = max(scores, key=lambda kind: (scores[kind].weight, kind), default="other")
    if best in OF_MACHINES and values.nearly_unique and (values.addresses or _has_system(spoken)):
        kind = "virtual_machine" if "virtual_machine" in scores else "server"
        scores.setdefault(kind, Score()).add(HOSTED, "a row for each machine, with its address or system")
    if best == "address" and values.cards and any(map(evidence().identity["host"].search, spoken)):
        scores.setdefault("network_interface", Score()).add(HOSTED, "addresses of the cards of named machines")
    if best == "application" and _has_system(spoken):
        scores.setdefault("server", Score()).add(ENOUGH, "an operating system for each row")


def _weigh_values(scores: dict[str, Score], values: Values) -> None:
    """Add what the values say: classes of devices, makers of network devices; and that no sample stands alone."""
    if values.unique and not values.timed:
        scores.pop("metric", None)
    if values.measured:
        scores.setdefault("metric", Score()).add(SAMPLES, "measures of the same things at several times")
    best = max(scores, key=lambda kind: (scores[kind].weight, kind), default="other")
    doubted = best == "lookup" or best == "network_interface" and scores[best].weight < PART_ENOUGH
    if RECORD_KINDS[best] is not RecordRole.ASSET and not doubted:
        return
    told = sum(values.classes.values())
    if values.hosted and not told and best == "server":
        scores.setdefault("virtual_machine", Score()).add(HOSTED, "the hosts that the rows run on")
    top, count = values.classes.most_common(1)[0] if told else ("", 0)
    if values.networking and (not told or top == "network"):
        scores.setdefault("network", Score()).add(NETWORKING, "makers and systems of network devices among the values")
    if told and count >= NEARLY_ALL * told:
        kind = "other" if top == "end_user" else top
        scores.setdefault(kind, Score()).add(ONE_CLASS, f"{top.replace('_', ' ')} as the class of the rows")
    elif told and not set(values.classes) <= set(MACHINES):
        listed = ", ".join(sorted(kind.replace("_", " ") for kind in values.classes))
        scores.setdefault("other", Score()).add(MIXED_CLASSES, f"classes that differ from row to row ({listed})")


def _seeming(scores: Mapping[str, Score], spoken: Sequence[str], values: Values) -> tuple[str, ...]:
    """The kinds that lists of machines have words of, and are not."""
    without = WITHOUT_SYSTEMS if _has_system(spoken) else ()
    plain = tuple(kind for kind in without if kind in scores and not scores[kind].whole_name)
    return (*plain, "network_interface") if _addresses_hosts(scores, spoken, values) else plain


def _has_system(spoken: Sequence[str]) -> bool:
    """True where a column says which operating system the rows have."""
    return any(map(evidence().single["operating_system"].search, spoken))


def _addresses_hosts(scores: Mapping[str, Score], spoken: Sequence[str], values: Values) -> bool:
    """True where rows that look like network cards are hosts, each with its address and its MAC.

    Nothing but addresses speaks for cards: no name of an adapter, and a column called Interface holds addresses. Nearly
    every row names another machine, or says which operating system it has.
    """
    if "network_interface" not in scores or scores["network_interface"].whole_name or values.repeats:
        return False
    own = [pattern for weight, pattern in evidence().columns["network_interface"] if weight >= OWN_WORD]
    of_cards = [at for at, said in enumerate(spoken) if any(pattern.search(said) for pattern in own)]
    identity = evidence().identity
    named = any(identity["host"].search(said) or identity["name"].search(said) for said in spoken)
    told = (named and values.nearly_unique) or _has_system(spoken)
    return told and set(of_cards) <= set(values.addresses)


def _names_parts(spoken: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """True for a narrow table with a column that names parts of machines: a row of it is about the part."""
    own = [at for at, said in enumerate(spoken) if evidence().single["part_names"].match(said)]
    if len(spoken) > NARROW_PARTS or not own or own == [0]:
        return False
    cells = [row[own[-1]].strip() for row in body[:SEEN] if own[-1] < len(row)]
    return any(cells) and not any(cell.replace(".", "", 1).replace(",", "", 1).isdecimal() for cell in cells)


def _preferred(scores: Mapping[str, Score], spoken: Sequence[str], values: Values, names_parts: bool) -> str:
    """The heaviest kind, with exceptions.

    What tells of one part of a machine is a detail although it repeats much about the machine, what has an operating
    system is a machine although it is listed under its application, and what has a size of machines is one of a cloud.
    """
    if values.measured:
        return "metric"
    best = _heaviest(scores)
    parts = {kind: score for kind, score in scores.items() if kind in DETAILS and score.strongest >= ENOUGH}
    wholes = {kind: score for kind, score in scores.items() if kind not in DETAILS}
    whole = _is_overview(spoken) or any(map(evidence().single["tagged"].search, spoken))
    of_parts = values.repeats or names_parts or len(scores) == 1
    enough = DETAIL_WHERE_REPEATED if of_parts else DETAIL_ENOUGH
    if best in MACHINES and not whole:
        part = _heaviest(parts)
        return part if part and scores[part].weight >= enough else best
    if best in DETAILS and not scores[best].whole_name and (whole or scores[best].weight < enough or best not in parts):
        best = _heaviest(wholes) or best
    return _refined(best, scores, spoken, values)


def _refined(best: str, scores: Mapping[str, Score], spoken: Sequence[str], values: Values) -> str:
    """The kind that the heaviest one turns out to be where a single column says so."""
    if best == "application" and _has_system(spoken):
        return max(("server", "virtual_machine"), key=lambda kind: scores[kind].weight if kind in scores else 0.0)
    if best in ("server", "process") and "virtual_machine" in scores and any(map(VIRTUAL_STATE.search, spoken)):
        return "virtual_machine"
    if best == "software" and _counts_licenses(scores, values, spoken):
        return "license"
    if best == "storage" and "disk" in scores and scores["disk"].strongest >= OWN_LIST:
        return "disk"
    if best == "cloud_resource" and "virtual_machine" in scores and any(map(VIRTUAL_SIZE.search, spoken)):
        return "virtual_machine"
    return best


def _counts_licenses(scores: Mapping[str, Score], values: Values, spoken: Sequence[str]) -> bool:
    """True where words of licences stand in a list of software that names no machine: what is owned, not installed."""
    machines = values.hosts or any(evidence().identity["host"].search(said) for said in spoken)
    return not machines and "license" in scores and scores["license"].strongest >= OWN_WORD


def _heaviest(scores: Mapping[str, Score]) -> str:
    return max(scores, key=lambda kind: (scores[kind].weight, kind), default="")


def _is_overview(spoken: Sequence[str]) -> bool:
    """True where one row gives a machine's processors and its memory."""
    return any(PROCESSORS.search(said) for said in spoken) and any(MEMORY.search(said) for said in spoken)


def _told(best: str, scores: Mapping[str, Score]) -> Kind:
    """The kind with its witnesses, and the closest one that would make the difference between an asset and none."""
    ignored = _is_ignored(best)
    others = {kind: score for kind, score in scores.items() if _is_ignored(kind) != ignored}
    rival = _heaviest(others)
    against = scores[rival].weight if rival else 0.0
    weight = scores[best].weight
    confidence = round(min(1.0, weight / SURE) * weight / (weight + against), 2)
    reason = f"Told by {', '.join(scores[best].witnesses[:5])}."
    close = against >= max(ENOUGH, CLOSE * weight) and not scores[best].whole_name
    if not close:
        return Kind(best, reason, confidence)
    doubt = f" It might be {rival.replace('_', ' ')} instead, by {', '.join(scores[rival].witnesses[:3])}."
    return Kind(best, reason + doubt, confidence, rival)


def _is_ignored(kind: str) -> bool:
    return RECORD_KINDS[kind] is RecordRole.IGNORED


def _kind_by_values(
    columns: Sequence[str], spoken: Sequence[str], title: str, values: Values, marks: Sequence[str]
) -> Kind:
    """Where no column's name tells enough: names of hosts make assets, and so do marks; the rest is looked up."""
    if marks and not (values.hosts and all(ADDRESS.search(mark) for mark in marks)):
        return Kind("other", f"Assets of no one kind, told by {', '.join(marks[:5])}.", 0.5)
    if values.hosts:
        return Kind("server", f"The values of {columns[values.hosts[0]]} look like host names.", 0.5)
    if values.addresses:
        return Kind("other", f"The values of {columns[values.addresses[0]]} are addresses.", 0.4, "lookup")
    if values.unique and spoken and evidence().identity["host"].search(spoken[0]):
        return Kind("server", f"{columns[0]} names machines, each once.", 0.4, "lookup")
    listed = evidence().single["generic_titles"].fullmatch(title) is None or len(columns) < 4
    if listed and not UNNAMED.match(columns[0]):
        return Kind("lookup", "No column identifies an asset.", 0.4, "other" if len(columns) > 3 else None)
    return Kind("other", "No column tells what a row is about.", 0.2, "lookup")


def _marks(columns: Sequence[str], spoken: Sequence[str]) -> list[str]:
    """The columns that only assets have: one such as a serial number, or two such as a maker."""
    marks = evidence().marks
    strong = [name for name, said in zip(columns, spoken, strict=True) if marks["strong"].search(said)]
    weak = [name for name, said in zip(columns, spoken, strict=True) if marks["weak"].search(said)]
    return [*strong, *(name for name in weak if name not in strong)] if strong or len(weak) > 1 else []
