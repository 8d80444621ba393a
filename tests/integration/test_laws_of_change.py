"""The laws about looking before and after: previews, what-ifs, replays, the past, over random estates and histories."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_laws import PRECEDENCE, RARE, Case, File, built, cases, decide, estate

from conftest import _execute, _named
from in_process import Pipeline, pipeline_on
from muster.phases.asset_inventory.conditions import Condition
from muster.phases.data_import.begin import Offer, offer
from muster.store import lineage, moments
from muster.store.digest import digest
from muster.store.transaction import Tx
from muster.vocabulary import clock
from muster.vocabulary.scope import Scope
from muster.what_if import deciding
from muster.what_if.changing import Outcome, change
from muster.what_if.deciding import Decision, make
from muster.what_if.importing import import_at_once
from muster.what_if.past import as_of
from muster.why import value_of, why

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def running(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline at work for all examples of this module; each example is an engagement of its own."""
    name = f"change_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    with pipeline_on(_named(server, name), tmp_path_factory.mktemp("change") / "spool") as pipeline, pipeline.working():
        yield pipeline
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("estates")


RULES = st.one_of(
    st.builds(
        deciding.precedence,
        st.sampled_from(sorted(PRECEDENCE)),
        st.integers(0, 200),
        st.sampled_from([None, "name", "os_name", "environment"]),
    ),
    st.builds(deciding.policy, st.sampled_from(sorted(PRECEDENCE)), st.sampled_from(["stale", "retire"]), st.just(20)),
    st.builds(deciding.rule, st.sampled_from(["name", "serial_number", "source_name"]), st.just({"on": False})),
    st.just(deciding.rule("least_score", {"score": 0.9})),
    st.just(deciding.where("exclude", [Condition("environment", "=", "test")], {})),
    st.just(
        deciding.where("prefer", [Condition("source", "=", "scan")], {"value": "replace", "attributes": ["os_name"]})
    ),
)


def offered(file: File, folder: Path) -> Offer:
    upload = file.written(folder)
    return offer(upload.path, upload.source, upload.precedence, upload.as_of, "auto", 1 << 30)


def adopted(running: Pipeline, scope: Scope, made: Sequence[Decision], **how: Any) -> Outcome:
    """Decisions in one change, looked at or made."""

    async def act(tx: Tx) -> list[int]:
        return [await make(tx, scope, one, "test", "") for one in made]

    return running.wait(change(running.database, scope, act, **how))


@settings(RARE, max_examples=4)
@given(cases(), st.lists(RULES, max_size=2))
def test_law_3_the_digest_of_a_preview_is_the_digest_of_the_commit(
    running: Pipeline, folder: Path, case: Case, rules: list[Decision]
) -> None:
    *first, last = range(len(case.files))
    scope = built(running, folder, replace(case, decisions=()), first)
    adopted(running, scope, rules)
    for said in case.decisions:
        decide(running, scope, case, said)
    before = running.digest(scope)

    async def act(tx: Tx) -> None:
        await import_at_once(running.engine, tx, scope, [offered(case.files[last], folder)], "test")

    shown = running.wait(change(running.database, scope, act, preview=True))
    assert running.digest(scope) == before
    running.take(scope, case.files[last].written(folder))
    assert running.digest(scope) == shown.digest
    assert shown.changes is not None and shown.changes["digest_before"] == before


@settings(RARE, max_examples=4)
@given(cases(), st.lists(RULES, min_size=1, max_size=3))
def test_a_what_if_shows_what_adopting_it_does(
    running: Pipeline, folder: Path, case: Case, rules: list[Decision]
) -> None:
    scope = built(running, folder, case, range(len(case.files)))
    shown = adopted(running, scope, rules, preview=True)
    again = adopted(running, scope, rules, preview=True)
    assert shown.changes == again.changes
    done = adopted(running, scope, rules, expect=shown.digest)
    assert done.digest == shown.digest == running.digest(scope)
    assert running.violations(scope) == {}
    back = adopted(running, scope, [], preview=True)
    assert back.changes is not None and back.changes["equal"]


