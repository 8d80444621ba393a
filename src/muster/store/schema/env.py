"""Alembic's entry: one connection handed in by the migration door, one transaction for the whole chain."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
