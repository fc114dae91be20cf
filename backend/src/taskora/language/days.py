"""Phrases that name a day: "tomorrow", "next friday", "21 june", "in 3 days", "first monday of june", "end of month".

Each grammar answers a `Day`. What is past moves to the future (`roll` says by what); how surely the words mean a date is its
`strength`, which `evidence` weighs against the words around it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from taskora.language.feasts import FIRST_WORDS, LONGEST_NAME, LOOSE_NAMES, feast_rule, next_feast, nth_weekday
from taskora.language.lexicon import (
    AMBIGUOUS_MONTHS,
    AMBIGUOUS_WEEKDAYS,
    EDGES,
    END_SHORTHANDS,
    MONTHS,
    NEXT,
    THIS,
    TODAY,
    TOMORROW,
    TONIGHT,
    VERB_MONTHS,
    WEEKDAYS,
)
from taskora.language.line import Line, amount, integer, ordinal, unit

CERTAIN, LIKELY, WEAK = 3, 2, 1
MAX_YEARS_AHEAD = 200


@dataclass(frozen=True, slots=True)
class Day:
    """One reading of a day phrase.

    `last` ends the stretch it names ("next week", "june"), for list questions; `roll` is how a past one moves on ("week",
    "month", "year", ""); `others` are other days the words could mean; `moment` is set by "in 2 hours"; `part` by "tonight".
    `needs` asks for evidence: "preposition" (a bare month), "free" (a bare weekday that mustn't describe a noun), "feast".
    """

    date: date
    last: date | None = None
    strength: int = CERTAIN
    roll: str = ""
    others: tuple[date, ...] = ()
    moment: datetime | None = None
    part: str = ""
    needs: str = ""
    weekday: int | None = None


Found = tuple[Day, int] | None


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day when it is shorter. Clamped to the calendar's end."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_units(moment: date, count: float, name: str) -> date | None:
    """`count` calendar units after a day (workdays skip Saturday and Sunday); None when out of the calendar."""
    if abs(count) > 40000:
        return None
    try:
        if name == "workday":
            step = 1 if count > 0 else -1
            day, left = moment, abs(int(count))
            if left > 2000:
                return None
            while left:
                day += timedelta(days=step)
                left -= day.weekday() < 5
            return day
        if name in ("month", "quarter", "year"):
            months = {"month": 1, "quarter": 3, "year": 12}[name] * count
            whole = add_months(moment, int(months))
            return (
                whole + timedelta(days=round((months - int(months)) * 30))
                if abs(months) < MAX_YEARS_AHEAD * 12
                else None
            )
        days = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}.get(name)
        return moment + timedelta(days=round(days * count)) if days else None
    except OverflowError:
        return None


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when there's no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def year_of(number: int) -> int:
    """Two figures mean this century (69 and more the one before, as POSIX strptime has it)."""
    if number >= 100:
        return number
    return number + (2000 if number < 69 else 1900)


def yearly(line: Line, month: int, day: int) -> Day | None:
    """A day and month without a year: the next such day (29 February looks for a leap year)."""
    for year in range(line.today.year, min(line.today.year + 9, 9999)):
        found = make_date(year, month, day)
        if found and found >= line.today:
            return Day(found, roll="year")
    return None


def monthly(line: Line, day: int) -> Day | None:
    """A day of the month alone: the next month that has it."""
    for months in range(13):
        first = add_months(line.today.replace(day=1), months)
        found = make_date(first.year, first.month, day)
        if found and found >= line.today:
            return Day(found, roll="month")
    return None


def week_monday(day: date, weeks: int = 0) -> date:
    """The Monday of the day's week, `weeks` later."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def end_of_week(day: date) -> date:
    """The Friday that ends a working week; once that is over, the Sunday."""
    monday = week_monday(day)
    return monday + timedelta(days=4 if day.weekday() <= 4 else 6)


def unit_bounds(line: Line, name: str, ahead: int) -> tuple[date, date] | None:
    """First and last day of the week, month, quarter, year … that lies `ahead` units from today."""
    today = line.today
    if name in ("week", "workweek"):
        monday = week_monday(today, ahead)
        return monday, monday + timedelta(days=6)
    if name == "weekend":
        saturday = week_monday(today, ahead) + timedelta(days=5)
        return saturday, saturday + timedelta(days=1)
    if name in ("month", "quarter"):
        first = today.replace(day=1)
        if name == "quarter":
            first = add_months(first, -((first.month - 1) % 3) + 3 * ahead)
            return first, add_months(first, 3) - timedelta(days=1)
        first = add_months(first, ahead)
        return first, add_months(first, 1) - timedelta(days=1)
    if name == "year" and today.year + ahead < 9999:
        return date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31)
    if name == "day":
        return today + timedelta(days=ahead), today + timedelta(days=ahead)
    return None


