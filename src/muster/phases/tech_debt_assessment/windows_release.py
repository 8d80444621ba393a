"""Releases of Windows: servers by year, channel or build; clients by name, feature release and edition."""

import re

from muster.phases.tech_debt_assessment.asked import LATER, SERVICE_PACK, Asked, Release
from muster.phases.tech_debt_assessment.builds import builds

_BUILD = re.compile(r"(?<![\d.])(10\.0\.\d{5}|[56]\.[0-3])(?=[. ]|$)")
_YEAR = re.compile(r"(?<!\d)(?:20|2k)(00|03|3|08|8|12|16|19|22|25)(?![\d.])([ a-z,-]{0,25}(?<![a-z])r2(?![a-z\d]))?")
_SEMI_ANNUAL = re.compile(r"(?<!\d)(1709|1803|1809|1903|1909|2004|20h2|23h2)(?!\d)")
_CLIENT = re.compile(r"(?<![\d.])(xp|vista|8\.1|8\.x|7|8|10|11|2000|9[58]|me)(?![\w.])")
_FEATURE = re.compile(r"(?<!\d)(1507|1511|1607|1703|1709|1803|1809|1903|1909|2004|2[0-9]h[12])(?!\d)")
_LONG_TERM = re.compile(r"\blts[bc]\b|long.term")
_LONG_TERM_YEAR = re.compile(r"(?<!\d)(2015|2016|2019|2021|2024)(?!\d)")
_BUSINESS = re.compile(r"\b(enterprise|education|entreprise|unternehmen)\b")
_PERSONAL = re.compile(r"\b(pro|home|professional|professionnel|famille)\b")
_IN_ORDER = ("5", "6", "7", "8", "8.1", "10", "11")  # as builds.json numbers XP and Vista
# A name that says neither server nor client, with nothing behind it but a version of the kernel both share.
_BARE = re.compile(r"^(?:(?:microsoft|ms) )?windows(?: nt)?(?: [56]\.\d| 10\.0)?(?=[. ]|$)(?![\w. ]*[a-z])")


def windows_server(asked: Asked) -> Release:
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
    if LATER.search(asked.whole):
        return _server_or_later(asked, key)
    if key == "2003-r2":  # made of 2003 with its first service pack, and supported with it
        return _with_service_pack(asked, key, ("2003-sp1", "2003-sp2"))
    names = tuple(cycle.name for cycle in asked.cycles if _is_year(cycle.name, key) or cycle.name == f"{key}-sac")
    return _with_service_pack(asked, key, names)


def _is_year(name: str, key: str) -> bool:
    return re.fullmatch(rf"{re.escape(key)}(-sp\d)?", name) is not None


def _with_service_pack(asked: Asked, key: str, names: tuple[str, ...]) -> Release:
    pack = SERVICE_PACK.search(asked.whole)
    exact = tuple(name for name in names if pack and name.endswith(f"-sp{pack[1]}"))
    if pack and not exact and _below(int(pack[1]), names):
        return Release(f"{key} SP{pack[1]}", older=True)
    return _named_cycles(asked, key, exact or names, "the service pack")


def _below(pack: int, names: tuple[str, ...]) -> bool:
    """True where only later service packs are listed: the support of one ends two years after the next."""
    packs = [int(found[1]) for name in names if (found := re.search(r"-sp(\d)$", name))]
    return bool(packs) and len(packs) == len(names) and pack < min(packs)


def _server_or_later(asked: Asked, key: str) -> Release:
    start = next((cycle for cycle in asked.cycles if _is_year(cycle.name, key)), None)
    # Half-yearly releases are no successors that one upgrades to in place; they have their own names.
    yearly = [cycle for cycle in asked.cycles if re.match(r"20\d\d(-r2)?(-sp\d)?$", cycle.name)]
    later = [
        cycle for cycle in yearly if start and start.released and cycle.released and cycle.released >= start.released
    ]
    return Release(f"{key} or later", tuple(later[::-1]), "the exact release" if later else "the release")


def _named_cycles(asked: Asked, text: str, names: tuple[str, ...], settle: str = "the exact release") -> Release:
    cycles = tuple(cycle for cycle in asked.cycles if cycle.name in names)
    if not cycles:
        return Release(text, settle="lifecycle data for this release")
    return Release(text, cycles, settle if len(cycles) > 1 else "")


def windows_client(asked: Asked) -> Release:
    """Windows: the name, the feature release and the edition (home and pro, enterprise, long-term)."""
    named = _CLIENT.search(asked.named.rest)
    build = _BUILD.search(asked.whole)
    key: str = builds()["windows_client"].get(build[1], "") if build else ""
    if named is None and _BARE.match(asked.named.rest):
        return Release(key, settle="whether it is a server or a client edition, and its release")
    name = str(named[1]) if named else key.partition("-")[0]
    if not name:
        return Release(settle="the release")
    if name == "8.x":
        return Release("8.x", tuple(cycle for cycle in asked.cycles if cycle.name in ("8", "8.1")), "the exact release")
    number: str = builds()["windows_client_names"].get(name, name)
    if number == "older":
        return Release(name, older=True)
    return _client_release(asked, name, number, _feature(asked) or key.partition("-")[2])


def _client_release(asked: Asked, name: str, number: str, feature: str) -> Release:
    cycles = tuple(cycle for cycle in asked.cycles if _client_fits(cycle.name, number, feature, asked.whole))
    pack = SERVICE_PACK.search(asked.whole)
    if pack and _below(int(pack[1]), tuple(cycle.name for cycle in cycles)):
        return Release(f"{name} SP{pack[1]}", older=True)
    settle = "the feature release and edition" if len(cycles) > 1 else ""
    if LATER.search(asked.whole) and number in _IN_ORDER:
        after = _IN_ORDER[_IN_ORDER.index(number) + 1 :]
        cycles += tuple(cycle for cycle in asked.cycles if any(_client_fits(cycle.name, one, "", "") for one in after))
        return Release(f"{name} {feature}".strip() + " or later", cycles, "the exact release")
    return Release(f"{name} {feature}".strip(), cycles, settle if cycles else "the release")


def _feature(asked: Asked) -> str:
    """The feature release: named, or that of the year of a long-term edition."""
    if found := _FEATURE.search(asked.whole):
        return str(found[1])
    year = _LONG_TERM_YEAR.search(asked.whole)
    if year and _LONG_TERM.search(asked.whole):
        return str(builds()["windows_long_term_years"][year[1]])
    return ""


def _client_fits(name: str, number: str, release: str, text: str) -> bool:
    first, *parts = name.split("-")
    if first != number or (release and parts and release != parts[0]):
        return False
    long_term = _LONG_TERM.search(text) is not None
    if ("lts" in parts) != long_term and ("lts" in parts or "iot" not in parts and _has_editions(number)):
        return False
    if ("iot" in parts) != (re.search(r"\biot\b", text) is not None):
        return False
    return not (_BUSINESS.search(text) and "w" in parts) and not (_PERSONAL.search(text) and "e" in parts)


def _has_editions(number: str) -> bool:
    return number in ("10", "11")
