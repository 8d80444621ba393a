"""Whether a reading needs nobody's look: values that tell it, or a wording that told it wherever it was met first."""

from muster.phases.field_mapping.calibration import told_alone
from muster.phases.field_mapping.context import is_open, needs_context
from muster.phases.field_mapping.dictionary import is_unspaced
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.naming import names_records
from muster.phases.field_mapping.values import COMMON, expected
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile

FULLY = 1.0  # agreement of values that are, nearly all of them, what the attribute's values are
NEARLY_ALL = 0.7
FEW = 3  # in so many records and more, one value everywhere says nothing of its own


def values_tell(best: Evidence, column: Column, agrees: float, profile: ColumnProfile) -> bool:
    """True where the values, looked at without the header, could belong to the attribute and to few others.

    A place, a person or a part number looks like many other things: such values never tell. Nor does one number that
    stands in every record. A name is told by short texts that differ in every record, if its header is a known one too:
    what repeats is a reference to something named.
    """
    if best.target == "name":
        known = (best.whole or best.likely) and not is_open(column.header.phrase)
        return known and names_records(profile, column.values)
    told = expected().get(str(best.target))
    if told is None or agrees < FULLY:
        return False
    if profile.records >= FEW and len(profile.samples) == 1:
        return any(column.values.shares.get(shape, 0.0) for shape in told.tell if shape not in COMMON)
    return column.values.share(told.tell) >= NEARLY_ALL


def wording_tells(best: Evidence, column: Column, agrees: float) -> bool:
    """True where the whole header means one thing, and no values stand under it that should look different."""
    told = expected().get(str(best.target))
    phrase = column.header.phrase
    if not best.whole or is_open(phrase):
        return False
    if told is None or told.silent or not column.values.looked_at or not _is_broad(phrase):
        return True
    return agrees >= FULLY and column.values.share(told.tell) >= NEARLY_ALL


def series_tells(best: Evidence, column: Column) -> bool:
    """True where several columns of one name, numbered (Tag 1, Tag 2), hold what one thing has several of.

    What a thing has one of, an asset's tag, stands in no such series: the other readings of the name are ruled out.
    """
    return best.whole and column.in_series and attributes()[str(best.target)].multi_valued


def is_proven(best: Evidence) -> bool:
    """True for an attribute that headers of strangers named reliably where their values could not tell it."""
    return told_alone(str(best.target))


def _is_broad(phrase: str) -> bool:
    """A word of many meanings, or a single one: type, vendor, platform."""
    return needs_context(phrase) or (" " not in phrase and not is_unspaced(phrase))
