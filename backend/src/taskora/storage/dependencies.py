"""FastAPI's way to a session. `scope="function"` matters: the commit happens before the answer leaves, so what we
acknowledged is stored."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.storage.database import Database


async def database(request: Request) -> Database:
    """The process's database, put on the application's state by the factory.

    A coroutine, although it waits for nothing: FastAPI sends plain functions to a thread, which costs more than a
    query.
    """
    db: Database = request.app.state.database
    return db


async def _read_session(db: Annotated[Database, Depends(database)]) -> AsyncIterator[AsyncSession]:
    async with db.read() as session:
        yield session


async def _write_session(db: Annotated[Database, Depends(database)]) -> AsyncIterator[AsyncSession]:
    async with db.write() as session:
        yield session


ReadSession = Annotated[AsyncSession, Depends(_read_session, scope="function")]
WriteSession = Annotated[AsyncSession, Depends(_write_session, scope="function")]
