"""The period that a list question asks for: "what's due this week", "tasks for the next 3 days", "overdue", "in june".

The same day phrases as in tasks, read as stretches: a week runs from the locale's first weekday to its last, a
month is all of it, and the past may be asked for as well ("yesterday", "last week").
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from taskora.language.day_phrases import day_phrase, length
from taskora.language.days import Day, add_months, add_units, unit_bounds
from taskora.language.lexicon import MONTHS, TO_WORDS, WEEKDAYS
from taskora.language.line import Line, integer, unit
from taskora.language.moments import date_range
from taskora.language.reader import make_line
from taskora.language.reading import Period

_OVERDUE = frozenset({"overdue", "late", "missed"})
_PAST = frozenset({"last", "previous", "past"})
_OPEN_START = frozenset({"before", "until", "till", "by"})
_OPEN_END = frozenset({"after", "since", "from"})


def read_when(
    text: str, *, now: datetime, timezone: str, locale: str = "en-US", week_start: int | None = None
) -> Period | None:
    """The first period named anywhere in `text`, both ends inclusive, or None. Raises ZoneError only.

    `week_start` (Monday 0 … Sunday 6) goes before the locale's own.
    "overdue" has no start and ends yesterday (with `overdue` set, for a time of day may have passed today
    too); "before friday" has no start, "after friday" no end.
    """
    line = make_line(text, now, timezone, locale)
    if week_start is not None:
        line = replace(line, locale=replace(line.locale, week_start=week_start))
    for i in range(len(line)):
        if not line.tokens[i].opens:
            continue
        found = _period(line, i)
        if found and line.tokens[found[2] - 1].closes:
            start, end, j = found
            words = text[line.tokens[i].start : line.tokens[j - 1].end]
            return Period(start, end, words, overdue=line.word(i) in _OVERDUE or words.lower() == "past due")
    return None


_Stretch = tuple[date | None, date | None, int]


def _period(line: Line, i: int) -> _Stretch | None:
    word = line.word(i)
    yesterday = line.today - timedelta(days=1)
    if word in _OVERDUE or line.follows(i, "past", "due"):
        return None, yesterday, i + (2 if word == "past" else 1)
    if word in _OPEN_START and line.spaced(i + 1):
        inner = _period(line, i + 1)
        if inner and inner[0]:
            return None, inner[0] - timedelta(days=1) if word == "before" else inner[1], inner[2]
    if word in _OPEN_END and line.spaced(i + 1):
        return _after(line, i)
    return _past(line, i) or _stretch(line, i) or _named_days(line, i)


def _after(line: Line, i: int) -> _Stretch | None:
    ranged = date_range(line, i, lead="")
    if ranged and ranged[0].day and ranged[0].until_day:
        return ranged[0].day.date, ranged[0].until_day.date, ranged[1]
    inner = _period(line, i + 1)
    if inner is None or inner[0] is None:
        return None
    start = inner[1] + timedelta(days=1) if line.word(i) == "after" and inner[1] else inner[0]
    return start, None, inner[2]


def _past(line: Line, i: int) -> _Stretch | None:
    """ "yesterday", "last week", "the past 3 days", "last friday", "3 days ago"."""
    if line.word(i) == "yesterday":
        return line.today - timedelta(days=1), line.today - timedelta(days=1), i + 1
    ago = length(line, i)
    if ago and line.word(ago[3]) == "ago" and line.spaced(ago[3]):
        day = add_units(line.today, -ago[0], ago[1]) if ago[1] not in ("hour", "minute") else line.today
        return (day, day, ago[3] + 1) if day else None
    if line.word(i) not in _PAST or not line.spaced(i + 1):
        return None
    word = line.word(i + 1)
    if word in WEEKDAYS:
        day = line.today - timedelta(days=(line.today.weekday() - WEEKDAYS[word] - 1) % 7 + 1)
        return day, day, i + 2
    if word in MONTHS:
        year = line.today.year - (MONTHS[word] >= line.today.month)
        first = date(year, MONTHS[word], 1)
        return first, add_months(first, 1) - timedelta(days=1), i + 2
    count = integer(line, i + 1)
    entry = unit(line, count[1], short_ok=False) if count else unit(line, i + 1, short_ok=False)
    if entry is None:
        return None
    if count:
        first_day = add_units(line.today, -count[0], entry[0])
        return (first_day, line.today, entry[1]) if first_day and entry[0] not in ("hour", "minute") else None
    bounds = _bounds(line, entry[0], -1)
    return (*bounds, entry[1]) if bounds else None


def _bounds(line: Line, name: str, ahead: int) -> tuple[date, date] | None:
    if name == "week":
        start = (
            line.today - timedelta(days=(line.today.weekday() - line.locale.week_start) % 7) + timedelta(weeks=ahead)
        )
        return start, start + timedelta(days=6)
    return unit_bounds(line, name, ahead)


def _stretch(line: Line, i: int) -> _Stretch | None:
    """ "this week", "next month", "the next 3 days", "the weekend", "rest of the week"."""
    j = i + 1 if line.word(i) in ("the", "in", "within", "for") and line.spaced(i + 1) else i
    j = j + 1 if line.word(j) == "the" and line.spaced(j + 1) else j
    rest = (
        line.follows(j, "rest", "of", "the")
        or line.follows(j, "rest", "of", "this")
        or line.follows(j, "later", "this")
    )
    if rest is not None:
        bounds = _bounds(line, line.word(rest), 0)
        return (line.today, bounds[1], rest + 1) if bounds else None
    ahead = {"this": 0, "current": 0, "next": 1, "coming": 1, "upcoming": 1, "following": 1}.get(line.word(j))
    if line.word(j) == "weekend" and (j > i or line.word(i - 1) in ("at", "on", "over", "weekend")):
        ahead, j = 0, j - 1
    if ahead is None and line.word(j) in ("week", "month", "year") and j > i:
        ahead, j = 0, j - 1
    if ahead is None:
        return None
    count = integer(line, j + 1)
    entry = (
        unit(line, count[1], short_ok=False) if count and line.spaced(count[1]) else unit(line, j + 1, short_ok=False)
    )
    if entry is None or entry[0] in ("hour", "minute"):
        return None
    if count:
        last = add_units(line.today, count[0], entry[0])
        return (line.today, last, entry[1]) if last else None
    if entry[0] == "weekend" or ahead == 0 or line.word(j) in ("next", "following"):
        bounds = _bounds(line, entry[0], ahead)
    else:
        last = add_units(line.today, 1, entry[0])
        bounds = (line.today, last) if last else None
    return (*bounds, entry[1]) if bounds else None


def _named_days(line: Line, i: int) -> _Stretch | None:
    ranged = date_range(line, i, lead="")
    if ranged and ranged[0].day and ranged[0].until_day:
        return ranged[0].day.date, ranged[0].until_day.date, ranged[1]
    j = i
    if (line.word(i) in ("on", "for", "due", "at", "by") and line.spaced(i + 1)) or (
        line.word(i) == "in" and line.spaced(i + 1) and (line.word(i + 1) in MONTHS or line.word(i + 1) == "q")
    ):
        j = i + 1
    elif (
        line.word(i) in MONTHS
        and line.kind(i + 1) != "number"
        and line.word(i) in ("may", "march", "mar", "sep", "dec", "jan")
    ):
        return None
    if j > i:
        stretch = _stretch(line, j)
        if stretch:
            return stretch
    found = day_phrase(line, j)
    if found is None or (line.word(found[1]) in TO_WORDS and line.word(found[1]) != "to"):
        return None
    day: Day = found[0]
    if day.needs == "preposition" and day.last:
        return (
            _month_now_or_next(line, day),
            day.last if day.last.month != line.today.month else _end_of_month(line),
            found[1],
        )
    if day.last and day.needs in ("unit", "span", "stretch"):
        return min(day.date, day.last), day.last, found[1]
    return day.date, day.last or day.date, found[1]


def _month_now_or_next(line: Line, day: Day) -> date:
    """ "in november", asked in November, is this one."""
    return line.today.replace(day=1) if day.date.month == line.today.month else day.date


def _end_of_month(line: Line) -> date:
    return add_months(line.today.replace(day=1), 1) - timedelta(days=1)
