"""SQLite through aiosqlite with one trip to the connection's thread per statement.

SQLAlchemy's adapter makes four trips for each (cursor, execute, fetch, close) and two more around every transaction;
each costs two thread switches, which is most of what a small statement costs. Here a statement is one trip, BEGIN
travels with the first one, and a transaction that never spoke to the database ends without a word. Built on the
adapter's own classes (SQLAlchemy 2.1, aiosqlite 0.22); tests/storage holds this against the plain adapter's
behaviour.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import await_only, immutabledict

Fetched = tuple[Any, int, int | None, list[Any]]
"""Description, row count, last row id, rows."""


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that exists only while its statement runs; what it found is kept here."""

    __slots__ = ("_found", "_owner")

    def __init__(self, adapt_connection: "OneTripConnection") -> None:
        self._owner = adapt_connection
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows: deque[Any] = deque()
        self._found: Fetched = (None, -1, None, [])
        self._soft_closed_memoized = immutabledict()

    @property
    def description(self) -> Any:
        """The columns of the last statement, None when it has no result."""
        return self._found[0]

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed, -1 when unknown."""
        return self._found[1]

    @property
    def lastrowid(self) -> Any:
        """The rowid of the last insert."""
        return self._found[2]

    def execute(self, operation: Any, parameters: Any = None) -> None:
        """Run one statement and fetch everything it answers."""

        def work(connection: sqlite3.Connection) -> Fetched:
            cursor = connection.execute(operation, parameters or ())
            try:
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, cursor.rowcount, cursor.lastrowid, rows
            finally:
                cursor.close()

        self._run(work)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        """Run one statement with many parameter sets."""

        def work(connection: sqlite3.Connection) -> Fetched:
            cursor = connection.executemany(operation, seq_of_parameters)
            try:
                return cursor.description, cursor.rowcount, cursor.lastrowid, []
            finally:
                cursor.close()

        self._run(work)

    def _run(self, work: Callable[[sqlite3.Connection], Fetched]) -> None:
        self._found = self._owner.run(work)
        self._rows = deque(self._found[3])

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Forget what was not read."""
        self._rows.clear()


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection that says BEGIN together with the first statement of a transaction."""

    __slots__ = ("_begin", "_is_open")

    _cursor_cls = OneTripCursor  # type: ignore[assignment]

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin: str | None = None
        self._is_open = False

    def begin_with(self, statement: str) -> None:
        """Start the next transaction with this statement, once it has something to do."""
        self._begin = statement

    def run(self, work: Callable[[sqlite3.Connection], Fetched]) -> Fetched:
        """Run `work` in the connection's thread, in a transaction if one was announced."""
        begin, self._begin = self._begin, None
        self._is_open = self._is_open or begin is not None

        def trip() -> Fetched:
            connection: sqlite3.Connection = self._connection._conn
            if begin is not None:
                connection.execute(begin).close()
            return work(connection)

        try:
            return await_only(self._connection._execute(trip))  # type: ignore[no-any-return]
        except Exception as error:
            self._handle_exception(error)

    def use_wal(self) -> None:
        """Keep the journal as a write-ahead log.

        Several connections that switch a new file at once would each have to upgrade a lock that the others hold;
        SQLite answers "locked" to such a one without waiting for its busy timeout. So the waiting is done here.

        Raises:
            sqlite3.OperationalError: another program has held the file for 5 s.
        """

        def switch() -> None:
            for pause in (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.45, None):
                try:
                    self._connection._conn.execute("PRAGMA journal_mode=WAL").close()
                except sqlite3.OperationalError as error:
                    if pause is None or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                        raise
                    time.sleep(pause)  # in the connection's own thread
                else:
                    return

        await_only(self._connection._execute(switch))

    def commit(self) -> None:
        """Commit what was begun."""
        if self._ends():
            super().commit()

    def rollback(self) -> None:
        """Take back what was begun."""
        if self._ends():
            super().rollback()

    def _ends(self) -> bool:
        was_open, self._is_open, self._begin = self._is_open, False, None
        return was_open


class _Module(AsyncAdapt_aiosqlite_dbapi):
    """The adapter module, answering with our connections."""

    def connect(self, *arguments: Any, **options: Any) -> OneTripConnection:
        """Open a connection with a thread that doesn't keep the process alive."""
        connection = aiosqlite.connect(*arguments, **options)
        connection._thread.daemon = True
        return OneTripConnection(self, await_only(connection))


dbapi = _Module(aiosqlite, sqlite3)
"""What `create_async_engine(module=…)` takes."""
