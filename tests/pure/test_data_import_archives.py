"""What the intake makes of archives, compressed files and folders: every table of every member, and never more."""

import bz2
import gzip
import io
import lzma
import shutil
import stat
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.packed_folder import as_one_file
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileTooLarge, FormatUnknown, MusterError
from muster.vocabulary.table import Table

SERVERS = b"Hostname,IP Address,OS\nweb01,10.0.0.1,AIX\nweb02,10.0.0.2,AIX\n"
DISKS = b"VM;Disk;Capacity MiB\nweb01;Hard disk 1;1024\n"
APPS = b'{"results": [{"name": "crm", "owner": "Ann"}, {"name": "erp", "owner": "Bob"}]}'
PDF = b"%PDF-1.7\nnothing that is a table"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def workbook(*sheets: str) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name in sheets:
        sheet = book.create_sheet(name)
        for row in (["Hostname", "OS"], ["web01", "AIX"], ["db01", "AIX"]):
            sheet.append(row)
    book.save(file)
    return file.getvalue()


def written(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def records(path: Path, table: Table, scratch: Path | None = None) -> list[tuple[str, ...]]:
    return [
        row
        for span in intake.spans(path, table, 1 << 20, scratch)
        for block in intake.read(path, table, span, scratch)
        for row in block.frame.rows()
    ]


def found(path: Path, limits: Limits | None = None) -> list[tuple[str, str, int]]:
    return [(t.name, t.format, len(records(path, t))) for t in intake.tables(path, limits or Limits())]


def issues(path: Path, limits: Limits | None = None) -> list[tuple[str, str]]:
    return [(issue.code, issue.message) for t in intake.tables(path, limits or Limits()) for issue in t.warnings]


@pytest.mark.parametrize("name", sorted(intake.known_archives()))
def test_every_archive_recognises_and_unpacks_its_own_example(tmp_path: Path, name: str) -> None:
    archive = intake.known_archives()[name]
    path = written(tmp_path, archive.example.content)
    assert intake.recognise(path, Limits()) is archive
    unpacked = []
    for member in archive.members(path):
        assert member.open is not None
        with member.open() as content:
            unpacked.append((member.path, content.read()))
    assert tuple(sorted(unpacked)) == archive.example.members


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_every_table_of_every_member_is_one_table_of_the_upload(tmp_path: Path, pack: object) -> None:
    members = {
        "site/servers.csv": SERVERS,
        "site/deep/apps.json": APPS,
        "site/disks.txt": DISKS,
        "site/book.bin": workbook("vInfo", "vCPU"),
    }
    path = written(tmp_path, pack(members))  # type: ignore[operator]
    assert found(path) == [
        ("book.bin / vInfo", "xlsx_workbook", 2),
        ("book.bin / vCPU", "xlsx_workbook", 2),
        ("deep/apps / results[]", "json_records", 2),
        ("disks", "delimited_text", 1),
        ("servers", "delimited_text", 2),
    ]
    assert issues(path) == []


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lzma.compress,
        zstandard.compress,
        lambda content: zipped({"one.csv": content}),
        lambda content: tarred({"one.csv": content}),
        lambda content: gzip.compress(tarred({"one.csv": content})),
        lambda content: bz2.compress(tarred({"one.csv": content})),
        lambda content: lzma.compress(tarred({"one.csv": content})),
        lambda content: zipped({"a/one.csv.gz": gzip.compress(content)}),
        lambda content: zipped({"inner.zip": zipped({"one.csv": content})}),
    ],
)
def test_a_table_reads_the_same_however_it_is_packed(tmp_path: Path, pack: object) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(SERVERS)
    packed.write_bytes(pack(SERVERS))  # type: ignore[operator]
    (one,), (other,) = intake.tables(plain, Limits()), intake.tables(packed, Limits())
    assert (other.name, other.format, other.columns, other.record_kind, other.header_row) == (
        one.name,
        one.format,
        one.columns,
        one.record_kind,
        one.header_row,
    )
    assert records(packed, other) == records(plain, one)


