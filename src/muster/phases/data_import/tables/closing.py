"""Lines that close a table: its total, its number of records, where it came from. They are records, but of no asset."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources

import polars as pl

from muster.phases.data_import.format import Block, Rejected
from muster.phases.data_import.tables.words import fold
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late

MOST_LINES = 5  # a total, a count, a rule, a source and a date: what exports put below each other
NUMBER = r"[-+]?\d[\d.,'’ \u00a0]*"
FIGURE = late(
    rf"(?!\d+\.\d+\.\d+\.\d+$)[($€£]*{NUMBER}\s*(?:%|[kmgtp]?i?b|[mg]hz|cores?|vcpus?|€|\$|£|eur|usd|chf|gbp)?\)?",
    re.IGNORECASE,
)
TOKEN = late(rf"{NUMBER}|[^\W\d_]+")
NUMBERED = late(r"[a-z]\d")  # sum01 is a name
PLAIN = late(r"\d{1,15}(?:\.\d+)?")
FEWEST_SUMMED = 2
RULE_LINE = late(r"[-=_*+~. ]{3,}")
# What stands alone at the end of a report, in folded text.
FOOTER = late(
    r"\W*(?:eof|end of (?:the )?(?:report|file|list|data|export|table)|dateiende"
    r"|(?:ende|fin|fim|fine) (?:der|des|du|de|do|del|della) (?:la |l')?[^\W\d_]+"
    r"|(?:page|seite|pagina|pag\.?) ?\d+(?: ?(?:of|von|de|sur|di|/) ?\d+)?"
    r"|(?:report |bericht |rapport |this report was |file )?"
    r"(?:generated|exported|created|printed|produced|erstellt|erzeugt|exportiert|gedruckt|genere|exporte|edite|imprime"
    r"|generado|exportado|impreso|gerado|impresso|generato|stampato)"
    r"(?: (?:on|by|at|from|am|von|mit|aus|le|par|el|por|em|il|da)\b|:).*"
    r"|(?:stand|as of|etat au|situation au)(?: vom)?:? *\d.*"
    r"|sql> ?.*|disconnected from .*"
    r"|(?:streng |strictly )?(?:confidential|vertraulich|confidentiel|internal use only)(?: \W .*)?)\W*"
)


# What announces a remark, in folded text.
NOTE = late(
    r"(?:\*+ ?[^\W\d_]|(?:\(\d\)|\[\d\]) |[©†]|(?:notes?|nota|notas|notat|notiz|hinweise?"
    r"|anmerkung(?:en)?|bemerkung(?:en)?|remarques?"
    r"|attention|observac(?:ion|iones|ao|oes)|opmerking(?:en)?|uwaga|uwagi|poznamk[ay]|примечание|source|quelle|fuente|fonte"
    r"|legende?|legenda|leyenda|key|disclaimer|confidential|vertraulich|confidentiel|footnote|fussnote) ?[:：]|[※注])"
)
NOTE_WIDTH = 3
SENTENCE = 6


def closed(blocks: Iterator[Block]) -> Iterator[Block]:
    """The same blocks; closing lines behind the last real record of the last of them are rejected as `closing_line`.

    `blocks` must be the last ones of their table.
    """
    held: list[Block] = []
    for block in blocks:
        if block.frame.height:
            yield from held
            held = []
        held.append(block)
    for block in held:
        yield _closed(block) if block.frame.height else block


def _closed(block: Block) -> Block:
    rejected = {entry.ordinal: entry for entry in block.rejected}
    first = max(0, block.frame.height - MOST_LINES)
    tail = block.frame.tail(MOST_LINES).rows()
    for ordinal, row in reversed(list(enumerate(tail, first))):
        values = rejected[ordinal].values if ordinal in rejected else tuple(row)
        if not (is_closing_line(values, block.frame.width) or _is_sum_of(block.frame.head(ordinal), values)):
            break
        rejected[ordinal] = Rejected(ordinal, values, _issue(values))
    return replace(block, rejected=tuple(rejected[ordinal] for ordinal in sorted(rejected)))


def _is_sum_of(above: pl.DataFrame, values: Sequence[str]) -> bool:
    """True for words of a sum and figures, one of which at least is exactly the sum of its column."""
    cells = {at: value.strip() for at, value in enumerate(values[: above.width]) if value.strip()}
    said = [text for text in cells.values() if not FIGURE.fullmatch(text)]
    if len(said) != 1 or above.height < FEWEST_SUMMED:
        return False
    words = set(TOKEN.findall(fold(said[0])))
    if not words or not words <= _words()["sum"]:
        return False
    figures = {at: float(text) for at, text in cells.items() if PLAIN.fullmatch(text)}
    sums = (
        above.select(pl.col(str(at + 1)).cast(pl.Float64, strict=False).sum() for at in figures).row(0)
        if figures
        else ()
    )
    return any(
        figure and abs(figure - total) < 1e-6 * abs(figure)
        for figure, total in zip(figures.values(), sums, strict=True)
    )


def is_closing_line(values: Sequence[str], width: int) -> bool:
    """True where a last record of a table of `width` columns surely closes it: a total, a count or a footer.

    A name that such a word may be ('Total') counts only where nothing but figures stands beside it and most is blank.
    """
    cells = [value.strip() for value in values if value.strip()]
    if not cells or width < 2:
        return False
    text, rest = fold(cells[0]), cells[1:]
    if not rest and (FOOTER.fullmatch(text) or RULE_LINE.fullmatch(text) or _is_note(text, width)):
        return True
    if len(cells) * 2 > max(width, 2) or NUMBERED.search(text) or not all(FIGURE.fullmatch(cell) for cell in rest):
        return False
    return _sums_up(text, len(rest), width)


def _is_note(text: str, width: int) -> bool:
    """A remark below a table, alone in its row: announced as one, or a sentence."""
    if width < NOTE_WIDTH:
        return False
    return NOTE.match(text) is not None or (text.endswith(".") and len(text.split()) >= SENTENCE)


def _sums_up(text: str, figures: int, width: int) -> bool:
    tokens = TOKEN.findall(text)
    said = [token for token in tokens if not token[-1].isdigit() and not token[0].isdigit()]
    numbers = len(tokens) - len(said)
    known = _words()
    if not said or numbers > 1 or not all(any(word in each for each in known.values()) for word in said):
        return False
    sums = any(word in known["sum"] for word in said)
    counts = any(word in known["count"] or word in known["record"] for word in said)
    if numbers + figures:
        # 'Row 7' and 'Record 12' may be places or discs; a counted thing stands behind its number.
        return sums or any(word in known["count"] for word in said) or (counts and tokens[0] not in said)
    return sums and len(said) == 1 and width > 2


@cache
def _words() -> Mapping[str, frozenset[str]]:
    text = (
        resources.files("muster.phases.data_import.tables").joinpath("closing_words.json").read_text(encoding="utf-8")
    )
    return {name: frozenset(fold(word) for word in listed.split()) for name, listed in json.loads(text).items()}


def _issue(values: Sequence[str]) -> Issue:
    shown = " ".join(value.strip() for value in values if value.strip())
    return Issue(
        "closing_line",
        f"The last line sums up or closes the table and describes nothing itself: {shown[:120]}.",
        "Nothing needs to be done. If it does describe something, fill its other cells in the source.",
    )
