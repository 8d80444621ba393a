"""What the intake makes of command output: sockets of any system, lsof, and several hosts in one file."""

from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.table import Table


def found(folder: Path, text: str) -> tuple[Path, tuple[Table, ...]]:
    path = folder / "upload"
    path.write_bytes(text.encode())
    return path, intake.tables(path, Limits())


def records(path: Path, table: Table, span_bytes: int = 1 << 20) -> list[tuple[str, ...]]:
    return [
        row
        for span in intake.spans(path, table, span_bytes)
        for block in intake.read(path, table, span)
        for row in block.frame.rows()
    ]


WINDOWS = """
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1048
  RpcSs
 [svchost.exe]
  TCP    10.0.0.4:50122         10.0.0.9:1433          ESTABLISHED     4020
 [app.exe]
  UDP    [::]:5353              *:*                                    2212
"""
MACOS = """Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  10.0.0.4.52345         10.0.0.9.443           ESTABLISHED
tcp6       0      0  fe80::1%lo0.88         *.*                    LISTEN
udp4       0      0  *.5353                 *.*
"""
LSOF = """COMMAND     PID   USER   FD   TYPE             DEVICE SIZE/OFF NODE NAME
sshd        812   root  cwd    DIR                8,1     4096    2 /
sshd        812   root    3u  IPv4              20195      0t0  TCP *:22 (LISTEN)
Google\\x20 901  ada     23u  IPv6 0xb1c2d3e4f5a6b7c8      0t0  TCP [fd00::4]:5000->[fd00::9]:443 (ESTABLISHED)
ntpd        77   ntp    16u  IPv4              11811      0t0  UDP 10.0.0.4:123
"""


@pytest.mark.parametrize("lines", [slice(None), slice(4, None)], ids=["header", "no header"])
def test_netstat_of_windows_keeps_the_program_with_its_socket(tmp_path: Path, lines: slice) -> None:
    path, (table,) = found(tmp_path, "\n".join(WINDOWS.split("\n")[lines]))
    assert table.columns == ("Proto", "Local Address", "Foreign Address", "State", "PID")
    assert table.locator["local_addresses"] == ["10.0.0.4"]
    assert records(path, table) == [
        ("TCP", "0.0.0.0:135", "0.0.0.0:0", "LISTENING", "1048 [svchost.exe]"),
        ("TCP", "10.0.0.4:50122", "10.0.0.9:1433", "ESTABLISHED", "4020 [app.exe]"),
        ("UDP", "[::]:5353", "*:*", "", "2212"),
    ]


def test_netstat_of_macos_writes_ports_behind_dots(tmp_path: Path) -> None:
    path, (table,) = found(tmp_path, MACOS)
    assert table.locator["local_addresses"] == ["10.0.0.4", "fe80::1"]
    assert [row[3:6] for row in records(path, table)] == [
        ("10.0.0.4.52345", "10.0.0.9.443", "ESTABLISHED"),
        ("fe80::1%lo0.88", "*.*", "LISTEN"),
        ("*.5353", "*.*", ""),
    ]


@pytest.mark.parametrize("first", [0, 2], ids=["header", "no header"])
def test_lsof_gives_its_sockets_with_both_ends(tmp_path: Path, first: int) -> None:
    path, (table,) = found(tmp_path, "\n".join(LSOF.split("\n")[first:]))
    assert (table.record_kind, table.header_row) == ("connection", None if first else 1)
    assert table.columns[:9] == ("COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME")
    assert table.locator["local_addresses"] == ["fd00::4", "10.0.0.4"]
    assert [(row[0], row[1], row[7], *row[9:]) for row in records(path, table)] == [
        ("sshd", "812", "TCP", "*:22", "", "LISTEN"),
        ("Google\\x20", "901", "TCP", "[fd00::4]:5000", "[fd00::9]:443", "ESTABLISHED"),
        ("ntpd", "77", "UDP", "10.0.0.4:123", "", ""),
    ]


@pytest.mark.parametrize("mark", ["{} | CHANGED | rc=0 >>", "==> dumps/{} <==", "##### host: {} #####", "=== {} ==="])
def test_dumps_of_several_hosts_become_a_table_each(tmp_path: Path, mark: str) -> None:
    dump = "tcp   ESTAB  0      0      {}:49152      10.1.0.9:5432\n"
    text = "".join(
        f"{mark.format(host)}\n{dump.format(own)}\n" for host, own in (("web01", "10.1.0.4"), ("db01", "10.1.0.5"))
    )
    path, tables = found(tmp_path, text)
    assert [(t.name, t.locator["local_addresses"], [row[4] for row in records(path, t)]) for t in tables] == [
        ("web01", ["10.1.0.4"], ["10.1.0.4:49152"]),
        ("db01", ["10.1.0.5"], ["10.1.0.5:49152"]),
    ]
    assert [t.locator["first_file_row"] for t in tables] == [1, 4]
