"""Webhooks from the API to the receiver: everything that happens is told, signed, once or again, and never for ever."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from taskora.events.webhooks import dispatch, service
from taskora.events.webhooks.delivery import deliver_now, deliver_webhooks
from taskora.events.webhooks.sending import Answer, Sender
from taskora.kit import clock
from taskora.settings import Settings
from taskora.storage import Database

URL = "https://hooks.example.org/taskora"


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2031, 3, 4, 10, 0, tzinfo=UTC)

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def time() -> Iterator[Time]:
    held = Time()
    with clock.use_clock(lambda: held.now):
        yield held


@pytest.fixture(autouse=True)
def no_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests deliver themselves."""
    monkeypatch.setattr("taskora.web.app.LOOPS", [])


@dataclass
class Receiver:
    """Stands in for the network: notes what is posted and answers as told."""

    answers: list[Answer] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    otherwise: Answer = field(default_factory=lambda: Answer(200))

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.posts.append((url, dict(headers), json.loads(body)))
        return self.answers.pop(0) if self.answers else self.otherwise

    @property
    def types(self) -> list[str]:
        return [message["type"] for _, _, message in self.posts]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


async def hook(person: Any, **fields: Any) -> dict[str, Any]:
    answer = await person.client.post(person.path + "/webhooks", json={"url": URL, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def add(person: Any, title: str = "A") -> dict[str, Any]:
    answer = await person.client.post(person.path + "/tasks", json={"title": title})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def deliveries(person: Any, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await person.client.get(f"{person.path}/webhooks/{webhook['id']}/deliveries")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def state(person: Any, webhook: dict[str, Any]) -> dict[str, Any]:
    answer = await person.client.get(f"{person.path}/webhooks/{webhook['id']}")
    shown: dict[str, Any] = answer.json()
    return shown


async def test_what_happens_is_told_in_order_and_signed(
    person, database: Database, time: Time, receiver: Receiver
) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    await add(ada, "Before")
    made = await hook(ada)
    task = await add(ada, "Milk")
    await ada.client.patch(f"{ada.path}/tasks/{task['id']}/complete")
    await add(bo, "Somebody else's")
    await deliver_now(database, receiver)
    assert receiver.types == ["task.created", "task.completed"]
    url, headers, message = receiver.posts[0]
    assert url == URL
    assert message["data"]["task_id"] == task["id"]
    assert message["data"]["title"] == "Milk"
    body = (await deliveries(ada, made))[-1]["body"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(time.now.timestamp()))
    await deliver_now(database, receiver)
    assert len(receiver.posts) == 2


async def test_only_the_wanted_types_are_told(person, database: Database, time: Time, receiver: Receiver) -> None:
    ada = await person("Ada")
    await hook(ada, events=["task.completed", "project.*"])
    task = await add(ada)
    await ada.client.patch(f"{ada.path}/tasks/{task['id']}/complete")
    await ada.client.post(ada.path + "/projects", json={"name": "Flat"})
    await deliver_now(database, receiver)
    assert receiver.types == ["task.completed", "project.created"]


async def test_a_failure_is_tried_again_later_and_later_with_the_same_id(
    person, database: Database, time: Time, receiver: Receiver
) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    await add(ada)
    receiver.answers = [Answer(500, "the receiver answered 500"), Answer(None, "no answer"), Answer(200)]
    await deliver_now(database, receiver)
    await deliver_now(database, receiver)
    assert len(receiver.posts) == 1
    for wait in dispatch.RETRY_AFTER[:2]:
        time.now += wait - timedelta(seconds=1)
        await deliver_now(database, receiver)
        time.advance(seconds=1)
        await deliver_now(database, receiver)
    assert len(receiver.posts) == 3
    assert len({headers["webhook-id"] for _, headers, _ in receiver.posts}) == 1
    assert len({headers["webhook-signature"] for _, headers, _ in receiver.posts}) == 3
    (delivery,) = await deliveries(ada, made)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("delivered", 3, 200)


async def test_after_the_last_attempt_it_is_switched_off_and_said(
    person, database: Database, time: Time, receiver: Receiver
) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    await add(ada)
    receiver.otherwise = Answer(503, "the receiver answered 503")
    for wait in (timedelta(), *dispatch.RETRY_AFTER):
        time.now += wait
        await deliver_now(database, receiver)
    assert len(receiver.posts) == dispatch.MAX_ATTEMPTS
    shown = await state(ada, made)
    assert shown["active"] is False
    assert "attempts" in shown["disabled_reason"]
    await add(ada, "Not told")
    time.advance(days=2)
    await deliver_now(database, receiver)
    assert len(receiver.posts) == dispatch.MAX_ATTEMPTS
    receiver.otherwise = Answer(200)
    answer = await ada.client.put(f"{ada.path}/webhooks/{made['id']}", json={"url": URL})
    assert (answer.json()["active"], answer.json()["disabled_reason"]) == (True, None)
    await add(ada, "Told")
    await deliver_now(database, receiver)
    assert [message["data"]["title"] for _, _, message in receiver.posts[dispatch.MAX_ATTEMPTS :]] == ["Told"]


async def test_one_bad_message_does_not_switch_off_a_receiver_that_takes_others(
    person, database: Database, time: Time, receiver: Receiver
) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    await add(ada, "Bad")
    receiver.answers = [Answer(400, "the receiver answered 400")]
    await deliver_now(database, receiver)
    for wait in dispatch.RETRY_AFTER:
        time.now += wait
        receiver.answers = [Answer(400, "the receiver answered 400")]
        await add(ada, "Good")
        await deliver_now(database, receiver)
    shown = await state(ada, made)
    assert shown["active"] is True
    assert [d["status"] for d in await deliveries(ada, made)].count("failed") == 1


async def test_gone_means_gone(person, database: Database, time: Time, receiver: Receiver) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    await add(ada)
    await add(ada)
    receiver.answers = [Answer(410, "the receiver answered 410")]
    await deliver_now(database, receiver)
    assert (await state(ada, made))["active"] is False
    assert sorted(d["status"] for d in await deliveries(ada, made)) == ["cancelled", "failed"]


async def test_an_unreachable_receiver_is_left_alone_for_a_while(
    person, database: Database, time: Time, receiver: Receiver
) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    for number in range(5):
        await add(ada, str(number))
    receiver.answers = [Answer(None, "no answer")]
    await deliver_now(database, receiver)
    assert len(receiver.posts) == 1
    time.now += dispatch.UNREACHABLE_PAUSE
    await deliver_now(database, receiver)
    assert [d["status"] for d in await deliveries(ada, made)] == ["delivered"] * 5
    assert [d["attempts"] for d in await deliveries(ada, made)] == [1, 1, 1, 1, 2]


async def test_a_crash_while_sending_repeats_and_loses_nothing(
    person, database: Database, time: Time, receiver: Receiver
) -> None:
    ada = await person("Ada")
    await hook(ada)
    await add(ada)

    class Dying:
        async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await deliver_now(database, Dying())
    await deliver_now(database, receiver)
    assert receiver.posts == []  # leased to the process that died
    time.now += dispatch.LEASE
    await deliver_now(database, receiver)
    assert receiver.types == ["task.created"]


async def test_of_many_replicas_each_message_is_sent_by_one(
    person, database: Database, database_url: str, time: Time, receiver: Receiver
) -> None:
    ada = await person("Ada")
    await hook(ada)
    for number in range(25):
        await add(ada, str(number))
    replicas = [database, *(Database(database_url) for _ in range(3))]
    await asyncio.gather(*(deliver_now(replica, receiver) for replica in replicas))
    for replica in replicas[1:]:
        await replica.close()
    titles = [message["data"]["title"] for _, _, message in receiver.posts]
    assert sorted(titles, key=int) == [str(number) for number in range(25)]


async def test_pausing_tells_nothing_of_the_pause(person, database: Database, time: Time, receiver: Receiver) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    path = f"{ada.path}/webhooks/{made['id']}"
    await add(ada, "Waiting")
    await dispatch.fan_out(database)
    await ada.client.put(path, json={"url": URL, "active": False})
    await add(ada, "Paused")
    await deliver_now(database, receiver)
    await ada.client.put(path, json={"url": URL, "active": True})
    await add(ada, "After")
    await deliver_now(database, receiver)
    assert [message["data"]["title"] for _, _, message in receiver.posts] == ["After"]
    answer = await ada.client.put(path, json={"url": URL, "active": False})
    assert answer.status_code == 200
    assert (await ada.client.post(path + "/ping")).status_code == 409


async def test_ping_and_redeliver(person, database: Database, time: Time, receiver: Receiver) -> None:
    ada = await person("Ada")
    made = await hook(ada, events=["project.*"])
    path = f"{ada.path}/webhooks/{made['id']}"
    answer = await ada.client.post(path + "/ping")
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    await deliver_now(database, receiver)
    assert receiver.types == ["ping"]
    (delivery,) = await deliveries(ada, made)
    assert delivery["status"] == "delivered"
    answer = await ada.client.post(f"{path}/deliveries/{delivery['id']}/redeliver")
    assert answer.status_code == 202
    await deliver_now(database, receiver)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.posts}) == 1
    assert len(receiver.posts) == 2


async def test_the_secret_is_shown_once_and_a_new_one_signs(
    person, database: Database, time: Time, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada = await person("Ada")
    made = await hook(ada)
    path = f"{ada.path}/webhooks/{made['id']}"
    for answer in (await ada.client.get(path), await ada.client.get(ada.path + "/webhooks")):
        assert made["secret"] not in answer.text
    fresh = (await ada.client.post(path + "/secret")).json()["secret"]
    assert fresh != made["secret"]
    await add(ada)
    await deliver_now(database, receiver)
    assert made["secret"] not in caplog.text
    assert fresh not in caplog.text


INSIDE = [
    "http://127.0.0.1/",
    "http://localhost:8000/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://169.254.169.254/latest",
    "http://[::ffff:10.0.0.1]/",
    "http://metadata.google.internal/",
    "http://017700000001/",
    "http://192.168.1.1:22/",
]


async def test_addresses_inside_are_refused_when_it_is_made(person) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    for url in INSIDE:
        for answer in (
            await ada.client.post(ada.path + "/webhooks", json={"url": url}),
            await ada.client.put(f"{ada.path}/webhooks/{made['id']}", json={"url": url}),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "WEBHOOK_ADDRESS_REFUSED"), url
    assert (await state(ada, made))["url"] == URL


NONSENSE: list[dict[str, Any]] = [
    {},
    {"url": 5},
    {"url": "ftp://example.org/"},
    {"url": "file:///etc/passwd"},
    {"url": "javascript:alert(1)"},
    {"url": "https://user:pw@example.org/"},
    {"url": "https://example.org/#x"},
    {"url": "https://" + "a" * 3000 + ".org/"},
    {"url": URL, "events": []},
    {"url": URL, "events": ["task; drop"]},
    {"url": URL, "secret": "mine"},
    {"url": URL, "user_id": "x"},
]


async def test_webhooks_that_make_no_sense_are_refused(person) -> None:
    ada = await person("Ada")
    for body in NONSENSE:
        answer = await ada.client.post(ada.path + "/webhooks", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), body
    assert (await ada.client.get(ada.path + "/webhooks")).json()["total"] == 0


async def test_a_name_that_turns_inside_is_refused_when_it_is_sent(person, database: Database, time: Time) -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["10.0.0.5"]

    ada = await person("Ada")
    made = await hook(ada)
    await add(ada)
    await deliver_now(database, Sender(allow_private=False, lookup=inside))
    (delivery,) = await deliveries(ada, made)
    assert (delivery["status"], delivery["error"]) == ("pending", "the address is not public")


async def test_somebody_elses_webhook_is_not_there(person, database: Database, time: Time) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    made = await hook(ada)
    await add(ada)
    await dispatch.fan_out(database)
    delivery = (await deliveries(ada, made))[0]["id"]
    for path, status in ((f"{bo.path}/webhooks/{made['id']}", 404), (f"{ada.path}/webhooks/{made['id']}", 403)):
        for method, end, body in (
            ("GET", "", None), ("PUT", "", {"url": URL}), ("DELETE", "", None), ("POST", "/secret", None),
            ("POST", "/ping", None), ("GET", "/deliveries", None), ("POST", f"/deliveries/{delivery}/redeliver", None),
        ):  # fmt: skip
            answer = await bo.client.request(method, path + end, json=body)
            assert answer.status_code == status, (method, end)
    assert (await state(ada, made))["url"] == URL


async def test_deleting_ends_it(person, database: Database, time: Time, receiver: Receiver) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    await add(ada)
    await dispatch.fan_out(database)
    assert (await ada.client.delete(f"{ada.path}/webhooks/{made['id']}")).status_code == 204
    await deliver_now(database, receiver)
    assert receiver.posts == []


async def test_how_many_one_may_have_is_bounded(person) -> None:
    ada = await person("Ada")
    for _ in range(20):
        await hook(ada)
    answer = await ada.client.post(ada.path + "/webhooks", json={"url": URL})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "TOO_MANY_WEBHOOKS")


async def test_old_deliveries_are_dropped(person, database: Database, time: Time, receiver: Receiver) -> None:
    ada = await person("Ada")
    made = await hook(ada)
    await add(ada)
    await deliver_now(database, receiver)
    await dispatch.prune(database)
    assert len(await deliveries(ada, made)) == 1
    time.advance(days=15)
    await dispatch.prune(database)
    async with database.read() as session:
        assert await service.list_deliveries(session, ada.id, made["id"]) == []


@pytest.fixture
async def local_server() -> AsyncIterator[tuple[int, "asyncio.Queue[bytes]"]]:
    """A receiver on this machine: its port and what it was sent."""
    received: asyncio.Queue[bytes] = asyncio.Queue()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        received.put_nowait(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], received
    server.close()


async def test_the_loop_delivers_to_a_real_server_when_private_addresses_are_allowed(
    app, person, database: Database, settings: Settings, local_server
) -> None:
    port, received = local_server
    allowing = settings.model_copy(update={"allow_private_webhooks": True})
    app.state.settings = allowing
    ada = await person("Ada")
    await hook(ada, url=f"http://127.0.0.1:{port}/")
    loop = asyncio.create_task(deliver_webhooks(database, allowing))
    await add(ada, "Milk")
    message = json.loads(await asyncio.wait_for(received.get(), 20))
    assert (message["type"], message["data"]["title"]) == ("task.created", "Milk")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
