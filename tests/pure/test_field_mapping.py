"""What columns are taken to mean: headers in seven languages, values, units, and the table around them."""

import json
from collections.abc import Sequence
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.field_mapping.suggest import normalise_header, suggest
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile, Remembered, Suggestion


def columns(*described: str | tuple[str, Sequence[str]]) -> tuple[ColumnProfile, ...]:
    """Profiles of a table; a column is a header, or a header and its values."""
    pairs = [(entry, ()) if isinstance(entry, str) else entry for entry in described]
    return tuple(
        ColumnProfile(position, header, 10, len(values), tuple(values))
        for position, (header, values) in enumerate(pairs, start=1)
    )


def targets(kind: str, *described: str | tuple[str, Sequence[str]]) -> list[str | None]:
    return [suggestion.target for suggestion in suggest(columns(*described), kind)]


def one(header: str, values: Sequence[str] = (), kind: str = "server") -> Suggestion:
    return suggest(columns((header, values)), kind)[0]


@pytest.mark.parametrize(
    ("header", "normal"),
    [
        ("*Server name", "server name"),
        ("IPAddress", "ip address"),
        ("ip_address", "ip address"),
        ("RAM.TotalSizeInMB", "ram total size in mb"),
        ("vCPUs", "vcpus"),
        ("Numéro de série", "numero de serie"),
        ("  Serial   NUMBER ", "serial number"),
        ("Name (2)", "name"),
        ("内网 MAC 地址", "内网 mac 地址"),
        ("Ｈｏｓｔ", "host"),  # full width
    ],
)
def test_spelling_is_taken_out_of_a_header(header: str, normal: str) -> None:
    assert normalise_header(header) == normal


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(header: str) -> None:
    once = normalise_header(header)
    assert normalise_header(once) == once


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Seriennummer", "serial_number"),
        ("Arbeitsspeicher (GB)", "memory_mb"),
        ("Betriebssystemversion", "os_version"),
        ("Geräteklasse", "asset_type"),
        ("Geraeteklasse", "asset_type"),
        ("Numéro de série", "serial_number"),
        ("Système d'exploitation", "os_name"),
        ("Mémoire vive (Go)", "memory_mb"),
        ("Endereço IP", "ip_address"),
        ("Sistema operacional", "os_name"),
        ("Fecha de compra", "purchase_date"),
        ("Dirección MAC", "mac_address"),
        ("シリアル番号", "serial_number"),
        ("IPアドレス", "ip_address"),
        ("内存容量", "memory_mb"),
        ("序列号", "serial_number"),
        ("serial_no", "serial_number"),
        ("SerialNumber", "serial_number"),
        ("OSVersion", "os_version"),
        ("Business Criticality", "criticality"),
        ("u_application_criticality", "criticality"),
        ("serv_u_environment", "environment"),
        ("Go Live Date", "install_date"),
        ("Assigned To", "assigned_user"),
    ],
)
def test_one_header_has_one_meaning_in_every_language_and_spelling(header: str, target: str) -> None:
    assert one(header).target == target


@pytest.mark.parametrize(
    "header",
    [
        "Latency Sensitivity",
        "CPU Reservation",
        "Memory Limit",
        "Boot retry delay",
        "HA Restart Priority",
        "Hot Add",
        "zzz qqq",
        "#7",
    ],
)
def test_no_target_is_an_answer(header: str) -> None:
    suggestion = one(header)
    assert (suggestion.target, suggestion.unit) == (None, None)
    assert suggestion.reason


@pytest.mark.parametrize(("header", "target"), [("Manufaturer", "manufacturer"), ("Enviroment", "environment")])
def test_a_misspelt_header_is_only_ever_a_question(header: str, target: str) -> None:
    suggestion = one(header)
    assert (suggestion.target, suggestion.accept) == (target, "ask")


