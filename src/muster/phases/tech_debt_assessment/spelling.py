"""Releases as people write them: the catalogue's ids are made for addresses (2012-r2, 22h2, xp)."""

import re

_RELEASE = re.compile(r"[- ]r(\d)\b")
_SERVICE_PACK = re.compile(r"-sp(\d)\b")
_CHANNEL = re.compile(r"-(sac|ac|ltsc|ltsb)\b")
_HALF_YEAR = re.compile(r"\b(\d\dh[12])\b")
_NAMES = {"xp": "XP", "vista": "Vista", "me": "Me"}
_YEAR = re.compile(r"(?:20|19)\d\d")


def spelt(product: str, release: str, labels: tuple[str, ...] = ()) -> str:
    """A release of a product of the catalogue; `labels` are its cycles' long names.

    SUSE counts service packs (12.3 is 12 SP3) and AIX technology levels (7.2.5 is 7.2 TL5). SQL Server is known by
    its year: the build is put behind it.
    """
    text = _NAMES.get(release, release)
    if product in ("sles", "sled"):
        return re.sub(r"^(\d+)\.(\d)$", _without_zero, text)
    if product == "ibm-aix":
        return re.sub(r"^(\d\.\d)\.(\d+)$", r"\1 TL\2", text)
    if product == "mssqlserver" and "." in text:
        years = {found[0] for label in labels if (found := _YEAR.match(label))}
        return f"{years.pop()} ({text})" if len(years) == 1 else text
    text = _SERVICE_PACK.sub(r" SP\1", _RELEASE.sub(r" R\1", text))
    text = _CHANNEL.sub(lambda found: f" {found[1].upper()}", text)
    return _HALF_YEAR.sub(lambda found: found[1].upper(), text)


def _without_zero(found: re.Match[str]) -> str:
    return found[1] if found[2] == "0" else f"{found[1]} SP{found[2]}"
