"""Days and times together: "friday at 9", "9am on the 21st", "tomorrow morning", "from monday to friday",
"3-5pm", "by 6 june".

A `Moment` is what one uninterrupted stretch of words says about when. Its `role` comes from the word in front:
nothing special makes it the due moment, "by" a deadline, "starting" a start, "until" an end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from taskora.language.clocks import Clock, clock, part_clock
from taskora.language.day_phrases import day_phrase, length
from taskora.language.days import CERTAIN, Day, make_date, rolled, year_of
from taskora.language.lexer import DASH, HARD, SPACE
from taskora.language.lexicon import (
    AMOUNT_VERBS,
    BOUND_PHRASES_BEFORE_NUMBER,
    DAY_ENDS,
    EVERY,
    FROM,
    FUNCTION_WORDS,
    MONTHS,
    PARTS_OF_DAY,
    PRIORITY_NOUNS,
    REMIND_WORDS,
    RULE_ADVERBS,
    TASK_VERBS,
    TO_WORDS,
    TODAY,
    TOMORROW,
    TONIGHT,
    UNTIL,
    URGENT_WORDS,
    WEEKDAYS,
)
from taskora.language.line import Line

# End of the working day. Conventional office hours; nothing in the words says more.
DAY_END = Clock(17, 0, part="eod", only_part=True)
LAST_MINUTE = Clock(23, 59)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a stretch of words says: a day, a time or both; with `until_day` / `until_clock` it is a range;
    `more` are further times of the same day ("at 9am and 9pm"), which only a repeat can have."""

    day: Day | None = None
    clock: Clock | None = None
    until_day: Day | None = None
    until_clock: Clock | None = None
    more: tuple[Clock, ...] = ()
    role: str = "due"
    lead: str = ""

    @property
    def is_range(self) -> bool:
        """Whether both ends are named."""
        return self.until_day is not None or self.until_clock is not None


_LEADS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("no", "later", "than"), "deadline"),
    (("not", "later", "than"), "deadline"),
    (("at", "the", "latest", "by"), "deadline"),
    (("deadline", "is"), "deadline"),
    (("deadline", "on"), "deadline"),
    (("deadline", "for"), "deadline"),
    (("deadline",), "deadline"),
    (("is", "due", "by"), "deadline"),
    (("are", "due", "by"), "deadline"),
    (("is", "due", "on"), "due"),
    (("are", "due", "on"), "due"),
    (("is", "due", "in"), "due-in"),
    (("is", "due"), "due"),
    (("are", "due"), "due"),
    (("due", "by"), "deadline"),
    (("due", "before"), "deadline"),
    (("by", "the"), "deadline"),
    (("by",), "deadline"),
    (("before",), "deadline"),
    (("due", "date"), "due"),
    (("due", "on"), "due"),
    (("due", "at"), "due"),
    (("due", "in"), "due-in"),
    (("due",), "due"),
    (("scheduled", "for"), "due"),
    (("starting", "from"), "start"),
    (("starting", "on"), "start"),
    (("starting", "at"), "start"),
    (("starting",), "start"),
    (("beginning", "on"), "start"),
    (("beginning",), "start"),
    (("start", "on"), "start"),
    (("starts", "on"), "start"),
    (("from",), "start"),
    (("not", "before"), "start"),
    (("until",), "until"),
    (("till",), "until"),
    (("til",), "until"),
    (("through",), "until"),
    (("thru",), "until"),
    (("ending", "on"), "until"),
    (("ending",), "until"),
    (("on", "or", "before"), "deadline"),
    (("on",), "due"),
    (("at", "around"), "due"),
    (("at", "about"), "due"),
    (("at",), "due"),
    (("around",), "due"),
    (("for",), "due"),
    (("over",), "due"),
    (("after",), "due"),
    (("in",), "due"),
    (("within",), "due"),
)
_LEAD_BY_FIRST: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _words, _role in _LEADS:
    _LEAD_BY_FIRST.setdefault(_words[0], []).append((_words, _role))
LEAD_WORDS = frozenset(_LEAD_BY_FIRST)


