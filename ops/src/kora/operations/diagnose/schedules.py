"""Whether a cron schedule ever fires: only what decides that, days and months."""

import calendar
import re

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_LONGEST = {month: 29 if month == 2 else calendar.monthrange(2023, month)[1] for month in range(1, 13)}


def never_fires(schedule: str) -> bool:
    """True when no calendar has a day that the schedule names, such as 30 February; False for everything else."""
    words = schedule.split()
    if words and words[0].startswith(("TZ=", "CRON_TZ=")):
        words = words[1:]
    if len(words) != 5 or words[0] in _MACROS or words[4] not in ("*", "?"):
        return False  # a day of the week always comes
    days, months = _values(words[2], 1, 31), _values(words[3], 1, 12)
    if days is None or months is None:
        return False  # the API server judges the grammar
    return not any(day <= _LONGEST[month] for month in months for day in days)


def _values(field: str, low: int, high: int) -> set[int] | None:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        bounds = [_number(each) for each in span.split("-")] if span not in ("*", "?") else [low, high]
        if None in bounds or (step and not re.fullmatch(r"\d+", step)):
            return None
        first, last = bounds[0] or 0, bounds[-1] or 0
        if step and len(bounds) == 1:
            last = high
        found.update(range(first, last + 1, int(step) if step and int(step) else 1))
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else _MONTHS.get(text.lower())
