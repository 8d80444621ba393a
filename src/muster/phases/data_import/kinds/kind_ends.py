"""Tables whose rows join two things: connections between addresses, relations between things, rules of a firewall."""

from collections.abc import Iterable, Sequence

from muster.phases.data_import.kinds.kind_evidence import evidence
from muster.phases.data_import.tables.cell_shapes import shape
from muster.vocabulary.late_pattern import late

HIGHEST_PORT = 65_535
PROTOCOLS = frozenset({"tcp", "udp", "icmp", "sctp", "esp", "gre"})
NARROW = 12
NARROWEST = 5
RELATION = late(
    r"^((relation|relationship|link|dependency|association|rel)( ?(type|kind|name))?"
    r"|beziehung|relacion|relacao|relazione|beziehungs(typ|art)|abhangigkeits(typ|art)"
    r"|(tipo|tipo di|tipo de|type|type de|art der|typ|rodzaj|тип) (relacion|relacao|relazione|dependencia|dipendenza"
    r"|lien|relation|dependance|beziehung|abhangigkeit|koppeling|relatie|relacji|integracji|связи|интеграции)"
    r"|(关系|依赖|连接|関係|依存|関連|관계|의존)( ?(类型|種別|タイフ|유형))?)$"
)
WIDE = 2 * NARROW
ENDS = ("from", "to")
SIDES = frozenset({("a", "b"), ("a", "z"), ("1", "2")})
COUNTED = late(r"([a-z]{3,})([123])$")  # node1
LOOKED_AT = 50
NESTED = late(r"^(?:(?:json )?payload |connection |flow |properties |record )+(?=\w)")  # what logs are wrapped in
OPEN_FILES = frozenset({"command", "fd", "node", "name"})  # what lsof heads its columns with


def joining(spoken: Sequence[str], body: Sequence[Sequence[str]], title: str) -> tuple[str, str] | None:
    """(kind, reason) of a table of pairs, None of any other; `spoken` are the folded names of the columns."""
    spoken = [NESTED.sub("", said) for said in spoken]
    pairs = _pairs(spoken)
    if pairs and _rules(spoken):
        return "rule", "The rows say which traffic between two ends is allowed, not which there is."
    addressed = [pair for pair in pairs if all(_has_addresses(spoken, body, end) for end in pair)]
    if addressed:
        return "connection", f"Columns {_both(addressed[0])} hold the addresses of two ends."
    if OPEN_FILES.issubset(spoken):
        return "connection", "The columns are those of a list of open files and sockets."
    to, address = evidence().ends["to"], evidence().ends["address"]
    far = [at for at, said in enumerate(spoken) if to.match(said) and address.search(said)]
    if pairs and far:
        return "connection", f"Columns {_both(pairs[0])} name two ends, column {far[0] + 1} has an address."
    return _relation(spoken, title, pairs)


