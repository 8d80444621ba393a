"""Socket dumps of ss and netstat: whose they are, what listens there, and what the phase remembers of them."""

from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.dependency_analysis.phase import Found, Told, compute
from muster.phases.dependency_analysis.socket_hosts import DUMP_SCHEMA, socket_hosts
from muster.phases.dependency_analysis.sockets import socket_claims
from muster.store.claims import LiveTable
from muster.store.frames import Rows, frame_of
from muster.store.packed import pack

IMPORT = UUID(int=7)
SS = """State  Recv-Q Send-Q  Local Address:Port    Peer Address:Port Process
LISTEN 0      128           0.0.0.0:5432        0.0.0.0:*
LISTEN 0      128         127.0.0.1:25          0.0.0.0:*
ESTAB  0      0            10.3.0.3:5432       10.3.0.1:50001
ESTAB  0      0            10.3.0.3:40100      10.3.0.3:5432
ESTAB  0      0          172.17.0.1:40101      10.3.0.2:443
ESTAB  0      0           127.0.0.1:40102     127.0.0.1:5432
"""
LINUX = """Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 0.0.0.0:5432            0.0.0.0:*               LISTEN
tcp        0      0 127.0.0.1:25            0.0.0.0:*               LISTEN
tcp        0      0 10.3.0.3:5432           10.3.0.1:50001          ESTABLISHED
tcp        0      0 10.3.0.3:40100          10.3.0.3:5432           ESTABLISHED
tcp        0      0 172.17.0.1:40101        10.3.0.2:443            ESTABLISHED
tcp        0      0 127.0.0.1:40102         127.0.0.1:5432          TIME_WAIT
"""
WINDOWS = """
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:5432           0.0.0.0:0              LISTENING       976
  TCP    127.0.0.1:25           0.0.0.0:0              LISTENING       976
  TCP    10.3.0.3:5432          10.3.0.1:50001         ESTABLISHED     4
  TCP    10.3.0.3:40100         10.3.0.3:5432          ESTABLISHED     4
  TCP    172.17.0.1:40101       10.3.0.2:443           ESTABLISHED     4
  TCP    127.0.0.1:40102        127.0.0.1:5432         TIME_WAIT       0
"""
ASSETS = Rows(
    b"0,web,server,10.3.0.1\n1,shop,server,10.3.0.2\n2,books,server,10.3.0.3\x1f10.4.0.3\n",
    ("id", "name", "asset_type", "ip_address"),
)


def found(path: Path, dump: str) -> Found:
    path.write_text(dump, encoding="utf-8")
    (table,) = intake.tables(path, Limits())
    blocks = [block for span in intake.spans(path, table, 1 << 20) for block in intake.read(path, table, span)]
    live = LiveTable(
        IMPORT, 1, 1, "", table.name, "", 50, None, table.record_kind, {name: at for name, at in table.locator.items()}
    )
    sockets = [(at, IMPORT, 1, list(table.columns), pack(block.frame)) for at, block in enumerate(blocks, 1)]
    return compute(Told([live], sockets, frame_of(ASSETS).rename({"id": "asset_no"})))


@pytest.mark.parametrize("dump", [SS, LINUX, WINDOWS], ids=["ss", "netstat on Linux", "netstat on Windows"])
def test_every_dump_becomes_the_same_edges(tmp_path: Path, dump: str) -> None:
    judged = found(tmp_path / "dump", dump)
    assert set(judged.edges.select("source_no", "target_no", "kind", "port").iter_rows()) == {
        (0, 2, "connection", 5432),
        (2, 1, "connection", 443),  # from a container's bridge, which no inventory knows: the dump's host all the same
    }
    assert judged.unresolved.is_empty()


@pytest.mark.parametrize("dump", [SS, LINUX, WINDOWS], ids=["ss", "netstat on Linux", "netstat on Windows"])
def test_what_is_no_edge_is_counted(tmp_path: Path, dump: str) -> None:
    judged = found(tmp_path / "dump", dump)
    assert (judged.self_edges, judged.left_out) == (1, {"loopback": 1})
    assert judged.services == judged.services_of_hosts > 0


def test_a_dump_of_a_host_that_nobody_knows_is_read_by_its_addresses(tmp_path: Path) -> None:
    judged = found(tmp_path / "dump", SS.replace("10.3.0.3", "10.9.9.9"))
    assert set(judged.unresolved["end_text"]) == {"10.9.9.9", "172.17.0.1"}
    assert judged.services_of_hosts == 0


def test_the_host_of_a_dump_is_the_asset_with_most_of_its_addresses() -> None:
    assets = pl.DataFrame(
        {"asset_no": [0, 1, 2], "ip_address": [["10.0.0.1", "10.0.1.1"], ["10.0.0.1", "10.0.0.2"], ["FE80::2"]]}
    )
    rows = [(0, "10.0.0.1"), (0, "10.0.1.1"), (1, "10.0.0.1"), (2, "fe80::2"), (3, "10.7.7.7")]
    hosts = socket_hosts(pl.DataFrame(rows, schema=DUMP_SCHEMA, orient="row"), assets)
    assert set(hosts.hosts.iter_rows()) == {(0, "10.0.0.1"), (2, "fe80::2")}  # two assets may own the dump 1


def test_what_listens_everywhere_is_open_on_addresses_that_the_dump_does_not_show() -> None:
    records = pl.DataFrame(
        {"record_id": [1], "file_ref": [1], "state": ["LISTEN"], "local": ["*:8080"], "peer": ["*:*"], "host_text": "a"}
    )
    services = socket_claims(records, pl.DataFrame({"host_text": ["a", "b"], "own": ["10.0.0.1", "10.0.0.2"]})).services
    assert services.select("host_text", "address", "port").rows() == [("a", "10.0.0.1", 8080)]


def test_ports_behind_dots_are_ports() -> None:
    """As BSD, macOS and AIX write them."""
    records = pl.DataFrame(
        {
            "record_id": [1, 2],
            "file_ref": [1, 1],
            "local": ["10.0.0.4.52345", "*.22"],
            "peer": ["10.0.0.9.443", "*.*"],
            "state": ["ESTABLISHED", "LISTEN"],
            "protocol": ["tcp4", "tcp4"],
        }
    )
    found = socket_claims(records)
    assert found.connections.claims.select("source_text", "target_text", "port").rows() == [
        ("10.0.0.4", "10.0.0.9", 443)
    ]
    assert found.services.select("address", "port").rows() == [("10.0.0.4", 22)]
