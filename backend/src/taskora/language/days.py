"""What a day phrase means, and the calendar arithmetic behind it.

Each grammar answers a `Day`. What is past moves to the future (`roll` says by what); how surely the words mean
a date is its `strength`, which `evidence` weighs against the words around it.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from taskora.language.line import Line

CERTAIN, LIKELY, WEAK = 3, 2, 1
MAX_YEARS_AHEAD = 200


@dataclass(frozen=True, slots=True)
class Day:
    """One reading of a day phrase.

    `last` ends the stretch it names ("next week", "june"), for list questions; `roll` is how a past one moves
    on ("week", "month", "year", ""); `others` are other days the words could mean; `moment` is set by "in 2
    hours"; `part` by "tonight".
    `needs` asks for evidence: "preposition" (a bare month), "free" (a bare weekday that mustn't describe a
    noun), "feast".
    """

    date: dt.date
    last: dt.date | None = None
    strength: int = CERTAIN
    roll: str = ""
    others: tuple[dt.date, ...] = ()
    moment: dt.datetime | None = None
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


def rolled(day: Day) -> Day:
    """The next day that the same words could mean."""
    if day.roll == "week":
        return replace(day, date=day.date + timedelta(weeks=1))
    if day.roll == "month":
        return replace(day, date=add_months(day.date, 1))
    if day.roll == "year":
        return replace(day, date=add_months(day.date, 12))
    return day
