"""The attribute catalogue: every target a source column can be mapped to."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

MULTI_VALUED = frozenset({"list", "ip", "mac"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact that an asset can have. `unit` is the unit its cleansed values are kept in ('' where there is none)."""

    name: str
    group: str
    type: str
    unit: str
    description: str
    tier: str

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
