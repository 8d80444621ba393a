"""IP addresses wherever they stand in a cell: with prefix, port, adapter name, zone or brackets around them."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PARTS = re.compile(r"[\s,;|\"'(){}<>]+")
V4 = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)", re.ASCII)
V6 = re.compile(r"[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*", re.I | re.ASCII)
RANGE = re.compile(r"^(?:\d+\.){3}\d+-(?:(?:\d+\.){3})?\d+$", re.ASCII)
BEHIND_STROKE = re.compile(r"/((?:\d+\.){3}\d+)$", re.ASCII)
LOOKS_LIKE = re.compile(r"^(?:\d+\.){2,}\d+|::|^(?:[0-9a-f]{1,4}:){3,}", re.I | re.ASCII)

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Found:
    """The addresses of a cell in their order, each once, and the parts that look like an address and are none."""

    addresses: tuple[Address, ...]
    broken: tuple[str, ...]


def addresses_in(text: str) -> Found:
    """All addresses of a cell. Prefix lengths, masks, ports, zones and adapter names fall away; IPv4 in IPv6 becomes
    IPv4. A range is no address.
    """
    found: dict[Address, None] = {}
    broken: list[str] = []
    for part in filter(None, PARTS.split(text)):
        read = [] if RANGE.match(part) else _read(BEHIND_STROKE.sub(_without_mask, part))
        found.update(dict.fromkeys(read))
        if not read and LOOKS_LIKE.search(part):
            broken.append(part)
    return Found(tuple(found), tuple(broken))


def _without_mask(behind: re.Match[str]) -> str:
    """Nothing for a mask; a second address stays."""
    try:
        ip_network(f"0.0.0.0/{behind[1]}")
    except ValueError:
        return behind[0]
    return ""


def _read(part: str) -> list[Address]:
    bare = part.strip("[]").split("%")[0].split("/")[0]
    for candidate in (bare, part.partition("]")[0].strip("["), bare.partition(":")[2], bare.partition("=")[2]):
        address = _v6(candidate)
        if address is not None:
            return [address]
    quads = ([int(number) for number in match.groups()] for match in V4.finditer(part))
    # Figures are padded by some tools (010.001.002.003): decimal, never octal
    return [ip_address(".".join(map(str, quad))) for quad in quads if max(quad) < 256]


def _v6(text: str) -> Address | None:
    candidate = text.split("%")[0].split("/")[0]
    if not V6.fullmatch(candidate):
        return None
    try:
        address = IPv6Address(candidate)
    except ValueError:
        return None
    return address.ipv4_mapped or address
