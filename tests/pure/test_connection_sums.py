"""Sums of connections: equal for every cut of the records, and equal to a plain recount."""

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.dependency_analysis.connection_sums import AT_ONCE, SUM_SCHEMA, ordered, summed, together
from muster.phases.dependency_analysis.connections import connection_records, directed_claims
from muster.phases.dependency_analysis.traffic import traffic, traffic_columns

Row = tuple[str | None, int | None, str, int | None, str, int, int]
PORTS = (22, 443, 5432, 12_345, 20_000, 33_060, 40_000, 50_000, 60_001, None)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(("10.0.0.1", "10.0.0.2", "10.0.0.3", "127.0.0.1", None)),
        st.sampled_from(PORTS),
        st.sampled_from(("10.0.0.1", "10.0.0.4", "224.0.0.5")),
        st.sampled_from(PORTS),
        st.sampled_from(("6", "tcp", "17", "icmp")),
        st.integers(0, 10**12),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)


def records(rows: Sequence[Row]) -> pl.DataFrame:
    names = ("source_ip", "source_port", "destination_ip", "destination_port", "protocol", "bytes", "day")
    frame = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"source_ip": pl.String})
    seen = pl.datetime(2025, 1, 1, time_unit="us") + pl.duration(days=pl.col("day"))
    return connection_records(
        frame.with_columns(
            record_id=pl.int_range(pl.len()), destination_port=pl.col("destination_port").cast(pl.String),
            first_seen=seen, last_seen=seen, refused=pl.col("day") == 2,
            source_process=pl.when(pl.col("day") == 1).then(pl.lit("java")),
        )
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(RECORDS, st.integers(0, 40), st.booleans(), st.sampled_from((20, AT_ONCE)))
def test_any_cut_gives_the_same_sums(rows: Sequence[Row], cut: int, dated: bool, at_once: int) -> None:
    every = records(rows)
    moved = pl.Series(["10.0.0.1"]) if dated else None
    whole = together([summed(every)], moved)
    parts = [summed(part) for part in (every[cut:], every[:cut]) if part.height]
    found = together(parts, moved, at_once)
    assert ordered(found).equals(ordered(whole))
    claims, wanted = (directed_claims(one.with_columns(file_ref=pl.lit(1, pl.Int32))) for one in (found, whole))
    assert claims.claims.equals(wanted.claims)
    assert claims.left_out.equals(wanted.left_out)
    assert whole["count"].sum() == len(rows)
    assert whole["bytes"].sum() == sum(row[5] for row in rows)
    assert whole.schema == SUM_SCHEMA


@settings(max_examples=20, deadline=None)
@given(RECORDS)
def test_no_record_is_lost_between_claims_and_what_is_left_out(
    rows: Sequence[Row],
) -> None:
    found = directed_claims(together([summed(records(rows))]).with_columns(file_ref=pl.lit(1, pl.Int32)))
    counted = [*found.claims["count"], *found.left_out["count"]]
    assert sum(counted) == len(rows)


def test_a_long_query_writes_nothing_to_stdout() -> None:
    """DuckDB shows its progress where it takes a program for interactive: one without a file, as spawned ones are."""
    asked = "connected().execute(\"select current_setting('enable_progress_bar')\").fetchall()"
    program = f"from muster.phases.dependency_analysis.connection_sums import connected; print({asked})"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout == "[(False,)]\n"


def test_edges_are_those_of_a_plain_recount() -> None:
    """Half of the records are answers; a plain recount turns those by hand."""
    numbers = range(4_000)
    clients = [(f"10.1.0.{n % 40}", 32_768 + 7 * n % 28_000) for n in numbers]
    servers = [(f"10.2.0.{n % 9}", (443, 1433, 8080)[n % 9 % 3]) for n in numbers]
    talks = [(*client, *server, n) for client, server, n in zip(clients, servers, numbers, strict=True)]
    rows = [(c, e, s, p, "6", n, 0) if n % 2 else (s, p, c, e, "6", n, 0) for c, e, s, p, n in talks]
    wanted = Counter((client, server, port) for client, _, server, port, _ in talks)
    claims = directed_claims(together([summed(records(rows))]).with_columns(file_ref=pl.lit(1, pl.Int32))).claims
    found = {
        (a, b, port): count for a, b, port, count in claims.select("source_text", "target_text", "port", "count").rows()
    }
    assert found == dict(wanted)


@pytest.mark.parametrize(
    ("header", "text", "column", "value"),
    [
        ("Bytes", "1,024", "bytes", 1024),
        ("bytes", "1.2 M", "bytes", 1_200_000),
        ("orig_bytes", "-", "bytes", None),
        ("Flow Count", "7", "count", 7),
        ("nothing", "7", "count", 1),
        ("start", "1760000000", "first_seen", "2025-10-09 08:53:20.000000"),
        ("firstSeen", "1760000000123", "first_seen", "2025-10-09 08:53:20.123000"),
        ("First Detected", "2025-10-09T10:53:20+02:00", "first_seen", "2025-10-09 08:53:20.000000"),
        ("Start Time", "2025/10/09 08:53:20", "last_seen", "2025-10-09 08:53:20.000000"),
        ("Policy Decision", "Blocked", "refused", True),
        ("action", "ACCEPT", "refused", False),
    ],
)
def test_amounts_and_times_are_read_as_logs_write_them(header: str, text: str, column: str, value: object) -> None:
    found = traffic({1: pl.Series([text])}, traffic_columns([header]), 1)[column]
    shown = found.dt.strftime("%Y-%m-%d %H:%M:%S%.6f") if found.dtype == pl.Datetime("us") else found
    assert shown.to_list() == [value]


WRITTEN = {
    "1760000000": "2025-10-09 08:53:20", "1760000000123": "2025-10-09 08:53:20.123", "2025-10-09T08:53:20Z":
    "2025-10-09 08:53:20", "2025-10-09T10:53:20.5+02:00": "2025-10-09 08:53:20.5", "2025-10-09 08:53:20":
    "2025-10-09 08:53:20", "2025/10/09 08:53:20": "2025-10-09 08:53:20", "2025-10-09 08:53": "2025-10-09 08:53:00",
    "2025-10-09": "2025-10-09 00:00:00", " 2025-10-09 ": "2025-10-09 00:00:00", "-": None, "inf": None, "nan": None,
    "yesterday": None,
}  # fmt: skip


@given(st.lists(st.sampled_from([*WRITTEN, None])), st.booleans())
@settings(deadline=None)
def test_moments_of_any_forms_stand_beside_each_other_in_one_column(texts: list[str | None], words: bool) -> None:
    column = pl.Series(texts, dtype=pl.String)
    if words:
        column = column.cast(pl.Enum(sorted(WRITTEN)))
    found = traffic({1: column}, traffic_columns(["start"]), len(texts))["first_seen"]
    wanted = pl.Series([WRITTEN.get(text or "") for text in texts], dtype=pl.String)
    assert found.to_list() == wanted.str.to_datetime(time_unit="us").to_list()


@given(
    st.lists(
        st.sampled_from(["0", "7", "1024", "99999999", "1760000000", "1760000000123", "999999999999999999"]), min_size=1
    )
)
@settings(deadline=None)
def test_figures_are_read_the_same_beside_a_text(texts: list[str]) -> None:
    places = traffic_columns(["bytes", "start", "end", "count"])
    alone, beside = (
        traffic(dict.fromkeys(range(1, 5), pl.Series(values)), places, len(values)) for values in (texts, [*texts, "-"])
    )
    assert alone.rows() == beside.rows()[:-1]
