"""A database for one command: opened from the settings, closed at its end, its troubles said in plain words."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from taskora import migrations
from taskora.kit.errors import TaskoraError
from taskora.settings import Settings
from taskora.storage import Database


class DatabaseUnreachable(TaskoraError):
    """A command can't reach the database."""

    code, status, exit_code = "DATABASE_UNREACHABLE", 503, 75


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings.

    Raises:
        DatabaseUnreachable: it doesn't answer, or its file can't be opened.
    """
    database = Database(settings.database_address, pool_size=1)
    try:
        yield database
    except (SQLAlchemyError, OSError, sqlite3.Error) as error:
        raise unreachable(settings, error) from error
    finally:
        await database.close()


def unreachable(settings: Settings, error: Exception) -> DatabaseUnreachable:
    """The sentence for a database that can't be used; never the address, which holds a password."""
    cause = getattr(error, "orig", None) or error
    reason = str(cause).splitlines()[0][:200] if str(cause) else type(cause).__name__
    if settings.embedded:
        fix = f"Check that {settings.data_dir.resolve()} can be written, or choose another TASKORA_DATA_DIR."
    else:
        fix = "Check DATABASE_URL and that the database runs."
    return DatabaseUnreachable(f"The database can't be used: {reason}. {fix}")


async def migrated(settings: Settings) -> tuple[str | None, str]:
    """Bring the schema up to date; answers the revisions before and after."""
    async with opened(settings) as database:
        return await migrations.upgrade(database)