@pytest.mark.parametrize(
    ("header", "values", "target"),
    [
        ("Status", ("poweredOn", "poweredOff"), "power_state"),
        ("Status", ("In use", "Retired"), "lifecycle_status"),
        ("Tier", ("Web", "DB"), "role"),
        ("Tier", ("Gold", "Silver"), "criticality"),
        ("Classification", ("Production", "Test"), "environment"),
        ("Server type", ("Virtual", "Physical"), "is_virtual"),
        ("field 17", ("00:50:56:01:02:03", "00:50:56:01:02:04"), "mac_address"),
        ("field 18", ("10.0.0.1", "10.0.0.2; fe80::1"), "ip_address"),
    ],
)
def test_values_decide_what_an_ambiguous_header_means(header: str, values: Sequence[str], target: str) -> None:
    assert one(header, values).target == target


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("IP Address", ("yes", "no")),
        ("Purchase Date", ("Dell", "HP")),
        ("CPU cores", ("Intel", "AMD")),
        ("UUID", ("1", "2")),
    ],
)
def test_values_that_contradict_the_header_are_never_accepted_silently(header: str, values: Sequence[str]) -> None:
    suggestion = one(header, values)
    assert suggestion.target is None or suggestion.accept == "ask"


@pytest.mark.parametrize(
    ("header", "values", "kind", "target", "unit"),
    [
        ("*Memory (In MB)", ("8192",), "server", "memory_mb", "MB"),
        ("TotalMemoryGB", ("27", "52"), "server", "memory_mb", "GB"),
        ("Memory", ("4096", "16384"), "virtual_machine", "memory_mb", "MiB"),
        ("RAM", ("16", "64"), "server", "memory_mb", "GiB"),
        ("memory.total_bytes", ("2126774272", "8326774272"), "server", "memory_mb", "bytes"),
        ("Memory size", ("1.98 GiB", "16 GB"), "server", "memory_mb", None),
        ("Capacity MiB", ("40960",), "disk", "storage_total_gb", "MiB"),
        ("Taille disque (Go)", ("40",), "server", "storage_total_gb", "GB"),
        ("CPU usage %", ("12", "80"), "hypervisor", "cpu_utilization_pct", "%"),
        ("Disk read throughput (MB per second)", ("1.5",), "server", "disk_throughput_mbps", "MB/s"),
        ("CPU speed (MHz)", ("2400",), "server", "cpu_speed_mhz", "MHz"),
        ("CPU speed", ("2.4", "3.1"), "server", "cpu_speed_mhz", "GHz"),
    ],
)
def test_the_unit_comes_from_header_values_or_magnitude(
    header: str, values: Sequence[str], kind: str, target: str, unit: str | None
) -> None:
    suggestion = one(header, values, kind)
    assert (suggestion.target, suggestion.unit) == (target, unit)


def test_a_unit_that_does_not_fit_outweighs_the_words() -> None:
    assert targets("partition", ("Free %", ("12", "80")), ("Free MiB", ("4096",))) == [None, "storage_free_gb"]


def test_the_table_decides_what_host_and_cpus_mean() -> None:
    vm_file = ("VM", ("app01", "db01")), ("Host", ("10.1.1.1", "10.1.1.2")), ("CPUs", ("2", "4")), ("Disks", ("1", "3"))
    assert targets("virtual_machine", *vm_file) == ["name", "virtualization_host", "cpu_cores", "disk_count"]
    assert targets("hypervisor", "Host", "# CPU", "# Cores", "# vCPUs") == ["name", "cpu_sockets", "cpu_cores", None]


def test_a_plain_cpu_count_beside_a_column_of_cores_counts_sockets() -> None:
    assert targets("server", ("cpu_count", ("1", "2")), ("cpu_core_count", ("8", "16"))) == ["cpu_sockets", "cpu_cores"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (("from_server", "to_server", "protocol"), ["relationship_source", "relationship_target", "protocol"]),
        (("parent", "child", "type"), ["relationship_source", "relationship_target", "relationship_type"]),
        (("solution_id", "functionalci_id"), ["relationship_source", "relationship_target"]),
        (("id", "solution_id", "functionalci_id"), ["source_id", "relationship_source", "relationship_target"]),
    ],
)
def test_relation_tables_have_two_ends(headers: Sequence[str], expected: list[str]) -> None:
    assert targets("relation", *headers) == expected


