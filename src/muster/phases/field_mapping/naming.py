"""The column that names the assets of a table where no header says so: without one, every asset would be nameless."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.values import Values
from muster.vocabulary.kinds import RECORD_KINDS, AssetType, RecordRole
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

MOST_SAMPLES = 200  # a profile holds no more; behind so many different values the rest may repeat them
NAMES = frozenset({"name", "hostname", "fqdn"})
# A host name in a list of applications or databases is the machine's that carries it.
NAMES_BY_KIND = {
    AssetType.APPLICATION.value: frozenset({"name", "application_name"}),
    AssetType.DATABASE.value: frozenset({"name", "database_name", "database_instance"}),
}
# Free text, which a sure header may have claimed for want of anything better.
FREE_TEXT = frozenset({"description", "notes", "tags"})
# A header that says another kind of identity: a unique value there is no name. German writes it as one word.
OTHER_IDENTITY = late(
    r"\b(?:id|key|mac|user|path|url|po)\b|num|code|serial|ticket|uuid|guid|mail|kennung|schl[uü]ssel|licen|lizenz|"
    r"benutzer|pfad|auftrag|order|vertrag|contra[ct]t|rack|port|vlan|cable|kabel|backup|parent|cluster|gateway"
)
# A letter, and a digit, hyphen or domain: web01, frb-esx-02, db.corp.example; 'production' alone may be any word.
HOST_LIKE = late(
    r"(?=.*[a-z])(?=.*[\d.-])[a-z0-9][a-z0-9_-]{1,62}(?:\.[a-z0-9_-]+)*(?:\.[a-z][a-z0-9-]*)?", re.IGNORECASE
)
ADDRESS = late(r"\d{1,3}(?:\.\d{1,3}){3}")  # machines without a name stand in lists of names with theirs
COUNTER_LIKE = late(r"[A-Z]{1,5}[-_.]?\d+")  # INC0012, CHG-7: the number of a paper
WORD = late(r"[a-z][a-z0-9_-]{1,62}", re.IGNORECASE)  # apollo: a name, where each record has another
WORDED = late(r"[a-z]{2}", re.IGNORECASE)  # names begin with letters, serial numbers with anything
LABEL_LIKE = late(r"(?=.*[^\W\d_]).{2,48}")
MOST_WORDS = 5
FEWEST_NAMES = 3
FILLED = 0.8
FILLED_BESIDE_KEYS = 0.25  # scanners name what answered to a name service, and list the rest by address
KEYS = frozenset({"ip_address", "mac_address", "uuid", "source_id", "serial_number"})
NO_NAMES = (
    "date", "email", "url", "uuid", "mac", "cidr", "size", "percent", "money", "number", "integer", "boolean",
    "version", "os", "cpu", "environment", "lifecycle", "power", "criticality", "manufacturer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a column looks like names, 0..1 each: host names, counted papers, labels, words before any digit,
    different values, filled, single words that are different in each record.
    """

    hosts: float
    counters: float
    labels: float
    worded: float
    distinct: float
    filled: float
    words: float


def name_column(
    profiles: Sequence[ColumnProfile], columns: Sequence[Column], taken: Sequence[Evidence | None], least: float
) -> tuple[int, Evidence] | None:
    """The position (0-based) of the column that is to be the name, and why; None where none is needed or none fits.

    `taken` is what each column means so far; a strength of `least` or more counts as meant.
    """
    if not columns or RECORD_KINDS.get(kind := columns[0].context.kind) is not RecordRole.ASSET:
        return None
    if any(one and one.target in NAMES_BY_KIND.get(kind, NAMES) and one.strength >= least for one in taken):
        return None
    keyed = any(one and one.target in KEYS and one.strength >= least for one in taken)
    found = [
        (strength, -index, reason)
        for index, (profile, column, meant) in enumerate(zip(profiles, columns, taken, strict=True))
        for like in [_likeness(profile, column.values)]
        if _is_free(meant, kind) or _names_clients(meant, like)
        for strength, reason in [_strength(column, like, keyed)]
        if strength > 0
    ]
    if not found:
        return None
    strength, index, reason = max(found)
    return -index, Evidence("name", strength, reason, named_by_look=True)