def moment(line: Line, i: int) -> tuple[Moment, int] | None:
    """The moment phrase at `i` with its leading word, or None."""
    for words, role in _LEAD_BY_FIRST.get(line.word(i), ()):
        j = line.follows(i, *words)
        if j is None or (line.join(j) == HARD or (line.join(j) not in (SPACE, "glued", "colon", DASH))):
            continue
        if words[-1] == "the":
            j -= 1
        if role == "due-in":
            role, j = "due", j - 1
        found = date_range(line, j, lead=words[0]) or _components(line, j, words[0])
        if found:
            value, k = found
            if value.is_range and role == "start":
                role = "due"
            return replace(value, role=role, lead=words[0]), k
    if line.word(i) == "between":
        return date_range(line, i, lead="") or _components(line, i, "")
    if line.word(i) == "from":
        return None
    return date_range(line, i, lead="") or _components(line, i, "")


def _components(line: Line, i: int, lead: str) -> tuple[Moment, int] | None:
    found = Moment()
    j = i
    first = True
    while True:
        step = _component(line, j, found, lead if first else "")
        if step is None:
            break
        found, j = step
        first = False
        if found.day and found.clock and not found.clock.only_part:
            break
    if first:
        return None
    if found.day is None and found.clock and not found.clock.only_part and not found.is_range:
        found, j = _more_clocks(line, found, j)
    if found.clock and found.clock.loose and not found.clock.part and found.day and line.spaced(j):
        # "at 5 tomorrow morning"
        k = line.follows(j, "in", "the") or j
        if line.word(k) in ("morning", "afternoon", "evening", "night") and not content_at(line, k + 1):
            found, j = replace(found, clock=found.clock.within(line.word(k))), k + 1
    if found.day is None and found.clock and found.clock.part == "eod":
        late = (line.now.hour, line.now.minute) >= (DAY_END.hour, DAY_END.minute)
        found = replace(found, day=Day(line.today), clock=LAST_MINUTE if late else found.clock)
    return found, j


def _more_clocks(line: Line, found: Moment, j: int) -> tuple[Moment, int]:
    while line.near(j) and line.word(j) in ("and", "&") and line.spaced(j + 1):
        k = j + 1 + (line.word(j + 1) in ("at", "@"))
        told = clock(line, k, named=True)
        if told is None or told[0].bare or not line.tokens[told[1] - 1].closes:
            break
        found, j = replace(found, more=(*found.more, told[0])), told[1]
    return found, j


_CONNECTORS = ("at", "on", "around", "by", "from", "about", "@", "for")


def _component(line: Line, j: int, so_far: Moment, lead: str) -> tuple[Moment, int] | None:
    """One more piece (day, time, part of day) behind what is already known."""
    connector = lead
    k = j
    if so_far.day or so_far.clock:
        if not line.near(j) and not (line.join(j) == DASH and line.tokens[j].opens):
            return None
        if line.word(j) in _CONNECTORS and line.spaced(j + 1):
            connector, k = line.word(j), j + 1
            if connector == "at" and line.word(k) in ("around", "about") and line.spaced(k + 1):
                k += 1
        elif line.word(j) == "between":
            connector, k = "between", j + 1
    if so_far.clock is None or so_far.clock.only_part:
        times = time_range(line, k, connector)
        if times:
            return replace(so_far, clock=times[0], until_clock=times[1]), times[2]
        named = connector in ("at", "@", "around", "by", "before", "until", "till", "from", "starting") or (
            so_far.day is not None and connector in ("", "at")
        )
        told = clock(line, k, named=named)
        if (
            told
            and told[0].bare
            and (
                (_counts_something(line, told[1]) and not _is_hour_of_day(line, told[1], connector, so_far))
                or not _hour_fits(line, j, connector, so_far)
            )
        ):
            told = None
        if told and not line.tokens[told[1] - 1].closes:
            told = None
        if told and so_far.day is None and line.kind(k) in ("number", "ordinal", "date"):
            # "until 5 jan": the figure belongs to a date that reaches further.
            dated = day_phrase(line, k)
            told = None if dated and dated[1] > told[1] else told
        if (
            told
            and told[0].part
            and told[0].part in ("noon", "midnight", "midday")
            and not _word_time_fits(line, k, told[1], connector, so_far)
        ):
            told = None
        if told:
            value = told[0]
            part = so_far.clock.part if so_far.clock else (so_far.day.part if so_far.day else "")
            if part and part in PARTS_OF_DAY:
                value = value.within(part)
            return replace(so_far, clock=value), told[1]
        part_found = _part(line, k, connector, so_far)
        if part_found:
            return part_found
    if so_far.day is None and connector not in ("around", "about"):
        day = day_phrase(line, k)
        if day and line.tokens[day[1] - 1].closes:
            told_before = so_far.clock
            if told_before and day[0].part in PARTS_OF_DAY:
                told_before = told_before.within(day[0].part)
            return replace(so_far, day=day[0], clock=told_before), day[1]
    return None


