"""Reading this feature's tables. Every question names the owner; an id of somebody else's finds nothing.

Writing goes through the journal. Rows travel as plain dicts.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, String, bindparam, func, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.storage import Timestamp
from taskora.tasks.journal import CHANGES, FILTERS, PROJECTS, REMINDERS, TAGS, TASK_TAGS, TASKS, Row

# SQLite takes 32,766 parameters at most, asyncpg 32,767.
_CHUNK = 5_000

TASK_COLUMNS = [column for column in TASKS.c if column.name not in ("search_text", "title_key")]
_TASK_WITH_PROJECT = select(*TASK_COLUMNS, PROJECTS.c.name.label("project_name")).select_from(
    TASKS.outerjoin(PROJECTS, PROJECTS.c.id == TASKS.c.project_id)
)


def with_project() -> Select[Any]:
    """Tasks with the name of their project (`project_name`), without the search columns."""
    return _TASK_WITH_PROJECT


async def rows(session: AsyncSession, statement: Select[Any], values: dict[str, Any] | None = None) -> list[Row]:
    """The statement's rows as dicts; `values` fill its placeholders."""
    result = await session.execute(statement, values)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


async def tasks_by_id(session: AsyncSession, user_id: str, ids: Sequence[int]) -> list[Row]:
    """Whole task rows (every column) in the order of `ids`; ids that aren't the owner's are left out."""
    found: dict[int, Row] = {}
    for part in _chunks(ids):
        statement = select(TASKS).where(TASKS.c.user_id == user_id, TASKS.c.id.in_(part))
        found.update({row["id"]: row for row in await rows(session, statement)})
    return [found[task_id] for task_id in dict.fromkeys(ids) if task_id in found]


_TOP = select(
    *(
        select(func.max(TASKS.c.position))
        .where(TASKS.c.user_id == bindparam("owner"), TASKS.c.completed.is_(state))
        .scalar_subquery()
        for state in (False, True)
    )
)


async def top_position(session: AsyncSession, user_id: str) -> float:
    """The greatest position among the owner's tasks, 0 without any (two index look-ups)."""
    pending, completed = (await session.execute(_TOP, {"owner": user_id})).one()
    return max(pending or 0.0, completed or 0.0)


async def neighbour_position(
    session: AsyncSession, user_id: str, position: float, task_id: int, *, above: bool
) -> float | None:
    """The position next to `position` on that side, leaving `task_id` itself out; None at the end of the list."""
    column = TASKS.c.position
    pick, beyond = (func.max(column), column < position) if above else (func.min(column), column > position)
    nearest: list[float] = []
    for state in (False, True):
        where = (TASKS.c.user_id == user_id, TASKS.c.completed.is_(state), beyond, TASKS.c.id != task_id)
        value = (await session.execute(select(pick).where(*where))).scalar_one()
        if value is not None:
            nearest.append(value)
    if not nearest:
        return None
    return max(nearest) if above else min(nearest)


# Both kinds of rows that hang on a task, in one statement: a list is read with two, whatever is on its tasks.
_HANGING = union_all(
    select(
        TASK_TAGS.c.task_id,
        TAGS.c.name,
        null().cast(Integer).label("offset_minutes"),
        null().cast(Timestamp).label("at"),
        TASK_TAGS.c.rank.cast(BigInteger).label("place"),
    )
    .join(TAGS, TAGS.c.id == TASK_TAGS.c.tag_id)
    .where(TASK_TAGS.c.task_id.in_(bindparam("ids", expanding=True)), TAGS.c.user_id == bindparam("owner")),
    select(
        REMINDERS.c.task_id,
        null().cast(String),
        REMINDERS.c.offset_minutes,
        REMINDERS.c.at,
        REMINDERS.c.id.cast(BigInteger),
    ).where(REMINDERS.c.user_id == bindparam("owner"), REMINDERS.c.task_id.in_(bindparam("ids", expanding=True))),
).order_by("task_id", "place")


async def hanging(
    session: AsyncSession, user_id: str, task_ids: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[Row]]]:
    """The tag names and the reminders (`offset_minutes`, `at`) of each task, in the order written."""
    tags: dict[int, list[str]] = {}
    reminders: dict[int, list[Row]] = {}
    for part in _chunks(task_ids):
        for task_id, name, offset, at, _place in await session.execute(_HANGING, {"ids": part, "owner": user_id}):
            if name is None:
                reminders.setdefault(task_id, []).append({"offset_minutes": offset, "at": at})
            else:
                tags.setdefault(task_id, []).append(name)
    return tags, reminders


