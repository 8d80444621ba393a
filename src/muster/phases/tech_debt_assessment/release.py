"""From the text after a product's name to its release: one, several, or none that can be told."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from muster.phases.tech_debt_assessment.cycle import Cycle
from muster.phases.tech_debt_assessment.family import Named

_LATER = re.compile(
    r"\b(or|and|&) (later|newer|above|higher|up)\b|或更高|及以上|以上|以降|이상|oder (hoher|höher|neuer)"
    r"|ou (version )?(ulterieure|ultérieure|supérieure|plus)|o (posterior|superior)"
)
_VERSION = r"\d+(?:\.\d+)*(?:\.[x*])?"
_FIRST = re.compile(rf"(?<![\d.])(?:v|r|release |version )?({_VERSION}(?: ?/ ?{_VERSION})*)", re.IGNORECASE)
_DOTTED = re.compile(r"(?<![\d.])\d+\.\d")
# 5.4.0-42-generic, 4.18.0-477.el8.x86_64: a kernel's release, not the distribution's.
_KERNEL = re.compile(r"(?<![\d.])\d+\.\d+\.\d+-\d\S*|\bkernel \d\S*")
_EL = re.compile(r"[.-]el(\d+)")
_SERVICE_PACK = re.compile(r"(?<![a-z])(?:sp|service ?pack|patch ?level|pl) ?-?(\d)\b")
_BUILD = re.compile(r"(?<![\d.])(10\.0\.\d{5}|[56]\.[0-3])(?=[. ]|$)")
_YEAR = re.compile(r"(?<!\d)(?:20|2k)(00|03|3|08|8|12|16|19|22|25)(?![\d.])( ?-?r2)?")
_SEMI_ANNUAL = re.compile(r"(?<!\d)(1709|1803|1809|1903|1909|2004|20h2|23h2)(?!\d)")
_CLIENT = re.compile(r"(?<![\d.])(xp|vista|8\.1|7|8|10|11|2000|9[58]|me)(?![\w.])")
_FEATURE = re.compile(r"(?<!\d)(1507|1511|1607|1703|1709|1803|1809|1903|1909|2004|2[0-9]h[12])(?!\d)")
_SQL_YEAR = re.compile(r"(?<![\d.])(20(?:00|05|08|12|14|16|17|19|22|25))( ?-?r2)?(?![\d.]*\d)")
_AIX_LEVEL = re.compile(r"(?<!\d)([567])([123])00(?:-0?(\d))?")


@dataclass(frozen=True, slots=True)
class Release:
    """What a text says of the release. Without `cycles` it was not told, or it is not in the catalogue.

    `text`: the release as it was told. `older`: it is older than the oldest one of the catalogue. `settle`: what would
    narrow several to one.
    """

    text: str = ""
    cycles: tuple[Cycle, ...] = ()
    settle: str = ""
    older: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    named: Named
    cycles: tuple[Cycle, ...]

    @property
    def whole(self) -> str:
        """The name and what follows it."""
        return self.named.rest

    @property
    def told(self) -> str:
        """What follows the name, without the releases of kernels, which look like those of distributions.

        Where no version follows, a dotted one before the name counts (`10.6.16-MariaDB`).
        """
        text = self.named.after
        if not _FIRST.search(text) and _DOTTED.search(before := self.named.text.removesuffix(self.named.rest)):
            text = before
        return _KERNEL.sub(" ", text) if self.named.family.kind == "os" else text


def read_release(named: Named, cycles: tuple[Cycle, ...]) -> Release:
    """Read the release of a named product, one of `cycles`, from what follows its name."""
    return _READINGS[named.family.reading](_Asked(named, cycles))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _dotted(asked: _Asked) -> Release:
    if asked.named.family.el and (found := _EL.search(asked.named.text)):
        return _of_versions(asked, (found[1],), later=False)
    if codename := _of_codename(asked):
        return codename
    text = asked.told
    found = _FIRST.search(text)
    if found is None:
        return Release(settle="the release")
    versions = tuple(part.strip() for part in found[1].split("/"))
    return _of_versions(asked, versions, later=bool(_LATER.search(text, found.end())))


def _of_codename(asked: _Asked) -> Release | None:
    """A code name (jammy, bookworm) names a release as well as its number; numbers go first."""
    if _FIRST.search(asked.told):
        return None
    for cycle in asked.cycles:
        names = re.findall(r"[a-z]{4,}", cycle.label.casefold())
        if names and re.search(rf"\b{names[0]}\b", asked.whole) and names[0] not in asked.named.family.product:
            return Release(cycle.name, (cycle,))
    return None


def _of_versions(asked: _Asked, versions: tuple[str, ...], later: bool) -> Release:
    """The cycles of one version, of a list of versions, or of a version and all later ones."""
    parts = [_match(asked, version) for version in versions]
    cycles = [cycle for part in parts for cycle in part.cycles]
    # Within a list, a release older than the catalogue counts too: it has ended.
    before = [ended_before(part.text) for part in parts if part.older and cycles]
    if later and (lowest := min((cycle.number for cycle in cycles), default=_numbers(versions[0]))):
        cycles = [cycle for cycle in _numbered(asked.cycles) if cycle.number >= lowest]
    unique = tuple(cycle for cycle in _numbered(asked.cycles) if cycle in cycles) or tuple(cycles)
    settle = "the exact release" if len(unique) > 1 or (len(versions) > 1 or later) else ""
    if not unique:
        return Release("/".join(versions), settle=parts[0].settle, older=all(part.older for part in parts))
    return Release("/".join(versions) + (" or later" if later else ""), (*before, *unique), settle)


def ended_before(version: str) -> Cycle:
    """A release older than the oldest one listed: vendors end older releases first, so it has ended as well."""
    return Cycle(version, version, None, eoas=True, eol=True, eoes=None, number=_numbers(version))


def _numbered(cycles: tuple[Cycle, ...]) -> tuple[Cycle, ...]:
    return tuple(sorted((cycle for cycle in cycles if cycle.number), key=lambda cycle: cycle.number))


def _match(asked: _Asked, version: str) -> Release:
    """The cycle a version belongs to: the longest one that begins it, else all that it begins."""
    numbers, wide = _numbers(version), version.endswith((".x", ".*"))
    cycles = _numbered(asked.cycles)
    coarser = [cycle for cycle in cycles if numbers[: len(cycle.number)] == cycle.number]
    finer = [cycle for cycle in cycles if len(cycle.number) > len(numbers) and cycle.number[: len(numbers)] == numbers]
    exact = [cycle for cycle in coarser if cycle.number == numbers]
    if finer and (wide or asked.named.family.finer or not coarser or (not exact and not coarser)):
        return Release(version, tuple(exact + finer), "the exact release")
    if coarser:
        best = max(coarser, key=lambda cycle: len(cycle.number))
        return Release(version, tuple(cycle for cycle in coarser if cycle.number == best.number))
    if cycles and numbers < cycles[0].number:
        return Release(version, older=True)
    return Release(version, settle="newer lifecycle data" if cycles and numbers > cycles[-1].number else "the release")


def _service_pack(asked: _Asked) -> Release:
    """SUSE: 15 SP5 is 15.5; 12 alone may be any of its service packs."""
    pack = _SERVICE_PACK.search(asked.whole)
    found = _FIRST.search(asked.told)
    if pack is None or found is None or "." in found[1] or "/" in found[1]:
        read = _dotted(asked)
        return Release(read.text, read.cycles, "the service pack" if len(read.cycles) > 1 else read.settle, read.older)
    return _of_versions(asked, (f"{found[1]}.{pack[1]}",), later=False)


def _solaris(asked: _Asked) -> Release:
    """SunOS 5.x is Solaris x."""
    if found := re.search(r"(?:sun ?os|solaris)[^\d]*5\.(\d+(?:\.\d+)?)", asked.whole):
        return _of_versions(asked, (found[1],), later=False)
    return _dotted(asked)


def _aix(asked: _Asked) -> Release:
    """AIX 7200-05 is technology level 5 of 7.2."""
    if found := _AIX_LEVEL.search(asked.whole):
        level = f".{found[3]}" if found[3] else ""
        return _of_versions(asked, (f"{found[1]}.{found[2]}{level}",), later=False)
    read = _dotted(asked)
    return Release(read.text, read.cycles, "the technology level" if len(read.cycles) > 1 else read.settle, read.older)


def _hp_ux(asked: _Asked) -> Release:
    """HP-UX 11i v3 is release 11.31, also written B.11.31."""
    if found := re.search(r"11i ?v ?([123])", asked.whole):
        return _of_versions(asked, (builds()["hp_ux"][f"11iv{found[1]}"],), later=False)
    if found := re.search(r"(?<!\d)(1[01]\.\d\d)(?!\d)", asked.whole):
        return _of_versions(asked, (found[1],), later=False)
    return Release(settle="the release")


def _label(asked: _Asked) -> Release:
    """A product whose releases have names: those whose label's words all occur."""
    words = set(re.findall(r"[\w.]+", asked.whole))
    found = tuple(cycle for cycle in asked.cycles if set(cycle.label.casefold().split()) <= words)
    return Release(found[0].label if found else "", found[:1], "" if found else "the release")


