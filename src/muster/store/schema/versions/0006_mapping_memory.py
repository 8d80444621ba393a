"""What a client decided about columns is kept: memory, profiles, attributes of its own, and their values on assets."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0006_mapping_memory"
down_revision = "0005_public_face"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
