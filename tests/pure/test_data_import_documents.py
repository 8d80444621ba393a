"""What the intake makes of JSON, XML and YAML as real tools write them."""

# ruff: noqa: E501  -- tables and documents stand as tools write them

from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.errors import FileDamaged, MusterError
from muster.vocabulary.table import Table


def found(folder: Path, content: str, encoding: str = "utf-8") -> tuple[Path, tuple[Table, ...]]:
    path = folder / "upload"
    path.write_bytes(content.encode(encoding))
    return path, intake.tables(path, Limits())


def records(path: Path, table: Table) -> list[dict[str, str]]:
    """Each record by column, without its blank cells."""
    return [
        {name: value for name, value in zip(table.columns, row, strict=True) if value}
        for span in intake.spans(path, table, 1 << 20)
        for block in intake.read(path, table, span)
        for row in block.frame.rows()
    ]


NETBOX = '{"count": 2, "next": null, "previous": null, "results": [{"name": "web01", "site": {"name": "Ulm"}}]}'
MANAGED = (
    '{"name": "vms", "count": 2, "subcount": 2, "resources": [{"name": "vm1", "hardware": {"cpu": 2}},'
    ' {"name": "vm2", "hardware": {"cpu": 4}}]}'
)
SERVICE_NOW = (
    '{"result": [{"name": {"display_value": "web01", "value": "web01"},'
    ' "company": {"display_value": "Acme", "link": "https://cmdb.example.com/1", "value": "a1"}}]}'
)
INVENTORY = (
    '{"_meta": {"hostvars": {"web01": {"ansible_host": "10.0.0.1"}}}, "all": {"children": ["web", "db"]},'
    ' "web": {"hosts": ["web01"]}, "db": {"hosts": ["db01"]}}'
)
CLOUD = (
    '[{"InstanceId": "i-1", "Tags": [{"Key": "Name", "Value": "web01"}, {"Key": "Owner", "Value": "ada"}]},'
    ' {"InstanceId": "i-2", "Tags": [{"Key": "Name", "Value": "db01"}]}]'
)


