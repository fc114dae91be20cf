"""Reminder rows with their tasks. Questions of people name the owner; those of the delivery loop look across all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.tasks.journal import REMINDERS, TASKS, Row
from taskora.tasks.repository import rows

_TASK = (TASKS.c.title, TASKS.c.completed, TASKS.c.due_date, TASKS.c.due_time, TASKS.c.due_zone)
# Fired, and neither dismissed since nor waiting to fire again.
IS_DUE = (
    REMINDERS.c.fired_at.is_not(None)
    & REMINDERS.c.fire_at.is_(None)
    & or_(REMINDERS.c.dismissed_at.is_(None), REMINDERS.c.dismissed_at < REMINDERS.c.fired_at)
)
IS_UPCOMING = REMINDERS.c.fire_at.is_not(None)


def _with_task() -> Select[Any]:
    return select(REMINDERS, *_TASK).join(TASKS, TASKS.c.id == REMINDERS.c.task_id)


async def next_fire_at(session: AsyncSession) -> datetime | None:
    """The instant of the next reminder of anybody (one index look-up)."""
    statement = select(func.min(REMINDERS.c.fire_at)).where(REMINDERS.c.fire_at.is_not(None))
    found: datetime | None = (await session.execute(statement)).scalar_one()
    return found


async def owners_with_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Whose reminders are to fire now."""
    statement = select(REMINDERS.c.user_id).where(REMINDERS.c.fire_at <= now).distinct().limit(limit)
    return (await session.execute(statement)).scalars().all()


async def to_fire(session: AsyncSession, user_id: str, now: datetime, limit: int) -> list[Row]:
    """One person's reminders that are to fire now, with their tasks, in order; ask under the owner's lock."""
    statement = _with_task().where(REMINDERS.c.user_id == user_id, REMINDERS.c.fire_at <= now)
    return await rows(session, statement.order_by(REMINDERS.c.fire_at, REMINDERS.c.id).limit(limit))


async def mark_fired(session: AsyncSession, user_id: str, ids: Sequence[int], now: datetime) -> None:
    """They have fired and wait for nothing any more."""
    await session.execute(
        update(REMINDERS)
        .where(REMINDERS.c.user_id == user_id, REMINDERS.c.id.in_(list(ids)))
        .values(fired_at=now, fire_at=None, snoozed_until=None)
    )


async def one(session: AsyncSession, user_id: str, reminder_id: int) -> Row | None:
    """One reminder of the owner with its task."""
    statement = _with_task().where(REMINDERS.c.user_id == user_id, REMINDERS.c.id == reminder_id)
    found = await rows(session, statement)
    return found[0] if found else None


async def listed(session: AsyncSession, user_id: str, due: bool | None, limit: int) -> list[Row]:
    """The owner's reminders of open tasks that have fired (due), that will (not due), or both."""
    wanted = {True: IS_DUE, False: IS_UPCOMING, None: or_(IS_DUE, IS_UPCOMING)}[due]
    statement = _with_task().where(REMINDERS.c.user_id == user_id, TASKS.c.completed.is_(False), wanted)
    moment = func.coalesce(REMINDERS.c.fire_at, REMINDERS.c.fired_at)
    return await rows(session, statement.order_by(moment, REMINDERS.c.id).limit(limit))


async def change(session: AsyncSession, user_id: str, reminder_id: int, values: Row) -> None:
    """Set columns of one reminder of the owner."""
    await session.execute(
        update(REMINDERS).where(REMINDERS.c.user_id == user_id, REMINDERS.c.id == reminder_id).values(values)
    )
