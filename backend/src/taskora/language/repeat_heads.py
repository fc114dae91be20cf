"""How a repeat phrase begins: "every 3 days", "weekly", "mondays", "the last day of every month"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from taskora.language.clocks import part_clock
from taskora.language.feasts import FIRST_WORDS, LONGEST_NAME, feast_rule
from taskora.language.lexer import COMMA, DASH, SPACE
from taskora.language.lexicon import (
    EVERY,
    MONTHS,
    OTHER,
    PLURAL_WEEKDAYS,
    RULE_ADVERBS,
    TO_WORDS,
    WEEKDAYS,
)
from taskora.language.line import Line, integer, ordinal, unit
from taskora.language.moments import content_at
from taskora.language.repeat_lists import listed, month_item, ordinal_item, weekday_item, weekday_list
from taskora.language.repeats import FREQ_OF_UNIT, PLURAL_PARTS, WEEKEND, WORKWEEK, Repeat, RepeatStep
from taskora.language.rules import Rule


def _every(line: Line, i: int) -> RepeatStep:
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
    best: RepeatStep = None
    for body in (counted_unit, ordinal_weekdays, _weekdays, dates_of_year, month_days, _part_of_day, feast):
        found = body(line, j)
        if found and (best is None or found[1] > best[1]):
            best = found
    return (replace(best[0], recur_from=recur_from), best[1]) if best else None


def counted_unit(line: Line, i: int) -> RepeatStep:
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
        days = weekday_item(line, j) if line.spaced(j) and line.word(j) in WEEKDAYS else None
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
    if name not in FREQ_OF_UNIT or (name == "hour" and line.kind(i) == ""):
        return None
    freq, base = FREQ_OF_UNIT[name]
    return Repeat(Rule(freq, interval=interval * base)), k


def scope_of_month(line: Line, i: int) -> tuple[tuple[str, int, tuple[int, ...]], int] | None:
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
        counted = counted_unit(line, j + 1)
        if counted and counted[0].rule.freq in ("MONTHLY", "YEARLY") and not counted[0].rule.byday:
            return (counted[0].rule.freq, counted[0].rule.interval, ()), counted[1]
        j += 1
    if line.word(j) == "the" and line.follows(j, "the", "quarter"):
        return None
    months = listed(line, j, month_item)
    if months:
        return ("YEARLY", 1, months[0]), months[1]
    return None


def ordinal_weekdays(line: Line, i: int) -> RepeatStep:
    """ "2nd friday (of the month)", "1st monday and last friday of june", "last workday", "2nd of Monday and
    Friday"."""
    j = i + 1 if line.word(i) == "the" and line.spaced(i + 1) else i
    first = _numbered_weekdays(line, j)
    if first is None:
        return None
    numbers, days, positional, k = first
    pairs = [(number, day) for number in numbers for day in days]
    while not positional:
        more = k + 1 if line.near(k) and line.word(k) == "and" else k
        if more == k and line.join(k) != COMMA:
            break
        more += line.word(more) == "the"
        again = _numbered_weekdays(line, more)
        if again is None or again[2]:
            break
        pairs += [(number, day) for number in again[0] for day in again[1]]
        k = again[3]
    scope = scope_of_month(line, k)
    freq, interval, months = scope[0] if scope else ("MONTHLY", 1, ())
    end = scope[1] if scope else k
    if positional:
        byday = tuple((0, day) for day in days)
        return Repeat(Rule(freq, interval=interval, bymonth=months, byday=byday, bysetpos=numbers)), end
    if any(abs(number) > 5 for number, _ in pairs) and not (freq == "YEARLY" and not months):
        return None
    return Repeat(Rule(freq, interval=interval, bymonth=months, byday=tuple(pairs))), end


def _numbered_weekdays(line: Line, i: int) -> tuple[tuple[int, ...], tuple[int, ...], bool, int] | None:
    """(numbers, weekdays, whether the numbers choose from all those days together, index behind)."""
    numbers = listed(line, i, ordinal_item)
    if numbers is None or not line.spaced(numbers[1]):
        return None
    k = numbers[1]
    together = line.word(k) == "of" and line.word(k + 1) in WEEKDAYS
    k += together
    days = weekday_list(line, k) if together else weekday_item(line, k)
    if days is None:
        return None
    workdays = line.word(k) not in WEEKDAYS and line.word(k) not in PLURAL_WEEKDAYS
    return numbers[0], days[0], together or workdays, days[1]


def _weekdays(line: Line, i: int) -> RepeatStep:
    days = weekday_list(line, i)
    if days is None:
        return None
    # "every friday the 13th"
    j = line.follows(days[1], "the")
    if j is not None and line.kind(j) == "ordinal" and line.spaced(days[1]):
        rule = Rule("MONTHLY", bymonthday=line.tokens[j].value[:1], byday=tuple((0, day) for day in days[0]))
        return Repeat(rule), j + 1
    return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0]))), days[1]


