"""UUIDs of machines: lower case, 8-4-4-4-12.

Three layouts are read: with hyphens (and braces or "urn:uuid:"), 32 digits in a row, and the pairs of a VMware serial
number ('VMware-42 1a ... - ...', VMware KB 1880). Junk values that firmware ships with are nothing: two
machines with the same one are not the same machine. The byte order of old SMBIOS is left alone; identity compares both.
"""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import word_list

LAYOUT = re.compile(
    r"^(?:urn:uuid:|uuid[:\s]+|vmware-|0x)?[{(]?([0-9a-f]{2}(?:[\s-]?[0-9a-f]{2}){15})[)}]?$", re.I | re.ASCII
)
PLAIN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _junk(canonical: str) -> bool:
    return canonical in word_list("junk_uuids") or len(set(canonical)) == 2


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The UUID; None where there is none."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    found = LAYOUT.match(text.strip("\"'"))
    if found is None:
        hint = "Map the column to source_id if it holds another kind of key."
        return wrong("not_a_uuid", text, "is not a UUID", hint)
    digits = re.sub(r"[\s-]", "", found[1]).lower()
    canonical = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    if _junk(canonical):
        what = "is a junk value that many machines share"
        return wrong("junk_uuid", text, what, "Set the machine's own UUID in its firmware, or leave it empty.")
    return Cleansed(canonical)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """UUIDs with hyphens that are no junk value."""
    canonical = column.str.to_lowercase()
    same = sorted("-".join(digit * count for count in (8, 4, 4, 4, 12)) for digit in "0123456789abcdef")
    certain = canonical.str.contains(PLAIN) & ~canonical.is_in([*word_list("junk_uuids"), *same])
    return pl.when(certain).then(canonical)


OWN = "4229f5a8-3b1c-4d7e-9a60-0c1d2e3f4a5b"
RULE = Rule(
    name="uuid",
    apply=apply,
    fast=fast,
    types=frozenset({"uuid"}),
    examples=(
        Example("4229F5A8-3B1C-4D7E-9A60-0C1D2E3F4A5B", OWN),
        Example("{4229f5a8-3b1c-4d7e-9a60-0c1d2e3f4a5b}", OWN),
        Example("urn:uuid:4229F5A8-3B1C-4D7E-9A60-0C1D2E3F4A5B", OWN),
        Example("(4229f5a8-3b1c-4d7e-9a60-0c1d2e3f4a5b)", OWN),
        Example("4229f5a83b1c4d7e9a600c1d2e3f4a5b", OWN),
        Example("VMware-42 29 f5 a8 3b 1c 4d 7e-9a 60 0c 1d 2e 3f 4a 5b", OWN),
        Example("00000000-0000-0000-0000-000000000000", None, "junk_uuid"),
        Example("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", None, "junk_uuid"),
        Example("03000200-0400-0500-0006-000700080009", None, "junk_uuid"),
        Example("i-0abc1234", None, "not_a_uuid"),
        Example("n/a", None),
    ),
)
