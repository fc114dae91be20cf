"""SQL of webhooks. What people ask names the owner; the dispatcher looks across all."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.events.models import Event
from taskora.events.webhooks.models import Webhook, WebhookDelivery

Row = dict[str, Any]

EVENTS: Table = Event.__table__  # type: ignore[assignment]
WEBHOOKS: Table = Webhook.__table__  # type: ignore[assignment]
DELIVERIES: Table = WebhookDelivery.__table__  # type: ignore[assignment]


async def _rows(session: AsyncSession, statement: Any) -> list[Row]:
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def listed(session: AsyncSession, user_id: str) -> list[Row]:
    """The owner's webhooks."""
    return await _rows(session, select(WEBHOOKS).where(WEBHOOKS.c.user_id == user_id).order_by(WEBHOOKS.c.id))


async def one(session: AsyncSession, user_id: str, webhook_id: int) -> Row | None:
    """One of the owner's webhooks."""
    statement = select(WEBHOOKS).where(WEBHOOKS.c.user_id == user_id, WEBHOOKS.c.id == webhook_id)
    found = await _rows(session, statement)
    return found[0] if found else None


async def add(session: AsyncSession, row: Row) -> int:
    """A new webhook; its id."""
    return int((await session.execute(insert(WEBHOOKS).values(row).returning(WEBHOOKS.c.id))).scalar_one())


async def change(session: AsyncSession, user_id: str, webhook_id: int, values: Row) -> None:
    """Set columns of one of the owner's webhooks."""
    where = (WEBHOOKS.c.user_id == user_id, WEBHOOKS.c.id == webhook_id)
    await session.execute(update(WEBHOOKS).where(*where).values(values))


async def remove(session: AsyncSession, user_id: str, webhook_id: int) -> None:
    """Delete one of the owner's webhooks with its deliveries."""
    await session.execute(delete(WEBHOOKS).where(WEBHOOKS.c.user_id == user_id, WEBHOOKS.c.id == webhook_id))


async def last_event_id(session: AsyncSession, user_id: str) -> int:
    """The newest event of the owner, 0 without any."""
    statement = select(func.max(EVENTS.c.id)).where(EVENTS.c.user_id == user_id)
    return (await session.execute(statement)).scalar_one() or 0


async def behind(session: AsyncSession, limit: int) -> list[Row]:
    """Active webhooks whose owner has events beyond the cursor (one index look-up each)."""
    newest = select(func.max(EVENTS.c.id)).where(EVENTS.c.user_id == WEBHOOKS.c.user_id).scalar_subquery()
    statement = select(WEBHOOKS.c.id, WEBHOOKS.c.user_id).where(WEBHOOKS.c.active, newest > WEBHOOKS.c.cursor)
    return await _rows(session, statement.order_by(WEBHOOKS.c.id).limit(limit))


async def events_after(session: AsyncSession, user_id: str, cursor: int, limit: int) -> list[Row]:
    """The owner's events beyond a cursor, in order."""
    statement = select(EVENTS).where(EVENTS.c.user_id == user_id, EVENTS.c.id > cursor)
    return await _rows(session, statement.order_by(EVENTS.c.id).limit(limit))


async def add_deliveries(session: AsyncSession, rows: Sequence[Row]) -> None:
    """New messages to send."""
    if rows:
        await session.execute(insert(DELIVERIES), list(rows))


async def pending_count(session: AsyncSession, webhook_id: int) -> int:
    """How many messages of a webhook wait."""
    statement = select(func.count()).where(DELIVERIES.c.webhook_id == webhook_id, DELIVERIES.c.status == "pending")
    return int((await session.execute(statement)).scalar_one())


async def due_webhooks(session: AsyncSession, now: datetime, busy: Collection[int], limit: int) -> list[int]:
    """Webhooks with messages to send now, leaving out those that are being served."""
    statement = select(DELIVERIES.c.webhook_id).where(DELIVERIES.c.next_attempt_at <= now)
    if busy:
        statement = statement.where(DELIVERIES.c.webhook_id.not_in(list(busy)))
    return list((await session.execute(statement.distinct().limit(limit))).scalars())


