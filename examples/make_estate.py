"""Makes the example estate: four files about one invented company, with the faults that real exports have.

    python3 examples/make_estate.py

The same seed gives the same bytes. Brunnwerk AG, its machines and its people do not exist.
"""

import csv
import io
import random
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

FOLDER = Path(__file__).parent / "estate"
SEED = 20261014
DOMAIN = "brunnwerk.example"
STAMP = datetime(2026, 10, 14, 8, 30)  # noqa: DTZ001 - a workbook's own times have no zone

SYSTEMS = {
    "WINDOWS_2008": "Windows Server 2008 R2 Standard",
    "WINDOWS_2012": "Microsoft Windows Server 2012 R2 Datacenter",
    "WINDOWS_2016": "Microsoft Windows Server 2016 Standard (64-bit)",
    "WINDOWS_2019": "Win Srv 2019 Std",
    "WINDOWS_2022": "Windows Server 2022 Standard",
    "CENTOS_7": "CentOS Linux 7 (Core)",
    "RHEL_6": "RHEL 6.10",
    "RHEL_8": "Red Hat Enterprise Linux 8.8",
    "SLES_12": "SLES 12 SP3",
    "UBUNTU_18": "Ubuntu 18.04.6 LTS",
    "UBUNTU_22": "Ubuntu 22.04 LTS",
    "DEBIAN_9": "Debian GNU/Linux 9 (stretch)",
    "AIX": "AIX 7.1",
    "ESX_6": "VMware ESXi 6.5.0",
    "ESX_7": "VMware ESXi 7.0.3",
}


@dataclass(frozen=True)
class Machine:
    """One machine of the estate, as it really is."""

    name: str
    address: str
    system: str
    cores: int
    memory_gb: int
    disk_gb: int
    environment: str
    application: str
    owner: str
    serial: str
    mac: str
    host: str
    maker: str
    model: str
    since: date


