"""What people say of dependencies, and levels, hubs and applications."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0015_structure"
down_revision = "0014_decision_kinds"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
