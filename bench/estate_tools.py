"""What six tools write about an invented estate, each with the gaps and mistakes of its kind."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from estate_things import MAKERS, SITES, STAGES, Thing, World, swapped

MACHINES = ("server", "virtual_machine")
NO_SERIAL = (
    "",
    "None",
    "N/A",
    "To be filled by O.E.M.",
    "0",
    "Not Specified",
    "System Serial Number",
    "Default string",
)
NO_UUID = ("", "00000000-0000-0000-0000-000000000000", "03000200-0400-0500-0006-000700080009")
SUFFIXES = ("_old", "-new", " (migrated)", "_v2")
STATES = {True: "retired", False: "operational"}


@dataclass(frozen=True)
class Written:
    """One row of one table of one tool, and the number of the thing that it is about."""

    tool: str
    table: str
    record_kind: str
    thing: int
    values: dict[str, object]


class Pen:
    """How people and tools write a name down."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def name(self, thing: Thing, full: float, upper: float = 0.4, cut: float = 0.0) -> str:
        text = thing.host.upper() if self.chance(upper) else thing.host
        if self.chance(cut):
            text = text[:15]
        return f"{text}.{thing.domain}" if thing.domain and self.chance(full) else text

    def typo(self, text: str) -> str:
        at = self.dice.randrange(1, max(2, len(text) - 1))
        if self.chance(0.5):
            return text[:at] + text[at + 1 :]
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]

    def maker(self, thing: Thing) -> str | None:
        return self.dice.choice(MAKERS.get(thing.maker, (thing.maker,))) or None

    def full(self, thing: Thing, share: float) -> str | None:
        return f"{thing.host.lower()}.{thing.domain}" if thing.domain and self.chance(share) else None

    def serial(self, thing: Thing, share: float) -> str | None:
        return (thing.serial if self.chance(share) else self.dice.choice(NO_SERIAL)) or None

    def address(self, thing: Thing, share: float) -> list[str] | None:
        return list(thing.ips[:1]) if thing.ips and self.chance(share) else None


