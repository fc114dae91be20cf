"""Live updates, heard through a really started server: what every open page of a person is told, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from taskora import events
from taskora.events import live
from taskora.storage import Database
from taskora.tasks import live_endpoints

_PATIENCE = 10.0


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The application on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    app.state.streams.close()
    server.should_exit = True
    await asyncio.wait_for(serving, _PATIENCE)


@dataclass
class Heard:
    """One event as it came over the wire."""

    id: int
    type: str
    data: dict[str, Any]


class Page:
    """An open page: its stream, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self) -> Heard:
        """The next event; comments are passed over."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(_PATIENCE):
            async for line in self._lines:
                if not line and "data" in fields:
                    return Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                name, _, value = line.partition(": ")
                fields[name] = value
        raise EOFError

    async def ends(self) -> bool:
        """Whether the stream ends within the test's patience."""
        async with asyncio.timeout(_PATIENCE):
            async for _ in self._lines:
                pass
        return True


@asynccontextmanager
async def open_page(
    address: str, person: Any, last: int | None = None, token: str | None = None
) -> AsyncIterator[Page]:
    headers = {"Authorization": f"Bearer {token or person.token}"}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    async with (
        httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as http,
        http.stream("GET", f"{person.path}/events", headers=headers) as answer,
    ):
        page = Page(answer)
        if answer.status_code == 200:
            await anext(page._lines)  # "retry: …": the stream is open
        yield page


async def add(person: Any, title: str, **fields: Any) -> int:
    answer = await person.client.post(f"{person.path}/tasks", json={"title": title} | fields)
    return int(answer.json()["id"])


async def test_every_open_page_hears_what_happened(address: str, person: Any) -> None:
    ada = await person("Ada")
    async with open_page(address, ada) as one, open_page(address, ada) as two:
        assert one.answer.headers["content-type"].startswith("text/event-stream")
        assert one.answer.headers["cache-control"] == "no-store"
        task_id = await add(ada, "Buy milk\nand bread")
        await ada.client.patch(f"{ada.path}/tasks/{task_id}", json={"priority": "high"})
        await ada.client.patch(f"{ada.path}/tasks/{task_id}/complete")
        await ada.client.delete(f"{ada.path}/tasks/{task_id}")
        for page in (one, two):
            heard = [await page.next() for _ in range(4)]
            assert [event.type for event in heard] == ["task.created", "task.updated", "task.completed", "task.deleted"]
            assert all(event.data["task_id"] == task_id for event in heard)
            assert all(event.data["title"] == "Buy milk and bread" for event in heard)
            assert heard[1].data["fields"] == ["priority"]
            assert [event.id for event in heard] == sorted({event.id for event in heard})


async def test_a_repeating_task_says_that_it_recurred(address: str, person: Any) -> None:
    ada = await person("Ada")
    task_id = await add(ada, "Daily", due="2030-01-01", recurrence="FREQ=DAILY")
    async with open_page(address, ada) as page:
        answer = await ada.client.patch(f"{ada.path}/tasks/{task_id}/complete")
        heard = {(await page.next()).type: None for _ in range(2)}
        assert list(heard) == ["task.completed", "task.recurred"]
        assert answer.json()["next"] is not None


async def test_a_page_that_comes_back_hears_what_it_missed(address: str, person: Any) -> None:
    ada = await person("Ada")
    async with open_page(address, ada) as page:
        await add(ada, "one")
        last = (await page.next()).id
    for title in ("two", "three"):
        await add(ada, title)
    async with open_page(address, ada, last=last) as page:
        assert [(await page.next()).data["title"] for _ in range(2)] == ["two", "three"]
        await add(ada, "four")
        assert (await page.next()).data["title"] == "four"


