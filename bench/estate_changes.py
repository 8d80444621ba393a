"""An estate that changed while its lists did not: machines replaced under their names, renamed, retired, seen unnamed.

    python bench/estate_changes.py MACHINES [SEED ...]

Seven tools write about it. What happens to machines here and not in estate_things.py: a virtual machine takes the name
of the hardware it replaces, a new one that of one that is powered off; names differ in a word about their role; long
names are cut; display names have words added; a list goes on with an old name, an old address, or what is no more; a
scanner sees an address and an operating system and nothing else.
"""

import random
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from estate_tools import Written
from identity import main

DOMAINS = ("corp.example", "corp.example", "emea.corp.example", "plant.example")
SITES = ("bru", "osl", "vie", "lis", "zrh", "mad", "rom", "cph")
USES = ("crm", "erp", "pay", "doc", "bi", "hr", "mail", "shop", "sap", "log")
ROLES = ("app", "db", "web", "dc", "fs", "mq")
STAGES = ("production", "production", "test", "development")
HARDWARE = (("Dell Inc.", "PowerEdge R640"), ("HPE", "ProLiant DL360 Gen10"), ("Lenovo", "ThinkSystem SR630"))
PLATFORMS = (("VMware, Inc.", "VMware7,1"), ("VMware, Inc.", "VMware Virtual Platform"), ("QEMU", "Standard PC (Q35)"))
SYSTEMS = (
    ("Microsoft Windows Server 2016 Standard", "Windows Server 2016", "Windows"),
    ("Microsoft Windows Server 2019 Datacenter", "Windows Server 2019", "Windows"),
    ("Microsoft Windows Server 2022 Standard", "Windows Server 2022", "Windows"),
    ("Red Hat Enterprise Linux 7.9", "RHEL 7", "Linux"),
    ("Red Hat Enterprise Linux 8.8", "RHEL 8", "Linux"),
    ("Ubuntu 22.04.4 LTS", "Ubuntu", "Linux"),
    ("SUSE Linux Enterprise Server 15 SP4", "SLES 15", "Linux"),
)
TODAY = datetime.fromisoformat("2026-05-20")
ADDED = (" (Prod)", "_DC", "_BI", "-new", " (Test)", "_old")


@dataclass(frozen=True)
class Machine:
    """One machine. `before`: a name, `was`: an address that slow lists still have of it."""

    number: int
    host: str
    domain: str
    site: str
    virtual: bool
    uuid: str
    serial: str
    maker: str
    model: str
    ip: str
    card: str
    system: tuple[str, str, str]
    stage: str
    tag: str
    gone: bool = False
    off: bool = False
    before: str = ""
    was: str = ""
    seen: datetime = TODAY


