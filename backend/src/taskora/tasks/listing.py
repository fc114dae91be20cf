"""Lists of tasks: pages by keyset, totals, search with a second chance for typos.

A page is cut from at most four ranges (pending / completed, with / without a sort value); each walks one index from the
cursor on and stops after a page, so the size of the list doesn't matter. Empty sort values come last in both
directions. Statements are built once per shape and kept, because building one costs more than running it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.pages import decode_cursor, encode_cursor
from taskora.tasks import repository, totals
from taskora.tasks.conditions import OWNER, Conditions, clause_sql, conditions_of, with_words
from taskora.tasks.journal import TASKS
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
from taskora.tasks.schemas import TaskOut, TaskPage
from taskora.tasks.search import rank, words_of

_STATES = {Status.ALL: (False, True), Status.PENDING: (False,), Status.COMPLETED: (True,)}
_TOTALS_OF = {
    Status.ALL: ("total_pending", "total_completed"),
    Status.PENDING: ("total_pending",),
    Status.COMPLETED: ("total_completed",),
}
# How many tasks the typo-tolerant search looks through (the newest ones), and how many it shows.
_FUZZY_LOOKS = 5_000
_FUZZY_SHOWS = 200
_STATEMENTS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Match:
    """A task that was found by words; `score` is 0 to 100."""

    task: TaskOut
    score: float


async def list_tasks(session: AsyncSession, caller: Caller, query: TaskQuery) -> TaskPage:
    """One page of the caller's tasks. Raises Invalid for a cursor that isn't one of this list."""
    after = read_cursor(query, decode_cursor(query.cursor, CURSOR_LENGTH)) if query.cursor else None
    filtered = conditions_of(caller, query, clock.now())
    words = words_of(query.search) if query.search else []
    conditions = with_words(filtered, words)
    fuzzy = after is not None and after.fuzzy
    found = [] if fuzzy else await _page(session, query, conditions, after)
    if words and not found and after is None:
        fuzzy = True
    if fuzzy:
        ids = [task_id for task_id, _ in await _fuzzy(session, query.status, filtered, words)]
        conditions = filtered.but("ids", ids=ids)
        found = await _page(session, query, conditions, after) if ids else []
    more = len(found) > query.limit
    found = found[: query.limit]
    cursor = None
    if more:
        last = found[-1]
        cursor = encode_cursor(cursor_values(query, last[SORTINGS[query.sort].column.name], last["id"], fuzzy))
    total = await _total(session, query.status, conditions, found, whole=after is None and not more)
    return TaskPage(items=await present(session, caller.user_id, found), next_cursor=cursor, total=total)


async def find_tasks(
    session: AsyncSession, caller: Caller, words: str, *, limit: int = 10, status: Status = Status.ALL
) -> list[Match]:
    """The tasks that answer the words best, typos forgiven, best first (newer first among equals)."""
    wanted = words_of(words)
    if not wanted:
        return []
    best = dict((await _fuzzy(session, status, Conditions((), {"owner": caller.user_id}), wanted))[:limit])
    statement = repository.with_project().where(TASKS.c.user_id == caller.user_id, TASKS.c.id.in_(list(best)))
    rows = {row["id"]: row for row in await repository.rows(session, statement)}
    tasks = await present(session, caller.user_id, [rows[task_id] for task_id in best if task_id in rows])
    return [Match(task, best[task.id]) for task in tasks]


async def _total(
    session: AsyncSession, status: Status, conditions: Conditions, found: list[dict[str, Any]], *, whole: bool
) -> int:
    """How many tasks match: the page itself when it is the whole list, the running totals that came with its rows when
    there are no conditions, or counted."""
    if whole:
        return len(found)
    if found and not conditions.names:
        return sum(found[0][name] for name in _TOTALS_OF[status])
    return await count(session, status, conditions)


async def count_matching(session: AsyncSession, caller: Caller, query: FilterQuery) -> int:
    """How many tasks a saved filter lists (its search words taken as they are)."""
    words = words_of(query.search) if query.search else []
    return await count(session, query.status, with_words(conditions_of(caller, query, clock.now()), words))


async def count(session: AsyncSession, status: Status, conditions: Conditions) -> int:
    """How many tasks match; without conditions the running totals know."""
    if not conditions.names:
        pending, completed = await totals.read(session, conditions.values["owner"])
        return {Status.ALL: pending + completed, Status.PENDING: pending, Status.COMPLETED: completed}[status]
    statement = _count_statement(status, conditions.names)
    return int((await session.execute(statement, conditions.values)).scalar_one())


@lru_cache(_STATEMENTS_KEPT)
def _count_statement(status: Status, names: tuple[str, ...]) -> Select[Any]:
    # Naming both states rather than none lets the database use the indexes, which begin with owner and state.
    states = TASKS.c.completed.in_(_STATES[status])
    return select(func.count()).select_from(TASKS).where(OWNER, states, *(clause_sql(name) for name in names))


async def _page(
    session: AsyncSession, query: TaskQuery, conditions: Conditions, after: Position | None
) -> list[dict[str, Any]]:
    """The rows after the position, one more than the page holds when there is more."""
    behind = None if after is None else "empty" if after.value is None else "value"
    statement = _page_statement(query.status, query.sort, query.descending, behind, conditions.names)
    values = conditions.values | {"page": query.limit + 1}
    if after is not None:
        values |= {"after_value": after.value, "after_id": after.task_id}
        if after.value is None:
            del values["after_value"]
    return await repository.rows(session, statement, values)


@lru_cache(_STATEMENTS_KEPT)
def _page_statement(
    status: Status, sort: SortBy, down: bool, behind: str | None, names: tuple[str, ...]
) -> Select[Any]:
    """The statement of a page. `behind` says where the last page ended: among the tasks with a sort value, among those
    without (`empty`), or nowhere (None)."""
    sorting = SORTINGS[sort]
    column, page = sorting.column, bindparam("page", type_=Integer)
    position = tuple_(bindparam("after_value", type_=column.type), bindparam("after_id", type_=TASKS.c.id.type))
    ranges = []
    for state in _STATES[status]:
        for empty in (False, True) if sorting.nullable else (False,):
            if behind == "empty" and not empty:
                continue
            where = [OWNER, TASKS.c.completed.is_(state), *(clause_sql(name) for name in names)]
            if sorting.nullable:
                where.append(column.is_(None) if empty else column.is_not(None))
            if behind == "value" and not empty:
                key = tuple_(column, TASKS.c.id)
                where.append(key < position if down else key > position)
            elif behind == "empty":
                last = bindparam("after_id", type_=TASKS.c.id.type)
                where.append(TASKS.c.id < last if down else TASKS.c.id > last)
            order = (TASKS.c.id,) if empty else (column, TASKS.c.id)
            part = select(TASKS.c.id).where(*where).order_by(*(_directed(key, down) for key in order))
            ranges.append(select(part.limit(page).subquery().c.id))
    ids = union_all(*ranges) if len(ranges) > 1 else ranges[0]
    order_by = [_directed(column, down), _directed(TASKS.c.id, down)]
    if sorting.nullable:
        order_by.insert(0, column.is_(None))
    statement = repository.with_project()
    if not names:
        statement = statement.add_columns(*totals.COLUMNS)
    if sort is SortBy.TITLE:
        statement = statement.add_columns(TASKS.c.title_key)
    return statement.where(TASKS.c.id.in_(ids)).order_by(*order_by).limit(page)


def _directed(column: ColumnElement[Any], down: bool) -> ColumnElement[Any]:
    return column.desc() if down else column.asc()


async def _fuzzy(
    session: AsyncSession, status: Status, conditions: Conditions, words: list[str]
) -> list[tuple[int, float]]:
    """(id, score) of the best answers among the newest tasks that pass the filter."""
    looked: list[tuple[int, str]] = []
    for state in _STATES[status]:
        statement = (
            select(TASKS.c.id, TASKS.c.search_text)
            .where(OWNER, TASKS.c.completed.is_(state), *conditions.sql())
            .order_by(TASKS.c.created_at.desc(), TASKS.c.id.desc())
            .limit(_FUZZY_LOOKS)
        )
        looked += [(row[0], row[1]) for row in await session.execute(statement, conditions.values)]
    return rank(words, looked)[:_FUZZY_SHOWS]
