"""Serial numbers: upper case, one blank at most between their parts.

Junk values of firmware ('To be filled by O.E.M.', zeros, 'Default string') are nothing, since they would make one
machine of thousands. Neither are words without a figure ('see label', 'virtuell'), which would make one of all
machines that they stand at. A number that a spreadsheet has rounded ('1.2E+15') is nothing as well: its digits are
gone.
"""

import polars as pl

from muster.phases.data_cleansing.labels import JUNK, READ, junk_serials, problem, undamaged, usual
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The serial number; None where it is a junk value or damaged."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if text.lower() in junk_serials():
        return wrong("junk_value", text, JUNK, READ)
    found = problem(text)
    if found is None and text != text.upper() and not any(map(str.isdigit, text)):
        return wrong("no_serial_number", text, "is words and no serial number", READ)
    return found or Cleansed(undamaged(text).upper())


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Labels with a figure, unlike any junk value."""
    return pl.when(column.str.contains("[0-9]")).then(usual(column, junk_serials())).str.to_uppercase()


RULE = Rule(
    name="serial_number",
    apply=apply,
    fast=fast,
    attributes=frozenset({"serial_number"}),
    examples=(
        Example("mxq1234abc", "MXQ1234ABC"),
        Example("VMware-42 1a  0b", "VMWARE-42 1A 0B"),
        Example("123456789012.0", "123456789012"),
        Example("To Be Filled By O.E.M.", None, "junk_value"),
        Example("Default string", None, "junk_value"),
        Example("0000000000", None, "junk_value"),
        Example("123456789", None, "junk_value"),
        Example("XXXXXXX", None, "junk_value"),
        Example("1.2E+15", None, "spreadsheet_damage"),
        Example("6,37702E+15", None, "spreadsheet_damage"),
        Example("siehe Etikett", None, "no_serial_number"),
        Example("virtuell", None, "no_serial_number"),
        Example("ABCDEFGH", "ABCDEFGH"),
        Example("None", None),
    ),
)
