"""What every revision does: run its own SQL file, up or down, inside Alembic's transaction."""

from collections.abc import Callable
from importlib import resources
from typing import cast

from alembic import op
from sqlalchemy import AdaptedConnection


def _run(revision: str, direction: str) -> Callable[[], None]:
    def run() -> None:
        sql = (
            resources.files("muster.store.schema")
            .joinpath("sql", f"{revision}.{direction}.sql")
            .read_text(encoding="utf-8")
        )
        # Through the driver itself: only its simple protocol takes a script of several statements.
        adapter = cast(AdaptedConnection, op.get_bind().connection.dbapi_connection)
        adapter.run_async(lambda driver: driver.execute(sql))

    return run


def upgrade_with(revision: str) -> Callable[[], None]:
    """The upgrade of a revision: `sql/<revision>.up.sql`."""
    return _run(revision, "up")


def downgrade_with(revision: str) -> Callable[[], None]:
    """The downgrade of a revision: `sql/<revision>.down.sql`."""
    return _run(revision, "down")
