"""What the names of members say: which member is no table, what a table is about, how to tell tables apart."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from muster.vocabulary.late_pattern import late

ENDINGS = frozenset(
    (".csv", ".tsv", ".tab", ".psv", ".txt", ".log", ".lst", ".out", ".dat", ".json", ".ndjson", ".jsonl", ".xml")
    + (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".parquet", ".arrow", ".feather", ".ipc", ".yaml", ".yml")
    + (".zip", ".tar", ".tgz")
)
# What people put beside the tables and nobody takes for one.
COMPANIONS = (
    r"read[ _-]?me|lies[ _-]?mich|lisez[ _-]?moi|leeme|leiame|licen[sc]e|copying|notice|authors|contributing|"
    r"change[ _-]?log|changes|release[ _-]?notes|makefile|dockerfile|md5sums?|sha\d*sums?|checksums?"
)
COMPANION = late(
    rf"({COMPANIONS})(\.(txt|md|rst|adoc|html?))?$|.*\.(md|rst|adoc|md5|sha1|sha256|sig|asc)$", re.IGNORECASE
)
# Names that a program gave and that say nothing: of an envelope around a list of records, of a new sheet.
ENVELOPES = (
    "records?|results?|data|items|rows|values?|entries|list|objects|elements|hits|content|payload|response|output"
)
NEW_SHEETS = "sheet|table|tabelle|blatt|feuil|hoja|foglio|planilha|blad|ark|list|arkusz|munka|лист|シート"
TELLS_NOTHING = late(rf"(\w+\.)?({ENVELOPES})(\[\]|\{{\}})?$|({NEW_SHEETS})\s*\d*$", re.IGNORECASE)
# RVTools calls the file of a tab RVTools_tab<tab>; a day or a number in a name says nothing about the rows.
NOT_TITLE = late(r"^.*rvtools_tab|(?<!\d)\d{4}[-_.]?\d{2}[-_.]?\d{2}(?!\d)|(?<=[_. -])\d+$", re.IGNORECASE)


def is_companion(path: str) -> bool:
    """True for a read-me, a licence, a list of checksums."""
    return COMPANION.match(PurePosixPath(path).name) is not None


def tells_nothing(table: str) -> bool:
    """True for the name of a table that a program gave to it whatever it holds."""
    return TELLS_NOTHING.match(table) is not None


def title(path: str) -> str:
    """What a member's name says that its records are."""
    return NOT_TITLE.sub("", without_ending(PurePosixPath(path).name)).strip(" _-.")


def short_names(paths: Sequence[str]) -> list[str]:
    """Without the folders that all of them lie in; without the endings where they differ in more than that."""
    folders = [PurePosixPath(path).parts[:-1] for path in paths]
    shared = 0
    while all(len(folder) > shared and folder[shared] == folders[0][shared] for folder in folders):
        shared += 1
    full = ["/".join(PurePosixPath(path).parts[shared:]) for path in paths]
    short = [without_ending(path) for path in full]
    return [name if short.count(name) == 1 else path for name, path in zip(short, full, strict=True)]


def without_ending(path: str) -> str:
    """Without an ending that says only how the content is written; web01.corp.example keeps all of its name."""
    suffix = PurePosixPath(path).suffix
    return path.removesuffix(suffix) if suffix.lower() in ENDINGS else path
