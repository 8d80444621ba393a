"""It runs a 32-bit operating system."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST

BITS_32 = r"(?i)(^|[^0-9])32[ -]?bit|^x86$|^i[36]86$|^32$"
BITS_64 = r"64"

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="The large clouds offer no 32-bit images, and vendors have ended most 32-bit releases.",
    threshold="the architecture, or without one the name of the operating system, says 32-bit",
    remedy="Reinstall as 64-bit with the migration; check that its programs run there.",
    fires=lambda _: (
        pl.coalesce("os_architecture", "os_name").str.contains(BITS_32).fill_null(False)
        & ~pl.coalesce("os_architecture", "os_name").str.contains(BITS_64).fill_null(False)
    ),
    message="It runs a 32-bit operating system.",
    detail=pl.concat_str(pl.lit("source says: "), pl.coalesce("os_architecture", "os_name")),
    confidence=0.95,
    applies=HOST,
    example={"asset_type": "server", "os_name": "Microsoft Windows Server 2008 (32-bit)"},
    counterexample={"asset_type": "server", "os_name": "Windows Server 2008 (32-bit)", "os_architecture": "x86_64"},
)
