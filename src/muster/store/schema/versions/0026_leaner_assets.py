"""An asset is leaner still: why it is of its type has a number, and when it was made is told by its block."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0026_leaner_assets"
down_revision = "0025_lean_assets"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
