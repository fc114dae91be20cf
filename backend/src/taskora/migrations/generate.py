"""For developers: `python -m taskora.migrations.generate 0002 "Add a thing"` writes a revision from the difference
between the migrations so far and the tables as declared. Read it before committing, then set `HEAD`.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from sqlalchemy import Connection

from taskora.migrations import alembic_config
from taskora.storage import Database


async def generate(revision: str, message: str) -> None:
    """Apply what there is to an empty SQLite database and write what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.db'}")
        async with database.engine.begin() as connection:
            await connection.run_sync(_write, revision, message)
        await database.close()


def _write(connection: Connection, revision: str, message: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    if ScriptDirectory.from_config(config).get_heads():
        command.upgrade(config, "head")
    command.revision(config, message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    asyncio.run(generate(sys.argv[1], sys.argv[2]))