def connecting(body: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """(kind, reason) of a table without a header whose rows tell two addresses and how one spoke to the other."""
    width = max(map(len, body), default=0)
    columns = [
        [row[at].strip() for row in body[:LOOKED_AT] if at < len(row) and row[at].strip()] for at in range(width)
    ]
    ends = [at for at, values in enumerate(columns) if _nearly_all(shape(value) == "ip" for value in values)]
    protocol = any(_nearly_all(value.lower() in PROTOCOLS for value in values) for values in columns)
    port = any(_nearly_all(_is_port(value) for value in values) for values in columns)
    if len(ends) != 2 or not (protocol or (port and not _name_rows(columns))):
        return None
    return "connection", f"Columns {ends[0] + 1} and {ends[1] + 1} hold two addresses, another a port or a protocol."


def _name_rows(columns: Sequence[Sequence[str]]) -> bool:
    """True where a column names each row once: then the rows are machines, and small numbers count what they have."""
    return any(
        len(set(values)) == len(values) and _nearly_all(shape(value) in ("numbered", "fqdn") for value in values)
        for values in columns
    )


def _nearly_all(found: Iterable[bool]) -> bool:
    told = list(found)
    return len(told) > 0 and sum(told) * 10 >= len(told) * 9


def _is_port(value: str) -> bool:
    return value.isdecimal() and 0 < int(value) <= HIGHEST_PORT


def _relation(spoken: Sequence[str], title: str, pairs: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    reason = ""
    if pairs and len(spoken) <= WIDE and (pairs[0][0] <= len(spoken) // 2 or _both_bare(spoken, pairs[0])):
        reason = f"Columns {_both(pairs[0])} name the two ends of a relation."
    elif any(all(any(map(end.match, spoken)) for end in ends) for ends in evidence().joined):
        reason = "The columns are those of a list that joins two things."
    elif _has_sides(spoken):
        reason = "The columns come in pairs, one for either side."
    elif _references(spoken, title):
        reason = "The columns are references to other tables."
    elif len(spoken) > 1 and _opposite(spoken):
        reason = "Columns 1 and 2 name the two ends of a relation."
    elif _depends(spoken):
        reason = "One column names things, another what these depend on."
    elif _says_how(spoken):
        reason = "Two columns name things, and one says how they are related."
    return ("relation", reason) if reason else None


def _both(pair: tuple[int, int]) -> str:
    return f"{pair[0] + 1} and {pair[1] + 1}"


def _both_bare(spoken: Sequence[str], pair: tuple[int, int]) -> bool:
    """True for neighbours called source and target and nothing else: wherever they stand, they are the two ends."""
    return pair[1] == pair[0] + 1 and all(
        _without_end(spoken[at], end) == "" for at, end in zip(pair, ENDS, strict=True)
    )


def _pairs(spoken: Sequence[str]) -> list[tuple[int, int]]:
    """Columns for either end of the same nature, as (from, to)."""
    near = [(at, noun) for at, said in enumerate(spoken) if (noun := _without_end(said, "from")) is not None]
    far = [(at, noun) for at, said in enumerate(spoken) if (noun := _without_end(said, "to")) is not None]
    found = [(a, b) for a, one in near for b, other in far if a != b and _same_nature(one, other)]
    return found + [
        (a, b) for a, one in enumerate(spoken) for b, other in enumerate(spoken) if _is_far_twin(one, other)
    ]


def _is_far_twin(one: str, other: str) -> bool:
    """True for a thing and its counterpart: 'hostname' and 'remote hostname', 'node' and 'peer node'."""
    marked = evidence().single["counterpart"].match(other)
    return (
        bool(one) and marked is not None and other[marked.end() :] == one and bool(evidence().ends["noun"].match(one))
    )


def _without_end(said: str, side: str) -> str | None:
    """What a name says beside the word for one end: 'ip' of 'source ip', 'ip de destino' and '送信元 ip'; else None."""
    ends = evidence().ends
    if found := ends[side].match(said):
        return said[found.end() :].strip()
    found = ends[f"{side}_after"].search(said)
    return said[: found.start()].strip() if found and found.start() else None


def _same_nature(one: str, other: str) -> bool:
    """Latin letters have words for ends everywhere (from date, to date): there the thing must be one that is joined."""
    ends = evidence().ends
    if one == other:
        return (
            ends["address"].search(one) is not None
            or ends["noun"].match(one) is not None
            or (not one.isascii() and not ends["no_end"].search(one))
        )
    return {one, other} <= {"addr", "address", "ip"}


def _has_sides(spoken: Sequence[str]) -> bool:
    """True where columns come twice, for side A and side B or for end 1 and end 2, and there is no third."""
    parts = [tuple(COUNTED.sub(r"\1 \2", said).split()) for said in spoken]
    twice = {rest for one in parts for other in parts if (rest := _twin(one, other)) and not _has_third(rest, parts)}
    things = any(evidence().single["sided_things"].match(" ".join(rest)) for rest in twice)
    return things and (len(twice) > 1 or len(spoken) <= NARROWEST)


def _twin(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The words two names share that differ in their side alone; none of any other two."""
    differing = [at for at, words in enumerate(zip(one, other, strict=False)) if words[0] != words[1]]
    if len(one) != len(other) or len(differing) != 1 or (one[differing[0]], other[differing[0]]) not in SIDES:
        return ()
    return (*one[: differing[0]], *one[differing[0] + 1 :])


def _has_third(rest: tuple[str, ...], parts: Sequence[tuple[str, ...]]) -> bool:
    return any("3" in each and set(rest) <= set(each) for each in parts)


def _opposite(spoken: Sequence[str]) -> bool:
    """A narrow table that begins with what something comes from and what it goes to, of whatever nature each is."""
    ends = evidence().ends
    near, far = (ends[side].match(said) for side, said in zip(("from", "to"), spoken[:2], strict=False))
    if near is None or far is None or len(spoken) > NARROWEST:
        return False
    nouns = [said[found.end() :].strip() for said, found in zip(spoken[:2], (near, far), strict=True)]
    return all(noun and not ends["no_end"].search(noun) for noun in nouns)


def _rules(spoken: Sequence[str]) -> bool:
    single = evidence().single
    decides = any(single["rule_columns"].search(said) for said in spoken)
    return decides and not any(single["traffic_columns"].search(said) for said in spoken)


def _has_addresses(spoken: Sequence[str], body: Sequence[Sequence[str]], position: int) -> bool:
    ends, said = evidence().ends, spoken[position]
    nouns = [said, *(noun for side in ("from", "to") if (noun := _without_end(said, side)))]
    if any(ends["address"].search(each) for each in nouns):
        return True
    shapes = [shape(row[position]) for row in body[:LOOKED_AT] if position < len(row) and row[position].strip()]
    return len(shapes) > 0 and shapes.count("ip") * 2 > len(shapes)


def _depends(spoken: Sequence[str]) -> bool:
    """A narrow table of things, what they depend on, and at most what kind of dependency it is.

    Machines with what they depend on stay a list of machines: it may be the only one there is.
    """
    ends, identity = evidence().ends, evidence().identity
    if len(spoken) > NARROWEST or not any(ends["depends"].match(said) for said in spoken[1:]):
        return False
    if identity["host"].search(spoken[0]):
        return False
    thing = ends["noun"].match(spoken[0]) or identity["name"].search(spoken[0])
    return bool(thing) and (len(spoken) <= 3 or any(RELATION.match(said) for said in spoken))


def _says_how(spoken: Sequence[str]) -> bool:
    """A narrow table of two things and the kind of their relation."""
    name, host = evidence().identity["name"], evidence().identity["host"]
    related = [at for at, said in enumerate(spoken) if RELATION.match(said)]
    things = [said for said in spoken if said.endswith(" id") or name.search(said) or host.search(said)]
    return len(related) == 1 and related[0] > 0 and len(things) == 2 and len(spoken) <= NARROWEST


def _references(spoken: Sequence[str], title: str) -> bool:
    """Ids of other tables and hardly anything of its own."""
    references = sum(name.endswith(" id") for name in spoken)
    if references < 2:
        return False
    if references == len(spoken) and len(spoken) <= 4 or evidence().table_names["relation"].search(title):
        return True
    if any(weight > 4 and pattern.search(said) for weight, pattern in evidence().columns["ticket"] for said in spoken):
        return False
    entities = {said for said in spoken[1:] if evidence().single["entities"].match(said)}
    identity = evidence().identity
    own = any(identity["name"].search(said) or identity["host"].search(said.removesuffix(" id")) for said in spoken[:1])
    named = any(identity["name"].search(said) for said in spoken)
    return len(entities) >= 2 and len(spoken) <= NARROW and not named and not own
