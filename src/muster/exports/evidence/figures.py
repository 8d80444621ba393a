"""The figures of an evidence pack: every one counted, with what it is a part of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from muster.store import dependencies, evidence_reading, inventory_reading, quality
from muster.store.digest import digest
from muster.store.transaction import Tx
from muster.vocabulary.kinds import AssetType
from muster.vocabulary.scope import Scope

MACHINES = (AssetType.SERVER.value, AssetType.VIRTUAL_MACHINE.value, AssetType.HYPERVISOR.value)
# What a migration is planned with; asked of machines alone, since an application has no processor.
OF_MACHINES = (
    "os_name",
    "os_version",
    "cpu_cores",
    "memory_mb",
    "storage_total_gb",
    "ip_address",
    "fqdn",
    "serial_number",
    "environment",
    "criticality",
    "owner",
    "application_name",
    "location",
    "lifecycle_status",
    "power_state",
    "cpu_utilization_pct",
    "memory_utilization_pct",
)
DISTRIBUTIONS = (
    "asset_type",
    "environment",
    "os_name",
    "lifecycle_status",
    "criticality",
    "location",
    "migration_wave",
)
SEVERITIES = ("critical", "high", "medium", "low", "info")
MOST_BARS = 12
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    name: str
    part: int
    whole: int

    @property
    def percent(self) -> float:
        """Of the whole, 0 to 100."""
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def text(self) -> str:
        """As it is written: '12 of 40 (30 %)'."""
        return f"{self.part:,} of {self.whole:,} ({self.percent:.0f} %)" if self.whole else "0 of 0"


@dataclass(frozen=True, slots=True)
class Waves:
    """A plan of waves: its score of 100, one row a wave, and one row an asset. `uncounted`: how many assets are no
    machine of it, by type and reason, and how many of them are in a wave all the same.
    """

    score: float
    waves: pl.DataFrame
    members: pl.DataFrame
    uncounted: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Judgement:
    """Scores and strategies of a day: one row an asset, one an application, how many assets have each strategy; and how
    ready the estate is to be planned: `kinds`, `completeness` and `blockers`, rows that are shown as they are.
    """

    as_of: date
    assets: pl.DataFrame
    applications: pl.DataFrame
    strategies: Sequence[Share]
    kinds: pl.DataFrame
    completeness: pl.DataFrame
    blockers: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the report shows."""

    client: str
    engagement: str
    digest: str
    assets: int
    machines: int
    imports: Sequence[Record]
    distributions: dict[str, list[Share]]
    completeness: Sequence[Share]
    issues: Sequence[Record]
    groups: Sequence[Record]
    edges: Sequence[Record]
    unresolved: int
    checks: Sequence[Record]
    severities: Sequence[Share]
    conflicts: Sequence[Share]
    plan: Waves
    judged: Judgement

    @property
    def records(self) -> int:
        """Records of all live imports."""
        return sum(each["records"] for each in self.imports)

    def disposed(self, disposition: str) -> Share:
        """How many of all records had this disposition."""
        return Share(disposition, sum(each[disposition] for each in self.imports), self.records)

    @property
    def assessed_on(self) -> date | None:
        """The day the findings are of."""
        return min((check["as_of"] for check in self.checks), default=None)


async def figures(
    tx: Tx, scope: Scope, client: str, engagement: str, conflicts: dict[str, int], plan: Waves, judged: Judgement
) -> Figures:
    """Count everything. `conflicts`: assets whose files differ, by attribute, as the workbook has listed them."""
    filled = await inventory_reading.filled(tx, scope)
    known = await quality.completeness(tx, scope, [(name, MACHINES) for name in OF_MACHINES])
    total, counts = filled[""], await dependencies.counts(tx, scope)
    found = {row["severity"]: row["assets"] for row in await evidence_reading.assets_with_findings(tx, scope)}
    return Figures(
        client,
        engagement,
        await digest(tx, scope),
        total,
        known[0][1],
        await evidence_reading.imports(tx, scope),
        {name: await _distribution(tx, scope, name, total) for name in DISTRIBUTIONS if filled.get(name)},
        [Share(name, *counted) for name, counted in zip(OF_MACHINES, known, strict=True)],
        await evidence_reading.issues(tx, scope),
        await evidence_reading.group_sizes(tx, scope),
        await evidence_reading.edge_kinds(tx, scope),
        counts["unresolved"],
        await evidence_reading.findings_by_check(tx, scope),
        [Share(name, found.get(name, 0), total) for name in SEVERITIES],
        [Share(name, count, total) for name, count in sorted(conflicts.items(), key=lambda each: (-each[1], each[0]))],
        plan,
        judged,
    )


async def _distribution(tx: Tx, scope: Scope, attribute: str, total: int) -> list[Share]:
    rows = await evidence_reading.distribution(tx, scope, attribute)
    known = [Share(row["value"], row["assets"], total) for row in rows if row["value"] is not None]
    others = sum(share.part for share in known[MOST_BARS:])
    shown = known[:MOST_BARS]
    if others:
        shown.append(Share(f"{len(known) - MOST_BARS} other values", others, total))
    silent = sum(row["assets"] for row in rows if row["value"] is None)
    return [*shown, Share("not known", silent, total)] if silent else shown