def _counts_something(line: Line, j: int) -> bool:
    """Whether the bare number before `j` counts what follows ("at 3 houses") instead of naming an hour ("at 8
    walk the dog")."""
    return content_at(line, j, after_number=True) and not verb_at(line, j)


def _is_hour_of_day(line: Line, j: int, connector: str, so_far: Moment) -> bool:
    """ "tomorrow at 10 standup": behind a day and "at", only a name could still make a number of it ("at 5
    Main Street")."""
    return so_far.day is not None and connector == "at" and line.kind(j) == "word" and not line.is_capital(j)


def _hour_fits(line: Line, j: int, connector: str, so_far: Moment) -> bool:
    """Whether a bare number may be an hour: behind "at" always, behind a day at the phrase's end, behind "by"
    unless amounts change."""
    if connector in ("by", "before", "until", "till", "from", "starting"):
        return not any(line.word(k) in AMOUNT_VERBS for k in range(max(0, j - 6), j))
    return True


def _word_time_fits(line: Line, k: int, end: int, connector: str, so_far: Moment) -> bool:
    """ "noon" and "midnight" need "at", a day, or the end of the phrase: "midnight snack" and "High Noon" are
    things."""
    if connector or so_far.day:
        return not content_at(line, end) or bool(connector)
    if k and (line.is_capital(k) or line.word(k - 1) in ("the", "a", "every", "each")):
        return False
    return not content_at(line, end)


def _part(line: Line, k: int, connector: str, so_far: Moment) -> tuple[Moment, int] | None:
    """A part of day: "tomorrow morning", "in the evening", "at night", "at lunchtime", "eod"."""
    word = line.word(k)
    if word in DAY_ENDS or (line.follows(k, "close", "of", "business") or line.follows(k, "end", "of", "business")):
        end = k + 1 if word in DAY_ENDS else k + 3
        return replace(so_far, clock=DAY_END), end
    if word in ("first",) and line.follows(k, "first", "thing"):
        end = line.follows(k, "first", "thing", "in", "the", "morning") or line.follows(k, "first", "thing") or k
        if so_far.day is None and end == k + 2:
            later = day_phrase(line, end) if line.spaced(end) else None
            return (replace(so_far, day=later[0], clock=part_clock("morning")), later[1]) if later else None
        return replace(so_far, clock=part_clock("morning")), end
    if so_far.clock is not None:
        return None
    for words in (("in", "the"), ("in",), ("at",), ("early",), ("late",)):
        behind = line.follows(k, *words)
        if (
            behind is not None
            and line.word(behind) in ("morning", "afternoon", "evening", "night", "lunchtime")
            and line.spaced(behind)
        ):
            if words == ("in",) and so_far.day is None:
                continue
            if words[0] in ("early", "late") and so_far.day is None:
                continue
            return replace(so_far, clock=part_clock(line.word(behind))), behind + 1
    if so_far.day is not None and word in PARTS_OF_DAY and word not in ("noon", "midnight", "midday"):
        return replace(so_far, clock=part_clock(word)), k + 1
    if connector == "at" and word in ("night", "lunchtime", "lunch") and not content_at(line, k + 1):
        return replace(so_far, clock=part_clock("noon" if word == "lunch" else word)), k + 1
    return None