def _kernel(_: _Asked) -> Release:
    """Only `Linux`: a kernel's own dates say nothing of what a distribution maintains."""
    return Release(settle="the distribution and its release")


def _none(asked: _Asked) -> Release:
    found = _FIRST.search(asked.told)
    return Release(found[1] if found else "", settle="lifecycle data for this product")


def _windows_server(asked: _Asked) -> Release:
    """Windows Server: the year and R2, the half-yearly channel, else the build number."""
    year = _YEAR.search(asked.whole)
    if channel := _SEMI_ANNUAL.search(asked.whole):
        name = channel[1] + ("-ac" if channel[1] == "23h2" else "-sac")
        if not year:
            return _named_cycles(asked, channel[1], (name,))
    if year:
        key = f"20{year[1].zfill(2)}" + ("-r2" if year[2] else "")
    elif found := _BUILD.search(asked.whole):
        key = builds()["windows_server"].get(found[1], "")
    else:
        return Release(settle="the release")
    if _LATER.search(asked.whole):
        return _server_or_later(asked, key)
    names = tuple(cycle.name for cycle in asked.cycles if _is_year(cycle.name, key) or cycle.name == f"{key}-sac")
    return _with_service_pack(asked, key, names)


def _is_year(name: str, key: str) -> bool:
    return re.fullmatch(rf"{re.escape(key)}(-sp\d)?", name) is not None