# --- single words ---------------------------------------------------------------------------------------------------------


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
    same_day = nearest == line.today
    strength = WEAK if line.word(i) in AMBIGUOUS_WEEKDAYS else LIKELY
    others = (nearest + timedelta(weeks=1),) if same_day else ()
    day = Day(nearest, strength=strength, roll="week", others=others, needs="free", weekday=weekday)
    # "friday 27 november", "friday the 13th": the date behind decides.
    for lead in (j, j + 1 if line.word(j) == "the" and line.spaced(j) else -1):
        if lead > 0 and line.near(lead):
            exact = _day_month(line, lead) or _month_day(line, lead) or _numeric(line, lead)
            if exact:
                return replace(exact[0], strength=CERTAIN, needs=""), exact[1]
            if line.kind(lead) == "ordinal" and not line.is_capital(lead + 1):
                matching = _next_weekday_on(line, weekday, line.tokens[lead].value[0])
                if matching:
                    return Day(matching, weekday=weekday), lead + 1
    return day, j


def _next_weekday_on(line: Line, weekday: int, day: int) -> date | None:
    for months in range(30):
        first = add_months(line.today.replace(day=1), months)
        found = make_date(first.year, first.month, day)
        if found and found >= line.today and found.weekday() == weekday:
            return found
    return None


# --- next, this, coming ---------------------------------------------------------------------------------------------------


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
    if word == "week" and line.word(i + 2) in WEEKDAYS and line.near(i + 2):
        weekday = WEEKDAYS[line.word(i + 2)]
        return Day(week_monday(line.today, 1) + timedelta(days=weekday), weekday=weekday), i + 3
    if word in MONTHS:
        found = _month(line, i + 1)
        if found and found[0].last:
            return replace(found[0], strength=CERTAIN, needs=""), found[1]
        return None
    entry = unit(line, i + 1, short_ok=False)
    if (
        (entry
        and line.word(i + 1)
        in ("week", "month", "year", "quarter", "weekend", "day", "fortnight", "workday", "weekday"))
        or (entry and entry[0] == "workday")
    ):
        name, j = entry  # type: ignore[misc]
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
        found = _month(line, i + 1)
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


# --- counted from now or from another day -----------------------------------------------------------------------------------


def _in(line: Line, i: int) -> Found:
    if line.word(i) not in ("in", "within") or not line.spaced(i + 1):
        return None
    j = i + 1
    if (
        (line.word(j) in ("about", "around", "the", "another")
        and line.word(j + 1) in ("next",))
        or line.word(j) in ("about", "around")
    ):
        j += 2 if line.word(j) == "the" else 1
    counted = _counted(line, j)
    if counted is None:
        return None
    day, k = counted
    tail = line.follows(k, "from", "now") or line.follows(k, "time") or k
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
    """A length of time: (count, unit, minutes, index behind). Hours and minutes may combine ("1h30", "an hour and a half")."""
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


def _from_anchor(line: Line, i: int) -> Found:
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
    anchor = day_phrase(line, k)
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


def rolled(day: Day) -> Day:
    """The next day that the same words could mean."""
    if day.roll == "week":
        return replace(day, date=day.date + timedelta(weeks=1))
    if day.roll == "month":
        return replace(day, date=add_months(day.date, 1))
    if day.roll == "year":
        return replace(day, date=add_months(day.date, 12))
    return day


# --- calendar dates -------------------------------------------------------------------------------------------------------


def _year(line: Line, i: int) -> tuple[int, int] | None:
    """A year behind a date: "2027", ", 2027", "'27"."""
    if line.near(i) and line.kind(i) == "number" and line.tokens[i].closes:
        number = line.tokens[i].value[0]
        if len(line.tokens[i].text) == 4 and 1970 <= number <= 2199:
            return number, i + 1
    return None


