"""A repeat rule in English, such that the English reads back to the same rule.

The sentence is built in the order in which the repeat grammar takes it apart: how often, on which days, in
which months, at what times, until when, except when, and whether it is counted from completion. A property
test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from taskora.language.lexicon import MONTH_NAMES, WEEKDAY_NAMES
from taskora.language.rules import Rule, parse_rule

_UNITS = {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_WORKWEEK = (0, 1, 2, 3, 4)


def describe(rrule: str, recur_from: str = "due", exdates: Sequence[date] = ()) -> str:
    """English for a stored rule ("every 2nd Friday of the month except …"); raises RuleError for one that
    can't be stored."""
    rule = parse_rule(rrule)
    pieces = [_how_often(rule), _on(rule), _in_months(rule), _at_times(rule), _how_long(rule)]
    if exdates:
        pieces.append("except " + _joined([_day(day) for day in sorted(exdates)]))
    if recur_from == "done":
        pieces.append("after completion")
    return " ".join(piece for piece in pieces if piece)


def _weekdays(rule: Rule) -> tuple[int, ...]:
    return tuple(day for _, day in rule.byday)


def _how_often(rule: Rule) -> str:
    if rule.freq == "WEEKLY" and rule.interval == 1 and rule.byday:
        return "every " + ("weekday" if _weekdays(rule) == _WORKWEEK else _names(_weekdays(rule)))
    if rule.freq == "WEEKLY" and rule.interval == 2 and len(rule.byday) == 1:
        return "every other " + _names(_weekdays(rule))
    unit = _UNITS[rule.freq]
    return f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"


def _on(rule: Rule) -> str:
    if rule.freq == "WEEKLY" and (rule.interval == 1 or (rule.interval == 2 and len(rule.byday) == 1)):
        return ""
    within = _within(rule)
    if rule.bymonthday:
        days = [_month_day(number) for number in rule.bymonthday]
        suffix = f" if {_names(_weekdays(rule))}" if rule.byday else ""
        return f"on the {_joined(days)}{within}{suffix}"
    if rule.bysetpos:
        kind = "weekday" if _weekdays(rule) == _WORKWEEK else "of " + _names(_weekdays(rule))
        return f"on the {_joined([_ordinal(number) for number in rule.bysetpos])} {kind}{within}"
    if any(number for number, _ in rule.byday):
        days = [f"{_ordinal(number)} {WEEKDAY_NAMES[day].capitalize()}" for number, day in rule.byday]
        return f"on the {_joined(days)}{within}"
    if rule.byday:
        week = f" with weeks starting on {WEEKDAY_NAMES[rule.wkst].capitalize()}" if rule.wkst else ""
        return "on " + _names(_weekdays(rule)) + week
    return ""


def _within(rule: Rule) -> str:
    """Yearly rules name their months right behind the days; without months the days are the year's."""
    if rule.freq != "YEARLY":
        return ""
    return f" of {_months(rule)}" if rule.bymonth else " of the year"


def _in_months(rule: Rule) -> str:
    numbered = rule.bymonthday or rule.bysetpos or any(number for number, _ in rule.byday)
    if not rule.bymonth or (rule.freq == "YEARLY" and numbered):
        return ""
    return f"in {_months(rule)}"


def _months(rule: Rule) -> str:
    return _joined([MONTH_NAMES[month - 1].capitalize() for month in rule.bymonth])


def _at_times(rule: Rule) -> str:
    if not rule.byhour:
        return ""
    if rule.freq == "HOURLY":
        return f"between {rule.byhour[0]:02}:00 and {rule.byhour[-1]:02}:00"
    return "at " + _joined([f"{hour:02}:{minute:02}" for hour in rule.byhour for minute in rule.byminute or (0,)])


def _how_long(rule: Rule) -> str:
    if rule.count is not None:
        return "for 1 time" if rule.count == 1 else f"for {rule.count} times"
    return f"until {_day(rule.until)}" if rule.until else ""


def _day(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1].capitalize()} {day.year}"


def _month_day(number: int) -> str:
    return f"{_ordinal(number)} day" if number < 0 else _ordinal(number)


def _ordinal(number: int) -> str:
    if number == -1:
        return "last"
    if number < 0:
        return f"{_ordinal(-number)} to last"
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _names(days: Sequence[int]) -> str:
    return _joined([WEEKDAY_NAMES[day].capitalize() for day in days])


def _joined(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