def _vcenter(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    for made in things:
        if made.kind == "hypervisor" and pen.chance(0.95):
            facts: dict[str, object] = {
                "name": pen.name(made, 0.7, 0.1),
                "serial_number": made.serial,
                "uuid": made.uuid,
            }
            facts |= {"manufacturer": pen.maker(made), "model": made.model, "os_name": made.system[0]}
            yield Written("vcenter", "vHost", "hypervisor", made.number, facts)
        if made.kind != "virtual_machine" or made.retired or not pen.chance(0.88):
            continue
        name = pen.name(made, 0.05, 0.3) if pen.chance(0.94) else made.host + pen.dice.choice(SUFFIXES)
        shown = [*made.ips, *([made.vip] if made.vip and pen.chance(0.5) else [])] if pen.chance(0.75) else None
        cards = list(made.macs) if pen.chance(0.9) else None
        values = {
            "name": name,
            "fqdn": pen.full(made, 0.75),
            "uuid": made.uuid,
            "mac_address": cards,
            "ip_address": shown,
        }
        values |= {"os_name": made.system[1], "memory_mb": float(made.memory)}
        yield Written("vcenter", "vInfo", "virtual_machine", made.number, values)


def _cmdb(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    machines = (*MACHINES, "network", "storage", "hypervisor", "cluster")
    for made in things:
        if made.kind not in machines or not pen.chance(0.85):
            continue
        old = made.stale_ip and pen.chance(0.6)
        shown = [made.stale_ip] if old else list(made.ips[:1])
        values: dict[str, object] = {
            "source_id": f"{pen.dice.getrandbits(128):032x}",
            "name": made.stale_host or pen.name(made, 0.1, 0.5),
            "fqdn": None if made.stale_host else pen.full(made, 0.45),
            "serial_number": pen.serial(made, 0.95 if made.stale_host else 0.75),
            "manufacturer": pen.maker(made),
            "model": made.model or None,
            "ip_address": shown if pen.chance(0.85) else None,
            "mac_address": list(made.macs[:1]) if pen.chance(0.3) else None,
            "os_name": made.system[2] or None,
            "asset_tag": made.tag if made.tag and pen.chance(0.5) else None,
            "environment": STAGES[made.stage] or None,
            "lifecycle_status": STATES[made.retired],
        }
        yield Written("cmdb", "ci", "other" if made.kind == "cluster" else "server", made.number, values | _class(made))
        if pen.chance(0.02):
            yield Written("cmdb", "ci", "server", made.number, {**values, **_class(made)})
        elif pen.chance(0.02) and not made.retired and not made.stale_host:
            second = {"name": pen.name(made, 0.5), "ip_address": list(made.ips[:1]), "lifecycle_status": "operational"}
            own = f"{pen.dice.getrandbits(128):032x}"
            yield Written("cmdb", "ci", "server", made.number, {**second, "source_id": own, **_class(made)})


def _class(made: Thing) -> dict[str, object]:
    words = {"network": "cmdb_ci_netgear", "storage": "cmdb_ci_storage_server", "hypervisor": "cmdb_ci_esx_server"}
    words |= {"cluster": "cmdb_ci_cluster", "virtual_machine": "cmdb_ci_server", "server": "cmdb_ci_server"}
    return {"asset_type": words[made.kind]}


def _agent(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    for made in things:
        if made.kind not in MACHINES or made.retired or not pen.chance(0.6):
            continue
        number = swapped(made.uuid).upper() if pen.chance(0.4) else made.uuid
        yield Written("agent", "hosts", "server", made.number, {
            "name": pen.name(made, 0.1, 0.2, 0.2), "fqdn": pen.full(made, 0.6),
            "uuid": (number if pen.chance(0.85) else pen.dice.choice(NO_UUID)) or None,
            "serial_number": pen.serial(made, 0.8), "manufacturer": pen.maker(made), "model": made.model,
            "mac_address": [card.upper().replace(":", "-") for card in made.macs],
            "ip_address": [*made.ips, *([made.vip] if made.vip else [])],
            "os_name": made.system[0], "memory_mb": float(made.memory),
        })  # fmt: skip


def _sheet(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    for made in things:
        if made.kind not in (*MACHINES, "storage") or made.retired or not pen.chance(0.45):
            continue
        name = pen.name(made, 0.03, 0.5)
        if pen.chance(0.04) and len(name) > 5:
            name = pen.typo(name)
        stage = STAGES[made.stage] if pen.chance(0.9) else ""
        values = {"name": name, "ip_address": pen.address(made, 0.6), "environment": stage or None}
        values |= {"os_name": made.system[2], "location": _site(made)}
        yield Written("sheet", "servers", "server", made.number, values)


def _site(made: Thing) -> str | None:
    return next((site for site in SITES if site and made.host.lower().startswith(site)), None)


def _monitoring(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    watched = (*MACHINES, "network", "storage", "cluster")
    for made in things:
        if made.kind not in watched or made.retired or not pen.chance(0.4):
            continue
        name = pen.name(made, 0.6, 0.1) if pen.chance(0.95) else made.ips[0]
        yield Written("monitoring", "nodes", "other", made.number, {"name": name, "ip_address": [made.ips[0]]})


def _scan(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    """A list without a header: an address and a name."""
    for made in things:
        if made.kind not in (*MACHINES, "network", "storage", "cluster", "hypervisor") or not made.ips:
            continue
        if made.retired or not pen.chance(0.3):
            continue
        values: dict[str, object] = {
            "hostname": pen.name(made, 0.5, 0.1, 0.05),
            "ip_address": [pen.dice.choice(made.ips)],
        }
        yield Written("scan", "list", "server", made.number, values)


def _software(pen: Pen, things: list[Thing]) -> Iterator[Written]:
    for made in things:
        if made.kind == "database":
            facts = {"database_name": made.host, "hostname": made.on}
            yield Written("dbtool", "databases", "database", made.number, facts)
            if pen.chance(0.5):
                upper = {"database_name": made.host.upper(), "hostname": made.on.upper()}
                yield Written("cmdb", "databases", "database", made.number, upper)
        elif made.kind == "container":
            yield Written("cluster", "pods", "container", made.number, {"name": made.host, "hostname": made.on})
        elif made.kind == "application":
            values: dict[str, object] = {"application_name": made.host, "application_id": made.tag}
            yield Written("portfolio", "applications", "application", made.number, values)
            name = made.host.lower().replace(" ", pen.dice.choice((" ", "-", "_", "  ", "")))
            yield Written("cmdb", "services", "application", made.number, {"name": name})


TOOLS: tuple[Callable[[Pen, list[Thing]], Iterator[Written]], ...] = (
    *(_vcenter, _cmdb, _agent, _sheet, _monitoring, _scan, _software),
)


def written(world: World) -> list[Written]:
    """Every row of every tool, in no order."""
    pen = Pen(world.dice)
    rows = [row for tool in TOOLS for row in tool(pen, world.things)]
    world.dice.shuffle(rows)
    return rows
