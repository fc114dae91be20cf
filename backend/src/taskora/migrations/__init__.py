"""The database schema by revisions, inside the package so that an installed Taskora migrates itself.

`upgrade` brings a database to `HEAD` under a lock, so that replicas starting together do it once. Alembic is imported
only when there is something to do: a process whose database is current never pays for it.

Revisions are numbers and only ever add (columns with defaults, tables; what an older program reads goes away a release
later). So an older program serves a newer schema: that is what lets replicas of two versions stand side by side during
a rollout, and a rollback work.
"""

from importlib import import_module, resources
from typing import Any

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from taskora.kit.errors import TaskoraError
from taskora.storage import Base, Database

HEAD = "0001"  # the newest revision under versions/; a test holds the two together

# Any number that nobody else uses; PostgreSQL's lock for "Taskora migrates".
_LOCK = 7_283_910_552
# Tables of every feature; importing a module puts them on the metadata.
_TABLES = (
    "taskora.accounts.models",
    "taskora.tasks.models",
    "taskora.events.models",
    "taskora.events.webhooks.models",
    "taskora.storage.idempotency",
    "taskora.transfer.models",
    "taskora.assistant.models",
)


class SchemaUnknown(TaskoraError):
    """The database's revision is none of ours."""

    code, status, exit_code = "SCHEMA_UNKNOWN", 500, 78
    default_message = "The database has a schema that no version of Taskora made. Check that it is the right one."


def metadata() -> MetaData:
    """Every table of the application."""
    for module in _TABLES:
        import_module(module)
    return Base.metadata


def current(connection: Connection) -> str | None:
    """The revision of a database; nothing when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def serves(revision: str | None) -> bool:
    """Whether this program can work with a database of `revision`: its own, or a newer one."""
    return revision is not None and revision.isdecimal() and revision >= HEAD


async def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the database to `HEAD` in one transaction; answers the revisions before and after.

    A newer schema stays as it is (both revisions are then that one).

    Raises:
        SchemaUnknown: the database has a revision that is none of ours.
    """
    async with database.engine.connect() as connection:
        before = await connection.run_sync(current)
    if before is not None and serves(before):
        return before, before
    async with database.engine.begin() as connection:
        await _lock(connection)
        before = await connection.run_sync(current)
        if before is not None and serves(before):
            return before, before
        await connection.run_sync(_run)
    return before, HEAD


async def _lock(connection: AsyncConnection) -> None:
    """SQLite's BEGIN IMMEDIATE is the lock already; PostgreSQL's ends with the transaction."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.util.exc import CommandError

    config = alembic_config(connection)
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise SchemaUnknown from error
        raise


def alembic_config(connection: Connection) -> Any:
    """Alembic's settings for this package and an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("taskora.migrations")))
    config.attributes["connection"] = connection
    return config
