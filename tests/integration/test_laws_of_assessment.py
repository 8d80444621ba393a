"""What is found by looking at a change alone is what is found by looking at everything, over random histories."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_laws import RARE, Case, File, Said, cases, decide, estate

from conftest import _execute, _named
from in_process import Pipeline, pipeline_on
from muster.phases.dependency_analysis import reading
from muster.recompute import recompute
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

pytestmark = pytest.mark.integration

FINDINGS = """select asset_id, check_name, severity, message, remedy, confidence, detail, as_of from debt_finding
    order by asset_id, check_name, message, detail"""
TEXTS = """select check_name, severity, message, remedy, confidence, detail, as_of, assets from finding_text
    order by check_name, severity, message, remedy, confidence, detail"""
UNTOLD = """select id from asset
    where not exists (select 1 from finding_chunk where chunk = id >> 12 and judged is not null)"""
OF_DEPENDENCIES = ("edge", "refused_edge", "unresolved_end", "asset_group", "hub", "proposed_application")
# Rows as they are, without the numbers that are only theirs.
STORED = "select to_jsonb(t) - 'id' as stored from {table} t order by 1"


@pytest.fixture(scope="module")
def running(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline at work for all examples of this module; each example is an engagement of its own."""
    name = f"assessed_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    with (
        pipeline_on(_named(server, name), tmp_path_factory.mktemp("assessed") / "spool") as pipeline,
        pipeline.working(),
    ):
        yield pipeline
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("estates")


def seen(running: Pipeline, scope: Scope) -> tuple[list[dict[str, Any]], ...]:
    stored = [STORED.format(table=table) for table in OF_DEPENDENCIES]
    return tuple(running.fetch(scope, sql) for sql in (UNTOLD, FINDINGS, TEXTS, *stored))


async def everything(tx: Tx, scope: Scope) -> None:
    """Edges and findings as a computation that relies on nothing makes them."""
    for table in ("assessment_state", "evidence_block", "connection_block", "grouping_state", *OF_DEPENDENCIES):
        await tx.execute(f"delete from {table} where engagement_id = $1", scope.engagement_id)
    await recompute(tx, scope)


def crowd(rows: int) -> File:
    """Machines that no other record is about, so that most of the estate stays as it is."""
    header = "Server Name,Serial Number,IP Address,Operating System,Owner,Environment"
    systems = ("Windows Server 2012 R2", "Ubuntu 22.04", "AIX 7.2", "")
    lines = [f"crowd{n},CROWD{n:05},10.9.0.{n},{systems[n % 4]},{'Ann' if n % 3 else ''},prod" for n in range(rows)]
    return File("\n".join([header, *lines]).encode(), "cmdb", None, rows)


@settings(RARE, max_examples=6)
@given(cases(), st.booleans(), st.sampled_from([0, reading.AT_ONCE]), st.data())
def test_edges_and_findings_follow_every_change_as_if_all_were_found_anew(
    running: Pipeline, folder: Path, case: Case, crowded: bool, at_once: int, data: st.DataObject
) -> None:
    scope = estate(running)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "AT_ONCE", at_once)  # 0: blocks are read in parts of their own
        follow(running, folder, case, crowded, data, scope)


def follow(running: Pipeline, folder: Path, case: Case, crowded: bool, data: st.DataObject, scope: Scope) -> None:
    if crowded:
        running.take(scope, crowd(40).written(folder))
    steps: list[Any] = [
        *case.files,
        *case.decisions,
        *data.draw(st.lists(st.sampled_from(case.files), max_size=2, unique=True)),
    ]
    come: list[File] = []
    for step in data.draw(st.permutations(steps)):
        if isinstance(step, Said):
            decide(running, scope, case, step)
        elif step in come:
            running.undo(scope, running.begin(scope, step.written(folder)).import_id)
            come.remove(step)
        else:
            running.take(scope, step.written(folder))
            come.append(step)
        found = seen(running, scope)
        assert found[0] == []
        running.inside(scope, lambda tx: everything(tx, scope))
        assert seen(running, scope) == found


def test_only_what_changed_is_judged_again_unless_the_rules_or_the_day_did(running: Pipeline, folder: Path) -> None:
    scope = estate(running)
    running.take(scope, crowd(40).written(folder))
    before = seen(running, scope)
    spoil = "update finding_text set message = 'spoilt' where engagement_id = $1"

    async def spoilt(tx: Tx) -> None:
        await tx.execute(spoil, scope.engagement_id)
        await recompute(tx, scope)

    running.inside(scope, spoilt)
    assert {row["message"] for row in seen(running, scope)[1]} == {"spoilt"}
    for change in ("rules = 'of another release'", "as_of = as_of - 1", "edges = '1 1'"):

        async def other(tx: Tx, change: str = change) -> None:
            await tx.execute(f"update assessment_state set {change} where engagement_id = $1", scope.engagement_id)
            await recompute(tx, scope)

        running.inside(scope, other)
        judged_anew = "edges" not in change
        assert (seen(running, scope) == before) is judged_anew, change
        running.inside(scope, spoilt)
