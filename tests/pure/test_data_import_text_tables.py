"""What the intake makes of tables that people read: aligned with blanks, drawn with bars, or one fact a line."""

# ruff: noqa: E501  -- tables and documents stand as tools write them

from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.table import Table

Rows = list[tuple[str, ...]]


def found(folder: Path, text: str) -> tuple[Path, tuple[Table, ...]]:
    path = folder / "upload"
    path.write_bytes(text.encode())
    return path, intake.tables(path, Limits())


def records(path: Path, table: Table, span_bytes: int = 1 << 20) -> Rows:
    """The records that are not set aside."""
    rows: Rows = []
    for span in intake.spans(path, table, span_bytes):
        for block in intake.read(path, table, span):
            refused = {rejected.ordinal for rejected in block.rejected}
            rows += [row for at, row in enumerate(block.frame.rows()) if at not in refused]
    return rows


SERVERS: Rows = [("web01", "Debian 12", "16"), ("db01", "AIX 7.2", "128")]
NAMES = ("Hostname", "OS", "Memory")


@pytest.mark.parametrize(
    ("text", "header_row"),
    [
        ("Hostname OS        Memory\n-------- --        ------\nweb01    Debian 12     16\ndb01     AIX 7.2      128\n", 1),
        ("\n\nHostname  OS          Memory\n--------  ----------  ------\nweb01     Debian 12   16\ndb01      AIX 7.2     128\n\n(2 rows affected)\n", 3),
        ("Hostname OS        Memory\n======== ========= ======\nweb01    Debian 12     16\n\nHostname OS        Memory\n======== ========= ======\ndb01     AIX 7.2      128\n\n2 rows selected.\n", 1),
        ("Hostname   OS          Memory\nweb01      Debian 12   16\ndb01       AIX 7.2     128\n", 1),
        ("Hostname\tOS\t\tMemory\n--------\t--\t\t------\nweb01\t\tDebian 12\t16\ndb01\t\tAIX 7.2\t\t128\n", 1),
        (" Hostname |    OS     | Memory \n----------+-----------+--------\n web01    | Debian 12 |     16\n db01     | AIX 7.2   |    128\n(2 rows)\n", 1),
        ("+----------+-----------+--------+\n| Hostname | OS        | Memory |\n+----------+-----------+--------+\n| web01    | Debian 12 |     16 |\n| db01     | AIX 7.2   |    128 |\n+----------+-----------+--------+\n2 rows in set (0.00 sec)\n", 2),
        ("| Hostname | OS | Memory |\n|---|:---|---:|\n| web01 | Debian 12 | 16 |\n| db01 | AIX 7.2 | 128 |\n", 1),
        ("Hostname | OS | Memory\n--- | --- | ---\nweb01 | Debian 12 | 16\ndb01 | AIX 7.2 | 128\n", 1),
        ("┌──────────┬───────────┬────────┐\n│ Hostname │ OS        │ Memory │\n├──────────┼───────────┼────────┤\n│ web01    │ Debian 12 │     16 │\n│ db01     │ AIX 7.2   │    128 │\n└──────────┴───────────┴────────┘\n", 2),
        ("+----------+-----------+--------+\n| Hostname | OS        | Memory |\n+==========+===========+========+\n| web01    | Debian    | 16     |\n|          | 12        |        |\n+----------+-----------+--------+\n| db01     | AIX 7.2   | 128    |\n+----------+-----------+--------+\n", 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("span_bytes", [1 << 20, 30])
def test_tables_for_the_eye_are_read(tmp_path: Path, text: str, header_row: int, span_bytes: int) -> None:
    path, (table,) = found(tmp_path, text)
    rows = [tuple(cell.replace("\n", " ") for cell in row) for row in records(path, table, span_bytes)]
    assert (table.header_row, table.columns, rows) == (header_row, NAMES, SERVERS)


def test_an_aligned_table_counts_places_as_a_terminal_does(tmp_path: Path) -> None:
    text = "Hostname  Site          Memory\n--------  ------------  ------\nweb01     東京第一      16\ndb01      Ulm           128\n"
    path, (table,) = found(tmp_path, text)
    assert records(path, table) == [("web01", "東京第一", "16"), ("db01", "Ulm", "128")]


def test_a_text_over_a_border_is_set_aside(tmp_path: Path) -> None:
    rows = "".join(f"web{n:02}     AIX 7.2     16\n" for n in range(30))
    path, (table,) = found(
        tmp_path, f"Hostname  OS          Memory\n--------  ----------  ------\n{rows}a-very-long-hostname AIX 16\n"
    )
    assert (len(records(path, table)), table.columns) == (30, NAMES)


def test_two_lists_of_kubectl_are_two_tables(tmp_path: Path) -> None:
    text = (
        "NAMESPACE   NAME        READY   STATUS    AGE\nshop        pod/web-1   1/1     Running   3d\n"
        "shop        pod/db-1    1/1     Running   3d\n\n"
        "NAMESPACE   NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n"
        "shop        service/web   ClusterIP   10.1.0.7     <none>        80/TCP    3d\n"
    )
    path, tables = found(tmp_path, text)
    assert [(t.header_row, t.columns[:3], [row[1] for row in records(path, t)]) for t in tables] == [
        (1, ("NAMESPACE", "NAME", "READY"), ["pod/web-1", "pod/db-1"]),
        (5, ("NAMESPACE", "NAME", "TYPE"), ["service/web"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Name, Owner\nweb01,  ada\ndb01,   bob\n",
        "Name;OS;Note\nweb01;AIX;a  b\ndb01;AIX;c  d\n",
        "a|b|c\n1|2|3\n4|5|6\n",
        "Name\tOS\nweb01\tAIX\n",
    ],
)
def test_delimited_text_is_never_taken_for_a_drawn_table(tmp_path: Path, text: str) -> None:
    _path, (table,) = found(tmp_path, text)
    assert table.format == "delimited_text"


def facts(path: Path, table: Table) -> list[dict[str, str]]:
    return [{name: cell for name, cell in zip(table.columns, row, strict=True) if cell} for row in records(path, table)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "\nName   : web01\nOS     : Debian 12\nMemory : 16\nNote   : a long text that goes on\n         in the next line\n\n"
            "Name   : db01\nOS     : AIX\nMemory : 128\nNote   :\n\n",
            [
                {"Name": "web01", "OS": "Debian 12", "Memory": "16", "Note": "a long text that goes on in the next line"},
                {"Name": "db01", "OS": "AIX", "Memory": "128"},
            ],
        ),
        (
            "\r\r\nName=web01\r\r\nCaption=Windows\r\r\nVersion=10.0\r\r\nStatus=OK\r\r\n\r\r\n\r\r\n"
            "Name=db01\r\r\nCaption=Windows\r\r\nVersion=6.3\r\r\nStatus=OK\r\r\n",
            [
                {"Name": "web01", "Caption": "Windows", "Version": "10.0", "Status": "OK"},
                {"Name": "db01", "Caption": "Windows", "Version": "6.3", "Status": "OK"},
            ],
        ),
        (
            "Host Name:                 WEB01\nOS Name:                   Microsoft Windows Server 2019\n"
            "System Type:               x64-based PC\nHotfix(s):                 2 Hotfix(s) Installed.\n"
            "                           [01]: KB1\n                           [02]: KB2\n",
            [{
                "Host Name": "WEB01", "OS Name": "Microsoft Windows Server 2019", "System Type": "x64-based PC",
                "Hotfix(s)": "2 Hotfix(s) Installed.;KB1;KB2",
            }],
        ),
        (
            "-[ RECORD 1 ]---\nhostname | web01\nos       | AIX\n-[ RECORD 2 ]---\nhostname | db01\nos       | RHEL\n",
            [{"hostname": "web01", "os": "AIX"}, {"hostname": "db01", "os": "RHEL"}],
        ),
        (
            "*************************** 1. row ***************************\nhostname: web01\n      os: AIX\n"
            "*************************** 2. row ***************************\nhostname: db01\n      os: RHEL\n",
            [{"hostname": "web01", "os": "AIX"}, {"hostname": "db01", "os": "RHEL"}],
        ),
        (
            "version: 1\n\ndn: CN=WEB01,OU=Servers,DC=example,DC=com\nobjectClass: top\nobjectClass: computer\ncn: WEB01\n"
            "description:: S8O2bG4=\noperatingSystem: Windows Server 2019 Stan\n dard\n\ndn: CN=DB01,DC=example,DC=com\ncn: DB01\n",
            [
                {
                    "dn": "CN=WEB01,OU=Servers,DC=example,DC=com", "objectClass[]": "top;computer", "cn": "WEB01",
                    "description": "Köln", "operatingSystem": "Windows Server 2019 Standard",
                },
                {"dn": "CN=DB01,DC=example,DC=com", "cn": "DB01"},
            ],
        ),
    ],
)  # fmt: skip
def test_blocks_of_facts_are_records(tmp_path: Path, text: str, rows: list[dict[str, str]]) -> None:
    path, (table,) = found(tmp_path, text)
    assert (table.format, facts(path, table)) == ("key_values", rows)


def test_blocks_under_different_titles_are_different_tables(tmp_path: Path) -> None:
    text = (
        "Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: Dell Inc.\n\tSerial Number: S-1\n\n"
        "Handle 0x1100, DMI type 17, 40 bytes\nMemory Device\n\tSize: 16 GB\n\tLocator: A1\n\n"
        "Handle 0x1101, DMI type 17, 40 bytes\nMemory Device\n\tSize: 32 GB\n\tLocator: A2\n"
    )
    path, tables = found(tmp_path, text)
    assert [(t.name, facts(path, t)) for t in tables] == [
        ("System Information", [{"Manufacturer": "Dell Inc.", "Serial Number": "S-1"}]),
        ("Memory Device", [{"Size": "16 GB", "Locator": "A1"}, {"Size": "32 GB", "Locator": "A2"}]),
    ]