class Estate:
    """All machines, and the dice they were made with."""

    def __init__(self, count: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.things: list[Machine] = []
        self.names: set[str] = set()
        self.addresses: set[str] = set()
        while len(self.things) < count:
            self._add(self._machine())
        self._move()

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _address(self) -> str:
        while True:
            ip = f"10.{self.dice.randrange(1, 200)}.{self.dice.randrange(256)}.{self.dice.randrange(2, 254)}"
            if ip not in self.addresses:
                self.addresses.add(ip)
                return ip

    def _name(self) -> tuple[str, str]:
        dice = self.dice
        site, use, number = dice.choice(SITES), dice.choice(USES), dice.randrange(100, 999)
        shape = dice.random()
        if shape < 0.45:
            return f"srv-{use}-{site}{number}", site
        if shape < 0.8:
            return f"{site}{use}{dice.choice(ROLES)}{number % 90 + 10}", site
        if shape < 0.9:
            return f"{site}{number % 90 + 10}-prd-{use}{dice.choice(('frontend', 'database', 'gateway'))}", site
        return f"v{site}{use}{number}", site

    def _machine(self) -> Machine:
        while True:
            name, site = self._name()
            if name not in self.names:
                self.names.add(name)
                break
        first = Machine(
            0, name, self.dice.choice(DOMAINS), site, True, "", "", "", "", "", "", self.dice.choice(SYSTEMS),
            self.dice.choice(STAGES), "",
        )  # fmt: skip
        return self._fresh(first, virtual=self.chance(0.72))

    def _fresh(self, made: Machine, *, virtual: bool) -> Machine:
        """The machine with a body, numbers and an address of its own."""
        dice, number = self.dice, str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        maker, model = dice.choice(PLATFORMS if virtual else HARDWARE)
        plain = number.replace("-", "")
        pairs = [plain[at : at + 2] for at in range(0, 32, 2)]
        serial = "".join(dice.choice("BCDFGHJKLMNPQRSTVWXYZ0123456789") for _ in range(7))
        if virtual:
            serial = f"VMware-{' '.join(pairs[:8])}-{' '.join(pairs[8:])}" if maker.startswith("VMware") else ""
        front = "00:50:56" if virtual else "3c:ec:ef"
        card = front + "".join(f":{dice.randrange(256):02x}" for _ in range(3))
        seen = TODAY - timedelta(days=dice.randrange(12))
        return replace(
            made, virtual=virtual, uuid=number, serial=serial, maker=maker, model=model, ip=self._address(), card=card,
            tag=f"IT{dice.randrange(10**6):06d}", seen=seen,
        )  # fmt: skip

    def _put(self, made: Machine) -> Machine:
        self.things.append(replace(made, number=len(self.things)))
        return self.things[-1]

    def _add(self, made: Machine) -> None:
        fate, dice = self.dice.random(), self.dice
        long_ago = TODAY - timedelta(days=dice.randrange(300, 900))
        if fate < 0.025:  # the hardware that it replaced
            self._put(replace(self._older(made, virtual=False), gone=True, seen=long_ago))
            made = self._fresh(made, virtual=True)
        elif fate < 0.035:  # the hardware that it replaced, which nobody wrote off
            self._put(replace(self._older(made, virtual=False), seen=long_ago))
            made = self._fresh(made, virtual=True)
        elif fate < 0.05 and made.virtual:  # the virtual machine that it replaced
            self._put(replace(self._older(made, virtual=True), off=True, seen=long_ago))
        elif fate < 0.075:
            made = replace(made, gone=True, off=True, seen=long_ago)
        elif fate < 0.09 and not made.virtual:
            made = replace(made, before=self._machine().host)
        elif fate < 0.11:  # another role, another machine
            swapped = made.host.replace("-doc-", "-dc-") if "-doc-" in made.host else made.host + "x"
            if swapped not in self.names and "-doc-" in made.host:
                self.names.add(swapped)
                self._put(self._fresh(replace(made, host=swapped), virtual=made.virtual))
        self._put(made)

    def _older(self, made: Machine, *, virtual: bool) -> Machine:
        return self._fresh(replace(made, system=self.dice.choice(SYSTEMS)), virtual=virtual)

    def _move(self) -> None:
        live = [made.number for made in self.things if not made.gone and not made.off]
        for at in self.dice.sample(live, len(live) * 5 // 100):
            old = self.things[at].ip
            self.things[at] = replace(self.things[at], was=old, ip=self._address())
            if self.chance(0.4):
                other = self.dice.choice(live)
                if other != at and not self.things[other].was:
                    self.things[other] = replace(self.things[other], ip=old)

    def cased(self, text: str) -> str:
        return text.upper() if self.chance(0.4) else text

    def typo(self, text: str) -> str:
        at = self.dice.randrange(1, len(text) - 4)
        kind = self.dice.randrange(3)
        if kind == 0:
            return text[:at] + text[at + 1 :]
        if kind == 1:
            return text[:at] + text[at] + text[at:]
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _full(made: Machine) -> str:
    return f"{made.host}.{made.domain}"


def _seen(made: Machine) -> dict[str, object]:
    return {"last_seen_at": made.seen}


def _hypervisor(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    for made in of.things:
        if made.virtual and not (made.gone and of.chance(0.6)) and of.chance(0.95):
            name = of.cased(made.host) + (of.dice.choice(ADDED) if of.chance(0.05) else "")
            yield made, {
                "name": name, "fqdn": _full(made) if of.chance(0.85) else None, "uuid": made.uuid,
                "ip_address": [made.ip] if not made.off and of.chance(0.85) else None, "mac_address": [made.card],
                "os_name": made.system[0] if of.chance(0.9) else made.system[2],
                "power_state": "off" if made.off or made.gone else "on",
            }  # fmt: skip


def _cmdb(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    for made in of.things:
        if not of.chance(0.85 if not made.off or made.gone else 0.5):
            continue
        yield made, {
            "source_id": f"{of.dice.getrandbits(128):032x}", "name": of.cased(made.before or made.host),
            "fqdn": _full(made) if not made.before and of.chance(0.5) else None,
            "serial_number": made.serial or None if of.chance(0.85) or made.before else None,
            "manufacturer": made.maker, "model": made.model, "is_virtual": made.virtual,
            "ip_address": [made.was or made.ip] if of.chance(0.9) else None, "os_name": made.system[1],
            "asset_tag": made.tag if not made.virtual and of.chance(0.5) else None, "environment": made.stage,
            "lifecycle_status": "retired" if made.gone else "operational", **_seen(made),
        }  # fmt: skip


def _directory(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    """One account per name: of two machines the younger has it."""
    account = {_full(made): made for made in of.things if "Windows" in made.system[0]}
    for made in account.values():
        if of.chance(0.9):
            ip = [made.ip] if of.chance(0.7) else None
            yield made, {
                "name": made.host.upper()[:15], "fqdn": _full(made), "os_name": made.system[0], "ip_address": ip,
                **_seen(made),
            }  # fmt: skip


def _scanner(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    for made in of.things:
        if made.gone or made.off or made.seen < TODAY - timedelta(days=60) or not of.chance(0.85):
            continue
        named = of.dice.random()
        name = made.before if made.before and of.chance(0.5) else made.host
        said: dict[str, object] = {"ip_address": [made.ip], "os_name": made.system[0], **_seen(made)}
        if named < 0.6:
            said["fqdn"] = f"{name}.{made.domain}"
        elif named < 0.8:
            said["name"] = name.upper()[:15]
        yield made, said


def _agent(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    for made in of.things:
        if made.gone or made.off or made.seen < TODAY - timedelta(days=60) or not of.chance(0.5):
            continue
        yield made, {
            "hostname": made.host[:15] if of.chance(0.3) else made.host, "uuid": made.uuid,
            "serial_number": made.serial or None, "manufacturer": made.maker, "model": made.model,
            "os_name": made.system[0], "ip_address": [made.ip], "mac_address": [made.card], **_seen(made),
        }  # fmt: skip


def _by_hand(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    for made in of.things:
        if not of.chance(0.35):
            continue
        name = of.typo(made.host) if of.chance(0.05) else of.cased(made.host)
        hardware = not made.virtual and of.chance(0.3)
        yield made, {
            "name": name, "ip_address": [made.was or made.ip] if of.chance(0.7) else None, "os_name": made.system[2],
            "location": made.site, "serial_number": made.serial if hardware else None,
            "lifecycle_status": "retired" if made.gone and of.chance(0.7) else None,
        }  # fmt: skip


def _monitoring(of: Estate) -> Iterator[tuple[Machine, dict[str, object]]]:
    for made in of.things:
        if not made.gone and not made.off and made.seen >= TODAY - timedelta(days=60) and of.chance(0.45):
            yield made, {"name": _full(made) if of.chance(0.6) else made.host, "ip_address": [made.ip]}


TOOLS = {
    "vcenter": (_hypervisor, "virtual_machine"), "cmdb": (_cmdb, "server"), "directory": (_directory, "server"),
    "scanner": (_scanner, "server"), "agent": (_agent, "server"), "sheet": (_by_hand, "server"),
    "monitoring": (_monitoring, "server"),
}  # fmt: skip


def changed(count: int, seed: int) -> list[Written]:
    """Every row of every tool, in no order."""
    of = Estate(count, seed)
    rows = [
        Written(tool, tool, kind, made.number, {name: value for name, value in said.items() if value is not None})
        for tool, (write, kind) in TOOLS.items()
        for made, said in write(of)
    ]
    of.dice.shuffle(rows)
    return rows


if __name__ == "__main__":
    main(changed, int(sys.argv[1]), [int(seed) for seed in sys.argv[2:]] or [1, 2, 3])
