"""What each asset was judged by is kept, so that those that did not change need not be judged again."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0018_judged_assets"
down_revision = "0017_connection_sums"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
