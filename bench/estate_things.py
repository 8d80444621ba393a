"""What an invented estate consists of: machines, devices, clusters, databases, applications, with what can go wrong."""

import random
import uuid
from dataclasses import dataclass, field, replace

DOMAINS = ("corp.example", "emea.corp.example", "us.corp.example", "dmz.example", "ad.local", "test.local")
SITES = ("lon", "par", "nyc", "fra", "sin", "syd", "")
USES = ("crm", "erp", "pay", "hr", "web", "mail", "dwh", "sap", "portal", "auth", "bill", "shop", "doc", "mon", "lims")
ROLES = ("app", "db", "web", "srv", "sql", "ora", "fs", "dc", "mq")
STAGES = {"p": "production", "t": "test", "d": "development", "": ""}
MAKERS = {
    "Dell": ("Dell Inc.", "DELL", "Dell Computer Corporation", "Dell EMC"),
    "HPE": ("HPE", "HP", "Hewlett-Packard", "Hewlett Packard Enterprise"),
    "Lenovo": ("Lenovo", "LENOVO", "IBM", "Lenovo Group Ltd."),
    "Cisco": ("Cisco", "Cisco Systems, Inc.", "CISCO SYSTEMS", "Cisco Systems Inc"),
    "NetApp": ("NetApp", "NETAPP", "Network Appliance"),
}
MODELS = {"Dell": "PowerEdge R740", "HPE": "ProLiant DL380 Gen10", "Lenovo": "ThinkSystem SR650"}
SYSTEMS = (
    ("Windows Server 2016 Standard", "Microsoft Windows Server 2016 (64-bit)", "Windows"),
    ("Windows Server 2019 Datacenter", "Microsoft Windows Server 2019 (64-bit)", "Windows"),
    ("Red Hat Enterprise Linux 8.9", "Red Hat Enterprise Linux 8 (64-bit)", "Linux"),
    ("Ubuntu 22.04.4 LTS", "Ubuntu Linux (64-bit)", "Linux"),
    ("SUSE Linux Enterprise Server 15", "SUSE Linux Enterprise 15 (64-bit)", "Linux"),
)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Thing:
    """One thing of the estate. `stale_ip` is the address, `stale_host` the name that a tool may still hold."""

    number: int
    kind: str
    host: str
    domain: str = ""
    uuid: str = ""
    serial: str = ""
    maker: str = ""
    model: str = ""
    macs: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    vip: str = ""
    stale_ip: str = ""
    stale_host: str = ""
    stage: str = ""
    system: tuple[str, str, str] = ("", "", "")
    memory: int = 0
    tag: str = ""
    retired: bool = False
    on: str = ""


@dataclass
class World:
    """All things, and the dice they were made with."""

    dice: random.Random
    things: list[Thing] = field(default_factory=list)
    names: set[tuple[str, str]] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)

    def add(self, made: Thing) -> Thing:
        placed = replace(made, number=len(self.things))
        self.things.append(placed)
        return placed

    def address(self) -> str:
        while True:
            ip = f"10.{self.dice.randrange(256)}.{self.dice.randrange(256)}.{self.dice.randrange(1, 255)}"
            if ip not in self.addresses:
                self.addresses.add(ip)
                return ip

    def card(self, virtual: bool) -> str:
        front = "00:50:56" if virtual else self.dice.choice(("3c:ec:ef", "d0:67:e5", "98:f2:b3"))
        return front + "".join(f":{self.dice.randrange(256):02x}" for _ in range(3))

    def code(self, width: int = 7) -> str:
        return "".join(self.dice.choice(LETTERS) for _ in range(width))

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))

    def free(self, host: str, domain: str) -> bool:
        if (host.lower(), domain) in self.names:
            return False
        self.names.add((host.lower(), domain))
        return True


def vmware_serial(text: str) -> str:
    """How VMware writes its UUID into the serial number."""
    digits = text.replace("-", "")
    pairs = [digits[at : at + 2] for at in range(0, 32, 2)]
    return f"VMware-{' '.join(pairs[:8])}-{' '.join(pairs[8:])}"


