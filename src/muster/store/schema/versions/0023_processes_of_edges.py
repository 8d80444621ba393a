"""An edge names the processes at its ends."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0023_processes_of_edges"
down_revision = "0022_kind_of_tables"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
