"""A condition on the name means records by what they call their thing, as assets are called."""

import pytest
from inventory_builder import File, take

from muster.phases.asset_inventory.conditions import read_condition
from muster.phases.asset_inventory.decisions import InventoryDecision

FILES = [
    File("a", [{"hostname": "web1"}, {"name": "db1", "hostname": "web1"}], table="hosts"),
    File("b", [{"fqdn": "web1.corp.example"}, {"serial_number": "SN-1"}], table="names"),
]


@pytest.mark.parametrize(
    ("written", "excluded"),
    [
        ("name=WEB1", ["a1"]),
        ("name=db1", ["a2"]),
        ("name~web1", ["a1", "b1"]),
        ("hostname=web1", ["a1", "a2"]),
        ("name=", ["b2"]),
        ("name!=web1", ["a2", "b1"]),
    ],
)
def test_a_record_with_a_host_name_only_is_called_by_it(written: str, excluded: list[str]) -> None:
    left_out = InventoryDecision("exclude", (), where=(read_condition(written),))
    links = take(FILES, [left_out]).links
    gone = links.filter(links["disposition"] == "excluded")["record_id"].to_list()
    assert sorted(f"{'ab'[record // 1000]}{record % 1000}" for record in gone) == excluded
