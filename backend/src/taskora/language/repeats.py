"""Repeat phrases: "every other tuesday", "monthly on the 1st at 9am", "every 2nd friday of the month except july".

A phrase is a head ("every 3 days", "weekly", "mondays", "the last day of every month") and tails in any order (on, at, in, from,
until, for, except, after completion). Head and tails fill one `Repeat`; `Repeat.rule` turns it into an RFC 5545 rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from taskora.language.clocks import Clock, clock, part_clock
from taskora.language.days import CERTAIN, Day, add_units, day_phrase
from taskora.language.errors import RuleError
from taskora.language.feasts import FIRST_WORDS, LONGEST_NAME, feast_rule
from taskora.language.lexer import COMMA, DASH, SLASH, SPACE
from taskora.language.lexicon import (
    EVERY,
    EXCEPT,
    FROM,
    MONTHS,
    OTHER,
    PARTS_OF_DAY,
    PLURAL_WEEKDAYS,
    RULE_ADVERBS,
    TO_WORDS,
    UNTIL,
    WEEKDAYS,
)
from taskora.language.line import Line, integer, ordinal, unit
from taskora.language.moments import content_at, time_range
from taskora.language.occurrences import first_occurrence
from taskora.language.rules import Rule, check_rule

WORKWEEK = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
_FREQ_OF_UNIT = {
    "hour": ("HOURLY", 1),
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "year": ("YEARLY", 1),
}
_PLURAL_PARTS = {"mornings": "morning", "afternoons": "afternoon", "evenings": "evening", "nights": "night"}


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a repeat phrase says, before it becomes a rule. `adverb`: the head was one word such as "weekly"."""

    rule: Rule
    clock: Clock | None = None
    end_clock: Clock | None = None
    clocks: tuple[Clock, ...] = ()
    start: Day | None = None
    until: date | None = None
    length: tuple[int, str] | None = None
    exdates: tuple[date, ...] = ()
    recur_from: str = "due"
    adverb: bool = False
    plural: bool = False
    weekdays_out: tuple[int, ...] = ()
    months_out: tuple[int, ...] = ()
    tails: tuple[str, ...] = field(default=())

    def built(self) -> Rule:
        """The canonical rule; raises RuleError when the parts don't go together."""
        rule = self.rule
        if self.weekdays_out:
            kept = [day for _, day in rule.byday] or list(range(7))
            left = tuple((0, day) for day in kept if day not in self.weekdays_out)
            freq = "WEEKLY" if rule.freq == "DAILY" and rule.interval == 1 else rule.freq
            rule = replace(rule, freq=freq, byday=left)
        if self.months_out:
            kept_months = tuple(month for month in (rule.bymonth or range(1, 13)) if month not in self.months_out)
            rule = replace(rule, bymonth=kept_months)
        if len(self.clocks) > 1:
            times = [told.time() for told in self.clocks]
            minutes = {moment.minute for moment in times}
            if len(minutes) == 1:
                rule = replace(rule, byhour=tuple(moment.hour for moment in times), byminute=tuple(minutes - {0}))
        if self.until:
            rule = replace(rule, until=self.until)
        rule = rule.canonical()
        check_rule(rule)
        return rule

    def first(self, now: datetime) -> date | datetime | None:
        """The first occurrence at or after now (and the start); a time of day makes it a datetime."""
        rule = self.built()
        # Where the rule names its days, weeks or months are counted from the first of them, so nothing is skipped before it.
        loose = (
            replace(rule, interval=1, until=None, count=None)
            if (rule.byday or rule.bymonthday or rule.bymonth)
            else replace(rule, until=None, count=None)
        )
        opening = self.start.date if self.start else now.date()
        if rule.freq == "HOURLY" and self.clock is None:
            moment = now if opening <= now.date() else datetime.combine(opening, datetime.min.time())
            if moment.second or moment.microsecond:
                moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
            if rule.byhour and moment.minute:
                moment = moment.replace(minute=0) + timedelta(hours=1)
            return first_occurrence(loose, moment, self.exdates)
        if self.clock is None:
            return first_occurrence(loose, opening, self.exdates)
        earliest = (
            min((told.time() for told in self.clocks), default=self.clock.time()) if rule.byhour else self.clock.time()
        )
        anchor = datetime.combine(opening, earliest)
        if not rule.byhour and anchor < now.replace(second=0, microsecond=0):
            anchor += timedelta(days=1)
        found = first_occurrence(loose, anchor, self.exdates)
        if rule.byhour and found is not None and found < now:  # type: ignore[operator]
            found = first_occurrence(loose, now.replace(second=0, microsecond=0) + timedelta(minutes=1), self.exdates)
        return found


