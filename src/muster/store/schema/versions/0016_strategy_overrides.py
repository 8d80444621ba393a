"""What becomes of an asset in the migration may be decided by a person."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0016_strategy_overrides"
down_revision = "0015_structure"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