# --- ranges ---------------------------------------------------------------------------------------------------------


def time_range(line: Line, i: int, connector: str) -> tuple[Clock, Clock, int] | None:
    """ "3-5pm", "from 9 to 5", "between 10:00 and 11:30"."""
    lead = connector
    if line.word(i) in ("from", "between") and line.spaced(i + 1):
        lead, i = line.word(i), i + 1
    told = lead in ("from", "between")
    first = clock(line, i, named=True)
    if first is None or first[0].only_part:
        return None
    j = first[1]
    if line.join(j) == DASH:
        k = j
    elif (
        line.spaced(j)
        and (line.word(j) in TO_WORDS or (lead == "between" and line.word(j) == "and"))
        and line.spaced(j + 1)
    ):
        k = j + 1
    else:
        return None
    second = clock(line, k, named=True)
    if second is None or not line.tokens[second[1] - 1].closes:
        return None
    start, end = first[0], second[0]
    if start.bare and end.bare and (not told or content_at(line, second[1], after_number=True)):
        return None
    if start.loose and not end.loose:
        pm = replace(start, loose=False, hour=start.hour % 12 + 12)
        am = replace(start, loose=False, hour=start.hour % 12 if start.hour == 12 and end.hour < 12 else start.hour)
        start = pm if end.hour >= 12 and pm.time() < end.time() else am
    elif end.loose:
        begin = start.time()
        early, late = replace(end, loose=False), replace(end, loose=False, hour=end.hour % 12 + 12)
        end = early if early.time() > begin else late
        if start.loose:
            start = Clock(begin.hour, begin.minute)
    return replace(start, bare=False), replace(end, bare=False), second[1]


def date_range(line: Line, i: int, *, lead: str) -> tuple[Moment, int] | None:
    """ "12-15 june", "june 12 to 15", "from monday 9am to wednesday", "between 3 and 7 may"."""
    if not lead and line.word(i) in ("from", "between") and line.spaced(i + 1):
        lead, i = line.word(i), i + 1
    if i >= len(line):
        return None
    return _numbers_and_month(line, i, lead) or _month_and_numbers(line, i, lead) or _two_moments(line, i, lead)


def _range_word(line: Line, j: int, lead: str) -> int | None:
    """The index behind the word or dash that joins two ends."""
    if line.join(j) == DASH:
        return j
    if (
        line.spaced(j)
        and line.word(j) in (TO_WORDS | {"and"} if lead == "between" else TO_WORDS)
        and line.spaced(j + 1)
    ):
        return j + 1
    return None


def _figure(line: Line, i: int) -> int | None:
    if line.kind(i) in ("number", "ordinal") and 1 <= line.tokens[i].value[0] <= 31:
        return line.tokens[i].value[0]
    return None


def _span_of(line: Line, month: int, first: int, last: int, j: int) -> tuple[Moment, int] | None:
    year, end = None, j
    if line.near(j) and line.kind(j) == "number" and len(line.tokens[j].text) == 4:
        year, end = year_of(line.tokens[j].value[0]), j + 1
        if not 1970 <= year <= 2199:
            year, end = None, j
    for candidate in (year,) if year else range(line.today.year, line.today.year + 2):
        opening, closing = make_date(candidate or 1, month, first), make_date(candidate or 1, month, last)
        if opening and closing and opening < closing and (year or closing >= line.today):
            return Moment(day=Day(opening), until_day=Day(closing)), end
    return None


def _numbers_and_month(line: Line, i: int, lead: str) -> tuple[Moment, int] | None:
    first = _figure(line, i)
    k = _range_word(line, i + 1, lead) if first else None
    last = _figure(line, k) if k else None
    if first is None or k is None or last is None:
        return None
    j = k + 2 if line.word(k + 1) == "of" else k + 1
    month = MONTHS.get(line.word(j))
    return _span_of(line, month, first, last, j + 1) if month and line.spaced(j) else None


