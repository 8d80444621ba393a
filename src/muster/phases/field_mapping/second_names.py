"""Columns that name the same machines again: in capitals, with a domain before or behind, or without one."""

from collections.abc import Sequence

from muster.vocabulary.late_pattern import late

# Words and segments of names with a short number behind: MAILLX001, fra-app-12. Serial numbers mix their digits in.
NUMBERED_NAME = late(r"(?:[A-Za-z]{3,}|[A-Za-z]{2,}(?:[-_][A-Za-z0-9]+)+|[A-Za-z]{2,}[-_])[-_]?\d{1,4}[A-Za-z]?")
# A machine's account as directories write it; without a figure the name may be a person's.
MACHINE_OF_DOMAIN = late(r"[A-Za-z][A-Za-z0-9-]{0,14}\\(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{2,15}\$?")
FEWEST = 3
BEGINNING = 2  # letters: accounts of people begin like their names or with a letter before a number
SHARED = 0.6  # samples of long lists are not all of the same rows
LEAST_EXPECTED = 0.3  # names of machines that are the same by chance are far fewer


def short_names(samples: Sequence[str]) -> frozenset[str]:
    """The names without domains, in small letters."""
    return frozenset(filter(None, map(_short, samples)))


def _short(text: str) -> str:
    plain = text.strip().rsplit("\\", 1)[-1].lower()
    first, _, rest = plain.partition(".")
    return plain if first.isdecimal() and rest else first


def are_of_domains(names: frozenset[str], samples: Sequence[str]) -> bool:
    """True where most of the samples are machines of some few domains, CORP\\APP01, called as those of `names` are."""
    found = [text.strip() for text in samples if MACHINE_OF_DOMAIN.fullmatch(text.strip())]
    domains = {text.split("\\")[0].lower() for text in found}
    begin = {name[:BEGINNING] for name in names}
    alike = sum(name[:BEGINNING] in begin for name in map(_short, found))
    return len(found) >= max(FEWEST, 0.8 * len(samples), 2 * len(domains)) and alike >= SHARED * len(found)


def same_names(names: frozenset[str], samples: Sequence[str], expected: float = 1.0) -> bool:
    """True where most of the samples are among the names, of those that can be: the share `expected`, 0..1."""
    others = short_names(samples)
    shared = SHARED * max(expected, LEAST_EXPECTED)
    return len(others) >= FEWEST and len(others & names) >= shared * min(len(others), len(names))
