"""How one table's mapping is told: every column with what is suggested, what a person said, and what is accepted."""

from typing import Any

from muster.cli.kind_question import kind_asked
from muster.cli.output import SCREEN, Format, write_rows
from muster.phases.field_mapping.choices import with_choices
from muster.phases.field_mapping.review import Judged, profiles_of
from muster.vocabulary.table import ColumnProfile, Suggestion

SAMPLES = 5
SHOWN = ("position", "source", "target", "unit", "score", "accept", "origin", "decision", "reason", "samples")


def described(judged: Judged) -> dict[str, Any]:
    """One table's mapping as programs read it."""
    table = judged.suggested.table
    profiles = {profile.position: profile for profile in profiles_of(table)}
    shown = with_choices(judged.suggested.suggestions, judged.decided.choices)
    stored = judged.stored
    return {
        "table_no": table.table_no,
        "name": table.name,
        "record_kind": table.record_kind,
        "kind_reason": table.kind_reason,
        **kind_asked(table.record_kind, table.kind_confidence, table.kind_rival),
        "records": table.records,
        "version": None if stored is None else stored.version,
        "sha256": None if stored is None else stored.sha256,
        "author": None if stored is None else stored.author,
        "reason": None if stored is None else stored.reason,
        "accepted": judged.approved,
        "unmet": [str(one) for one in judged.unmet],
        "below": [{"source": one.source, "target": one.target, "score": one.score} for one in judged.accepted.below],
        "columns": [_column(judged, one, profiles.get(one.position)) for one in shown],
    }


def _column(judged: Judged, suggestion: Suggestion, profile: ColumnProfile | None) -> dict[str, Any]:
    choice = judged.decided.choices.get(suggestion.position)
    taken = {entry.position for entry in judged.accepted.entries}
    said = None
    if choice is not None:
        said = {"target": choice.target, "author": choice.author, "reason": choice.reason, "made_at": choice.made_at}
    return {
        "position": suggestion.position,
        "source": suggestion.source,
        "target": suggestion.target,
        "accepted": suggestion.position in taken,
        "unit": suggestion.unit,
        "score": suggestion.score,
        "accept": suggestion.accept,
        "origin": suggestion.origin,
        "reason": suggestion.reason,
        "question": suggestion.question,
        "also": [{"target": target, "part": part} for target, part in suggestion.also],
        "alternatives": [{"target": target, "score": score} for target, score in suggestion.alternatives],
        "filled": 0 if profile is None else profile.filled,
        "samples": [] if profile is None else list(profile.samples[:SAMPLES]),
        "decision": said,
    }


def print_table(table: dict[str, Any]) -> None:
    """The same for a person."""
    version = "not stored" if table["version"] is None else f"version {table['version']} by {table['author']}"
    state = "accepted" if table["accepted"] else "waits for approval"
    head = (
        f"{table['table_no']} {table['name']} ({table['record_kind']}, {table['records']} records): {state}, {version}"
    )
    SCREEN.print(head, markup=False)
    if table["kind_question"]:
        SCREEN.print(f"  {table['kind_question']}", markup=False)
    rows = [
        {
            **column,
            "target": (column["target"] or "(not used)") + ("" if column["accepted"] or not column["target"] else " ?"),
            "decision": _said(column["decision"]),
            "samples": ", ".join(column["samples"][:3]),
            "reason": column["question"] or column["reason"],
        }
        for column in table["columns"]
    ]
    write_rows(rows, SHOWN, Format.TABLE)
    for one in table["below"]:
        SCREEN.print(f"  Unmapped: {one['source']}, perhaps {one['target']} ({one['score']:.2f})", markup=False)
    for told in table["unmet"]:
        SCREEN.print(f"  Unmet: {told}", markup=False)


def _said(decision: dict[str, Any] | None) -> str:
    if decision is None:
        return ""
    return f"{decision['author']}: {decision['reason']}" if decision["reason"] else str(decision["author"])
