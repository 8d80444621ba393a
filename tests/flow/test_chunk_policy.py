"""A chunk that cannot be cleansed stops the flow, is tried again, or is set aside with its reason."""

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import _execute, _named
from in_process import Pipeline, Upload, pipeline_on
from muster.flow.phase import Phase
from muster.phases.data_cleansing.phase import RawBlock, clean
from muster.settings import read
from muster.vocabulary.errors import StepTimeout, UnexpectedFault, UsageError

POISON = "web150"


@pytest.fixture(scope="module")
def url_of_module(server: str, template: str) -> Iterator[str]:
    name = f"chunks_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    yield _named(server, name)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def pipe(url_of_module: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    with pipeline_on(url_of_module, tmp_path_factory.mktemp("spool")) as found:
        yield found


def failing(phases: Mapping[str, Phase], error: Exception) -> dict[str, Phase]:
    """The phases, with a cleansing that fails at one chunk."""

    def broken(raw: RawBlock) -> Any:
        if (raw.frame().get_column("1") == POISON).any():
            raise error
        return clean(raw)

    phase = phases["data_cleansing"]
    steps = {**phase.steps, "block": replace(phase.steps["block"], run=broken)}
    return {**phases, "data_cleansing": replace(phase, steps=steps)}


def taken(
    pipe: Pipeline, folder: Path, policy: str, error: Exception, retries: int = 1, chunk_records: int = 50_000
) -> tuple[str, list[dict[str, Any]], list[str]]:
    """How a flow with one broken chunk ends: status, its records, and the outcomes of the chunk's attempts."""
    scope = pipe.scope(uuid.uuid4().hex, "E")
    file = folder / "servers.csv"
    rows = "".join(f"web{at:03},SN-{at:05},Production,Ubuntu 22.04 LTS\n" for at in range(300))
    file.write_text(f"Name,Serial Number,Environment,OS\n{rows}")
    whole = pipe.engine
    settings = {**whole.settings, "chunk_policy": policy, "chunk_retries": retries, "chunk_records": chunk_records}
    pipe.engine = replace(whole, phases=failing(whole.phases, error), settings=settings)
    try:
        with pipe.working():
            [row] = pipe.rest(scope, [pipe.begin(scope, Upload(file))])
    finally:
        pipe.engine = whole
    records = pipe.fetch(
        scope,
        """select is_valid, cleansed_data is null as empty, validation_errors->>'code' as code,
          coalesce(raw_data->>'Name', raw_data->>0) as name from raw_import_records""",
    )
    events = pipe.fetch(
        scope,
        """select outcome from flow_event where step = 'block' and phase = 'data_cleansing' and outcome <> 'done'
        order by id""",
    )
    return row.status, records, [event["outcome"] for event in events]


def test_chunk_policy_skip_sets_the_chunk_aside_and_goes_on(pipe: Pipeline, tmp_path: Path) -> None:
    status, records, outcomes = taken(pipe, tmp_path, "skip", UnexpectedFault("Broken chunk."))
    aside = [row for row in records if not row["is_valid"]]
    assert (status, outcomes, len(records)) == ("completed", ["skipped"], 300)
    assert {row["code"] for row in aside} == {"chunk_skipped"}
    assert POISON in {row["name"] for row in aside}
    assert 0 < len(aside) < 300
    assert not any(row["empty"] for row in records if row["is_valid"])


def test_chunk_policy_skips_no_more_than_a_chunk_of_the_records_that_were_asked_for(
    pipe: Pipeline, tmp_path: Path
) -> None:
    status, records, _ = taken(pipe, tmp_path, "skip", UnexpectedFault("Broken chunk."), chunk_records=10)
    aside = {row["name"] for row in records if not row["is_valid"]}
    assert (status, len(records)) == ("completed", 300)
    assert POISON in aside
    assert 0 < len(aside) <= 10


def test_chunk_policy_skip_comes_after_the_retries(pipe: Pipeline, tmp_path: Path) -> None:
    status, _, outcomes = taken(pipe, tmp_path, "skip", StepTimeout())
    assert (status, outcomes) == ("completed", ["retry", "skipped"])


def test_chunk_policy_retry_tries_again_and_then_stops(pipe: Pipeline, tmp_path: Path) -> None:
    status, records, outcomes = taken(pipe, tmp_path, "retry", StepTimeout())
    assert (status, outcomes) == ("failed", ["retry", "failed"])
    assert all(row["is_valid"] for row in records)


def test_chunk_policy_stop_does_not_try_again(pipe: Pipeline, tmp_path: Path) -> None:
    status, _, outcomes = taken(pipe, tmp_path, "stop", StepTimeout())
    assert (status, outcomes) == ("failed", ["failed"])


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("CHUNK_POLICY", "ignore"),
        ("CHUNK_RETRIES", "0"),
        ("CHUNK_RETRIES", "11"),
        ("CHUNK_RECORDS", "9"),
        ("CHUNK_RECORDS", "50001"),
    ],
)
def test_chunk_policy_settings_are_checked(monkeypatch: pytest.MonkeyPatch, name: str, wrong: str) -> None:
    monkeypatch.setenv(f"MUSTER_{name}", wrong)
    with pytest.raises(UsageError, match=name):
        read()
