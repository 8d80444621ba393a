"""What is computed from claims and decisions: assets, links, ledger, edges, groups, findings."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0004_inventory"
down_revision = "0003_claims"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