Step = tuple[Repeat, int] | None


# --- lists ----------------------------------------------------------------------------------------------------------------


def _list(
    line: Line, i: int, item: Callable[[Line, int], tuple[tuple[int, ...], int] | None]
) -> tuple[tuple[int, ...], int] | None:
    """ "mon, wed and fri": items joined by commas, slashes, "and", "or", "&"; a dash or "to" between two makes a run."""
    found = item(line, i)
    if found is None:
        return None
    values, j = list(found[0]), found[1]
    while True:
        k = j
        joined = line.join(k) in (COMMA, SLASH)
        if line.near(k) and line.word(k) in ("and", "or", "plus"):
            k, joined = k + 1, True
            if line.word(k) == "on" and line.spaced(k):
                k += 1
        if line.word(k) == "the" and line.spaced(k):
            k += 1
        if not joined or k >= len(line):
            break
        more = item(line, k)
        if more is None:
            break
        values += more[0]
        j = more[1]
    return tuple(values), j


def _weekday_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
    word = line.word(i)
    first = WEEKDAYS.get(word, PLURAL_WEEKDAYS.get(word))
    if first is not None:
        k = i + 1
        if line.join(k) == DASH or (line.spaced(k) and line.word(k) in TO_WORDS and line.spaced(k + 1)):
            k += line.join(k) != DASH
            last = WEEKDAYS.get(line.word(k), PLURAL_WEEKDAYS.get(line.word(k)))
            if last is not None and last != first:
                return tuple((first + step) % 7 for step in range((last - first) % 7 + 1)), k + 1
        return (first,), i + 1
    if word in ("weekday", "weekdays", "workday", "workdays"):
        return WORKWEEK, i + 1
    if word in ("weekend", "weekends"):
        return WEEKEND, i + 1
    if word in ("business", "working", "work") and line.word(i + 1) in ("day", "days") and line.spaced(i + 1):
        return WORKWEEK, i + 2
    return None


