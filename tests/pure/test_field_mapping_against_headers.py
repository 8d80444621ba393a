"""Values and neighbours that decide what a header alone would get wrong: addresses, keys, counts, flags, domains."""

from collections.abc import Sequence

import pytest

from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.table import ColumnProfile, Suggestion

NAMES = ("ulmapp01", "ulmapp02", "ulmsql03", "ulmsql04")
ADDRESSES = ("10.8.1.5", "10.8.1.6", "10.8.1.7", "10.8.1.8")
SOME = ("ulmapp01", "10.8.1.6", "ulmsql03", "10.8.1.8")
UUIDS = (
    "4be0643f-1d98-473b-97cd-ca98a65347dd",
    "b4f8a1cf-51b7-4d7e-9e34-2d1b0c8a9d10",
    "0c1fb43b-c6e0-473a-8d2f-29e715c2c81a",
    "e3d64ac6-9fc1-4f0e-8bb8-8f1c6c1d2a77",
)
OF_FIRMWARE = ("4227c6a1-3f4e-0a55-9d53-5a1d3f6f9a01", "564d19c2-77aa-41b0-b1f7-2b8a0e7b4c02", UUIDS[0], UUIDS[1])
COUNTS = ("0", "4", "17", "2")
SCAN = (("Critical", COUNTS), ("High", COUNTS), ("Medium", COUNTS), ("Low", COUNTS))


def table(kind: str, *described: tuple[str, Sequence[str]]) -> tuple[Suggestion, ...]:
    profiles = [
        ColumnProfile(place, header, 4, 4, tuple(dict.fromkeys(values)), distinct=len(set(values)))
        for place, (header, values) in enumerate(described, 1)
    ]
    return suggest(profiles, kind)


def targets(kind: str, *described: tuple[str, Sequence[str]]) -> list[str | None]:
    return [one.target for one in table(kind, *described)]


@pytest.mark.parametrize("header", ["Host", "Server", "Node", "Target", "Hostname", "Endpoint", "Device", "Computer"])
def test_a_word_for_machines_over_addresses_is_their_address(header: str) -> None:
    assert targets("server", ("Sensor", NAMES), (header, ADDRESSES)) == ["name", "ip_address"]
    assert targets("server", ("Sensor", NAMES), (header, [f"{one}:161" for one in ADDRESSES]))[1] == "ip_address"


@pytest.mark.parametrize("header", ["Host", "Server", "Node", "Target", "Hostname", "Device", "Computer"])
def test_names_and_addresses_in_one_column_go_where_each_belongs(header: str) -> None:
    told = table("server", (header, SOME), ("Operating System", ("AIX", "AIX 7.2", "Ubuntu 22.04")))[0]
    assert told.target in ("name", "hostname")
    assert told.also == ((told.target, "host_or_address.host+"), ("ip_address", "host_or_address.address"))


def test_what_a_machine_runs_on_and_the_ends_of_links_stay_what_they_are() -> None:
    assert targets("virtual_machine", ("VM", NAMES), ("Host", ADDRESSES)) == ["name", "virtualization_host"]
    assert targets("connection", ("Source", ADDRESSES), ("Target", ADDRESSES)) == ["source_ip", "destination_ip"]


@pytest.mark.parametrize(
    ("header", "values", "beside", "target"),
    [
        ("Agent UUID", UUIDS, (), "source_id"),
        ("Asset UUID", UUIDS, (), "source_id"),
        ("Endpoint ID", UUIDS, (), "source_id"),
        ("GUID", UUIDS, (), "source_id"),
        ("UUID", UUIDS, (), "uuid"),
        ("UUID", UUIDS, SCAN, "source_id"),
        ("Device UUID", UUIDS, SCAN, "source_id"),
        ("UUID", OF_FIRMWARE, SCAN, "uuid"),
        ("BIOS UUID", UUIDS, SCAN, "uuid"),
        ("Asset UUID", UUIDS, (("Host ID", ("1", "2", "3", "4")),), None),
    ],
)
def test_uuids_are_the_hardwares_or_the_key_of_the_tool(
    header: str, values: Sequence[str], beside: Sequence[tuple[str, Sequence[str]]], target: str | None
) -> None:
    assert targets("server", (header, values), ("Name", NAMES), *beside)[0] == target


@pytest.mark.parametrize(
    ("header", "values", "target"),
    [
        ("Agent", ("yes", "no"), None),
        ("Agent", ("Guard 7.1", "Guard 7.2"), None),
        ("Agent", ("Ann Miller", "Bob Stone"), "assigned_user"),
        ("Client", ("Yes", "No"), None),
        ("Owner", ("yes", "no"), None),
        ("Critical", COUNTS, None),
        ("Critical", ("yes", "no"), "criticality"),
        ("Repository", ("Branch scans", "Centre scans"), None),
        ("Client Activity", ("Active", "Inactive"), None),
        ("Power", ("on", "off"), "power_state"),
        ("Enabled", ("True", "False"), "lifecycle_status"),
        ("In Service", ("yes", "no"), "lifecycle_status"),
        ("Bestandskennzeichen", ("BK-1001", "BK-1002"), "asset_tag"),
    ],
)
def test_values_contradict_what_the_header_alone_would_say(
    header: str, values: Sequence[str], target: str | None
) -> None:
    assert targets("server", ("Name", NAMES), (header, values))[1] == target


def test_counts_by_severity_are_no_attributes() -> None:
    assert targets("server", ("Name", NAMES), *SCAN) == ["name", None, None, None, None]


def test_a_directory_domain_yields_to_a_domain_of_names() -> None:
    flat, full = ("EMEA", "APAC", "EMEA"), ("corp.example", "lab.example", "corp.example")
    assert targets("server", ("Name", NAMES), ("OS Domain", flat)) == ["name", "dns_domain"]
    assert targets("server", ("Name", NAMES), ("OS Domain", flat), ("DNS Domain", full)) == ["name", None, "dns_domain"]


def test_the_domain_is_cut_out_of_a_distinguished_name() -> None:
    named = [f"CN={name},OU=Servers,DC=corp,DC=example" for name in NAMES]
    told = table("server", ("Name", NAMES), ("DistinguishedName", named))[1]
    assert (told.target, told.also) == ("dns_domain", (("dns_domain", "distinguished_name.domain+"),))
