"""The compute port on a Dask cluster: the same function gives the same sums there as in processes of our own."""

import polars as pl
import pytest

from muster.flow.compute import Compute
from muster.phases.dependency_analysis.block_evidence import Connected, sum_block
from muster.phases.dependency_analysis.connection_sums import ordered, together
from muster.store.packed import pack
from muster.store.packed_frames import unpacked
from muster.store.packed_values import Origin, StoredBlock, pack_values
from muster.vocabulary.errors import UnexpectedFault, WorkerLost

COLUMNS = ("srcaddr", "dstaddr", "srcport", "dstport", "bytes", "start", "end")


def block(number: int, records: int = 3_000) -> Connected:
    """Both ways of the talks of some clients with a few servers."""
    at = [number * records + row for row in range(records)]
    client, server = [f"10.0.{n % 9}.{n % 50}" for n in at], [f"10.9.0.{n % 5}" for n in at]
    ephemeral, served = [str(33_000 + n % 20_000) for n in at], [("443", "5432", "8080")[n % 3] for n in at]
    asks = [n % 2 == 0 for n in at]
    columns = {
        "source_ip": [a if ask else b for a, b, ask in zip(client, server, asks, strict=True)],
        "destination_ip": [b if ask else a for a, b, ask in zip(client, server, asks, strict=True)],
        "source_port": [a if ask else b for a, b, ask in zip(ephemeral, served, asks, strict=True)],
        "destination_port": [b if ask else a for a, b, ask in zip(ephemeral, served, asks, strict=True)],
    }
    measures = [[str(n) for n in at], [str(1_760_000_000 + n) for n in at], [str(1_760_000_060 + n) for n in at]]
    raw = pl.DataFrame([pl.Series(str(at), texts) for at, texts in enumerate([*columns.values(), *measures], 1)])
    said = pl.DataFrame(columns).with_columns(
        pl.concat_list("source_ip"),
        pl.concat_list("destination_ip"),
        pl.col("source_port", "destination_port").cast(int),
    )
    origins: dict[str, Origin] = {}
    return Connected(number + 1, "connection", 1, COLUMNS, (), StoredBlock(pack(raw), pack_values(said, origins)))


async def all_sums(compute: Compute) -> pl.DataFrame:
    parts = [await compute.run(sum_block, block(number), 120) for number in range(3)]
    return ordered(together([unpacked(part.sums) for part in parts]))


async def test_a_cluster_and_a_process_pool_give_identical_results() -> None:
    distributed = pytest.importorskip("distributed")
    with Compute("processes", 2) as processes:
        own = await all_sums(processes)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Compute(cluster.scheduler_address.replace("tcp://", "dask://"), 2) as spread,
    ):
        assert (await all_sums(spread)).equals(own)
        with pytest.raises(UnexpectedFault):
            await spread.run(int, "seven", 60)
    # 9,000 records, counted once each, of five servers with one port per pair
    assert own["count"].sum() == 9_000
    assert own["decided"].all()
    assert own["bytes"].sum() == sum(range(9_000))


async def test_a_cluster_that_is_not_there_is_worth_another_attempt() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(WorkerLost):
        Compute("dask://127.0.0.1:1", 1)
