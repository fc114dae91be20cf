"""Engine and sessions: one request, one transaction; reads and writes take different doors.

SQLite gets one writer connection that starts with BEGIN IMMEDIATE (a deferred transaction that upgrades late fails with
"database is locked" instead of waiting) beside a pool of readers, and WAL with group commit (see durability), so that
an acknowledged write survives a kill and a power cut. PostgreSQL gets one pool; reads run in READ ONLY transactions.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from taskora.storage import sqlite
from taskora.storage.durability import LogSync

AfterCommit = Callable[[], Awaitable[None] | None]

_SQLITE_PRAGMAS = (
    "PRAGMA synchronous=NORMAL",  # the rest of FULL is in durability
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",  # a migration by another process may take this long
    "PRAGMA cache_size=-8000",
    "PRAGMA temp_store=MEMORY",
)


def async_url(url: str) -> str:
    """Accept the address forms people have (`postgres://`, `postgresql://…?sslmode=require`, `sqlite:///file`)."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"):
        parsed = parsed.set(drivername="postgresql+asyncpg")
    elif parsed.drivername == "sqlite":
        parsed = parsed.set(drivername="sqlite+aiosqlite")
    if parsed.drivername == "postgresql+asyncpg":
        query = dict(parsed.query)
        # asyncpg knows `ssl`, libpq (and Neon's copy-paste address) says `sslmode` and `channel_binding`.
        mode = query.pop("sslmode", None)
        query.pop("channel_binding", None)
        if mode is not None and "ssl" not in query:
            query["ssl"] = mode
        parsed = parsed.set(query=query)
    return parsed.render_as_string(hide_password=False)


class Database:
    """The application's handle on its database; made once per process and closed with it."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = async_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", pool_size=1)
            file = make_url(self.url).database
            self._log_sync = LogSync(Path(file)) if file and file != ":memory:" else None
            self._reader = _sqlite_engine(self.url, "BEGIN", pool_size=pool_size, pragmas=("PRAGMA query_only=ON",))
        else:
            self._log_sync = None
            self._writer = create_async_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=10,
                pool_timeout=10,
                pool_pre_ping=True,
                pool_recycle=1800,
                hide_parameters=True,  # an error's text ends up in logs; somebody's data must not
            )
            # The same pool, its transactions begun READ ONLY.
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        self._write_sessions = async_sessionmaker(self._writer, expire_on_commit=False, autoflush=False)
        self._read_sessions = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads; whatever it holds is rolled back."""
        async with self._read_sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed when the block ends well, rolled back when it raises.

        Callables handed to `after_commit` run once the commit is durable, never before and never after a rollback.
        """
        async with self._write_sessions() as session:
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise
            callbacks: list[AfterCommit] = session.info.pop("after_commit", [])
        if self._log_sync is not None:
            await self._log_sync.flushed()
        for callback in callbacks:
            outcome = callback()
            if outcome is not None:
                await outcome

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()


def after_commit(session: AsyncSession, callback: AfterCommit) -> None:
    """Run `callback` after the session's transaction is durable."""
    session.info.setdefault("after_commit", []).append(callback)


def _sqlite_engine(url: str, begin: str, pool_size: int, pragmas: tuple[str, ...] = ()) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"isolation_level": None},  # we say BEGIN ourselves
        module=sqlite.dbapi,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.use_wal()
        cursor = connection.cursor()
        for pragma in (*_SQLITE_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.connection.dbapi_connection.begin_with(begin)

    return engine