def names_records(profile: ColumnProfile, values: Values) -> bool:
    """True for short texts that are different in every record: what repeats is a reference to something named."""
    like = _likeness(profile, values)
    short = like.hosts >= 0.8 or like.labels >= 0.8
    return len(profile.samples) >= FEWEST_NAMES and short and like.distinct >= 0.9


def _is_free(meant: Evidence | None, kind: str) -> bool:
    if meant is None or meant.target in FREE_TEXT or not (meant.sure or meant.strength >= 0.8):
        return True
    # 'Server' beside the name of a virtual machine is where it runs; where it is all there is, it is the name.
    return kind == AssetType.VIRTUAL_MACHINE and meant.target == "depends_on" and not meant.sure


def _names_clients(meant: Evidence | None, like: Likeness) -> bool:
    """True where the clients of a server are machines: no company owns one thing alone, under a machine's name."""
    return meant is not None and meant.target == "company" and like.hosts >= 0.8 and like.distinct >= 0.9


def _strength(column: Column, like: Likeness, keyed: bool) -> tuple[float, str]:
    """How much a column is the name, and why; `keyed`: where it is empty, another column tells the records apart."""
    if set(column.header.tokens) & words().blockers:
        return 0.0, ""
    if like.filled < FILLED:
        return _sparse(column, like) if keyed else (0.0, "")
    hosts = like.hosts >= 0.7
    if _is_label(column) and like.distinct >= 0.7 and (hosts or like.labels >= 0.8):
        how = "host names" if hosts else "short and mostly different"
        return 0.8 if hosts else 0.74, f"no other column names the assets, and its values are {how}"
    other = OTHER_IDENTITY.search(column.header.phrase)
    counted, reason = like.counters >= 0.5, "no other column names the assets, and its values are different host names"
    if like.hosts < 0.8 and keyed and column.header.absent and like.words >= 0.9 and not counted:
        return 0.61, "no other column names the assets, and its values are single words, different in each record"
    if like.hosts < 0.8 or like.distinct < 0.9 or other:
        return 0.0, ""
    if not column.header.absent:
        return (0.0, "") if counted else (0.66, reason)
    return (0.64 if counted else 0.66, reason) if like.worded >= 0.8 else (0.0, "")


def _sparse(column: Column, like: Likeness) -> tuple[float, str]:
    """As `_strength`, of a column without a header that names some of the records."""
    named = like.hosts >= 0.8 and like.distinct >= 0.9 and like.worded >= 0.8 and like.counters < 0.5
    if not (named and column.header.absent and like.filled >= FILLED_BESIDE_KEYS):
        return 0.0, ""
    return 0.62, "no other column names the assets, and where it is filled its values are different host names"


def _is_label(column: Column) -> bool:
    tokens = set(column.header.tokens)
    return bool(tokens & _labels()) and tokens <= _labels() | words().entities


@cache
def _labels() -> frozenset[str]:
    return frozenset(canonical(word) for word in words().labels)


def _differs(profile: ColumnProfile) -> float:
    return min(1.0, profile.distinct / max(1, profile.filled))


def _likeness(profile: ColumnProfile, values: Values) -> Likeness:
    filled = [text.strip() for text in profile.samples if text.strip().casefold() not in words().null_words]
    texts = [text for text in filled if ADDRESS.fullmatch(text) is None]
    if len(texts) < 2 or len(texts) * 2 < len(filled) or values.share(NO_NAMES) > 0.2:
        return Likeness(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    all_seen = len(profile.samples) < MOST_SAMPLES
    return Likeness(
        hosts=sum(bool(HOST_LIKE.fullmatch(text)) for text in texts) / len(texts),
        counters=sum(bool(COUNTER_LIKE.fullmatch(text)) for text in texts) / len(texts),
        labels=sum(bool(LABEL_LIKE.fullmatch(text)) and len(text.split()) <= MOST_WORDS for text in texts) / len(texts),
        worded=sum(bool(WORDED.match(text)) for text in texts) / len(texts),
        distinct=len(filled) / max(1, profile.filled) if all_seen else 1.0,
        filled=profile.filled / max(1, profile.records),
        words=sum(bool(WORD.fullmatch(text)) for text in texts) / len(texts) * _differs(profile),
    )
