"""An invented estate with its truth: machines as five tools see them, with the mess that identity has to survive.

Run as a program it prints how well and how fast the inventory finds the machines again, and the recall of a reader who
does not guess (bound.py):
    python bench/estate.py MACHINES [SEED]
"""

import resource
import sys
import time
from dataclasses import dataclass

import polars as pl

from bound import reachable
from estate_tools import Written
from muster.phases.asset_inventory.inventory import inventory

DOMAINS = ["corp.example", "emea.corp.example", "dmz.example", "plant.example"]
PLACES = ["lon", "par", "nyc", "fra", "sin", "syd"]
USES = ["crm", "erp", "pay", "mail", "shop", "auth", "lims", "portal"]
ROLES = ["app", "web", "sql", "file", "queue"]
SYSTEMS = ["Windows Server 2019", "Red Hat Enterprise Linux 8.9", "Ubuntu 22.04.4 LTS", "SUSE Linux Enterprise 15"]
NO_SERIAL = ["To be filled by O.E.M.", "Not Specified", "Default string", "None"]
# tool -> share of machines it knows, record kind
TOOLS = {
    "hypervisor": (0.85, "virtual_machine"),
    "cmdb": (0.85, "server"),
    "agent": (0.60, "server"),
    "sheet": (0.50, "server"),
    "monitoring": (0.40, "other"),
}


@dataclass(frozen=True)
class Estate:
    """`records` and `tables` as the inventory reads them; `truth`: record_id, machine."""

    records: pl.DataFrame
    tables: pl.DataFrame
    truth: pl.DataFrame


