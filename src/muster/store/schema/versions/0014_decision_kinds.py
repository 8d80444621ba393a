"""The kinds of decisions become rows, so that a revision which brings one says only its own."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0014_decision_kinds"
down_revision = "0013_identity_review"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
