"""The engine: flows, phase runs, history and the work queue."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0002_flow"
down_revision = "0001_tenancy"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
