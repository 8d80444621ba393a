"""What header, values and the other columns say together: when nobody needs to be asked, and when somebody must."""

from collections.abc import Sequence

import pytest

from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.table import ColumnProfile, Suggestion

HOSTS = ("web01", "web02", "db01")


def mapped(kind: str, *columns: tuple[str, Sequence[str]]) -> dict[str, Suggestion]:
    profiles = [
        ColumnProfile(place, header, 3, len(values), tuple(values)) for place, (header, values) in enumerate(columns, 1)
    ]
    return {found.source: found for found in suggest(profiles, kind)}


@pytest.mark.parametrize(
    ("kind", "header", "values", "target"),
    [
        ("server", "ID", ("11", "12", "13"), "source_id"),
        ("server", "Serveur", HOSTS, "name"),
        ("server", "Computador", HOSTS, "name"),
        ("application", "Operational status", ("Operational", "Retired", "In Stock"), "lifecycle_status"),
        ("application", "Status", ("In use", "Retired"), "lifecycle_status"),
        ("other", "status", ("ativo", "manutencao"), "lifecycle_status"),
        ("other", "asset_role", ("domain_controller", "web_server", "db"), "role"),
        ("server", "ambiente", ("producao", "homologacao"), "environment"),
        ("server", "RAM", ("16 GB", "32 GB", "64 GB"), "memory_mb"),
        ("server", "Asset Tag", (), "asset_tag"),
        ("server", "RAM", (), "memory_mb"),
        ("server", "Location", ("Ulm 3", "Ulm 3", "Kiel"), "location"),
        ("server", "tags", ("owner=ops;tier=gold", "owner=dev; tier=tin"), "tags"),
        ("server", "Move group wave", ("Wave 1", "Wave 2", "Welle 2"), "migration_wave"),
        ("network", "Subnet", ("10.1.0.0/22", "10.1.4.0/26"), "network_segment"),
        ("virtual_machine", "SubnetId", ("subnet-00000001", "subnet-0a3f21b7"), "network_segment"),
        ("database", "Engine", ("mysql", "Oracle Database 19c", "postgres"), "database_engine"),
    ],
)
def test_a_word_and_values_that_agree_need_no_person(
    kind: str, header: str, values: Sequence[str], target: str
) -> None:
    found = mapped(kind, (header, values), ("Serial number", ("MXQ51906YF", "CZ3047ABCD", "CZ3047ABCE")))[header]
    assert (found.target, found.accept) == (target, "auto")


@pytest.mark.parametrize(
    ("kind", "header", "values"),
    [
        ("application", "Status", ("complete", "complete", "complete")),
        ("application", "Critical Levels", ("1", "0", "2")),
        ("virtual_machine", "node", ("pve1", "pve2", "pve1")),
        ("network_interface", "NIC #", ("1", "2", "3")),
        ("process", "State", ("Running", "Stopped")),
        ("other", "product name", ("Outlook", "SharePoint", "Teams")),
        ("other", "Type", ("JL322A", "JL075A", "C9300-48P")),
        ("other", "Vendor", ("CDW", "Dell", "Insight")),
        ("other", "Team", ("Sales", "Field", "Claims")),
        ("other", "Company", ("Bechtle", "Dell", "MathWorks")),
        ("other", "Tag", ("HC-1021", "HC-2210", "HC-3002")),
        ("other", "Asset ID", ("CB-0012", "CB-0013", "CB-0201")),
        ("server", "Domain", ("Finance", "Sales", "Logistics")),
        ("server", "Networks", ("private=10.0.0.11", "private=10.0.0.12", "dmz=10.1.0.4")),
        ("application", "Application Owner", ("Ivan Petrov", "Ana Silva", "Omar Aziz")),
        ("network", "Subnet", ("10.1.0.7/22", "10.1.4.9/26")),
        ("server", "tags", ("ops", "dev", "test")),
        ("other", "Tag 1", ("HC-1021", "HC-2210", "HC-3002")),
        ("other", "Platform", ("Windows / IIS", "Linux / Java", "Windows / .NET")),
    ],
)
def test_a_known_word_over_values_that_say_nothing_of_it_is_asked_about(
    kind: str, header: str, values: Sequence[str]
) -> None:
    found = mapped(kind, ("Name", HOSTS), (header, values))[header]
    assert found.accept == "ask" or found.target is None