def weekday_list(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
    """A list of weekdays, as numbers from Monday 0."""
    return _list(line, i, _weekday_item)


def _month_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
    first = MONTHS.get(line.word(i))
    if first is None:
        return None
    k = i + 1
    if line.join(k) == DASH or (line.spaced(k) and line.word(k) in TO_WORDS and line.spaced(k + 1)):
        k += line.join(k) != DASH
        last = MONTHS.get(line.word(k))
        if last is not None and last != first:
            return tuple((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)), k + 1
    return (first,), i + 1


def _ordinal_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
    found = ordinal(line, i)
    return ((found[0],), found[1]) if found else None


# --- heads ----------------------------------------------------------------------------------------------------------------


def _every(line: Line, i: int) -> Step:
    word = line.word(i)
    j = i + 1
    recur_from = "due"
    if word == "every!":
        recur_from = "done"
    elif (word == "after" and line.word(i + 1) == "every") or word not in EVERY or not line.spaced(j):
        return None
    if line.word(j) in ("single",) and line.spaced(j + 1):
        j += 1
    if j >= len(line) or line.join(j) not in (SPACE, "hard", "glued"):
        return None
    for body in (_counted_unit, _ordinal_weekdays, _weekdays, _dates_of_year, _month_days, _part_of_day, _feast):
        found = body(line, j)
        if found:
            return replace(found[0], recur_from=recur_from), found[1]
    return None


def _counted_unit(line: Line, i: int) -> Step:
    """ "other week", "2 weeks", "day", "3rd month", "couple of days"."""
    interval, j = 1, i
    if line.word(i) in OTHER and line.spaced(i + 1):
        interval, j = 2, i + 1
        if line.word(i) in ("second", "2nd") and (
            line.word(j) in WEEKDAYS or (line.word(j) in ("day", "weekday", "workday") and line.word(j + 1) == "of")
        ):
            return None
    elif line.follows(i, "couple", "of") or line.word(i) == "couple":
        interval, j = 2, i + (2 if line.word(i + 1) == "of" else 1)
    elif line.word(i) == "few" and line.spaced(i + 1):
        interval, j = 3, i + 1
    else:
        number = integer(line, i)
        if number:
            interval, j = number
            if line.kind(j) == "word" and not line.spaced(j):
                return None
        elif line.kind(i) == "ordinal" and (
            line.word(i + 1) in ("day", "week", "month", "year") and line.word(i + 2) != "of"
        ):
            interval, j = line.tokens[i].value[0], i + 1
        elif line.word(i) in ("third", "fourth", "fifth", "sixth", "tenth") and line.word(i + 1) in (
            "day",
            "week",
            "month",
            "year",
        ):
            if line.word(i + 2) == "of":
                return None
            interval, j = (ordinal(line, i) or (1, 0))[0], i + 1
    if not 1 <= interval <= 999:
        return None
    if interval > 1 or j > i:
        days = _weekday_item(line, j) if line.spaced(j) and line.word(j) in WEEKDAYS else None
        if days:
            listed = weekday_list(line, j) or days
            return Repeat(Rule("WEEKLY", interval=interval, byday=tuple((0, day) for day in listed[0]))), listed[1]
    entry = unit(line, j, short_ok=line.join(j) == "glued" and j > i)
    if entry is None:
        return None
    name, k = entry
    if name == "workday":
        if interval == 1:
            return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in WORKWEEK))), k
        return None
    if name == "weekend":
        return Repeat(Rule("WEEKLY", interval=interval, byday=tuple((0, day) for day in WEEKEND))), k
    if name not in _FREQ_OF_UNIT or (name == "hour" and line.kind(i) == ""):
        return None
    freq, base = _FREQ_OF_UNIT[name]
    return Repeat(Rule(freq, interval=interval * base)), k


def _scope_of_month(line: Line, i: int) -> tuple[tuple[str, int, tuple[int, ...]], int] | None:
    """ "of the month", "of every 3 months", "of june", "of the year": (frequency, interval, months)."""
    if line.word(i) not in ("of", "in", "on") or not line.spaced(i) or not line.spaced(i + 1):
        return None
    j = i + 1
    for words in (
        ("the", "month"),
        ("each", "month"),
        ("every", "month"),
        ("month",),
        ("a", "month"),
        ("any", "month"),
    ):
        k = line.follows(j, *words)
        if k is not None and line.word(i) != "on":
            return ("MONTHLY", 1, ()), k
    for words in (("the", "year"), ("each", "year"), ("every", "year")):
        k = line.follows(j, *words)
        if k is not None:
            return ("YEARLY", 1, ()), k
    if line.word(j) in EVERY and line.spaced(j + 1):
        counted = _counted_unit(line, j + 1)
        if counted and counted[0].rule.freq in ("MONTHLY", "YEARLY") and not counted[0].rule.byday:
            return (counted[0].rule.freq, counted[0].rule.interval, ()), counted[1]
        j += 1
    if line.word(j) == "the" and line.follows(j, "the", "quarter"):
        return None
    months = _list(line, j, _month_item)
    if months:
        return ("YEARLY", 1, months[0]), months[1]
    return None