def swapped(text: str) -> str:
    """The UUID with its first three fields in the byte order of SMBIOS before 2.6."""
    return str(uuid.UUID(bytes=uuid.UUID(text).bytes_le))


def _host(world: World, count: int) -> tuple[str, str]:
    """A host name by one of the schemes that estates have, and its stage."""
    dice = world.dice
    use, stage, number = dice.choice(USES), dice.choice(tuple(STAGES)), dice.randrange(1, max(30, count // 50))
    if dice.random() < 0.75:
        return f"{dice.choice(SITES)}{use}{dice.choice(ROLES)}{stage}{number:02d}", stage
    if dice.random() < 0.5:
        return f"{dice.choice(('SRV', 'VM', 'LX', 'WIN'))}-{use.upper()}-{number:03d}", stage
    return f"{dice.choice(SITES) or 'ber'}-{use}-{dice.choice(ROLES)}-prod-{number:04d}", stage


def _machine(world: World, count: int) -> Thing:
    dice = world.dice
    while True:
        (host, stage), domain = _host(world, count), dice.choice(DOMAINS)
        if world.free(host, domain):
            break
    virtual = dice.random() < 0.78
    made = Thing(0, "virtual_machine" if virtual else "server", host, domain, stage=stage)
    return _fresh(world, replace(made, system=dice.choice(SYSTEMS), memory=dice.choice((4, 8, 16, 32)) * 1024))


def _fresh(world: World, made: Thing) -> Thing:
    """The machine with numbers, cards and addresses of its own."""
    dice, virtual, number = world.dice, made.kind == "virtual_machine", world.new_uuid()
    maker = "" if virtual else dice.choice(tuple(MODELS))
    return replace(
        made,
        uuid=number,
        serial=vmware_serial(number) if virtual else world.code(),
        maker="VMware, Inc." if virtual else maker,
        model="VMware Virtual Platform" if virtual else MODELS[maker],
        macs=tuple(world.card(virtual) for _ in range(1 if dice.random() < 0.85 else 2)),
        ips=tuple(world.address() for _ in range(1 if dice.random() < 0.8 else 2)),
        tag=f"AT{dice.randrange(10**6):06d}",
    )


def _clone(world: World, of: Thing) -> None:
    """A copy of a virtual machine that kept the UUID of its template."""
    host = f"{of.host}-c{world.dice.randrange(9)}"
    if of.kind == "virtual_machine" and world.free(host, of.domain):
        world.add(replace(_fresh(world, of), host=host, uuid=of.uuid, serial=of.serial))


def _twin(world: World, of: Thing) -> None:
    """What the machine replaced: retired, the same name, often the same address."""
    old = replace(_fresh(world, of), retired=True)
    world.add(replace(old, ips=of.ips) if world.dice.random() < 0.5 else old)


def _namesake(world: World, of: Thing) -> None:
    domain = world.dice.choice([other for other in DOMAINS if other != of.domain])
    if world.free(of.host, domain):
        stage = world.dice.choice(tuple(STAGES))
        world.add(_fresh(world, replace(of, domain=domain, stage=stage, system=world.dice.choice(SYSTEMS))))


def _cluster(world: World, first: Thing) -> Thing:
    """A second node and a virtual address that both answer to; returns the first node as it is then."""
    host = f"{first.host[:-1]}{'b' if first.host[-1] != 'b' else 'c'}"
    if not world.free(host, first.domain):
        return first
    vip = world.address()
    world.add(_fresh(world, replace(first, host=host, vip=vip)))
    world.add(Thing(0, "cluster", f"{first.host}-vip", first.domain, ips=(vip,), stage=first.stage))
    return replace(first, vip=vip)


def _renamed(world: World, made: Thing) -> Thing:
    (host, _), dice = _host(world, 9000), world.dice
    return replace(made, stale_host=host) if world.free(host, made.domain) and dice.random() < 0.9 else made


def _machines(world: World, count: int) -> None:
    while len(world.things) < count:
        made, fate = _machine(world, count), world.dice.random()
        if 0.08 <= fate < 0.10:
            made = _cluster(world, made)
        elif 0.10 <= fate < 0.115:
            made = _renamed(world, made)
        made = world.add(made)
        if fate < 0.02:
            _clone(world, made)
        elif fate < 0.04:
            _twin(world, made)
        elif fate < 0.08:
            _namesake(world, made)


def _move(world: World) -> None:
    """Six of a hundred machines have a new address; half of the old ones belong to another machine now."""
    machines = [made for made in world.things if made.kind in ("server", "virtual_machine")]
    for made in world.dice.sample(machines, len(machines) * 6 // 100):
        at, old = made.number, world.things[made.number].ips[0]
        world.things[at] = replace(world.things[at], stale_ip=old, ips=(world.address(), *world.things[at].ips[1:]))
        if world.dice.random() < 0.5:
            other = world.dice.choice(machines).number
            if other != at:
                world.things[other] = replace(world.things[other], ips=(old, *world.things[other].ips[1:]))


def _devices(world: World, count: int) -> None:
    """Switches and firewalls, storage, hypervisors: serial numbers, one name each, gateways that share an address."""
    dice = world.dice
    for at in range(count):
        site = dice.choice(SITES) or "ber"
        kind = dice.choice(("network", "network", "network", "hypervisor", "hypervisor", "storage"))
        word = {"network": dice.choice(("sw", "rtr", "fw")), "hypervisor": "esx", "storage": "nas"}[kind]
        host = f"{site}-{word}-{at // 6 + 1:02d}{'a' if kind == 'network' else ''}"
        maker = {"network": "Cisco", "storage": "NetApp"}.get(kind) or dice.choice(tuple(MODELS))
        domain, vip = dice.choice(DOMAINS), world.address()
        made = Thing(
            0, kind, host, domain, serial=world.code(11), maker=maker, model=MODELS.get(maker, f"{maker} 9300")
        )
        if not world.free(host, domain):
            continue
        own = replace(made, macs=(world.card(False),), ips=(world.address(),), system=_device_system(kind))
        twin = kind == "network" and world.free(f"{host[:-1]}b", domain)
        world.add(replace(own, vip=vip if twin else "", uuid=world.new_uuid() if kind == "hypervisor" else ""))
        if twin:
            second = replace(own, host=f"{host[:-1]}b", serial=world.code(11), vip=vip)
            world.add(replace(second, macs=(world.card(False),), ips=(world.address(),)))


def _device_system(kind: str) -> tuple[str, str, str]:
    name = {"network": "Cisco IOS-XE 17.3", "hypervisor": "VMware ESXi 7.0.3", "storage": "NetApp ONTAP 9.8"}[kind]
    return name, name, name


def _software(world: World, count: int) -> None:
    """Databases on machines (one name on several), containers on nodes, applications known by name."""
    dice = world.dice
    machines = [made for made in world.things if made.kind in ("server", "virtual_machine") and not made.retired]
    for at in range(count):
        host = dice.choice(machines)
        name = f"{dice.choice(USES)}{dice.choice(('', '_prod', '_test', 'db'))}"
        if world.free(f"{name}@{host.host}", "database"):
            world.add(Thing(0, "database", name, stage=host.stage, on=host.host, tag=f"DB{at:05d}"))
        pod = f"{dice.choice(USES)}-{dice.choice(ROLES)}-{dice.getrandbits(40):010x}"
        world.add(Thing(0, "container", pod, on=host.host, tag=pod))
    for at, (use, word) in enumerate((use, word) for use in USES for word in ("Portal", "Suite", "Service", "Gateway")):
        world.add(Thing(0, "application", f"{use.upper()} {word}", tag=f"APP-{at:04d}"))


def build(count: int, seed: int) -> World:
    """About `count` machines, and what else there is around them."""
    world = World(random.Random(seed))
    _machines(world, count)
    _move(world)
    _devices(world, count // 12)
    _software(world, count // 15)
    return world