@settings(RARE, max_examples=4)
@given(cases(), st.lists(RULES, max_size=2), st.randoms(use_true_random=False))
def test_law_5_every_cell_replays_to_the_value_shown(
    running: Pipeline, folder: Path, case: Case, rules: list[Decision], random: Any
) -> None:
    scope = built(running, folder, case, range(len(case.files)))
    adopted(running, scope, rules)

    async def act(tx: Tx) -> list[tuple[object, ...]]:
        wrong: list[tuple[object, ...]] = []
        rows = await lineage.assets(tx, scope, {}, 1000, None)
        for row in random.sample(rows, min(4, len(rows))):
            asset_id = await lineage.find_asset(tx, scope, str(row["asset_id"]))
            asset = await lineage.asset(tx, scope, asset_id)
            for attribute in ("owner", "os_name", "environment", "memory_mb", "serial_number", "ip_address"):
                told = await why(tx, scope, asset_id, attribute)
                won = [claim["value"] for claim in told["claims"] if claim["standing"] == "won"]
                shown = value_of(asset, attribute)
                edited = told["reason"].startswith("a person edited")
                held = (
                    sorted({one for value in won for one in value}) if isinstance(shown, list) else (won or [None])[0]
                )
                if told["value"] != shown or (not edited and held != shown):
                    wrong.append((asset["name"], attribute, shown, told))
        return wrong

    assert running.inside(scope, act) == []


@settings(RARE, max_examples=4)
@given(cases(), st.randoms(use_true_random=False))
def test_law_9_a_merge_that_is_split_gives_both_halves_back_with_their_decisions(
    running: Pipeline, folder: Path, case: Case, random: Any
) -> None:
    scope = built(running, folder, case, range(len(case.files)))
    rows = running.inside(scope, lambda tx: lineage.assets(tx, scope, {}, 1000, None))
    if len(rows) < 2:
        return
    one, other = (str(row["asset_id"]) for row in random.sample(rows, 2))

    async def merged(tx: Tx) -> dict[str, Any]:
        for asset, owner in ((one, "Ann"), (other, "Bob")):
            await make(tx, scope, await deciding.lock(tx, scope, asset, "owner", owner), "test", "")
        before = await digest(tx, scope)
        made = await deciding.merge(tx, scope, [one, other])
        await make(tx, scope, made, "test", "")
        return {"before": before, "merge": made}

    told = running.inside(scope, merged)
    apart = Decision("split", told["merge"].subject, {})
    assert adopted(running, scope, [apart]).digest == told["before"]
    assert running.violations(scope) == {}


@settings(RARE, max_examples=3)
@given(cases(), st.lists(RULES, min_size=1, max_size=2), st.data())
def test_the_inventory_of_any_moment_has_the_digest_of_then(
    running: Pipeline, folder: Path, case: Case, rules: list[Decision], data: st.DataObject
) -> None:
    scope = estate(running)
    digests = {}
    imported = []
    steps: list[Any] = [*case.files, *rules, "undo", *case.decisions[:1]]
    for step in data.draw(st.permutations(steps)):
        if isinstance(step, File):
            imported += running.take(scope, step.written(folder))
        elif isinstance(step, Decision):
            adopted(running, scope, [step])
        elif step == "undo" and imported:
            running.undo(scope, imported.pop().import_id)
        elif step != "undo":
            decide(running, scope, case, step)
        digests[clock.now()] = running.digest(scope)

    async def at(moment: Any) -> str:
        async with as_of(running.database, scope, moment) as tx:
            return await digest(tx, scope)

    assert {moment: running.wait(at(moment)) for moment in digests} == digests
    assert running.digest(scope) == list(digests.values())[-1]
    assert len(running.inside(scope, lambda tx: moments.history(tx, scope))) >= len(case.files)
