"""Times of day: "5pm", "17:00", "17h30", "half past five", "noon", "8 in the evening", "at 5".

Conventions of the product: a bare hour 1-6 is pm unless a part of day says otherwise, "05:30" with its zero is
morning; morning 9, noon 12, afternoon 15, evening 19, night 22.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from taskora.language.lexicon import EXACT_TIMES, MERIDIEMS, PARTS_OF_DAY, PM_PARTS, SMALL_NUMBERS
from taskora.language.line import Line


@dataclass(frozen=True, slots=True)
class Clock:
    """A wall-clock time as written. `loose`: 12-hour figures without am/pm; `bare`: nothing but a number;
    `part`: a part of day stood there ("morning"); `next_day`: midnight at the end of the named day."""

    hour: int
    minute: int
    loose: bool = False
    bare: bool = False
    part: str = ""
    only_part: bool = False

    def time(self) -> time:
        """The time meant, by the conventions."""
        hour = self.hour
        if self.loose:
            if self.part in PM_PARTS:
                if self.part == "night" and hour in (12, 1, 2, 3, 4):
                    hour %= 12
                elif hour < 12:
                    hour += 12
            elif self.part == "morning":
                hour %= 12
            elif not self.part and 1 <= hour <= 6:
                hour += 12
        return time(hour, self.minute)

    def within(self, part: str) -> Clock:
        """The same time, said to be in a part of day."""
        if self.only_part or not self.loose:
            return self
        return replace(self, part=part)


def clock(line: Line, i: int, *, named: bool) -> tuple[Clock, int] | None:
    """A time of day at `i`. `named`: a word such as "at" or a day stands before, so a bare number may be an hour."""
    found = _figures(line, i, named) or _exact_word(line, i) or _in_words(line, i, named)
    if found is None:
        return None
    value, j = found
    if line.word(j) in ("sharp", "ish", "prompt", "approx") and line.spaced(j):
        j += 1
    if value.loose:
        part = part_phrase(line, j)
        if part:
            return value.within(part[0]), part[1]
    return value, j


def part_phrase(line: Line, i: int) -> tuple[str, int] | None:
    """ "in the morning", "this evening" is a day's business; "at night", "in the evening" only qualify a time."""
    if not line.spaced(i):
        return None
    for lead in (("in", "the"), ("in",), ("at",)):
        j = line.follows(i, *lead)
        if j is not None and line.word(j) in ("morning", "afternoon", "evening", "night") and line.spaced(j):
            return line.word(j), j + 1
    return None


def _meridiem(line: Line, i: int) -> int | None:
    word = line.word(i)
    if word in ("am", "pm") and line.spaced(i):
        return MERIDIEMS[word]
    if word in ("a", "p") and line.join(i) == "glued" and line.tokens[i].closes:
        return MERIDIEMS[word]
    return None


def _figures(line: Line, i: int, named: bool) -> tuple[Clock, int] | None:
    kind = line.kind(i)
    if kind not in ("number", "clock", "decimal", "hclock"):
        return None
    if line.tokens[i].text == "12" and line.word(i + 1) in EXACT_TIMES and line.spaced(i + 1):
        return _exact_word(line, i + 1)
    token = line.tokens[i]
    hour, minute = token.value[0], token.value[1] if len(token.value) > 1 else 0
    meridiem = _meridiem(line, i + 1)
    if kind == "decimal":
        fits = len(token.text.partition(".")[2]) == 2 and (meridiem is not None or (named and "," not in token.text))
        if not fits:
            return None
    if kind == "hclock":
        return (Clock(hour, minute), i + 1) if _valid(hour, minute) and (named or hour >= 7) else None
    if meridiem is not None:
        glued_letter = line.word(i + 1) in ("a", "p")
        if not 1 <= hour <= 12 or minute > 59 or (glued_letter and not named):
            return None
        return Clock(hour % 12 + meridiem, minute), i + 2
    if kind == "number":
        return _bare_number(line, i, token.text, hour, named)
    if not _valid(hour, minute):
        return None
    j = i + 2 if line.word(i + 1) in ("h", "hrs", "hours") and line.spaced(i + 1) else i + 1
    return Clock(hour, minute, loose=1 <= hour <= 12 and not token.text.startswith("0")), j


