"""Cells to values: the words that other programs and people write for dates, priorities and being done.

`Cell` readers answer None when they don't understand, and the caller says so in the report; nothing is guessed
silently.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from taskora import language
from taskora.tasks.search import fold
from taskora.tasks.text import DESCRIPTION_MAX, TITLE_MAX
from taskora.transfer.portable import Reader

# Longer than any date that people write; keeps a hostile file from costing more than its size.
_MAX_MOMENT = 120

_PRIORITIES = {
    "urgent": ("urgent", "critical", "highest", "very high", "blocker", "p1", "1", "!!!", "asap", "immediate"),
    "high": ("high", "important", "major", "p2", "2", "!!"),
    "medium": ("medium", "normal", "moderate", "standard", "default", "p3", "3", "!", "none", "no", "no priority", ""),
    "low": ("low", "lowest", "minor", "trivial", "p4", "4", "someday"),
}
_PRIORITY_OF = {word: name for name, words in _PRIORITIES.items() for word in words}

_DONE = {
    True: ("true", "yes", "y", "x", "[x]", "1", "done", "completed", "complete", "closed", "finished", "resolved",
           "checked", "archived", "100", "100%", "✓", "✔", "☑", "✅"),
    False: ("false", "no", "n", "[ ]", "[]", "0", "0%", "", "open", "todo", "to do", "to-do", "pending", "new",
            "active", "not started", "not done", "incomplete", "in progress", "in-progress", "doing", "started",
            "waiting", "waiting on someone else", "deferred", "backlog", "blocked", "unchecked", "needs action",
            "needsaction", "☐"),
}  # fmt: skip
_IS_DONE = {word: state for state, words in _DONE.items() for word in words}

_SQUEEZE = re.compile(r"\s+")
_COVERED = re.compile(r"[\w!]")
_ISO_OFFSET = re.compile(r"([+-]\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a task is due and how it repeats, in the shape of the REST contract."""

    due: dict[str, str | None] | None
    recurrence: dict[str, object] | None = None


def key(text: str) -> str:
    """A word as these tables know it: folded, single blanks."""
    return _SQUEEZE.sub(" ", fold(text)).strip()


def priority(text: str) -> str | None:
    """A priority in words or as 1 (urgent) to 4 (low)."""
    return _PRIORITY_OF.get(re.sub(r"^(priority|prio)\s*", "", key(text)))


def done(text: str) -> bool | None:
    """Whether a status means that the task is completed."""
    word = key(text)
    if word in _IS_DONE:
        return _IS_DONE[word]
    if percent := re.fullmatch(r"(\d{1,3})(\.0+)?\s*%?", word):
        return int(percent[1]) >= 100
    # A date in a "completed" column says when it was done.
    return True if re.match(r"\d{4}-\d{2}-\d{2}", word) else None


def schedule(text: str, reader: Reader, zone: str | None = None) -> Schedule | None:
    """A date, a date with time, or a repetition in words; None when a part of the text isn't understood.

    ISO 8601 is read as it stands (with an offset it is an instant, shown on the clock of `zone`); everything else
    goes through the one parser, and every word must have been taken as part of the date.
    """
    cell = text.strip()
    if len(cell) > _MAX_MOMENT:
        return None
    return _schedule(cell, reader, zone or reader.timezone)


@lru_cache(maxsize=4096)
def _schedule(cell: str, reader: Reader, zone: str) -> Schedule | None:
    if not cell:
        return Schedule(None)
    moment = iso_moment(cell)
    if isinstance(moment, datetime):
        if moment.tzinfo is not None:
            moment = moment.astimezone(ZoneInfo(zone))
        return Schedule({"date": moment.date().isoformat(), "time": moment.strftime("%H:%M:%S"), "timezone": zone})
    if moment is not None:
        return Schedule({"date": moment.isoformat(), "time": None, "timezone": None})
    return _in_words(cell, reader, zone)


def _in_words(cell: str, reader: Reader, zone: str) -> Schedule | None:
    try:
        reading = language.read(cell, now=reader.now, timezone=zone, locale=reader.locale)
    except language.LanguageError:
        return None
    covered = [False] * len(cell)
    for span in reading.spans:
        if span.kind not in ("due", "time", "start", "deadline", "recurrence"):
            return None
        covered[span.start : span.end] = [True] * (span.end - span.start)
    if any(_COVERED.match(character) and not seen for character, seen in zip(cell, covered, strict=True)):
        return None
    when = reading.due or reading.deadline or reading.start
    if when is None:
        return None
    due: dict[str, str | None] = {"date": when.date.isoformat(), "time": None, "timezone": None}
    if when.time is not None:
        due |= {"time": when.time.strftime("%H:%M"), "timezone": when.timezone}
    if reading.rrule is None:
        return Schedule(due)
    exdates = [day.isoformat() for day in reading.exdates]
    return Schedule(due, {"rrule": reading.rrule, "exdates": exdates, "from": reading.recur_from})


def repetition(text: str, reader: Reader) -> dict[str, object] | None:
    """A repeat rule (RFC 5545, English, or a bare "weekly") in the shape of the REST contract."""
    cell = text.strip()
    if not cell or len(cell) > 500:
        return None
    try:
        if re.match(r"(RRULE:)?\s*\w+=", cell, re.IGNORECASE):
            return {"rrule": language.normalise_rrule(cell)}
        read = language.read_recurrence(cell, now=reader.now, timezone=reader.timezone, locale=reader.locale)
    except language.LanguageError:
        return None
    if read is None:
        return None
    return {"rrule": read.rrule, "exdates": [day.isoformat() for day in read.exdates], "from": read.recur_from}


def iso_moment(text: str) -> date | datetime | None:
    """An ISO 8601 date or date-time (blank or T between them, seconds and offset optional), years 1900 to 2999."""
    cell = _ISO_OFFSET.sub(r"\1:\2", text.strip())
    if not re.match(r"\d{4}-\d{2}-\d{2}", cell):
        return None
    try:
        moment: date | datetime = date.fromisoformat(cell) if len(cell) == 10 else datetime.fromisoformat(cell)
    except ValueError:
        return None
    if not 1900 <= moment.year <= 2999:
        return None
    return moment.replace(microsecond=0) if isinstance(moment, datetime) else moment


def instant(text: str, reader: Reader) -> datetime | None:
    """An instant of the past, such as a creation time: ISO 8601, without an offset on the person's own clock."""
    moment = iso_moment(text)
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - gets its zone in the next line
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(reader.timezone))


def zone(text: str) -> str | None:
    """An IANA zone name that exists."""
    name = text.strip()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
    return name


def fitted(title: str, description: str) -> tuple[str, str, list[str]]:
    """Title and description within their limits, and what had to be done to them.

    A title that is too long is cut between words, and the whole of it opens the description, so that nothing is lost.
    """
    changes = []
    line = _SQUEEZE.sub(" ", title).strip()
    text = description.strip()
    if len(line) > TITLE_MAX:
        text = f"{line}\n\n{text}".strip()
        line = line[: TITLE_MAX - 1].rsplit(" ", 1)[0][: TITLE_MAX - 1].rstrip() + "…"
        changes.append(f"the title is longer than {TITLE_MAX} characters; all of it is in the description")
    if len(text) > DESCRIPTION_MAX:
        text = text[: DESCRIPTION_MAX - 1].rstrip() + "…"
        changes.append(f"the description was cut to {DESCRIPTION_MAX:,} characters")
    return line, text, changes
