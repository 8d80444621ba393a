"""How well the inventory finds an invented estate again when it comes as files of its tools, by the command line.

    python bench/identity_files.py MACHINES [SEED] [TOOL]

Six exports as such tools write them: a workbook of the hypervisor with its network cards in a sheet of their own, a
CMDB's CSV, an agent's JSON, a German sheet kept by hand, a monitoring list with semicolons, a scan without a header.
TOOL is `cmdb` or `monitoring`: that list loses its header too. MUSTER_HOME and the tenant are the caller's; nothing
else may stand in the engagement.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path

import polars as pl
import xlsxwriter

from estate_things import build
from estate_tools import Written, written

STAGES = {"production": "Produktion", "test": "Test", "development": "Entwicklung"}
# Header -> attribute, or a word that stands in every row after a "=".
VM = {
    "VM": "name",
    "Powerstate": "=poweredOn",
    "DNS Name": "fqdn",
    "CPUs": "=2",
    "Memory": "memory_mb",
    "Primary IP Address": "ip_address",
    "OS according to the configuration file": "os_name",
    "VM UUID": "uuid",
}
CARD = {"VM": "name", "Adapter": "=Vmxnet3", "Mac Address": "mac_address", "Connected": "=True", "VM UUID": "uuid"}
HOST = {
    "Host": "name",
    "CPU Model": "=Intel Xeon Gold",
    "ESX Version": "os_name",
    "Vendor": "manufacturer",
    "Model": "model",
    "Serial number": "serial_number",
    "UUID": "uuid",
}
CI = {
    "sys_id": "source_id",
    "name": "name",
    "sys_class_name": "asset_type",
    "fqdn": "fqdn",
    "ip_address": "ip_address",
    "mac_address": "mac_address",
    "serial_number": "serial_number",
    "manufacturer": "manufacturer",
    "model_id": "model",
    "os": "os_name",
    "asset_tag": "asset_tag",
    "u_environment": "environment",
    "operational_status": "lifecycle_status",
}
SHEET = {
    "Servername": "name",
    "IP-Adresse": "ip_address",
    "Umgebung": "environment",
    "Betriebssystem": "os_name",
    "Standort": "location",
}
NODE = {"Node Name": "name", "Polling IP": "ip_address", "Node Status": "=Up"}
SCANNED = {"address": "ip_address", "name": "hostname", "when": "=2026-05-04 10:00:00"}


@dataclass(frozen=True)
class Exported:
    """A table of a file, the tool it is of, and for each of its rows the number of the thing that it is about."""

    file: str
    table: str
    tool: str
    things: Sequence[int]


def _cells(row: Written, columns: Mapping[str, str]) -> list[str]:
    return [source[1:] if source.startswith("=") else _text(row.values.get(source)) for source in columns.values()]


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _csv(path: Path, rows: Sequence[Written], columns: Mapping[str, str], headed: bool, delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        pen = csv.writer(out, delimiter=delimiter)
        if headed:
            pen.writerow(columns)
        pen.writerows(_cells(row, columns) for row in rows)


def _sheet(
    book: xlsxwriter.Workbook, name: str, rows: Sequence[Written], columns: Mapping[str, str], title: str = ""
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write(0, 0, title)
    first = 2 if title else 0
    sheet.write_row(first, 0, list(columns))
    for at, row in enumerate(rows, first + 1):
        sheet.write_row(at, 0, [STAGES.get(cell, cell) if title else cell for cell in _cells(row, columns)])


def _hypervisor(folder: Path, rows: Sequence[Written], _: bool) -> list[Exported]:
    machines, hosts = ([row for row in rows if row.table == table] for table in ("vInfo", "vHost"))
    with xlsxwriter.Workbook(str(folder / "RVTools_export_all.xlsx")) as book:
        _sheet(book, "vInfo", machines, VM)
        _sheet(book, "vNetwork", [card for row in machines for card in _cards(row)], CARD)
        _sheet(book, "vHost", hosts, HOST)
    listed = {"vInfo": machines, "vHost": hosts}
    return [
        Exported("RVTools_export_all.xlsx", name, "vcenter", [row.thing for row in of]) for name, of in listed.items()
    ]


def _cards(row: Written) -> list[Written]:
    cards = row.values["mac_address"]
    return [
        Written(row.tool, "vNetwork", row.record_kind, row.thing, {**row.values, "mac_address": card})
        for card in (cards if isinstance(cards, list) else [])
    ]


def _agent(folder: Path, rows: Sequence[Written], _: bool) -> list[Exported]:
    said = [
        {
            "hostname": row.values["name"],
            "fqdn": row.values["fqdn"],
            "system_uuid": row.values["uuid"],
            "hardware": {
                "serial": row.values["serial_number"],
                "vendor": row.values["manufacturer"],
                "model": row.values["model"],
                "memory_mb": row.values["memory_mb"],
            },
            "os": {"name": row.values["os_name"]},
            "mac_addresses": row.values["mac_address"],
            "ip_addresses": row.values["ip_address"],
        }
        for row in rows
    ]
    (folder / "agents.json").write_text(json.dumps(said))
    return [Exported("agents.json", "", "agent", [row.thing for row in rows])]


def _by_hand(folder: Path, rows: Sequence[Written], _: bool) -> list[Exported]:
    with xlsxwriter.Workbook(str(folder / "Serverliste.xlsx")) as book:
        _sheet(book, "Server", rows, SHEET, "Serverliste Rechenzentrum, Stand Mai")
    return [Exported("Serverliste.xlsx", "Server", "sheet", [row.thing for row in rows])]


def _cmdb(folder: Path, rows: Sequence[Written], headed: bool) -> list[Exported]:
    listed = [row for row in rows if row.table == "ci"]
    _csv(folder / "cmdb_ci_server.csv", listed, CI, headed)
    return [Exported("cmdb_ci_server.csv", "", "cmdb", [row.thing for row in listed])]


def _monitoring(folder: Path, rows: Sequence[Written], headed: bool) -> list[Exported]:
    _csv(folder / "nodes.csv", rows, NODE, headed, ";")
    return [Exported("nodes.csv", "", "monitoring", [row.thing for row in rows])]


def _scan(folder: Path, rows: Sequence[Written], _: bool) -> list[Exported]:
    _csv(folder / "scan.csv", rows, SCANNED, headed=False)
    return [Exported("scan.csv", "", "scan", [row.thing for row in rows])]


WRITERS: Mapping[str, Callable[[Path, Sequence[Written], bool], list[Exported]]] = {
    "vcenter": _hypervisor,
    "cmdb": _cmdb,
    "agent": _agent,
    "sheet": _by_hand,
    "monitoring": _monitoring,
    "scan": _scan,
}


def _muster(*words: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / "muster"), *words], check=True)


def found_again(count: int, seed: int, unheaded: str) -> pl.DataFrame:
    """Every row of every tool: `tool`, `thing`, and the `asset` that it became."""
    rows = written(build(count, seed))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        exported = [
            table
            for tool, write in WRITERS.items()
            for table in write(folder, [row for row in rows if row.tool == tool], tool != unheaded)
        ]
        _muster("run", *sorted(str(path) for path in folder.iterdir()))
        _muster("export", "links", "-o", str(folder / "links.csv"))
        links = pl.read_csv(folder / "links.csv", infer_schema=False)
    return pl.concat(_of_table(links, table) for table in exported).with_row_index("record").with_columns(
        asset=pl.coalesce("asset_id", pl.col("record").cast(pl.String))
    )  # fmt: skip


def _of_table(links: pl.DataFrame, table: Exported) -> pl.DataFrame:
    own = links.filter(pl.col("file") == table.file, (pl.col("sheet") == table.table) | (table.table == ""))
    if own.height != len(table.things):
        raise SystemExit(f"{table.file}: {own.height} records were read of {len(table.things)} rows.")
    return own.sort(pl.col("row_number").cast(pl.Int64)).with_columns(
        tool=pl.lit(table.tool), thing=pl.Series(table.things)
    )


def _pairs(frame: pl.DataFrame, *by: str) -> int:
    return int(frame.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item() or 0)


def _between(found: pl.DataFrame, one: str, other: str) -> tuple[int, int, int]:
    """Pairs of records of two tools: of one thing, found of these, joined though of two things."""
    first, second = (
        found.filter(pl.col("tool") == tool).select("record", "thing", "asset", tool=pl.lit(tool))
        for tool in (one, other)
    )
    once = pl.col("record") < pl.col("record_right") if one == other else pl.lit(True)
    owed, joined = (first.join(second, on=key).filter(once) for key in ("thing", "asset"))
    right = owed.filter(pl.col("asset") == pl.col("asset_right")).height
    return owed.height, right, joined.filter(pl.col("thing") != pl.col("thing_right")).height


def main(count: int, seed: int, unheaded: str) -> None:
    found = found_again(count, seed, unheaded)
    right = _pairs(found, "thing", "asset")
    line = f"records {found.height} precision {right / max(1, _pairs(found, 'asset')):.4f}"
    sys.stdout.write(f"{line} recall {right / max(1, _pairs(found, 'thing')):.4f}\n")
    for one, other in combinations_with_replacement(WRITERS, 2):
        owed, known, wrong = _between(found, one, other)
        if owed or wrong:
            sys.stdout.write(f"  {one:10} {other:10} owed {owed:6} found {known / max(1, owed):.4f} wrong {wrong}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1, sys.argv[3] if len(sys.argv) > 3 else "")