def _bare_number(line: Line, i: int, text: str, hour: int, named: bool) -> tuple[Clock, int] | None:
    following = line.word(i + 1)
    if following == "o'clock" and line.spaced(i + 1) and 1 <= hour <= 12:
        return Clock(hour, 0, loose=True), i + 2
    if (
        following == "h"
        and line.join(i + 1) == "glued"
        and line.tokens[i + 1].closes
        and hour <= 24
        and (named or hour >= 13)
    ):
        return (Clock(hour, 0), i + 2) if _valid(hour, 0) else None
    if len(text) == 4 and _valid(hour // 100, hour % 100):
        military = following in ("hours", "hrs", "h") and line.spaced(i + 1)
        if military or (named and hour < 1900):
            return Clock(hour // 100, hour % 100), i + 2 if military else i + 1
    if named and len(text) <= 2 and _valid(hour, 0):
        part = part_phrase(line, i + 1)
        return Clock(hour, 0, loose=1 <= hour <= 12 and text[0] != "0", bare=part is None), i + 1
    part = part_phrase(line, i + 1)
    if part and 1 <= hour <= 12:
        return Clock(hour, 0, loose=True), i + 1
    return None


def _exact_word(line: Line, i: int) -> tuple[Clock, int] | None:
    word = line.word(i)
    # "12 noon", "12 midnight" come with their figure.
    if word in EXACT_TIMES:
        return Clock(*EXACT_TIMES[word], part=word), i + 1
    return None


_SPOKEN_MINUTES = {
    "half": 30,
    "quarter": 15,
    "five": 5,
    "ten": 10,
    "twenty": 20,
    "5": 5,
    "10": 10,
    "20": 20,
    "15": 15,
    "25": 25,
}


def _in_words(line: Line, i: int, named: bool) -> tuple[Clock, int] | None:
    start = i + 1 if line.word(i) == "a" and line.word(i + 1) == "quarter" else i
    minutes = _SPOKEN_MINUTES.get(line.word(start))
    if minutes is not None:
        j = start + 1
        if line.word(j) in ("minutes", "mins", "min") and line.spaced(j):
            j += 1
        direction = line.word(j)
        hour = _spoken_hour(line, j + 1)
        if direction in ("past", "after") and hour and line.spaced(j):
            return _with_meridiem(line, Clock(hour[0], minutes, loose=True), hour[1])
        if (
            direction in ("to", "til", "of", "before")
            and hour
            and minutes != 30
            and line.spaced(j)
            and _may_subtract(line, start, named)
        ):
            return _with_meridiem(line, Clock((hour[0] - 2) % 12 + 1, 60 - minutes, loose=True), hour[1])
        hour = _spoken_hour(line, start + 1)
        if minutes == 30 and line.word(start) == "half" and hour and named:
            return _with_meridiem(line, Clock(hour[0], 30, loose=True), hour[1])
    hour = _spoken_hour(line, i)
    if hour and line.kind(i) == "word":
        if line.word(hour[1]) == "o'clock" and line.spaced(hour[1]):
            return Clock(hour[0], 0, loose=True), hour[1] + 1
        minute = _minute_words(line, hour[1])
        if minute and (named or _meridiem(line, minute[1]) is not None):
            return _with_meridiem(line, Clock(hour[0], minute[0], loose=True), minute[1])
        found = _with_meridiem(line, Clock(hour[0], 0, loose=True, bare=True), hour[1])
        if named or not found[0].loose:
            return found
    return None


_MINUTE_TENS = {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}


def _minute_words(line: Line, i: int) -> tuple[int, int] | None:
    """Minutes as they are read from a clock: "three thirty", "six forty five"."""
    minute = _MINUTE_TENS.get(line.word(i))
    if minute is None or not line.spaced(i):
        return None
    if minute >= 20 and line.word(i + 1) == "five" and line.spaced(i + 1):
        return minute + 5, i + 2
    return minute, i + 1


def _may_subtract(line: Line, i: int, named: bool) -> bool:
    """ "quarter to 9" is a time anywhere; "ten to five" only where a time is expected (it may be a range or a
    score)."""
    return named or line.word(i) == "quarter"


def _spoken_hour(line: Line, i: int) -> tuple[int, int] | None:
    if not line.spaced(i) and i:
        return None
    if line.kind(i) == "number" and 1 <= line.tokens[i].value[0] <= 12:
        return line.tokens[i].value[0], i + 1
    number = SMALL_NUMBERS.get(line.word(i), 0)
    return (number, i + 1) if 1 <= number <= 12 else None


def _with_meridiem(line: Line, value: Clock, j: int) -> tuple[Clock, int]:
    meridiem = _meridiem(line, j)
    if meridiem is None:
        return value, j
    return Clock(value.hour % 12 + meridiem, value.minute), j + 1


def _valid(hour: int, minute: int) -> bool:
    return 0 <= hour <= 23 and 0 <= minute <= 59


def part_clock(word: str) -> Clock:
    """The conventional time of a part of day."""
    return Clock(*PARTS_OF_DAY[word], part=word, only_part=True)