def _ordinal_weekdays(line: Line, i: int) -> Step:
    """ "2nd friday (of the month)", "first and third monday of june", "last day of the month", "last workday"."""
    j = i + 1 if line.word(i) == "the" and line.spaced(i + 1) else i
    numbers = _list(line, j, _ordinal_item)
    if numbers is None or not line.spaced(numbers[1]):
        return None
    k = numbers[1]
    days = weekday_list(line, k)
    if days is None:
        if line.word(k) != "day":
            return None
        scope = _scope_of_month(line, k + 1)
        if scope is None and numbers[0] != (-1,):
            return None
        freq, interval, months = scope[0] if scope else ("MONTHLY", 1, ())
        if freq == "YEARLY" and not months:
            if numbers[0] not in ((1,), (-1,)):
                return None
            months, numbers = ((1,), numbers) if numbers[0] == (1,) else ((12,), numbers)
        rule = Rule(freq, interval=interval, bymonth=months, bymonthday=numbers[0])
        return Repeat(rule), scope[1] if scope else k + 1
    scope = _scope_of_month(line, days[1])
    freq, interval, months = scope[0] if scope else ("MONTHLY", 1, ())
    end = scope[1] if scope else days[1]
    workdays = line.word(k) in ("weekday", "weekdays", "workday", "workdays", "business", "working", "work", "weekend")
    if workdays:
        byday = tuple((0, day) for day in days[0])
        return Repeat(Rule(freq, interval=interval, bymonth=months, byday=byday, bysetpos=numbers[0])), end
    if any(abs(number) > 5 for number in numbers[0]) and not (freq == "YEARLY" and not months):
        return None
    byday = tuple((number, day) for number in numbers[0] for day in days[0])
    return Repeat(Rule(freq, interval=interval, bymonth=months, byday=byday)), end


def _weekdays(line: Line, i: int) -> Step:
    days = weekday_list(line, i)
    if days is None:
        return None
    # "every friday the 13th"
    j = line.follows(days[1], "the")
    if j is not None and line.kind(j) == "ordinal" and line.spaced(days[1]):
        rule = Rule("MONTHLY", bymonthday=line.tokens[j].value[:1], byday=tuple((0, day) for day in days[0]))
        return Repeat(rule), j + 1
    return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0]))), days[1]


def _dates_of_year(line: Line, i: int) -> Step:
    """ "15 march", "june 21", "25th of december", "january and july"."""
    for read in (_month_then_day, _day_then_month):
        found = read(line, i)
        if found:
            (month, day), j = found
            return Repeat(Rule("YEARLY", bymonth=(month,), bymonthday=(day,))), j
    months = _list(line, i, _month_item)
    if months is None or (content_at(line, months[1]) and line.word(i) in ("may", "march")):
        return None
    return Repeat(Rule("YEARLY", bymonth=months[0], bymonthday=(1,))), months[1]


def _month_then_day(line: Line, i: int) -> tuple[tuple[int, int], int] | None:
    month = MONTHS.get(line.word(i))
    j = i + 2 if line.word(i + 1) == "the" else i + 1
    if month is None or not line.spaced(j) or line.kind(j) not in ("number", "ordinal"):
        return None
    day = line.tokens[j].value[0]
    if not _is_day(month, day) or line.word(j + 1) in ("am", "pm"):
        return None
    return (month, day), j + 1


def _day_then_month(line: Line, i: int) -> tuple[tuple[int, int], int] | None:
    if line.kind(i) not in ("number", "ordinal"):
        return None
    j = i + 2 if line.word(i + 1) == "of" else i + 1
    month = MONTHS.get(line.word(j))
    day = line.tokens[i].value[0]
    return ((month, day), j + 1) if month and line.spaced(j) and _is_day(month, day) else None


