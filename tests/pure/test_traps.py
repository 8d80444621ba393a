"""Every trap warns of its own examples and keeps still on the others; clean files of many kinds give no warning."""

from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.profiles.table_profile import TableProfile, known_traps, merged, of_block, warnings
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Table

TRAPS = sorted(known_traps())


def read(folder: Path, text: str, span_bytes: int = 1 << 22) -> tuple[Table, TableProfile]:
    path = folder / "file.csv"
    path.write_bytes(text.encode(errors="surrogateescape"))  # an example may hold single bytes
    (table, *_) = intake.tables(path, Limits())
    spans = intake.spans(path, table, span_bytes)
    return table, merged([of_block(block, table.columns) for span in spans for block in intake.read(path, table, span)])


def seen_in(folder: Path, text: str) -> tuple[Issue, ...]:
    return warnings(*read(folder, text))


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in TRAPS for n in range(len(known_traps()[name].warns))]
)
def test_a_trap_warns_of_its_examples_with_its_own_name_as_code(tmp_path: Path, name: str, number: int) -> None:
    assert name in {issue.code for issue in seen_in(tmp_path, known_traps()[name].warns[number])}


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in TRAPS for n in range(len(known_traps()[name].silent))]
)
def test_a_trap_keeps_still_where_it_only_looks_like_one(tmp_path: Path, name: str, number: int) -> None:
    assert name not in {issue.code for issue in seen_in(tmp_path, known_traps()[name].silent[number])}


# Column and value that a person is shown, for one example of every trap that points at a column.
POINTS_AT = {
    "cut_text": ("Note", None),
    "day_or_month": ("Seen", "03/04/2024"),
    "decimal_comma": ("Load", "12,5"),
    "error_value": ("Owner", "#N/A"),
    "formula": ("Full", "=CONCAT(A2,B2)"),
    "garbled_text": ("Ort", "MÃ¼nchen"),
    "lost_leading_zeros": ("Cost center", "412"),
    "mangled_number": ("Serial", "6.37702E+15"),
    "month_and_day": ("Version", "1-Mar"),
    "junk_serial": ("Serial Number", "To be filled by O.E.M."),
    "sentinel_date": ("Last Seen", "1970-01-01 00:00:00"),
    "thousands_separator": ("RAM", "16,384"),
}


@pytest.mark.parametrize("name", sorted(POINTS_AT))
def test_a_warning_shows_the_column_and_a_value(tmp_path: Path, name: str) -> None:
    issue = next(issue for issue in seen_in(tmp_path, known_traps()[name].warns[0]) if issue.code == name)
    column, value = POINTS_AT[name]
    assert (issue.column, issue.value if value else None) == (column, value)


CLEAN = {
    "servers": "Hostname,IP Address,OS,CPU,Memory (GB),Serial Number,Install Date,Environment\n"
    + "".join(
        f"srv-app{n:02},10.1.{n}.7,Red Hat Enterprise Linux 8.{n % 6},{2 + n % 3 * 2},{8 * (1 + n % 4)},"
        f"VMX{n * 7919 + 1000},"
        f"20{10 + n % 12}-{1 + n % 12:02}-{3 + n % 25:02},{('Production', 'Test')[n % 2]}\n"
        for n in range(60)
    ),
    "virtual machines": "VM,Powerstate,VM UUID,VM ID,VI SDK Server,Provisioned MiB,Annotation\n"
    + "".join(
        f"vm{n},{('poweredOn', 'poweredOff')[n % 3 == 0]},42{n:06}-1b2c-3d4e-5f60-{n * 977:012},vm-{n + 100},"
        f"vc1.corp.example,"
        f'{40960 + n * 512},"Owned by team {n % 4}, do not move"\n'
        for n in range(50)
    ),
    "connections": "Source,Destination,Port,Protocol\n"
    + "".join(f"10.0.0.{n % 5},10.0.1.{n % 3},{(443, 5432, 22)[n % 3]},tcp\n" for n in range(80)),
    "applications": "Application;Besitzer;Kritikalität;Kosten (EUR);Beschreibung;Nächste Prüfung\n"
    + "".join(
        f"Fachverfahren {n};anna.muster{n}@firma.example;{('hoch', 'mittel', 'k.A.')[n % 3]};{1200 + n * 35};"
        f"Läuft für Abteilung {n};{13 + n % 15}.0{1 + n % 9}.2027\n"
        for n in range(40)
    ),
    "relations": "Parent,Child,Type\n" + "".join(f"app{n % 7},srv{n},Runs on::Runs\n" for n in range(40)),
    "software": "Computer,Product,Version,Publisher,Size (MB)\n"
    + "".join(f"pc{n // 4},Tool {n % 4},{n % 5}.{n % 7}.{n},Maker {n % 3},{n * 3.5}\n" for n in range(60)),
    "metrics": "host,timestamp,cpu_pct,net_bytes\n"
    + "".join(f"h{n % 3},2026-03-01T10:{n % 60:02}:00Z,{n % 100 / 3:.2f},{n * 1.5e9:e}\n" for n in range(60)),
    "a list of few": "Name,Role,Notes\nweb01,web,\ndb01,database,backup at night\n",
    "codes with zeros": "Site,Post code,City\n" + "".join(f"S{n},{1000 + n * 1231:05},City {n}\n" for n in range(40)),
    "old ids": "Id,Name,Parent Id\n" + "".join(f"{n + 1},Rack {n},{n // 4 + 1}\n" for n in range(150)),
}


@pytest.mark.parametrize("name", sorted(CLEAN))
def test_a_clean_file_gives_no_warning(tmp_path: Path, name: str) -> None:
    assert seen_in(tmp_path, CLEAN[name]) == ()


def test_cutting_a_table_otherwise_gives_the_same_warnings(tmp_path: Path) -> None:
    for name in TRAPS:
        text = known_traps()[name].warns[0]
        whole, cut = (warnings(*read(tmp_path, text, size)) for size in (1 << 22, 64))
        assert whole == cut, name


def test_ids_that_two_things_share_are_found_however_far_apart_they_stand(tmp_path: Path) -> None:
    """Each shared id stands once near the start and once near the end, in blocks that know nothing of each other."""
    ids = [*range(4_000), *range(0, 4_000, 400)]
    rows = "".join(f"vm{at},42{n:06}-1b2c-3d4e-5f60-{n:012},vm-{n},vc{at // 4_000}\n" for at, n in enumerate(ids))
    text = f"VM,VM UUID,VM ID,VI SDK Server\n{rows}"
    whole, cut = (warnings(*read(tmp_path, text, size)) for size in (1 << 22, 20_000))
    for found in (whole, cut):
        said = {issue.code: issue.message for issue in found}
        assert said["cloned_uuid"].startswith("10 UUIDs stand beside more than one name")
        assert said["colliding_vm_id"].startswith("10 VM ids occur in more than one vCenter")
