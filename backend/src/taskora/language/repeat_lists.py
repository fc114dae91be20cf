"""Lists inside repeat phrases: "mon, wed and fri", "june to august", "1st and 15th"."""

from __future__ import annotations

from collections.abc import Callable

from taskora.language.lexer import COMMA, DASH, SLASH
from taskora.language.lexicon import (
    MONTHS,
    PLURAL_WEEKDAYS,
    TO_WORDS,
    WEEKDAYS,
)
from taskora.language.line import Line, ordinal
from taskora.language.repeats import WEEKEND, WORKWEEK

# No list of days is longer; a bound keeps reading linear on text that is nothing but lists.
MAX_ITEMS = 31


def listed(
    line: Line, i: int, item: Callable[[Line, int], tuple[tuple[int, ...], int] | None]
) -> tuple[tuple[int, ...], int] | None:
    """ "mon, wed and fri": items joined by commas, slashes, "and", "or", "&"; a dash or "to" between two makes
    a run."""
    found = item(line, i)
    if found is None:
        return None
    values, j = list(found[0]), found[1]
    while len(values) < MAX_ITEMS:
        k = j
        # "mon wed fri" needs no comma: a weekday right behind a weekday can only be a list.
        joined = line.join(k) in (COMMA, SLASH) or (
            item is weekday_item and line.word(k) in WEEKDAYS and line.spaced(k)
        )
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


def weekday_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
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
    return listed(line, i, weekday_item)


def month_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
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


def ordinal_item(line: Line, i: int) -> tuple[tuple[int, ...], int] | None:
    found = ordinal(line, i)
    return ((found[0],), found[1]) if found else None