async def tag_links(session: AsyncSession, user_id: str, task_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The task_tags rows of each task, in order."""
    links: dict[int, list[Row]] = {}
    for part in _chunks(task_ids):
        statement = (
            select(TASK_TAGS)
            .join(TASKS, TASKS.c.id == TASK_TAGS.c.task_id)
            .where(TASK_TAGS.c.task_id.in_(part), TASKS.c.user_id == user_id)
            .order_by(TASK_TAGS.c.task_id, TASK_TAGS.c.rank)
        )
        for link in await rows(session, statement):
            links.setdefault(link["task_id"], []).append(link)
    return links


async def links_of_tag(session: AsyncSession, user_id: str, tag_id: int) -> list[Row]:
    """Every task_tags row of one of the owner's tags."""
    statement = (
        select(TASK_TAGS)
        .join(TAGS, TAGS.c.id == TASK_TAGS.c.tag_id)
        .where(TASK_TAGS.c.tag_id == tag_id, TAGS.c.user_id == user_id)
    )
    return await rows(session, statement)


_REMINDERS = (
    select(REMINDERS)
    .where(REMINDERS.c.user_id == bindparam("owner"), REMINDERS.c.task_id.in_(bindparam("ids", expanding=True)))
    .order_by(REMINDERS.c.task_id, REMINDERS.c.id)
)


async def reminders_of(session: AsyncSession, user_id: str, task_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The reminder rows of each task, in the order in which they were made."""
    found: dict[int, list[Row]] = {}
    for part in _chunks(task_ids):
        for row in await rows(session, _REMINDERS, {"ids": part, "owner": user_id}):
            found.setdefault(row["task_id"], []).append(row)
    return found


async def tags_by_key(session: AsyncSession, user_id: str, keys: Collection[str]) -> dict[str, Row]:
    """The owner's tags by folded name."""
    if not keys:
        return {}
    statement = select(TAGS).where(TAGS.c.user_id == user_id, TAGS.c.name_key.in_(list(keys)))
    return {row["name_key"]: row for row in await rows(session, statement)}


async def projects_by_key(session: AsyncSession, user_id: str, keys: Collection[str]) -> dict[str, Row]:
    """The owner's projects by folded name."""
    if not keys:
        return {}
    statement = select(PROJECTS).where(PROJECTS.c.user_id == user_id, PROJECTS.c.name_key.in_(list(keys)))
    return {row["name_key"]: row for row in await rows(session, statement)}


async def projects_by_id(session: AsyncSession, user_id: str, ids: Collection[int]) -> dict[int, Row]:
    """The owner's projects by id."""
    if not ids:
        return {}
    statement = select(PROJECTS).where(PROJECTS.c.user_id == user_id, PROJECTS.c.id.in_(list(ids)))
    return {row["id"]: row for row in await rows(session, statement)}


async def one(session: AsyncSession, table: Any, user_id: str, row_id: int) -> Row | None:
    """One tag, project, filter or change of the owner."""
    statement = select(table).where(table.c.user_id == user_id, table.c.id == row_id)
    found = await rows(session, statement)
    return found[0] if found else None


async def children(session: AsyncSession, user_id: str, parent_ids: Sequence[int]) -> dict[int, Row]:
    """The occurrence that follows each of the given tasks, where there is one."""
    statement = (
        select(TASKS)
        .where(TASKS.c.user_id == user_id, TASKS.c.parent_task_id.in_(list(parent_ids)))
        .order_by(TASKS.c.id)
    )
    return {row["parent_task_id"]: row for row in await rows(session, statement)}


async def projects(session: AsyncSession, user_id: str) -> list[Row]:
    """All projects in their order."""
    statement = select(PROJECTS).where(PROJECTS.c.user_id == user_id)
    return await rows(session, statement.order_by(PROJECTS.c.position, PROJECTS.c.id))


async def tags(session: AsyncSession, user_id: str) -> list[Row]:
    """All tags by name."""
    return await rows(session, select(TAGS).where(TAGS.c.user_id == user_id).order_by(TAGS.c.name_key))


async def filters(session: AsyncSession, user_id: str) -> list[Row]:
    """All saved filters in their order."""
    statement = select(FILTERS).where(FILTERS.c.user_id == user_id)
    return await rows(session, statement.order_by(FILTERS.c.position, FILTERS.c.id))


async def last_change(session: AsyncSession, user_id: str) -> Row | None:
    """The newest change that is neither an undo nor undone."""
    statement = (
        select(CHANGES)
        .where(CHANGES.c.user_id == user_id, CHANGES.c.undo_of.is_(None), CHANGES.c.undone_by.is_(None))
        .order_by(CHANGES.c.id.desc())
        .limit(1)
    )
    found = await rows(session, statement)
    return found[0] if found else None


def _chunks(ids: Iterable[int]) -> list[list[int]]:
    listed = list(ids)
    return [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]
