"""The manual order: positions are numbers with room between them, so that moving one task writes one row."""

from sqlalchemy import select, update

from taskora.tasks import repository
from taskora.tasks.errors import TaskNotFound
from taskora.tasks.journal import POSITION_STEP, TASKS, Journal
from taskora.tasks.schemas import Place

# Below this gap a double has no exact middle left that is safe to compare; about forty moves into the very same spot.
_SMALLEST_GAP = 1e-6


async def place(journal: Journal, wanted: Place, task_id: int) -> float:
    """The position next to another of the owner's tasks (`task_id` is the one that moves, 0 for a new one)."""
    position = await _between(journal, wanted, task_id)
    if position is None:
        await _spread(journal)
        position = await _between(journal, wanted, task_id)
    assert position is not None
    return position


async def _between(journal: Journal, wanted: Place, task_id: int) -> float | None:
    anchor_id = wanted.before if wanted.before is not None else wanted.after
    assert anchor_id is not None
    anchors = await repository.tasks_by_id(journal.session, journal.user_id, [anchor_id])
    if not anchors:
        raise TaskNotFound("The task to place it next to is not there any more.", details={"field": "position"})
    here: float = anchors[0]["position"]
    above = wanted.before is not None
    there = await repository.neighbour_position(journal.session, journal.user_id, here, task_id, above=above)
    if there is None:
        return here - POSITION_STEP if above else here + POSITION_STEP
    return None if abs(here - there) < _SMALLEST_GAP else (here + there) / 2


async def _spread(journal: Journal) -> None:
    """Give all tasks of the owner whole steps again. The order stays, so this is no change of its own to undo."""
    statement = select(TASKS.c.id).where(TASKS.c.user_id == journal.user_id).order_by(TASKS.c.position, TASKS.c.id)
    ids = (await journal.session.execute(statement)).scalars().all()
    for number, task_id in enumerate(ids, start=1):
        await journal.session.execute(
            update(TASKS)
            .where(TASKS.c.id == task_id, TASKS.c.user_id == journal.user_id)
            .values(position=number * POSITION_STEP)
        )