def _month_and_numbers(line: Line, i: int, lead: str) -> tuple[Moment, int] | None:
    month = MONTHS.get(line.word(i))
    first = _figure(line, i + 1) if month and line.spaced(i + 1) else None
    k = _range_word(line, i + 2, lead) if first else None
    last = _figure(line, k) if k else None
    if (
        month is None
        or first is None
        or k is None
        or last is None
        or (line.word(k + 1) in ("am", "pm") and line.spaced(k + 1))
    ):
        return None
    return _span_of(line, month, first, last, k + 1)


def _two_moments(line: Line, i: int, lead: str) -> tuple[Moment, int] | None:
    first = _end(line, i)
    if first is None or first[0].day is None or first[0].day.needs in ("stretch",):
        return None
    k = _range_word(line, first[1], lead)
    if k is None:
        return None
    second = _end(line, k)
    if second is None:
        return None
    start, end = first[0], second[0]
    opening = start.day
    if opening is None:
        return None
    if end.day is None:
        # "friday 3pm to 5pm" is taken as a time range by the components.
        return None
    closing = end.day
    for _ in range(12):
        if closing.date > opening.date or not closing.roll:
            break
        closing = rolled(closing)
    if closing.date < opening.date or (closing.date == opening.date and not (start.clock and end.clock)):
        return None
    strong = replace(opening, strength=CERTAIN, needs="")
    return Moment(day=strong, clock=start.clock, until_day=closing, until_clock=end.clock), second[1]


def _end(line: Line, i: int) -> tuple[Moment, int] | None:
    found = day_phrase(line, i)
    if found is None or not (found[0].strength or found[0].needs):
        return None
    value, j = Moment(day=found[0]), found[1]
    step = _component(line, j, value, "") if line.word(j) not in TO_WORDS and line.join(j) != DASH else None
    if step and step[0].clock and step[0].until_clock is None:
        return step
    return value, j


# --- what follows ---------------------------------------------------------------------------------------------------

_NOT_CONTENT: frozenset[str] = frozenset().union(
    FUNCTION_WORDS,
    EVERY,
    UNTIL,
    FROM,
    RULE_ADVERBS,
    URGENT_WORDS,
    REMIND_WORDS,
    PRIORITY_NOUNS,
    TODAY,
    TOMORROW,
    TONIGHT,
    WEEKDAYS,
    MONTHS,
    {"due", "deadline", "no", "next", "this", "high", "low", "top", "every!", "noon", "midnight", "end", "the"},
)


def content_at(line: Line, j: int, *, after_number: bool = False) -> bool:
    """Whether a word of content follows directly at `j`, so that what stands before may describe it."""
    if j >= len(line) or line.join(j) not in (SPACE, DASH):
        return False
    kind = line.kind(j)
    if kind in ("hash", "label", "bang"):
        return False
    if kind == "word":
        word = line.word(j)
        if word == "p" and line.kind(j + 1) == "number" and line.join(j + 1) == "glued":
            return False
        if after_number and word in ("the",):
            return True
        return word not in _NOT_CONTENT
    if kind in ("number", "clock", "date", "hclock", "ordinal"):
        return after_number or (
            clock(line, j, named=False) is None and day_phrase(line, j) is None and length(line, j) is None
        )
    return True


def free_on_the_left(line: Line, i: int) -> bool:
    """Whether the number at `i` isn't bound by the word before it ("chapter 5", "gate 12")."""
    return i == 0 or line.join(i) == HARD or line.word(i - 1) not in BOUND_PHRASES_BEFORE_NUMBER


def verb_at(line: Line, j: int) -> bool:
    """Whether a task's verb follows at `j`."""
    return line.word(j) in TASK_VERBS


def roll_forward(day: Day, today: date) -> Day:
    """A day that is already over, moved on by its own step."""
    for _ in range(3):
        if day.date >= today or not day.roll:
            return day
        day = rolled(day)
    return day


def plus_days(day: date, days: int) -> date:
    """`days` later, clamped to the calendar's end."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date(9999, 12, 31)
