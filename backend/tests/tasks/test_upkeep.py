"""Moving to another zone, and forgetting what is old."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from taskora.events.models import Event
from taskora.storage import Database
from taskora.tasks import service, upkeep
from taskora.tasks.errors import NothingToUndo
from taskora.tasks.models import Change, Reminder, Task

from .conftest import Owner, Time


async def test_days_without_a_time_follow_their_owner(person: Any, database: Database, time: Time) -> None:
    ada = await person("Ada", timezone="UTC")
    day = {"title": "day", "due": "2026-03-05", "reminders": [{"offset_minutes": 0}]}
    await ada.client.post(f"{ada.path}/tasks", json=day)
    await ada.client.post(f"{ada.path}/tasks", json={"title": "timed", "due": "2026-03-05T10:00"})
    answer = await ada.client.patch(f"{ada.path}/profile", json={"timezone": "Asia/Karachi"})
    assert answer.status_code == 200, answer.text
    async with database.read() as session:
        ends = (await session.execute(select(Task.due_at).order_by(Task.id))).scalars().all()
        fires = (await session.execute(select(Reminder.fire_at))).scalar_one()
    assert ends == [datetime(2026, 3, 5, 19, tzinfo=UTC), datetime(2026, 3, 5, 10, tzinfo=UTC)]
    assert fires == datetime(2026, 3, 5, 4, tzinfo=UTC)
    listed = (await ada.client.get(f"{ada.path}/tasks?sort=due")).json()["items"]
    assert [task["title"] for task in listed] == ["timed", "day"]
    assert listed[0]["due"]["timezone"] == "UTC"


async def test_old_undo_entries_and_events_are_forgotten(owner: Owner, database: Database, time: Time) -> None:
    for _ in range(3):
        await owner.add("old")
    time.advance(days=upkeep.UNDO_KEPT.days)
    recent = await owner.write(service.delete_tasks, [(await owner.everything())[0].id])
    time.advance(minutes=1)
    await upkeep.forget_old(database)
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(Change))).scalar_one() == 1
        assert (await session.execute(select(func.count()).select_from(Event))).scalar_one() == 4
    await owner.undo(recent.change_id)
    with pytest.raises(NothingToUndo):
        await owner.undo()
    time.instant += upkeep.EVENTS_KEPT + timedelta(minutes=1)
    await upkeep.forget_old(database)
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(Event))).scalar_one() == 0
    assert len(await owner.everything()) == 3
