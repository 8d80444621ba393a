"""Lists without a header: what their columns are is read from the values and from what stands beside them."""

from pathlib import Path
from typing import Any

from conftest import Muster

SERVERS = """\
SRV001;10.1.1.1;Dell Inc.;PowerEdge R740;5XK2J93;Windows Server 2019;Prod;retired
SRV002;10.1.1.2;HPE;ProLiant DL380 Gen10;CZJ94101K2;Red Hat Enterprise Linux 8.9;Prod;operational
SRV003;10.1.1.3;Dell;PowerEdge R640;7HG2K13;Ubuntu 22.04.4 LTS;Test;operational
SRV004;10.1.1.4;Lenovo;ThinkSystem SR650;J300AB12;Windows Server 2016;Prod;operational
"""
MACHINES = """\
1d627b1041f0eb5797a44a72d3ebc4ac|ulm-shop-01.corp.example|ulm-shop-01|4|8192|poweredOn|esx01.corp.example|1f33b858-e5cb-4403-81ef-b0ea341ed355
071666232eec8d253d71c8daf9162b93|ulm-shop-02.corp.example|ulm-shop-02|2|16384|poweredOff|esx01.corp.example|1a480aeb-712b-4fc0-9f55-65d4aa9253fd
571666232eec8d253d71c8daf9162b9f|ulm-erp-01.corp.example|ulm-erp-01|8|4096|poweredOn|esx02.corp.example|616bdc3c-a4d7-44b0-8c5d-6721672b5cf8
771666232eec8d253d71c8daf9162b9e|ulm-erp-02.corp.example|ulm-erp-02|2|1024|poweredOn|esx02.corp.example|ce10a08f-7e42-4bb9-9757-f370de0e814d
"""
SCANNED = """\
4be0643f-1d98-573b-97cd-ca98a65347dd,10.8.1.5,ulm-mail-01.corp.example,ULM-MAIL-01,00:50:56:0a:00:01,Ubuntu 22.04,3
b4f8a1cf-51b7-4d7e-9e34-2d1b0c8a9d10,10.8.1.6,ulm-mail-02.corp.example,ULM-MAIL-02,00:50:56:0a:00:02,Ubuntu 22.04,1
0c1fb43b-c6e0-473a-8d2f-29e715c2c81a,10.8.1.7,ulm-ldap-01.corp.example,ULM-LDAP-01,00:50:56:0a:00:03,Debian 12,2
e3d64ac6-9fc1-4f0e-8bb8-8f1c6c1d2a77,10.8.1.8,ulm-ldap-02.corp.example,ULM-LDAP-02,00:50:56:0a:00:04,Debian 12,7
"""
WATCHED = """\
ulmapp001;10.8.1.5:10050;ULMAPP001;on
ulmapp002;[2001:db8::7]:10050;ULMAPP002;on
ulmsql003;tcp://10.8.1.7:10050;ULMSQL003;off
ulmsql004;10.8.1.8:10050;ULMSQL004;on
"""
IN_DOMAINS = """\
10.8.1.5,ulmapp001.corp.example,,Ubuntu 22.04,LAB\\jdoe2
10.8.1.6,,CORP\\ULMAPP002,Windows Server 2019,LAB\\mroe
10.8.1.7,ulmsql003.corp.example,,Debian 12,CORP\\k1234
10.8.1.8,ulmsql004.corp.example,LAB\\ULMSQL004,Windows Server 2019,CORP\\k1288
10.8.1.9,ulmsql005.corp.example,CORP\\ULMSQL005,Windows Server 2019,CORP\\k1231
10.8.1.10,ulmweb006.corp.example,CORP\\ULMWEB006,Windows Server 2022,CORP\\k0077
"""
HALF_NAMED = """\
10.8.1.5,ulmapp001.lab,ULMAPP001,Linux,Ubuntu 22.04,198.51.100.1,VMware-42 27 c6 a1 3f 4e 0a 55-9d 53 5a 1d 3f 6f 9a 01
10.8.1.6,,ULMAPP002,Windows,Windows Server 2019,198.51.100.1,
10.8.1.7,,,Linux,Debian 12,198.51.100.1,VMware-42 27 c6 a1 3f 4e 0a 55-9d 53 5a 1d 3f 6f 9a 02
10.8.1.8,ulmsql004.lab,,Linux,Debian 12,198.51.100.2,VMware-42 27 c6 a1 3f 4e 0a 55-9d 53 5a 1d 3f 6f 9a 03
10.8.1.9,,ULMSQL005,Linux,Debian 11,198.51.100.2,
10.8.1.10,ulmweb006.lab,ULMWEB006,Windows,Windows 11,198.51.100.2,VMware-42 27 c6 a1 3f 4e 0a 55-9d 53 5a 1d 3f 6f 9a 04
"""
TWICE_KEYED = """\
4be0643f-1d98-573b-97cd-ca98a65347dd,10.8.1.5,6643b93a-9112-48d9-af01-4af5df1aa2fa,ulmapp001.lab,ULMAPP001,Mail
b4f8a1cf-51b7-4d7e-9e34-2d1b0c8a9d10,10.8.1.6,785cdbe0-0ae4-4aa9-af37-e0bd3947e8a4,ulmapp002.lab,ULMAPP002,Mail
0c1fb43b-c6e0-473a-8d2f-29e715c2c81a,10.8.1.7,,ulmsql003.lab,,ulmsql003
e3d64ac6-9fc1-4f0e-8bb8-8f1c6c1d2a77,10.8.1.8,ef1935e9-7a22-4156-9c0a-70a6dfcfcac0,ulmsql004.lab,ULMSQL004,Mail
"""
NAMED_IN_WORDS = """\
achilles,10.8.1.5,bc24110c112c,1124-6107-7986-4077-9481-3398-20,Debian 12
apollo,10.8.1.6,bc2411a06ae7,2044-3380-0843-2794-8836-1138-60,Debian 12
ares,10.8.1.7,0025b543dd55,9843-7332-3978-2014-3348-0983-11,Ubuntu 22.04
athena,10.8.1.8,0025b543dd56,4433-1293-8846-3321-0921-7634-90,Ubuntu 22.04
"""
VIRTUAL = """\
ulmapp001;4227c6a1-3f4e-0a55-9d53-5a1d3f6f9a01;Ubuntu 22.04
ulmapp002;564d19c2-77aa-41b0-b1f7-2b8a0e7b4c02;Ubuntu 22.04
ulmsql003;4c4c4544-0035-4b10-8058-b4c04f4a3233;Debian 12
"""
FLOWS = """\
10.0.0.5,10.0.1.7,52111,443,tcp
10.0.0.6,10.0.1.7,52333,443,tcp
10.0.0.7,10.0.1.9,41222,1521,udp
"""


