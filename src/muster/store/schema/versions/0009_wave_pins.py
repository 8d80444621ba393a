"""People may pin assets to waves."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0009_wave_pins"
down_revision = "0008_decisions"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