def _with_year(line: Line, month: int, day: int, j: int) -> Found:
    year = _year(line, j)
    if year:
        exact = make_date(year[0], month, day)
        return (Day(exact), year[1]) if exact else None
    for lead in (("of", "next", "year"), ("next", "year")):
        k = line.follows(j, *lead)
        if k is not None and line.spaced(j):
            exact = make_date(line.today.year + 1, month, day)
            return (Day(exact), k) if exact else None
    found = yearly(line, month, day)
    return (found, j) if found else None


def _month_day(line: Line, i: int) -> Found:
    """ "june 21", "june 21st, 2027", "june the 5th", "dec25"."""
    month = MONTHS.get(line.word(i))
    if month is None:
        return None
    j = i + 2 if line.word(i + 1) == "the" and line.kind(i + 2) == "ordinal" and line.spaced(i + 1) else i + 1
    if not (line.spaced(j) or line.dashed(j)) or line.kind(j) not in ("number", "ordinal"):
        return None
    token = line.tokens[j]
    if not 1 <= token.value[0] <= 31 or len(token.text) > 4:
        return None
    if token.kind == "number" and (len(token.text) > 2 or (line.word(j + 1) in ("am", "pm") and line.spaced(j + 1))):
        return None
    found = _with_year(line, month, token.value[0], j + 1)
    if found and line.word(i) in VERB_MONTHS and token.kind == "number":
        return replace(found[0], strength=LIKELY, needs="verb"), found[1]
    return found


def _day_month(line: Line, i: int) -> Found:
    """ "21 june", "21st of june 2027", "5-dec"."""
    kind = line.kind(i)
    number = line.tokens[i].value[0] if kind in ("number", "ordinal") else None
    if number is None and line.word(i) not in TODAY:
        words = ordinal(line, i)
        if words and words[0] > 0 and line.word(words[1]) == "of":
            number, start = words
        else:
            return None
    else:
        start = i + 1
    if number is None or not 1 <= number <= 31:
        return None
    j = start + 1 if line.word(start) == "of" and kind != "number" else start
    if not (line.spaced(j) or (line.dashed(j) and j == i + 1)):
        return None
    month = MONTHS.get(line.word(j))
    if month is None:
        return None
    return _with_year(line, month, number, j + 1)


def _numeric(line: Line, i: int) -> Found:
    """ "2026-12-24", "24.12.2026", "6/8": ISO always, otherwise in the order of the locale."""
    token = line.tokens[i] if i < len(line) else None
    if token is None or token.kind not in ("date", "fraction"):
        return None
    if token.kind == "date":
        first, second, third = token.value[:3]
        if len(token.text.split("-")[0].split("/")[0]) == 4:
            exact = make_date(first, second, third)
            return (Day(exact), i + 1) if exact and 1900 <= first <= 2300 else None
        day_first = not line.locale.month_first or "." in token.text
        for month, day in ((second, first), (first, second)) if day_first else ((first, second), (second, first)):
            exact = make_date(year_of(third), month, day)
            if exact:
                return Day(exact), i + 1
        return None
    left, right = token.value
    if not 1 <= left <= 31 or not 1 <= right <= 31 or len(token.text) > 5:
        return None
    orders = [(left, right), (right, left)] if line.locale.month_first else [(right, left), (left, right)]
    readings = [found for month, day in orders if month <= 12 and (found := yearly(line, month, day))]
    if not readings:
        return None
    others = tuple(found.date for found in readings[1:] if found.date != readings[0].date)
    return replace(readings[0], strength=WEAK, others=others, needs="fraction"), i + 1


def _ordinal_day(line: Line, i: int) -> Found:
    """ "the 21st", "21st", "the 21st of the month"; words only as "the first", for the months begin with it."""
    if line.kind(i) == "ordinal":
        number, j = line.tokens[i].value[0], i + 1
    elif line.word(i) in ("first", "fifteenth"):
        number, j = (1 if line.word(i) == "first" else 15), i + 1
    else:
        return None
    if not 1 <= number <= 31:
        return None
    scope = month_scope(line, j + 1) if line.word(j) in ("of", "in") and line.spaced(j) else None
    if scope:
        year, month, k = scope
        exact = make_date(year, month, number)
        if exact and exact < line.today:
            following = add_months(exact.replace(day=1), 1)
            exact = make_date(following.year, following.month, number)
        return (Day(exact), k) if exact else None
    found = monthly(line, number)
    return (replace(found, strength=WEAK, needs="ordinal"), j) if found else None


