"""The filter of a list as SQL: one clause a parameter, in one table.

Clauses hold placeholders instead of values, so that a list statement is built once per combination of clauses (see
listing) and only its values differ from request to request. Every value name below is a parameter of the statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, func, not_, or_, select

from taskora.accounts.caller import Caller
from taskora.tasks import due
from taskora.tasks.journal import PROJECTS, TAGS, TASK_TAGS, TASKS
from taskora.tasks.query import FilterQuery
from taskora.tasks.schemas import MAX_ID, PRIORITY_RANK
from taskora.tasks.search import fold_name, like_pattern

_INBOX = {"inbox", "none"}

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition with placeholders, and where their values come from."""

    sql: ColumnElement[bool]
    values: Callable[[FilterQuery, Caller, datetime], Values]


@dataclass(frozen=True, slots=True)
class Conditions:
    """The clauses of one query by name (which make the statement) and the values of their placeholders."""

    names: tuple[str, ...]
    values: Values

    def sql(self) -> list[ColumnElement[bool]]:
        """The conditions themselves."""
        return [clause_sql(name) for name in self.names]

    def but(self, name: str, **values: Any) -> "Conditions":
        """The same with one more clause."""
        return Conditions((*self.names, name), self.values | values)


OWNER = TASKS.c.user_id == bindparam("owner")

# A day without a time holds the instant at which it ended where its owner was then; they may have moved since. No two
# zones are further apart than this, so it bounds the instants to look at, and the index on them can be used.
_ANY_ZONE = timedelta(hours=27)

_DAY_ONLY, _TIMED = TASKS.c.due_time.is_(None), TASKS.c.due_time.is_not(None)

# Open and past: a day without a time is overdue after it ended where the caller is, a timed task after its instant.
_LATE = and_(
    TASKS.c.completed.is_(False),
    TASKS.c.due_at < bindparam("now_anywhere"),
    or_(
        and_(_DAY_ONLY, TASKS.c.due_date < bindparam("today")),
        and_(_TIMED, TASKS.c.due_at < bindparam("now")),
    ),
)
_TAGGED = TASKS.c.id.in_(
    select(TASK_TAGS.c.task_id)
    .join(TAGS, TAGS.c.id == TASK_TAGS.c.tag_id)
    .where(TAGS.c.user_id == bindparam("owner"), TAGS.c.name_key.in_(bindparam("tags", expanding=True)))
)
_IN_PROJECTS = TASKS.c.project_id.in_(
    select(PROJECTS.c.id).where(
        PROJECTS.c.user_id == bindparam("owner"),
        or_(
            PROJECTS.c.name_key.in_(bindparam("project_names", expanding=True)),
            PROJECTS.c.id.in_(bindparam("project_ids", expanding=True)),
        ),
    )
)


def _late_values(_query: FilterQuery, caller: Caller, now: datetime) -> Values:
    return {"today": due.today(now, caller.timezone), "now": now, "now_anywhere": now + _ANY_ZONE}


def _project_values(query: FilterQuery, _caller: Caller, _now: datetime) -> Values:
    numbers = [word for word in query.project if word.isascii() and word.isdigit()]
    return {
        "project_names": [fold_name(word) for word in query.project],
        "project_ids": [int(word) for word in numbers if 0 < int(word) <= MAX_ID],
    }


def _before_values(query: FilterQuery, caller: Caller, _now: datetime) -> Values:
    assert query.due_before is not None
    end = due.end_of_day(query.due_before, caller.timezone)
    return {"last_day": query.due_before, "last_instant": end, "last_anywhere": end + _ANY_ZONE}


def _after_values(query: FilterQuery, caller: Caller, _now: datetime) -> Values:
    assert query.due_after is not None
    start = due.start_of_day(query.due_after, caller.timezone)
    return {"first_day": query.due_after, "first_instant": start, "first_anywhere": start - _ANY_ZONE}


_CLAUSES: dict[str, Clause] = {
    "priority": Clause(
        TASKS.c.priority.in_(bindparam("priorities", expanding=True)),
        lambda query, _caller, _now: {"priorities": [PRIORITY_RANK[name] for name in query.priority]},
    ),
    "tags": Clause(_TAGGED, lambda query, _caller, _now: {"tags": [fold_name(name) for name in query.tags]}),
    "project": Clause(_IN_PROJECTS, _project_values),
    "project or inbox": Clause(or_(_IN_PROJECTS, TASKS.c.project_id.is_(None)), _project_values),
    "due_before": Clause(
        and_(
            TASKS.c.due_at < bindparam("last_anywhere"),
            or_(
                and_(_DAY_ONLY, TASKS.c.due_date <= bindparam("last_day")),
                and_(_TIMED, TASKS.c.due_at < bindparam("last_instant")),
            ),
        ),
        _before_values,
    ),
    "due_after": Clause(
        and_(
            TASKS.c.due_at > bindparam("first_anywhere"),
            or_(
                and_(_DAY_ONLY, TASKS.c.due_date >= bindparam("first_day")),
                and_(_TIMED, TASKS.c.due_at >= bindparam("first_instant")),
            ),
        ),
        _after_values,
    ),
    "overdue": Clause(_LATE, _late_values),
    "not overdue": Clause(not_(func.coalesce(_LATE, false())), _late_values),
}


@cache
def clause_sql(name: str) -> ColumnElement[bool]:
    """The condition of that name; `word N` and `ids` are made on demand."""
    if name.startswith("word "):
        return TASKS.c.search_text.like(bindparam(f"word_{name[5:]}"), escape="\\")
    if name == "ids":
        return TASKS.c.id.in_(bindparam("ids", expanding=True))
    return _CLAUSES[name].sql


def conditions_of(caller: Caller, query: FilterQuery, now: datetime) -> Conditions:
    """The filter of a query, without its status and its search words."""
    names = [name for name in ("priority", "tags", "due_before", "due_after") if getattr(query, name)]
    if query.project:
        wants_inbox = _INBOX.intersection(fold_name(word) for word in query.project)
        names.append("project or inbox" if wants_inbox else "project")
    if query.overdue is not None:
        names.append("overdue" if query.overdue else "not overdue")
    values: Values = {"owner": caller.user_id}
    for name in names:
        values |= _CLAUSES[name].values(query, caller, now)
    return Conditions(tuple(names), values)


def with_words(conditions: Conditions, words: Sequence[str]) -> Conditions:
    """The same for tasks that hold every word somewhere in their text."""
    for number, word in enumerate(words):
        conditions = conditions.but(f"word {number}", **{f"word_{number}": like_pattern(word)})
    return conditions
