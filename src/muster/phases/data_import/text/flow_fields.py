"""Which field of a VPC flow log a column is, where no line says it: custom formats outside S3 have no header."""

import re
from collections.abc import Sequence

from muster.vocabulary.late_pattern import late

FEWEST = 6
LOOKED_AT = 500
NONE = "-"
ADDRESS = late(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*")
PATTERNS = {
    "action": late(r"ACCEPT|REJECT"),
    "log-status": late(r"OK|NODATA|SKIPDATA"),
    "interface-id": late(r"eni-[0-9a-f]+"),
    "vpc-id": late(r"vpc-[0-9a-f]+"),
    "subnet-id": late(r"subnet-[0-9a-f]+"),
    "instance-id": late(r"i-[0-9a-f]+"),
    "account-id": late(r"\d{12}"),
    "type": late(r"IPv4|IPv6|EFA"),
    "flow-direction": late(r"ingress|egress"),
    "region": late(r"[a-z]{2}(?:-[a-z]+)+-\d"),
    "az-id": late(r"[a-z]{2,4}\d-az\d+"),
}
TIME = late(r"1[4-9]\d{8}|2[01]\d{8}")
NUMBER = late(r"\d+")
PROTOCOLS = frozenset({"1", "2", "6", "17", "47", "50", "51", "58", "132"})


def flow_fields(lines: Sequence[str]) -> tuple[str, ...] | None:
    """The names of the columns of these lines, `#n` for those that the values do not tell; None: no flow log.

    A flow log has one action in capitals or an interface, two addresses and two times. The first of two addresses,
    ports and times is the source's and the start, as in every format that AWS documents; of two amounts the greater
    ones are bytes.
    """
    rows = [line.split(" ") for line in lines[:LOOKED_AT]]
    width = len(rows[0]) if rows else 0
    if width < FEWEST or sum(len(row) == width for row in rows) * 10 < len(rows) * 9:
        return None
    columns = [[row[at] for row in rows if len(row) == width and row[at] != NONE] for at in range(width)]
    found: dict[int, str] = {}
    for name, pattern in PATTERNS.items():
        _take(found, columns, (name,), pattern)
    _take(found, columns, ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"), ADDRESS)
    _take(found, columns, ("start", "end"), TIME)
    if not {"srcaddr", "dstaddr", "start", "end"} <= set(found.values()) or not _is_aws(found):
        return None
    _numbers(found, columns)
    return tuple(found.get(at, f"#{at + 1}") for at in range(width))


def _is_aws(found: dict[int, str]) -> bool:
    return bool({"action", "interface-id", "log-status"} & set(found.values()))


def _take(
    found: dict[int, str], columns: Sequence[Sequence[str]], names: Sequence[str], pattern: re.Pattern[str]
) -> None:
    """Give the names to the first columns whose values all fit, in order."""
    fits = pattern.fullmatch
    fitting = [at for at, values in enumerate(columns) if at not in found and values and all(map(fits, values))]
    found.update(zip(fitting, names, strict=False))


def _numbers(found: dict[int, str], columns: Sequence[Sequence[str]]) -> None:
    """Protocol, ports and amounts: whole numbers, told apart by their size and by what varies."""
    whole = {
        at: [int(text) for text in values]
        for at, values in enumerate(columns)
        if at not in found and values and all(map(NUMBER.fullmatch, values))
    }
    protocol = [at for at in whole if set(columns[at]) <= PROTOCOLS and not _is_version(at, columns)]
    if protocol:
        found[protocol[0]] = "protocol"
    rest = {at: values for at, values in whole.items() if at not in found and not _is_version(at, columns)}
    ports = [at for at, values in rest.items() if max(values) <= 65_535 and at + 1 in rest]
    pair = next((at for at in ports if max(rest[at + 1]) <= 65_535 and _near(at, found)), None)
    if pair is not None:
        found.update({pair: "srcport", pair + 1: "dstport"})
    amounts = next((at for at in rest if {at, at + 1} <= rest.keys() - found.keys()), None)
    if amounts is not None:
        fewer, more = sorted((amounts, amounts + 1), key=lambda at: sum(rest[at]))
        found.update({fewer: "packets", more: "bytes"})
    if 0 not in found and _is_version(0, columns):
        found[0] = "version"


def _near(at: int, found: dict[int, str]) -> bool:
    """Ports stand behind the addresses they belong to."""
    return found.get(at - 1) in ("dstaddr", "pkt-dstaddr")


def _is_version(at: int, columns: Sequence[Sequence[str]]) -> bool:
    """The version is the same small number in every line, and comes first."""
    return at == 0 and len(set(columns[0])) == 1 and columns[0][0] in {"2", "3", "4", "5", "6", "7", "8", "9", "10"}
