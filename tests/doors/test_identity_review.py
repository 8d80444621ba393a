"""What the rules leave open waits in a list; what a person says of it holds from then on."""

import csv
from pathlib import Path

from conftest import Muster

NAMES = (
    "Name,FQDN,IP Address,Serial Number\n"
    "web01,web01.a.example,10.0.0.1,SN-1001\n"
    "web01,web01.b.example,10.0.0.2,SN-1002\n"
)
SHEET = "Name,Owner\nweb01,Ann\nweb07,Bob\n"


def test_an_open_pair_is_listed_decided_and_stays_decided(muster: Muster, tmp_path: Path) -> None:
    for name, text in (("names.csv", NAMES), ("sheet.csv", SHEET)):
        (tmp_path / name).write_text(text)
        muster.call("run", tmp_path / name)
    waiting = muster.json("review", "list")
    pairs = {(row["file"], row["row_number"], row["rival_file"], row["rival_row_number"]) for row in waiting}
    assert pairs == {("sheet.csv", 1, "names.csv", 1), ("sheet.csv", 1, "names.csv", 2)}
    assert muster.json("review", "list", "--rule", "uuid") == []

    refused = muster.call("review", "decide", "7:7", "same", code=2)
    assert "waits for no decision" in refused.stderr
    second = next(row["review"] for row in waiting if row["rival_row_number"] == 2)
    muster.call("review", "decide", second, "same", "--reason", "asked Ann")
    (tmp_path / "newer.csv").write_text(SHEET.replace("Bob", "Cy"))
    muster.call("run", tmp_path / "newer.csv")
    assert second not in {row["review"] for row in muster.json("review", "list")}
    assert {row["rival_row_number"] for row in muster.json("review", "list")} <= {1, 2}
    muster.call("export", "links", "-o", tmp_path / "links.csv")
    with (tmp_path / "links.csv").open(newline="") as file:
        held = {(row["file"], row["row_number"]): row["asset_id"] for row in csv.DictReader(file)}
    assert held["sheet.csv", "1"] == held["names.csv", "2"] != held["names.csv", "1"]


def test_all_pairs_of_a_rule_are_decided_at_once(muster: Muster, tmp_path: Path) -> None:
    for name, text in (("names.csv", NAMES), ("sheet.csv", SHEET)):
        (tmp_path / name).write_text(text)
        muster.call("run", tmp_path / name)
    decided = muster.json("review", "decide", "--rule", "name", "--all", "different", "--above", "0.5")
    assert (decided["verdict"], len(decided["decisions"])) == ("different", 2)
    assert muster.json("review", "list") == []
    assert len(_named(muster, "web01")) == 3


def _named(muster: Muster, name: str) -> list[object]:
    return [row for row in muster.json("asset", "list", "--where", f"name={name}") if row["name"] == name]


def test_a_proposal_is_decided_and_not_made_again(muster: Muster, tmp_path: Path) -> None:
    tools = {
        "hosts.csv": "Hostname,IP Address,OS\nlonwebapp01,10.0.0.1,Windows Server 2019\nparcrmapp02,10.0.0.2,AIX 7.2\n",
        "list.csv": "Hostname,IP Address,OS\nlonwabapp01,10.0.9.1,Windows Server 2019\nparcrmapp03,10.0.9.2,AIX 7.2\n",
    }
    for name, text in tools.items():
        (tmp_path / name).write_text(text)
        muster.call("run", tmp_path / name)
    assert muster.json("review", "list") == []
    (found,) = muster.json("review", "propose")
    assert {found["asset"], found["rival"]} == {"lonwebapp01", "lonwabapp01"}
    assert (found["agrees"], found["contradicts"]) == (["os_name"], ["ip_address"])
    muster.call("review", "decide", found["review"], "different", "--reason", "two sites")
    assert muster.json("review", "propose") == []
    before = len(muster.json("asset", "list"))
    muster.call("review", "decide", found["review"], "same", "--reason", "one after all")
    assert len(muster.json("asset", "list")) == before - 1


def test_hardware_of_a_list_and_a_machine_of_its_name_and_address_are_asked_about(
    muster: Muster, tmp_path: Path
) -> None:
    files = {
        "list.csv": "Server Name,IP Address,Serial Number,Is Virtual,Environment\n"
        "db7,10.0.0.7,T3XKZ41,false,Production\nerp1,10.0.0.1,,,Production\nerp1,,,,Test\n",
        "vms.csv": "VM,Powerstate,Primary IP Address,VM UUID\n"
        "db7,poweredOn,10.0.0.7,421c7a6b-0102-0304-0506-0708090a0b0c\n"
        "web2,poweredOn,10.0.0.9,421c7a6b-0102-0304-0506-0708090a0b0d\n",
        "nodes.csv": "Node Name,Polling IP,Node Status\nweb3,10.0.0.9,Up\n10.0.0.9,10.0.0.9,Up\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        muster.call("run", tmp_path / name)
    waiting = muster.json("review", "list")
    asked = {(row["asset"], row["rival"], row["rule"]) for row in waiting}
    assert asked == {
        ("db7", "db7", "host_address"),
        ("erp1", "erp1", "name"),
        ("10.0.0.9", "web2", "address"),
        ("10.0.0.9", "web3", "address"),
    }
    (moved,) = (row for row in waiting if row["rule"] == "host_address")
    assert (moved["agrees"], moved["contradicts"]) == (["ip_address"], ["is_virtual"])
    muster.call("review", "decide", moved["review"], "same", "--reason", "it was moved to a hypervisor in March")
    muster.call("review", "decide", "--rule", "name", "--all", "different")
    assert {row["rule"] for row in muster.json("review", "list")} == {"address"}
    assert len(_named(muster, "db7")) == 1
    assert len(_named(muster, "erp1")) == 2