def test_an_id_of_assets_is_a_key_where_tags_stand_beside_it() -> None:
    tags = ("Asset Tag", ("PC-0012", "PC-0013", "PC-0201"))
    assert mapped("other", ("Asset ID", ("7001", "7002", "7003")), tags)["Asset ID"].accept == "auto"


@pytest.mark.parametrize("values", [("4",), ("8", "8", "8")])
def test_one_number_everywhere_says_nothing_of_what_it_counts(values: tuple[str, ...]) -> None:
    same = ColumnProfile(2, "CPU Sockets", 40, 40, values[:1])
    found = suggest([ColumnProfile(1, "Hostname", 40, 40, HOSTS), same], "server")
    assert (found[1].target, found[1].accept) == ("cpu_sockets", "ask")


def test_a_user_beside_a_password_signs_in_and_uses_nothing() -> None:
    listed = ("IP", ("10.0.0.1", "10.0.0.2", "10.0.0.3")), ("username", ("admin",)), ("password", ("secret",))
    assert mapped("other", *listed)["username"].target is None
    assert mapped("other", ("Name", HOSTS), ("username", ("mei", "ada")))["username"].target == "assigned_user"


def test_a_list_of_hosts_has_no_kind_of_relation() -> None:
    columns = ("Hostname", HOSTS), ("Interface Type", ("Zabbix Agent", "SNMP"))
    assert mapped("server", *columns)["Interface Type"].target is None


def test_a_column_that_may_mean_the_same_does_not_make_a_clear_one_doubtful() -> None:
    owners = ("owner", ("Network Team", "DBA Team")), ("shadow_owner", ("net@corp.example", "dba@corp.example"))
    assert mapped("server", ("Hostname", HOSTS), *owners)["owner"].accept == "auto"


def test_the_key_of_a_host_in_a_record_of_a_virtual_machine_is_where_it_runs() -> None:
    keys = ("bdcd0af3-d7e0-417f-b27f-86b9366f957e", "95471c75-66b5-47a8-8dc2-d7c1ed305e4a")
    found = mapped("virtual_machine", ("name", HOSTS), ("id", keys[::-1]), ("host.id", keys))
    assert (found["host.id"].target, found["id"].target) == ("virtualization_host", "source_id")


def test_columns_of_one_name_and_a_running_number_hold_what_a_thing_has_several_of() -> None:
    found = mapped("application", ("Name", HOSTS), ("Tag 1", ("Java", "COBOL")), ("Tag 2", ()), ("Model 1", ()))
    assert [(found[name].target, found[name].accept) for name in ("Tag 1", "Tag 2")] == [("tags", "auto")] * 2


@pytest.mark.parametrize(
    "products",
    [
        ("Oracle Database 11g Enterprise Edition Release 11.2.0.4.0 - 64bit Production",),
        ("Microsoft SQL Server 2016 (SP2)", "Microsoft SQL Server 2012 (SP4) - 11.0 on Windows NT 6.3 <X64>"),
        ("PostgreSQL 12.4 on x86_64-pc-linux-gnu, compiled by gcc", "MySQL 8.0.32", "mysql 5.7"),
    ],
)
def test_products_of_databases_are_known_under_a_header_that_nobody_knows(products: tuple[str, ...]) -> None:
    found = mapped("database", ("Database", HOSTS), ("Banner text", products * 3))["Banner text"]
    assert (found.target, found.accept) == ("database_engine", "ask")


def test_values_that_cannot_be_the_attribute_win_over_the_header() -> None:
    counts = mapped("server", ("Name", HOSTS), ("RunningServices", ("95", "73", "92")))["RunningServices"]
    areas = mapped("server", ("Name", HOSTS), ("Domain", ("Core banking", "Card payments", "Field service")))["Domain"]
    days = mapped("server", ("Name", HOSTS), ("MAC address", ("2021-03-04", "2019-11-30")))["MAC address"]
    assert (counts.target, areas.target, days.target) == (None, None, None)


def test_a_domain_of_business_areas_is_no_domain_of_names() -> None:
    found = mapped("server", ("Name", HOSTS), ("Domain", ("Finance", "Sales", "Logistics")))["Domain"]
    assert (found.target, found.accept) == ("business_service", "ask")
