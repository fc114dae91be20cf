"""The running totals: how many pending and completed tasks a person has, so that no list has to count them."""

from sqlalchemy import Integer, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.tasks.models import TaskTotal

TOTALS: Table = TaskTotal.__table__  # type: ignore[assignment]

_READ = select(TOTALS.c.pending, TOTALS.c.completed).where(TOTALS.c.user_id == bindparam("owner"))

# The same beside the rows of a list (placeholder `owner`), which saves the list a statement.
COLUMNS = [
    select(column).where(TOTALS.c.user_id == bindparam("owner")).scalar_subquery().label(f"total_{column.name}")
    for column in (TOTALS.c.pending, TOTALS.c.completed)
]
_ADD = (
    update(TOTALS)
    .where(TOTALS.c.user_id == bindparam("owner"))
    .values(
        pending=TOTALS.c.pending + bindparam("more_pending", type_=Integer),
        completed=TOTALS.c.completed + bindparam("more_completed", type_=Integer),
    )
)


async def read(session: AsyncSession, user_id: str) -> tuple[int, int]:
    """(pending, completed) of one person."""
    row = (await session.execute(_READ, {"owner": user_id})).one_or_none()
    return (0, 0) if row is None else (row.pending, row.completed)


async def adjust(session: AsyncSession, user_id: str, moved: tuple[int, int]) -> None:
    """Add the differences; called under the owner's lock (storage.locks), so reading back is safe."""
    pending, completed = moved
    if not pending and not completed:
        return
    changed = await session.execute(_ADD, {"owner": user_id, "more_pending": pending, "more_completed": completed})
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        await session.execute(insert(TOTALS), {"user_id": user_id, "pending": pending, "completed": completed})
