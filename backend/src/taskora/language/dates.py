"""Calendar dates: "21 june", "6/8", "2026-12-24", "the 21st", "first monday of june", "end of month", "q3",
"easter"."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from taskora.language.days import (
    CERTAIN,
    LIKELY,
    WEAK,
    Day,
    Found,
    add_months,
    end_of_week,
    make_date,
    monthly,
    unit_bounds,
    year_of,
    yearly,
)
from taskora.language.feasts import FIRST_WORDS, LONGEST_NAME, LOOSE_NAMES, feast_rule, next_feast, nth_weekday
from taskora.language.lexicon import (
    AMBIGUOUS_MONTHS,
    EDGES,
    END_SHORTHANDS,
    MONTHS,
    NEXT,
    TODAY,
    VERB_MONTHS,
    WEEKDAYS,
)
from taskora.language.line import Line, ordinal, unit


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


def month_day(line: Line, i: int) -> Found:
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


def day_month(line: Line, i: int) -> Found:
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


def numeric_date(line: Line, i: int) -> Found:
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


def day_of_month(line: Line, i: int) -> Found:
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
    """A month as a frame: "june", "june 2027", "next month", "the month", "this month" -> (year, month, index
    behind)."""
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


def nth_of_phrase(line: Line, i: int) -> Found:
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


def month_phrase(line: Line, i: int) -> Found:
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


def edge_phrase(line: Line, i: int) -> Found:
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
    elif word not in ("mid", "early", "late") and not (
        word == "end" and line.word(j) in ("this", "next", "month", "week")
    ):
        # Without "of" only the shorthand people write: "end month", "end this week".
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
    quarter = quarter_phrase(line, j)
    if quarter and quarter[0].last:
        return _pick(edge, quarter[0].date, quarter[0].last, quarter[1], roll="year")
    if line.word(j) in MONTHS:
        found = month_phrase(line, j)
        if found and found[0].last:
            first, last = found[0].date, found[0].last
            if line.today.month == first.month and found[0].strength != CERTAIN:
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
            bounds = bounds[0], bounds[0] + timedelta(days=4)
    found = _pick(edge, *bounds, j)
    if found and found[0].date < line.today:
        return _edge_of(line, edge, name, ahead + 1, j) if ahead < 2 else None
    return found


def _pick(edge: str, first: date, last: date, j: int, roll: str = "") -> Found:
    middle = first + (last - first) / 2
    if 27 <= (last - first).days <= 31:
        middle = first.replace(day=15)
    late = first.replace(day=25) if 27 <= (last - first).days <= 31 else last
    return Day({"start": first, "end": last, "mid": middle, "late": late}[edge], roll=roll), j


def quarter_phrase(line: Line, i: int) -> Found:
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


def feast_phrase(line: Line, i: int) -> Found:
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
