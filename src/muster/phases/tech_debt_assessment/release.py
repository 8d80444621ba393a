"""From the text after a product's name to its release: one, several, or none that can be told."""

import re
from collections.abc import Callable

from muster.phases.tech_debt_assessment.asked import (
    EARLIER,
    FIRST,
    LATER,
    SERVICE_PACK,
    Asked,
    Release,
    before_version,
    numbers_of,
    of_versions,
)
from muster.phases.tech_debt_assessment.builds import builds
from muster.phases.tech_debt_assessment.cycle import Cycle
from muster.phases.tech_debt_assessment.database_release import oracle, sql_server
from muster.phases.tech_debt_assessment.family import Named
from muster.phases.tech_debt_assessment.windows_release import windows_client, windows_server

_EL = re.compile(r"[.-]el(\d+)")
_AIX_LEVEL = re.compile(r"(?<!\d)([567])([123])00(?:-0?(\d+))?")
_AIX_DOTTED = re.compile(r"(?<![\d.])([3-7]\.\d)(?![\d])(?:\.(\d+))?")
_TECHNOLOGY_LEVEL = re.compile(r"\b(?:tl|ml|technology level|maintenance level) ?-?0?(\d+)")
_OLD_NAMES = re.compile(r"\b(shrike|psyche|valhalla|enigma|seawolf|guinness|zoot|hedwig|cartman|piglet|hampton)\b")
_LAST_RED_HAT_LINUX = {5: 2, 6: 2, 7: 3, 8: 0, 9: 0}  # the last update of each release
_IBM_LEVEL = re.compile(r"\bv(?:ersion)? ?(\d+) ?r(?:elease)? ?(\d+)(?:m\d+)?\b")


def read_release(named: Named, cycles: tuple[Cycle, ...]) -> Release:
    """Read the release of a named product, one of `cycles`, from what follows its name."""
    return _READINGS[named.family.reading](Asked(named, cycles))


def _dotted(asked: Asked) -> Release:
    if asked.named.family.el and (found := _EL.search(asked.named.text)):
        return of_versions(asked, (found[1],), later=False)
    if codename := _of_codename(asked):
        return codename
    text = asked.told
    if found := EARLIER.search(text):
        return before_version(asked, found[2])
    found = FIRST.search(text)
    if found is None:
        return Release(settle="the release")
    versions = tuple(part.strip() for part in found[1].split("/"))
    return of_versions(asked, versions, later=bool(LATER.search(text, found.end())))


def _of_codename(asked: Asked) -> Release | None:
    """A code name (jammy, bookworm) names a release as well as its number; numbers go first."""
    if FIRST.search(asked.told):
        return None
    for cycle in asked.cycles:
        names = re.findall(r"[a-z]{4,}", cycle.label.casefold())
        if names and re.search(rf"\b{names[0]}\b", asked.whole) and names[0] not in asked.named.family.product:
            return Release(cycle.name, (cycle,))
    return None


def _service_pack(asked: Asked) -> Release:
    """SUSE: 15 SP5 is 15.5; 12 alone may be any of its service packs."""
    pack = SERVICE_PACK.search(asked.whole)
    found = FIRST.search(asked.told)
    if pack is None or found is None or "." in found[1] or "/" in found[1]:
        read = _dotted(asked)
        return Release(read.text, read.cycles, "the service pack" if len(read.cycles) > 1 else read.settle, read.older)
    return of_versions(asked, (f"{found[1]}.{pack[1]}",), later=False)


def _solaris(asked: Asked) -> Release:
    """SunOS 5.x is Solaris x; a second number (5.11 11.4) says which update of 11."""
    if found := re.search(r"5\.11\D+(11\.\d+)", asked.whole):
        return of_versions(asked, (found[1],), later=False)
    if found := re.search(r"(?:sun ?os|solaris)[^\d]*5\.(\d+(?:\.\d+)?)", asked.whole):
        return of_versions(asked, (found[1],), later=False)
    return _dotted(asked)


def _aix(asked: Asked) -> Release:
    """AIX 7200-05 is technology level 5 of 7.2."""
    if found := _AIX_LEVEL.search(asked.whole):
        version = ".".join(part for part in (found[1], found[2], found[3] and str(int(found[3]))) if part)
        return of_versions(asked, (version,), later=False)
    if found := _AIX_DOTTED.search(asked.whole):
        level = _TECHNOLOGY_LEVEL.search(asked.whole)
        number = level[1] if level else found[2]
        version = f"{found[1]}.{int(number)}" if number else found[1]
        read = of_versions(asked, (version,), later=LATER.search(asked.whole) is not None)
    else:
        read = _dotted(asked)
    return Release(read.text, read.cycles, "the technology level" if len(read.cycles) > 1 else read.settle, read.older)


def _hp_ux(asked: Asked) -> Release:
    """HP-UX 11i v3 is release 11.31, also written B.11.31."""
    if found := re.search(r"11i ?v ?([123])", asked.whole):
        return of_versions(asked, (builds()["hp_ux"][f"11iv{found[1]}"],), later=False)
    if found := re.search(r"(?<!\d)(1[01]\.\d\d)(?!\d)", asked.whole):
        return of_versions(asked, (found[1],), later=False)
    return _dotted(asked)


def _label(asked: Asked) -> Release:
    """A product whose releases have names: those whose label's words all occur."""
    words = set(re.findall(r"[\w.]+", asked.whole))
    found = tuple(cycle for cycle in asked.cycles if set(cycle.label.casefold().split()) <= words)
    return Release(found[0].label if found else "", found[:1], "" if found else "the release")


def _kernel(_: Asked) -> Release:
    """Only `Linux`: a kernel's own dates say nothing of what a distribution maintains."""
    return Release(settle="the distribution and its release")


def _none(asked: Asked) -> Release:
    found = FIRST.search(asked.told)
    return Release(found[1] if found else "", settle="lifecycle data for this product")


def _red_hat_linux(asked: Asked) -> Release:
    """Red Hat Linux ended with 9. Without `Enterprise`, a release that both had leaves open which of the two it is; one
    that Red Hat Linux never had is given to its successor.
    """
    if _OLD_NAMES.search(asked.named.text):
        return _dotted(asked)
    if found := _EL.search(asked.named.text) or FIRST.search(asked.told):
        numbers = numbers_of(found[1])
        if numbers and numbers[:2] > (numbers[0], _LAST_RED_HAT_LINUX.get(numbers[0], -1)):
            return Release(found[1])
    return Release(settle="whether it is Red Hat Linux or Red Hat Enterprise Linux")


def _ibm_level(asked: Asked) -> Release:
    """V7R4M0 is 7.4, z/OS V2R5 is 2.5."""
    if found := _IBM_LEVEL.search(asked.whole):
        return of_versions(asked, (f"{found[1]}.{found[2]}",), later=False)
    return _dotted(asked)


_READINGS: dict[str, Callable[[Asked], Release]] = {
    "dotted": _dotted,
    "service_pack": _service_pack,
    "solaris": _solaris,
    "aix": _aix,
    "hp_ux": _hp_ux,
    "ibm_level": _ibm_level,
    "red_hat_linux": _red_hat_linux,
    "label": _label,
    "kernel": _kernel,
    "none": _none,
    "windows_server": windows_server,
    "windows_client": windows_client,
    "sql_server": sql_server,
    "oracle": oracle,
}
