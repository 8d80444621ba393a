"""How well headers are mapped that nobody has seen: leave-one-family-out figures, and the curves of the scores.

    python bench/mapping.py --data DIR ... [--headers FILE] [--markdown]
    python bench/mapping.py --data DIR ... --first-look NAME
    python bench/mapping.py --write

Every family is read as if its tool had never been met: without packs, and (the second figures, which are pessimistic)
also without the words that only this family uses. --first-look keeps what is made of files that were labelled before
anybody saw what is made of them; do it once, before anything is mended for them. --write measures the product's scores
on all first looks, and on nothing else.
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
from muster.phases.field_mapping.calibration import curves, is_enough
from muster.phases.field_mapping.dictionary import squash
from muster.phases.field_mapping.header import canonical, read_header
from muster.phases.field_mapping.lexicon import read_data
from muster.phases.field_mapping.suggest import read_table, suggest
from muster.phases.field_mapping.verdict import verdict

FIRST_LOOKS = Path(__file__).with_name("first_looks.json")
CURVES = Path(__file__).parents[1] / "src" / "muster" / "phases" / "field_mapping" / "calibration.json"
WHOLE_READINGS = frozenset({"bracket", "unit"})
BY_WORDING = ("named", "unproven")
WORDED = ("told", *BY_WORDING)  # a known name that nothing in its table disputes, whatever its values tell
KINDS = ("told", *BY_WORDING, "sure", "confirmed", "header", "contradicted", "values", "none", "second")
NOTE = (
    "measured by bench/mapping.py on first looks: curves are strength of a reading and how often readings of its kind"
    " were right; alone is, by attribute, how many known names were right that nothing disputed, of how many"
)
FEWEST = 25  # readings in one step of a curve; fewer say nothing of a share, and a kind with fewer keeps its curve
PRIOR = 1.0  # one right and one wrong reading that nobody has seen: no share is measured as 1


@dataclass(frozen=True)
class Reading:
    """One reading of a labelled column: its kind of evidence, the attribute read, its strength, and was it right?"""

    family: str
    kind: str
    target: str
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
        target = str(judged.best.target) if judged.best else ""
        told = bool(answer.targets) if judged.kind == "none" else right
        yield Reading(table.family, judged.kind, target, strength, told)
        for other in found.others[:1]:
            yield Reading(table.family, "second", str(other.target), other.strength, other.target in answer.targets)


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


def _keep(name: str, tables: Sequence[LabelledTable]) -> None:
    """Keep the first look at a set of files under its name; a second one would not be a first."""
    kept = json.loads(FIRST_LOOKS.read_text()) if FIRST_LOOKS.exists() else {}
    if name in kept:
        sys.exit(f"{name} was looked at before; what is made of it now is no first look.")
    found = [[one.kind, one.target, one.strength, one.right] for one in readings(tables, {})]
    kept[name] = sorted(found)
    sets = [f" {json.dumps(each)}: [\n  " + ",\n  ".join(map(json.dumps, rows)) + "\n ]" for each, rows in kept.items()]
    FIRST_LOOKS.write_text("{\n" + ",\n".join(sets) + "\n}\n")


def _write() -> None:
    """Curves per kind of evidence, and what wordings alone told of each attribute, from all first looks."""
    by_kind: dict[str, list[Reading]] = defaultdict(list)
    alone: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rows in json.loads(FIRST_LOOKS.read_text()).values():
        for kind, target, strength, right in rows:
            by_kind[kind].append(Reading("", kind, target, strength, right))
            if kind in WORDED:
                alone[target][0] += right
                alone[target][1] += 1
    told = {target: [right, count] for target, (right, count) in sorted(alone.items())}
    for kind in BY_WORDING:  # which of the two a reading is follows from what is measured here
        by_kind[kind] = [one for also in BY_WORDING for one in by_kind[also]]
    proven = {target for target, (right, count) in told.items() if is_enough(right, count)}
    by_kind["named"] = [one for one in by_kind["named"] if one.target in proven]
    by_kind["unproven"] = [one for one in by_kind["unproven"] if one.target not in proven]
    kept = {kind: points for kind, points in curves().items() if kind in KINDS and len(by_kind[kind]) < FEWEST}
    measured = {kind: curve(found) for kind, found in by_kind.items() if kind not in kept and len(found) >= FEWEST}
    lines = [f"  {json.dumps(kind)}: {json.dumps(points)}" for kind, points in sorted({**kept, **measured}.items())]
    words = [f"  {json.dumps(target)}: {json.dumps(counts)}" for target, counts in told.items()]
    CURVES.write_text(
        f'{{\n "note": {json.dumps(NOTE)},\n "curves": {{\n'
        + ",\n".join(lines)
        + '\n },\n "alone": {\n'
        + ",\n".join(words)
        + "\n }\n}\n"
    )


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
    """Print the figures, keep a first look, or measure the scores on those that are kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=[], nargs="+", help="folders of labelled files")
    parser.add_argument("--headers", type=Path)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--first-look", metavar="NAME")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.write:
        _write()
        return
    tables = [table for folder in asked.data for table in of_folder(folder)]
    tables += of_headers(asked.headers) if asked.headers else []
    if asked.first_look:
        _keep(asked.first_look, tables)
        return
    words = own_words(tables)
    known = [one for table in tables for one in outcomes(table, suggest(table.profiles, table.record_kind))]
    _print("Everything known (in sample)", known, asked.markdown)
    _print("Tool unknown: no packs", list(unseen(tables, {})), asked.markdown)
    _print("Tool unknown, its own words too", list(unseen(tables, words)), asked.markdown)


if __name__ == "__main__":
    main()
