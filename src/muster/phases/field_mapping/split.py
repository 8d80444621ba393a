"""Further facts in the same cells: which parts of a column's values are attributes of their own."""

import re
from collections.abc import Mapping, Sequence

from muster.phases.field_mapping.lexicon import words
from muster.vocabulary.attributes import attributes
from muster.vocabulary.cell_parts import CellForm, cell_forms
from muster.vocabulary.table import ColumnProfile

NEARLY_ALL = 0.9
FEWEST = 2  # values; one cell of a form is chance


def also_of(
    target: str | None, profile: ColumnProfile, claimed: Mapping[str | None, int]
) -> tuple[tuple[str, str], ...]:
    """The attributes that are cut out of the cells of a column mapped to `target`, as (attribute, name of the part).

    The target itself is among them where its value is only a part of the cell. An attribute of one value that another
    column of the table tells is left to that column.
    """
    forms = [form for form in cell_forms() if target in form.holds]
    if target is None or not forms:
        return ()
    values = [text for text in profile.samples if text.strip().casefold() not in words().null_words]
    form = next((form for form in forms if _has(form, values)), None)
    if form is None:
        return ()
    found = tuple(
        (attribute, form.part_name(part, attribute == target))
        for attribute, part in form.holds[target].items()
        if attribute == target or attributes()[attribute].multi_valued or not claimed.get(attribute)
    )
    return () if form.readable and len(found) == 1 else found


def _has(form: CellForm, values: Sequence[str]) -> bool:
    if len(values) < FEWEST:
        return False
    if form.either and not _has_each(form, values):
        return False
    return sum(form.fits(text) for text in values) >= NEARLY_ALL * len(values)


def _has_each(form: CellForm, values: Sequence[str]) -> bool:
    """True where each part of the form is what several cells are."""
    found = [re.match(form.pattern, text) for text in values]
    return all(sum(bool(match and match[part]) for match in found) >= FEWEST for part in range(1, len(form.parts) + 1))
