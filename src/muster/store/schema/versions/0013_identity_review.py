"""Pairs of records that may be one thing are kept for a person to decide."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0013_identity_review"
down_revision = "0012_cleansing_choices"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
