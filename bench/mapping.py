"""How well headers are mapped that nobody has seen: leave-one-family-out figures, and the curves of the scores.

    python bench/mapping.py --data DIR ... [--headers FILE] [--markdown] [--write]

Every family is read as if its tool had never been met: without packs, and (the second figures, which are pessimistic)
also without the words that only this family uses. --write keeps the measured curves for the product's scores.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from labelled_columns import LabelledTable, of_folder, of_headers
from mapping_score import Figures, Outcome, by_family, outcomes
from muster.phases.field_mapping.blindfold import without
from muster.phases.field_mapping.calibration import curves
from muster.phases.field_mapping.dictionary import squash
from muster.phases.field_mapping.header import canonical, read_header
from muster.phases.field_mapping.lexicon import read_data
from muster.phases.field_mapping.suggest import read_table, suggest
from muster.phases.field_mapping.verdict import verdict

CURVES = Path(__file__).parents[1] / "src" / "muster" / "phases" / "field_mapping" / "calibration.json"
WHOLE_READINGS = frozenset({"bracket", "unit"})
FEWEST = 25  # readings in one step of a curve; fewer say nothing of a share, and a kind with fewer keeps its curve
PRIOR = 1.0  # one right and one wrong reading that nobody has seen: no share is measured as 1


@dataclass(frozen=True)
class Reading:
    """One reading of a labelled column: its kind of evidence, its strength, whether it was right, and its weight."""

    family: str
    kind: str
    strength: float
    right: bool


def own_words(tables: Sequence[LabelledTable]) -> dict[str, frozenset[str]]:
    """Squashed phrases per family that are headers of no other family, nor words of two languages at once."""
    said: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for profile in table.profiles:
            header = read_header(profile.source)
            said[table.family] |= {squash(phrase) for phrase in _whole(header.phrase, header.shorter)}
    users: dict[str, set[str]] = defaultdict(set)
    for family, phrases in said.items():
        for phrase in phrases:
            users[phrase].add(family)
    general = _general_words()
    return {
        family: frozenset(phrase for phrase in phrases if users[phrase] == {family} and phrase not in general)
        for family, phrases in said.items()
    }


def _whole(phrase: str, shorter: Sequence[tuple[str, str]]) -> list[str]:
    return [phrase, *(other for other, how in shorter if how in WHOLE_READINGS)]


def _general_words() -> frozenset[str]:
    languages: dict[str, set[str]] = defaultdict(set)
    for entry in read_data("dictionary.json")["attributes"].values():
        for language, phrases in entry.items():
            for phrase in phrases if language != "weak" else ():
                languages[squash(canonical(phrase))].add(language)
    return frozenset(phrase for phrase, found in languages.items() if len(found) > 1)


def unseen(tables: Sequence[LabelledTable], words: dict[str, frozenset[str]]) -> Iterator[Outcome]:
    """What is suggested for every table when its family is unknown; `words` are those that are unknown with it."""
    for family in sorted({table.family for table in tables}):
        with without(words.get(family, frozenset()), packs=True):
            for table in tables:
                if table.family == family:
                    yield from outcomes(table, suggest(table.profiles, table.record_kind))


def readings(tables: Sequence[LabelledTable], words: dict[str, frozenset[str]]) -> Iterator[Reading]:
    """Every first and second reading of the labelled columns of unknown families, once per header and family."""
    seen: set[tuple[str, str, str]] = set()
    for family in sorted({table.family for table in tables}):
        with without(words.get(family, frozenset()), packs=True):
            for table in tables:
                if table.family == family:
                    yield from _readings(table, seen)


def _readings(table: LabelledTable, seen: set[tuple[str, str, str]]) -> Iterator[Reading]:
    read = read_table(table.profiles, table.record_kind)
    for profile, column, found in zip(read.profiles, read.columns, read.found, strict=True):
        answer = table.answers.get(profile.position)
        key = (table.family, profile.source, table.record_kind)
        if answer is None or answer.arguable or key in seen:
            continue
        seen.add(key)
        judged = verdict(profile, column, found, read.claims)
        strength = judged.best.strength if judged.best and judged.best.target else 0.0
        right = bool(judged.best) and judged.best.target in answer.targets
        yield Reading(table.family, judged.kind, strength, bool(answer.targets) if judged.kind == "none" else right)
        for other in found.others[:1]:
            yield Reading(table.family, "second", other.strength, other.target in answer.targets)


def curve(found: Sequence[Reading]) -> list[tuple[float, float]]:
    """Strength to share of right readings, rising: neighbours that contradict the order are put together."""
    pooled: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for reading in found:
        pooled[reading.strength][0] += reading.right
        pooled[reading.strength][1] += 1
    steps: list[list[float]] = []  # strength, right, count
    for strength, (right, count) in sorted(pooled.items()):
        steps.append([strength, right, count])
        while len(steps) > 1 and (steps[-2][2] < FEWEST or steps[-2][1] / steps[-2][2] >= steps[-1][1] / steps[-1][2]):
            last = steps.pop()
            weight = steps[-1][2] + last[2]
            strength = (steps[-1][0] * steps[-1][2] + last[0] * last[2]) / weight
            steps[-1] = [strength, steps[-1][1] + last[1], weight]
    shares = accumulate((round((right + PRIOR) / (count + 2 * PRIOR), 3) for _, right, count in steps), max)
    return [(round(step[0], 3), share) for step, share in zip(steps, shares, strict=True)]


def _write(tables: Sequence[LabelledTable], words: dict[str, frozenset[str]]) -> None:
    by_kind: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings(tables, {}):
        by_kind[reading.kind].append(reading)
    for reading in readings(tables, words):
        if reading.kind != "none":  # words that were taken away leave more columns without a reading than strangers do
            by_kind[reading.kind].append(reading)
    kept = {kind: points for kind, points in curves().items() if len(by_kind[kind]) < FEWEST}
    measured = {kind: curve(found) for kind, found in by_kind.items() if kind not in kept and len(found) >= FEWEST}
    lines = [f"  {json.dumps(kind)}: {json.dumps(points)}" for kind, points in sorted({**kept, **measured}.items())]
    note = "measured by bench/mapping.py: strength of a reading, and how often readings of its kind were right"
    CURVES.write_text(f'{{\n "note": {json.dumps(note)},\n "curves": {{\n' + ",\n".join(lines) + "\n }\n}\n")


def _row(one: Figures, markdown: bool) -> str:
    cells = [one.name, one.columns, f"{one.f1:.3f}", f"{one.share:.3f}", f"{one.taken - one.wrong}/{one.taken}"]
    return "| " + " | ".join(map(str, cells)) + " |" if markdown else "  ".join(f"{cell!s:>12}" for cell in cells)


def _print(title: str, found: Sequence[Outcome], markdown: bool) -> None:
    rows, whole = by_family(found)
    out = [f"\n{title}\n"]
    if markdown:
        out += [
            "| family | columns with a target | F1 | taken without asking | right of these |",
            "|---|---|---|---|---|",
        ]
    out += [_row(row, markdown) for row in (*rows, whole)]
    out.append(f"\nprecision of what is taken: {whole.precision:.4f}, lower bound of 95 %: {whole.bound:.4f}")
    sys.stdout.write("\n".join(out) + "\n")


def main() -> None:
    """Print the figures; with --write also keep the curves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="folders of labelled files")
    parser.add_argument("--headers", type=Path)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    tables = [table for folder in asked.data for table in of_folder(folder)]
    tables += of_headers(asked.headers) if asked.headers else []
    words = own_words(tables)
    if asked.write:
        _write(tables, words)
    known = [one for table in tables for one in outcomes(table, suggest(table.profiles, table.record_kind))]
    _print("Everything known (in sample)", known, asked.markdown)
    _print("Tool unknown: no packs", list(unseen(tables, {})), asked.markdown)
    _print("Tool unknown, its own words too", list(unseen(tables, words)), asked.markdown)


if __name__ == "__main__":
    main()
