"""The bench measures what it says, in a database of its own, and its messy file is the same everywhere."""

import json
from pathlib import Path

import polars as pl
import pytest

from conftest import Muster
from muster.bench import connections, messy

ALWAYS = {"name", "ratio", "seconds", "yardstick_seconds", "peak_rss_bytes"}


def test_the_messy_file_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    contents = []
    for number, seed in enumerate((7, 7, 8)):
        messy.write(tmp_path / f"{number}.csv", 300, seed)
        contents.append((tmp_path / f"{number}.csv").read_bytes())
    assert contents[0] == contents[1] != contents[2]


def test_the_messy_file_has_thirty_columns_some_machines_twice_and_ragged_lines(tmp_path: Path) -> None:
    headers = messy.write(tmp_path / "messy.csv", 10_000)
    messy.write(tmp_path / "plain.csv", 10_000, ragged=False)
    ragged = set((tmp_path / "messy.csv").read_text().splitlines()) - set(
        (tmp_path / "plain.csv").read_text().splitlines()
    )
    frame = pl.read_csv(tmp_path / "plain.csv", infer_schema=False)
    machines = frame["MAC Address"].str.to_lowercase().str.replace_all("-", ":").n_unique()
    assert (len(headers), frame.height, len(ragged)) == (30, 10_000, 2)
    assert 8_900 < machines < 9_300


@pytest.mark.integration
def test_bench_pipeline_reports_its_ratio_and_touches_nobodys_data(muster: Muster, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    said = muster.json("bench", "pipeline", "--rows", "300", "--report", report)
    assert said == json.loads(report.read_text())
    assert said.keys() >= ALWAYS
    assert said["ratio"] == pytest.approx(said["seconds"] / said["yardstick_seconds"])
    assert len(said["phases"]) == 6
    assert muster.json("digest", code=None)["error"]["code"] == "tenant_missing"


@pytest.mark.integration
def test_bench_files_compares_small_files_onto_a_large_engagement_with_the_same_into_an_empty_one(
    muster: Muster,
) -> None:
    said = muster.json("bench", "files", "--rows", "300", "--files", "2")
    assert len(said["seconds_alone"]) == len(said["seconds_onto"]) == 2
    assert said["ratio"] == said["seconds"] / said["yardstick_seconds"]
    assert set(said["phases_onto"]) == set(said["phases_alone"]) and len(said["phases_alone"]) == 6


@pytest.mark.integration
def test_bench_second_compares_what_a_later_client_reads_before_and_after_statistics_know_it(muster: Muster) -> None:
    said = muster.json("bench", "second", "--rows", "300", "--read", "digest")
    assert said.keys() >= ALWAYS | {"import_seconds"}
    assert said["command_ratios"] == {"digest": said["ratio"]} and said["slowest"] == "digest"


def test_bench_inspect_reports_its_ratio_to_a_plain_read_of_the_same_file(muster: Muster) -> None:
    said = muster.json("bench", "inspect", "--rows", "300")
    assert said.keys() >= ALWAYS
    assert said["ratio"] == pytest.approx(said["seconds"] / said["yardstick_seconds"])
    assert (said["rows"], said["columns"]) == (300, 30)


def test_bench_connections_finds_the_edges_its_flow_log_was_written_from(tmp_path: Path) -> None:
    path = tmp_path / "flows.log"
    connections.write(path, 3_000)
    told = connections.to_edges(path)
    assert told["precision"] == 1.0
    assert told["sums"] == told["edges"] == told["recall"] * 200_000 > 2_900
    # Half of the records are answers, and the port that was handed out differs from one to the next.
    assert connections.group_by(path) > told["edges"]


@pytest.mark.integration
def test_bench_state_reports_and_refuses_a_bound_that_is_not_kept(muster: Muster) -> None:
    said = muster.json("bench", "state", "--flows", "10", "--assert-p99-ms", "0.001", code=1)
    assert said.keys() >= ALWAYS | {"p50_ms", "p99_ms"}
    assert said["moves"] >= 1000
