"""What keeps the stored tasks true and the tables small, apart from any use case of their owner.

Moving to another time zone changes when a day without a time ends and when its reminders fire; old undo entries,
events and idempotent answers are forgotten.
"""

from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.events.models import Event
from taskora.kit import clock
from taskora.storage import Database
from taskora.storage.idempotency import forget_expired
from taskora.storage.locks import lock_owner
from taskora.tasks import due
from taskora.tasks.journal import CHANGES, REMINDERS, TASKS
from taskora.tasks.reminding import fires

UNDO_KEPT = timedelta(days=14)
EVENTS_KEPT = timedelta(days=90)
_BATCH = 1_000

EVENTS: Table = Event.__table__  # type: ignore[assignment]


async def follow_zone(session: AsyncSession, user_id: str, zone: str) -> None:
    """Their owner lives in `zone` from now on: days without a time end there, and their reminders count from nine
    there.

    Times of day keep the zone they were made in. This follows from the profile, so it is no change to undo.
    """
    await lock_owner(session, user_id)
    floating = (TASKS.c.user_id == user_id, TASKS.c.due_time.is_(None), TASKS.c.due_date.is_not(None))
    days = (await session.execute(select(TASKS.c.due_date).where(*floating).distinct())).scalars().all()
    if not days:
        return
    move = update(TASKS).where(*floating, TASKS.c.due_date == bindparam("day")).values(due_at=bindparam("ends"))
    await session.execute(move, [{"day": day, "ends": due.end_of_day(day, zone)} for day in days])
    await _move_reminders(session, user_id, zone)


async def _move_reminders(session: AsyncSession, user_id: str, zone: str) -> None:
    waiting = (
        select(REMINDERS.c.id.label("reminder_id"), REMINDERS.c.offset_minutes, REMINDERS.c.at, TASKS)
        .join(TASKS, TASKS.c.id == REMINDERS.c.task_id)
        .where(
            REMINDERS.c.user_id == user_id,
            REMINDERS.c.offset_minutes.is_not(None),
            REMINDERS.c.fired_at.is_(None),
            REMINDERS.c.snoozed_until.is_(None),
            TASKS.c.completed.is_(False),
            TASKS.c.due_time.is_(None),
        )
    )
    now = clock.now()
    moved = [
        {
            "reminder": row["reminder_id"],
            "fires": fires(row["offset_minutes"], None, dict(row), now=now, caller_zone=zone),
        }
        for row in (await session.execute(waiting)).mappings()
    ]
    if moved:
        statement = update(REMINDERS).where(REMINDERS.c.id == bindparam("reminder")).values(fire_at=bindparam("fires"))
        await session.execute(statement, moved)


async def forget_old(database: Database) -> None:
    """Delete undo entries, events and idempotent answers that are past their time, a bounded number at once."""
    now = clock.now()
    await _forget(database, CHANGES, now - UNDO_KEPT)
    await _forget(database, EVENTS, now - EVENTS_KEPT)
    async with database.write() as session:
        await forget_expired(session)


async def _forget(database: Database, table: Table, before: datetime) -> None:
    """Ids grow with time, so the oldest rows are the first ones: no index on the date is needed to find them."""
    oldest = select(table.c.id, table.c.created_at).order_by(table.c.id).limit(_BATCH)
    while True:
        async with database.read() as session:
            past = [row.id for row in await session.execute(oldest) if row.created_at < before]
        if not past:
            return
        async with database.write() as session:
            await session.execute(delete(table).where(table.c.id <= past[-1], table.c.created_at < before))
