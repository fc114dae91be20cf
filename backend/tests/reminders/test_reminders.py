"""Reminders fire once, at their time, through restarts; snooze and dismiss; by the virtual clock."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from taskora.events import listeners
from taskora.events.models import Event
from taskora.kit import clock
from taskora.reminders import delivery
from taskora.reminders.service import deliver_due
from taskora.storage import Database


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


async def add(person: Any, **task: Any) -> dict[str, Any]:
    answer = await person.client.post(person.path + "/tasks", json=task)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def reminders_of(person: Any, due: bool | None = None) -> list[dict[str, Any]]:
    answer = await person.client.get(person.path + "/reminders", params={} if due is None else {"due": due})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def fired(database: Database, user_id: str, kind: str = "reminder") -> list[dict[str, Any]]:
    """What was told to one person."""
    async with database.read() as session:
        statement = select(Event).where(Event.user_id == user_id, Event.type == kind).order_by(Event.id)
        return [{"task_id": event.task_id, **event.payload} for event in (await session.execute(statement)).scalars()]


MEETING = {"title": "Meet", "due": {"date": "2031-03-04", "time": "12:00", "timezone": "UTC"}}


async def test_it_fires_at_its_time_once_and_is_told(person, database: Database, time: Time) -> None:
    ada = await person("Ada")
    task = await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    next_at = await deliver_due(database)
    assert next_at == datetime(2031, 3, 4, 11, 0, tzinfo=UTC)
    assert await fired(database, ada.id) == []
    time.advance(hours=1)
    assert await deliver_due(database) is None
    assert await deliver_due(database) is None
    (told,) = await fired(database, ada.id)
    assert (told["task_id"], told["title"]) == (task["id"], "Meet")
    assert told["due"] == {"date": "2031-03-04", "time": "12:00", "timezone": "UTC"}
    assert told["fire_at"] == "2031-03-04T11:00:00+00:00"


async def test_what_fell_due_while_the_process_was_away_fires_late(person, database: Database, time: Time) -> None:
    ada = await person("Ada")
    await add(
        ada, **MEETING, reminders=[{"offset_minutes": 60}, {"offset_minutes": 30}, {"at": "2031-03-04T10:05:00Z"}]
    )
    time.advance(days=2)
    await deliver_due(database)
    assert [told["fire_at"][11:16] for told in await fired(database, ada.id)] == ["10:05", "11:00", "11:30"]
    assert [item["state"] for item in await reminders_of(ada, due=True)] == ["due"] * 3


async def test_of_many_replicas_one_delivers(person, database: Database, database_url: str, time: Time) -> None:
    people = [await person(name) for name in ("Ada", "Bo", "Cy")]
    for someone in people:
        for minutes in range(5):
            await add(someone, **MEETING, reminders=[{"offset_minutes": minutes}])
    time.advance(hours=2)
    replicas = [database, *(Database(database_url) for _ in range(3))]
    await asyncio.gather(*(deliver_due(replica) for replica in replicas))
    for replica in replicas[1:]:
        await replica.close()
    for someone in people:
        assert len(await fired(database, someone.id)) == 5


async def test_a_day_without_a_time_counts_from_nine_where_the_person_is(
    person, database: Database, time: Time
) -> None:
    ada = await person("Ada", timezone="Asia/Karachi")
    await add(ada, title="A day", due="2031-03-05", reminders=[{"offset_minutes": 0}])
    assert await deliver_due(database) == datetime(2031, 3, 5, 4, 0, tzinfo=UTC)  # 9:00 in Karachi


@pytest.mark.parametrize("change", ["complete", "delete", "undate"])
async def test_it_is_cancelled_with_its_task(person, database: Database, time: Time, change: str) -> None:
    ada = await person("Ada")
    task = await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    path = f"{ada.path}/tasks/{task['id']}"
    await {
        "complete": lambda: ada.client.patch(path + "/complete"),
        "delete": lambda: ada.client.delete(path),
        "undate": lambda: ada.client.patch(path, json={"due": None}),
    }[change]()
    time.advance(days=1)
    assert await deliver_due(database) is None
    assert await fired(database, ada.id) == []
    assert await reminders_of(ada) == []


async def test_snooze_by_minutes_fires_again(person, database: Database, time: Time) -> None:
    ada = await person("Ada")
    await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    time.advance(hours=1)
    await deliver_due(database)
    (reminder,) = await reminders_of(ada, due=True)
    answer = await ada.client.post(f"{ada.path}/reminders/{reminder['id']}/snooze", json={"minutes": 10})
    assert (answer.status_code, answer.json()["state"]) == (200, "snoozed")
    assert await reminders_of(ada, due=True) == []
    time.advance(minutes=9)
    await deliver_due(database)
    assert len(await fired(database, ada.id)) == 1
    time.advance(minutes=1)
    await deliver_due(database)
    assert len(await fired(database, ada.id)) == 2
    (again,) = await reminders_of(ada, due=True)
    assert (again["id"], again["snoozed_until"]) == (reminder["id"], None)


async def test_snooze_until_a_moment_on_the_callers_clock(person, database: Database, time: Time) -> None:
    ada = await person("Ada", timezone="Asia/Karachi")
    await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    (reminder,) = await reminders_of(ada)
    path = f"{ada.path}/reminders/{reminder['id']}/snooze"
    answer = await ada.client.post(path, json={"until": "2031-03-05T09:00:00"})
    assert answer.json()["snoozed_until"] == "2031-03-05T04:00:00Z"


NONSENSE: list[dict[str, Any]] = [
    {},
    {"minutes": 0},
    {"minutes": -5},
    {"minutes": 10**9},
    {"minutes": 5, "until": "2031-03-05T09:00:00Z"},
    {"minutes": 5, "user_id": "x"},
    {"until": "soon"},
    {"until": "2031-03-04T09:00:00Z"},
    {"until": "2999-01-01T00:00:00Z"},
]


async def test_a_snooze_that_makes_no_sense_is_refused(person, time: Time) -> None:
    ada = await person("Ada")
    await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    (reminder,) = await reminders_of(ada)
    for body in NONSENSE:
        answer = await ada.client.post(f"{ada.path}/reminders/{reminder['id']}/snooze", json=body)
        assert answer.status_code == 422, body
    assert await reminders_of(ada) == [reminder]


async def test_dismissing_takes_it_off_the_list_until_it_fires_again(person, database: Database, time: Time) -> None:
    ada = await person("Ada")
    task = await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    time.advance(hours=1)
    await deliver_due(database)
    (reminder,) = await reminders_of(ada, due=True)
    for _ in range(2):
        assert (await ada.client.post(f"{ada.path}/reminders/{reminder['id']}/dismiss")).status_code == 204
    assert await reminders_of(ada) == []
    due = {"date": "2031-03-05", "time": "12:00", "timezone": "UTC"}
    await ada.client.patch(f"{ada.path}/tasks/{task['id']}", json={"due": due})
    time.advance(days=1)
    await deliver_due(database)
    assert [item["id"] for item in await reminders_of(ada, due=True)] == [reminder["id"]]


async def test_a_completed_task_cannot_be_snoozed(person, time: Time) -> None:
    ada = await person("Ada")
    task = await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    (reminder,) = await reminders_of(ada)
    await ada.client.patch(f"{ada.path}/tasks/{task['id']}/complete")
    answer = await ada.client.post(f"{ada.path}/reminders/{reminder['id']}/snooze", json={"minutes": 5})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "TASK_COMPLETED")


async def test_somebody_elses_reminder_is_not_there(person, database: Database, time: Time) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    (reminder,) = await reminders_of(ada)
    for path, status in ((bo.path, 404), (ada.path, 403)):
        for action, body in (("snooze", {"minutes": 5}), ("dismiss", None)):
            answer = await bo.client.post(f"{path}/reminders/{reminder['id']}/{action}", json=body)
            assert answer.status_code == status
    assert await reminders_of(bo) == []
    assert await reminders_of(ada) == [reminder]


async def test_undoing_the_task_takes_a_fired_reminder_with_it(person, database: Database, time: Time) -> None:
    ada = await person("Ada")
    await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    time.advance(hours=1)
    await deliver_due(database)
    (reminder,) = await reminders_of(ada, due=True)
    await ada.client.post(f"{ada.path}/reminders/{reminder['id']}/dismiss")
    assert (await ada.client.post(ada.path + "/undo")).status_code == 200
    assert (await ada.client.get(ada.path + "/tasks")).json()["total"] == 0


async def test_the_loop_sleeps_until_the_next_one_and_wakes_for_a_new_one(
    person, database: Database, settings, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop looks once, sleeps, and looks again because something was written; no clock of the wall is involved."""
    ada = await person("Ada")
    slept: asyncio.Queue[datetime | None] = asyncio.Queue()

    async def sleep(next_at: datetime | None, woken: asyncio.Event) -> None:
        slept.put_nowait(next_at)
        await woken.wait()

    monkeypatch.setattr(delivery, "sleep_until", sleep)
    loop = asyncio.create_task(delivery.deliver_reminders(database, settings))
    assert await asyncio.wait_for(slept.get(), 10) is None
    await add(ada, **MEETING, reminders=[{"offset_minutes": 60}])
    assert await asyncio.wait_for(slept.get(), 10) == datetime(2031, 3, 4, 11, 0, tzinfo=UTC)
    time.advance(hours=1)
    listeners.wake(ada.id)
    assert await asyncio.wait_for(slept.get(), 10) is None
    assert len(await fired(database, ada.id)) == 1
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


def test_sleep_is_bounded_and_never_negative(time: Time) -> None:
    assert delivery.seconds_until(None) == delivery.MAX_SLEEP_SECONDS
    assert delivery.seconds_until(time.now + timedelta(days=9)) == delivery.MAX_SLEEP_SECONDS
    assert delivery.seconds_until(time.now + timedelta(seconds=5)) == 5
    assert delivery.seconds_until(time.now - timedelta(seconds=5)) == 0