def _with_service_pack(asked: _Asked, key: str, names: tuple[str, ...]) -> Release:
    pack = _SERVICE_PACK.search(asked.whole)
    exact = tuple(name for name in names if pack and name.endswith(f"-sp{pack[1]}"))
    return _named_cycles(asked, key, exact or names, "the service pack")


def _server_or_later(asked: _Asked, key: str) -> Release:
    start = next((cycle for cycle in asked.cycles if _is_year(cycle.name, key)), None)
    # Half-yearly releases are no successors that one upgrades to in place; they have their own names.
    yearly = [cycle for cycle in asked.cycles if re.match(r"20\d\d(-r2)?(-sp\d)?$", cycle.name)]
    later = [
        cycle for cycle in yearly if start and start.released and cycle.released and cycle.released >= start.released
    ]
    return Release(f"{key} or later", tuple(later[::-1]), "the exact release" if later else "the release")


def _named_cycles(asked: _Asked, text: str, names: tuple[str, ...], settle: str = "the exact release") -> Release:
    cycles = tuple(cycle for cycle in asked.cycles if cycle.name in names)
    if not cycles:
        return Release(text, settle="lifecycle data for this release")
    return Release(text, cycles, settle if len(cycles) > 1 else "")


def _windows_client(asked: _Asked) -> Release:
    """Windows: the name, the feature release and the edition (home and pro, enterprise, long-term)."""
    named = _CLIENT.search(asked.named.rest)
    build = _BUILD.search(asked.whole)
    feature = _FEATURE.search(asked.whole)
    key: str = builds()["windows_client"].get(build[1], "") if build else ""
    if named is None and asked.named.rest.split(" 10.0.")[0].strip() in ("windows", "microsoft windows"):
        return Release(key, settle="whether it is a server or a client edition, and its release")
    name = str(named[1]) if named else key.partition("-")[0]
    if not name:
        return Release(settle="the release")
    number: str = builds()["windows_client_names"].get(name, name)
    if number == "older":
        return Release(name, older=True)
    release = str(feature[1]) if feature else key.partition("-")[2]
    cycles = tuple(cycle for cycle in asked.cycles if _client_fits(cycle.name, number, release, asked.whole))
    settle = "the feature release and edition" if len(cycles) > 1 else ""
    return Release(f"{name} {release}".strip(), cycles, settle if cycles else "the release")


