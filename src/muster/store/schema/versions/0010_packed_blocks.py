"""Records of a block are kept as text between marks and as words; cleansed blocks keep their earlier versions."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0010_packed_blocks"
down_revision = "0009_wave_pins"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
