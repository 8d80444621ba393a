"""What a cell looks like by itself: a number, a date, an address, an identifier, or words."""

import re
from functools import lru_cache

from muster.vocabulary.late_pattern import late

SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ip", late(r"(?:(?:tcp|udp)://)?\d{1,3}(?:\.\d{1,3}){3}(?:[/:]\d+)?(?:[,; ]|$)")),
    ("mac", late(r"[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}$")),  # before IPv6, whose groups look like it
    ("number", late(r"[-+]?[$€£¥]?\s?\d[\d.,' \u00a0]*(?:[eE][+-]?\d+)?\s?[%€$£]?$")),
    (
        "quantity",
        late(r"[-+]?\d[\d.,]*\s?(?:[kmgtp]i?b|[kmg]?hz|bytes?|cores?|vcpus?|days?|months?)$", re.IGNORECASE),
    ),
    ("date", late(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:[T ].*)?$")),
    ("date", late(r"\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}|\d{4}年\d{1,2}月|\d{1,2}:\d{2}(?::\d{2})?$")),
    ("ip", late(r"\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}\](?::\d+)?$")),
    ("ip", late(r"\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}\]?(?:[/%].*)?$|::1?$")),
    ("uuid", late(r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?$")),
    ("email", late(r"[^@\s]+@[^@\s]+\.\w+$")),
    ("url", late(r"(?:[a-z][a-z0-9+.-]*://|/[\w.-]+/|[A-Za-z]:\\|\\\\)")),
    ("fqdn", late(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9-]+)+\.[A-Za-z]{2,}$")),
    (
        "boolean",
        late(r"(?:true|false|yes|no|y|n|ja|nein|oui|non|si|sí|wahr|falsch|vrai|faux|n/a|null|none|-)$", re.IGNORECASE),
    ),
    ("numbered", late(r"(?=.*\d)[^\W\d_]+[-_.]?(?:[^\W_]*[-_.])*[^\W_]*\d+[A-Za-z]?$")),
)


@lru_cache(maxsize=1 << 16)
def shape(cell: str) -> str:
    """One of number, quantity, date, ip, mac, uuid, email, url, fqdn, boolean, numbered (srv01), words, blank."""
    text = cell.strip()
    if not text:
        return "blank"
    if len(text) > 200:
        return "words"
    for name, pattern in SHAPES:
        if pattern.match(text):
            return name
    return "words"