def looked_at(muster: Muster, folder: Path, text: str) -> tuple[str, list[str | None]]:
    """The record kind and the target of each column; a person is asked about every one that has a target."""
    file = folder / "list.csv"
    file.write_text(text)
    table: Any = muster.json("inspect", file)["tables"][0]
    assert table["header_row"] is None and table["records"] == text.count("\n")
    assert {column["accept"] for column in table["columns"] if column["target"]} == {"ask"}
    return table["record_kind"], [column["target"] for column in table["columns"]]


def test_a_list_of_servers_is_read_from_its_values(muster: Muster, tmp_path: Path) -> None:
    told = ["name", "ip_address", "manufacturer", "model", "serial_number", "os_name", "environment"]
    assert looked_at(muster, tmp_path, SERVERS) == ("server", [*told, "lifecycle_status"])


def test_columns_are_read_from_what_stands_beside_them(muster: Muster, tmp_path: Path) -> None:
    kind, targets = looked_at(muster, tmp_path, MACHINES)
    told = ["source_id", "name", "hostname", "cpu_cores", "memory_mb", "power_state", "virtualization_host", "uuid"]
    assert (kind, targets) == ("server", told)


def test_a_uuid_for_each_row_is_the_key_of_the_tool_and_no_hardware_is_doubted_for_it(
    muster: Muster, tmp_path: Path
) -> None:
    told = ["source_id", "ip_address", "name", "hostname", "mac_address", "os_name", None]
    assert looked_at(muster, tmp_path, SCANNED) == ("server", told)
    assert looked_at(muster, tmp_path, VIRTUAL) == ("server", ["name", "uuid", "os_name"])


