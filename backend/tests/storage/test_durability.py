"""What was acknowledged is on the disk: no write returns before an fsync of the log that began after its commit."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from taskora.storage import Database, durability

_WRITER = """
import asyncio, sys
from sqlalchemy import text
from taskora.storage import Database

async def main():
    database = Database("sqlite:///" + sys.argv[1])
    async with database.write() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS things (worker INTEGER, number INTEGER)"))
    async def work(worker):
        for number in range(10**6):
            async with database.write() as session:
                for _ in range(2):
                    await session.execute(text("INSERT INTO things VALUES (:w, :n)"), {"w": worker, "n": number})
            print(worker, number, flush=True)
    await asyncio.gather(*(work(worker) for worker in range(4)))

asyncio.run(main())
"""


@pytest.fixture
async def small(tmp_path: Path) -> Any:
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE things (name TEXT)"))
    yield database
    await database.close()


async def _add(database: Database, name: str) -> None:
    async with database.write() as session:
        await session.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})


async def _names(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(text("SELECT name FROM things"))).scalars())


async def test_a_write_waits_for_the_disk_and_writers_share_one_trip(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    trips: list[str] = []

    def slow_disk(descriptor: int) -> None:
        trips.append(os.readlink(f"/proc/self/fd/{descriptor}") if os.path.exists("/proc/self/fd") else "-wal")
        assert gate.wait(10)

    monkeypatch.setattr(durability.os, "fsync", slow_disk)
    writes = [asyncio.create_task(_add(small, str(number))) for number in range(8)]
    async with asyncio.timeout(10):
        while len(await _names(small)) < 8:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)
    assert not any(write.done() for write in writes)  # committed, but not acknowledged
    gate.set()
    await asyncio.gather(*writes)
    assert 1 <= len(trips) <= 3
    assert all(trip.endswith("-wal") for trip in trips)


async def test_a_disk_that_refuses_is_not_taken_for_success(small: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(durability.os, "fsync", broken)
        with pytest.raises(OSError, match="Input/output"):
            await _add(small, "lost")
    await _add(small, "kept")
    assert "kept" in await _names(small)


def test_killed_at_any_instant_loses_nothing_acknowledged_and_halves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "killed.db"
    for round_ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(file)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged = [tuple(map(int, writer.stdout.readline().split())) for _ in range(20 + 17 * round_)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [tuple(map(int, line.split())) for line in writer.stdout if line.endswith("\n")]
        writer.wait(10)
        with sqlite3.connect(file) as connection:
            rows = connection.execute("SELECT worker, number, count(*) FROM things GROUP BY 1, 2").fetchall()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connection.execute("DELETE FROM things")
        assert set(acknowledged) <= {(worker, number) for worker, number, _ in rows}
        assert all(count == 2 for _, _, count in rows)
        connection.close()
