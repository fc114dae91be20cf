"""Repeat phrases: "every other tuesday", "monthly on the 1st at 9am", "every 2nd friday of the month except july".

A phrase is a head and tails in any order (on, at, in, from, until, for, except, after completion). Head and
tails fill one `Repeat`; its `built` turns it into an RFC 5545 rule.
"""

from __future__ import annotations

from dataclasses import replace

from taskora.language.clocks import clock, part_clock
from taskora.language.day_phrases import day_phrase
from taskora.language.days import Day
from taskora.language.errors import RuleError
from taskora.language.lexer import COMMA, DASH
from taskora.language.lexicon import (
    EXCEPT,
    FROM,
    PARTS_OF_DAY,
    UNTIL,
    WEEKDAYS,
)
from taskora.language.line import Line, integer, unit
from taskora.language.moments import content_at, time_range
from taskora.language.repeat_heads import HEADS, dates_of_year, month_days, ordinal_weekdays
from taskora.language.repeat_lists import listed, month_item, weekday_item, weekday_list
from taskora.language.repeats import PLURAL_PARTS, Repeat, RepeatStep
from taskora.language.tables import phrases


def _tail_days(line: Line, j: int, so_far: Repeat) -> RepeatStep:
    """ "on tuesday", "on the 1st and 15th", "on the last friday", "on 3 march"."""
    rule = so_far.rule
    k = j
    if line.word(k) == "on" and line.spaced(k + 1):
        k += 2 if line.word(k + 1) == "a" else 1
    elif not (line.word(k) == "the" and rule.freq in ("MONTHLY", "YEARLY")) and (
        rule.freq != "WEEKLY" or rule.byday or line.word(k) not in WEEKDAYS
    ):
        return None
    if rule.byday or rule.bymonthday:
        return None
    days = weekday_list(line, k)
    if rule.freq in ("WEEKLY", "DAILY", "HOURLY"):
        if days is None:
            return None
        freq = "WEEKLY" if rule.freq == "DAILY" and rule.interval == 1 else rule.freq
        return replace(so_far, rule=replace(rule, freq=freq, byday=tuple((0, day) for day in days[0]))), days[1]
    if days and rule.interval > 1:
        return replace(so_far, rule=replace(rule, byday=tuple((0, day) for day in days[0]))), days[1]
    found = _longest(line, k)
    if found:
        inner = found[0].rule
        if rule.freq == "YEARLY" and inner.freq != "YEARLY" and not rule.bymonth:
            return None
        months = inner.bymonth or rule.bymonth
        return replace(so_far, rule=replace(inner, freq=rule.freq, interval=rule.interval, bymonth=months)), found[1]
    day = line.follows(k, "day")
    if day is not None and line.kind(day) == "number" and 1 <= line.tokens[day].value[0] <= 31:
        return replace(so_far, rule=replace(rule, bymonthday=line.tokens[day].value[:1])), day + 1
    return None


def _longest(line: Line, k: int) -> RepeatStep:
    """The day phrase that reaches furthest: "the 1st of May, June and July" is no single date."""
    best: RepeatStep = None
    for read in (dates_of_year, ordinal_weekdays, month_days):
        found = read(line, k + 1 if read is dates_of_year and line.word(k) == "the" else k)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best


def _tail_if(line: Line, j: int, so_far: Repeat) -> RepeatStep:
    """ "on the 13th if Friday": month days that count only on some weekdays."""
    rule = so_far.rule
    if line.word(j) != "if" or not rule.bymonthday or rule.byday:
        return None
    k = (
        line.follows(j, "if", "it's", "a")
        or line.follows(j, "if", "it", "is", "a")
        or line.follows(j, "if", "a")
        or j + 1
    )
    days = weekday_list(line, k) if line.spaced(k) else None
    if days is None:
        return None
    return replace(so_far, rule=replace(rule, byday=tuple((0, day) for day in days[0]))), days[1]


def _tail_week_start(line: Line, j: int, so_far: Repeat) -> RepeatStep:
    k = line.follows(j, "with", "weeks", "starting", "on")
    if k is None or line.word(k) not in WEEKDAYS:
        return None
    return replace(so_far, rule=replace(so_far.rule, wkst=WEEKDAYS[line.word(k)])), k + 1


