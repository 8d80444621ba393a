"""Findings are kept as numbers of texts: each text once, and for each asset which texts hold of it."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0007_findings_by_number"
down_revision = "0006_mapping_memory"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
