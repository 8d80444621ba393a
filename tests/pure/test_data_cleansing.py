"""Cleansing a block: types, several columns of one attribute, issues with their rows, and the explanation of a cell."""

from datetime import date, datetime

import polars as pl
import pytest

from muster.phases.data_cleansing.cleanse import cleanse, dtype_of, replay
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import MappingEntry


def entry(position: int, source: str, target: str, **reading: object) -> MappingEntry:
    return MappingEntry(position, source, target, 1.0, **reading)  # type: ignore[arg-type]


def block(*columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({str(place): pl.Series(column, dtype=pl.String) for place, column in enumerate(columns, 1)})


def test_each_attribute_has_the_type_of_the_contract() -> None:
    kinds = {attribute.type: dtype_of(attribute.name) for attribute in attributes().values()}
    assert kinds == {
        "string": pl.String, "text": pl.String, "enum": pl.String, "uuid": pl.String, "integer": pl.Int64,
        "number": pl.Float64, "money": pl.Float64, "boolean": pl.Boolean, "date": pl.Date,
        "datetime": pl.Datetime("us"), "list": pl.List(pl.String), "ip": pl.List(pl.String), "mac": pl.List(pl.String),
    }  # fmt: skip


@pytest.mark.parametrize("target", attributes())
def test_a_column_without_a_single_value_is_there_and_typed(target: str) -> None:
    for texts in (["", "n/a", None], []):
        found = cleanse(block(texts), [entry(1, "Column", target)])
        assert found.issues == ()
        assert found.frame.get_column(target).dtype == dtype_of(target)
        assert found.frame.get_column(target).to_list() == [None] * len(texts)


def test_a_block_without_any_mapping_keeps_its_height() -> None:
    assert cleanse(block(["a", "b"]), []).frame.shape == (2, 0)


@pytest.mark.parametrize(
    ("raw", "value"),
    [('="00123"', "00123"), ('= "a ""b"" c"', 'a "b" c'), ('="n/a"', None), ("=A1+B2", "=A1+B2"), ("=", "=")],
)
@pytest.mark.parametrize("others", [[], [f"A-{n}" for n in range(3000)]], ids=["a short column", "a long one"])
def test_a_code_that_a_spreadsheet_kept_as_text_is_that_text(raw: str, value: str | None, others: list[str]) -> None:
    found = cleanse(block([raw, *others]), [entry(1, "Tag", "asset_tag")])
    assert found.frame.get_column("asset_tag").to_list() == [value, *others]


def test_a_block_is_read_column_by_column() -> None:
    raw = block(
        ["WEB01 ", "db01.corp.example.com", None],
        ["16 GB", "8192 MB", ""],
        ["03/04/2024", "2024-05-06", "n/a"],
        ["10.0.0.1/24", "10.0.0.2; 10.0.0.3", "-"],
        ["2024-05-03T14:00:00+02:00", "", ""],
        ["Virtual", "Physical", "?"],
        ["4", "8 vCPU", "none"],
    )
    mapping = [
        entry(1, "Host", "hostname"),
        entry(2, "RAM", "memory_mb"),
        entry(3, "Installed", "install_date", day_first=True),
        entry(4, "IP", "ip_address"),
        entry(5, "Seen", "last_seen_at"),
        entry(6, "Kind", "is_virtual"),
        entry(7, "CPU", "cpu_cores"),
    ]
    found = cleanse(raw, mapping)
    assert found.issues == ()
    assert found.frame.rows() == [
        (
            "web01",
            16384.0,
            date(2024, 4, 3),
            ["10.0.0.1"],
            datetime.fromisoformat("2024-05-03 12:00:00"),
            True,
            4,
            None,
        ),
        ("db01", 8192.0, date(2024, 5, 6), ["10.0.0.2", "10.0.0.3"], None, False, 8, "db01.corp.example.com"),
        (None, None, None, None, None, None, None, None),
    ]
    assert found.frame.columns[-1] == "fqdn"


def test_a_host_name_fills_only_a_full_name_that_is_missing() -> None:
    raw = block(["a.one.example", "b.two.example", "c", "10.1.2.3"], ["", "b.three.example", "", ""])
    found = cleanse(raw, [entry(1, "Host", "hostname"), entry(2, "DNS", "fqdn")])
    assert found.frame.get_column("fqdn").to_list() == ["a.one.example", "b.three.example", None, None]


def test_the_first_of_several_columns_that_says_something_wins() -> None:
    raw = block(["", "unknown", "Linux"], ["AIX", "", "RHEL"])
    mapping = [entry(2, "OS (tools)", "os_name"), entry(1, "OS (config)", "os_name")]
    assert cleanse(raw, mapping).frame.get_column("os_name").to_list() == ["AIX", None, "Red Hat Enterprise Linux"]


def test_addresses_of_several_columns_are_united_in_mapping_order() -> None:
    raw = block(["10.0.0.2", "", ""], ["10.0.0.1, 10.0.0.2", "10.0.0.9", ""])
    found = cleanse(raw, [entry(2, "IPs", "ip_address"), entry(1, "IP", "ip_address")])
    assert found.frame.get_column("ip_address").to_list() == [["10.0.0.1", "10.0.0.2"], ["10.0.0.9"], None]


def test_numbered_disks_are_added_up_and_behind_a_total() -> None:
    raw = block(["10", "", ""], ["5", "7", ""], ["100", "", ""])
    disks = [
        entry(1, "Disk 1 size", "storage_total_gb", unit="GB"),
        entry(2, "Disk 2 size", "storage_total_gb", unit="GB"),
    ]
    total = entry(3, "Total", "storage_total_gb", unit="GB")
    assert cleanse(raw, [*disks, total]).frame.get_column("storage_total_gb").to_list() == [15.0, 7.0, None]
    assert cleanse(raw, [total, *disks]).frame.get_column("storage_total_gb").to_list() == [100.0, 7.0, None]


def test_an_issue_names_column_value_rule_and_all_rows_once() -> None:
    raw = block(["prod", "zzz", "", "zzz", "yyy"])
    found = cleanse(raw, [entry(1, "Env", "environment")])
    assert [(i.code, i.column, i.value, i.rule, i.rows) for i in found.issues] == [
        ("unknown_word", "Env", "zzz", "environment", (1, 3)),
        ("unknown_word", "Env", "yyy", "environment", (4,)),
    ]
    assert all(issue.value in issue.message and issue.hint for issue in found.issues if issue.value)
    assert found.frame.get_column("environment").to_list() == ["production", "zzz", None, "zzz", "yyy"]


def test_a_guessed_unit_is_said_once_for_the_whole_column() -> None:
    found = cleanse(block(["4096", "8192", "16 GB", "32"]), [entry(1, "Memory", "memory_mb")])
    assert [(issue.code, issue.value, issue.rows) for issue in found.issues] == [("unit_assumed", None, (0, 1, 3))]


def test_an_ambiguous_date_is_an_issue_and_no_guess() -> None:
    found = cleanse(block(["03/04/2024", "23/04/2024"]), [entry(1, "Date", "install_date")])
    assert [(issue.code, issue.rows) for issue in found.issues] == [("ambiguous_date", (0,))]
    assert found.frame.get_column("install_date").to_list() == [None, date(2024, 4, 23)]


def test_a_column_of_many_values_is_read_like_one_of_few() -> None:
    texts = [f"srv{number:05}" for number in range(3000)] + ["SRV 1", "localhost", "", "srv00001.example.com"]
    many = cleanse(block(texts), [entry(1, "Host", "hostname")])
    few = [cleanse(block([text]), [entry(1, "Host", "hostname")]) for text in texts[-5:]]
    assert many.frame.rows()[-5:] == [part.frame.row(0) for part in few]
    assert [(issue.code, issue.rows) for issue in many.issues] == [
        ("not_a_host_name", (3000,)),
        ("junk_host", (3001,)),
    ]


def test_a_cell_is_explained_by_rule_and_issue() -> None:
    ram = entry(2, "RAM", "memory_mb")
    explained = replay("16 GB", ram)
    assert (explained.value, explained.changed_by, explained.issue) == (16384.0, "memory_size", None)
    same = replay("Payroll", entry(1, "Name", "name"))
    assert (same.value, same.changed_by) == ("Payroll", "")
    wrong = replay("lots", ram)
    assert wrong.issue is not None
    assert (wrong.value, wrong.issue.code, wrong.issue.column, wrong.issue.rule) == (
        None,
        "not_a_size",
        "RAM",
        "memory_size",
    )
    assert replay(None, ram).value is None


def test_an_id_of_another_list_is_no_name_and_the_column_of_names_holds() -> None:
    mapping = [entry(1, "location_id", "location"), entry(2, "location_name", "location"), entry(3, "Grid", "location")]
    found = cleanse(block(["3", "0", "Ulm"], ["Lyon", None, None], [None, "7", "8"]), mapping)
    assert found.frame["location"].to_list() == ["Lyon", "7", "Ulm"]
    assert [(issue.code, issue.column, issue.rows) for issue in found.issues] == [
        ("id_of_another_list", "location_id", (0,))
    ]