# name, network, system, cores, GB of memory, GB of disk, environment, application; '*n' makes n of them, numbered.
HARDWARE = """
frb-esx-0*4|10.40.1|ESX_7|32|512|2000|Produktion|
lyo-esx-0*2|10.60.1|ESX_6|24|256|1200|Production|
frb-ora-0*2|10.40.2|RHEL_6|16|128|4000|Produktion|ERP
frb-lab-0*1|10.40.9|WINDOWS_2008|4|8|160|Labor|Prüfstand
frb-mes-0*2|10.40.7|WINDOWS_2012|8|32|500|Produktion|MES
lyo-aix-0*1|10.60.2|AIX|8|64|800|Production|Paie
zrh-bak-0*1|10.80.1|DEBIAN_9|8|32|24000|Produktion|Datensicherung
"""
VIRTUAL = """
frb-erp-app0*4|10.40.3|SLES_12|8|32|200|Produktion|ERP
frb-erp-tst0*2|10.40.13|SLES_12|4|16|200|Test|ERP
frb-shop-web0*4|10.40.4|UBUNTU_22|4|8|80|Produktion|Webshop
frb-shop-db0*2|10.40.4|UBUNTU_18|8|32|600|Produktion|Webshop
frb-shop-int0*2|10.40.14|UBUNTU_22|2|8|80|Abnahme|Webshop
frb-dc0*2|10.40.5|WINDOWS_2019|2|8|100|Produktion|Anmeldung
frb-file0*2|10.40.5|WINDOWS_2016|4|16|3000|Produktion|Ablage
frb-print0*1|10.40.5|WINDOWS_2008|2|4|60|Produktion|Drucken
frb-exch0*2|10.40.5|WINDOWS_2016|8|64|2000|Produktion|Mail
frb-wms-app0*2|10.40.6|CENTOS_7|4|16|120|Produktion|Lagerverwaltung
frb-wms-db0*1|10.40.6|CENTOS_7|8|64|900|Produktion|Lagerverwaltung
frb-mes-sql0*1|10.40.7|WINDOWS_2012|8|64|1500|Produktion|MES
frb-dwh-0*2|10.40.8|RHEL_8|16|128|5000|Produktion|Auswertung
frb-mon-0*1|10.40.8|UBUNTU_22|4|16|300|Produktion|Überwachung
frb-git-0*1|10.40.15|UBUNTU_18|4|16|400|Entwicklung|Entwicklung
frb-ci-0*3|10.40.15|UBUNTU_22|8|16|200|Entwicklung|Entwicklung
lyo-dc0*2|10.60.5|WINDOWS_2012|2|8|80|Production|Anmeldung
lyo-web0*2|10.60.4|UBUNTU_18|4|8|80|Production|Intranet
lyo-paie-app0*2|10.60.3|WINDOWS_2016|4|16|200|Production|Paie
lyo-paie-rec0*1|10.60.13|WINDOWS_2016|4|16|200|Recette|Paie
lyo-fic0*1|10.60.5|WINDOWS_2008|2|8|1800|Production|Ablage
zrh-web0*2|10.80.4|UBUNTU_22|2|4|60|Produktion|Intranet
zrh-tkt0*1|10.80.3|WINDOWS_2022|4|16|250|Produktion|Störungsmeldung
"""
OWNERS = (
    "Jörg Brändle",
    "Anaïs Lefèvre",
    "Ute Großmann",
    "Željko Horvat",
    "Noël Périer",
    "IT-Betrieb Süd",
    "Käthe Öller",
)
MAKERS = (("HPE", "ProLiant DL380 Gen9"), ("Dell Inc.", "PowerEdge R740"), ("Lenovo", "ThinkSystem SR650"))
PLACEHOLDERS = ("To be filled by O.E.M.", "0000000000", "Default string", "System Serial Number")
NULLS = ("", "", "n/a", "k.A.", "unbekannt", "-", "inconnu")
APPLICATIONS = (
    ("ERP", "Finanzen", "sehr hoch", "frb-erp-app01, frb-erp-app02, frb-erp-app03, frb-erp-app04", "ERPP (Oracle)"),
    ("Webshop", "Vertrieb", "hoch", "frb-shop-web01; frb-shop-web02; frb-shop-web03; frb-shop-web04", "shop (MySQL)"),
    ("Lagerverwaltung", "Logistik", "sehr hoch", "frb-wms-app01, frb-wms-app02", "wms (PostgreSQL)"),
    ("MES", "Fertigung", "sehr hoch", "FRB-MES-01 / FRB-MES-02", "MESPROD (SQL Server)"),
    ("Paie", "Ressources humaines", "élevée", "lyo-paie-app01, lyo-paie-app02", "PAIE (DB2)"),
    ("Auswertung", "Controlling", "mittel", "frb-dwh-01, frb-dwh-02", ""),
    ("Intranet", "Kommunikation", "niedrig", "lyo-web01, zrh-web01", ""),
    ("Störungsmeldung", "IT", "mittel", "zrh-tkt01", "n/a"),
)
DATABASES = (
    ("ERPP", "Oracle Database 12.1.0.2", "frb-ora-01"),
    ("ERPP_STBY", "Oracle Database 12.1.0.2", "frb-ora-02"),
    ("shop", "MySQL 5.7.44", "frb-shop-db01"),
    ("wms", "PostgreSQL 11.22", "frb-wms-db01"),
    ("MESPROD", "Microsoft SQL Server 2012 SP4", "frb-mes-sql01"),
    ("PAIE", "IBM DB2 11.5", "lyo-aix-01"),
)
RELATIONS = (
    ("ERP", "frb-erp-app01", "Runs on::Runs"),
    ("ERP", "frb-erp-app02.brunnwerk.example", "Runs on::Runs"),
    ("FRB-ERP-APP01", "ERPP", "Depends on::Used by"),
    ("ERPP", "frb-ora-01", "Runs on::Runs"),
    ("Webshop", "frb-shop-web01", "Runs on::Runs"),
    ("Webshop", "frb-shop-web02", "Runs on::Runs"),
    ("Webshop", "frb-shop-web09", "Runs on::Runs"),
    ("frb-shop-web01", "frb-shop-db01", "Connects to::Connected by"),
    ("frb-shop-web02", "frb-shop-db01", "Connects to::Connected by"),
    ("Webshop", "ERP", "Depends on::Used by"),
    ("Altes Kundenportal", "Webshop", "Depends on::Used by"),
    ("Lagerverwaltung", "frb-wms-app01", "Runs on::Runs"),
    ("frb-wms-app01", "wms", "Depends on::Used by"),
    ("frb-wms-app02", "wms", "Depends on::Used by"),
    ("wms", "frb-wms-db01", "Runs on::Runs"),
    ("Lagerverwaltung", "ERP", "Depends on::Used by"),
    ("MES", "MESPROD", "Depends on::Used by"),
    ("MES", "Lagerverwaltung", "Sends data to::Receives data from"),
    ("MESPROD", "frb-mes-sql01", "Runs on::Runs"),
    ("Paie", "lyo-paie-app01", "Runs on::Runs"),
    ("lyo-paie-app01", "LYO-AIX-01", "Connects to::Connected by"),
    ("Auswertung", "ERPP", "Depends on::Used by"),
    ("ERP", "Auswertung", "angeblich"),
    ("Auswertung", "frb-dwh-01", "Runs on::Runs"),
    ("Intranet", "zrh-web01", "Runs on::Runs"),
    ("Intranet", "SRV-UNBEKANNT-7", "Runs on::Runs"),
)
# What frb-erp-app01 listens on, and whom it speaks to: own port, machine or address, its port (0: any), how often.
LISTENS = (("tcp", 22, "sshd"), ("tcp", 3200, "disp+work"), ("tcp", 3300, "gwrd"), ("udp", 123, "ntpd"))
SPEAKS = (
    (0, "frb-ora-01", 1521, 6),
    (0, "frb-dc01", 389, 1),
    (0, "frb-file01", 445, 1),
    (0, "frb-exch01", 25, 1),
    (0, "10.40.3.250", 8443, 2),
    (3200, "frb-shop-web01", 0, 2),
    (3200, "frb-wms-app01", 0, 3),
    (3300, "frb-dwh-01", 0, 1),
    (22, "frb-mon-01", 0, 1),
)


