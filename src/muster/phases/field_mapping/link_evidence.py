"""What the table says of columns for the two ends of a link, and of references to another thing."""

from collections.abc import Iterator

from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.terms import book, end_of, readings_of

_NO_ENDS = ("date", "mac", "size", "percent", "money", "boolean")
_PLACES = frozenset({"interface", "port", "slot"})  # where on the end a link begins

_ENDS = {
    "source": ("source_ip", "source_port", "relationship_source"),
    "target": ("destination_ip", "destination_port", "relationship_target"),
}


def from_paired_ends(column: Column) -> Iterator[Evidence]:
    """One of two columns that differ in their side alone; what only belongs to an end is none of the record's."""
    end = column.context.ends.get(column.header.source)
    if end is None or column.values.share(_NO_ENDS) >= 0.5:
        return
    address, port, thing = _ENDS[end.side]
    said = f"its twin in the table is for the other end, this one is the {end.side}"
    if end.nature == "thing":
        addressed = column.context.kind == "connection" and column.values.shares.get("ip", 0.0) >= 0.8
        yield Evidence(address if addressed else thing, 0.99, said, likely=True)
    elif end.nature == "detail" or (not end.nature and column.header.tokens and column.header.tokens[-1] in _PLACES):
        yield Evidence(None, 0.9, said)
    elif end.nature:
        yield Evidence(address if end.nature == "address" else port, 0.9, said)


def from_ends(column: Column) -> Iterator[Evidence]:
    """In a table that joins two things: from / source columns and to / target columns."""
    side, address_said, port_said, thing_said = _end_said(column)
    if not side or column.header.source in column.context.ends:
        return
    address, port, thing = _ENDS[side]
    if address_said or column.values.shares.get("ip", 0.0) >= 0.8:
        yield Evidence(address, 0.9, f"an address at the {side} of a connection")
    elif port_said:
        yield Evidence(port, 0.9, f"a port at the {side} of a connection")
    elif column.context.kind == "connection" and _says_process(column.header.phrase):
        yield Evidence("process_name", 0.85, f"a process at the {side} of a connection")
    elif thing_said:
        yield Evidence(thing, 0.88, f"the {side} end of a relation")


def _says_process(phrase: str) -> bool:
    return any("process" in reading.terms for reading in readings_of(phrase))


def _end_said(column: Column) -> tuple[str, bool, bool, bool]:
    """(side, does the header say address, port, a thing), side '' where the header names no end of a relation."""
    tokens = column.header.tokens
    if not column.context.joins or not tokens:
        return "", False, False, False
    rest = set(tokens[1:])
    for side, said in (("source", words().source_words), ("target", words().target_words)):
        if tokens[0] in said:
            things = not rest or rest <= words().references
            return side, bool(rest & {"ip", "address", "addr", "h"}), bool(rest & {"port", "p"}), things
    found = end_of(column.header.phrase)
    if found is None:
        return "", False, False, False
    side, terms = found
    return side, bool(terms & {"ip", "address"}), "port" in terms, terms <= book().end_things


def from_pair(column: Column) -> Iterator[Evidence]:
    """A relation table of two references: the first depends on the second, as in every link table seen."""
    for end, target in zip(column.context.pair, ("relationship_source", "relationship_target"), strict=False):
        if column.header.source == end:
            yield Evidence(target, 0.97, "one of the two ends of a link table")
