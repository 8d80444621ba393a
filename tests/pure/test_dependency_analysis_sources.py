"""What records, flow logs and socket dumps say, written as claims."""

import polars as pl

from muster.phases.dependency_analysis.claims import attribute_claims, names, relation_claims
from muster.phases.dependency_analysis.connections import Connections, connection_claims
from muster.phases.dependency_analysis.edges import CLAIM_SCHEMA
from muster.phases.dependency_analysis.sockets import socket_claims

FLOW = {"source_ip": pl.List(pl.String), "source_port": pl.Int64, "destination_ip": pl.List(pl.String)}


def _flows(*rows: tuple[str, int | None, str, int | str | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "record_id": range(len(rows)),
            "file_ref": [1] * len(rows),
            "source_ip": [[row[0]] for row in rows],
            "source_port": [row[1] for row in rows],
            "destination_ip": [[row[2]] for row in rows],
            "destination_port": [None if row[3] is None else str(row[3]) for row in rows],
            "protocol": [row[4] for row in rows],
        },
        schema_overrides={"record_id": pl.Int64, "file_ref": pl.Int32, **FLOW},
    )


def _seen(found: Connections) -> set[tuple[str, str, int | None, str, int]]:
    return set(found.claims.select("source_text", "target_text", "port", "protocol", "count").iter_rows())


def test_both_directions_of_a_flow_are_one_claim_to_the_serving_end() -> None:
    found = connection_claims(
        _flows(
            ("10.0.0.1", 51000, "10.0.0.9", 443, "TCP"),
            ("10.0.0.9", 443, "10.0.0.1", 51000, "6"),
            ("10.0.0.1", 51001, "10.0.0.9", 443, "tcp"),
            ("10.0.0.2", 40000, "10.0.0.9", 443, "17"),
        )
    )
    assert _seen(found) == {("10.0.0.1", "10.0.0.9", 443, "tcp", 3), ("10.0.0.2", "10.0.0.9", 443, "udp", 1)}


def test_of_two_unknown_ports_the_one_with_more_peers_serves() -> None:
    found = connection_claims(
        _flows(
            ("10.0.0.9", 12345, "10.0.0.1", 23456, "tcp"),
            ("10.0.0.9", 12345, "10.0.0.2", 23457, "tcp"),
            ("10.0.0.3", 23458, "10.0.0.9", 12345, "tcp"),
        )
    )
    assert _seen(found) == {(f"10.0.0.{last}", "10.0.0.9", 12345, "tcp", 1) for last in (1, 2, 3)}


def test_what_joins_no_two_assets_is_left_out_and_counted() -> None:
    found = connection_claims(
        _flows(
            ("127.0.0.1", None, "127.0.0.1", 80, "tcp"),
            ("10.0.0.1", None, "224.0.0.251", 5353, "udp"),
            ("10.0.0.1", None, "255.255.255.255", 67, "udp"),
            ("10.0.0.1", None, "fe80::1", 80, "tcp"),
            ("10.0.0.1", None, "10.0.0.9", 443, "tcp"),
            ("10.0.0.9", None, "10.0.0.1", 50123, "tcp"),
        )
    )
    assert _seen(found) == {("10.0.0.1", "10.0.0.9", 443, "tcp", 1)}
    assert dict(found.left_out.iter_rows()) == {
        "loopback": 1,
        "multicast": 1,
        "broadcast": 1,
        "link_local": 1,
        "return_traffic": 1,
    }


def test_a_service_that_changes_its_port_is_one_claim_without_a_port() -> None:
    moving = [("10.0.0.1", None, "10.0.0.9", port, "tcp") for port in range(49200, 49206)]
    steady = [("10.0.0.2", None, "10.0.0.9", 50001, "tcp")]
    found = connection_claims(_flows(*moving, *steady))
    assert _seen(found) == {("10.0.0.1", "10.0.0.9", None, "tcp", 6), ("10.0.0.2", "10.0.0.9", 50001, "tcp", 1)}


def test_an_end_known_by_name_and_address_keeps_both() -> None:
    record = pl.DataFrame(
        {
            "record_id": [1],
            "file_ref": [1],
            "relationship_source": ["app7"],
            "relationship_target": [" "],
            "destination_ip": [["10.0.0.9"]],
            "destination_port": [1433],
        }
    )
    found = connection_claims(record).claims
    assert found.select("source_text", "target_text", "target_other", "port").rows() == [
        ("app7", "10.0.0.9", None, 1433)
    ]


def test_a_relation_row_is_one_claim_per_port() -> None:
    found = relation_claims(
        pl.DataFrame(
            {
                "record_id": [1, 2, 3],
                "file_ref": [4, 4, 4],
                "relationship_source": ["Mail", "Portal", None],
                "relationship_target": ["Portal", "Directory", None],
                "relationship_type": ["output", "input", "x"],
                "destination_port": ["443", "88/389/445", None],
                "protocol": ["HTTPS", "LDAP", None],
            }
        )
    )
    assert found.schema == pl.Schema(CLAIM_SCHEMA)
    assert found.select("source_text", "target_text", "port", "protocol", "relation_type").rows() == [
        ("Mail", "Portal", 443, "https", "output"),
        ("Portal", "Directory", 88, "ldap", "input"),
        ("Portal", "Directory", 389, "ldap", "input"),
        ("Portal", "Directory", 445, "ldap", "input"),
    ]


