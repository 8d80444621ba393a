"""Columns that mean something beside each other: twins for two ends, measurements, general words, names that repeat."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.data_import.kinds.record_kind import record_kind
from muster.phases.field_mapping.header import read_header
from muster.phases.field_mapping.paired_ends import paired_ends
from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.table import ColumnProfile, Suggestion

HOSTS = ("web01", "web02", "db01", "db02")


def mapped(kind: str, *columns: tuple[str, Sequence[str]]) -> dict[str, Suggestion]:
    profiles = [
        ColumnProfile(place, header, 4, len(values), tuple(dict.fromkeys(values)), len(set(values)))
        for place, (header, values) in enumerate(columns, 1)
    ]
    return {found.source: found for found in suggest(profiles, kind)}


@pytest.mark.parametrize(
    "headers",
    [
        ("Dispositivo A", "Interfaccia A", "Dispositivo B", "Interfaccia B"),
        ("a_hostname", "a_port", "b_hostname", "b_port"),
        ("node1", "if1", "node2", "if2"),
        ("Node", "Interface", "Peer Node", "Peer Interface"),
        ("hostname", "local_port", "remote_hostname", "remote_port"),
    ],
)
def test_columns_that_differ_in_their_side_alone_are_the_ends_of_a_relation(headers: Sequence[str]) -> None:
    ports = ("Gi1", "Gi2", "Gi3", "Gi4")
    kind = record_kind(headers, [[HOSTS[at], ports[at], HOSTS[-at], ports[-at]] for at in range(4)], "records").name
    found = mapped(kind, *zip(headers, (HOSTS, ports, HOSTS[::-1], ports), strict=True))
    assert kind == "relation"
    assert [found[headers[at]].target for at in (0, 2)] == ["relationship_source", "relationship_target"]


@pytest.mark.parametrize(
    "headers",
    [
        ("Name", "Disk 1", "Disk 2"),
        ("from date", "to date"),
        ("Hostname", "Owner 1", "Owner 2"),
        ("Server 1", "Server 2", "Server 3"),
        ("Building A", "Building B"),
        ("source environment", "target environment"),
    ],
)
def test_what_comes_twice_and_joins_nothing_is_no_end(headers: Sequence[str]) -> None:
    assert paired_ends([read_header(each) for each in headers]) == {}


@settings(deadline=None)
@given(st.permutations(["Node", "Speed", "Peer Node", "Cable", "Interface", "Peer Interface"]))
def test_ends_do_not_depend_on_the_order_of_columns(headers: list[str]) -> None:
    found = paired_ends([read_header(each) for each in headers])
    assert {header: end.side for header, end in found.items() if end.nature == "thing"} == {
        "Node": "source",
        "Peer Node": "target",
    }


def test_broken_numbers_of_processors_say_how_busy_things_are() -> None:
    found = mapped(
        "server", ("name", HOSTS), ("cpu", ("92.5", "45.0", "78.2", "3.1")), ("memory", ("88", "99", "45", "7"))
    )
    assert (found["cpu"].target, found["memory"].target) == ("cpu_utilization_pct", "memory_utilization_pct")
    counted = mapped("server", ("name", HOSTS), ("cpu", ("2", "4", "4", "8")), ("memory", ("4", "8", "8", "16")))
    assert (counted["cpu"].target, counted["memory"].target) == ("cpu_cores", "memory_mb")


def test_the_size_of_a_network_is_no_network() -> None:
    masks = ("Subnet", ("255.255.255.0", "255.255.0.0")), ("mask", ("/24", "/16"))
    assert {each.target for each in mapped("network", ("Name", HOSTS), *masks).values()} == {"name", None}


def test_a_general_word_tells_what_nothing_else_does() -> None:
    ids, texts = ("11", "12", "13", "14"), ("for users", "for guests", "for phones", "spare")
    listed = ("flurb_id", ids), ("Flurb name", ("Core A", "Core B", "Edge C", "Edge D")), ("flurb_description", texts)
    found = mapped("network", *listed, ("VLAN", ("1", "2", "2", "3")))
    assert [found[header].target for header, _ in listed] == ["source_id", "name", "description"]
    beside = mapped("network", ("Name", HOSTS), ("Flurb name", ("Core A", "Core B", "Edge C", "Edge D")))
    assert beside["Flurb name"].target is None


def test_a_name_that_repeats_is_asked_about() -> None:
    assert mapped("server", ("Server name", HOSTS))["Server name"].accept == "auto"
    assert mapped("server", ("Server name", ("web01", "web01", "db01", "db01")))["Server name"].accept == "ask"


def test_people_beside_names_of_machines_use_them() -> None:
    people = ("Name", ("Ada Lovelace", "Jo Li", "Ana Silva", "Omar Aziz"))
    assert mapped("other", people, ("Device Name", HOSTS))["Name"].target == "assigned_user"
