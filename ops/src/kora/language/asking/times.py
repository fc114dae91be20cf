"""Stretches of time that a question names and that became none of its conditions: noted, so that the answer says so.

Part of `language.asking.reading`.
"""

import re
from datetime import datetime, timedelta

from kora.language.intents import Aspect, Inspect

_STRETCH = re.compile(
    r" (?P<said>today|yesterday|tonight|overnight|(?:this|last) (?:morning|afternoon|evening|night|week|weekend|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|(?:since|on|before|after) (?:yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day|midnight|noon|this morning|last week)|(?:since|after|before|until|around) (?:about )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'clock|utc)|\d{1,2}:\d\d)|(?:before|since|after) (?:the )?(?:last|latest|previous|most recent) (?:deploy\w*|rollout|release|restart|change|update|upgrade)|(?:in|within|during|over) the (?:last|past) (?:\S+ )?(?:minute|hour|day|week|month)s?) "
)
CLOCK = r"(?:since|after|before|until|around) (?:about )?(?:midnight|noon|\d{1,2}(?:[:.]\d\d)?(?:am|pm)|\d{1,2}:\d\d|<[on]\d+>(?: utc)?|<n\d+> (?:am|pm|o'clock))"
"""An hour of the day; nothing is looked up by it, and it is no name."""
_NOON = {
    "midnight": 0,
    "noon": 12,
    "this morning": 6,
    "today": 0,
    "tonight": 18,
    "this afternoon": 12,
    "this evening": 18,
}
_HOUR = re.compile(
    r"(?:since|after|from) (?:about |around )?(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>am|pm|o'clock|h|utc)?|(?P<word>midnight|noon|yesterday|this morning|this afternoon|this evening|today))"
)


def seconds_since(said: str, now: datetime) -> float | None:
    """How long ago a moment was that a question names, such as ``since 14:30``, ``since noon`` (read as UTC, the last one
    that is over); None when it names no moment that can be computed."""
    found = _HOUR.fullmatch(said.strip().lower())
    if said.strip().lower() in {"today", "this morning"}:
        moment = now.replace(hour=_NOON[said.strip().lower()], minute=0, second=0, microsecond=0)
        return (now - moment).total_seconds() if moment < now else None
    if found is None:
        return None
    if found["word"] == "yesterday":
        return (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() + 86400
    hour = _NOON[found["word"]] if found["word"] else int(found["hour"])
    hour += 12 if found["half"] == "pm" and hour < 12 else -12 if found["half"] == "am" and hour == 12 else 0
    if hour > 23 or (not found["word"] and not found["minute"] and not found["half"]):
        return None
    moment = now.replace(hour=hour, minute=int(found["minute"] or 0), second=0, microsecond=0)
    moment -= timedelta(days=1) if moment > now else timedelta()
    return (now - moment).total_seconds()


_PAST = re.compile(
    r" (?:was|were|did|has|have|had|been|got|went|happened|failed|crashed|died|die|kill|restart|fail|errors?|warnings?|killed|restarted|evicted|finished|completed|succeeded|ran|started|created|deployed|changes|changed|broke) "
)
_TIMELESS = frozenset(
    {
        Aspect.LIST,
        Aspect.COUNT,
        Aspect.STATUS,
        Aspect.HEALTH,
        Aspect.IMAGES,
        Aspect.USAGE,
        Aspect.DESCRIBE,
        Aspect.LOGS,
        Aspect.EVENTS,
        Aspect.CHANGES,
        Aspect.CAUSE,
    }
)
"""Aspects whose answer has no time of its own but `since_seconds` and conditions."""


def told_of_time(question: Inspect, line: str) -> Inspect:
    """ "Jobs that failed this week": a stretch of time that became no condition is noted, so that the answer says it."""
    timed = question.since_seconds is not None or any(
        each.field in {"age", "restarted"} for each in question.conditions
    )
    said = _STRETCH.search(line)
    counted = question.aspect is Aspect.PROPERTY and "restarts" in question.properties
    if timed or said is None or not (counted or question.aspect in _TIMELESS) or _PAST.search(line) is None:
        return question
    return question.model_copy(update={"not_applied": said["said"]})
