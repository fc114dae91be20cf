"""When a cron schedule is due next: the five fields of cron, in UTC as Kubernetes reads them without a time zone."""

from datetime import datetime, timedelta

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: at for at, name in enumerate(_MONTHS, 1)},
    {name: at for at, name in enumerate(_DAYS)},
)
_SHORT = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}  # fmt: skip
_DAYS_AHEAD = 4 * 366
"""Far enough for the 29th of February."""


def next_time(schedule: str, after: datetime) -> datetime | None:
    """The first time after `after` that fits; None when the schedule can't be read or never fits."""
    fields = _SHORT.get(schedule.strip().lower(), schedule).split()
    if len(fields) != 5:
        return None
    sets = [_values(field, at) for at, field in enumerate(fields)]
    if any(not each for each in sets):
        return None
    minutes, hours, days, months, weekdays = (each or set() for each in sets)
    any_day, any_weekday = fields[2].startswith("*"), fields[4].startswith("*")
    start = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    day = start.replace(hour=0, minute=0)
    for _ in range(_DAYS_AHEAD):
        weekday = (day.weekday() + 1) % 7
        in_month, in_week = day.day in days, weekday in weekdays or (weekday == 0 and 7 in weekdays)
        both = (in_month and in_week) if any_day or any_weekday else (in_month or in_week)
        if day.month in months and both:
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    found = day.replace(hour=hour, minute=minute)
                    if found >= start:
                        return found
        day += timedelta(days=1)
    return None


def _values(field: str, at: int) -> set[int] | None:
    low, high = _BOUNDS[at]
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if step and (not step.isdigit() or int(step) == 0):
            return None
        first, dash, last = span.partition("-")
        if span in {"*", "?"}:
            ends: tuple[int | None, int | None] = (low, high)
        else:
            begin = _number(first, at)
            ends = (begin, _number(last, at) if dash else high if step else begin)
        if ends[0] is None or ends[1] is None or not low <= ends[0] <= ends[1] <= high:
            return None
        found |= set(range(ends[0], ends[1] + 1, int(step or 1)))
    return found


def _number(text: str, at: int) -> int | None:
    return int(text) if text.isdigit() else _NAMES[at].get(text.lower())