def test_a_row_that_names_itself_and_its_dependency_is_a_relation_too() -> None:
    row = pl.DataFrame(
        {
            "record_id": [1],
            "file_ref": [1],
            "name": ["Shop"],
            "depends_on": ["Stock"],
            "relationship_type": ["southbound"],
        }
    )
    found = relation_claims(row).select("kind", "source_text", "target_text", "relation_type").rows()
    assert found == [("depends_on", "Shop", "Stock", "southbound")]


def test_attributes_of_assets_are_claims() -> None:
    records = pl.DataFrame(
        [
            {
                "record_id": 1,
                "asset_no": 0,
                "asset_type": "virtual_machine",
                "name": "vm",
                "virtualization_host": "esx1",
            },
            {"record_id": 2, "asset_no": 1, "asset_type": "hypervisor", "name": "esx1", "virtualization_cluster": "c1"},
            {"record_id": 3, "asset_no": 2, "asset_type": "database", "name": "books", "hostname": "db9"},
            {"record_id": 4, "asset_no": 3, "asset_type": "application", "name": "CRM", "application_name": "CRM"},
            {"record_id": 5, "asset_no": 4, "asset_type": "server", "name": "s", "application_id": "A-1"},
            {"record_id": 6, "asset_no": 5, "asset_type": "application", "name": "ERP", "depends_on": "CRM; Mail"},
            {
                "record_id": 8,
                "asset_no": 6,
                "asset_type": "storage",
                "name": "ds",
                "virtualization_host": "esx1, esx2",
            },
            {"record_id": 7, "asset_no": None, "asset_type": "server", "name": "gone", "application_id": "A-1"},
        ],
        infer_schema_length=None,
    ).with_columns(file_ref=pl.lit(1, pl.Int32))
    said = attribute_claims(records)
    used = said.filter(pl.col("kind") == "uses").select("source_text", "target_asset_no", "source_asset_no")
    assert used.rows() == [("esx1, esx2", 6, None)]
    found = said.filter(pl.col("kind") != "uses").select("source_asset_no", "kind", "target_text").rows()
    assert set(found) == {
        (0, "runs_on", "esx1"),
        (1, "member_of", "c1"),
        (2, "runs_on", "db9"),
        (4, "member_of", "A-1"),
        (5, "depends_on", "CRM; Mail"),
    }
    assert set(names(records).filter(pl.col("asset_no") == 2).select("kind", "text").rows()) == {
        ("hostname", "db9"),
        ("name", "books"),
    }


def test_a_socket_dump_shows_who_asks_whom() -> None:
    lines = [
        ("tcp", "LISTEN", "0.0.0.0:5432", "0.0.0.0:*"),
        ("tcp", "LISTEN", "[::]:22", "[::]:*"),
        ("udp", "UNCONN", "127.0.0.53%lo:53", "0.0.0.0:*"),
        ("tcp", "ESTAB", "10.0.0.3:5432", "10.0.0.1:50001"),
        ("tcp", "ESTAB", "10.0.0.3:5432", "10.0.0.1:50002"),
        ("tcp", "ESTAB", "[::ffff:10.0.0.3]:22", "[::ffff:10.0.0.7]:61000"),
        ("tcp", "TIME-WAIT", "10.0.0.3:49990", "10.0.0.2:9999"),
        ("tcp", "ESTAB", "127.0.0.1:5000", "127.0.0.1:5432"),
        ("tcp6", "ESTABLISHED", "10.0.0.3:40100", "10.0.0.8:https"),
    ]
    records = pl.DataFrame(lines, schema=["protocol", "state", "local", "peer"], orient="row").with_columns(
        record_id=pl.int_range(pl.len()), file_ref=pl.lit(1), host_text=pl.lit("db1")
    )
    found = socket_claims(records)
    assert _seen(found.connections) == {
        ("10.0.0.1", "db1", 5432, "tcp", 2),
        ("10.0.0.7", "db1", 22, "tcp", 1),
        ("db1", "10.0.0.2", 9999, "tcp", 1),
        ("db1", "10.0.0.8", 443, "tcp", 1),
    }
    assert dict(found.connections.left_out.iter_rows()) == {"loopback": 1}
    assert {(address, port) for address, port in found.services.select("address", "port").iter_rows()} >= {
        ("10.0.0.3", 5432),
        ("10.0.0.3", 22),
        ("127.0.0.53", 53),
    }


def test_listening_says_which_end_serves_even_on_an_odd_port() -> None:
    lines = [("tcp", "LISTEN", "*:40001", "*:*"), ("tcp", "ESTAB", "10.0.0.3:40001", "10.0.0.1:1433")]
    records = pl.DataFrame(lines, schema=["protocol", "state", "local", "peer"], orient="row").with_columns(
        record_id=pl.int_range(pl.len()), file_ref=pl.lit(1), host_text=pl.lit(None, pl.String)
    )
    assert _seen(socket_claims(records).connections) == {("10.0.0.1", "10.0.0.3", 40001, "tcp", 1)}
