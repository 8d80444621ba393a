"""The attribute catalogue: every target a source column can be mapped to."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

MULTI_VALUED = frozenset({"list", "ip", "mac"})
CUSTOM = "custom."  # what the name of a client's own attribute begins with; no name of the catalogue has a point


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact that an asset can have. `unit` is the unit its cleansed values are kept in ('' where there is none).

    `values` are the only ones that a client allows an attribute of its own; none: any.
    """

    name: str
    group: str
    type: str
    unit: str
    description: str
    tier: str
    values: tuple[str, ...] = ()

    @property
    def multi_valued(self) -> bool:
        """True where one asset may hold several values at once (addresses, tags)."""
        return self.type in MULTI_VALUED


@cache
def attributes() -> dict[str, Attribute]:
    """All attributes by name, in catalogue order.

    Types: string, text, enum, uuid, ip, mac, list, integer, number, money, boolean, date, datetime.
    """
    text = resources.files("muster.vocabulary").joinpath("attributes.json").read_text(encoding="utf-8")
    return {entry["name"]: Attribute(**entry) for entry in json.loads(text)["attributes"]}