def _is_day(month: int, day: int) -> bool:
    return 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _month_days(line: Line, i: int) -> Step:
    """ "15th", "1st and 15th of the month", "last day" is elsewhere."""
    j = i + 1 if line.word(i) == "the" and line.spaced(i + 1) else i
    if line.kind(j) != "ordinal" and not (
        line.word(j) in ("first", "fifteenth", "thirtieth") or (ordinal(line, j) or (0, 0))[1] > j + 1
    ):
        return None
    numbers = _list(line, j, _ordinal_item)
    if numbers is None or not all(1 <= number <= 31 for number in numbers[0]):
        return None
    end = numbers[1]
    if line.word(end) == "day" and line.spaced(end):
        end += 1
    scope = _scope_of_month(line, end)
    if scope is None and content_at(line, end):
        return None
    freq, interval, months = scope[0] if scope else ("MONTHLY", 1, ())
    if freq == "YEARLY" and not months:
        return None
    return Repeat(Rule(freq, interval=interval, bymonth=months, bymonthday=numbers[0])), scope[1] if scope else end


def _part_of_day(line: Line, i: int) -> Step:
    word = line.word(i)
    if word in ("morning", "afternoon", "evening", "night", "noon", "midnight"):
        return Repeat(Rule("DAILY"), clock=part_clock(word)), i + 1
    return None


def _feast(line: Line, i: int) -> Step:
    """ "every christmas", "every thanksgiving": the days that RFC 5545 can say (Easter isn't one)."""
    if line.word(i) not in FIRST_WORDS:
        return None
    for count in range(LONGEST_NAME, 0, -1):
        if i + count > len(line):
            continue
        name = tuple(line.word(k) for k in range(i, i + count))
        feast = feast_rule(name, line.locale.region)
        if feast is None:
            continue
        days = [day for year in range(line.today.year, line.today.year + 8) if (day := feast(year))]
        if len({(day.month, day.day) for day in days}) == 1:
            return Repeat(Rule("YEARLY", bymonth=(days[0].month,), bymonthday=(days[0].day,))), i + count
        for number in (1, 2, 3, 4, -1):
            places = {(day.month, day.weekday()) for day in days}
            fits = all(_nth_of_month(day, number) for day in days)
            if len(places) == 1 and fits:
                month, weekday = places.pop()
                return Repeat(Rule("YEARLY", bymonth=(month,), byday=((number, weekday),))), i + count
        return None
    return None


def _nth_of_month(day: date, number: int) -> bool:
    if number > 0:
        return (day.day - 1) // 7 + 1 == number
    return (day + timedelta(days=7)).month != day.month


def _adverb(line: Line, i: int) -> Step:
    entry = RULE_ADVERBS.get(line.word(i))
    if line.word(i) in ("bi", "semi") and line.join(i + 1) == DASH:
        interval = {"weekly": ("WEEKLY", 2), "monthly": ("MONTHLY", 2), "annually": ("MONTHLY", 6)}.get(
            line.word(i + 1)
        )
        return (Repeat(Rule(interval[0], interval=interval[1]), adverb=True), i + 2) if interval else None
    if entry is None:
        return None
    told = part_clock("night") if line.word(i) == "nightly" else None
    return Repeat(Rule(entry[0], interval=entry[1]), clock=told, adverb=True), i + 1


def _once_a(line: Line, i: int) -> Step:
    """ "once a week", "once every 3 days", "1x a month"."""
    j = line.follows(i, "once")
    if j is None or not line.spaced(j):
        return None
    if line.word(j) in EVERY or line.word(j) in RULE_ADVERBS:
        return _every(line, j)
    if line.word(j) in ("a", "per", "an") and line.spaced(j + 1):
        entry = unit(line, j + 1, short_ok=False)
        if entry and entry[0] in _FREQ_OF_UNIT:
            freq, interval = _FREQ_OF_UNIT[entry[0]]
            return Repeat(Rule(freq, interval=interval)), entry[1]
    return None


def _plural(line: Line, i: int) -> Step:
    """ "mondays", "on tuesdays and thursdays", "weekdays", "weekends", "weekday mornings"."""
    j = i + 1 if line.word(i) in ("on", "most") and line.spaced(i + 1) else i
    word = line.word(j)
    if word not in PLURAL_WEEKDAYS and word not in ("weekdays", "weekends", "workdays"):
        # "weekday mornings", "monday mornings"
        if word in WEEKDAYS or word in ("weekday", "weekend", "workday"):
            days = weekday_list(line, j)
            if days and line.word(days[1]) in _PLURAL_PARTS and line.spaced(days[1]):
                part = part_clock(_PLURAL_PARTS[line.word(days[1])])
                return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0])), clock=part, plural=True), days[
                    1
                ] + 1
        return None
    days = weekday_list(line, j)
    if days is None:
        return None
    return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0])), plural=True), days[1]


