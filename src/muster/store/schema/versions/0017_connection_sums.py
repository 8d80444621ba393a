"""Edges say what was seen of them, and blocks of connections are kept as sums."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0017_connection_sums"
down_revision = "0016_strategy_overrides"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
