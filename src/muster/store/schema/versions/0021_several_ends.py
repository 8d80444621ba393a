"""A thing depends on several others, a record calls several ports, and an edge names the records that tell of it."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0021_several_ends"
down_revision = "0020_records_from_one_plan"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
