"""Lists of tasks: the filter as SQL, pages by keyset, search with a second chance for typos.

A page is cut from at most four ranges (pending / completed, with / without a sort value); each walks one index from the
cursor on and stops after a page, so the size of the list doesn't matter. Empty sort values come last in both
directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.pages import decode_cursor, encode_cursor
from taskora.tasks import due, repository, totals
from taskora.tasks.journal import PROJECTS, TAGS, TASK_TAGS, TASKS
from taskora.tasks.presentation import present
from taskora.tasks.query import (
    CURSOR_LENGTH,
    SORTINGS,
    FilterQuery,
    Position,
    SortBy,
    Status,
    TaskQuery,
    cursor_values,
    read_cursor,
)
from taskora.tasks.schemas import MAX_ID, PRIORITY_RANK, TaskOut, TaskPage
from taskora.tasks.search import fold, fold_name, like_pattern, rank, words_of

_STATES = {Status.ALL: (False, True), Status.PENDING: (False,), Status.COMPLETED: (True,)}
# How many tasks the typo-tolerant search looks through (the newest ones), and how many it shows.
_FUZZY_LOOKS = 5_000
_FUZZY_SHOWS = 200
_INBOX = {"inbox", "none"}


@dataclass(frozen=True, slots=True)
class Match:
    """A task that was found by words; `score` is 0 to 100."""

    task: TaskOut
    score: float


async def list_tasks(session: AsyncSession, caller: Caller, query: TaskQuery) -> TaskPage:
    """One page of the caller's tasks. Raises Invalid for a cursor that isn't one of this list."""
    after = read_cursor(query, decode_cursor(query.cursor, CURSOR_LENGTH)) if query.cursor else None
    conditions = filter_conditions(caller, query, clock.now())
    words = words_of(query.search) if query.search else []
    fuzzy = after is not None and after.fuzzy
    if not fuzzy:
        found = await _page(session, caller, query, [*conditions, *_substring(words)], after)
        fuzzy = bool(words) and not found and after is None
    ids: list[int] = []
    if fuzzy:
        ids = [task_id for task_id, _ in await _fuzzy(session, caller, query.status, conditions, words)]
        found = await _page(session, caller, query, [*conditions, TASKS.c.id.in_(ids)], after) if ids else []
    more = len(found) > query.limit
    found = found[: query.limit]
    cursor = None
    if more:
        last = found[-1]
        cursor = encode_cursor(cursor_values(query, last[SORTINGS[query.sort].column.name], last["id"], fuzzy))
    total = (
        len(ids)
        if fuzzy
        else await _total(session, caller, query, [*conditions, *_substring(words)], found, after, more)
    )
    return TaskPage(items=await present(session, caller.user_id, found), next_cursor=cursor, total=total)


async def find_tasks(
    session: AsyncSession, caller: Caller, words: str, *, limit: int = 10, status: Status = Status.ALL
) -> list[Match]:
    """The tasks that answer the words best, typos forgiven, best first (newer first among equals)."""
    wanted = words_of(words)
    if not wanted:
        return []
    best = dict((await _fuzzy(session, caller, status, [], wanted))[:limit])
    statement = repository.with_project().where(TASKS.c.user_id == caller.user_id, TASKS.c.id.in_(list(best)))
    rows = {row["id"]: row for row in await repository.rows(session, statement)}
    tasks = await present(session, caller.user_id, [rows[task_id] for task_id in best if task_id in rows])
    return [Match(task, best[task.id]) for task in tasks]


def filter_conditions(caller: Caller, query: FilterQuery, now: datetime) -> list[ColumnElement[bool]]:
    """The filter as SQL, without owner, status and search words."""
    zone = caller.timezone
    conditions: list[ColumnElement[bool]] = []
    if query.priority:
        conditions.append(TASKS.c.priority.in_([PRIORITY_RANK[name] for name in query.priority]))
    if query.tags:
        tagged = (
            select(TASK_TAGS.c.task_id)
            .join(TAGS, TAGS.c.id == TASK_TAGS.c.tag_id)
            .where(TAGS.c.user_id == caller.user_id, TAGS.c.name_key.in_([fold_name(name) for name in query.tags]))
        )
        conditions.append(TASKS.c.id.in_(tagged))
    if query.project:
        conditions.append(_in_projects(caller.user_id, query.project))
    if query.due_before is not None:
        conditions.append(
            or_(
                and_(TASKS.c.due_time.is_(None), TASKS.c.due_date <= query.due_before),
                and_(TASKS.c.due_time.is_not(None), TASKS.c.due_at < due.end_of_day(query.due_before, zone)),
            )
        )
    if query.due_after is not None:
        conditions.append(
            or_(
                and_(TASKS.c.due_time.is_(None), TASKS.c.due_date >= query.due_after),
                and_(TASKS.c.due_time.is_not(None), TASKS.c.due_at >= due.start_of_day(query.due_after, zone)),
            )
        )
    if query.overdue is not None:
        late = overdue_condition(now, zone)
        conditions.append(late if query.overdue else not_(func.coalesce(late, false())))
    return conditions


def overdue_condition(now: datetime, zone: str) -> ColumnElement[bool]:
    """Open and past: a day without a time is overdue after it ended in `zone`, a timed task after its instant."""
    return and_(
        TASKS.c.completed.is_(False),
        or_(
            and_(TASKS.c.due_time.is_(None), TASKS.c.due_date < due.today(now, zone)),
            and_(TASKS.c.due_time.is_not(None), TASKS.c.due_at < now),
        ),
    )


def _in_projects(user_id: str, wanted: Sequence[str]) -> ColumnElement[bool]:
    ids = [int(word) for word in wanted if word.isascii() and word.isdigit() and 0 < int(word) <= MAX_ID]
    keys = [fold_name(word) for word in wanted]
    named = select(PROJECTS.c.id).where(
        PROJECTS.c.user_id == user_id, or_(PROJECTS.c.name_key.in_(keys), PROJECTS.c.id.in_(ids))
    )
    chosen = TASKS.c.project_id.in_(named)
    return or_(chosen, TASKS.c.project_id.is_(None)) if _INBOX.intersection(keys) else chosen


def _substring(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [TASKS.c.search_text.like(like_pattern(word), escape="\\") for word in words]


async def _page(
    session: AsyncSession,
    caller: Caller,
    query: TaskQuery,
    conditions: Sequence[ColumnElement[bool]],
    after: Position | None,
) -> list[dict[str, Any]]:
    """The rows after the position, one more than the page holds when there is more."""
    sorting = SORTINGS[query.sort]
    column, down = sorting.column, query.descending
    ranges = []
    for state in _STATES[query.status]:
        for empty in (False, True) if sorting.nullable else (False,):
            if not empty and after is not None and after.value is None:
                continue  # the tasks with a sort value lie behind us
            where = [TASKS.c.user_id == caller.user_id, TASKS.c.completed.is_(state), *conditions]
            if sorting.nullable:
                where.append(column.is_(None) if empty else column.is_not(None))
            if after is not None and (after.value is None) == empty:
                place, bound = (TASKS.c.id, after.task_id) if empty else (tuple_(column, TASKS.c.id), _bound(after))
                where.append(place < bound if down else place > bound)
            order = (TASKS.c.id,) if empty else (column, TASKS.c.id)
            part = select(TASKS.c.id).where(*where).order_by(*(_directed(key, down) for key in order))
            ranges.append(select(part.limit(query.limit + 1).subquery().c.id))
    ids = union_all(*ranges) if len(ranges) > 1 else ranges[0]
    order_by = [_directed(column, down), _directed(TASKS.c.id, down)]
    if sorting.nullable:
        order_by.insert(0, column.is_(None))
    statement = repository.with_project().where(TASKS.c.id.in_(ids)).order_by(*order_by).limit(query.limit + 1)
    if query.sort is SortBy.TITLE:
        statement = statement.add_columns(TASKS.c.title_key)
    return await repository.rows(session, statement)


def _bound(after: Position) -> Any:
    return tuple_(after.value, after.task_id)


def _directed(column: ColumnElement[Any], down: bool) -> ColumnElement[Any]:
    return column.desc() if down else column.asc()


async def _total(
    session: AsyncSession,
    caller: Caller,
    query: TaskQuery,
    conditions: Sequence[ColumnElement[bool]],
    found: list[Any],
    after: Position | None,
    more: bool,
) -> int:
    """How many tasks match: known from the running totals, from a list that fits its first page, or counted."""
    if not conditions:
        pending, completed = await totals.read(session, caller.user_id)
        return {Status.ALL: pending + completed, Status.PENDING: pending, Status.COMPLETED: completed}[query.status]
    if after is None and not more:
        return len(found)
    statement = counting(caller, query, clock.now())
    return int((await session.execute(statement)).scalar_one())


def counting(caller: Caller, query: FilterQuery, now: datetime) -> Select[Any]:
    """How many tasks pass the filter, as a statement; search words as substrings only."""
    conditions = filter_conditions(caller, query, now) + _substring(words_of(query.search) if query.search else [])
    state = or_(*(TASKS.c.completed.is_(state) for state in _STATES[query.status]))
    return select(func.count()).select_from(TASKS).where(TASKS.c.user_id == caller.user_id, state, *conditions)


async def _fuzzy(
    session: AsyncSession,
    caller: Caller,
    status: Status,
    conditions: Sequence[ColumnElement[bool]],
    words: list[str],
) -> list[tuple[int, float]]:
    """(id, score) of the best answers among the newest tasks that pass the filter."""
    looked: list[tuple[int, str]] = []
    for state in _STATES[status]:
        statement = (
            select(TASKS.c.id, TASKS.c.title_key, TASKS.c.search_text)
            .where(TASKS.c.user_id == caller.user_id, TASKS.c.completed.is_(state), *conditions)
            .order_by(TASKS.c.created_at.desc(), TASKS.c.id.desc())
            .limit(_FUZZY_LOOKS)
        )
        looked += [(row.id, row.search_text) for row in await session.execute(statement)]
    return rank(words, looked)[:_FUZZY_SHOWS]


__all__ = ["Match", "filter_conditions", "find_tasks", "fold", "list_tasks", "overdue_condition"]
