"""More kinds of decisions, and assets that newer exports have no more."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0008_decisions"
down_revision = "0007_findings_by_number"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
