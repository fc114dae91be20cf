"""Rate limits shared by every replica: fixed windows counted in the database.

Keys are stored as digests, so the table holds neither e-mails nor addresses. Expired rows are swept by `sweep`, which
the web application runs now and then.
"""

from datetime import timedelta

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from taskora.accounts.models import ThrottleCounter
from taskora.kit.clock import now
from taskora.kit.errors import RateLimited
from taskora.kit.ids import digest
from taskora.storage import Database


async def hit(database: Database, key: str, limit: int, window_seconds: int) -> None:
    """Count one event under `key`; at most `limit` are let through per window (0 switches the limit off).

    The window opens with the first event. Counting is its own short transaction, so a refused or failed request counts
    too.

    Raises:
        RateLimited: with the seconds until the window closes.
    """
    if limit <= 0:
        return
    instant = now()
    table = ThrottleCounter.__table__
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    over = ThrottleCounter.resets_at <= instant
    statement = (
        insert(ThrottleCounter)
        .values(key_digest=digest(key), count=1, resets_at=instant + timedelta(seconds=window_seconds))
        .on_conflict_do_update(
            index_elements=[table.c.key_digest],
            set_={
                "count": case((over, 1), else_=ThrottleCounter.count + 1),
                "resets_at": case((over, instant + timedelta(seconds=window_seconds)), else_=ThrottleCounter.resets_at),
            },
        )
        .returning(ThrottleCounter.count, ThrottleCounter.resets_at)
    )
    async with database.write() as session:
        count, resets_at = (await session.execute(statement)).one()
    if count > limit:
        raise RateLimited(int((resets_at - instant).total_seconds()) + 1)


async def forget(database: Database, key: str) -> None:
    """Start the window of `key` anew, e.g. after the right password."""
    async with database.write() as session:
        await session.execute(delete(ThrottleCounter).where(ThrottleCounter.key_digest == digest(key)))


async def sweep(database: Database) -> None:
    """Drop the windows that are over."""
    async with database.write() as session:
        await session.execute(delete(ThrottleCounter).where(ThrottleCounter.resets_at <= now()))