def month_scope(line: Line, i: int) -> tuple[int, int, int] | None:
    """A month as a frame: "june", "june 2027", "next month", "the month", "this month" -> (year, month, index behind)."""
    j = i + 1 if line.word(i) == "the" and line.spaced(i + 1) else i
    if j and not line.spaced(j):
        return None
    for words, ahead in (("next", "month"), 1), (("following", "month"), 1), (("this", "month"), 0), (("month",), 0):
        k = line.follows(j, *words)
        if k is not None:
            first = add_months(line.today.replace(day=1), ahead)
            return first.year, first.month, k
    for words, ahead in (("year",), 0), (("this", "year"), 0), (("next", "year"), 1):
        k = line.follows(j, *words)
        if k is not None:
            return (line.today.year + ahead, 0, k)
    month = MONTHS.get(line.word(j))
    if month is None:
        return None
    year = _year(line, j + 1)
    if year:
        return year[0], month, year[1]
    return line.today.year + (month < line.today.month), month, j + 1


def _nth_of(line: Line, i: int) -> Found:
    """ "first monday of june", "last day of the month", "second tuesday in march", "last workday of next month"."""
    number = ordinal(line, i)
    if number is None or not line.spaced(number[1]):
        return None
    count, j = number
    word = line.word(j)
    business = unit(line, j, short_ok=False)
    k = business[1] if business and business[0] in ("day", "workday") else j + 1
    if word not in WEEKDAYS and not (business and business[0] in ("day", "workday")):
        return None
    scope = month_scope(line, k + 1) if line.word(k) in ("of", "in") and line.spaced(k) else None
    if scope is None:
        return None
    year, month, end = scope
    for attempt in range(14):
        day = _nth_day(year, month, count, WEEKDAYS.get(word), bool(business and business[0] == "workday"))
        if day and day >= line.today:
            return Day(day), end
        if month == 0:
            year += 1
        elif line.word(end - 1) == "month":
            year, month = (year + month // 12, month % 12 + 1)
        else:
            year += 1
        if attempt > 3 and month == 0:
            break
    return None


def _nth_day(year: int, month: int, count: int, weekday: int | None, workdays: bool) -> date | None:
    if weekday is not None:
        return nth_weekday(year, month or (1 if count > 0 else 12), count, weekday)
    first = date(year, month or 1, 1)
    last = date(year, month or 12, monthrange(year, month or 12)[1])
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    if workdays:
        days = [day for day in days if day.weekday() < 5]
    index = count - 1 if count > 0 else len(days) + count
    return days[index] if 0 <= index < len(days) else None


def _month(line: Line, i: int) -> Found:
    """A month alone means its first day; "june 2027" too."""
    month = MONTHS.get(line.word(i))
    if month is None:
        return None
    year = _year(line, i + 1)
    if year:
        first = make_date(year[0], month, 1)
        return (Day(first, last=add_months(first, 1) - timedelta(days=1), needs="free"), year[1]) if first else None
    first = date(line.today.year + (month <= line.today.month), month, 1)
    if month == line.today.month and line.today.day == 1:
        first = line.today
    strength = WEAK if line.word(i) in AMBIGUOUS_MONTHS else LIKELY
    return Day(
        first, last=add_months(first, 1) - timedelta(days=1), strength=strength, roll="year", needs="preposition"
    ), i + 1


def _edge(line: Line, i: int) -> Found:
    """ "end of month", "mid june", "beginning of next week", "eom"."""
    word = line.word(i)
    if word in END_SHORTHANDS:
        return _edge_of(line, "end", END_SHORTHANDS[word], 0, i + 1)
    edge = EDGES.get(word)
    if edge is None:
        return None
    j = i + 1
    if line.word(j) == "of" and line.spaced(j):
        j += 1
    elif word not in ("mid", "early", "late"):
        # Without "of" only the shorthand people write: "end month", "end this week".
        if not (word == "end" and line.word(j) in ("this", "next", "month", "week")):
            return None
    if not (line.spaced(j) or line.dashed(j)):
        return None
    if line.word(j) in ("the", "this") and line.spaced(j + 1):
        j += 1
    ahead = 0
    if line.word(j) in NEXT and line.spaced(j + 1):
        ahead, j = 1, j + 1
    if line.word(j) in ("day",) and edge == "end":
        return Day(line.today, part="eod"), j + 1
    if line.word(j) in ("week", "month", "year", "quarter", "weekend") and (word != "late" or ahead):
        return _edge_of(line, edge, line.word(j), ahead, j + 1)
    quarter = _quarter(line, j)
    if quarter and quarter[0].last:
        return _pick(edge, quarter[0].date, quarter[0].last, quarter[1], roll="year")
    if line.word(j) in MONTHS:
        found = _month(line, j)
        if found and found[0].last:
            first, last = found[0].date, found[0].last
            if line.today.month == first.month and not found[0].strength == CERTAIN:
                # "end of november" said in November means this one.
                this = line.today.replace(day=1)
                picked = _pick(edge, this, add_months(this, 1) - timedelta(days=1), found[1], roll="year")
                if picked and picked[0].date >= line.today:
                    return picked
            return _pick(edge, first, last, found[1], roll="year")
    return None


def _edge_of(line: Line, edge: str, name: str, ahead: int, j: int) -> Found:
    bounds = unit_bounds(line, name, ahead)
    if bounds is None:
        return None
    if name == "week":
        if edge == "end":
            friday = bounds[0] + timedelta(days=4)
            if ahead == 0:
                friday = end_of_week(line.today)
            sunday = bounds[1]
            return Day(friday, others=(sunday,) if sunday != friday else ()), j
        if edge == "mid":
            bounds = bounds[0], bounds[0] + timedelta(days=5)
    found = _pick(edge, *bounds, j)
    if found and found[0].date < line.today:
        later = unit_bounds(line, name, ahead + 1)
        return _pick(edge, *later, j) if later else None
    return found


def _pick(edge: str, first: date, last: date, j: int, roll: str = "") -> Found:
    middle = first + (last - first) / 2
    if 27 <= (last - first).days <= 31:
        middle = first.replace(day=15)
    late = first.replace(day=25) if 27 <= (last - first).days <= 31 else last
    return Day({"start": first, "end": last, "mid": middle, "late": late}[edge], roll=roll), j


def _quarter(line: Line, i: int) -> Found:
    """ "q3", "q3 2027": its first day; needs a preposition ("Q3 report" is a name)."""
    if line.word(i) != "q" or line.join(i + 1) != "glued" or line.kind(i + 1) != "number":
        return None
    number = line.tokens[i + 1].value[0]
    if not 1 <= number <= 4 or not line.tokens[i + 1].closes:
        return None
    year = _year(line, i + 2)
    first = date(year[0] if year else line.today.year, number * 3 - 2, 1)
    last = add_months(first, 3) - timedelta(days=1)
    if not year and last < line.today:
        first, last = add_months(first, 12), add_months(last, 12)
    return Day(first, last=last, roll="" if year else "year", strength=WEAK, needs="preposition"), year[
        1
    ] if year else i + 2


def _feast(line: Line, i: int) -> Found:
    if line.word(i) not in FIRST_WORDS and line.kind(i) != "ordinal":
        return None
    for count in range(LONGEST_NAME, 0, -1):
        if i + count > len(line) or not all(line.spaced(k) or line.dashed(k) for k in range(i + 1, i + count)):
            continue
        words = tuple(line.tokens[k].word.replace("’", "'") for k in range(i, i + count))
        rule = feast_rule(words, line.locale.region)
        if rule is None:
            continue
        year = _year(line, i + count)
        day = rule(year[0]) if year else next_feast(rule, line.today)
        if day is None:
            return None
        strength = WEAK if words in LOOSE_NAMES else LIKELY
        return Day(day, strength=strength, needs="feast", roll=""), year[1] if year else i + count
    return None


_GRAMMARS: tuple[Callable[[Line, int], Found], ...] = (
    _today,
    _tomorrow,
    _overmorrow,
    _weekday,
    _next,
    _this,
    _later,
    _in,
    _from_anchor,
    _month_day,
    _day_month,
    _numeric,
    _nth_of,
    _ordinal_day,
    _month,
    _edge,
    _quarter,
    _feast,
)


def day_phrase(line: Line, i: int) -> Found:
    """The longest day phrase at `i` (a leading "the" allowed), or None."""
    best = _longest(line, i)
    if line.word(i) == "the" and line.spaced(i + 1):
        inner = _longest(line, i + 1)
        if inner and (best is None or inner[1] > best[1]):
            if inner[0].needs in ("free", "verb") or line.word(i + 1) in TODAY | TOMORROW:
                return best
            return inner
    return best


def _longest(line: Line, i: int) -> Found:
    best: Found = None
    for grammar in _GRAMMARS:
        found = grammar(line, i)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best