def test_connection_tables_have_addresses_at_both_ends() -> None:
    found = targets("connection", "srcaddr", "dstaddr", "src_port", "dest_port", "bytes")
    assert found == ["source_ip", "destination_ip", "source_port", "destination_port", "traffic_volume"]


def test_several_columns_may_feed_one_attribute() -> None:
    assert (
        targets("server", "Disk 1 size (In GB)", "Disk 2 size (In GB)", "Disk 8 size (In GB)")
        == ["storage_total_gb"] * 3
    )


def test_two_columns_that_claim_the_name_are_a_question() -> None:
    found = suggest(columns(("Name", ("a1", "b2")), ("Server name", ("a1", "b2"))), "server")
    assert [suggestion.accept for suggestion in found] == ["ask", "ask"]


def test_a_region_beside_a_migration_wave_is_the_target_region() -> None:
    assert targets("server", "Region", "Location") == ["region", "location"]
    assert targets("server", "Region", "Wave name") == ["migration_target", "migration_wave"]


def test_what_the_client_approved_before_outranks_everything() -> None:
    decided: dict[str, str | None] = {"serial number": "asset_tag", "name": None, "mem": "memory_mb"}
    remembered = {header: Remembered(target, None, "in a file of May") for header, target in decided.items()}
    found = suggest(columns("Serial_Number", "NAME", ("Mem", ("4096", "8192"))), "server", remembered)
    assert [(each.target, each.accept, each.score, each.unit) for each in found] == [
        ("asset_tag", "auto", 1.0, None),
        (None, "auto", 1.0, None),
        ("memory_mb", "auto", 1.0, "MiB"),
    ]


def test_a_clear_header_with_fitting_values_needs_no_person_and_says_why() -> None:
    suggestion = one("Memory (GB)", ("16", "32"))
    assert (suggestion.target, suggestion.accept) == ("memory_mb", "auto")
    assert (
        suggestion.reason
        == "memory_mb: 'memory' in a table of kind server; the values agree; the header names the unit GB."
    )


HEADERS = st.one_of(
    st.sampled_from(
        ["Name", "Host", "CPUs", "Memory", "IP", "Status", "Owner", "Disk 1 size", "from", "to", "VM", "zz", ""]
    ),
    st.text(max_size=20),
)
CELLS = st.one_of(
    st.sampled_from(["10.0.0.1", "4096", "prod", "poweredOn", "2021-03-04", "n/a"]), st.text(min_size=1, max_size=12)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(HEADERS, st.lists(CELLS, max_size=4)), max_size=8),
    st.sampled_from(["server", "relation", "disk", "lookup"]),
)
def test_every_column_gets_one_answer_in_order_within_bounds(table: list[tuple[str, list[str]]], kind: str) -> None:
    profiles = columns(*table)
    found = suggest(profiles, kind)
    assert [(each.position, each.source) for each in found] == [(each.position, each.source) for each in profiles]
    for each in found:
        assert each.target is None or each.target in attributes()
        assert 0.0 <= each.score <= 1.0
        assert each.accept in {"auto", "ask"}
        assert each.reason.endswith(".")
    assert suggest(profiles, kind) == found


def test_every_word_list_names_attributes_that_exist() -> None:
    folder = resources.files("muster.phases.field_mapping")
    read = {name: json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8")) for name in _FILES}
    named = set(read["dictionary"]["attributes"]) | set(read["expected_values"]["attributes"])
    named |= {target for rule in read["context"]["words"].values() for target in rule.values() if target}
    named |= {target for rules in read["context"]["by_values"].values() for _, target in rules}
    named |= {target for rules in read["context"]["never"].values() for target in rules}
    named |= set(read["words"]["counts"].values()) | set(read["words"]["many"]) | set(read["words"]["never_part"])
    assert named - set(attributes()) == set()
    assert set(attributes()) - set(read["dictionary"]["attributes"]) == set()


_FILES = ("dictionary", "expected_values", "context", "words")