async def next_attempt_at(session: AsyncSession) -> datetime | None:
    """The instant of the next attempt to anybody."""
    statement = select(func.min(DELIVERIES.c.next_attempt_at)).where(DELIVERIES.c.next_attempt_at.is_not(None))
    found: datetime | None = (await session.execute(statement)).scalar_one()
    return found


async def claim(session: AsyncSession, webhook_id: int, now: datetime, until: datetime, limit: int) -> list[Row]:
    """Take the webhook's messages that are due, in order: nobody else sees them as due before `until`."""
    due = (
        select(DELIVERIES.c.id)
        .where(DELIVERIES.c.webhook_id == webhook_id, DELIVERIES.c.next_attempt_at <= now)
        .order_by(DELIVERIES.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has a single writer
    )
    ids = list((await session.execute(due)).scalars())
    if not ids:
        return []
    await session.execute(update(DELIVERIES).where(DELIVERIES.c.id.in_(ids)).values(next_attempt_at=until))
    target = (WEBHOOKS.c.url, WEBHOOKS.c.secret, WEBHOOKS.c.active)
    statement = select(DELIVERIES, *target).join(WEBHOOKS, WEBHOOKS.c.id == DELIVERIES.c.webhook_id)
    return await _rows(session, statement.where(DELIVERIES.c.id.in_(ids)).order_by(DELIVERIES.c.id))


async def release(session: AsyncSession, ids: Collection[int], at: datetime) -> None:
    """Give claimed messages back, to be tried at `at`."""
    if ids:
        where = (DELIVERIES.c.id.in_(list(ids)), DELIVERIES.c.status == "pending")
        await session.execute(update(DELIVERIES).where(*where).values(next_attempt_at=at))


async def finish(session: AsyncSession, delivery_id: int, values: Row) -> None:
    """Note what came of an attempt; a message that was cancelled meanwhile stays so."""
    where = and_(DELIVERIES.c.id == delivery_id, DELIVERIES.c.status == "pending")
    await session.execute(update(DELIVERIES).where(where).values(values))


async def note_success(session: AsyncSession, webhook_id: int, now: datetime) -> None:
    """The receiver took a message."""
    await session.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == webhook_id).values(last_success_at=now))


async def cancel_pending(session: AsyncSession, webhook_id: int, now: datetime) -> None:
    """Give up everything that waits."""
    where = (DELIVERIES.c.webhook_id == webhook_id, DELIVERIES.c.status == "pending")
    values = {"status": "cancelled", "next_attempt_at": None, "finished_at": now}
    await session.execute(update(DELIVERIES).where(*where).values(values))


async def deliveries(session: AsyncSession, user_id: str, webhook_id: int, limit: int) -> list[Row]:
    """The newest deliveries of one of the owner's webhooks, newest first."""
    statement = select(DELIVERIES).where(DELIVERIES.c.user_id == user_id, DELIVERIES.c.webhook_id == webhook_id)
    return await _rows(session, statement.order_by(DELIVERIES.c.id.desc()).limit(limit))


async def delivery(session: AsyncSession, user_id: str, webhook_id: int, delivery_id: int) -> Row | None:
    """One delivery of one of the owner's webhooks."""
    statement = select(DELIVERIES).where(
        DELIVERIES.c.user_id == user_id, DELIVERIES.c.webhook_id == webhook_id, DELIVERIES.c.id == delivery_id
    )
    found = await _rows(session, statement)
    return found[0] if found else None


async def retry(session: AsyncSession, user_id: str, delivery_id: int, now: datetime) -> None:
    """Let a delivery start over."""
    values = {"status": "pending", "attempts": 0, "next_attempt_at": now, "finished_at": None, "error": None}
    where = (DELIVERIES.c.user_id == user_id, DELIVERIES.c.id == delivery_id)
    await session.execute(update(DELIVERIES).where(*where).values(values))


async def prune(session: AsyncSession, before: datetime) -> None:
    """Drop finished deliveries of long ago."""
    await session.execute(delete(DELIVERIES).where(DELIVERIES.c.finished_at < before))
