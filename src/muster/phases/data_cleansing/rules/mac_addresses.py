"""Hardware addresses: six pairs of hexadecimal digits, lower case, parted by colons.

Zero and broadcast addresses belong to no adapter; the VMware example prefixes and multicast bits are left as they are,
identity decides about addresses that many machines share.
"""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

MAC = re.compile(
    r"(?:(?<![0-9a-f:-])|(?<=\b0x))"
    r"(?:[0-9a-f]{2}([:\-. ]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}([.:-])[0-9a-f]{4}\2[0-9a-f]{4}"
    r"|[0-9a-f]{6}[-:.][0-9a-f]{6}|[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5})(?![0-9a-z]|[:-][0-9a-z])",
    re.I | re.ASCII,
)
ROUNDED = re.compile(r"^\d(?:[.,]\d+)?e\+\d{1,3}$", re.I | re.ASCII)
PAIRS = "^[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})$"
ROW = r"^(?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})$"
USELESS = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})
HINT = "Correct the address in the source."


def _in_pairs(text: str) -> str:
    lower = text.lower()
    if lower.count(":") == 5:  # Solaris and macOS leave leading zeros out
        return ":".join(pair.zfill(2) for pair in lower.split(":"))
    digits = re.sub(r"[^0-9a-f]", "", lower)
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The addresses as a list; None where there is none."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if ROUNDED.match(text):
        hint = "Export the data again with this column as text; the digits cannot be restored."
        return wrong("spreadsheet_damage", text, "is a number that a spreadsheet has rounded", hint)
    found = dict.fromkeys(_in_pairs(match[0]) for match in MAC.finditer(text))
    kept = tuple(address for address in found if address not in USELESS) or None
    if not found:
        return wrong("not_a_mac", text, "is not a hardware address", HINT)
    if len(found) > (len(kept) if kept else 0):
        return wrong("useless_mac", text, "holds a hardware address of no adapter", HINT, value=kept)
    return Cleansed(kept)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """One address in a usual layout. Taking digits apart costs five times what a changed separator costs."""
    real = ~column.str.contains("^(?:[0:.-]*|[Ff:.-]*)$")
    pairs = pl.when(real & column.str.contains(PAIRS)).then(column).str.replace_all("-", ":", literal=True)
    row = pl.when(real & column.str.contains(ROW)).then(column).str.replace_all(".", "", literal=True)
    return pl.coalesce(pairs, row.str.replace("^(..)(..)(..)(..)(..)(..)$", "$1:$2:$3:$4:$5:$6")).str.to_lowercase()


RULE = Rule(
    name="mac_addresses",
    apply=apply,
    fast=fast,
    types=frozenset({"mac"}),
    examples=(
        Example("00:50:56:AB:12:cd", ("00:50:56:ab:12:cd",)),
        Example("37-DE-0A-C8-28-02", ("37:de:0a:c8:28:02",)),
        Example("0050.56ab.12cd", ("00:50:56:ab:12:cd",)),
        Example("005056AB12CD", ("00:50:56:ab:12:cd",)),
        Example("005056-AB12CD", ("00:50:56:ab:12:cd",)),
        Example("00:50:56:ab:12:cd; 00:50:56:ab:12:ce", ("00:50:56:ab:12:cd", "00:50:56:ab:12:ce")),
        Example("eth0 00:50:56:ab:12:cd", ("00:50:56:ab:12:cd",)),
        Example("0x005056AB12CD", ("00:50:56:ab:12:cd",)),
        Example("0:50:56:ab:2:cd", ("00:50:56:ab:02:cd",)),
        Example("00 50 56 AB 12 CD", ("00:50:56:ab:12:cd",)),
        Example("[00.50.56.ab.12.cd]", ("00:50:56:ab:12:cd",)),
        Example("5.05601E+11", None, "spreadsheet_damage"),
        Example("00:50:56:ab:12:cd:00:01", None, "not_a_mac"),
        Example("00:00:00:00:00:00", None, "useless_mac"),
        Example("00:50:56", None, "not_a_mac"),
        Example("00:50:56:ab:12:cg", None, "not_a_mac"),
        Example("-", None),
    ),
)