def test_a_member_is_named_as_a_person_knows_it_and_its_name_tells_the_kind_of_record(tmp_path: Path) -> None:
    columns = b"Name,Description\nalpha,first\nbeta,second\n"
    members = {
        "export/RVTools_tabvInfo.csv": b"VM,Powerstate\nweb01,poweredOn\n",
        "export/servers_2024-05-01.csv": columns,
        "export/applications.json": APPS,
        "export/same.csv": SERVERS,
        "export/same.txt": SERVERS,
        "export/virtual machines.xlsx": workbook("Sheet1"),
    }
    path = written(tmp_path, zipped(members))
    tables = intake.tables(path, Limits())
    assert [(t.name, t.record_kind, t.locator["member"]) for t in tables] == [
        ("RVTools_tabvInfo", "virtual_machine", "export/RVTools_tabvInfo.csv"),
        ("applications / results[]", "application", "export/applications.json"),
        ("same.csv", "server", "export/same.csv"),
        ("same.txt", "server", "export/same.txt"),
        ("servers_2024-05-01", "server", "export/servers_2024-05-01.csv"),
        ("virtual machines / Sheet1", "virtual_machine", "export/virtual machines.xlsx"),
    ]


def test_what_is_no_table_is_named_and_what_a_system_left_behind_is_not(tmp_path: Path) -> None:
    members = {
        "servers.csv": SERVERS,
        "readme.txt": b"Name,Meaning\nservers,all of them\ndisks,all of them\n",
        "report.pdf": PDF,
        "logo.png": PICTURE,
        "nothing.csv": b"",
        "__MACOSX/._servers.csv": b"\x00\x05\x16\x07" * 20,
        ".DS_Store": b"\x00\x00\x00\x01Bud1" * 20,
        "Thumbs.db": b"\xd0\xcf\x11\xe0",
        "~$book.xlsx": b"lock",
        "letter.docx": zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}),
    }
    path = written(tmp_path, zipped(members))
    assert found(path) == [("records", "delimited_text", 2)]
    assert issues(path) == [
        (
            "member_skipped",
            "Left out, for they hold no table: letter.docx, logo.png, nothing.csv, readme.txt, report.pdf.",
        )
    ]


