"""When a repeat rule falls due: the walk over its days, and the step from one occurrence to the next.

Works on local wall-clock values without a zone ("9:00 in Karachi" stays 9:00), so daylight saving can't shift
anything; the caller joins the zone again. The expansion follows the table in RFC 5545 section 3.3.10, with one
change that tasks want: a month day that a month lacks (31 April, 29 February) rolls to that month's last day
instead of being skipped.

Completing late: for a rule counted from the due date, the next occurrence is the first in the schedule after
both the due date and `after` (Todoist's "every"); for a rule counted from completion, the schedule starts anew
at `done_on` ("every!").
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from taskora.language.reading import RecurFrom
from taskora.language.rules import Rule, parse_rule

# A rule such as "29 February on a Monday" can stay silent for 28 years (40 over a skipped leap year); past this many
# empty periods in a row the rule is taken to be over.
_SILENT_PERIODS = {"HOURLY": 24 * 366 * 9, "DAILY": 366 * 9, "WEEKLY": 53 * 9, "MONTHLY": 12 * 45, "YEARLY": 45}
_LAST_YEAR = 9990


@dataclass(frozen=True, slots=True)
class Step:
    """The next occurrence and the rule to store with it (its COUNT lowered by the occurrences that have passed)."""

    at: date | datetime
    rrule: str


def occurrences(rule: Rule, anchor: date | datetime) -> Iterator[date | datetime]:
    """Every occurrence of `rule` at or after `anchor`, in order, of the anchor's own type; COUNT and UNTIL are
    honoured.

    `anchor` is the start (DTSTART) that fixes the phase of INTERVAL and fills in what the rule leaves open.
    """
    found = _unbounded(rule, anchor)
    if rule.count is not None:
        found = islice(found, rule.count)
    for moment in found:
        if rule.until is not None and _day(moment) > rule.until:
            return
        yield moment


def advance(
    rrule: str,
    anchor: date | datetime,
    *,
    after: date | datetime | None = None,
    exdates: tuple[date, ...] = (),
    recur_from: RecurFrom = "due",
    done_on: date | datetime | None = None,
) -> Step | None:
    """The step from the occurrence at `anchor` (the current due, local wall time) to the next one; None when
    it was the last.

    `after`: occurrences up to and including this local moment are skipped (pass the local now, so that
    completing an overdue task doesn't create an overdue one); `done_on`: local completion, needed when
    `recur_from` is "done". Raises RuleError.
    """
    rule = parse_rule(rrule)
    start = _restart(anchor, done_on) if recur_from == "done" and done_on is not None else anchor
    floor = start if after is None or recur_from == "done" else _later(start, after)
    left_out = frozenset(exdates)
    passed = 0
    for moment in occurrences(replace(rule, count=None), start):
        if not _is_after(moment, floor):
            passed += 1
            continue
        # The occurrence being completed counts as one even when it was moved off the schedule by hand.
        used = 1 if recur_from == "done" else max(passed, 1)
        if rule.count is not None and rule.count <= used:
            return None
        if _day(moment) in left_out:
            passed = used + 1
            continue
        return Step(moment, str(replace(rule, count=rule.count - used) if rule.count is not None else rule))
    return None


def next_occurrence(
    rrule: str,
    anchor: date | datetime,
    after: date | datetime | None = None,
    exdates: tuple[date, ...] = (),
    recur_from: RecurFrom = "due",
    done_on: date | datetime | None = None,
) -> date | datetime | None:
    """The moment of `advance`, for callers that keep no COUNT."""
    step = advance(rrule, anchor, after=after, exdates=exdates, recur_from=recur_from, done_on=done_on)
    return step.at if step else None


def first_occurrence(
    rule: Rule, at_or_after: date | datetime, exdates: tuple[date, ...] = ()
) -> date | datetime | None:
    """The first occurrence at or after the given local moment (which also fixes the phase), or None."""
    left_out = frozenset(exdates)
    return next(
        (moment for moment in islice(occurrences(rule, at_or_after), 400) if _day(moment) not in left_out), None
    )


def anchored_rrule(rrule: str, due: date) -> str:
    """The rule with the day of month written into it where rolling would lose it.

    "Every month" first due on the 31st must come back to the 31st after February; days up to the 28th need nothing.
    """
    rule = parse_rule(rrule)
    loose = not (rule.bymonthday or rule.byday)
    if due.day > 28 and loose and rule.freq == "MONTHLY":
        return str(replace(rule, bymonthday=(due.day,)))
    if due.day > 28 and loose and rule.freq == "YEARLY":
        return str(replace(rule, bymonth=rule.bymonth or (due.month,), bymonthday=(due.day,)))
    return str(rule)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _is_after(moment: date | datetime, floor: date | datetime) -> bool:
    if isinstance(moment, datetime) and isinstance(floor, datetime):
        return moment > floor
    return _day(moment) > _day(floor)


def _restart(anchor: date | datetime, done_on: date | datetime) -> date | datetime:
    if isinstance(anchor, datetime):
        # Counting starts on the day of completion; the time of day stays the task's own.
        return datetime.combine(_day(done_on), anchor.time())
    return _day(done_on)


def _later(start: date | datetime, after: date | datetime) -> date | datetime:
    if isinstance(start, datetime):
        return max(start, after if isinstance(after, datetime) else datetime.combine(after, time.max))
    return max(start, _day(after))


def _unbounded(rule: Rule, anchor: date | datetime) -> Iterator[date | datetime]:
    if rule.freq == "HOURLY":
        yield from _hourly(rule, anchor)
        return
    periods = _PERIODS[rule.freq](rule, _day(anchor))
    silent = 0
    for days in periods:
        silent += 1
        if silent > _SILENT_PERIODS[rule.freq]:
            return
        for day in _positions(rule, sorted(set(days))):
            for moment in _at_times(rule, day, anchor):
                if moment >= anchor:
                    silent = 0
                    yield moment


def _hourly(rule: Rule, anchor: date | datetime) -> Iterator[datetime]:
    moment = anchor if isinstance(anchor, datetime) else datetime.combine(anchor, time())
    step = timedelta(hours=rule.interval)
    silent = 0
    while moment.year < _LAST_YEAR and silent < _SILENT_PERIODS["HOURLY"]:
        silent += 1
        if _allowed(rule, moment.date()) and (not rule.byhour or moment.hour in rule.byhour):
            silent = 0
            yield moment
        moment += step


def _at_times(rule: Rule, day: date, anchor: date | datetime) -> Iterator[date | datetime]:
    if not rule.byhour:
        yield datetime.combine(day, anchor.time()) if isinstance(anchor, datetime) else day
        return
    if not isinstance(anchor, datetime):
        yield day
        return
    for hour in rule.byhour:
        for minute in rule.byminute or (0,):
            yield datetime.combine(day, time(hour, minute))


def _positions(rule: Rule, days: list[date]) -> list[date]:
    if not rule.bysetpos:
        return days
    count = len(days)
    indices = {position - 1 if position > 0 else count + position for position in rule.bysetpos}
    return [days[index] for index in sorted(indices) if 0 <= index < count]


def _allowed(rule: Rule, day: date) -> bool:
    if rule.bymonth and day.month not in rule.bymonth:
        return False
    if rule.bymonthday and day not in _month_days(rule, day.year, day.month):
        return False
    return not rule.byday or any(weekday == day.weekday() for _, weekday in rule.byday)


def _daily(rule: Rule, start: date) -> Iterator[list[date]]:
    day = start
    while day.year < _LAST_YEAR:
        yield [day] if _allowed(rule, day) else []
        day += timedelta(days=rule.interval)


def _weekly(rule: Rule, start: date) -> Iterator[list[date]]:
    monday = start - timedelta(days=(start.weekday() - rule.wkst) % 7)
    weekdays = [weekday for _, weekday in rule.byday] or [start.weekday()]
    offsets = sorted((weekday - rule.wkst) % 7 for weekday in weekdays)
    while monday.year < _LAST_YEAR:
        days = [monday + timedelta(days=offset) for offset in offsets]
        yield [day for day in days if not rule.bymonth or day.month in rule.bymonth]
        monday += timedelta(weeks=rule.interval)


def _monthly(rule: Rule, start: date) -> Iterator[list[date]]:
    index = start.year * 12 + start.month - 1
    while index // 12 < _LAST_YEAR:
        year, month = divmod(index, 12)
        yield _days_of_month(rule, year, month + 1, start) if not rule.bymonth or month + 1 in rule.bymonth else []
        index += rule.interval


def _yearly(rule: Rule, start: date) -> Iterator[list[date]]:
    for year in range(start.year, _LAST_YEAR, rule.interval):
        if rule.bymonth or rule.bymonthday:
            months = rule.bymonth or tuple(range(1, 13))
            yield [day for month in months for day in _days_of_month(rule, year, month, start)]
        elif rule.byday:
            yield _weekdays_between(rule, date(year, 1, 1), date(year, 12, 31))
        else:
            yield [date(year, start.month, min(start.day, monthrange(year, start.month)[1]))]


_PERIODS = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}


def _days_of_month(rule: Rule, year: int, month: int, start: date) -> list[date]:
    if rule.bymonthday:
        days = _month_days(rule, year, month)
        if rule.byday:
            weekdays = {weekday for _, weekday in rule.byday}
            days = [day for day in days if day.weekday() in weekdays]
        return days
    last = monthrange(year, month)[1]
    if rule.byday:
        return _weekdays_between(rule, date(year, month, 1), date(year, month, last))
    return [date(year, month, min(start.day, last))]


def _month_days(rule: Rule, year: int, month: int) -> list[date]:
    last = monthrange(year, month)[1]
    days = []
    for number in rule.bymonthday:
        day = number if number > 0 else last + 1 + number
        if not rule.byday:
            # Rolling: the 31st of a short month is its last day, but "Friday the 31st" is nothing in it.
            day = min(max(day, 1), last)
        if 1 <= day <= last:
            days.append(date(year, month, day))
    return days


def _weekdays_between(rule: Rule, first: date, last: date) -> list[date]:
    days: list[date] = []
    for ordinal, weekday in rule.byday:
        opening = first + timedelta(days=(weekday - first.weekday()) % 7)
        closing = last - timedelta(days=(last.weekday() - weekday) % 7)
        if ordinal > 0:
            chosen = [opening + timedelta(weeks=ordinal - 1)]
        elif ordinal < 0:
            chosen = [closing + timedelta(weeks=ordinal + 1)]
        else:
            chosen = [opening + timedelta(weeks=week) for week in range((closing - opening).days // 7 + 1)]
        days.extend(day for day in chosen if first <= day <= last)
    return days
