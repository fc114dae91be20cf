"""The figures beside the lists: counts for the navigation, completed per day, what happened lately in words."""

from collections import Counter
from datetime import date, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.events.models import Event
from taskora.kit import clock
from taskora.kit.errors import Invalid
from taskora.kit.pages import decode_cursor, encode_cursor
from taskora.tasks import due, repository, totals
from taskora.tasks.journal import TAGS, TASK_TAGS, TASKS
from taskora.tasks.listing import count_matching
from taskora.tasks.query import FilterQuery, Status
from taskora.tasks.schemas import MAX_ID

UPCOMING_DAYS = 14
STATS_DAYS = 90


class Counts(BaseModel):
    """Open tasks per view. `today` holds the overdue ones too, `upcoming` the 14 days that begin today; `projects`,
    `tags`
    and `filters` are keyed by id (a project or tag that is missing has no open task; a filter counts what it lists)."""

    inbox: int
    today: int
    overdue: int
    upcoming: int
    all: int
    completed: int
    projects: dict[int, int]
    tags: dict[int, int]
    filters: dict[int, int]


class DayCount(BaseModel):
    """Tasks completed on one day of the caller's calendar."""

    date: date
    completed: int


class Stats(BaseModel):
    """`days` runs to today without gaps; `streak` counts the days in a row with something completed, up to today (a day
    that has only begun doesn't break it)."""

    days: list[DayCount]
    streak: int
    completed_today: int
    completed_total: int


class Activity(BaseModel):
    """One thing that happened, in words; undoing `change_id` takes it back."""

    id: int
    type: str
    task_id: int | None
    text: str
    change_id: int | None
    created_at: datetime


class ActivityPage(BaseModel):
    """What happened, newest first."""

    items: list[Activity]
    next_cursor: str | None
    total: int


async def counts(session: AsyncSession, caller: Caller) -> Counts:
    """How many open tasks each view holds."""
    today = due.today(clock.now(), caller.timezone)
    views = {
        "today": FilterQuery(status=Status.PENDING, due_before=today),
        "overdue": FilterQuery(status=Status.PENDING, overdue=True),
        "upcoming": FilterQuery(
            status=Status.PENDING, due_after=today, due_before=today + timedelta(days=UPCOMING_DAYS - 1)
        ),
    }
    in_views = {name: await count_matching(session, caller, query) for name, query in views.items()}
    mine = (TASKS.c.user_id == caller.user_id, TASKS.c.completed.is_(False))
    by_project = select(TASKS.c.project_id, func.count()).where(*mine, TASKS.c.project_id.is_not(None))
    projects = {row[0]: row[1] for row in await session.execute(by_project.group_by(TASKS.c.project_id))}
    by_tag = (
        select(TASK_TAGS.c.tag_id, func.count())
        .join(TAGS, TAGS.c.id == TASK_TAGS.c.tag_id)
        .join(TASKS, TASKS.c.id == TASK_TAGS.c.task_id)
        .where(TAGS.c.user_id == caller.user_id, *mine)
        .group_by(TASK_TAGS.c.tag_id)
    )
    tags = {row[0]: row[1] for row in await session.execute(by_tag)}
    pending, completed = await totals.read(session, caller.user_id)
    saved = await repository.filters(session, caller.user_id)
    return Counts(
        inbox=pending - sum(projects.values()),
        **in_views,
        all=pending,
        completed=completed,
        projects=projects,
        tags=tags,
        filters={
            row["id"]: await count_matching(session, caller, FilterQuery.model_validate(row["query"])) for row in saved
        },
    )


async def stats(session: AsyncSession, caller: Caller) -> Stats:
    """Completed tasks per day of the last 90 days, and the streak (which may reach further back)."""
    today = due.today(clock.now(), caller.timezone)
    first = today - timedelta(days=STATS_DAYS - 1)
    per_day = await _completed_per_day(session, caller, first, today)
    days = [first + timedelta(days=number) for number in range(STATS_DAYS)]
    _, completed = await totals.read(session, caller.user_id)
    return Stats(
        days=[DayCount(date=day, completed=per_day[day]) for day in days],
        streak=await _streak(session, caller, today, first, per_day),
        completed_today=per_day[today],
        completed_total=completed,
    )


async def _completed_per_day(session: AsyncSession, caller: Caller, first: date, last: date) -> Counter[date]:
    zone = due.zone_of(caller.timezone)
    statement = select(TASKS.c.completed_at).where(
        TASKS.c.user_id == caller.user_id,
        TASKS.c.completed.is_(True),
        TASKS.c.completed_at >= due.start_of_day(first, caller.timezone),
        TASKS.c.completed_at < due.end_of_day(last, caller.timezone),
    )
    return Counter(moment.astimezone(zone).date() for moment in (await session.execute(statement)).scalars())


async def _streak(session: AsyncSession, caller: Caller, today: date, first: date, per_day: Counter[date]) -> int:
    day = today if per_day[today] else today - timedelta(days=1)
    length = 0
    while per_day[day]:
        length += 1
        day -= timedelta(days=1)
        if day < first:
            first = day - timedelta(days=STATS_DAYS - 1)
            per_day = await _completed_per_day(session, caller, first, day)
    return length


async def activity(session: AsyncSession, caller: Caller, limit: int, cursor: str | None) -> ActivityPage:
    """What happened to the caller's data, newest first, a page at a time. Raises Invalid for a foreign cursor."""
    mine = Event.user_id == caller.user_id
    statement = select(Event).where(mine).order_by(Event.id.desc()).limit(limit + 1)
    if cursor is not None:
        (before,) = decode_cursor(cursor, 1)
        if isinstance(before, bool) or not isinstance(before, int) or not 0 < before <= MAX_ID:
            raise Invalid("The cursor is not valid. Start again without one.", field="cursor")
        statement = statement.where(Event.id < before)
    rows = list((await session.execute(statement)).scalars())
    total = (await session.execute(select(func.count()).select_from(Event).where(mine))).scalar_one()
    page = rows[:limit]
    return ActivityPage(
        items=[
            Activity(
                id=row.id,
                type=row.type,
                task_id=row.task_id,
                text=in_words(row),
                change_id=row.payload.get("change_id"),
                created_at=row.created_at,
            )
            for row in page
        ],
        next_cursor=encode_cursor([page[-1].id]) if len(rows) > limit else None,
        total=total,
    )


_VERBS = {"created": "Added", "updated": "Changed", "deleted": "Deleted", "completed": "Completed"}
_SPECIAL = {"task.recurred": "Planned the next “{title}”", "reminder": "Reminded of “{title}”"}
_FIELD_WORDS = {
    "due": "due date",
    "parent_task_id": "origin",
    "rank": "order",
    "position": "place",
    "completed": "state",
}


def in_words(event: Event) -> str:
    """One event as a short sentence."""
    title = str(event.payload.get("title") or event.payload.get("name") or "something")
    if event.type in _SPECIAL:
        return _SPECIAL[event.type].format(title=title)
    noun, _, what = event.type.partition(".")
    fields = event.payload.get("fields", [])
    if what == "updated" and "completed" in fields:
        return f"Reopened “{title}”"
    if what == "updated" and fields:
        words = [_FIELD_WORDS.get(name, name) for name in fields]
        return f"Changed the {_joined(words)} of “{title}”"
    named = f"“{title}”" if noun == "task" else f"the {noun} “{title}”"
    return f"{_VERBS.get(what, 'Changed')} {named}"


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