def test_a_damaged_member_costs_no_other_one(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.csv": SERVERS, "b.csv": DISKS * 40, "c.json": b'[{"a": 1}, {"b"', "d.csv": SERVERS}))
    place = content.index(b"b.csv") + 20
    content[place : place + 10] = b"\xff" * 10
    path = written(tmp_path, bytes(content))
    assert [name for name, _format, _records in found(path)] == ["a", "d"]
    codes = [(code, message.split(" ")[0]) for code, message in issues(path)]
    assert codes == [("member_unreadable", "b.csv"), ("member_unreadable", "c.json")]


def test_a_member_behind_a_password_is_left_out_and_alone_it_is_refused(tmp_path: Path) -> None:
    locked = bytearray(zipped({"locked.csv": SERVERS, "open.csv": SERVERS}))
    for place in (locked.index(b"PK\x03\x04") + 6, locked.index(b"PK\x01\x02") + 8):
        locked[place] |= 1
    path = written(tmp_path, bytes(locked))
    assert found(path) == [("records", "delimited_text", 2)]
    assert issues(path) == [("member_skipped", "Left out, for they hold no table: locked.csv.")]
    alone = bytearray(zipped({"locked.csv": SERVERS}))
    for place in (alone.index(b"PK\x03\x04") + 6, alone.index(b"PK\x01\x02") + 8):
        alone[place] |= 1
    with pytest.raises(FormatUnknown, match="password") as caught:
        intake.tables(written(tmp_path, bytes(alone)), Limits())
    assert "without the password" in caught.value.recovery_hint


def test_names_that_lead_elsewhere_and_links_lead_nowhere(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("../../up.csv", "/root.csv", "C:\\disk\\drive.csv", "plain.csv"):
            archive.writestr(zipfile.ZipInfo(name), SERVERS)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    folder = tmp_path / "here"
    folder.mkdir()
    path = written(folder, file.getvalue())
    scratch = folder / "scratch"
    tables = intake.tables(path, Limits(), scratch)
    assert [t.name for t in tables] == ["disk/drive", "plain", "root", "up"]
    assert [issue.message for issue in tables[0].warnings] == ["Left out, for they hold no table: link.csv."]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["here"]
    assert {entry.name for entry in folder.iterdir()} == {"upload", "scratch"}

    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, kind in (("hard.csv", tarfile.LNKTYPE), ("soft.csv", tarfile.SYMTYPE), ("pipe", tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            tar.addfile(entry)
        entry = tarfile.TarInfo("/../servers.csv")
        entry.size = len(SERVERS)
        tar.addfile(entry, io.BytesIO(SERVERS))
    path = written(tmp_path, file.getvalue())
    assert found(path) == [("records", "delimited_text", 2)]
    assert issues(path) == [("member_skipped", "Left out, for they hold no table: hard.csv, pipe, soft.csv.")]


BOMB = b"0" * (80 << 20)


@pytest.mark.parametrize(
    ("content", "limits", "said"),
    [
        (zipped({"a.csv": BOMB}), Limits(), "max_ratio"),
        (gzip.compress(BOMB), Limits(), "max_ratio"),
        (zipped({"in.zip": zipped({"a.csv": BOMB})}), Limits(), "max_ratio"),
        (zipped({"in.zip": zipped({"a.csv": BOMB}), "x.csv": SERVERS}), Limits(), "max_ratio"),
        (gzip.compress(tarred({"a.csv": BOMB})), Limits(), "max_ratio"),
        (
            zipped({"a.csv": SERVERS * 100}),
            Limits(max_unpacked_bytes=2_000),
            "max_unpacked_bytes is|max_unpacked_bytes",
        ),
        (zipped({f"{n}.csv": SERVERS for n in range(60)}), Limits(max_unpacked_bytes=2_000), "max_unpacked_bytes"),
        (
            zipped({f"{n}.zip": zipped({f"{m}.csv": SERVERS for m in range(8)}) for n in range(8)}),
            Limits(max_unpacked_bytes=3_000),
            "max_unpacked_bytes",
        ),
        (zipped({f"{n}.csv": SERVERS for n in range(60)}), Limits(max_members=50), "max_members"),
        (
            zipped({f"{n}.zip": zipped({f"{m}.csv": SERVERS for m in range(8)}) for n in range(8)}),
            Limits(max_members=50),
            "max_members",
        ),
    ],
)
def test_a_bomb_is_refused_however_deep_it_lies(tmp_path: Path, content: bytes, limits: Limits, said: str) -> None:
    scratch = tmp_path / "scratch"
    with pytest.raises(FileTooLarge, match=said):
        intake.tables(written(tmp_path, content), limits, scratch)
    assert list(scratch.iterdir()) == []


def test_workbooks_in_an_archive_share_its_limit(tmp_path: Path) -> None:
    members = {f"{n}.xlsx": workbook(*(f"Sheet {m}" for m in range(20))) for n in range(10)}
    path = written(tmp_path, zipped(members, zipfile.ZIP_STORED))
    parts = 20 * 1_000  # what the parts of one of them unpack to, at least
    most = sum(map(len, members.values())) + 3 * parts
    tables = intake.tables(path, Limits(max_unpacked_bytes=most))
    assert len({t.locator["member"] for t in tables}) < 10
    assert "member_unreadable" in {issue.code for issue in tables[0].warnings}


def test_archives_in_archives_end_at_the_limit_of_nesting(tmp_path: Path) -> None:
    content = SERVERS
    for depth in range(5):
        content = zipped({f"level{depth}.zip" if depth else "servers.csv": content})
    path = written(tmp_path, content)
    with pytest.raises(FormatUnknown, match="max_nesting"):
        intake.tables(path, Limits(max_nesting=4))
    assert found(path, Limits(max_nesting=5)) == [("records", "delimited_text", 2)]


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (zipped({}), FileEmpty, "holds no files"),
        (zipped({"a.csv": b"", "b/c.csv": b""}), FileEmpty, "empty"),
        (zipped({"report.pdf": PDF}), FormatUnknown, "upload holds no table: report.pdf: report.pdf is a PDF document"),
        (zipped({"a.csv": SERVERS * 50})[:-30], FileDamaged, "upload cannot be unpacked"),
        (gzip.compress(SERVERS * 50, mtime=0)[:-40], FileDamaged, "upload cannot be unpacked"),
        (gzip.compress(PDF, mtime=0), FormatUnknown, "PDF"),
        (tarred({"a.csv": SERVERS * 50})[:1500], FileDamaged, "upload cannot be unpacked"),
        (bz2.compress(SERVERS * 50)[:-20] + bytes(20), FileDamaged, "upload cannot be unpacked"),
        (lzma.compress(SERVERS * 50)[:-20], FileDamaged, "upload cannot be unpacked"),
        (zipped({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "a.csv": SERVERS}), FormatUnknown, "program"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), FormatUnknown, "7-Zip"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), FormatUnknown, "RAR"),
    ],
)
def test_an_archive_without_a_table_is_refused_and_says_why(
    tmp_path: Path, content: bytes, error: type[MusterError], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        intake.tables(written(tmp_path, content), Limits())
    assert caught.value.recovery_hint


def test_what_was_unpacked_is_used_again_and_made_again_when_it_is_lost(tmp_path: Path) -> None:
    path = written(tmp_path, zipped({"servers.csv": SERVERS, "book.xlsx": workbook("vInfo")}))
    scratch = tmp_path / "scratch"
    tables = intake.tables(path, Limits(), scratch)
    kept = sorted(entry.name for entry in scratch.iterdir())
    expected = [records(path, table, scratch) for table in tables]
    assert sorted(entry.name for entry in scratch.iterdir()) == kept
    shutil.rmtree(scratch)
    assert [records(path, table, scratch) for table in tables] == expected
    shutil.rmtree(scratch)
    (scratch / ".unfinished-somebody").mkdir(parents=True)  # as a killed worker leaves it
    (scratch / ".unfinished-somebody" / "000001").write_bytes(b"half")
    assert [records(path, table, scratch) for table in tables] == expected


def test_many_who_unpack_at_the_same_time_find_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, zipped({f"{n}.csv": SERVERS * 200 for n in range(10)}))
    scratch, results = tmp_path / "scratch", []

    def look() -> None:
        results.append([len(records(path, t, scratch)) for t in intake.tables(path, Limits(), scratch)])

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert {tuple(result) for result in results} == {tuple(results[0])}
    assert [entry.name for entry in scratch.iterdir() if entry.name.startswith(".")] == []


