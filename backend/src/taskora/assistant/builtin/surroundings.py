"""What the grammar may know about the person: the moment, the place, the names of projects and tags. No task is in
here.

Dates are read by the application's one parser (`taskora.language`); this file only asks it whether some words are
wholly a date, a rule, a time of day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from taskora.assistant.turn import Turn
from taskora.language import Period, Reading, read, read_when

# Words around a date that carry nothing by themselves.
_GLUE = frozenset(
    [
        "to",
        "for",
        "on",
        "at",
        "by",
        "in",
        "until",
        "till",
        "til",
        "due",
        "the",
        "of",
        "from",
        "as",
        "it",
        "instead",
        "now",
        "next",
        "please",
        "then",
        "again",
        "or",
        "so",
        "be",
        "repeat",
        "repeating",
        "recur",
        "recurring",
        "every",
        "date",
        "deadline",
        "time",
        "before",
        "around",
        "about",
        "-",
        ",",
        ":",
        ".",
        "and",
    ]
)
_WEEKEND = re.compile(r"\bthe weekend\b(?! after)", re.IGNORECASE)  # the one that comes
_PAST_WEEKEND = re.compile(r"\b(?:after|following|past) the weekend\b", re.IGNORECASE)  # the Monday behind it
_CLOCK_ALONE = re.compile(
    r"^(?:(?:to|at|by|around|for|until|@) ?)*(?:the )?(?:\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m?\.?)?(?: "
    r"?o'?clock)?|noon|midnight|midday|(?:in the )?"
    r"(?:early |late |mid[- ]?)?(?:morning|afternoon|evening|night))(?: in the (?:morning|afternoon|evening)| "
    r"at night| sharp| instead)?$"
)


@dataclass(frozen=True)
class Surroundings:
    """Everything beside the text that a reading depends on."""

    now: datetime
    timezone: str = "UTC"
    locale: str = "en-US"
    projects: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    week_start: int | None = None
    _readings: dict[str, Reading] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """What a turn says about them."""
        return cls(turn.now, turn.timezone, turn.locale, turn.projects, turn.tags, turn.week_start)

    def read(self, text: str) -> Reading:
        """The parser's reading of `text` (kept for the length of a message)."""
        if text not in self._readings:
            self._readings[text] = read(
                text, now=self.now, timezone=self.timezone, locale=self.locale, projects=self.projects, tags=self.tags
            )
        return self._readings[text]

    def period(self, text: str) -> Period | None:
        """The days that a list question asks for."""
        text = re.sub(r"(\w)['’]s\b", r"\1", text)  # "tomorrow's tasks" asks for tomorrow
        return read_when(text, now=self.now, timezone=self.timezone, locale=self.locale, week_start=self.week_start)

    def moment(self, text: str) -> Reading | None:
        """The reading when `text` is nothing but a date, a time or a repeat rule; else None."""
        if not text or len(text) > 120:
            return None
        text = _WEEKEND.sub("this weekend", _PAST_WEEKEND.sub("next week", text))
        reading = self.read(text)
        if reading.due is None and reading.deadline is not None:
            reading = replace(reading, due=reading.deadline)  # "by Friday": the day itself
        if reading.due is None and reading.rrule is None:
            return None
        return reading if not _left_over(text, ((span.start, span.end) for span in reading.spans)) else None

    def rule(self, text: str) -> Reading | None:
        """The reading when `text` is nothing but a repeat rule."""
        reading = self.moment(text) or self.moment(f"every {text}")
        return reading if reading is not None and reading.rrule is not None else None

    def only_time(self, text: str) -> bool:
        """Whether the words named a time of day and no day ("2 PM", "noon")."""
        return bool(_CLOCK_ALONE.match(text.strip().lower()))

    def project(self, name: str) -> str | None:
        """The person's project of that name, as they spell it."""
        return _named(name, self.projects)

    def tag(self, name: str) -> str | None:
        """The person's tag of that name, as they spell it."""
        return _named(name, self.tags)


def _named(name: str, known: Iterable[str]) -> str | None:
    folded = name.strip(" #@'\"“”").casefold()
    return next((candidate for candidate in known if candidate.casefold() == folded), None)


def _left_over(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    rest = list(text)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return [word for word in re.findall(r"[^\s,.;:!?\-–()]+", "".join(rest).lower()) if word not in _GLUE]
