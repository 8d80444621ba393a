"""What became of records is kept per block, as arrays; who a record says it is, too; an asset knows its own records."""

from muster.store.schema.revision import downgrade_with, upgrade_with

revision = "0011_links_in_blocks"
down_revision = "0010_packed_blocks"
branch_labels = None
depends_on = None

upgrade = upgrade_with(revision)
downgrade = downgrade_with(revision)
