"""What kind of asset a record is: its own class first, then what only one kind has, then the table it stands in."""

import polars as pl
import pytest

from muster.phases.asset_inventory.kinds import classify


def kind_of(table: str, **facts: str | bool) -> tuple[str, str]:
    """The kind of one record, and why, in a table of this record kind."""
    found = classify(pl.DataFrame([facts]), pl.Series([table]))
    return found["kind"][0], found["kind_reason"][0]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Laptop", "other"),
        ("Ordinateur", "other"),
        ("PC/Portátil", "other"),
        ("Bildschirm", "other"),
        ("显示器", "other"),
        ("プリンタ", "other"),
        ("Workstation", "other"),
        ("Server", "server"),
        ("服务器", "server"),
        ("Domain Controller", "server"),
        ("Network Switch", "network"),
        ("Cortafuegos", "network"),
        ("Punto de acceso", "network"),
        ("WLAN-Controller", "network"),
        ("路由器", "network"),
        ("QEMU", "virtual_machine"),
        ("NAS", "storage"),
    ],
)
def test_the_class_of_a_record_outranks_its_table_and_is_told(said: str, kind: str) -> None:
    assert kind_of("server", name="x1", asset_type=said) == (kind, f"its class says so: {said}")


@pytest.mark.parametrize(
    ("table", "system", "kind"),
    [
        ("server", "Microsoft Windows 11 Enterprise", "other"),
        ("server", "macOS 14.1", "other"),
        ("server", "Windows Server 2019 Standard", "server"),
        ("server", "Windows Server 2012 R2", "server"),
        ("server", "Ubuntu 22.04", "server"),
        ("virtual_machine", "Windows 10 Pro", "virtual_machine"),
        ("network", "Cisco IOS XE 17.3", "network"),
    ],
)
def test_the_system_of_a_workplace_makes_no_server(table: str, system: str, kind: str) -> None:
    assert kind_of(table, name="pc-17", os_name=system)[0] == kind


def test_a_workplace_that_runs_on_a_host_is_a_virtual_machine() -> None:
    found = kind_of("server", name="vdi7", os_name="Windows 11", virtualization_host="esx3")
    assert found == ("virtual_machine", "it runs on a virtualization host")
