"""Names of operating systems: marks and doubled blanks fall away; which product it is, another phase says."""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy

MARKS = re.compile(r"\((?:r|tm|c)\)|[®™©]", re.I)
FORMER_MARK = re.compile(r"\b(Windows|Server|Microsoft)r\b")  # 'Windowsr' is a lost registered sign


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The tidied name."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    return Cleansed(tidy(FORMER_MARK.sub(r"\1", MARKS.sub("", text)).replace(" ,", ",").strip(" ,;")))


RULE = Rule(
    name="operating_system",
    apply=apply,
    attributes=frozenset({"os_name"}),
    examples=(
        Example("Microsoft(R) Windows(R) Server 2003,  Web", "Microsoft Windows Server 2003, Web"),
        Example("Microsoft® Windows Server® 2008", "Microsoft Windows Server 2008"),
        Example("Red Hat Enterprise Linux 7 (64-bit)", "Red Hat Enterprise Linux 7 (64-bit)"),
        Example("Unknown", None),
    ),
)