def dates_of_year(line: Line, i: int) -> RepeatStep:
    """ "15 march", "june 21", "25th of december", "january and july"."""
    for read in (_month_then_day, _day_then_month):
        found = read(line, i)
        if found:
            (month, day), j = found
            return Repeat(Rule("YEARLY", bymonth=(month,), bymonthday=(day,))), j
    months = listed(line, i, month_item)
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


def month_days(line: Line, i: int) -> RepeatStep:
    """ "15th", "1st and 15th of the month", "last day of june", "1st, 2nd to last day and last day"."""
    j = i + 1 if line.word(i) == "the" and line.spaced(i + 1) else i
    numbers = listed(line, j, _month_day_item)
    if numbers is None or not all(1 <= abs(number) <= 31 for number in numbers[0]):
        return None
    end = numbers[1]
    scope = scope_of_month(line, end)
    if scope is None and ((len(numbers[0]) == 1 and content_at(line, end)) or line.word(j) in ("second", "third")):
        return None
    freq, interval, months = scope[0] if scope else ("MONTHLY", 1, ())
    days = numbers[0]
    if freq == "YEARLY" and not months:
        if days not in ((1,), (-1,)):
            return None
        months = (1,) if days == (1,) else (12,)
    return Repeat(Rule(freq, interval=interval, bymonth=months, bymonthday=days)), scope[1] if scope else end


def _month_day_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
    found = ordinal(line, i)
    if found is None:
        return None
    number, j = found
    if line.word(j) == "day" and line.spaced(j):
        return (number,), j + 1
    return ((number,), j) if number > 0 else None


def _part_of_day(line: Line, i: int) -> RepeatStep:
    word = line.word(i)
    if word in ("morning", "afternoon", "evening", "night", "noon", "midnight"):
        return Repeat(Rule("DAILY"), clock=part_clock(word)), i + 1
    return None


def feast(line: Line, i: int) -> RepeatStep:
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


def _adverb(line: Line, i: int) -> RepeatStep:
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


def _once_a(line: Line, i: int) -> RepeatStep:
    """ "once a week", "once every 3 days", "1x a month"."""
    j = line.follows(i, "once")
    if j is None or not line.spaced(j):
        return None
    if line.word(j) in EVERY or line.word(j) in RULE_ADVERBS:
        return _every(line, j)
    if line.word(j) in ("a", "per", "an") and line.spaced(j + 1):
        entry = unit(line, j + 1, short_ok=False)
        if entry and entry[0] in FREQ_OF_UNIT:
            freq, interval = FREQ_OF_UNIT[entry[0]]
            return Repeat(Rule(freq, interval=interval)), entry[1]
    return None


def _plural(line: Line, i: int) -> RepeatStep:
    """ "mondays", "on tuesdays and thursdays", "weekdays", "weekends", "weekday mornings"."""
    j = i + 1 if line.word(i) in ("on", "most") and line.spaced(i + 1) else i
    word = line.word(j)
    if word not in PLURAL_WEEKDAYS and word not in ("weekdays", "weekends", "workdays"):
        # "weekday mornings", "monday mornings"
        if word in WEEKDAYS or word in ("weekday", "weekend", "workday"):
            days = weekday_list(line, j)
            if days and line.word(days[1]) in PLURAL_PARTS and line.spaced(days[1]):
                part = part_clock(PLURAL_PARTS[line.word(days[1])])
                return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0])), clock=part, plural=True), days[
                    1
                ] + 1
        return None
    days = weekday_list(line, j)
    if days is None:
        return None
    return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0])), plural=True), days[1]


def _nth_of_every(line: Line, i: int) -> RepeatStep:
    """ "first monday of every month", "on the 1st of each month", "last day of every quarter"."""
    j = i
    if line.word(j) == "on" and line.spaced(j + 1):
        j += 1
    if line.word(j) == "the" and line.spaced(j + 1):
        j += 1
    if ordinal(line, j) is None:
        return None
    for read in (ordinal_weekdays, month_days):
        found = read(line, j)
        if found and any(line.word(k) in EVERY for k in range(j, found[1])):
            return found
    return None


def _plain_list(line: Line, i: int) -> RepeatStep:
    """ "mon, wed and fri": three weekdays and more are a habit, not an appointment."""
    if line.word(i) not in WEEKDAYS:
        return None
    days = weekday_list(line, i)
    if days is None or len(set(days[0])) < 3 or line.join(i + 1) == DASH or line.word(i + 1) in TO_WORDS:
        return None
    return Repeat(Rule("WEEKLY", byday=tuple((0, day) for day in days[0])), plural=True), days[1]


HEADS = (_every, _adverb, _once_a, _plural, _nth_of_every, _plain_list)
