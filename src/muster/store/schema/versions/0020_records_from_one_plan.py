"""Records are read from their blocks by one plan, not by one for each of them."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0020_records_from_one_plan"
down_revision = "0019_lean_asset_indexes"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
