"""Stretches of time that a question names and that became none of its conditions: noted, so that the answer says so.

Part of `language.asking.reading`.
"""

import re

from kora.language.intents import Aspect, Inspect

_STRETCH = re.compile(
    r" (?P<said>today|yesterday|tonight|overnight|(?:this|last) (?:morning|afternoon|evening|night|week|weekend|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|(?:since|on|before|after) (?:yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day|midnight|noon|this morning|last week)|(?:since|after|before|until|around) (?:about )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|\d{1,2}:\d\d|<n\d+> ?(?:am|pm|o'clock))|(?:in|within|during|over) the (?:last|past) (?:\S+ )?(?:minute|hour|day|week|month)s?) "
)
CLOCK = r"(?:since|after|before|until|around) (?:about )?(?:\d{1,2}(?:[:.]\d\d)?(?:am|pm)|\d{1,2}:\d\d|<n\d+> (?:am|pm|o'clock))"
"""An hour of the day; nothing is looked up by it, and it is no name."""
_PAST = re.compile(
    r" (?:was|were|did|has|have|had|been|got|went|happened|failed|crashed|died|die|kill|restart|fail|errors?|warnings?|killed|restarted|evicted|finished|completed|succeeded|ran|started|created|deployed) "
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
    if timed or said is None or question.aspect not in _TIMELESS or _PAST.search(line) is None:
        return question
    return question.model_copy(update={"not_applied": said["said"]})
