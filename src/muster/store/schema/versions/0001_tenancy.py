"""Clients, engagements and the row security that every later table is put under."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0001_tenancy"
down_revision = None
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