def _tail_time(line: Line, j: int, so_far: Repeat) -> RepeatStep:
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
            return (replace(so_far, rule=replace(so_far.rule, byhour=hours)), times[2]) if hours else None
        return replace(so_far, clock=times[0], end_clock=times[1]), times[2]
    if lead in ("from", "between"):
        return None
    told = clock(line, k, named=named)
    if told and told[0].bare and not named and content_at(line, told[1], after_number=True):
        told = None
    if told and told[0].bare and line.is_capital(told[1]) and content_at(line, told[1]):
        told = None
    if told and line.tokens[told[1] - 1].closes:
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
            behind = line.follows(j, *words) if words else j
            if (
                behind is not None
                and line.word(behind) in PARTS_OF_DAY
                and line.spaced(behind)
                and (words != ("at",) or line.word(behind) == "night")
            ):
                return replace(so_far, clock=part_clock(line.word(behind))), behind + 1
        if line.word(j) in PLURAL_PARTS:
            return replace(so_far, clock=part_clock(PLURAL_PARTS[line.word(j)])), j + 1
    return None


def _tail_months(line: Line, j: int, so_far: Repeat) -> RepeatStep:
    if line.word(j) not in ("in", "during", "of") or not line.spaced(j + 1) or so_far.rule.bymonth:
        return None
    months = listed(line, j + 1, month_item)
    if months is None:
        if line.follows(j, "of", "the", "month"):
            return so_far, j + 3
        return None
    if line.kind(months[1]) == "number" and line.near(months[1]):
        return None
    return replace(so_far, rule=replace(so_far.rule, bymonth=months[0])), months[1]


def _tail_start(line: Line, j: int, so_far: Repeat) -> RepeatStep:
    if so_far.start or line.word(j) not in FROM or not line.spaced(j + 1):
        return None
    k = j + 1
    if line.word(k) in ("on", "from", "at") and line.spaced(k + 1):
        k += 1
    if line.word(k) == "now":
        return replace(so_far, start=Day(line.today)), k + 1
    day = day_phrase(line, k)
    if day is None or not line.tokens[day[1] - 1].closes:
        told = clock(line, k, named=True)
        if told and so_far.clock is None and line.tokens[told[1] - 1].closes and not told[0].bare:
            return replace(so_far, clock=told[0]), told[1]
        return None
    return replace(so_far, start=day[0]), day[1]


def _tail_until(line: Line, j: int, so_far: Repeat) -> RepeatStep:
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
    whole = line.word(j) in ("through", "thru") and day[0].last is not None
    return replace(so_far, until=day[0].last if whole else day[0].date), day[1]


def _tail_length(line: Line, j: int, so_far: Repeat) -> RepeatStep:
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


def _tail_except(line: Line, j: int, so_far: Repeat) -> RepeatStep:
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


def _one_exception(line: Line, k: int, so_far: Repeat) -> RepeatStep:
    exact = day_phrase(line, k)
    days = weekday_item(line, k)
    if days and (exact is None or exact[1] <= days[1]):
        return replace(so_far, weekdays_out=so_far.weekdays_out + days[0]), days[1]
    months = month_item(line, k)
    if months and (exact is None or exact[1] <= months[1]):
        return replace(so_far, months_out=so_far.months_out + months[0]), months[1]
    if exact and exact[0].moment is None and line.tokens[exact[1] - 1].closes:
        return replace(so_far, exdates=(*so_far.exdates, exact[0].date)), exact[1]
    return None


_DONE_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in phrases(
        "after completion|from completion|after done|when done|when completed|after completing|"
        "after i finish|after finishing|after each completion|from done|after i complete it|after it's done|"
        "after its done|once done|once completed|after completed|counted from completion|"
        "from the completion date|from completion date"
    )
)


def _tail_done(line: Line, j: int, so_far: Repeat) -> RepeatStep:
    for words in sorted(_DONE_PHRASES, key=len, reverse=True):
        end = line.follows(j, *words)
        if end is not None:
            return replace(so_far, recur_from="done"), end
    return None


_TAILS = (
    _tail_days,
    _tail_if,
    _tail_week_start,
    _tail_time,
    _tail_months,
    _tail_start,
    _tail_until,
    _tail_length,
    _tail_except,
    _tail_done,
)


def repeat(line: Line, i: int) -> tuple[Repeat, int] | None:
    """The repeat phrase at `i` with everything that belongs to it, or None."""
    for head in HEADS:
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
