"""Labelled tables for the mapping measurements: profiles of real files, header lists, and what every column means."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muster.packs.known_tables import KnownTable, known_tables
from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.errors import MusterError
from muster.vocabulary.table import ColumnProfile, Table

SPAN_BYTES = 4 << 20
NAMES = Path(__file__).with_name("header_names.json")
SAME_SOURCE = re.compile(r"[-_ ]?(?:dbsummary|usedspacedetails|dbinstances|cpucoresusage|pdbsinfo|licence)$")


@dataclass(frozen=True)
class Answer:
    """What one column means: the targets that are right (empty: none is), or `arguable`."""

    targets: tuple[str, ...]
    arguable: bool
    core: bool


@dataclass(frozen=True)
class LabelledTable:
    """The columns of one table as the mapper sees them, and the truth about those that were labelled."""

    family: str
    file: str
    name: str
    record_kind: str
    profiles: tuple[ColumnProfile, ...]
    answers: dict[int, Answer]  # by position


def of_folder(folder: Path) -> list[LabelledTable]:
    """Every labelled table under `folder` (files/, labels/, canonical_attributes.json), read through the intake."""
    catalogue = json.loads((folder / "canonical_attributes.json").read_text())["attributes"]
    core = {entry["name"] for entry in catalogue if entry["tier"] == "core"}
    labels = defaultdict(list)
    for path in sorted((folder / "labels").glob("*.json")):
        label = json.loads(path.read_text())
        labels[label["file"]].append(label)
    found = []
    for file, wanted in labels.items():
        read = list(_read(folder / file))
        for label in wanted:
            chosen = _pick(read, label)
            if chosen is not None:
                found.append(_labelled(label, *chosen, core))
    return found


def _read(file: Path) -> Iterator[tuple[Table, tuple[ColumnProfile, ...]]]:
    try:
        for table in intake.tables(file, Limits()):
            frames = (
                block.frame
                for span in intake.spans(file, table, SPAN_BYTES)
                for block in intake.read(file, table, span)
            )
            yield table, intake.profile(frames, table.columns)
    except MusterError as error:
        sys.stderr.write(f"{file}: {error}\n")


def _key(text: object) -> str:
    return "".join(letter for letter in str(text or "").lower() if letter.isalnum())


def _pick(
    read: list[tuple[Table, tuple[ColumnProfile, ...]]], label: dict[str, Any]
) -> tuple[Table, tuple[ColumnProfile, ...]] | None:
    key = _key(label.get("sheet") or label.get("record_path") or label.get("record_element"))
    if key:
        same = [one for one in read if _key(one[0].name) == key]
        like = [one for one in read if key in _key(one[0].name) or (_key(one[0].name) and _key(one[0].name) in key)]
        if same or like:
            return (same or like)[0]
    of_height = [one for one in read if one[1] and one[1][0].records == label.get("data_rows")]
    return next(iter(read if len(read) == 1 else of_height or read), None)


def _labelled(
    label: dict[str, Any], table: Table, profiles: tuple[ColumnProfile, ...], core: set[str]
) -> LabelledTable:
    by_source: dict[str, list[int]] = defaultdict(list)
    for profile in profiles:
        by_source[profile.source].append(profile.position)
    answers = {}
    for wanted in label["columns"]:
        places = by_source.get(wanted["source"], [])
        if len(places) != 1 and label.get("columns_not_listed") is None:
            places = [wanted["position"]]
        target = wanted.get("target")
        if places and places[0] <= len(profiles):
            targets = (target, *wanted.get("also", [])) if target else ()
            counts = target is None or target in core
            answers[places[0]] = Answer(targets, bool(wanted.get("arguable")), counts)
    family = SAME_SOURCE.sub("", label["family"])
    return LabelledTable(family, label["file"], table.name, table.record_kind, profiles, answers)


def of_headers(file: Path) -> list[LabelledTable]:
    """Labelled header lists with shares of value patterns; their attributes are translated by header_names.json."""
    data = json.loads(file.read_text())
    names = json.loads(NAMES.read_text())
    columns = defaultdict(list)
    for entry in data["columns"]:
        columns[entry["source"]].append(entry)
    return [_header_list(source, entries, names) for source, entries in columns.items()]


def _header_list(source: str, entries: list[dict[str, Any]], names: dict[str, Any]) -> LabelledTable:
    profiles, answers, seen = [], {}, defaultdict(int)
    for position, entry in enumerate(entries, 1):
        seen[entry["header"]] += 1
        header = entry["header"] if seen[entry["header"]] == 1 else f"{entry['header']} ({seen[entry['header']]})"
        samples = _samples(entry["value_patterns"] or {}, names["samples"])
        profiles.append(ColumnProfile(position, header, 10, 10 if samples else 0, samples))
        answers[position] = _answer(entry, names["attributes"])
    family = names["families"].get(entries[0]["family"], entries[0]["family"])
    kind = names["kinds"][entries[0]["kind"]]
    return LabelledTable(family, f"headers of {source}", source, kind, tuple(profiles), answers)


def _answer(entry: dict[str, Any], names: dict[str, list[str]]) -> Answer:
    accepted = entry["accepted"]
    targets = tuple(dict.fromkeys(ours for name in accepted for ours in names.get(name, [name])))
    lost = bool(accepted) and not targets  # a fact that our catalogue has no word for
    return Answer(targets, bool(accepted) and entry["no_target_ok"] or (lost and accepted != ["memory_used"]), True)


def _samples(shares: dict[str, float], texts: dict[str, list[str]]) -> tuple[str, ...]:
    """Values that have the patterns in about the shares given; distinct, so that they can stand in a profile."""
    found = []
    for pattern, share in shares.items():
        choices = texts.get(pattern, [])
        found += choices[: max(1, round(share * len(choices)))]
    return tuple(dict.fromkeys(found))


def of_packs() -> list[LabelledTable]:
    """The hand-written packs as header lists without values; a pack is a family of its own or joins the files'."""
    families = json.loads(NAMES.read_text())["pack_families"]
    return [_pack_list(table, families.get(table.pack, table.pack)) for table in known_tables()]


def _pack_list(table: KnownTable, family: str) -> LabelledTable:
    profiles, answers = [], {}
    for place, (header, said) in enumerate(table.columns.items(), 1):
        spelled = header.replace("{n}", "1").replace("{any}", "thing")
        profiles.append(ColumnProfile(place, spelled, 10, 0, ()))
        answers[place] = Answer((said.target,) if said.target else (), False, True)
    return LabelledTable(family, f"pack {table.pack}", table.name, table.record_kind, tuple(profiles), answers)