class Dice:
    """Even numbers from 0 to 1 per row, different for every question asked, the same for every run of a seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.asked = seed, 0

    def roll(self) -> pl.Expr:
        self.asked += 1
        return (pl.col("row").hash(seed=self.seed * 1000 + self.asked) % 1_000_003) / 1_000_003

    def below(self, share: float) -> pl.Expr:
        return self.roll() < share

    def pick(self, values: list[str]) -> pl.Expr:
        at = (self.roll() * len(values)).floor().cast(pl.Int64)
        return at.replace_strict(dict(enumerate(values)), return_dtype=pl.String)

    def digits(self, width: int) -> pl.Expr:
        parts = []
        while width > 0:
            self.asked += 1
            number = pl.col("row").hash(seed=self.seed * 1000 + self.asked) % 16 ** min(width, 6)
            parts.append(_hex(number, min(width, 6)))
            width -= 6
        return pl.concat_str(parts)


def _hex(number: pl.Expr, width: int) -> pl.Expr:
    digits = dict(enumerate("0123456789abcdef"))
    places = (number // 16**at % 16 for at in range(width))
    return pl.concat_str(place.cast(pl.Int64).replace_strict(digits, return_dtype=pl.String) for place in places)


def machines(count: int, seed: int) -> pl.DataFrame:
    """The truth: one row per machine. Of a hundred two are clones, two share a short name, two have a retired twin."""
    dice = Dice(seed)
    rows = pl.DataFrame({"row": pl.int_range(count, eager=True)})
    octets = [pl.col("row") // 250**at % 250 + 1 for at in (2, 1, 0)]
    rows = rows.with_columns(
        vm=dice.below(0.78),
        number=(dice.roll() * max(30, count // 60)).cast(pl.Int64),
        domain=dice.pick(DOMAINS),
        uuid=pl.concat_str(*(dice.digits(width) for width in (8, 4, 4, 4, 12)), separator="-"),
        serial=dice.digits(8).str.to_uppercase(),
        mac=pl.concat_str(pl.lit("005056"), dice.digits(6)),
        fate=dice.roll(),
        system=dice.pick(SYSTEMS),
        memory=dice.pick(["2048", "4096", "8192", "16384"]).cast(pl.Float64),
        moved=dice.below(0.06),
        stem=pl.concat_str(dice.pick(PLACES), dice.pick(USES), dice.pick(ROLES)),
        ip=pl.concat_str(pl.lit("10"), *octets, separator="."),
        old_ip=pl.concat_str(pl.lit("172"), *octets, separator="."),
    )
    host = pl.concat_str(pl.col("stem"), pl.col("number").cast(pl.String).str.zfill(3))
    rows = rows.with_columns(host=host).unique(["host", "domain"], keep="first", maintain_order=True)
    odd = pl.int_range(pl.len()) % 2 == 1
    clone, namesake, twin = (odd & pl.col("fate").is_between(low, low + 0.04) for low in (0.0, 0.1, 0.2))
    other_domain = pl.concat_str(pl.lit("lab."), pl.col("domain").shift(1))
    return rows.with_columns(
        uuid=pl.when(clone).then(pl.col("uuid").shift(1)).otherwise("uuid"),
        host=pl.when(namesake | twin).then(pl.col("host").shift(1)).otherwise("host"),
        domain=pl.when(namesake).then(other_domain).when(twin).then(pl.col("domain").shift(1)).otherwise("domain"),
        retired=twin,
    ).with_row_index("machine")


def _seen(tool: str, known: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """The records of one tool about the machines it knows."""
    upper = pl.when(dice.below(0.4)).then(pl.col("host").str.to_uppercase()).otherwise("host")
    full = pl.concat_str("host", "domain", separator=".")
    swapped = pl.concat_str(pl.col("host").str.slice(1, 1), pl.col("host").str.slice(0, 1), pl.col("host").str.slice(2))
    blank = pl.lit(None, dtype=pl.String)
    serial = pl.when(dice.below(0.75)).then("serial").otherwise(dice.pick(NO_SERIAL))
    address = pl.concat_list(pl.when(dice.below(0.5) & pl.col("moved")).then("old_ip").otherwise("ip"))
    base = {"ip_address": pl.concat_list("ip"), "os_name": pl.col("system"), "memory_mb": pl.col("memory")}
    live, macs = ~pl.col("retired"), pl.concat_list("mac")
    fqdn = pl.when(dice.below(0.6)).then(full).otherwise(blank)
    views: dict[str, tuple[pl.Expr, dict[str, pl.Expr]]] = {
        "hypervisor": (
            live & pl.col("vm"),
            {**base, "name": upper, "fqdn": fqdn, "uuid": pl.col("uuid"), "mac_address": macs},
        ),
        "cmdb": (
            pl.lit(True),
            {
                **base,
                "name": upper,
                "fqdn": fqdn,
                "serial_number": serial,
                "ip_address": address,
                "source_id": dice.digits(16),
                "lifecycle_status": pl.when("retired").then(pl.lit("retired")).otherwise(pl.lit("operational")),
            },
        ),
        "agent": (
            live,
            {**base, "name": upper, "fqdn": fqdn, "uuid": pl.col("uuid"), "serial_number": serial, "mac_address": macs},
        ),
        "sheet": (
            live,
            {
                "name": pl.when(dice.below(0.03)).then(swapped).otherwise(upper),
                "ip_address": pl.when(dice.below(0.5)).then(pl.concat_list("ip")),
            },
        ),
        "monitoring": (
            live,
            {"name": pl.when(dice.below(0.6)).then(full).otherwise(upper), "ip_address": pl.concat_list("ip")},
        ),
    }
    when, columns = views[tool]
    return known.filter(when).select("machine", **columns)


def estate(count: int, seed: int = 1) -> Estate:
    """About three records for each of `count` machines."""
    dice = Dice(seed + 500)
    truth = machines(count, seed).with_columns(row=pl.col("machine").cast(pl.Int64))
    found: list[pl.DataFrame] = []
    for ref, (tool, (share, _)) in enumerate(TOOLS.items()):
        seen = _seen(tool, truth.filter(dice.below(share)), dice).sample(fraction=1, shuffle=True, seed=seed)
        number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
        found.append(seen.with_columns(table_ref=pl.lit(ref, pl.Int32), row_number=number))
    records = pl.concat(found, how="diagonal").with_columns(record_id=pl.int_range(pl.len(), dtype=pl.Int64))
    tables = pl.DataFrame(
        {
            "table_ref": pl.Series(range(len(TOOLS)), dtype=pl.Int32),
            "import_ref": pl.Series(range(1, len(TOOLS) + 1), dtype=pl.Int32),
            "file_sha256": [f"sha-{tool}" for tool in TOOLS],
            "table_name": list(TOOLS),
            "source": list(TOOLS),
            "precedence": pl.Series(range(len(TOOLS)), dtype=pl.Int32),
            "as_of": pl.Series([None] * len(TOOLS), dtype=pl.Date),
            "record_kind": [kind for _, kind in TOOLS.values()],
            "role": ["asset"] * len(TOOLS),
        }
    )
    return Estate(records.drop("machine"), tables, records.select("record_id", "machine"))


def pairwise(truth: pl.DataFrame, links: pl.DataFrame) -> tuple[float, float]:
    """Precision and recall over pairs of records: of the pairs joined, and of the pairs to be joined."""
    both = truth.join(links, on="record_id").filter(pl.col("asset_no").is_not_null())

    def pairs(*by: str) -> int:
        return int(both.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())

    right = pairs("machine", "asset_no")
    return right / max(1, pairs("asset_no")), right / max(1, pairs("machine"))


def rows_of(made: Estate) -> list[Written]:
    """The records as rows of their tools."""
    tools, things = list(TOOLS), dict(made.truth.iter_rows())
    place = ("record_id", "table_ref", "row_number")
    rows: list[Written] = []
    for row in made.records.iter_rows(named=True):
        tool = tools[row["table_ref"]]
        said = {name: value for name, value in row.items() if value is not None and name not in place}
        rows.append(Written(tool, tool, TOOLS[tool][1], things[row["record_id"]], said))
    return rows


def main(count: int, seed: int) -> None:
    made = estate(count, seed)
    began, cpu = time.perf_counter(), time.process_time()
    found = inventory(made.records, made.tables, [])
    took, used = time.perf_counter() - began, time.process_time() - cpu
    precision, recall = pairwise(made.truth, found.links)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    line = f"records {made.records.height} assets {found.assets.height} machines {made.truth['machine'].n_unique()}"
    _, bound = reachable(rows_of(made))
    line += f" precision {precision:.4f} recall {recall:.4f} recall of who does not guess {bound:.4f}"
    line += f" seconds {took:.2f} cpu {used:.2f} peak {peak} MiB"
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