def test_the_order_in_an_archive_does_not_matter(tmp_path: Path) -> None:
    members = {"b.csv": SERVERS, "a.csv": DISKS, "c.json": APPS}
    told = []
    for order in (sorted(members), sorted(members, reverse=True)):
        path = written(tmp_path, zipped({name: members[name] for name in order}))
        told.append([(t.name, t.columns, records(path, t)) for t in intake.tables(path, Limits())])
    assert told[0] == told[1]


def test_a_folder_is_one_upload_with_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    def folder(place: Path, order: int) -> Path:
        files = {"b.csv": DISKS, "a.csv": SERVERS, "sub/c.json": APPS, ".hidden": b"x", "sub/Thumbs.db": b"x"}
        for name in sorted(files, reverse=bool(order)):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(files[name])
        (place / "link.csv").symlink_to("/etc/hostname")
        return place

    packed = [as_one_file(folder(tmp_path / str(n) / "export", n), Limits(), tmp_path / f"packed{n}") for n in range(2)]
    assert packed[0].read_bytes() == packed[1].read_bytes()
    assert packed[0].name == "export"
    assert [name for name, _format, _records in found(packed[0])] == ["a", "b", "sub/c / results[]"]
    (tmp_path / "0" / "export" / "a.csv").write_bytes(SERVERS + b"web03,10.0.0.3,AIX\n")
    assert as_one_file(tmp_path / "0" / "export", Limits(), tmp_path / "x").read_bytes() != packed[0].read_bytes()


def test_a_folder_without_files_or_with_too_much_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / ".hidden").write_bytes(b"x")
    with pytest.raises(FileEmpty):
        as_one_file(folder, Limits(), tmp_path)
    (folder / "a.csv").write_bytes(SERVERS)
    (folder / "b.csv").write_bytes(SERVERS)
    with pytest.raises(FileTooLarge, match="max_members"):
        as_one_file(folder, Limits(max_members=1), tmp_path)
    with pytest.raises(FileTooLarge, match="max_bytes"):
        as_one_file(folder, Limits(max_bytes=20), tmp_path)
    assert as_one_file(folder / "a.csv", Limits(), tmp_path) == folder / "a.csv"


ALTERED = (
    zipped({"a.csv": SERVERS, "in.zip": zipped({"b.json": APPS, "c.xlsx": workbook("vInfo")})}),
    gzip.compress(tarred({"a.csv": SERVERS * 30, "b.csv": DISKS}), mtime=0),
    (Path(__file__).parents[1] / "fixtures" / "values.xls").read_bytes(),
    *(format.example.content for format in intake.known_formats().values() if format.unpack),
)


@settings(max_examples=150, deadline=None)
@given(
    content=st.sampled_from(ALTERED),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.floats(0.3, 1),
)
def test_altered_bytes_are_read_or_refused_and_nothing_else(
    content: bytes, changes: list[tuple[float, int]], cut: float
) -> None:
    altered = bytearray(content)
    for place, byte in changes:
        altered[int(place * len(altered))] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), bytes(altered[: int(cut * len(altered))] if cut < 0.9 else altered))
        try:
            found(path)
        except MusterError as error:
            assert error.recovery_hint
