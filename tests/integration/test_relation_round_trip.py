"""Dependencies and disks that an export says come back through the intake, or the report names them (L9)."""

import asyncio
import csv
import random
import uuid
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import _execute, _named
from in_process import Pipeline, Upload, pipeline_on
from muster.exports.catalogue import all_targets
from muster.exports.export import Order, export
from muster.exports.outcome import Outcome
from muster.exports.target import Rows, VendorTarget
from muster.store import inventory_reading
from muster.store.inventory_reading import Take
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

pytestmark = pytest.mark.integration
FACTS = {
    Rows.EDGES: ("kind", "port", "protocol", "source_process", "target_process"),
    Rows.DISKS: ("disk", "size_gb", "used_gb"),
}
ENDS = {Rows.EDGES: ("source", "target"), Rows.DISKS: ("name",)}
READERS: dict[Rows, Callable[[Tx, Scope, Take], Awaitable[None]]] = {
    Rows.EDGES: inventory_reading.edges,
    Rows.DISKS: inventory_reading.disks,
}
WHOLE = {Rows.EDGES: "dependency", Rows.DISKS: "disk"}
KINDS = ("Depends on", "Uses", "Connects to", "Runs on", "Member of", "Hosts")
Thing = dict[str, Any]
TARGETS = {
    name: {table.rows for table in target.tables} - {Rows.ASSETS}
    for name, target in all_targets().items()
    if isinstance(target, VendorTarget) and any(table.rows is not Rows.ASSETS for table in target.tables)
}


@pytest.fixture(scope="module")
def running(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline at work for all examples of this module; each import is an engagement of its own."""
    name = f"related_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    with (
        pipeline_on(_named(server, name), tmp_path_factory.mktemp("related") / "spool") as pipeline,
        pipeline.working(),
    ):
        yield pipeline
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


def written(path: Path, rows: list[Thing]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def estate(folder: Path, seed: int) -> list[Path]:
    """Machines and applications, lists of what relates to what and of connections, and the disks of the machines."""
    chance = random.Random(seed)
    machines = [f"host{at:02}" for at in range(12)]
    things = [
        {"name": name, "asset_type": kind, "ip_address": f"10.7.0.{at + 1}", "os_name": "RHEL 7.9", "cpu_cores": 2,
         "memory_mb": 4096, "is_virtual": str(kind == "virtual_machine").lower()}
        for at, name in enumerate(machines) for kind in [chance.choice(("server", "virtual_machine"))]
    ]  # fmt: skip
    applications = [f"Service {at}" for at in range(5)]
    things += [{**dict.fromkeys(things[0]), "name": name, "asset_type": "application"} for name in applications]
    pairs = {tuple(chance.sample([*machines, *applications], 2)) for _ in range(30)}
    relations = [
        {"Source": source, "Target": target, "Relationship Type": chance.choice(KINDS),
         "Port": chance.choice(["", "", "443", "1521", "8080"]), "Protocol": chance.choice(["", "TCP", "UDP"])}
        for source, target in sorted(pairs)
    ]  # fmt: skip
    flows = [
        {"Source IP": f"10.7.0.{source + 1}", "Destination IP": f"10.7.0.{target + 1}", "Destination Port": port,
         "Protocol": chance.choice(["tcp", "udp"]), "Source Process": chance.choice(["java", "httpd", ""]),
         "Destination Process": {"1433": "sqlservr", "22": "sshd", "5432": "postgres; pgbouncer"}[port]}
        for source, target in (chance.sample(range(12), 2) for _ in range(20))
        for port in [chance.choice(["1433", "22", "5432"])]
    ]  # fmt: skip
    disks = [
        {"Server Name": name, "Disk": disk, "Capacity (GB)": size, "Used (GB)": chance.choice(["", size / 4])}
        for name in machines
        for disk in chance.sample(["C:", "D:", "/data", "sda1", "Hard disk 2"], chance.randint(0, 3))
        for size in [chance.choice([40, 80.5, 512, 2048])]
    ]
    tables = {"things": things, "relations": relations, "flows": flows, "disks": disks}
    return [written(folder / f"{name}.csv", rows) for name, rows in tables.items() if rows]


def imported(running: Pipeline, archive: Path, *files: Path) -> Scope:
    """A fresh engagement that got these files, as one archive: a flow for each takes several times as long."""
    with zipfile.ZipFile(archive, "w") as packed:
        for file in files:
            packed.write(file, file.name)
    scope = running.scope("Exports", uuid.uuid4().hex)
    running.take(scope, Upload(archive))
    return scope


def exported(running: Pipeline, scope: Scope, target: str, folder: Path) -> Outcome:
    async def act(tx: Tx) -> Outcome:
        return await export(tx, scope, Order(target, folder / target, folder / f"{target}.report.csv"))

    return running.inside(scope, act)


def told(running: Pipeline, scope: Scope, rows: Rows) -> list[Thing]:
    """Every edge or disk: its ends by name, its facts, and the id that lines of a report are about."""
    pieces: list[pl.DataFrame] = []

    async def take(piece: pl.DataFrame) -> None:
        pieces.append(piece)

    running.inside(scope, lambda tx: READERS[rows](tx, scope, take))
    found = pl.concat(pieces) if pieces else pl.DataFrame()
    named = {"disk_name": "disk", "source_id": "id"} if rows is Rows.EDGES else {"disk_name": "disk"}
    return found.rename({old: new for old, new in named.items() if old in found.columns}).to_dicts()


def reported(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with path.open() as file:
        for line in csv.DictReader(file):
            found.setdefault(line["asset_id"], set()).add(line["attribute"])
    return found


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
def test_no_dependency_and_no_disk_is_lost_that_the_report_does_not_name(
    running: Pipeline, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("round")
    first = imported(running, folder / "estate.zip", *estate(folder, seed))
    (assets,) = exported(running, first, "csv", folder).files
    kept: dict[tuple[str, Rows], int] = {}
    lost: list[str] = []
    for name, kinds in TARGETS.items():
        files = [
            made.path for made in exported(running, first, name, folder).files if made.rows and not made.incomplete
        ]
        again = imported(running, folder / f"{name}.zip", assets.path, *files)
        named = reported(folder / f"{name}.report.csv")
        for rows in kinds:
            back = told(running, again, rows)
            for thing in told(running, first, rows):
                silent = named.get(thing["id"], set())
                if {WHOLE[rows], "asset"} & silent:
                    continue
                same = [*ENDS[rows], *(fact for fact in FACTS[rows] if fact not in silent and thing[fact] is not None)]
                found = any(all(other[fact] == thing[fact] for fact in same) for other in back)
                kept[name, rows] = kept.get((name, rows), 0) + found
                lost += [] if found else [f"{name}: {[thing[fact] for fact in same]}"]
    assert lost == [], "\n".join(lost)
    assert min(kept.values()) > 0
    assert {rows for _, rows in kept} == {Rows.EDGES, Rows.DISKS}
