"""A long document is read in pieces: the same tables and records as read whole, and never much of it in memory."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.nested import documents, json_cuts, pieces, xml_cuts
from muster.vocabulary.errors import FileDamaged

Read = list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]


def read(path: Path) -> Read:
    found = []
    for table in intake.tables(path, Limits()):
        blocks = [block for span in intake.spans(path, table, 1 << 20) for block in intake.read(path, table, span)]
        found.append((table.name, table.columns, [row for block in blocks for row in block.frame.rows()]))
    return found


def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "WHOLE", 1 << 10)
    monkeypatch.setattr(json_cuts, "WINDOW", 10_000)
    monkeypatch.setattr(xml_cuts, "WINDOW", 10_000)


def entry(at: int) -> dict[str, object]:
    nics = [{"ip": f"10.0.{at % 200}.{nic}"} for nic in range(1 + at % 3)]
    said = 'a "quoted", [text] {with} \\' + "é" * (at % 5)
    return {"hostname": f"srv{at}", "os": {"name": "Débian"}, "nics": nics, "note": said, "tags": []}


def as_json(count: int) -> str:
    groups = [{"name": "a", "owner": "x", "members": 3}, {"name": "b", "owner": "y", "members": 2}]
    return json.dumps({"count": count, "results": [*map(entry, range(count))], "groups": groups}, ensure_ascii=False)


def as_wrapped_json(count: int) -> str:
    members = ({"OwnerId": "1", "Instances": [entry(at), entry(at + 1)]} for at in range(count))
    return json.dumps({"Reservations": list(members)}, indent=1)


def as_keyed_json(count: int) -> str:
    hosts = {f"h{at}": {**entry(at), "nics": [f"10.0.0.{at % 9}"] * (at % 3)} for at in range(count)}
    return json.dumps({"count": count, "hosts": hosts}, ensure_ascii=False)


def as_json_by_name(count: int) -> str:
    return json.dumps({f"a,b {{{at}": {**entry(at), "nics": {"eth0": "10.0.0.1"}} for at in range(count)}, indent=2)


def as_documents(count: int) -> str:
    return "\n".join(json.dumps(entry(at), indent=1) for at in range(count))


def as_pages(count: int) -> str:
    pages = (json.dumps({"page": at, "results": [entry(at), entry(at + 1)]}, indent=1) for at in range(count))
    return ",\n".join(pages)


def as_xml(count: int) -> str:
    entries = (
        f'<server id="{at}"><name>srv{at}</name>{"<ip>10.0.0.1</ip>" * (1 + at // 700)}<os>Débian &amp; x</os></server>'
        + (f"<app><name>App {at}</name><owner>Ann</owner></app>" if at > 900 else "")
        for at in range(count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made -->\n<export><data>{"".join(entries)}</data></export>'


def as_yaml(count: int) -> str:
    entries = (f"- hostname: srv{at}\n  os: {{name: Débian}}\n  note: |\n    - one\n    two\n" for at in range(count))
    return "---\n" + "".join(entries)


def as_yaml_documents(count: int) -> str:
    return "".join(f"---\nhostname: srv{at}\nos:\n  name: AIX\n  release: 7.2\n" for at in range(count))


WRITTEN = [as_json, as_wrapped_json, as_keyed_json, as_json_by_name, as_documents, as_pages]


@pytest.mark.parametrize("written", [*WRITTEN, as_xml, as_yaml, as_yaml_documents])
def test_pieces_hold_what_the_whole_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Callable[[int], str]
) -> None:
    path = tmp_path / "upload"
    path.write_text(written(3_000), encoding="utf-8")
    monkeypatch.setattr(documents, "WHOLE", 1 << 40)
    whole = read(path)
    monkeypatch.setattr(pieces, "LEAST", 20_000)
    small_windows(monkeypatch)
    (table, *_) = intake.tables(path, Limits(max_document_bytes=1 << 10))
    assert len(intake.spans(path, table, 1 << 20)) > 3
    assert read(path) == whole


def test_a_long_list_that_breaks_off_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_windows(monkeypatch)
    path = tmp_path / "upload"
    path.write_bytes(as_json(4_000).encode()[:-100_000])
    with pytest.raises(FileDamaged, match="breaks off"):
        intake.tables(path, Limits())


def test_lists_behind_one_another_are_no_pieces_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_windows(monkeypatch)
    path = tmp_path / "upload"
    path.write_text(json.dumps([*map(entry, range(4_000))]) + "\n" + json.dumps([entry(7)]), encoding="utf-8")
    ((_name, _columns, records),) = read(path)
    assert len(records) == 4_001


def test_hosts_of_an_inventory_stay_with_their_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_windows(monkeypatch)
    monkeypatch.setattr(pieces, "LEAST", 20_000)
    path = tmp_path / "upload"
    hosts = {f"srv{at}": {"os": "AIX", "ip": "10.0.0.1", "rack": "r1", "unit": at} for at in range(3_000)}
    path.write_text(json.dumps({"_meta": {"hostvars": hosts}, "web": {"hosts": ["srv1", "srv9"]}}), encoding="utf-8")
    ((name, columns, records),) = read(path)
    assert (name, len(records)) == ("_meta.hostvars{}", 3_000)
    assert [row[columns.index("groups[]")] for row in records if row[0] in ("srv0", "srv9")] == ["", "web"]
