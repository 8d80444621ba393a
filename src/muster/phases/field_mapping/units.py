"""The unit of a column: from its header, from its values, else from the magnitude of the whole column."""

import re
from collections.abc import Sequence
from statistics import median

from muster.vocabulary.late_pattern import late

_SPELLINGS = {
    "bytes": "b byte bytes octet octets",
    "KB": "kb ko",
    "KiB": "kib",
    "MB": "mb mo megabyte megabytes",
    "MiB": "mib",
    "GB": "gb go gig gigabyte gigabytes",
    "GiB": "gib",
    "TB": "tb to terabyte terabytes",
    "TiB": "tib",
    "Hz": "hz",
    "KHz": "khz",
    "MHz": "mhz",
    "GHz": "ghz",
    "%": "% pct percent percentage prozent pourcent",
    "Kb/s": "kbps",
    "Mb/s": "mbps",
    "Gb/s": "gbps",
    "ops/s": "iops",
}
_NAMES = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_SIZE = "b|bytes?|octets?|[kmgt]i?b|[kmgt]o|megabytes?|gigabytes?|gig|terabytes?"
_RATE = late(
    rf"[(\[]?\b(?:in\s+)?({_SIZE}|operations|ops|bits|mbits?|packets)\s*(?:per|/)\s*s(?:ec(?:ond)?s?)?\b[)\]]?",
    re.IGNORECASE,
)
_BRACKETED = late(r"[(\[]\s*(?:in\s+|en\s+|em\s+)?(%|[a-z]+)\s*[)\]]", re.IGNORECASE)
# 'Go' and 'Mo' (French) count only at the very end: 'Go live date' names no unit, nor does 'Assigned to'.
_TRAILING = late(
    r"(?:(?<=[\s_.\-])|(?<=[a-z])(?=[A-Z]))(?:[Ii]n[\s_]*)?"
    r"([KMGT]i?[Bb]|[kmgt]i?b|[Bb]ytes?|[Oo]ctets|[MmGg][Hh][Zz]|[Pp]ct|[Pp]ercent(?:age)?|[MGKmgk]bps|[MG]o(?=$))"
    r"(?=$|[\s_.\-)(]|Avg|Max)|(%)"
)
_LOWER_TRAILING = late(r"^(?:[a-z]+)(gb|mb|mhz|ghz)$")
_SIZED = r"[\d.,\s]+(?:[kmgtp]i?b|[kmgt]o|bytes|[mg]hz|%)"
_BY_VALUE = late(rf"^{_SIZED}(?:\s*(?:/|of)\s*{_SIZED})?$", re.IGNORECASE)
_RATES = {"operations": "ops/s", "ops": "ops/s", "bits": "b/s", "mbit": "Mb/s", "mbits": "Mb/s", "packets": "packets/s"}
_GROUPS = {
    **dict.fromkeys(("bytes", "KB", "KiB", "MB", "MiB", "GB", "GiB", "TB", "TiB"), "size"),
    **dict.fromkeys(("MHz", "GHz", "Hz", "KHz"), "frequency"),
    **dict.fromkeys(("bytes/s", "KB/s", "MB/s", "GB/s", "b/s", "Mb/s", "Gb/s", "Kb/s", "KiB/s", "MiB/s"), "rate"),
    "ops/s": "operations", "packets/s": "packets", "%": "share",
}  # fmt: skip


def group_of(unit: str | None) -> str | None:
    """What kind of quantity a unit measures: size, frequency, rate, operations, packets, share."""
    return _GROUPS.get(unit or "")


def unit_in_header(header: str) -> tuple[str | None, str]:
    """The unit a header names, and the header without it. '*Memory (In MB)' -> ('MB', '*Memory  ')."""
    rate = _RATE.search(header)
    if rate:
        named = rate.group(1).casefold()
        return _RATES.get(named) or f"{_NAMES.get(named, named)}/s", header[: rate.start()] + " " + header[rate.end() :]
    bracketed = next((found for found in _BRACKETED.finditer(header) if found.group(1).casefold() in _NAMES), None)
    found = bracketed or _TRAILING.search(header)
    if found:
        text = next(part for part in found.groups() if part)
        return _NAMES[text.casefold()], header[: found.start()] + " " + header[found.end() :]
    joined = _LOWER_TRAILING.match(header)
    if joined and len(header) > 4:
        return _NAMES[joined.group(1)], header[: joined.start(1)]
    return None, header


def numbers(samples: Sequence[str]) -> list[float]:
    """The plain numbers among the samples; a comma is read as the decimal mark only where it cannot part thousands."""
    found = []
    for sample in samples:
        text = sample.strip().replace("\u00a0", "").replace(" ", "")
        if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        try:
            found.append(float(text.replace(",", ".")))
        except ValueError:
            continue
    return found


def _memory(middle: float, least: float, kind: str) -> str:
    # No machine has less than 256 MiB today, and only hosts have more than 4 TB: these two bounds part GiB from MiB.
    if middle >= 2**27:
        return "bytes"
    if middle >= 2**23:
        return "KiB"
    ceiling = 8192 if kind in {"hypervisor", "cluster"} else 512
    return "GiB" if middle < ceiling and (least < 256 or kind in {"hypervisor", "cluster"}) else "MiB"


def _storage(middle: float, _: float, kind: str) -> str:
    if middle >= 2**28:
        return "bytes"
    return "MiB" if middle >= 10_000 and kind not in {"storage", "cluster", "hypervisor"} else "GB"


def _speed(middle: float, _: float, __: str) -> str:
    if middle >= 1_000_000:
        return "Hz"
    return "GHz" if middle < 20 else "MHz"


_BY_MAGNITUDE = {
    "memory_mb": _memory, "storage_total_gb": _storage, "storage_used_gb": _storage, "storage_free_gb": _storage,
    "database_size_gb": _storage, "cpu_speed_mhz": _speed,
}  # fmt: skip
_FIXED = {"cpu_utilization_pct": "%", "memory_utilization_pct": "%"}


def unit_of(target: str, header_unit: str | None, samples: Sequence[str], kind: str) -> tuple[str | None, str]:
    """The unit of a column mapped to `target`, and where it was read: header, values, attribute, magnitude or ''."""
    if header_unit:
        return header_unit, "header"
    if samples and sum(bool(_BY_VALUE.match(sample.strip())) for sample in samples) * 2 > len(samples):
        return None, "values"
    if target in _FIXED:
        return _FIXED[target], "attribute"
    values = [value for value in numbers(samples) if value > 0]
    rule = _BY_MAGNITUDE.get(target)
    if rule is None or not values:
        return None, ""
    return rule(median(values), min(values), kind), "magnitude"


def needs_unit(target: str) -> bool:
    """True where a number means nothing without its unit."""
    return target in _BY_MAGNITUDE