def _nth_of_every(line: Line, i: int) -> Step:
    """ "first monday of every month", "on the 1st of each month", "last day of every quarter"."""
    j = i
    if line.word(j) == "on" and line.spaced(j + 1):
        j += 1
    if line.word(j) == "the" and line.spaced(j + 1):
        j += 1
    if ordinal(line, j) is None:
        return None
    for read in (_ordinal_weekdays, _month_days):
        found = read(line, j)
        if found and any(line.word(k) in EVERY for k in range(j, found[1])):
            return found
    return None


def _plain_list(line: Line, i: int) -> Step:
    """ "mon, wed and fri": three weekdays and more are a habit, not an appointment."""
    if line.word(i) not in WEEKDAYS:
        return None
    days = weekday_list(line, i)
    if days is None or len(set(days[0])) < 3 or line.join(i + 1) == DASH or line.word(i + 1) in TO_WORDS:
        return None
    return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0])), plural=True), days[1]


_HEADS = (_every, _adverb, _once_a, _plural, _nth_of_every, _plain_list)


# --- tails ----------------------------------------------------------------------------------------------------------------


def _tail_days(line: Line, j: int, so_far: Repeat) -> Step:
    """ "on tuesday", "on the 1st and 15th", "on the last friday", "on 3 march"."""
    rule = so_far.rule
    k = j
    if line.word(k) == "on" and line.spaced(k + 1):
        k += 1
    elif not (line.word(k) == "the" and rule.freq in ("MONTHLY", "YEARLY")):
        if rule.freq != "WEEKLY" or rule.byday or line.word(k) not in WEEKDAYS:
            return None
    if rule.byday or rule.bymonthday:
        return None
    if rule.freq in ("WEEKLY", "DAILY", "HOURLY"):
        days = weekday_list(line, k)
        if days is None:
            return None
        freq = "WEEKLY" if rule.freq == "DAILY" and rule.interval == 1 else rule.freq
        return replace(so_far, rule=replace(rule, freq=freq, byday=tuple((0, day) for day in days[0]))), days[1]
    if rule.freq == "YEARLY" and rule.interval >= 1:
        found = _dates_of_year(line, k + 1 if line.word(k) == "the" else k)
        if found and found[0].rule.freq == "YEARLY":
            return replace(so_far, rule=replace(found[0].rule, interval=rule.interval)), found[1]
    for read in (_ordinal_weekdays, _month_days):
        found = read(line, k)
        if found:
            inner = found[0].rule
            if rule.freq == "YEARLY" and not inner.bymonth:
                return None
            months = inner.bymonth or rule.bymonth
            freq = "YEARLY" if rule.freq == "YEARLY" or inner.bymonth else rule.freq
            return replace(so_far, rule=replace(inner, freq=freq, interval=rule.interval, bymonth=months)), found[1]
    day = line.follows(k, "day")
    if day is not None and line.kind(day) == "number" and 1 <= line.tokens[day].value[0] <= 31:
        return replace(so_far, rule=replace(rule, bymonthday=line.tokens[day].value[:1])), day + 1
    return None


