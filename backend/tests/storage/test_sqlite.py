"""The one-trip SQLite connection behaves as the plain adapter does, and the sessions keep their promises."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from taskora.storage import Database, after_commit


@pytest.fixture
async def small(tmp_path: Path) -> Any:
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
    yield database
    await database.close()


async def _names(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(text("SELECT name FROM things ORDER BY id"))).scalars())


async def _add(session: Any, name: str | None) -> Any:
    return await session.execute(text("INSERT INTO things (name) VALUES (:name)"), {"name": name})


async def test_rows_counts_ids_and_returning(small: Database) -> None:
    async with small.write() as session:
        first = await _add(session, "a")
        assert (first.rowcount, first.lastrowid) == (1, 1)
        many = await session.execute(text("INSERT INTO things (name) VALUES (:n)"), [{"n": "b"}, {"n": "c"}])
        assert many.rowcount == 2
        returned = await session.execute(text("INSERT INTO things (name) VALUES ('d') RETURNING id, name"))
        assert list(returned.keys()) == ["id", "name"]
        assert returned.one() == (4, "d")
        changed = await session.execute(text("UPDATE things SET name = name || '!' WHERE id > 2"))
        assert changed.rowcount == 2
        nothing = await session.execute(text("SELECT * FROM things WHERE id = 99"))
        assert nothing.one_or_none() is None
    assert await _names(small) == ["a", "b", "c!", "d!"]


async def test_what_raises_is_rolled_back_and_the_connection_goes_on(small: Database) -> None:
    async def add(*names: str, then: str) -> None:
        async with small.write() as session:
            for name in names:
                await _add(session, name)
            await session.execute(text(then))

    with pytest.raises(IntegrityError):
        await add("a", "a", then="SELECT 1")
    with pytest.raises(OperationalError):
        await add("a", then="SELECT * FROM nowhere")
    assert await _names(small) == []
    async with small.write() as session:
        await _add(session, "b")
    assert await _names(small) == ["b"]


async def test_a_session_that_says_nothing_costs_nothing(small: Database) -> None:
    async with small.write(), asyncio.timeout(5), small.write():
        pass  # neither has begun, so neither holds the lock


async def test_a_reader_sees_one_moment(small: Database) -> None:
    async with small.read() as session:
        before = (await session.execute(text("SELECT count(*) FROM things"))).scalar_one()
        async with small.write() as writer:
            await _add(writer, "a")
        after = (await session.execute(text("SELECT count(*) FROM things"))).scalar_one()
    assert (before, after) == (0, 0)
    assert await _names(small) == ["a"]


async def test_writers_wait_for_each_other(small: Database) -> None:
    async def add_after_looking(name: str) -> None:
        async with small.write() as session:
            count = (await session.execute(text("SELECT count(*) FROM things"))).scalar_one()
            await asyncio.sleep(0)
            await _add(session, f"{count} {name}")

    await asyncio.gather(*(add_after_looking(f"n{number}") for number in range(8)))
    assert [name.split()[0] for name in await _names(small)] == [str(number) for number in range(8)]


async def test_a_cancelled_write_leaves_nothing_behind(small: Database) -> None:
    started = asyncio.Event()

    async def slow() -> None:
        async with small.write() as session:
            await _add(session, "half")
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await started.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with small.write() as session:
        await _add(session, "whole")
    assert await _names(small) == ["whole"]


async def test_read_sessions_can_not_write(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(DBAPIError):
            await session.execute(text("DELETE FROM users"))


async def test_callbacks_run_after_the_commit(database: Database) -> None:
    ran: list[str] = []
    async with database.write() as session:
        after_commit(session, lambda: ran.append("kept"))
        await session.execute(text("SELECT 1"))
        assert ran == []
    assert ran == ["kept"]


async def test_callbacks_are_forgotten_with_a_rollback(database: Database) -> None:
    ran: list[str] = []

    async def fail() -> None:
        async with database.write() as session:
            after_commit(session, lambda: ran.append("lost"))
            await session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError):
        await fail()
    assert ran == []
