"""Edges against a recount of the same files by the standard library: as many, between the same, as often, as much."""

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from in_process import Commands

BESIDE = Path(__file__).parents[3] / "shared" / "data" / "files"  # their licences keep them out of this repository
Edge = tuple[str, str, str, str]  # source, target, port, protocol; '' where none is written
Row = dict[str, str]


@pytest.fixture
def muster(url: str, tmp_path: Path) -> Commands:
    return Commands(url, tmp_path / "home")


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def exported(muster: Commands, folder: Path, files: Iterable[Path]) -> list[Row]:
    done = muster.json("run", *files)
    assert done["refused"] == []
    assert muster.call("export", "edges", "-o", folder / "edges.csv").code == 0
    return rows(folder / "edges.csv")


def edge_of(row: Row) -> Edge:
    return (row["source"], row["target"], row["port"], row["protocol"])


def recount(
    files: Iterable[Path], names: dict[str, str], read: Callable[[Row], Edge]
) -> tuple[Counter[Edge], Counter[Edge]]:
    """How often each edge between known hosts is written, and the bytes written of it."""
    count, volume = Counter[Edge](), Counter[Edge]()
    for row in (row for file in files for row in rows(file)):
        source, target, port, protocol = read(row)
        if source in names and target in names:
            edge = (names[source], names[target], port, protocol.lower())
            count[edge] += 1
            volume[edge] += int(row.get("bytes") or 0)
    return count, volume


def netflow(row: Row) -> Edge:
    return row["source_ip"], row["dest_ip"], row["dest_port"], row["protocol"]


def flow_demo(row: Row) -> Edge:
    return netflow(row) if "source_ip" in row else (row["id.orig_h"], row["id.resp_h"], "", row["service"])


def test_edges_of_the_sample_flow_files_are_those_of_a_plain_recount(muster: Commands, tmp_path: Path) -> None:
    folder = BESIDE / "flow-demo"
    if not folder.is_dir():
        pytest.skip("the sample flow files beside the checkout are not here")
    hosts, flows = folder / "ad_data.csv", [folder / "netflow.csv", folder / "zeek.csv"]
    names = {row["ip_address"]: row["hostname"].lower() for row in rows(hosts)}
    found = exported(muster, tmp_path, [hosts, *flows])
    count, volume = recount(flows, names, flow_demo)
    assert len(count) == 1496
    assert {edge_of(row): int(row["count"]) for row in found} == count
    assert {edge_of(row): int(row["bytes"] or 0) for row in found} == volume


def test_edges_of_flows_made_by_chance_are_those_of_a_plain_recount(muster: Commands, tmp_path: Path) -> None:
    chance = random.Random(5)
    hosts = {f"10.9.{at // 200}.{at % 200 + 1}": f"node{at:03}" for at in range(300)}
    ends = [*hosts, "172.31.9.9", "198.51.100.7"]  # two that no list knows
    (tmp_path / "hosts.csv").write_text(
        "hostname,ip_address,os\n" + "".join(f"{n},{a},RHEL 8\n" for a, n in hosts.items())
    )
    lines = ["source_ip,dest_ip,dest_port,protocol,bytes"]
    for _ in range(5_000):
        source, target = chance.sample(ends, 2)
        port, protocol = chance.choice(((443, "TCP"), (53, "UDP"), (1433, "TCP"), (22, "tcp"), (8443, "TCP")))
        lines += [f"{source},{target},{port},{protocol},{chance.randrange(40, 9_000)}"] * chance.choice((1, 1, 1, 3))
    (tmp_path / "flows.csv").write_text("\n".join(lines) + "\n")
    found = exported(muster, tmp_path, [tmp_path / "hosts.csv", tmp_path / "flows.csv"])
    count, volume = recount([tmp_path / "flows.csv"], hosts, netflow)
    assert {edge_of(row): (int(row["count"]), int(row["bytes"])) for row in found} == {
        edge: (number, volume[edge]) for edge, number in count.items()
    }
    left = {row["end"] for row in muster.json("dependency", "unresolved")}
    assert left == set(ends) - set(hosts)


def test_each_port_of_a_relation_is_a_dependency(muster: Commands, tmp_path: Path) -> None:
    (tmp_path / "servers.csv").write_text("Server Name,IP Address\nweb1,10.1.1.1\ndc1,10.1.1.2\nlog1,10.1.1.3\n")
    (tmp_path / "links.csv").write_text(
        "From Server,To Server,Relation Type,Protocol,Port\nweb1,dc1,uses,TCP,88/389\nweb1,log1,uses,UDP,514\n"
        'dc1,log1,uses,TCP,"tcp6/443, tcp/6514"\n'
    )
    found = exported(muster, tmp_path, [tmp_path / "servers.csv", tmp_path / "links.csv"])
    assert {edge_of(row) for row in found} == {
        ("web1", "dc1", "88", "tcp"), ("web1", "dc1", "389", "tcp"), ("web1", "log1", "514", "udp"),
        ("dc1", "log1", "443", "tcp"), ("dc1", "log1", "6514", "tcp"),
    }  # fmt: skip
