"""Phrases that name a day, all of them: the single words, "next friday", "in 3 days", "a week from tuesday",
and the dates of `dates`. `day_phrase` answers the longest that fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from taskora.language.dates import (
    day_month,
    day_of_month,
    edge_phrase,
    feast_phrase,
    month_day,
    month_phrase,
    nth_of_phrase,
    numeric_date,
    quarter_phrase,
)
from taskora.language.days import (
    CERTAIN,
    LIKELY,
    WEAK,
    Day,
    Found,
    add_months,
    add_units,
    end_of_week,
    make_date,
    rolled,
    unit_bounds,
    week_monday,
)
from taskora.language.lexicon import (
    AMBIGUOUS_WEEKDAYS,
    MONTHS,
    NEXT,
    THIS,
    TODAY,
    TOMORROW,
    TONIGHT,
    WEEKDAYS,
)
from taskora.language.line import Line, amount, integer, unit


def _today(line: Line, i: int) -> Found:
    if line.word(i) in TODAY:
        return Day(line.today), i + 1
    return (Day(line.today, part="night"), i + 1) if line.word(i) in TONIGHT else None


def _tomorrow(line: Line, i: int) -> Found:
    return (Day(line.today + timedelta(days=1)), i + 1) if line.word(i) in TOMORROW else None


def _overmorrow(line: Line, i: int) -> Found:
    if line.word(i + 3) in TOMORROW and line.follows(i, "day", "after") and line.spaced(i + 2):
        return None
    j = line.follows(i, "day", "after")
    if j is not None and line.word(j) in TOMORROW:
        return Day(line.today + timedelta(days=2)), j + 1
    return (Day(line.today + timedelta(days=2)), i + 1) if line.word(i) == "overmorrow" else None


def _weekday(line: Line, i: int) -> Found:
    weekday = WEEKDAYS.get(line.word(i))
    if weekday is None:
        return None
    j = i + 1
    nearest = line.today + timedelta(days=(weekday - line.today.weekday()) % 7)
    for words, weeks in (("next", "week"), 0), (("week",), 1), (("after", "next"), 1):
        k = line.follows(j, *words)
        if k is not None and line.spaced(j):
            if words == ("next", "week"):
                return Day(week_monday(line.today, 1) + timedelta(days=weekday), weekday=weekday), k
            if words == ("after", "next") or not line.near(k):
                base = nearest if nearest > line.today else nearest + timedelta(weeks=1)
                return Day(base + timedelta(weeks=weeks), weekday=weekday), k
    ahead = _in_weeks(line, j)
    if ahead:
        return Day(week_monday(line.today, ahead[0]) + timedelta(days=weekday), weekday=weekday), ahead[1]
    same_day = nearest == line.today
    strength = WEAK if line.word(i) in AMBIGUOUS_WEEKDAYS else LIKELY
    others = (nearest + timedelta(weeks=1),) if same_day else ()
    day = Day(nearest, strength=strength, roll="week", others=others, needs="free", weekday=weekday)
    # "friday 27 november", "friday the 13th": the date behind decides.
    for lead in (j, j + 1 if line.word(j) == "the" and line.spaced(j) else -1):
        if lead > 0 and line.near(lead):
            exact = day_month(line, lead) or month_day(line, lead) or numeric_date(line, lead)
            if exact:
                return replace(exact[0], strength=CERTAIN, needs=""), exact[1]
            if line.kind(lead) == "ordinal" and not line.is_capital(lead + 1):
                matching = _next_weekday_on(line, weekday, line.tokens[lead].value[0])
                if matching:
                    return Day(matching, weekday=weekday), lead + 1
    return day, j


def _in_weeks(line: Line, j: int) -> tuple[int, int] | None:
    """ "in two weeks" behind a weekday: (weeks, index behind)."""
    if line.word(j) != "in" or not line.spaced(j) or not line.spaced(j + 1):
        return None
    count = integer(line, j + 1) or ((1, j + 2) if line.word(j + 1) == "a" else None)
    if count is None or line.word(count[1]) not in ("week", "weeks") or not 1 <= count[0] <= 99:
        return None
    return count[0], count[1] + 1


def _after_next(line: Line, i: int) -> Found:
    """ "the week after next", "month after next"."""
    name = line.word(i)
    if (
        name not in ("week", "month", "year", "weekend")
        or line.follows(i + 1, "after", "next") is None
        or not line.spaced(i + 1)
    ):
        return None
    bounds = unit_bounds(line, name, 2)
    return (Day(bounds[0], last=bounds[1], needs="unit"), i + 3) if bounds else None


def _next_weekday_on(line: Line, weekday: int, day: int) -> date | None:
    for months in range(30):
        first = add_months(line.today.replace(day=1), months)
        found = make_date(first.year, first.month, day)
        if found and found >= line.today and found.weekday() == weekday:
            return found
    return None


def _next(line: Line, i: int) -> Found:
    if line.word(i) not in NEXT or not line.spaced(i + 1):
        return None
    word = line.word(i + 1)
    if word in WEEKDAYS:
        weekday = WEEKDAYS[word]
        following = week_monday(line.today, 1) + timedelta(days=weekday)
        nearest = line.today + timedelta(days=(weekday - line.today.weekday() - 1) % 7 + 1)
        other = nearest if nearest != following else following + timedelta(weeks=1)
        return Day(following, others=(other,), weekday=weekday), i + 2
    k = i + 3 if line.word(i + 2) == "on" and line.spaced(i + 2) else i + 2
    if word == "week" and line.word(k) in WEEKDAYS and line.near(k):
        weekday = WEEKDAYS[line.word(k)]
        return Day(week_monday(line.today, 1) + timedelta(days=weekday), weekday=weekday), k + 1
    if word in MONTHS:
        found = month_phrase(line, i + 1)
        if found and found[0].last:
            return replace(found[0], strength=CERTAIN, needs=""), found[1]
        return None
    entry = unit(line, i + 1, short_ok=False)
    if entry and entry[0] not in ("minute", "hour") and (word == entry[0] or entry[0] == "workday"):
        name, j = entry
        if name == "day":
            return Day(line.today + timedelta(days=1)), j
        if name == "workday":
            day = add_units(line.today, 1, "workday")
            return (Day(day), j) if day else None
        if name == "fortnight":
            return Day(line.today + timedelta(days=14)), j
        bounds = unit_bounds(line, name, 1)
        if bounds:
            others = (bounds[0] - timedelta(weeks=1),) if name == "weekend" and line.today.weekday() < 5 else ()
            return Day(bounds[0], last=bounds[1], others=others, needs="unit"), j
    # "next 3 days" names a stretch that begins today.
    count = integer(line, i + 1)
    if count and line.spaced(count[1]):
        entry = unit(line, count[1], short_ok=False)
        last = add_units(line.today, count[0], entry[0]) if entry and entry[0] not in ("minute", "hour") else None
        if entry and last and last > line.today:
            return Day(line.today, last=last - timedelta(days=entry[0] != "day"), needs="stretch"), entry[1]
    return None


def _this(line: Line, i: int) -> Found:
    if line.word(i) not in THIS or not line.spaced(i + 1):
        return None
    if line.word(i) == "this" and line.word(i + 1) in ("coming", "upcoming"):
        return _this(line, i + 1)  # "this coming Sunday"
    word = line.word(i + 1)
    if word in WEEKDAYS:
        weekday = WEEKDAYS[word]
        return Day(
            line.today + timedelta(days=(weekday - line.today.weekday()) % 7), roll="week", weekday=weekday
        ), i + 2
    if word in ("morning", "afternoon", "evening", "night"):
        return Day(line.today, part=word), i + 2
    if word == "weekend":
        return _weekend(line), i + 2
    if word in ("week", "month", "year", "quarter"):
        bounds = unit_bounds(line, word, 0 if line.word(i) != "coming" and line.word(i) != "upcoming" else 1)
        if bounds and bounds[0] > line.today:
            return Day(bounds[0], last=bounds[1], needs="unit"), i + 2
        if bounds:
            due = end_of_week(line.today) if word == "week" else bounds[1]
            return Day(due, last=bounds[1], needs="span"), i + 2
    if word in MONTHS:
        found = month_phrase(line, i + 1)
        return (replace(found[0], strength=CERTAIN, needs=""), found[1]) if found else None
    return None


def _weekend(line: Line) -> Day:
    saturday = week_monday(line.today) + timedelta(days=5)
    return Day(max(saturday, line.today), last=saturday + timedelta(days=1))


def _later(line: Line, i: int) -> Found:
    """ "later today", "later this week", "over the weekend", "the weekend"."""
    if line.word(i) == "later" and line.spaced(i + 1):
        return _this(line, i + 1) or _today(line, i + 1)
    if line.word(i) == "weekend":
        return replace(_weekend(line), needs="preposition"), i + 1
    return None


def _in(line: Line, i: int) -> Found:
    if line.word(i) not in ("in", "within") or not line.spaced(i + 1):
        return None
    j = i + 1
    if (line.word(j) in ("about", "around", "the", "another") and line.word(j + 1) in ("next",)) or line.word(j) in (
        "about",
        "around",
    ):
        j += 2 if line.word(j) == "the" else 1
    counted = _counted(line, j)
    if counted is None:
        return None
    day, k = counted
    for words in ("from", "now"), ("time",), ("'", "time"), ("or", "two"), ("or", "so"), ("or", "three"):
        tail = line.follows(k, *words)
        if tail is not None and (line.spaced(k) or words[0] == "'"):
            return day, tail
    tail = k
    return day, tail


def _counted(line: Line, i: int) -> Found:
    """ "3 days", "an hour and a half", "2 h 30 min", counted from now."""
    span = length(line, i)
    if span is None:
        return None
    count, name, minutes, j = span
    if name in ("hour", "minute"):
        try:
            moment = line.now + timedelta(minutes=minutes)
        except OverflowError:
            return None
        if moment.second or moment.microsecond:
            moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return (Day(moment.date(), moment=moment), j) if minutes < 60 * 24 * 3660 else None
    day = add_units(line.today, count, name)
    return (Day(day), j) if day else None


def length(line: Line, i: int) -> tuple[float, str, int, int] | None:
    """A length of time: (count, unit, minutes, index behind). Hours and minutes may combine ("1h30", "an hour
    and a half")."""
    if line.kind(i) == "hclock":
        hours, minutes = line.tokens[i].value
        return (hours, "hour", hours * 60 + minutes, i + 1) if minutes < 60 else None
    count = amount(line, i)
    if count is None:
        return None
    number, j = count
    if line.word(j) == "of" and line.spaced(j) and line.word(i) == "couple":
        j += 1
    if line.word(j) == "and" and line.follows(j, "a", "half") is None and line.follows(j, "and", "a", "half"):
        number, j = number + 0.5, j + 3
    if not (line.spaced(j) or line.dashed(j)):
        return None
    entry = unit(line, j, short_ok=line.join(j) == "glued")
    if entry is None:
        return None
    name, k = entry
    minutes = round(number * {"minute": 1, "hour": 60, "day": 1440, "week": 10080}.get(name, 0))
    half = line.follows(k, "and", "a", "half")
    if half is not None and line.spaced(k):
        number, k = number + 0.5, half
        minutes = round(number * {"minute": 1, "hour": 60, "day": 1440, "week": 10080}.get(name, 0))
    elif name == "hour":
        start = k + 1 if line.word(k) == "and" else k
        if line.spaced(start) or line.near(start):
            more = integer(line, start)
            rest = (
                unit(line, more[1], short_ok=line.join(more[1]) == "glued") if more and line.spaced(more[1]) else None
            )
            if more and rest and rest[0] == "minute":
                minutes, k = minutes + more[0], rest[1]
            elif more and start == k and line.join(k) == "glued" and line.tokens[more[1] - 1].closes:
                minutes, k = minutes + more[0], more[1]
    return number, name, minutes, k


def _from_anchor(line: Line, i: int, depth: int) -> Found:
    """ "3 days before christmas", "a week from tuesday", "the day after the 5th", "2 weeks from now"."""
    if line.word(i) == "day" and line.word(i + 1) in ("before", "after"):
        count, name, j = 1.0, "day", i + 1
    else:
        span = length(line, i)
        if span is None or span[1] in ("hour", "minute"):
            if span and line.follows(span[3], "from", "now"):
                found = _counted(line, i)
                return (found[0], span[3] + 2) if found else None
            return None
        count, name, _, j = span
    direction = line.word(j)
    if not line.spaced(j) or direction not in ("before", "after", "from", "ahead"):
        return None
    if direction == "from" and line.word(j + 1) in ("now", "today"):
        day = add_units(line.today, count, name)
        return (Day(day), j + 2) if day else None
    k = line.follows(j, "ahead", "of") or j + 1
    if not line.spaced(k):
        return None
    anchor = day_phrase(line, k, depth + 1)
    if anchor is None or anchor[0].moment or anchor[0].needs in ("stretch", "span"):
        return None
    base = anchor[0].date
    if name == "weekend":
        return None
    sign = -1 if direction in ("before", "ahead") else 1
    day = add_units(base, sign * count, name)
    if day and day < line.today and anchor[0].roll:
        moved = rolled(anchor[0])
        day = add_units(moved.date, sign * count, name)
    return (Day(day), anchor[1]) if day and day >= line.today else None


_GRAMMARS: tuple[Callable[[Line, int], Found], ...] = (
    _today,
    _tomorrow,
    _overmorrow,
    _weekday,
    _next,
    _after_next,
    _this,
    _later,
    _in,
    month_day,
    day_month,
    numeric_date,
    nth_of_phrase,
    day_of_month,
    month_phrase,
    edge_phrase,
    quarter_phrase,
    feast_phrase,
)


# "3 days before the day after easter" may nest, but not without end.
MAX_DEPTH = 2


def day_phrase(line: Line, i: int, depth: int = 0) -> Found:
    """The longest day phrase at `i` (a leading "the" allowed), or None. `depth` counts the phrases it is part of."""
    place = (i, depth)
    if place not in line.memo:
        line.memo[place] = _with_article(line, i, depth)
    found: Found = line.memo[place]
    return found


def _with_article(line: Line, i: int, depth: int) -> Found:
    best = _longest(line, i, depth)
    if line.word(i) == "the" and line.spaced(i + 1):
        inner = _longest(line, i + 1, depth)
        if inner and (best is None or inner[1] > best[1]):
            if inner[0].needs in ("free", "verb") or line.word(i + 1) in TODAY | TOMORROW:
                return best
            return inner
    return best


def _longest(line: Line, i: int, depth: int) -> Found:
    best: Found = _from_anchor(line, i, depth) if depth <= MAX_DEPTH else None
    for grammar in _GRAMMARS:
        found = grammar(line, i)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best
