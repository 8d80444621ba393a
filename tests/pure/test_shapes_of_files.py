"""Shapes in which files arrive and that say more or less than their records: forms, parts, remarks, hidden rows."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.profiles.table_profile import merged, of_block, warnings

Picture = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]
HOSTS = tuple((f"srv{at}", f"10.0.0.{at}", "Debian 12", "4") for at in range(1, 7))
NAMES = ("Hostname", "IP", "OS", "CPU")


def pictures(folder: Path, content: bytes, span_bytes: int = 1 << 20) -> list[Picture]:
    """(columns, records, codes of what was rejected) of each table."""
    path = folder / "upload"
    path.write_bytes(content)
    found = []
    for table in intake.tables(path, Limits()):
        records: list[tuple[str, ...]] = []
        codes: list[str] = []
        for span in intake.spans(path, table, span_bytes):
            for block in intake.read(path, table, span):
                refused = {entry.ordinal for entry in block.rejected}
                codes += [entry.issue.code for entry in block.rejected]
                records += [row for at, row in enumerate(block.frame.rows()) if at not in refused]
        found.append((table.columns, tuple(records), tuple(codes)))
    return found


def warned(folder: Path, content: bytes) -> set[str]:
    path = folder / "upload"
    path.write_bytes(content)
    (table, *_) = intake.tables(path, Limits())
    spans = intake.spans(path, table, 1 << 20)
    blocks = [block for span in spans for block in intake.read(path, table, span)]
    found = merged([of_block(block, table.columns) for block in blocks])
    return {issue.code for issue in (*table.warnings, *warnings(table, found))}


def csv(*rows: Sequence[object]) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode() + b"\n"


def workbook(*rows: Sequence[object], hidden: Sequence[int] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("made", [csv, workbook])
def test_a_list_of_names_below_a_table_is_a_table_of_its_own(tmp_path: Path, made: type) -> None:
    listed = pictures(tmp_path, made(NAMES, *HOSTS, (), ("Old machines",), ("Hostname",), ("old1",), ("old2",)))
    assert listed == [(NAMES, HOSTS, ()), (("Hostname",), (("old1",), ("old2",)), ())]


def test_a_legend_below_a_table_is_no_table(tmp_path: Path) -> None:
    legend = ("Server: a machine",), ("VM: a virtual machine",), ("* estimated",)
    ((_columns, records, _codes),) = pictures(tmp_path, workbook(NAMES, *HOSTS, (), *legend))
    assert records[:6] == HOSTS


@pytest.mark.parametrize("made", [csv, workbook])
def test_rows_of_a_form_that_nobody_filled_in_are_no_records(tmp_path: Path, made: type) -> None:
    names = ("No", "Hostname", "IP", "OS", "Migrate?")
    filled = tuple((str(at), f"srv{at}", f"10.0.0.{at}", "AIX", "Yes") for at in (1, 2))
    form = made(names, *filled, *((at, "", "", "", "No") for at in range(3, 500)))
    assert pictures(tmp_path, form, span_bytes=512) == [(names, filled, ())]
    assert "empty_form_rows" in warned(tmp_path, form)


def test_records_of_which_only_a_number_is_known_are_kept(tmp_path: Path) -> None:
    names = ("Asset ID", "Type", "Owner", "Note")
    rows = tuple((str(at), "Server", "", "old" if at < 3 else "") for at in range(1000, 1050))
    ((_columns, records, _codes),) = pictures(tmp_path, csv(names, *rows))
    assert records == rows


def test_lines_that_head_a_part_of_a_table_are_set_aside(tmp_path: Path) -> None:
    rows = ("Datacenter Ulm",), *HOSTS[:3], ("Datacenter Bern",), *HOSTS[3:]
    assert pictures(tmp_path, workbook(NAMES, *rows)) == [(NAMES, HOSTS, ("section_line",) * 2)]


def test_a_total_is_told_by_its_sum_where_every_cell_is_filled(tmp_path: Path) -> None:
    names, rows = ("Hostname", "CPU", "RAM"), (("srv1", "4", "16"), ("srv2", "8", "64"))
    assert pictures(tmp_path, csv(names, *rows, ("Total", 12, 80))) == [(names, rows, ("closing_line",))]
    assert pictures(tmp_path, csv(names, *rows, ("Total", 2, 8))) == [(names, (*rows, ("Total", "2", "8")), ())]


def test_what_a_cover_says_is_no_table(tmp_path: Path) -> None:
    cover = ("Customer:", "ACME"), ("Author:", "Jane Doe"), ("Date:", "2024-11-01"), ()
    assert pictures(tmp_path, workbook(*cover, NAMES, *HOSTS)) == [(NAMES, HOSTS, ())]


def test_years_name_columns_of_figures(tmp_path: Path) -> None:
    names = ("Server", "Cost center", "2022", "2023")
    rows = tuple((f"srv{at}", "4711", "100", "200") for at in range(5))
    assert pictures(tmp_path, csv(names, *rows)) == [(names, rows, ())]


def test_hidden_rows_are_read_and_told_of(tmp_path: Path) -> None:
    content = workbook(NAMES, *HOSTS, hidden=(3, 4, 40))
    assert pictures(tmp_path, content) == [(NAMES, HOSTS, ())]
    assert "hidden_rows" in warned(tmp_path, content)
    assert "hidden_rows" not in warned(tmp_path, workbook(NAMES, *HOSTS))


def test_bytes_of_another_encoding_cost_no_record(tmp_path: Path) -> None:
    rows = [("srv1", "Köln"), ("srv2", "Zürich"), ("srv3", "Genève"), ("srv4", "Łódź"), ("srv5", "Bern")]
    lines = [",".join(row).encode("cp1252" if row[0] == "srv2" else "utf-8") for row in [("Hostname", "Ort"), *rows]]
    content = b"\n".join(lines)
    assert pictures(tmp_path, content) == [(("Hostname", "Ort"), tuple(rows), ())]
    assert "stray_bytes" in warned(tmp_path, content)
    undefined = content.replace("Zürich".encode("cp1252"), b"Z\x81rich")
    assert [codes for _columns, _records, codes in pictures(tmp_path, undefined)] == [("undecodable_text",)]


@pytest.mark.parametrize("rows", [[list(NAMES), *map(list, HOSTS)], {"columns": NAMES, "rows": HOSTS}])
def test_json_of_names_and_rows_is_a_table(tmp_path: Path, rows: object) -> None:
    answers = (rows, {"took": 3, "result": rows}) if isinstance(rows, dict) else (rows,)
    for answer in answers:
        assert pictures(tmp_path, json.dumps(answer).encode()) == [(NAMES, HOSTS, ())]


def test_the_answer_of_a_search_is_read_by_its_hits(tmp_path: Path) -> None:
    hits = [{"_id": str(at), "_source": {"host": name}} for at, (name, *_) in enumerate(HOSTS)]
    answer = {"took": 3, "_shards": {"total": 5}, "hits": {"total": {"value": 6}, "hits": hits}}
    ((columns, records, _codes),) = pictures(tmp_path, json.dumps(answer).encode())
    assert (columns, len(records)) == (("_id", "_source.host"), 6)


def test_lists_under_the_places_they_are_in_are_one_list(tmp_path: Path) -> None:
    """As cloud listings over all zones are written; a place without any says so in other members."""
    places = {
        "zones/a": {"instances": [{"name": "web01", "status": "RUNNING"}, {"name": "web02", "status": "RUNNING"}]},
        "zones/b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
        "zones/c": {"instances": [{"name": "db01", "status": "TERMINATED"}]},
    }
    document = {"kind": "list", "id": "projects/p", "items": places, "selfLink": "https://example.org/list"}
    [(columns, records, rejected)] = pictures(tmp_path, json.dumps(document).encode())
    assert columns == ("name", "status", "items{}")
    assert records == (
        ("web01", "RUNNING", "zones/a"),
        ("web02", "RUNNING", "zones/a"),
        ("db01", "TERMINATED", "zones/c"),
    )
    assert not rejected


def test_short_blocks_of_facts_are_records_where_they_come_again_and_again(tmp_path: Path) -> None:
    """As xe prints what it is asked for: three facts a machine, and how each may be accessed."""
    block = (
        "uuid ( RO)           : {at}d8b2c4-2c6c\n     name-label ( RW): srv{at}\n    power-state ( RO): running\n\n\n"
    )
    text = "".join(block.format(at=at) for at in range(1, 6))
    [(columns, records, rejected)] = pictures(tmp_path, text.encode())
    assert columns == ("uuid ( RO)", "name-label ( RW)", "power-state ( RO)")
    assert records == tuple((f"{at}d8b2c4-2c6c", f"srv{at}", "running") for at in range(1, 6))
    assert not rejected


def test_a_circle_of_groups_in_an_inventory_ends(tmp_path: Path) -> None:
    content = b"[a]\nsrv[1:2] ansible_user=ops\n[a:children]\nb\n[b:children]\na\n[b:vars]\nsite=ulm\n"
    ((columns, records, _codes),) = pictures(tmp_path, content)
    assert columns == ("key", "groups[]", "site", "ansible_user")
    assert records == (("srv1", "a;b", "ulm", "ops"), ("srv2", "a;b", "ulm", "ops"))


def test_dmidecode_is_told_by_its_handles(tmp_path: Path) -> None:
    listed = "".join(f"\t\t{what} is supported\n" for what in ("ISA", "PCI", "PNP", "APM", "USB", "ACPI"))
    text = (
        "# dmidecode 3.3\nSMBIOS 2.8 present.\n\nHandle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n"
        f"\tVendor: Phoenix\n\tCharacteristics:\n{listed}\nHandle 0x0001, DMI type 1, 27 bytes\n"
        "System Information\n\tManufacturer: Dell Inc.\n\tSerial Number: ABC123\n"
    )
    bios, system = pictures(tmp_path, text.encode())
    assert bios[0] == ("Vendor", "Characteristics")
    assert system[:2] == (("Manufacturer", "Serial Number"), (("Dell Inc.", "ABC123"),))
