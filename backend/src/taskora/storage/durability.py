"""Group commit for SQLite: writes that end together share one fsync.

With `synchronous=FULL` every commit waits for the disk while it holds the only writer, so a disk that needs five
milliseconds allows two hundred writes a second, however fast everything else is. Here a commit only appends to the
write-ahead log (`synchronous=NORMAL`), the writer goes to the next in line, and the answer waits until an fsync of
the log that began after the commit has ended. What was acknowledged survives a power cut exactly as with FULL
(https://www.sqlite.org/pragma.html#pragma_synchronous: NORMAL in WAL mode leaves out just this fsync).
"""

import asyncio
import contextlib
import os
from pathlib import Path


class LogSync:
    """Brings one database's write-ahead log to the disk, once for everybody who waits."""

    def __init__(self, database_file: Path) -> None:
        self._log = database_file.with_name(f"{database_file.name}-wal")
        self._waiting: list[asyncio.Future[None]] = []
        self._running: asyncio.Task[None] | None = None

    async def flushed(self) -> None:
        """Return when all that is committed by now is on the disk. Raises OSError when the disk refuses."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="log sync")
        await waiter

    async def _run(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                failure: OSError | None = None
                try:
                    await asyncio.to_thread(self._sync)
                except OSError as error:
                    failure = error
                for waiter in waiting:
                    if waiter.done():
                        continue
                    if failure is None:
                        waiter.set_result(None)
                    else:
                        waiter.set_exception(failure)
        finally:
            self._running = None

    def _sync(self) -> None:
        # The log vanishes only when the last connection closes, and then all of it is in the database file, synced.
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(self._log, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