async def test_a_page_that_missed_too_much_loads_anew(
    address: str, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MAX_REPLAY", 3)
    ada = await person("Ada")
    for number in range(5):
        await add(ada, str(number))
    async with open_page(address, ada, last=1) as page:
        assert (await page.next()).type == "resync"
        await add(ada, "new")
        assert (await page.next()).data["title"] == "new"
    async with open_page(address, ada, last=10**9) as page:
        assert (await page.next()).type == "resync"


async def test_nobody_hears_somebody_else(address: str, person: Any) -> None:
    ada, eve = await person("Ada"), await person("Eve")
    async with open_page(address, ada) as page:
        await add(eve, "secret")
        await add(ada, "mine")
        assert (await page.next()).data["title"] == "mine"
    async with open_page(address, ada, token=eve.token) as page:
        assert page.answer.status_code == 403


async def test_rows_of_another_process_are_heard_too(
    address: str, person: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await person("Ada")
    async with open_page(address, ada) as page:
        monkeypatch.setattr("taskora.events.listeners.wake", lambda _user_id: None)  # as if it came from elsewhere
        async with database.write() as session:
            await events.record(session, ada.id, "reminder", task_id=5, payload={"title": "Call"})
        heard = await page.next()
        assert (heard.type, heard.data["task_id"], heard.data["title"]) == ("reminder", 5, "Call")


async def test_a_change_that_is_rolled_back_is_never_told(address: str, person: Any, database: Database) -> None:
    ada = await person("Ada")

    async def fail() -> None:
        async with database.write() as session:
            await events.record(session, ada.id, "task.created", task_id=1, payload={"title": "never"})
            await session.execute(text("SELECT * FROM nowhere"))

    async with open_page(address, ada) as page:
        with pytest.raises(Exception, match="nowhere"):
            await fail()
        await add(ada, "real")
        assert (await page.next()).data["title"] == "real"


async def test_it_ends_when_the_session_is_revoked(address: str, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_endpoints, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(live_endpoints, "_RECHECK_SECONDS", 0.0)
    ada = await person("Ada")
    async with open_page(address, ada) as page:
        await ada.client.post("/api/auth/signout")
        assert await page.ends()


async def test_it_ends_when_the_server_stops(address: str, app: FastAPI, person: Any) -> None:
    ada = await person("Ada")
    async with open_page(address, ada) as page:
        app.state.streams.close()
        assert await page.ends()


async def test_only_so_many_pages_a_person(address: str, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_STREAMS_PER_USER", 2)
    ada, eve = await person("Ada"), await person("Eve")
    async with open_page(address, ada), open_page(address, ada):
        async with open_page(address, ada) as third:
            assert third.answer.status_code == 429
            assert int(third.answer.headers["retry-after"]) > 0
        async with open_page(address, eve) as other:
            assert other.answer.status_code == 200
    async with open_page(address, ada) as again:
        assert again.answer.status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("last", ["abc", "-1", "1.5", "9" * 19 + "9", "1" * 21])
async def test_a_place_that_is_none_is_refused(client: httpx.AsyncClient, person: Any, last: str) -> None:
    ada = await person("Ada")
    answer = await ada.client.get(f"{ada.path}/events", headers={"Last-Event-ID": last})
    assert answer.status_code == 422


def _message(number: int) -> live.Message:
    return live.Message(number, "task.created", {})


async def test_a_slow_reader_is_told_to_load_anew_and_slows_nobody() -> None:
    subscription = live.Subscription("ada", 0)
    for number in range(1, live.QUEUE_SIZE + 2):
        subscription.offer(_message(number))
    assert subscription.queue.qsize() == 1
    first = subscription.queue.get_nowait()
    assert (first.type, first.id) == ("resync", live.QUEUE_SIZE + 1)
    subscription.offer(_message(live.QUEUE_SIZE + 2))
    assert subscription.queue.get_nowait().type == "task.created"


async def test_nothing_is_told_twice() -> None:
    subscription = live.Subscription("ada", 5)
    for number in (3, 5, 6, 6, 7):
        subscription.offer(_message(number))
    assert [subscription.queue.get_nowait().id for _ in range(subscription.queue.qsize())] == [6, 7]


async def test_ids_grow_in_commit_order_within_one_person(database: Database, person: Any) -> None:
    ada = await person("Ada")
    order: list[str] = []

    async def slow(name: str, pause: float) -> None:
        async with database.write() as session:
            await events.record(session, ada.id, "task.created", payload={"title": name})
            await asyncio.sleep(pause)
        order.append(name)

    await asyncio.gather(slow("first", 0.2), slow("second", 0.0))
    async with database.read() as session:
        rows = await session.execute(text("SELECT payload FROM events ORDER BY id"))
        stored = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in rows]
    assert [row["title"] for row in stored] == order
