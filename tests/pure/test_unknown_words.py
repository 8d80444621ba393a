"""A word that no vocabulary has is asked about, with the word it is most like: asked, never taken."""

import pytest

from muster.phases.data_cleansing.rule import Reading
from muster.phases.data_cleansing.rulebook import rule_for
from muster.vocabulary.spellings import key, spellings


@pytest.mark.parametrize(
    ("attribute", "text", "meant"),
    [
        ("environment", "Prodction", "production"),
        ("environment", "Porduction", "production"),
        ("environment", "Entwicklnug", "development"),
        ("environment", "accpetance", "acceptance"),
        ("lifecycle_status", "operatoinal", "operational"),
        ("lifecycle_status", "Decomissioned", "retired"),
        ("power_state", "powerdOn", "on"),
        ("criticality", "hihg", None),
        ("asset_type", "Virtul Machine", "virtual_machine"),
        ("migration_strategy", "rehots", "rehost"),
        ("environment", "Mars base", None),
        ("environment", "tset", None),
        ("asset_type", "Soft Flooring", None),
        ("asset_type", "Computer", None),
    ],
)
def test_a_slip_of_the_fingers_is_asked_about_and_not_mended(attribute: str, text: str, meant: str | None) -> None:
    answer = rule_for(attribute).apply(text, Reading())
    assert answer.issue is not None
    assert (answer.value, answer.issue.code) == (text, "unknown_word")
    hint = answer.issue.hint
    assert hint.partition("?")[0] == f"Did you mean {meant} by {text!r}" if meant else hint.startswith("Choose one of")


def test_words_that_are_as_near_to_two_meanings_suggest_none() -> None:
    answer = rule_for("lifecycle_status").apply("nactiva", Reading())
    near = {spellings("lifecycle_status")[key(word)] for word in ("activa", "inactiva")}
    assert len(near) == 2
    assert answer.issue is not None and answer.issue.hint.startswith("Choose one of")