def _client_fits(name: str, number: str, release: str, text: str) -> bool:
    first, *parts = name.split("-")
    if first != number or (release and parts and release != parts[0]):
        return False
    long_term = re.search(r"\blts[bc]\b|long.term", text) is not None
    if ("lts" in parts) != long_term and ("lts" in parts or "iot" not in parts and _has_editions(number)):
        return False
    if ("iot" in parts) != (re.search(r"\biot\b", text) is not None):
        return False
    business, personal = re.search(r"\b(enterprise|education)\b", text), re.search(r"\b(pro|home|professional)\b", text)
    return not (business and "w" in parts) and not (personal and "e" in parts)


def _has_editions(number: str) -> bool:
    return number in ("10", "11")


def _sql_server(asked: _Asked) -> Release:
    """SQL Server: the year and R2, or the version number; the service pack by its name or its build."""
    year = _SQL_YEAR.search(asked.whole)
    number = re.search(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{3,5})", asked.whole)
    short = re.search(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?![\d.])", asked.whole)
    if year:
        key = builds()["sql_server_years"][year[1] + ("r2" if year[2] else "")]
        text = year[1] + (" R2" if year[2] else "")
    elif number or short:
        major, minor = (number or short).groups()[:2]  # type: ignore[union-attr]
        key = f"{major}.{int(minor) // 50 * 50 or 0}"
        text = key
    else:
        return Release(settle="the release")
    cycles = tuple(cycle for cycle in asked.cycles if cycle.number == _numbers(key))
    pack = _sql_service_pack(asked.whole, key, number[3] if number else "")
    exact = tuple(cycle for cycle in cycles if _has_pack(cycle.name, pack)) if pack is not None else ()
    found = exact or cycles
    settle = "the service pack or build" if len(found) > 1 else ""
    return Release(text, found, settle if found else "the release")


def _sql_service_pack(text: str, key: str, build: str) -> int | None:
    """The service pack that is named, or that the build has reached; 0 for the first release."""
    if named := _SERVICE_PACK.search(text):
        return int(named[1])
    packs = builds()["sql_server_service_packs"].get(key)
    if not build or packs is None:
        return 0 if re.search(r"\brtm\b", text) else None
    return max((pack for first, pack in packs.items() if int(build) >= int(first)), default=0)


def _has_pack(name: str, pack: int) -> bool:
    return name.partition("-")[2] == (f"sp{pack}" if pack else "")


def _oracle(asked: _Asked) -> Release:
    """Oracle Database: 19c, 11g R2, 12.2.0.1, 26ai (which is version 23)."""
    dotted = re.search(r"(?<![\d.])(\d{1,2}(?:\.\d+)+)", asked.whole)
    letter = re.search(r"(?<![\d.])(\d{1,2}) ?(?:c|g|i|ai)(?![a-hj-qs-z]) ?(?:(?:r|rel|release) ?(\d))?", asked.whole)
    plain = re.search(r"(?<![\d.])(\d{1,2})(?![\d.])", asked.whole)
    if dotted:
        version = dotted[1]
    elif letter:
        version = f"{letter[1]}.{letter[2]}" if letter[2] else letter[1]
    elif plain:
        version = plain[1]
    else:
        return Release(settle="the release")
    return _of_versions(asked, ("23" if version == "26" else version,), later=False)


@cache
def builds() -> dict[str, dict[str, Any]]:
    """Vendors' build numbers and the releases they belong to."""
    text = resources.files("muster.phases.tech_debt_assessment").joinpath("builds.json").read_text("utf-8")
    table: dict[str, dict[str, Any]] = json.loads(text)
    return table


_READINGS: dict[str, Callable[[_Asked], Release]] = {
    "dotted": _dotted,
    "service_pack": _service_pack,
    "solaris": _solaris,
    "aix": _aix,
    "hp_ux": _hp_ux,
    "label": _label,
    "kernel": _kernel,
    "none": _none,
    "windows_server": _windows_server,
    "windows_client": _windows_client,
    "sql_server": _sql_server,
    "oracle": _oracle,
}
