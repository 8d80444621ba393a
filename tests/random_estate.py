"""Estates of random assets whose every attribute may be anything that an inventory can hold, for tests of exports."""

import csv
import random
from pathlib import Path

from muster.vocabulary.attributes import attributes

# Attributes that describe relations and flows are no facts of an asset.
FACTS = [
    name
    for name, known in attributes().items()
    if known.group not in ("relationship", "flow") and name not in ("name", "asset_type", "disk_name")
]
TYPES = ("server", "virtual_machine", "hypervisor", "application", "network", "storage", "database", "load_balancer")
WORDS = {
    "environment": [
        "production",
        "staging",
        "acceptance",
        "test",
        "development",
        "disaster_recovery",
        "training",
        "sandbox",
        "shared",
    ],
    "lifecycle_status": [
        "planned",
        "in_stock",
        "installed",
        "operational",
        "maintenance",
        "non_operational",
        "retired",
    ],
    "power_state": ["on", "off", "suspended"],
    "criticality": ["critical", "high", "medium", "low"],
    "os_architecture": ["x86_64", "x86", "arm64", "power", "sparc"],
    "migration_strategy": ["rehost", "replatform", "refactor", "retain", "retire"],
    "os_name": [
        "Windows Server 2019",
        "Microsoft Windows Server 2012 R2 Standard",
        "RHEL 7.9",
        "Red Hat Enterprise Linux 8",
        "Ubuntu 22.04 LTS",
        "CentOS 7",
        "SLES 12 SP5",
        "AIX 7.2",
        "Debian GNU/Linux 11",
    ],
    "firmware": ["UEFI", "BIOS", "EFI 2.7", "coreboot"],
    "owner": ["Ann Example", "ops@example.com", "Network Team", "-dash first"],
    "manufacturer": ["Dell", "HPE", "Cisco", "Acme Tools"],
    "vendor": ["Dell", "Acme Tools"],
    "software_publisher": ["Microsoft", "Acme Tools"],
    "virtualization_platform": ["VMware vCenter 7", "KVM"],
}
TEXTS = [
    "plain",
    "two words",
    'with "quotes"',
    "comma, inside",
    "semi; colon",
    "=1+1",
    "@home",
    "-5 degrees",
    "+49 30 1234",
    "Größe Ω 物理",
    "it's",
    "a|b",
    "x" * 230,
]
TAGS = ["env:prod", "team=web", "legacy", "a b", "cost-center_7", "k:v w"]


def estate(seed: int, size: int = 40) -> list[dict[str, str]]:
    """Rows of an inventory in Muster's own columns."""
    chance = random.Random(seed)
    return [_asset(chance, number) for number in range(size)]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as a file that the intake reads."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["name", "asset_type", *FACTS])
        writer.writeheader()
        writer.writerows(rows)
    return path


def _asset(chance: random.Random, number: int) -> dict[str, str]:
    filled = {name: _value(chance, name, number) for name in FACTS if chance.random() < 0.6}
    names = [f"host{number:03}", f"HOST{number:03}", f"Machine {number}", f"host{number:03}.corp.example"]
    if "fqdn" in filled and chance.random() < 0.7:
        filled["hostname"] = filled["fqdn"].split(".")[0]
    return {"name": chance.choice(names), "asset_type": chance.choice(TYPES), **filled}


def _value(chance: random.Random, name: str, number: int) -> str:
    own = {
        "hostname": f"host{number:03}",
        "fqdn": f"host{number:03}.corp.example",
        "source_id": f"cmdb-{number:05}",
        "uuid": f"4229f5a8-3b1c-4d7e-9a60-{number:012x}",
        "serial_number": f"SN{number:04}XQ",
        "asset_tag": f"TAG-{number:04}",
        "application_id": f"APP-{number:04}",
        "application_name": f"Service {number}",
        "database_name": f"db{number}x",
        "database_instance": f"inst{number}x",
        "is_virtual": chance.choice(["true", "false"]),
    }
    if name in own:
        return own[name]
    if name in WORDS:
        return chance.choice(WORDS[name])
    return _of_type(chance, attributes()[name].type, name, number)


def _of_type(chance: random.Random, type_: str, name: str, number: int) -> str:
    if type_ == "ip":
        return ";".join(f"10.{chance.randrange(9)}.{number}.{host}" for host in range(2, 2 + chance.randint(1, 3)))
    if type_ == "mac":
        return ";".join(f"00:50:56:{number:02x}:00:{card:02x}" for card in range(1, 1 + chance.randint(1, 2)))
    if type_ == "list":
        return ";".join(chance.sample(TAGS, chance.randint(1, 4)))
    if type_ == "integer":
        return str(chance.randint(1, 64))
    if type_ in ("number", "money"):
        return str(chance.choice([chance.randint(1, 99), chance.randint(4, 4096) / 8, round(chance.random() * 100, 2)]))
    if type_ == "date":
        return f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-{chance.randint(13, 28)}"
    if type_ == "datetime":
        return f"{_of_type(chance, 'date', name, number)} {chance.randint(10, 23)}:15:30"
    return chance.choice(TEXTS)
