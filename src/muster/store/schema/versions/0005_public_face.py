"""Views under the public names: flags and progress computed, records and assets readable from plain SQL."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0005_public_face"
down_revision = "0004_inventory"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
