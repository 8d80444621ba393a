"""How sure it is what the rows of a table are, and the question where something else is close."""

from typing import Any


def kind_asked(kind: str, confidence: float | None, rival: str | None) -> dict[str, Any]:
    """kind_confidence (0..1, None where nobody had to recognise it), kind_rival and kind_question of a table."""
    asked = None
    if rival is not None:
        asked = (
            f"Are the rows {_words(kind)}, as taken, or {_words(rival)}? Name the sheet or file after what they hold."
        )
    sure = None if confidence is None else round(confidence, 2)
    return {"kind_confidence": sure, "kind_rival": rival, "kind_question": asked}


def _words(kind: str) -> str:
    return kind.replace("_", " ")
