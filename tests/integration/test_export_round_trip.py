"""What an export says comes back through the product's own intake, or the report names it: over random estates (L9)."""

import asyncio
import csv
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import random_estate
from conftest import _execute, _named
from in_process import Pipeline, Upload, pipeline_on
from muster.exports.catalogue import all_targets
from muster.exports.export import Order, export
from muster.exports.machines import release_in_name
from muster.exports.outcome import Outcome
from muster.exports.target import Rows, VendorTarget
from muster.store.quality import RELEASE_IN_NAME
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

pytestmark = pytest.mark.integration
OF_ASSETS = [
    name
    for name, target in all_targets().items()
    if not isinstance(target, VendorTarget) or any(table.rows is Rows.ASSETS for table in target.tables)
]
COMPARED = ("name", "asset_type", *random_estate.FACTS)
ESTATES = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def running(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline at work for all examples of this module; each import is an engagement of its own."""
    name = f"exports_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    with (
        pipeline_on(_named(server, name), tmp_path_factory.mktemp("exports") / "spool") as pipeline,
        pipeline.working(),
    ):
        yield pipeline
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


def imported(running: Pipeline, *files: Path) -> Scope:
    """A fresh engagement that got these files."""
    scope = running.scope("Exports", uuid.uuid4().hex)
    running.take(scope, *(Upload(file) for file in files))
    return scope


def exported(running: Pipeline, scope: Scope, target: str, folder: Path) -> Outcome:
    """The files of a target, and its report, below `folder`."""
    order = Order(target, folder / target, folder / f"{target}.report.csv")

    async def act(tx: Tx) -> Outcome:
        return await export(tx, scope, order)

    return running.inside(scope, act)


def assets(running: Pipeline, scope: Scope) -> dict[str, dict[str, Any]]:
    """Every asset by id."""
    rows = running.fetch(scope, f"select id, {', '.join(COMPARED)} from assets")
    return {str(row["id"]): row for row in rows}


def reported(path: Path) -> dict[str, set[str]]:
    """The attributes that the report names, by asset id."""
    found: dict[str, set[str]] = {}
    with path.open() as file:
        for line in csv.DictReader(file):
            if not line["why"].startswith("written as it is"):
                found.setdefault(line["asset_id"], set()).add(line["attribute"])
    return found


@given(seed=st.integers(0, 2**32))
@ESTATES
def test_nothing_is_lost_that_the_report_does_not_name(
    running: Pipeline, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("round")
    first = imported(running, random_estate.write(folder / "estate.csv", random_estate.estate(seed)))
    before = assets(running, first)
    assert len(before) == 40
    found = {name: returned(running, first, before, name, folder) for name in OF_ASSETS}
    assert {name: sorted(lost) for name, (_, lost) in found.items() if lost} == {}
    kept = {name: facts for name, (facts, _) in found.items()}
    assert min(kept.values()) > 0  # a target that says nothing loses nothing, and proves nothing
    # Konveyor's file holds applications alone, and an estate of forty may have few of them.
    assert {name for name, facts in kept.items() if facts <= 5} <= {"konveyor_application_import"}


def test_the_database_reads_a_release_from_a_name_as_the_exports_do(running: Pipeline) -> None:
    lines = (Path(__file__).parent.parent / "pure/operating_system_names.txt").read_text().splitlines()
    names = sorted({line.split("\t")[0] for line in lines})
    query = f"select os_name, {RELEASE_IN_NAME} as release from unnest($1::text[]) os_name"
    stored = {row["os_name"]: row["release"] for row in running.fetch(None, query, names)}
    frame = pl.DataFrame({"os_name": names}).with_columns(release=release_in_name())
    assert dict(frame.iter_rows()) == stored
    assert sum(release is not None for release in stored.values()) > 300


def returned(
    running: Pipeline, scope: Scope, before: dict[str, dict[str, Any]], name: str, folder: Path
) -> tuple[int, list[str]]:
    """How many facts come back from a target's files, and those that neither do nor stand in its report."""
    kept, lost = 0, []
    outcome = exported(running, scope, name, folder)
    files = [made.path for made in outcome.files if made.rows]
    told = reported(folder / f"{name}.report.csv")
    after = assets(running, imported(running, *files)) if files else {}
    by_name = {asset["name"]: asset for asset in after.values()}
    target = all_targets()[name]
    one_way = set(target.one_way) if isinstance(target, VendorTarget) else set()
    for asset_id, asset in before.items():
        named = told.get(asset_id, set())
        if {"asset", "name"} & named:
            continue
        back = by_name.get(asset["name"], {})
        for attribute in set(COMPARED) - named - one_way:
            same = back.get(attribute) == asset[attribute]
            kept += same and asset[attribute] is not None
            if asset[attribute] is not None and not same:
                lost.append(f"{asset['name']} {attribute}: {asset[attribute]!r} became {back.get(attribute)!r}")
    return kept, lost