@pytest.mark.parametrize(
    ("document", "name", "rows"),
    [
        (NETBOX, "results[]", [{"name": "web01", "site.name": "Ulm"}]),
        (NETBOX + "\n" + NETBOX.replace("web01", "db01"), "results[]", [{"name": "web01", "site.name": "Ulm"}, {"name": "db01", "site.name": "Ulm"}]),
        (MANAGED, "resources[]", [{"name": "vm1", "hardware.cpu": "2"}, {"name": "vm2", "hardware.cpu": "4"}]),
        (
            SERVICE_NOW,
            "result[]",
            [{
                "name.display_value": "web01", "name.value": "web01", "company.display_value": "Acme",
                "company.link": "https://cmdb.example.com/1", "company.value": "a1",
            }],
        ),
        (INVENTORY, "_meta.hostvars{}", [{"key": "web01", "groups[]": "web", "ansible_host": "10.0.0.1"}, {"key": "db01", "groups[]": "db"}]),
        (
            CLOUD,
            "records",
            [
                {"InstanceId": "i-1", "Tags[].Key": "Name;Owner", "Tags[].Value": "web01;ada", "Tags[Key=Name].Value": "web01", "Tags[Key=Owner].Value": "ada"},
                {"InstanceId": "i-2", "Tags[].Key": "Name", "Tags[].Value": "db01", "Tags[Key=Name].Value": "db01"},
            ],
        ),
        ('{"a": "x",\n "b": 1}\n{"a": "y",\n "b": 2}\n', "records", [{"a": "x", "b": "1"}, {"a": "y", "b": "2"}]),
        ('callback({"items": [{"a": "x"}, {"a": "y"}]});', "items[]", [{"a": "x"}, {"a": "y"}]),
        ('[{"release": 22.10, "serial": 123456789012345678901234, "load": NaN}]', "records", [{"release": "22.10", "serial": "123456789012345678901234", "load": "NaN"}]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_real_tools_becomes_records(
    tmp_path: Path, document: str, name: str, rows: list[dict[str, str]], encoding: str
) -> None:
    path, (table,) = found(tmp_path, document, encoding)
    assert (table.format, table.name, records(path, table)) == ("json_records", name, rows)


@pytest.mark.parametrize(
    ("document", "advice"),
    [
        ('[{"a": 1},\n {"a": 2,}]', "comma"),
        ("[{'a': 1}]", None),
        ("[{\"a\": 'x'}]", "double quotes"),
        ('{"a": 1 // why\n}', "comments"),
        ("[" * 100_000, None),
        ('{"a": [' * 50_000, None),
    ],
)
def test_json_that_is_none_is_refused_with_advice(tmp_path: Path, document: str, advice: str | None) -> None:
    with pytest.raises(MusterError) as caught:
        found(tmp_path, document)
    assert advice is None or isinstance(caught.value, FileDamaged) and advice in caught.value.recovery_hint


def test_rare_keys_get_no_column_of_their_own(tmp_path: Path) -> None:
    entries = ",".join(
        f'{{"id": "{n}", "tags": [{{"key": "app", "value": "x"}}, {{"key": "note{n}", "value": "y"}}]}}'
        for n in range(100)
    )
    _path, (table,) = found(tmp_path, f"[{entries}]")
    assert table.columns == ("id", "tags[].key", "tags[].value", "tags[key=app].value")


NMAP = """<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" args="nmap -oX - 10.0.0.0/24">
<scaninfo type="syn" protocol="tcp"/><verbose level="0"/>
<host><status state="up"/><address addr="10.0.0.1" addrtype="ipv4"/><address addr="00:11:22:33:44:55" addrtype="mac"/>
<hostnames><hostname name="web01.example.com" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="22"><state state="open"/></port><port protocol="tcp" portid="443"><state state="open"/></port></ports></host>
<host><status state="up"/><address addr="10.0.0.2" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="5432"><state state="open"/></port></ports></host>
<runstats><finished time="1"/></runstats></nmaprun>"""
AGENT = """<?xml version="1.0"?><REQUEST><CONTENT><HARDWARE><NAME>web01</NAME><MEMORY>4096</MEMORY></HARDWARE>
<BIOS><SSN>S-1</SSN></BIOS><NETWORKS><IPADDRESS>10.0.0.1</IPADDRESS></NETWORKS>
<NETWORKS><IPADDRESS>10.0.0.2</IPADDRESS></NETWORKS></CONTENT><DEVICEID>d1</DEVICEID></REQUEST>"""
UNLOAD = """<?xml version="1.0"?><unload unload_date="2026-01-01"><cmdb_ci_server action="INSERT_OR_UPDATE"><name>web01</name>
<company display_value="Acme">a1</company></cmdb_ci_server><cmdb_ci_server action="INSERT_OR_UPDATE"><name>db01</name></cmdb_ci_server></unload>"""
SHELL = """<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0"><T>x</T></TN>
<Props><S N="Name">web01</S><I32 N="Cores">4</I32><Obj N="Tags" RefId="1"><LST><S>a</S><S>b</S></LST></Obj></Props></Obj>
<Obj RefId="2"><TNRef RefId="0"/><MS><S N="Name">db01</S><I32 N="Cores">8</I32></MS></Obj></Objs>"""


@pytest.mark.parametrize(
    ("document", "name", "rows"),
    [
        (
            NMAP,
            "host",
            [
                {
                    "status.@state": "up", "address[].@addr": "10.0.0.1;00:11:22:33:44:55",
                    "address[].@addrtype": "ipv4;mac", "hostnames.hostname.@name": "web01.example.com",
                    "hostnames.hostname.@type": "PTR", "ports.port[].@protocol": "tcp;tcp",
                    "ports.port[].@portid": "22;443", "ports.port[].state.@state": "open;open",
                    "address[@addrtype=ipv4].@addr": "10.0.0.1", "address[@addrtype=mac].@addr": "00:11:22:33:44:55",
                },
                {
                    "status.@state": "up", "address[].@addr": "10.0.0.2", "address[].@addrtype": "ipv4",
                    "ports.port[].@protocol": "tcp", "ports.port[].@portid": "5432",
                    "ports.port[].state.@state": "open", "address[@addrtype=ipv4].@addr": "10.0.0.2",
                },
            ],
        ),
        (
            AGENT,
            "CONTENT",
            [{
                "CONTENT.HARDWARE.NAME": "web01", "CONTENT.HARDWARE.MEMORY": "4096", "CONTENT.BIOS.SSN": "S-1",
                "CONTENT.NETWORKS[].IPADDRESS": "10.0.0.1;10.0.0.2", "DEVICEID": "d1",
            }],
        ),
        (
            UNLOAD,
            "cmdb_ci_server",
            [
                {"@action": "INSERT_OR_UPDATE", "name": "web01", "company.@display_value": "Acme", "company.#text": "a1"},
                {"@action": "INSERT_OR_UPDATE", "name": "db01"},
            ],
        ),
        (SHELL, "Obj", [{"Name": "web01", "Cores": "4", "Tags[]": "a;b"}, {"Name": "db01", "Cores": "8"}]),
    ],
)  # fmt: skip
def test_xml_of_real_tools_becomes_records(
    tmp_path: Path, document: str, name: str, rows: list[dict[str, str]]
) -> None:
    path, (table,) = found(tmp_path, document)
    assert (table.format, table.name, records(path, table)) == ("xml_records", name, rows)


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        (
            "all:\n  children:\n    web:\n      hosts:\n        web01:\n          ansible_host: 10.0.0.1\n"
            "        web02:\n    db:\n      hosts:\n        db01: {ansible_host: 10.0.0.3}\n",
            [
                {"key": "web01", "groups[]": "web", "ansible_host": "10.0.0.1"},
                {"key": "web02", "groups[]": "web"},
                {"key": "db01", "groups[]": "db", "ansible_host": "10.0.0.3"},
            ],
        ),
        (
            "--- !ruby/object:Puppet::Node::Facts\nname: web01.example.com\nvalues:\n  operatingsystem: Debian\n"
            '  release: "12.10"\n  virtual: no\nexpiration: !ruby/object:Time {}\n',
            [{"name": "web01.example.com", "operatingsystem": "Debian", "release": "12.10", "virtual": "no"}],
        ),
        (
            "---\nhostname: web01\nos:\n  name: AIX\n---\nhostname: db01\nos:\n  name: AIX\n",
            [{"hostname": "web01", "os.name": "AIX"}, {"hostname": "db01", "os.name": "AIX"}],
        ),
    ],
)
def test_yaml_becomes_records_with_every_value_as_its_text(
    tmp_path: Path, document: str, rows: list[dict[str, str]]
) -> None:
    path, (table,) = found(tmp_path, document)
    assert (table.format, records(path, table)) == ("yaml_records", rows)


def test_yaml_that_multiplies_itself_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(MusterError, match="refers to its own parts"):
        found(tmp_path, "---\n" + "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "Name,Note: long\nweb01,a: b\ndb01,c: d\n",
        "Name;Time\nweb01;10:00\ndb01;11:30\n",
        "- item one, two\n- item three, four\n",
        "host: a|os: b\nhost: c|os: d\n",
    ],
)
def test_delimited_text_is_never_taken_for_yaml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "upload"
    path.write_text(text)
    assert intake.known_formats()["yaml_records"].recognise(path, text.encode()) == 0.0