def _tail_time(line: Line, j: int, so_far: Repeat) -> Step:
    if so_far.clock is not None and not so_far.clock.only_part:
        return None
    k, named = j, False
    if line.word(k) in ("at", "@", "around", "from", "between") and line.spaced(k + 1):
        k, named = k + 1, True
        if line.word(k) in ("around", "about"):
            k += 1
    lead = line.word(j) if named else ""
    times = time_range(line, k, lead)
    if times:
        if so_far.rule.freq == "HOURLY" and lead in ("from", "between"):
            hours = tuple(range(times[0].time().hour, times[1].time().hour + 1))
            return replace(so_far, rule=replace(so_far.rule, byhour=hours)) if hours else so_far, times[2]
        return replace(so_far, clock=times[0], end_clock=times[1]), times[2]
    if lead in ("from", "between"):
        return None
    told = clock(line, k, named=named)
    if told and line.tokens[told[1] - 1].closes and not (told[0].bare and content_at(line, told[1], after_number=True)):
        value = told[0].within(so_far.clock.part) if so_far.clock else told[0]
        clocks, end = [value], told[1]
        while line.near(end):
            more = end + 1 if line.word(end) in ("and", "&") else end
            if more == end and line.join(end) != COMMA:
                break
            more += line.word(more) in ("at", "@")
            again = clock(line, more, named=named)
            if (
                again is None
                or not line.tokens[again[1] - 1].closes
                or (again[0].bare and content_at(line, again[1], after_number=True))
            ):
                break
            clocks.append(again[0])
            end = again[1]
        return replace(so_far, clock=value, clocks=tuple(clocks)), end
    if so_far.clock is None:
        for words in (("in", "the"), ("at",), ()):
            end = line.follows(j, *words) if words else j
            if (
                end is not None
                and line.word(end) in PARTS_OF_DAY
                and line.spaced(end)
                and (words != ("at",) or line.word(end) == "night")
            ):
                return replace(so_far, clock=part_clock(line.word(end))), end + 1
        if line.word(j) in _PLURAL_PARTS:
            return replace(so_far, clock=part_clock(_PLURAL_PARTS[line.word(j)])), j + 1
    return None


def _tail_months(line: Line, j: int, so_far: Repeat) -> Step:
    if line.word(j) not in ("in", "during", "of") or not line.spaced(j + 1) or so_far.rule.bymonth:
        return None
    months = _list(line, j + 1, _month_item)
    if months is None:
        if line.follows(j, "of", "the", "month"):
            return so_far, j + 3
        return None
    if line.kind(months[1]) == "number" and line.near(months[1]):
        return None
    return replace(so_far, rule=replace(so_far.rule, bymonth=months[0])), months[1]


def _tail_start(line: Line, j: int, so_far: Repeat) -> Step:
    if so_far.start or line.word(j) not in FROM or not line.spaced(j + 1):
        return None
    k = j + 1
    if line.word(k) in ("on", "from", "at") and line.spaced(k + 1):
        k += 1
    day = day_phrase(line, k)
    if day is None or not line.tokens[day[1] - 1].closes:
        told = clock(line, k, named=True)
        if told and so_far.clock is None and line.tokens[told[1] - 1].closes and not told[0].bare:
            return replace(so_far, clock=told[0]), told[1]
        return None
    return replace(so_far, start=day[0]), day[1]


def _tail_until(line: Line, j: int, so_far: Repeat) -> Step:
    if so_far.until or so_far.length or so_far.rule.count:
        return None
    if line.word(j) in UNTIL and line.spaced(j + 1):
        k = j + 1
        if line.word(k) in ("on", "the") and line.spaced(k + 1) and line.word(k) == "on":
            k += 1
    elif line.word(j) == "to" and so_far.start and line.spaced(j + 1):
        k = j + 1
    else:
        return None
    day = day_phrase(line, k)
    if day is None or not line.tokens[day[1] - 1].closes:
        return None
    return replace(so_far, until=day[0].date), day[1]


def _tail_length(line: Line, j: int, so_far: Repeat) -> Step:
    """ "for 6 weeks", "for the next 3 months", "for 10 times", "10 times"."""
    if so_far.until or so_far.length or so_far.rule.count:
        return None
    k = j + 1 if line.word(j) == "for" and line.spaced(j + 1) else j
    if k > j:
        k = line.follows(k, "the", "next") or line.follows(k, "next") or k
    number = integer(line, k) or ((1, k + 1) if line.word(k) in ("a", "one") and k > j else None)
    if number is None or not line.spaced(number[1]) or not 1 <= number[0] <= 999:
        return None
    if line.word(number[1]) in ("times", "time", "occurrences", "repetitions", "x"):
        return replace(so_far, rule=replace(so_far.rule, count=number[0])), number[1] + 1
    entry = unit(line, number[1], short_ok=False) if k > j else None
    if entry is None or entry[0] not in ("day", "week", "month", "year", "fortnight", "quarter"):
        return None
    return replace(so_far, length=(number[0], entry[0])), entry[1]


