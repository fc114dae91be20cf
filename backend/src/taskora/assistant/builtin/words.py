"""How the assistant says things: dates in words, tasks as numbered lines, lists of names. No ids, no codes."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from taskora.language import LanguageError, describe
from taskora.tasks.schemas import Due, TaskOut

SHOWN_MOST = 50
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def quoted(title: str) -> str:
    """A task's name in a sentence."""
    return f"“{title}”"


def clock_words(at: time) -> str:
    """ "5 PM", "9:30 AM"."""
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes} {'AM' if at.hour < 12 else 'PM'}"


def day_words(day: date, today: date) -> str:
    """ "today", "tomorrow", "on Friday", "on 21 June" (with the year when it isn't this one)."""
    distance = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(distance)
    if near is not None:
        return near
    if 1 < distance < 7:
        return f"on {_DAYS[day.weekday()]}"
    year = f" {day.year}" if day.year != today.year else ""
    return f"on {_DAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1]}{year}"


def due_words(due: Due | None, now: datetime, timezone: str) -> str:
    """When a task is due, in words, in the reader's zone; empty without a date."""
    if due is None:
        return ""
    zone = ZoneInfo(timezone)
    day, at = due.date, due.time
    if at is not None and due.timezone and due.timezone != timezone:
        local = datetime.combine(day, at, ZoneInfo(due.timezone)).astimezone(zone)
        day, at = local.date(), local.time()
    words = day_words(day, now.astimezone(zone).date())
    return f"{words} at {clock_words(at)}" if at is not None else words


def line(task: TaskOut, now: datetime, timezone: str) -> str:
    """One task in a list."""
    parts = []
    if task.due is not None and not task.completed:
        parts.append(f"due {due_words(task.due, now, timezone)}")
    if task.recurrence is not None:
        parts.append(repeat_words(task))
    if task.priority in ("high", "urgent", "low"):
        parts.append(f"{task.priority.value} priority" if task.priority != "urgent" else "urgent")
    if task.project is not None:
        parts.append(f"in {task.project.name}")
    if task.tags:
        parts.append(" ".join(f"#{tag}" for tag in task.tags))
    mark = "✓ " if task.completed else ""
    return f"{mark}{task.title}" + (f" — {', '.join(parts)}" if parts else "")


def repeat_words(task: TaskOut) -> str:
    """The repetition in English."""
    if task.recurrence is None:
        return ""
    try:
        return describe(task.recurrence.rrule, task.recurrence.from_, task.recurrence.exdates)
    except LanguageError:
        return "repeating"


def numbered(tasks: Sequence[TaskOut], now: datetime, timezone: str, total: int | None = None) -> str:
    """A numbered Markdown list; the numbers are what "the second one" and "task 2" mean afterwards."""
    rows = [f"{n}. {line(task, now, timezone)}" for n, task in enumerate(tasks[:SHOWN_MOST], start=1)]
    more = (len(tasks) if total is None else total) - len(rows)
    if more > 0:
        rows.append(f"\n…and {more} more.")
    return "\n".join(rows)


def names(tasks: Sequence[TaskOut], most: int = 5) -> str:
    """Names in a sentence: "“a”, “b” and “c”", "“a”, “b” and 7 more"."""
    titles = [quoted(task.title) for task in tasks]
    if len(titles) > most:
        return f"{', '.join(titles[: most - 1])} and {len(titles) - most + 1} more"
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def count(number: int, noun: str = "task") -> str:
    """ "1 task", "3 tasks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def sentence_case(title: str) -> str:
    """A title begins with a capital; names that are written otherwise on purpose ("iPhone", addresses) stay."""
    title = title.strip()
    first = title.split(" ", 1)[0]
    if not title or any(c.isupper() for c in first) or "://" in first or "@" in first:
        return title
    return title[0].upper() + title[1:]
