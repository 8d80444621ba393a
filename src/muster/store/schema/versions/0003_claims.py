"""Imports, their blocks of records, mappings, cleansed data and decisions."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0003_claims"
down_revision = "0002_flow"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
