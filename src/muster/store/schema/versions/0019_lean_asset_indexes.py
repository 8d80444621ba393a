"""Two indexes of assets hold a line for a stretch of pages, not for a row."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0019_lean_asset_indexes"
down_revision = "0018_judged_assets"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
