"""Releases of databases that are counted in ways of their own: SQL Server by year and build, Oracle by letter."""

import re

from muster.phases.tech_debt_assessment.asked import SERVICE_PACK, Asked, Release, numbers_of, of_versions
from muster.phases.tech_debt_assessment.builds import builds

_SQL_YEAR = re.compile(r"(?<![\d.])(20(?:00|05|08|12|14|16|17|19|22|25))( ?-?r2)?(?![\d.]*\d)")


def sql_server(asked: Asked) -> Release:
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
    cycles = tuple(cycle for cycle in asked.cycles if cycle.number == numbers_of(key))
    pack = _sql_service_pack(asked.whole, key, number[3] if number else "")
    exact = tuple(cycle for cycle in cycles if _has_pack(cycle.name, pack)) if pack is not None else ()
    found = exact or cycles
    settle = "the service pack or build" if len(found) > 1 else ""
    return Release(text, found, settle if found else "the release")


def _sql_service_pack(text: str, key: str, build: str) -> int | None:
    """The service pack that is named, or that the build has reached; 0 for the first release."""
    if named := SERVICE_PACK.search(text):
        return int(named[1])
    packs = builds()["sql_server_service_packs"].get(key)
    if not build or packs is None:
        return 0 if re.search(r"\brtm\b", text) else None
    return max((pack for first, pack in packs.items() if int(build) >= int(first)), default=0)


def _has_pack(name: str, pack: int) -> bool:
    return name.partition("-")[2] == (f"sp{pack}" if pack else "")


def oracle(asked: Asked) -> Release:
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
    return of_versions(asked, ("23" if version == "26" else version,), later=False)
