"""Columns that count findings by their severity, as scanners list hosts: Critical, High, Medium, Low over numbers."""

from collections.abc import Sequence

from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.units import numbers
from muster.vocabulary.table import ColumnProfile

FEWEST = 3  # severities of a scale
# Words of the scales of scanners, in the languages of their exports, and what is counted.
_SEVERITIES = frozenset(
    map(
        canonical,
        (
            *("critical", "severe", "serious", "urgent", "high", "important", "medium", "moderate", "low", "minimal"),
            *("info", "information", "informational", "none", "total"),
            *("kritisch", "hoch", "mittel", "niedrig", "gering", "critique", "élevé", "élevée", "moyen", "moyenne"),
            *("faible", "crítico", "crítica", "alto", "alta", "medio", "média", "médio", "bajo", "baja", "baixo"),
            *("baixa", "critico", "critica", "basso", "bassa", "hoog", "laag", "重大", "緊急", "高", "中", "低"),
        ),
    )
)
_COUNTED = frozenset(
    map(canonical, ("vulnerability", "vulnerabilities", "vulns", "vuln", "finding", "findings", "severity", "count"))
)


def severity_counts(columns: Sequence[ColumnProfile]) -> frozenset[str]:
    """The headers of the columns that count findings of one severity each; none where no scale of them is counted.

    A critical over numbers counts what is critical also where it stands alone: how critical a thing is, is a word.
    """
    found = [column.source for column in columns if _is_severity(column.source) and _counts(column.samples)]
    alone = [source for source in found if canonical(source) == "critical"]
    return frozenset(found if len(found) >= FEWEST else alone)


def _is_severity(source: str) -> bool:
    rest = [token for token in canonical(source).split() if token not in _COUNTED]
    return len(rest) == 1 and rest[0] in _SEVERITIES


def _counts(samples: Sequence[str]) -> bool:
    values = numbers(samples)
    return 1 < len(values) == len(samples) and all(value == int(value) >= 0 for value in values)
