"""The period of a list question."""

from datetime import datetime

from taskora.language.reader import make_line
from taskora.language.reading import Period


def read_when(text: str, *, now: datetime, timezone: str, locale: str = "en-US") -> Period | None:
    """The period named in a question."""
    line = make_line(text, now, timezone, locale)
    return Period(line.today, line.today, "today") if "today" in text.lower() else None
