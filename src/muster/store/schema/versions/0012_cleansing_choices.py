"""What people choose about cleansing is kept: value maps, recipes, corrected records."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0012_cleansing_choices"
down_revision = "0011_links_in_blocks"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
