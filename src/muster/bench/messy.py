"""A messy CMDB export of any size, made from a seed: the file that `muster bench pipeline` imports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

CHUNK = 10_000
RAGGED_EVERY = 5_000
GOLDEN, MIX_1, MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # splitmix64, public domain

SITES = ("fra", "lon", "par", "nyc", "sin", "syd", "zrh", "ber")
USES = ("app", "web", "sql", "file", "mail", "auth", "erp", "crm", "pay", "bi", "mon", "ci")
MAKERS = ("VMware, Inc.", "Dell Inc.", "HPE", "Hewlett Packard Enterprise", "Lenovo", "IBM", "Cisco Systems", "dell")
MODELS = (
    "VMware Virtual Platform",
    "PowerEdge R740",
    "ProLiant DL380 Gen10",
    "ThinkSystem SR650",
    "Power S922",
    "UCS C220",
)
SYSTEMS = (
    "Microsoft Windows Server 2019 Standard", "Windows Server 2016 Datacenter", "Win 2012 R2", "Windows 2008 R2 Ent.",
    "Red Hat Enterprise Linux 8.6", "RHEL 7.9", "CentOS Linux 7 (Core)", "Ubuntu 22.04.4 LTS", "ubuntu 18.04",
    "SLES 15 SP4", "SUSE Linux Enterprise Server 12", "Debian GNU/Linux 11", "Oracle Linux 8", "AIX 7.2", "", "unknown",
)  # fmt: skip
MEMORIES = ("4 GB", "8GB", "16 GB", "32 GB", "65536 MB", "131072MB", "0.25 TB", "8192 MB", "n/a", "")
DISKS = ("80 GB", "100GB", "0.5 TB", "1.2 TB", "2000 GB", "512000 MB", "", "-")
SERIALS_OF_NOBODY = ("To be filled by O.E.M.", "0000000000", "Default string", "None")
ENVIRONMENTS = ("Production", "PROD", "prod", "Test", "UAT", "Development", "dev", "DR", "Staging", "")
STATES = ("Installed", "In Use", "in production", "Retired", "In Stock", "active", "")
PLACES = ("Frankfurt", "London Docklands", "Paris Nord", "New York 2", "Singapore", "Sydney", "Zürich", "Berlin")
CRITICALITIES = ("High", "1 - Critical", "medium", "Low", "3", "", "n/a")
DEPARTMENTS = ("Finance", "Logistics", "Human Resources", "Sales", "Research", "IT", "Legal", "Manufacturing")
POWERS = ("poweredOn", "on", "Powered On", "off", "poweredOff", "suspended", "")
YES_OR_NO = ("true", "yes", "Y", "1", "false", "no", "")


@dataclass(frozen=True)
class Chance:
    """Numbers that depend on row, purpose and seed alone, as polars expressions."""

    row: pl.Expr
    seed: int
    purposes: list[int] = field(default_factory=lambda: [0])

    def number(self, below: int) -> pl.Expr:
        """A fresh column of numbers from 0 to below - 1."""
        self.purposes[0] += 1
        start = (self.seed * 1_000_003 + self.purposes[0] * GOLDEN) % 2**64
        mixed = self.row.cast(pl.UInt64) * pl.lit(GOLDEN, pl.UInt64) + pl.lit(start, pl.UInt64)
        for shift, factor in ((30, MIX_1), (27, MIX_2), (31, 1)):
            mixed = (mixed ^ (mixed // pl.lit(2**shift, pl.UInt64))) * pl.lit(factor, pl.UInt64)
        return mixed % below

    def one_of(self, words: Sequence[str]) -> pl.Expr:
        """A fresh column of words."""
        return pl.lit(pl.Series(words, dtype=pl.String).implode()).list.get(self.number(len(words)).cast(pl.Int64))


def write(path: Path, rows: int, seed: int = 7, ragged: bool = True) -> tuple[str, ...]:
    """Write `rows` records and return the 30 headers.

    About one record in ten tells of a machine that another record tells of too. With `ragged`, one more line in 5,000
    has surplus fields; without, the file is the same but for those lines, since COPY takes no such file.
    """
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            chunk = frame(start, min(CHUNK, rows - start), rows, seed)
            for at in range(0, chunk.height, RAGGED_EVERY):
                header = start == 0 and at == 0
                file.write(chunk.slice(at, RAGGED_EVERY).write_csv(include_header=header).encode())
                if ragged and chunk.height - at >= RAGGED_EVERY:
                    file.write(f"CI-TORN-{start + at},torn{start + at}{',' * 31}surplus\n".encode())
    return tuple(chunk.columns)


def frame(start: int, height: int, rows: int, seed: int) -> pl.DataFrame:
    """Some rows of the export, as text."""
    said = Chance(pl.col("row"), seed)
    again = said.number(10) == 0
    numbered = pl.select(pl.int_range(start, start + height, dtype=pl.UInt64).alias("row")).with_columns(
        pl.when(again).then(said.number(rows)).otherwise(pl.col("row")).alias("machine")
    )
    true = Chance(pl.col("machine"), seed + 1)
    named = numbered.with_columns(
        pl.format("{}-{}{}", true.one_of(SITES), true.one_of(USES), pl.col("machine")).alias("host")
    )
    return named.select(*_identity(said, true), *_machine(said, true), *_business(said, true), *_days(said, true))


def _identity(said: Chance, true: Chance) -> list[pl.Expr]:
    host, machine = pl.col("host"), pl.col("machine")
    spelling = said.number(4)
    named = pl.when(spelling == 0).then(host.str.to_uppercase()).when(spelling == 1).then(pl.format("{} ", host))
    address = pl.format("10.{}.{}.{}", machine // 62_500 % 250, machine // 250 % 250, machine % 250 + 1)
    mac = pl.format(
        "02:00:{}", pl.concat_str(*(_hex(machine // 256**byte % 256) for byte in (3, 2, 1, 0)), separator=":")
    )
    shouted, tag = mac.str.to_uppercase().str.replace_all(":", "-"), pl.format("A{}", machine + 10_000_000)
    serial = pl.format("SN{}X{}", machine, true.number(9_000) + 1_000)
    return [
        pl.format("CI{}", pl.col("row") + 1_000_000).alias("CI Number"),
        named.otherwise(host).alias("Name"),
        pl.when(said.number(3) == 0).then(pl.lit("")).otherwise(pl.format("{}.corp.example", host)).alias("FQDN"),
        pl.when(said.number(8) == 0).then(said.one_of(SERIALS_OF_NOBODY)).otherwise(serial).alias("Serial Number"),
        true.one_of(MAKERS).alias("Manufacturer"),
        true.one_of(MODELS).alias("Model"),
        pl.when(said.number(12) == 0).then(pl.lit("n/a")).otherwise(address).alias("IP Address"),
        pl.when(said.number(2) == 0).then(shouted).otherwise(mac).alias("MAC Address"),
        pl.when(said.number(5) == 0).then(pl.lit("")).otherwise(tag).alias("Asset Tag"),
    ]


def _hex(number: pl.Expr) -> pl.Expr:
    digits = pl.lit(pl.Series([f"{byte:02x}" for byte in range(256)]).implode())
    return digits.list.get(number.cast(pl.Int64))


def _machine(said: Chance, true: Chance) -> list[pl.Expr]:
    return [
        true.one_of(SYSTEMS).alias("Operating System"),
        (true.number(8) * 4 + 2).cast(pl.String).alias("CPU Cores"),
        true.one_of(MEMORIES).alias("Memory"),
        true.one_of(DISKS).alias("Disk Space"),
        said.one_of(POWERS).alias("Power State"),
        true.one_of(YES_OR_NO).alias("Is Virtual"),
        pl.format("{}.{}", said.number(100), said.number(10)).alias("CPU Utilization %"),
    ]


def _business(said: Chance, true: Chance) -> list[pl.Expr]:
    return [
        said.one_of(ENVIRONMENTS).alias("Environment"),
        said.one_of(STATES).alias("Status"),
        true.one_of(PLACES).alias("Location"),
        pl.format("DC{}", true.number(12)).alias("Data Center"),
        pl.format("R{}", true.number(400)).alias("Rack"),
        pl.format("person{}@corp.example", true.number(900)).alias("Owner"),
        true.one_of(DEPARTMENTS).alias("Department"),
        pl.format("CC-{}", true.number(300) + 1000).alias("Cost Center"),
        said.one_of(CRITICALITIES).alias("Business Criticality"),
        pl.format("Application {}", true.number(1_500)).alias("Application"),
        pl.format('Ticket {}, see "{}"', said.number(500_000), pl.col("host")).alias("Notes"),
    ]


def _days(said: Chance, true: Chance) -> list[pl.Expr]:
    day = (pl.lit(16_000) + true.number(4_000).cast(pl.Int32)).cast(pl.Int32).cast(pl.Date)
    seen = (pl.lit(20_300) + said.number(300).cast(pl.Int32)).cast(pl.Int32).cast(pl.Date)
    form = said.number(20)
    written = (
        pl.when(form == 0).then(pl.lit("tbd")).when(form < 6).then(day.dt.strftime("%d.%m.%Y"))
        .when(form < 9).then(day.dt.strftime("%d %b %Y")).otherwise(day.dt.strftime("%Y-%m-%d"))
    )  # fmt: skip
    clock = pl.format(
        "{} {}:{}:00",
        seen.dt.strftime("%Y-%m-%d"),
        (said.number(14) + 10).cast(pl.String),
        (said.number(50) + 10).cast(pl.String),
    )
    return [
        written.alias("Install Date"),
        day.dt.offset_by("5y").dt.strftime("%Y-%m-%d").alias("Warranty End"),
        clock.alias("Last Seen"),
    ]
