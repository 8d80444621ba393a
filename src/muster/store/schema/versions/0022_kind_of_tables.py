"""How sure the record kind of a table is, and what it might be instead."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0022_kind_of_tables"
down_revision = "0021_several_ends"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
