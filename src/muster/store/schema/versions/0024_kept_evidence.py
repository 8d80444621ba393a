"""What blocks say of dependencies is kept, and the groups with the graph they were found in."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0024_kept_evidence"
down_revision = "0023_processes_of_edges"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
