"""Days that are named by another day of the same message: "my flight is on 3 April, check in the day before".

The words are replaced by the day they mean before anything else looks at the message, so that the application's one
parser reads them like any other date.
"""

import re
from datetime import timedelta

from taskora.assistant.builtin.surroundings import Surroundings

_RELATIVE = re.compile(
    r"(?<![\w'’\"“])(?:(?:on )?the (?:very )?(?P<unit>day|night|evening|morning|afternoon|week) (?P<side>before|"
    r"after)(?: that)?|"
    r"(?P<n>two|three|four|five|six|seven|\d{1,2}) (?P<units>days|weeks) (?P<side2>before|after)(?: that)?|"
    r"(?:on )?(?:the same|that) (?P<same>day|morning|afternoon|evening|night))(?=\s*(?:[.,;!?]|$|and\b|then\b|at \d))",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_DATE_SPANS = ("due", "deadline", "start")


def with_days(text: str, around: Surroundings) -> str:
    """`text` with "the day before", "two days after", "that same day" written out, when one day was named before them.

    Without such a day, or with several, the words stay as they are.
    """
    match = _RELATIVE.search(text)
    if match is None or match.start() == 0 or len(text) > 400:
        return text
    reading = around.read(text[: match.start()])
    if (
        reading.due is None
        or reading.rrule is not None
        or len([s for s in reading.spans if s.kind in _DATE_SPANS]) != 1
    ):
        return text
    count = _NUMBERS.get((match["n"] or "").lower()) or int(match["n"] or 1)
    unit = (match["unit"] or match["units"] or "day").lower()
    days = count * (7 if unit.startswith("week") else 1)
    side = (match["side"] or match["side2"] or "").lower()
    day = reading.due.date + timedelta(days={"before": -days, "after": days}.get(side, 0))
    part = (match["unit"] or match["same"] or "").lower()
    part = f" {'in the ' if part != 'night' else 'at '}{part}" if part not in ("", "day", "week") else ""
    return f"{text[: match.start()]}on {day.isoformat()}{part}{text[match.end() :]}"


__all__ = ["with_days"]
