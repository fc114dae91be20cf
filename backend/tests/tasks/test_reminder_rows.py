"""The reminder rows that delivery reads: when each fires, and how that follows its task."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from taskora.tasks import service
from taskora.tasks.models import Reminder

from .conftest import Owner, Time


async def firing(owner: Owner) -> list[datetime | None]:
    """The instants of all reminder rows."""

    async def ask(session: Any, caller: Any) -> Any:
        statement = select(Reminder.fire_at).where(Reminder.user_id == caller.user_id).order_by(Reminder.id)
        return list((await session.execute(statement)).scalars())

    return await owner.read(ask)  # type: ignore[no-any-return]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_relative_ones_count_back_from_the_wall_clock(owner: Owner, time: Time) -> None:
    karachi = owner.living_in("Asia/Karachi")
    await karachi.add("x", due="2026-03-03T09:00", reminders=[{"offset_minutes": 60}, {"offset_minutes": 0}])
    assert await firing(owner) == [at("2026-03-03T03:00"), at("2026-03-03T04:00")]


async def test_a_day_without_a_time_counts_from_nine(owner: Owner, time: Time) -> None:
    await owner.living_in("Asia/Karachi").add("x", due="2026-03-03", reminders=[{"offset_minutes": 1440}])
    assert await firing(owner) == [at("2026-03-02T04:00")]


async def test_an_absolute_one_without_offset_is_in_the_callers_zone(owner: Owner, time: Time) -> None:
    await owner.living_in("Asia/Karachi").add("x", reminders=[{"at": "2026-03-03T09:00"}])
    assert await firing(owner) == [at("2026-03-03T04:00")]


async def test_no_due_date_or_a_past_one_means_no_reminder(owner: Owner, time: Time) -> None:
    await owner.add("x", reminders=[{"offset_minutes": 5}])
    await owner.add("x", due="2026-03-01T09:00", reminders=[{"offset_minutes": 5}, {"at": "2026-03-01T10:00:00Z"}])
    assert await firing(owner) == [None, None, None]


async def test_they_move_with_the_due_date_and_rest_with_completion(owner: Owner, time: Time) -> None:
    task = await owner.add("x", due="2026-03-03T09:00", reminders=[{"offset_minutes": 60}])
    await owner.change(task.id, due="2026-03-04T09:00")
    assert await firing(owner) == [at("2026-03-04T08:00")]
    await owner.tick(task.id)
    assert await firing(owner) == [None]
    await owner.tick(task.id)
    assert await firing(owner) == [at("2026-03-04T08:00")]
    await owner.change(task.id, due=None)
    assert await firing(owner) == [None]
    await owner.undo()
    assert await firing(owner) == [at("2026-03-04T08:00")]
    await owner.write(service.delete_tasks, [task.id])
    assert await firing(owner) == []
    await owner.undo()
    assert await firing(owner) == [at("2026-03-04T08:00")]


async def test_writing_the_list_keeps_the_rows_that_stay(owner: Owner, time: Time) -> None:
    task = await owner.add("x", due="2026-03-03T09:00", reminders=[{"offset_minutes": 60}, {"offset_minutes": 5}])
    changed = await owner.change(task.id, reminders=[{"offset_minutes": 5}, {"offset_minutes": 10}])
    assert [reminder.model_dump() for reminder in changed.reminders] == [{"offset_minutes": 5}, {"offset_minutes": 10}]
    same = await owner.write(service.update_tasks, [task.id], {})
    assert same.change_id is None


async def test_the_next_occurrence_has_its_own(owner: Owner, time: Time) -> None:
    task = await owner.add("x", due="2026-03-03T09:00", recurrence="FREQ=DAILY", reminders=[{"offset_minutes": 60}])
    await owner.tick(task.id)
    assert await firing(owner) == [None, at("2026-03-04T08:00")]
