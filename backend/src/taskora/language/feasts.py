"""Days with a name: holidays on fixed dates, on the n-th weekday of a month, or counted from Easter.

Computed here from a small table, because importing a full holiday library costs more time than reading a line may.
Sources: the Gregorian computus (anonymous algorithm, Meeus "Astronomical Algorithms" ch. 8) for Easter; US federal
holidays 5 U.S.C. 6103; the usual dates of the others. Feasts of lunar calendars are in `lunar_feasts`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from taskora.language.lunar_feasts import lunar_days

Rule = Callable[[int], date | None]


@lru_cache(maxsize=256)
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar."""
    century, in_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, ordinal: int, weekday: int) -> date | None:
    """The n-th (negative: from the end) `weekday` (Monday 0) of a month, or None when the month has no such day."""
    last = monthrange(year, month)[1]
    if ordinal > 0:
        day = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (ordinal - 1)
    else:
        day = last - (date(year, month, last).weekday() - weekday) % 7 + 7 * (ordinal + 1)
    return date(year, month, day) if 1 <= day <= last else None


def _fixed(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _nth(month: int, ordinal: int, weekday: int, days: int = 0) -> Rule:
    def on(year: int) -> date | None:
        day = nth_weekday(year, month, ordinal, weekday)
        return day + timedelta(days=days) if day else None

    return on


def _easter(days: int) -> Rule:
    return lambda year: easter(year) + timedelta(days=days)


def _lunar(feast: str) -> Rule:
    days = lunar_days(feast)
    return lambda year: next(iter(days.get(year, ())), None)


_TABLE: tuple[tuple[str, Rule], ...] = (
    ("new year's day|new years day|new year day|new year|new year's|new years", _fixed(1, 1)),
    ("new year's eve|new years eve|nye", _fixed(12, 31)),
    ("valentine's day|valentines day|valentine's|valentines|valentine day", _fixed(2, 14)),
    ("groundhog day", _fixed(2, 2)),
    ("pi day", _fixed(3, 14)),
    ("st patrick's day|st patricks day|saint patrick's day|st. patrick's day", _fixed(3, 17)),
    ("april fools|april fools day|april fool's day|april fools' day", _fixed(4, 1)),
    ("earth day", _fixed(4, 22)),
    ("may day", _fixed(5, 1)),
    ("cinco de mayo", _fixed(5, 5)),
    ("juneteenth", _fixed(6, 19)),
    ("canada day", _fixed(7, 1)),
    ("bastille day", _fixed(7, 14)),
    ("halloween|hallowe'en", _fixed(10, 31)),
    ("all saints day|all saints' day", _fixed(11, 1)),
    ("guy fawkes night|bonfire night|guy fawkes day", _fixed(11, 5)),
    ("veterans day|veteran's day|remembrance day|armistice day", _fixed(11, 11)),
    ("christmas eve|xmas eve|xmas-eve", _fixed(12, 24)),
    ("christmas day|christmas|xmas|xmas day", _fixed(12, 25)),
    ("boxing day|st stephen's day", _fixed(12, 26)),
    ("epiphany", _fixed(1, 6)),
    ("mlk day|martin luther king day", _nth(1, 3, 0)),
    ("presidents day|president's day|presidents' day", _nth(2, 3, 0)),
    ("memorial day", _nth(5, -1, 0)),
    ("father's day|fathers day", _nth(6, 3, 6)),
    ("columbus day|indigenous peoples day|indigenous peoples' day", _nth(10, 2, 0)),
    ("thanksgiving|thanksgiving day", _nth(11, 4, 3)),
    ("black friday", _nth(11, 4, 3, 1)),
    ("cyber monday", _nth(11, 4, 3, 4)),
    ("giving tuesday", _nth(11, 4, 3, 5)),
    ("shrove tuesday|pancake day|pancake tuesday|mardi gras|fat tuesday", _easter(-47)),
    ("ash wednesday", _easter(-46)),
    ("palm sunday", _easter(-7)),
    ("maundy thursday", _easter(-3)),
    ("good friday", _easter(-2)),
    ("easter|easter sunday|easter day", _easter(0)),
    ("easter monday", _easter(1)),
    ("ascension day", _easter(39)),
    ("pentecost|whit sunday", _easter(49)),
    ("whit monday|pentecost monday", _easter(50)),
    ("corpus christi", _easter(60)),
    ("eid|eid al-fitr|eid al fitr|eid ul fitr|eid-ul-fitr|eid-al-fitr|eid ul-fitr", _lunar("eid al-fitr")),
    ("eid al-adha|eid al adha|eid ul adha|eid-ul-adha|eid-al-adha|eid ul-adha|bakrid", _lunar("eid al-adha")),
    ("ramadan|ramzan|ramadhan", _lunar("ramadan")),
    ("diwali|deepavali", _lunar("diwali")),
    ("chinese new year|lunar new year", _lunar("lunar new year")),
)
# Names that mean another day in another country; "" is everywhere else.
_REGIONAL: dict[str, dict[str, Rule]] = {
    "labor day": {"": _nth(9, 1, 0), "PK": _fixed(5, 1), "IN": _fixed(5, 1)},
    "labour day": {"": _fixed(5, 1), "CA": _nth(9, 1, 0), "AU": _nth(10, 1, 0), "NZ": _nth(10, 4, 0)},
    "mother's day": {"": _nth(5, 2, 6), "GB": _easter(-21), "IE": _easter(-21)},
    "mothers day": {"": _nth(5, 2, 6), "GB": _easter(-21), "IE": _easter(-21)},
    "mothering sunday": {"": _easter(-21)},
    "independence day": {"US": _fixed(7, 4), "PK": _fixed(8, 14), "IN": _fixed(8, 15), "MX": _fixed(9, 16)},
    "4th of july": {"": _fixed(7, 4)},
    "pakistan day": {"": _fixed(3, 23)},
    "republic day": {"IN": _fixed(1, 26), "IT": _fixed(6, 2)},
    "anzac day": {"": _fixed(4, 25)},
    "australia day": {"": _fixed(1, 26)},
    "iqbal day": {"": _fixed(11, 9)},
    "quaid day": {"": _fixed(12, 25)},
}

_RULES: dict[tuple[str, ...], dict[str, Rule]] = {}
for _names, _rule in _TABLE:
    for _name in _names.split("|"):
        _RULES[tuple(_name.replace("-", " ").replace(".", "").split())] = {"": _rule}
for _name, _by_region in _REGIONAL.items():
    _RULES[tuple(_name.split())] = _by_region

LONGEST_NAME = max(len(name) for name in _RULES)
FIRST_WORDS = frozenset(name[0] for name in _RULES)
# Names whose words alone are too common to mean the day when nothing says so.
LOOSE_NAMES = frozenset({("new", "year"), ("new", "years"), ("new", "year's"), ("eid",), ("epiphany",)})


def feast_rule(words: tuple[str, ...], region: str) -> Rule | None:
    """The rule of the feast called `words` in that region, or None when there's no such feast there."""
    by_region = _RULES.get(words)
    if by_region is None:
        return None
    return by_region.get(region) or by_region.get("")


def next_feast(rule: Rule, today: date) -> date | None:
    """The first day of the feast at or after `today`."""
    for year in range(today.year, min(today.year + 3, 9999)):
        day = rule(year)
        if day is not None and day >= today:
            return day
    return None
