"""One owner's writes, one after the other.

Everything that a person owns is changed under this lock, so that check-then-write is safe (a double click completes a
repeating task once), two bulk changes can't deadlock, and one person's event ids are in commit order. SQLite has a
single writer already; PostgreSQL takes an advisory lock that ends with the transaction. Different owners never wait
for each other (a hash collision would cost a wait, not correctness).
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_TAKEN = "owner_locks"
_ADVISORY = text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))")


async def lock_owner(session: AsyncSession, user_id: str) -> None:
    """Wait until no other transaction writes for `user_id`; held until this one ends. Asking twice costs nothing."""
    taken: set[str] = session.info.setdefault(_TAKEN, set())
    if user_id in taken:
        return
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_ADVISORY, {"owner": user_id})
    taken.add(user_id)
