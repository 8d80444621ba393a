"""Addresses of a machine: every IPv4 and IPv6 address of the cell, in its order.

Loopback and zero addresses name no machine to another one and are left out with an issue. Link-local addresses (RFC
3927, RFC 4291) are the same on many machines, and masks, multicast and broadcast addresses are no machine's: they are
left out, silently where a real address stands beside them, since every IPv6 adapter has a link-local one and many tools
write the mask behind the address. A network (10.1.2.0/24) or a range is no address of a machine.
"""

import re
from ipaddress import ip_network

import polars as pl

from muster.phases.data_cleansing.addresses import Address, addresses_in
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
ONE = rf"{OCTET}(?:\.{OCTET}){{3}}"
# The same without 0/8, 127/8, 169.254/16 and what lies from 224/3 on: these expressions know no look-ahead
START = r"(?:22[0-3]|2[01][0-9]|1[7-9][0-9]|16[0-8]|1[345][0-9]|12[0-689]|1[01][0-9]|[1-9][0-9]?)"
REST_OF_169 = r"169\.(?:25[0-35]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
USEFUL = rf"(?:{START}\.{OCTET}|{REST_OF_169})(?:\.{OCTET}){{2}}"
SEVERAL = rf"^{USEFUL}(?:[ ,;|]+{USEFUL})+$"
NETWORK = re.compile(r"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:]*)/\d{1,3}(?![\w.])", re.I | re.ASCII)
HINT = "Correct the address in the source; the machine is known by its other addresses."


def _names_nothing(address: Address) -> bool:
    return address.is_loopback or (int(address) >> 24 == 0 if address.version == 4 else address.is_unspecified)


def _is_no_machines(address: Address) -> bool:
    return address.is_link_local or address.is_multicast or (address.version == 4 and int(address) >> 28 == 15)


def _networks(text: str) -> list[str]:
    """The networks among the parts of a cell: addresses whose bits behind the prefix are all zero."""
    found = (match[0] for match in NETWORK.finditer(text))
    return [network for network in found if _begins_a_network(network)]


def _begins_a_network(text: str) -> bool:
    try:
        network = ip_network(text)
    except ValueError:
        return False
    return network.num_addresses > 2 and int(network.network_address) > 0


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The addresses as a list; None where there is none."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    networks = _networks(text) if "/" in text else []
    found = addresses_in(text)
    useless = [address for address in found.addresses if _names_nothing(address)]
    ends = {network.split("/")[0] for network in networks}
    named = (each for each in found.addresses if not _names_nothing(each) and not _is_no_machines(each))
    kept = tuple(text for text in map(str, named) if text not in ends) or None
    if networks:
        return wrong("network_not_address", text, "holds a network where an address belongs", HINT, value=kept)
    if found.broken or not found.addresses:
        return wrong("not_an_address", text, "holds something that is not an IP address", HINT, value=kept)
    if useless or not kept:
        what = "holds an address that names no machine (zero, loopback, link-local, multicast or a mask)"
        return wrong("useless_address", text, what, HINT, value=kept)
    return Cleansed(kept)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """IPv4 addresses and nothing else, none of them loopback, zero or link-local."""
    several = pl.when(column.str.contains(SEVERAL)).then(column).str.extract_all(ONE).list.unique(maintain_order=True)
    return pl.when(column.str.contains(f"^{USEFUL}$")).then(pl.concat_list(column)).otherwise(several)


RULE = Rule(
    name="ip_addresses",
    apply=apply,
    fast=fast,
    attributes=frozenset({"ip_address", "management_ip"}),
    examples=(
        Example("10.1.2.3", ("10.1.2.3",)),
        Example("10.1.2.3, 10.1.2.4;10.1.2.3", ("10.1.2.3", "10.1.2.4")),
        Example("10.1.2.3\n10.1.2.4|10.1.2.5", ("10.1.2.3", "10.1.2.4", "10.1.2.5")),
        Example("eth0:10.1.2.3/24", ("10.1.2.3",)),
        Example("ens192 = 10.1.2.3", ("10.1.2.3",)),
        Example("10.1.2.3:443", ("10.1.2.3",)),
        Example("010.001.002.003", ("10.1.2.3",)),
        Example("['10.1.2.3', 'fe80::1']", ("10.1.2.3",)),
        Example("2001:DB8:0:0::1/64", ("2001:db8::1",)),
        Example("[2001:db8::1]:8080", ("2001:db8::1",)),
        Example("eth1:2001:db8::5/64", ("2001:db8::5",)),
        Example("::ffff:10.1.2.3", ("10.1.2.3",)),
        Example("web01 (10.1.2.3)", ("10.1.2.3",)),
        Example("fe80::250:56ff:fe00:1%eth0", None, "useless_address"),
        Example("127.0.0.1", None, "useless_address"),
        Example("0.0.0.0", None, "useless_address"),
        Example("127.0.0.1, 10.1.2.3", ("10.1.2.3",), "useless_address"),
        Example("10.1.2.300", None, "not_an_address"),
        Example("10.1.2.3, 10.1.2.999", ("10.1.2.3",), "not_an_address"),
        Example("DHCP", None, "not_an_address"),
        Example("10.1.2.3/255.255.255.0", ("10.1.2.3",)),
        Example("10.1.2.3/10.1.3.3", ("10.1.2.3", "10.1.3.3")),
        Example("IP 10.1.2.3 mask 255.255.255.0", ("10.1.2.3",)),
        Example("10.1.2.0/24", None, "network_not_address"),
        Example("2001:db8::/64", None, "network_not_address"),
        Example("10.1.2.0/32", ("10.1.2.0",)),
        Example("10.1.2.3-10.1.2.9", None, "not_an_address"),
        Example("10.1.2.3-9", None, "not_an_address"),
        Example("255.255.255.0", None, "useless_address"),
        Example("224.0.0.251", None, "useless_address"),
        Example("n/a", None),
    ),
)
