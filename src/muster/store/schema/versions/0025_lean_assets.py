"""An asset is a narrower row: what all assets of a block share stands once, beside the links of that block."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0025_lean_assets"
down_revision = "0024_kept_evidence"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
