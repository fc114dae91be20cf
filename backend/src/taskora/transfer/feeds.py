"""The secret calendar address: who knows it may read the dated tasks as a calendar, and nothing else.

The secret is stored as a digest and shown once. Making a new one ends the old one.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.ids import digest, new_secret
from taskora.storage.locks import lock_owner
from taskora.transfer import repository
from taskora.transfer.errors import FeedNotFound
from taskora.transfer.exporting import calendar_pieces
from taskora.transfer.repository import FEEDS

FeedKind = Literal["events", "todos"]

_PREFIX = "feed"
# Changes when the rendering does, so that calendars fetch anew after an update of ours.
_RENDERING = 1


async def created_at(session: AsyncSession, caller: Caller) -> datetime | None:
    """Since when the caller's address exists; None without one."""
    found = await repository.feed(session, caller.user_id)
    return found["created_at"] if found else None


async def rotate(session: AsyncSession, caller: Caller) -> tuple[str, datetime]:
    """Make a new address (the first one, or in place of the old one); the secret and its time."""
    await lock_owner(session, caller.user_id)
    await revoke(session, caller)
    secret, now = new_secret(_PREFIX), clock.now()
    row = {"user_id": caller.user_id, "secret_digest": digest(secret), "created_at": now}
    await session.execute(insert(FEEDS).values(row))
    return secret, now


async def revoke(session: AsyncSession, caller: Caller) -> None:
    """End the address; nothing happens when there is none."""
    await session.execute(delete(FEEDS).where(FEEDS.c.user_id == caller.user_id))


async def open_feed(session: AsyncSession, secret: str, kind: FeedKind) -> tuple[str, str]:
    """Whose feed it is, and the ETag of its present state. Raises FeedNotFound."""
    found = await repository.feed_by_digest(session, digest(secret))
    if found is None:
        raise FeedNotFound
    event, change = await repository.state_mark(session, found["user_id"])
    tag = digest(f"{found['secret_digest']} {kind} {event} {change} {_RENDERING}")[:32]
    return found["user_id"], f'"{tag}"'


async def render(session: AsyncSession, user_id: str, kind: FeedKind) -> bytes:
    """The calendar."""
    caller = Caller(user_id, frozenset())
    return b"".join([piece async for piece in calendar_pieces(session, caller, kind)])