def machines(chance: random.Random) -> list[Machine]:
    """The estate as it really is; what the files say of it is another matter."""
    taken: dict[str, int] = {}
    hardware = [_machine(chance, *entry, "") for entry in _entries(HARDWARE, taken)]
    hosts = {
        place: [machine.name for machine in hardware if machine.name.startswith(f"{place}-esx")]
        for place in ("frb", "lyo")
    }
    virtual = [
        _machine(chance, name, *rest, chance.choice(hosts["lyo" if name.startswith("lyo") else "frb"]))
        for name, *rest in _entries(VIRTUAL, taken)
    ]
    return hardware + virtual


def _entries(table: str, taken: dict[str, int]) -> list[tuple[str, str, str, str, str, str, str, str]]:
    entries = []
    for line in table.strip().splitlines():
        stem, network, system, *rest = line.split("|")
        name, _, count = stem.partition("*")
        for number in range(1, int(count) + 1):
            taken[network] = taken.get(network, 10) + 1
            entries.append((f"{name}{number}", f"{network}.{taken[network]}", SYSTEMS[system], *rest))
    return entries


def _machine(
    chance: random.Random,
    name: str,
    address: str,
    system: str,
    cores: str,
    memory: str,
    disk: str,
    environment: str,
    application: str,
    host: str,
) -> Machine:
    maker, model = ("VMware, Inc.", "VMware Virtual Platform") if host else chance.choice(MAKERS)
    maker, model = ("IBM", "Power S822") if system == SYSTEMS["AIX"] else (maker, model)
    digits = "".join(chance.choice("0123456789ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(7))
    serial = f"VMware-42 {chance.randrange(16, 256):02x} {digits.lower()}" if host else f"CZ3{digits}"
    mac = "00:50:56" if host else "3c:a8:2a"
    mac += "".join(f":{chance.randrange(256):02x}" for _ in range(3))
    since = date(2012, 1, 1) + timedelta(days=chance.randrange(4500))
    owner = chance.choice(OWNERS)
    return Machine(
        name,
        address,
        system,
        int(cores),
        int(memory),
        int(disk),
        environment,
        application,
        owner,
        serial,
        mac,
        host,
        maker,
        model,
        since,
    )


CMDB_HEADER = (
    "CI-Nummer",
    "Bezeichnung",
    "CI-Klasse",
    "Standort",
    "Betriebssystem",
    "Seriennummer",
    "Hersteller",
    "Modell",
    "IP-Adresse",
    "Arbeitsspeicher (MB)",
    "CPU-Kerne",
    "Status",
    "Umgebung",
    "Anwendung",
    "Verantwortlich",
    "In Betrieb seit",
    "Zuletzt geändert",
    "Bemerkung",
)
PLACES = {"frb": "Freiburg, Werk Süd", "lyo": "Lyon Gerland", "zrh": "Zürich-Altstetten"}


def cmdb(chance: random.Random, estate: list[Machine]) -> bytes:
    """The CMDB's export: most machines, some twice, devices, databases, and a closing line that is no record."""
    rows = [_cmdb_row(chance, number, machine, machine.name) for number, machine in enumerate(estate, 1) if number % 11]
    again = [
        machine for machine in estate if machine.name in ("frb-erp-app02", "frb-shop-db01", "lyo-dc01", "frb-mes-01")
    ]
    rows += [
        _cmdb_row(chance, 300 + number, machine, f"{machine.name.upper()}.{DOMAIN}")
        for number, machine in enumerate(again)
    ]
    rows += [_device(number, *device) for number, device in enumerate(DEVICES, 400)]
    for number, (name, product, server) in enumerate(DATABASES, 500):
        row = dict.fromkeys(CMDB_HEADER, "") | {
            "CI-Nummer": f"CI{number:05}",
            "Bezeichnung": name,
            "CI-Klasse": "Datenbank",
        }
        rows.append(row | {"Modell": product, "Bemerkung": f"läuft auf {server}", "Status": "in Betrieb"})
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CMDB_HEADER)
    writer.writerows([row[name] for name in CMDB_HEADER] for row in rows)
    # Typed by hand into the export: a remark with a semicolon that nobody quoted.
    torn = ["CI00666", "frb-alt-01", "Server", PLACES["frb"], "Windows 2003", "?", "HP", "DL380 G5", "10.40.9.99"]
    torn += ["4096", "2", "stillgelegt", "", "", "", "", "", "siehe Ticket 4711; bitte nicht löschen; Müller"]
    out.write(";".join(torn) + "\r\n")
    out.write(f"Anzahl Datensätze: {len(rows) + 1}" + ";" * (len(CMDB_HEADER) - 1) + "\r\n")
    return out.getvalue().encode("cp1252")


DEVICES = (
    ("frb-fw-01", "Firewall", "Fortinet", "FortiGate 200F", "FG200FT920901234", "10.40.0.1"),
    ("lyo-fw-01", "Firewall", "Fortinet", "FortiGate 100E", "FG100ETK18005678", "10.60.0.1"),
    ("frb-sw-core1", "Netzwerk-Switch", "Cisco", "Nexus 9336C", "FDO24120ABC", "10.40.0.11"),
    ("frb-sw-core2", "Netzwerk-Switch", "Cisco", "Nexus 9336C", "FDO24120ABD", "10.40.0.12"),
    ("frb-lb-01", "Load Balancer", "F5", "BIG-IP i4600", "f5-abcd-efgh", "10.40.0.20"),
    ("frb-san-01", "Speichersystem", "NetApp", "FAS8300", "952104000123", "10.40.0.30"),
)


def _device(number: int, name: str, kind: str, maker: str, model: str, serial: str, address: str) -> dict[str, str]:
    said = {"CI-Nummer": f"CI{number:05}", "Bezeichnung": name, "CI-Klasse": kind, "Hersteller": maker, "Modell": model}
    said |= {"Seriennummer": serial, "IP-Adresse": address, "Standort": PLACES[name[:3]], "Status": "in Betrieb"}
    return dict.fromkeys(CMDB_HEADER, "") | said


def _cmdb_row(chance: random.Random, number: int, machine: Machine, name: str) -> dict[str, str]:
    spelled = chance.choice((name, name, name.upper(), f"{name} ", name if "." in name else f"{name}.{DOMAIN}"))
    serial = machine.serial if chance.random() > 0.15 else chance.choice(PLACEHOLDERS)
    changed = date(2026, 1, 7) + timedelta(days=chance.randrange(280))
    return {
        "CI-Nummer": f"CI{number:05}",
        "Bezeichnung": spelled,
        "CI-Klasse": "Virtueller Server" if machine.host else chance.choice(("Server", "Server physisch")),
        "Standort": PLACES[machine.name[:3]],
        "Betriebssystem": machine.system if chance.random() > 0.1 else chance.choice(NULLS),
        "Seriennummer": serial,
        "Hersteller": machine.maker,
        "Modell": machine.model,
        "IP-Adresse": machine.address
        if chance.random() > 0.1
        else chance.choice((*NULLS, f"{machine.address}, 172.16.0.9")),
        "Arbeitsspeicher (MB)": str(machine.memory_gb * 1024) if chance.random() > 0.1 else chance.choice(NULLS),
        "CPU-Kerne": str(machine.cores),
        "Status": chance.choice(("in Betrieb", "in Betrieb", "In Betrieb", "aktiv", "en service")),
        "Umgebung": machine.environment if chance.random() > 0.2 else "",
        "Anwendung": machine.application,
        "Verantwortlich": machine.owner if chance.random() > 0.2 else chance.choice(NULLS),
        "In Betrieb seit": _written(chance, machine.since),
        "Zuletzt geändert": changed.strftime("%d.%m.%Y %H:%M").replace("00:00", f"{chance.randrange(6, 20):02}:17"),
        "Bemerkung": chance.choice(
            ("", "", "geprüft", "Ablösung geplant", "à remplacer", 'Rack "B7"\nrechts', "Wartung; siehe Vertrag")
        ),
    }


def _written(chance: random.Random, day: date) -> str:
    """Most write the day first, some as ISO has it, a few not at all or as nobody can."""
    forms = (f"{day:%d.%m.%Y}",) * 6 + (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        chance.choice(NULLS),
        "Mai irgendwann",
        "31.02.2019",
    )
    return chance.choice(forms)


def workbook(chance: random.Random, estate: list[Machine]) -> bytes:
    """The administrators' own workbook: notes, servers, virtual machines and applications, kept by three people."""
    book = Workbook()
    notes = book.active
    notes.title = "Lies mich"
    for line in (
        "Diese Liste pflegt IT-Betrieb Süd von Hand.",
        "Grau = abgelöst. Fragen an Ute.",
        "Bitte keine Spalten einfügen!",
    ):
        notes.append([line])
    _server_sheet(chance, book, [machine for machine in estate if not machine.host])
    _vm_sheet(chance, book, [machine for machine in estate if machine.host])
    sheet = book.create_sheet("Applikationen")
    sheet.append(["Applikation", "Fachbereich", "Kritikalität", "Server", "Datenbank"])
    for row in APPLICATIONS:
        sheet.append(list(row))
    book.properties.creator, book.properties.created = "IT-Betrieb Süd", STAMP
    return _still(book)


def _server_sheet(chance: random.Random, book: Workbook, estate: list[Machine]) -> None:
    sheet = book.create_sheet("Server")
    sheet.append(["Physische Server Brunnwerk AG, Stand 14.10.2026"])
    sheet.append([])
    sheet.append(
        [
            "Servername",
            "Rolle",
            "Standort",
            "OS",
            "RAM",
            "CPU",
            "Plattenplatz",
            "Umgebung",
            "Ansprechpartner",
            "Garantie bis",
            "S/N",
        ]
    )
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for machine in estate:
        memory = chance.choice((f"{machine.memory_gb} GB", f"{machine.memory_gb}GB", f"{machine.memory_gb * 1024} MB"))
        disk = (
            f"{machine.disk_gb / 1000:g} TB".replace(".", ",") if machine.disk_gb >= 1000 else f"{machine.disk_gb} GB"
        )
        warranty = machine.since + timedelta(days=5 * 365)
        ending = chance.choice((warranty, warranty, f"{warranty:%d.%m.%Y}", "abgelaufen"))
        role, place = machine.application or "Virtualisierung", PLACES[machine.name[:3]].split(",")[0]
        name = machine.name.upper() if chance.random() > 0.3 else machine.name
        said = [name, role, place, machine.system, memory, f"2x{machine.cores // 2}", disk]
        sheet.append([*said, machine.environment, machine.owner, ending, machine.serial])
    sheet.append(["Summe", None, None, None, None, len(estate)])


def _vm_sheet(chance: random.Random, book: Workbook, estate: list[Machine]) -> None:
    sheet = book.create_sheet("VMs")
    sheet.append(
        [
            "VM",
            "vCPU",
            "RAM (GB)",
            "Disk GB",
            "Host",
            "Cluster",
            "Power",
            "DNS-Name",
            "IP",
            "MAC",
            "Gast-OS",
            "Anwendung",
        ]
    )
    for number, machine in enumerate(estate):
        if number % 13 == 12:
            continue  # nobody has added these yet
        power = "Aus" if machine.name in ("frb-erp-tst02", "lyo-fic01") else "Ein"
        dns = f"{machine.name}.{DOMAIN}" if chance.random() > 0.2 else "-"
        cluster = "CL-LYON" if machine.host.startswith("lyo") else "CL-FREIBURG"
        address = machine.address if power == "Ein" else None
        mac = machine.mac.upper().replace(":", "-") if chance.random() > 0.5 else machine.mac
        where = f"{machine.host}.{DOMAIN}" if chance.random() > 0.5 else machine.host
        row = [
            machine.name.upper(),
            machine.cores,
            machine.memory_gb,
            machine.disk_gb,
            where,
            cluster,
            power,
            dns,
            address,
            mac,
        ]
        sheet.append([*row, machine.system, machine.application])
    sheet.append(
        [
            "frb-vorlage-win2022",
            2,
            4,
            60,
            "frb-esx-01",
            "CL-FREIBURG",
            "Aus",
            "-",
            None,
            "00-50-56-00-00-00",
            SYSTEMS["WINDOWS_2022"],
            None,
        ]
    )


def _still(book: Workbook) -> bytes:
    """The workbook's bytes without the moment at which it was saved."""
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-10-14T08:30:00Z", content)
            target.writestr(zipfile.ZipInfo(name, (2026, 10, 14, 8, 30, 0)), content)
    return out.getvalue()


def relations() -> bytes:
    """What somebody drew once: names as they came to mind, and some that nothing answers to any more."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("Parent", "Child", "Type"))
    writer.writerows(RELATIONS)
    return out.getvalue().encode("utf-8")


def sockets(chance: random.Random, estate: list[Machine]) -> bytes:
    """`ss -tunap` on frb-erp-app01: the dump says nowhere whose it is, its addresses do."""
    addresses = {machine.name: machine.address for machine in estate}
    own = addresses["frb-erp-app01"]
    lines = [
        f"{'Netid':6}{'State':10}{'Recv-Q':8}{'Send-Q':8}{'Local Address:Port':>28}{'Peer Address:Port':>28} Process"
    ]
    lines += [
        _socket(kind, "UNCONN" if kind == "udp" else "LISTEN", f"0.0.0.0:{port}", "0.0.0.0:*", who)
        for kind, port, who in LISTENS
    ]
    lines.append(_socket("tcp", "LISTEN", "[::]:22", "[::]:*", "sshd"))
    for here, there, port, count in SPEAKS:
        far = addresses.get(there, there)
        for _ in range(count):
            ends = here or chance.randrange(32768, 60999), port or chance.randrange(32768, 60999)
            lines.append(_socket("tcp", "ESTAB", f"{own}:{ends[0]}", f"{far}:{ends[1]}", "disp+work"))
    lines.append(_socket("tcp", "ESTAB", "127.0.0.1:40404", "127.0.0.1:3300", "disp+work"))
    lines.append(_socket("tcp", "TIME-WAIT", f"{own}:48822", f"{addresses['frb-ora-02']}:1521", ""))
    return ("\n".join(lines) + "\n").encode("ascii")


def _socket(kind: str, state: str, local: str, peer: str, who: str) -> str:
    users = f'users:(("{who}",pid={2000 + len(who) * 7},fd=9))' if who else ""
    return f"{kind:6}{state:10}{0:<8}{0:<8}{local:>28}{peer:>28} {users}".rstrip()


def files() -> dict[str, bytes]:
    """Name and content of every file of the estate."""
    chance = random.Random(SEED)
    estate = machines(chance)
    return {
        "cmdb-export.csv": cmdb(chance, estate),
        "server-und-vms.xlsx": workbook(chance, estate),
        "relations.csv": relations(),
        "ss-dump.txt": sockets(chance, estate),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)
