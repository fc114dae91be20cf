"""Repeat rules: the part of RFC 5545 that a task can store, as a value.

A stored rule is the text after `RRULE:`, without DTSTART (the due date is the start). This module reads,
checks and writes it in one canonical order; `occurrences` walks it, `describe` says it in English, the grammar
builds it.

What can be stored: FREQ HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY; INTERVAL 1-999; BYMONTH; BYMONTHDAY (negative too);
BYDAY (with ordinals under MONTHLY and YEARLY); BYHOUR, BYMINUTE; BYSETPOS; COUNT or UNTIL; WKST. UNTIL is kept as a
plain day and means the whole of it. Parts that have no meaning for a task (BYSECOND, BYWEEKNO, BYYEARDAY,
FREQ=SECONDLY and MINUTELY) are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from taskora.language.errors import RuleError

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MAX_INTERVAL = 999
MAX_COUNT = 9999


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `byday` holds (ordinal, weekday) with Monday 0 and ordinal 0 for "every such weekday"."""

    freq: str
    interval: int = 1
    bymonth: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    byday: tuple[tuple[int, int], ...] = ()
    byhour: tuple[int, ...] = ()
    byminute: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None
    wkst: int = 0

    def __str__(self) -> str:
        parts = [f"FREQ={self.freq}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        for name, numbers in (("BYMONTH", self.bymonth), ("BYMONTHDAY", self.bymonthday)):
            if numbers:
                parts.append(f"{name}={_join(numbers)}")
        if self.byday:
            parts.append("BYDAY=" + ",".join(f"{n or ''}{WEEKDAYS[day]}" for n, day in self.byday))
        for name, numbers in (("BYHOUR", self.byhour), ("BYMINUTE", self.byminute), ("BYSETPOS", self.bysetpos)):
            if numbers:
                parts.append(f"{name}={_join(numbers)}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if self.wkst:
            parts.append(f"WKST={WEEKDAYS[self.wkst]}")
        return ";".join(parts)

    def canonical(self) -> Rule:
        """The one way to write this rule: sorted lists, no part that changes nothing, and the plainest frequency.

        A single time of day is no part of a rule (the due date carries it), "daily on Mondays" is weekly, the
        third of all Fridays is 3FR, and so on: rules with the same occurrences that people would say alike
        become the same text.
        """
        rule = replace(
            self,
            bymonth=tuple(sorted(set(self.bymonth))),
            bymonthday=tuple(sorted(set(self.bymonthday), key=lambda n: (n < 0, n))),
            byday=tuple(sorted(set(self.byday), key=lambda pair: (pair[0] < 0, pair[0], pair[1]))),
            byhour=tuple(sorted(set(self.byhour))),
            byminute=tuple(sorted(set(self.byminute))),
            bysetpos=tuple(sorted(set(self.bysetpos), key=lambda n: (n < 0, n))),
        )
        for simplify in _SIMPLIFICATIONS:
            rule = simplify(rule)
        return rule


def _plain_setpos(rule: Rule) -> Rule:
    """The n-th of one weekday is a numbered weekday."""
    fits = rule.bysetpos and len(rule.byday) == 1 and not rule.byday[0][0] and not rule.bymonthday
    within = rule.freq == "MONTHLY" or (rule.freq == "YEARLY" and len(rule.bymonth) == 1)
    if fits and within and all(abs(position) <= 5 for position in rule.bysetpos):
        return replace(rule, byday=tuple((position, rule.byday[0][1]) for position in rule.bysetpos), bysetpos=())
    return rule


def _plain_frequency(rule: Rule) -> Rule:
    """Every single day, month or year that is limited to weekdays or month days is weekly or monthly."""
    if rule.interval != 1 or rule.bysetpos or any(ordinal for ordinal, _ in rule.byday):
        return rule
    if rule.freq in ("DAILY", "YEARLY") and rule.bymonthday and not (rule.freq == "YEARLY" and rule.bymonth):
        return replace(rule, freq="MONTHLY")
    if rule.freq in ("DAILY", "MONTHLY", "YEARLY") and rule.byday and not rule.bymonthday:
        return replace(rule, freq="WEEKLY")
    return rule


def _every_month(rule: Rule) -> Rule:
    """ "In every month" limits nothing; a rule of every n-th year with month days means all twelve."""
    if rule.freq == "YEARLY" and rule.interval > 1 and rule.bymonthday and not rule.bymonth:
        return replace(rule, bymonth=tuple(range(1, 13)))
    if len(rule.bymonth) == 12 and rule.freq != "YEARLY":
        return replace(rule, bymonth=())
    return rule


def _no_single_time(rule: Rule) -> Rule:
    if rule.freq != "HOURLY" and len(rule.byhour) == 1 and len(rule.byminute) <= 1:
        return replace(rule, byhour=(), byminute=())
    return replace(rule, byminute=()) if rule.byminute == (0,) else rule


def _no_idle_week_start(rule: Rule) -> Rule:
    """The first day of the week matters only where weeks are skipped and several days of one are taken."""
    matters = rule.freq == "WEEKLY" and rule.interval > 1 and len(rule.byday) > 1
    return rule if matters or not rule.wkst else replace(rule, wkst=0)


_SIMPLIFICATIONS: tuple[Callable[[Rule], Rule], ...] = (
    _plain_setpos,
    _plain_frequency,
    _every_month,
    _no_single_time,
    _no_idle_week_start,
)


def _join(numbers: tuple[int, ...]) -> str:
    return ",".join(str(number) for number in numbers)


def parse_rule(text: str) -> Rule:
    """Read a stored or foreign rule (`RRULE:` prefix, any order and case allowed) into a canonical, checked `Rule`.

    Raises RuleError with a sentence that names the offending part.
    """
    cleaned = text.strip()
    if cleaned[:6].upper() == "RRULE:":
        cleaned = cleaned[6:]
    return _parse(cleaned.upper())


@lru_cache(maxsize=512)
def _parse(text: str) -> Rule:
    if not text or len(text) > 500:
        raise RuleError("A repeat rule needs a FREQ part, for example FREQ=WEEKLY;BYDAY=MO.")
    parts: dict[str, str] = {}
    for piece in text.strip(";").split(";"):
        name, equals, value = piece.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not value:
            raise RuleError(f"“{piece[:40]}” in the repeat rule is not NAME=VALUE.")
        if name in parts:
            raise RuleError(f"The repeat rule names {name} twice.")
        parts[name] = value
    freq = parts.pop("FREQ", None)
    if freq not in FREQUENCIES:
        given = f"FREQ={freq} can't be used" if freq else "FREQ is missing"
        raise RuleError(f"{given}: write one of {', '.join(FREQUENCIES)}.")
    unknown = sorted(set(parts) - set(_READERS))
    if unknown:
        raise RuleError(f"{unknown[0][:40]} can't be used in a task's repeat rule; leave it out.")
    rule = Rule(freq)
    for name, value in parts.items():
        rule = _READERS[name](rule, value)
    rule = rule.canonical()
    check_rule(rule)
    return rule


def check_rule(rule: Rule) -> None:
    """Raise RuleError when the parts of `rule` don't go together or can never match a day."""
    for complaint, is_wrong in _CHECKS:
        if is_wrong(rule):
            raise RuleError(complaint)
    if rule.bymonth and rule.bymonthday and not _month_has_a_day(rule):
        raise RuleError("The repeat rule names a day that none of its months has.")


def _month_has_a_day(rule: Rule) -> bool:
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    # A single late day rolls to the month's end, so only rules that also name weekdays can be impossible.
    return not rule.byday or any(abs(day) <= longest[month - 1] for month in rule.bymonth for day in rule.bymonthday)


def _has_ordinals(rule: Rule) -> bool:
    return any(ordinal for ordinal, _ in rule.byday)


def _is_run(hours: tuple[int, ...]) -> bool:
    return len(hours) > 1 and hours == tuple(range(hours[0], hours[-1] + 1))


_CHECKS: tuple[tuple[str, Callable[[Rule], bool]], ...] = (
    ("A repeat rule has either COUNT or UNTIL, not both.", lambda r: r.count is not None and r.until is not None),
    (
        "A numbered weekday such as 2FR goes only with FREQ=MONTHLY or YEARLY.",
        lambda r: r.freq not in ("MONTHLY", "YEARLY") and _has_ordinals(r),
    ),
    (
        "A numbered weekday within a month is from 1 to 5, or -1 to -5.",
        lambda r: (r.freq == "MONTHLY" or bool(r.bymonth)) and any(abs(n) > 5 for n, _ in r.byday),
    ),
    (
        "Write either numbered weekdays (2FR) or plain ones (FR), not both in one rule.",
        lambda r: _has_ordinals(r) and any(not n for n, _ in r.byday),
    ),
    (
        "Numbered weekdays go neither with BYMONTHDAY nor with BYSETPOS.",
        lambda r: _has_ordinals(r) and bool(r.bymonthday or r.bysetpos),
    ),
    (
        "BYMONTHDAY goes with FREQ=MONTHLY or YEARLY.",
        lambda r: r.freq not in ("MONTHLY", "YEARLY") and bool(r.bymonthday),
    ),
    (
        "BYSETPOS needs FREQ=MONTHLY or YEARLY and a BYDAY to choose from.",
        lambda r: bool(r.bysetpos) and (r.freq not in ("MONTHLY", "YEARLY") or not r.byday or bool(r.bymonthday)),
    ),
    (
        "BYSETPOS and times of day can't be used together.",
        lambda r: bool(r.bysetpos) and bool(r.byhour or r.byminute),
    ),
    ("BYMINUTE needs BYHOUR.", lambda r: bool(r.byminute) and not r.byhour),
    ("BYMINUTE doesn't go with FREQ=HOURLY.", lambda r: r.freq == "HOURLY" and bool(r.byminute)),
    (
        "With FREQ=HOURLY, BYHOUR must be a run of hours such as 9,10,11,12.",
        lambda r: r.freq == "HOURLY" and bool(r.byhour) and not _is_run(r.byhour),
    ),
    ("A repeat rule names at most 24 times of day.", lambda r: len(r.byhour) * max(1, len(r.byminute)) > 24),
)


def _numbers(name: str, low: int, high: int, *, negative: bool = False) -> Callable[[str], tuple[int, ...]]:
    allowed = f"{low} to {high}" + (f" or -{high} to -{low}" if negative else "")

    def read(value: str) -> tuple[int, ...]:
        numbers = []
        for item in value.split(","):
            match = re.fullmatch(r"([+-]?)(\d{1,4})", item.strip(), re.ASCII)
            number = int(match[2]) if match else -1
            if not match or not low <= number <= high or (match[1] == "-" and not negative):
                raise RuleError(f"{name}={item[:20]} in the repeat rule must be {allowed}.")
            numbers.append(-number if match[1] == "-" else number)
        return tuple(numbers)

    return read


def _one(name: str, low: int, high: int) -> Callable[[str], int]:
    many = _numbers(name, low, high)

    def read(value: str) -> int:
        numbers = many(value)
        if len(numbers) != 1:
            raise RuleError(f"{name} in the repeat rule takes one number.")
        return numbers[0]

    return read


def _read_byday(value: str) -> tuple[tuple[int, int], ...]:
    pairs = []
    for item in value.split(","):
        match = re.fullmatch(r"([+-]?)(\d{0,2})(MO|TU|WE|TH|FR|SA|SU)", item.strip(), re.ASCII)
        ordinal = int(match[2] or 0) if match else 99
        if not match or ordinal > 53 or (match[1] and not ordinal) or (match[2] and not ordinal):
            raise RuleError(f"BYDAY={item[:20]} in the repeat rule must be weekdays such as MO, 2FR or -1SU.")
        pairs.append((-ordinal if match[1] == "-" else ordinal, WEEKDAYS.index(match[3])))
    return tuple(pairs)


def _read_until(value: str) -> date:
    match = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:T\d{6}Z?)?", value, re.ASCII)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise RuleError(f"UNTIL={value[:20]} in the repeat rule must be a day such as 20271231.")


def _read_wkst(value: str) -> int:
    if value not in WEEKDAYS:
        raise RuleError(f"WKST={value[:20]} in the repeat rule must be one of {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(value)


_INTERVAL = _one("INTERVAL", 1, MAX_INTERVAL)
_COUNT = _one("COUNT", 1, MAX_COUNT)
_BYMONTH = _numbers("BYMONTH", 1, 12)
_BYMONTHDAY = _numbers("BYMONTHDAY", 1, 31, negative=True)
_BYHOUR = _numbers("BYHOUR", 0, 23)
_BYMINUTE = _numbers("BYMINUTE", 0, 59)
_BYSETPOS = _numbers("BYSETPOS", 1, 366, negative=True)

_READERS: dict[str, Callable[[Rule, str], Rule]] = {
    "INTERVAL": lambda rule, value: replace(rule, interval=_INTERVAL(value)),
    "BYMONTH": lambda rule, value: replace(rule, bymonth=_BYMONTH(value)),
    "BYMONTHDAY": lambda rule, value: replace(rule, bymonthday=_BYMONTHDAY(value)),
    "BYDAY": lambda rule, value: replace(rule, byday=_read_byday(value)),
    "BYHOUR": lambda rule, value: replace(rule, byhour=_BYHOUR(value)),
    "BYMINUTE": lambda rule, value: replace(rule, byminute=_BYMINUTE(value)),
    "BYSETPOS": lambda rule, value: replace(rule, bysetpos=_BYSETPOS(value)),
    "COUNT": lambda rule, value: replace(rule, count=_COUNT(value)),
    "UNTIL": lambda rule, value: replace(rule, until=_read_until(value)),
    "WKST": lambda rule, value: replace(rule, wkst=_read_wkst(value)),
}


def normalise_rrule(text: str) -> str:
    """The canonical text of a rule that can be stored; raises RuleError (a LanguageError) when it can't."""
    return str(parse_rule(text))
