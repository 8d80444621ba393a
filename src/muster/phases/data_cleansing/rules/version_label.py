"""Versions and builds: the number as the product counts, without the word for it.

Active Directory writes '6.3 (9600)' and systeminfo '10.0.17763 N/A Build 17763' for what everyone else calls 6.3.9600
and 10.0.17763. A spreadsheet makes a day of '7.9': its text is kept, with an issue.
"""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

WORD = re.compile(r"^(?:versi[oó]n|version:?|ver\.?|v\.?|release|rel\.?)\s*(?=\d)", re.I)
BUILD = re.compile(r"^(\d+\.\d+)\s*\((\d{4,5})\)$")
SAID_TWICE = re.compile(r"^(\d+\.\d+\.(\d{4,5})(?:\.\d+)?)\s+(?:N/A\s+)?Build\s+\2$", re.I)
A_DAY = re.compile(
    r"^(?:\d{1,2}[-. ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mai|okt|dez)\.?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mai|okt|dez)\.?[- ]\d{2})$",
    re.I,
)


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The version."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if A_DAY.match(text):
        hint = "Export the data again with this column as text, or write the version."
        return wrong("spreadsheet_damage", text, "is a day that a spreadsheet made of a version", hint, value=text)
    bare = WORD.sub("", text)
    if found := BUILD.match(bare):
        return Cleansed(f"{found[1]}.{found[2]}")
    twice = SAID_TWICE.match(bare)
    return Cleansed(twice[1] if twice else bare)


RULE = Rule(
    name="version_label",
    apply=apply,
    attributes=frozenset({"os_version", "software_version", "database_version"}),
    examples=(
        Example("7.9", "7.9"),
        Example("v7.0.3", "7.0.3"),
        Example("Version 10.0.17763", "10.0.17763"),
        Example("6.3 (9600)", "6.3.9600"),
        Example("10.0.17763 N/A Build 17763", "10.0.17763"),
        Example("2016 or later", "2016 or later"),
        Example("SP2", "SP2"),
        Example("9-Jul", "9-Jul", "spreadsheet_damage"),
        Example("Sep-07", "Sep-07", "spreadsheet_damage"),
        Example("n/a", None),
    ),
)