def test_addresses_with_ports_are_addresses_and_names_in_capitals_are_no_serial_numbers(
    muster: Muster, tmp_path: Path
) -> None:
    told = ["name", "ip_address", "hostname", "power_state"]
    assert looked_at(muster, tmp_path, WATCHED) == ("server", told)
    done = muster.json("run", tmp_path / "list.csv")
    listed = muster.json("asset", "list")
    assert done["assets"]["total"] == 4
    addresses = [asset["ip_address"] for asset in (listed["assets"] if isinstance(listed, dict) else listed)]
    assert sorted(addresses) == [["10.8.1.5"], ["10.8.1.7"], ["10.8.1.8"], ["2001:db8::7"]]


def test_machines_as_directories_write_them_are_named_and_accounts_are_not(muster: Muster, tmp_path: Path) -> None:
    told = ["ip_address", "name", "hostname", "os_name", None]
    assert looked_at(muster, tmp_path, IN_DOMAINS) == ("server", told)
    assert muster.json("run", tmp_path / "list.csv")["assets"]["total"] == 6


def test_names_that_half_the_records_have_name_them_and_what_many_share_is_none_of_theirs(
    muster: Muster, tmp_path: Path
) -> None:
    told = ["ip_address", "name", "hostname", None, "os_name", None, "serial_number"]
    assert looked_at(muster, tmp_path, HALF_NAMED) == ("server", told)
    assert muster.json("run", tmp_path / "list.csv")["assets"]["total"] == 6


def test_environments_are_known_by_any_word_that_can_be_read(muster: Muster, tmp_path: Path) -> None:
    rows = (("ulmapp001", "10.8.1.5", "Prod"), ("ulmapp002", "10.8.1.6", "Test"), ("ulmapp003", "10.8.1.7", "Entw"))
    listed = "".join(";".join(row) + "\n" for row in rows)
    assert looked_at(muster, tmp_path, listed) == ("server", ["name", "ip_address", "environment"])
    muster.json("run", tmp_path / "list.csv")
    assets = muster.json("asset", "list")
    found = [asset["environment"] for asset in (assets["assets"] if isinstance(assets, dict) else assets)]
    assert sorted(found) == ["development", "production", "test"]


def test_the_second_uuid_is_the_hardwares_and_an_alias_that_many_have_is_no_name(
    muster: Muster, tmp_path: Path
) -> None:
    told = ["source_id", "ip_address", "uuid", "name", "hostname", None]
    assert looked_at(muster, tmp_path, TWICE_KEYED) == ("server", told)


def test_words_that_differ_in_each_row_are_names_and_twelve_digits_a_card(muster: Muster, tmp_path: Path) -> None:
    told = ["name", "ip_address", "mac_address", "serial_number", "os_name"]
    assert looked_at(muster, tmp_path, NAMED_IN_WORDS)[1] == told
    assert muster.json("run", tmp_path / "list.csv")["assets"]["total"] == 4


def test_two_addresses_and_a_port_are_a_connection_and_no_asset(muster: Muster, tmp_path: Path) -> None:
    told = ["source_ip", "destination_ip", "source_port", "destination_port", "protocol"]
    assert looked_at(muster, tmp_path, FLOWS) == ("connection", told)


def test_such_a_list_joins_the_list_with_a_header(muster: Muster, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(SERVERS)
    (tmp_path / "cmdb.csv").write_text("Name,Serial Number,Location\nsrv001.corp.example,5XK2J93,Ulm\n")
    done = muster.json("run", tmp_path / "list.csv", tmp_path / "cmdb.csv")
    assert done["assets"]["total"] == 4


def test_words_of_one_scale_above_each_other_are_no_header(muster: Muster, tmp_path: Path) -> None:
    kind, targets = looked_at(muster, tmp_path, "SAP ERP,Finance,Critical\nSalesforce,Sales,High\nWiki,IT,Low\n")
    assert (kind, targets[2]) == ("other", "criticality")


def test_blanks_alone_between_the_fields_are_enough_where_two_addresses_speak(muster: Muster, tmp_path: Path) -> None:
    told = ["source_ip", "destination_ip", "destination_port", "protocol"]
    flows = "10.0.0.5 10.0.1.7 443 tcp\n10.0.0.5 10.0.1.8  1433 tcp\n10.0.0.6 10.0.1.7 443 tcp\n"
    assert looked_at(muster, tmp_path, flows) == ("connection", told)