def _tail_except(line: Line, j: int, so_far: Repeat) -> Step:
    k = line.follows(j, "but", "not") or line.follows(j, "not") or (j + 1 if line.word(j) in EXCEPT else None)
    if k is None:
        return None
    k += line.word(k) in ("for", "on", "in", "during")
    k += line.word(k) == "the"
    found = so_far
    end = j
    while line.spaced(k) or line.near(k):
        step = _one_exception(line, k, found)
        if step is None:
            break
        found, end = step
        k = end
        if line.near(k) and line.word(k) in ("and", "or"):
            k += 1
        elif line.join(k) != COMMA:
            break
        k += line.word(k) in ("on", "in", "the")
    return (found, end) if end > j else None


def _one_exception(line: Line, k: int, so_far: Repeat) -> Step:
    exact = day_phrase(line, k)
    days = _weekday_item(line, k)
    if days and (exact is None or exact[1] <= days[1]):
        return replace(so_far, weekdays_out=so_far.weekdays_out + days[0]), days[1]
    months = _month_item(line, k)
    if months and (exact is None or exact[1] <= months[1]):
        return replace(so_far, months_out=so_far.months_out + months[0]), months[1]
    if exact and exact[0].moment is None and line.tokens[exact[1] - 1].closes:
        return replace(so_far, exdates=(*so_far.exdates, exact[0].date)), exact[1]
    return None


_DONE_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in ["after completion", "from completion", "after done", "when done", "when completed", "after completing", "after i finish", "after finishing", "after each completion", "from done", "after i complete it", "after it's done", "after its done", "once done", "once completed", "after completed", "counted from completion", "from the completion date", "from completion date"]
)


def _tail_done(line: Line, j: int, so_far: Repeat) -> Step:
    for words in sorted(_DONE_PHRASES, key=len, reverse=True):
        end = line.follows(j, *words)
        if end is not None:
            return replace(so_far, recur_from="done"), end
    return None


_TAILS = (_tail_days, _tail_time, _tail_months, _tail_start, _tail_until, _tail_length, _tail_except, _tail_done)


def repeat(line: Line, i: int) -> tuple[Repeat, int] | None:
    """The repeat phrase at `i` with everything that belongs to it, or None."""
    for head in _HEADS:
        found = head(line, i)
        if found and line.tokens[found[1] - 1].closes:
            value, j = with_tails(line, *found)
            return (value, j) if _buildable(value) else None
    return None


def with_tails(line: Line, so_far: Repeat, j: int) -> tuple[Repeat, int]:
    """Everything behind `j` that goes on speaking of the same rule."""
    while line.near(j) or (j < len(line) and line.join(j) == DASH):
        for tail in _TAILS:
            step = tail(line, j, so_far)
            if step and step[1] > j and line.tokens[step[1] - 1].closes and _buildable(step[0]):
                so_far, j = step
                break
        else:
            break
    return so_far, j


def _buildable(value: Repeat) -> bool:
    try:
        value.built()
    except RuleError:
        return False
    return not (value.weekdays_out and len(set(value.weekdays_out)) == 7)


def with_length(value: Repeat, first: date) -> Repeat:
    """ "for 6 weeks" counts from the first occurrence: the last day is one before the same day six weeks on."""
    if value.length is None:
        return value
    end = add_units(first, value.length[0], value.length[1])
    return replace(value, until=end - timedelta(days=1), length=None) if end else value


__all__ = ["CERTAIN", "Repeat", "repeat", "weekday_list", "with_length", "with_tails"]
