"""The marks of a line that aren't dates: `#project`, `@label`, `p1`, "!!", "urgent", "for 45 min", "remind me
10 min before"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from taskora.language.day_phrases import length
from taskora.language.lexer import COLON, COMMA, DASH, HARD, SPACE
from taskora.language.lexicon import (
    DETERMINERS,
    NOUN_VERBS,
    OBJECT_PREPOSITIONS,
    PRIORITY_LEVELS,
    PRIORITY_NOUNS,
    TASK_VERBS,
    URGENT_WORDS,
)
from taskora.language.line import Line
from taskora.language.moments import Moment, content_at, moment
from taskora.language.tables import phrases

_BANGS = {"!": 3, "!!": 2, "!!!": 1, "!1": 1, "!2": 2, "!3": 3, "!4": 4, "!!1": 1, "!!2": 2, "!!3": 3, "!!4": 4}
_BANG_WORD = re.compile(r"!{1,3}([a-z]+)")
_BANG_LEVEL = re.compile(r"!{1,3}p([1-4])")
_BANG_REMINDER = re.compile(r"!(\d{1,4})(m|min|mins|h|hr|hrs|d)", re.IGNORECASE)
_MINUTES = {"m": 1, "h": 60, "d": 1440}
MAX_DURATION_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Alarm:
    """A reminder phrase: minutes before the due moment, or a moment of its own."""

    offsets: tuple[int, ...] = ()
    at: Moment | None = None


def project_mark(line: Line, i: int, projects: Sequence[str]) -> tuple[str, int, int] | None:
    """`#name` -> (project, token index behind, character index behind). A known project may have spaces in its name."""
    token = line.tokens[i]
    rest = line.text[token.start + 1 :]
    folded = rest.casefold()
    for known in sorted(projects, key=len, reverse=True):
        size = len(known)
        if known and folded[:size] == known.casefold() and not rest[size : size + 1].isalnum():
            end = max(token.start + 1 + size, token.start)
            j = i
            while j < len(line) and line.tokens[j].start < end:
                j += 1
            if line.tokens[j - 1].end <= end or line.tokens[j - 1] is token:
                return known, j, end
    name = token.text[1:]
    return (name, i + 1, token.end) if any(character.isalnum() for character in name) or not name.isascii() else None


def label_mark(line: Line, i: int, tags: Sequence[str]) -> str | None:
    """`@name` -> the label, in the spelling the user's own tag has."""
    name = line.tokens[i].text[1:]
    if not (any(character.isalnum() for character in name) or not name.isascii()):
        return None
    return next((known for known in tags if known.casefold() == name.casefold()), name)


def priority_mark(line: Line, i: int) -> tuple[int, int] | None:
    """A priority at `i`: p1-p4, !!, !high, "urgent", "high priority", "priority: low"."""
    token = line.tokens[i]
    if token.kind == "bang":
        level = _bang_level(token.word)
        return (level, i + 1) if level else None
    word = token.word
    if word == "p" and line.kind(i + 1) == "number" and line.join(i + 1) == "glued":
        level = line.tokens[i + 1].value[0]
        attributive = token.text == "P" and content_at(line, i + 2) and i > 0
        fits = 1 <= level <= 4 and line.tokens[i + 1].closes and len(line.tokens[i + 1].text) == 1
        return (level, i + 2) if fits and not attributive and line.word(i - 1) not in DETERMINERS else None
    lead = i + 1 if word in ("with", "at") and line.spaced(i + 1) else i
    if lead > i and line.word(lead) == "a" and line.spaced(lead + 1):
        lead += 1
    if line.word(lead) in PRIORITY_LEVELS and line.word(lead + 1) in PRIORITY_NOUNS and line.spaced(lead + 1):
        j = lead + 2
        return (PRIORITY_LEVELS[line.word(lead)], j) if lead > i or _stands_free(line, i, j) else None
    if word in PRIORITY_NOUNS:
        return _priority_value(line, i)
    if word in URGENT_WORDS:
        return (1, i + 1) if (word != "urgent" and word != "urgently") or _stands_free(line, i, i + 1) else None
    return None


def _bang_level(word: str) -> int | None:
    """1 to 4 of "!!", "!2", "!high" and "!p1"."""
    if named := _BANG_WORD.fullmatch(word):
        return PRIORITY_LEVELS.get(named[1])
    numbered = _BANG_LEVEL.fullmatch(word)
    return int(numbered[1]) if numbered else _BANGS.get(word)


def _priority_value(line: Line, i: int) -> tuple[int, int] | None:
    """ "priority 1", "priority: high", "prio low"."""
    j = i + 1
    if line.join(j) not in (SPACE, COLON):
        return None
    if line.word(j) in PRIORITY_LEVELS and not content_at(line, j + 1):
        return PRIORITY_LEVELS[line.word(j)], j + 1
    if (
        line.kind(j) == "number"
        and 1 <= line.tokens[j].value[0] <= 4
        and line.tokens[j].closes
        and not content_at(line, j + 1)
    ):
        return line.tokens[j].value[0], j + 1
    return None


def _stands_free(line: Line, i: int, j: int) -> bool:
    """Whether an urgency word is a marker: set off by punctuation at the start, or at the end, describing nothing."""
    before = line.word(i - 1) if i and line.join(i) in (SPACE, "glued") else ""
    if (
        before in DETERMINERS
        or before in OBJECT_PREPOSITIONS
        or before in ("is", "not", "very", "isn't", "as", "if", "are", "be")
    ):
        return False
    at_start = i == 0 or line.join(i) == HARD
    if at_start and j < len(line) and line.join(j) == SPACE and line.kind(j) == "word":
        # "low prio clean attic" marks, "urgent care visit" and "urgent call" describe.
        return line.word(j) in TASK_VERBS and (j - i > 1 or line.word(j) not in NOUN_VERBS)
    if content_at(line, j):
        return False
    # A verb right before takes the word as its object ("mark urgent", "set priority").
    return not (i == 1 and before in TASK_VERBS and j == len(line) and before in ("mark", "set", "sort"))


def duration_mark(line: Line, i: int) -> tuple[int, int] | None:
    """Minutes of "for 45 min", "for an hour and a half", "(30m)", "1h30" at the end of a phrase."""
    lead = line.word(i) == "for" and line.spaced(i + 1)
    j = i + 1 if lead else i
    if lead and line.word(j) in ("about", "around", "approx", "approximately", "max", "at"):
        j += 1
    if lead and line.kind(j) == "word" and line.text[line.tokens[j].start - 1] == "~":
        return None
    found = length(line, j)
    if found is None:
        return None
    _, name, minutes, k = found
    if name not in ("minute", "hour") or not 1 <= minutes <= MAX_DURATION_MINUTES or not line.tokens[k - 1].closes:
        return None
    if line.word(k) in (
        "before",
        "after",
        "later",
        "ago",
        "early",
        "earlier",
        "ahead",
        "from",
        "prior",
        "of",
        "past",
        "to",
    ) and line.spaced(k):
        return None
    if lead:
        return minutes, k
    if line.join(j + 1) == DASH or line.word(i) in ("a", "an", "one", "half", "couple", "few"):
        return None
    before = line.word(i - 1) if line.join(i) in (SPACE,) else ""
    if (
        content_at(line, k)
        or before in DETERMINERS
        or before in OBJECT_PREPOSITIONS
        or before in ("every", "after", "by", "at", "than")
    ):
        return None
    # A bare length is the task's own only where it closes a phrase and not what is counted.
    return (minutes, k) if i > 0 else None


_ALARM_HEADS = tuple(
    tuple(head.split())
    for head in phrases(
        "and remind me|remind me|with a reminder|with reminder|with reminders|set a reminder|set reminder|"
        "reminder|reminders|alert me|alert|notify me|ping me|nudge me"
    )
)


def alarm_mark(line: Line, i: int) -> tuple[Alarm, int] | None:
    """A reminder at `i`: "remind me 10 min and 1 day before", "reminder at 8am", "!30m"."""
    if line.kind(i) == "bang":
        match = _BANG_REMINDER.fullmatch(line.word(i))
        return (Alarm((int(match[1]) * _MINUTES[match[2][0].lower()],)), i + 1) if match else None
    for head in _ALARM_HEADS:
        j = line.follows(i, *head)
        if j is None or j >= len(line) or line.join(j) not in (SPACE, COLON, DASH, COMMA, "glued"):
            continue
        if line.word(j) in ("me",):
            j += 1
        before = _offsets(line, j)
        if before and not content_at(line, before[1]):
            return Alarm(before[0]), before[1]
        for words in (("on", "time"), ("at", "the", "time"), ("when", "due"), ("when", "it's", "due")):
            k = line.follows(j, *words)
            if k is not None:
                return Alarm((0,)), k
        if i == 0 or (line.join(i) == HARD and line.word(i) == "remind"):
            return None
        found = moment(line, j)
        if found and found[0].role == "due" and not found[0].is_range and (found[0].clock or found[0].day):
            return Alarm(at=found[0]), found[1]
        return None
    return None


def _offsets(line: Line, j: int) -> tuple[tuple[int, ...], int] | None:
    offsets: list[int] = []
    while True:
        if line.word(j) == "the" and line.word(j + 1) == "day" and line.word(j + 2) == "before":
            offsets.append(1440)
            j += 2
        else:
            found = length(line, j)
            if found is None or not found[2]:
                return None
            offsets.append(found[2])
            j = found[3]
        if line.near(j) and (line.word(j) in ("and", "&") or line.join(j) == COMMA) and line.word(j) != "before":
            j += line.word(j) in ("and", "&")
            continue
        break
    for words in (
        ("before", "hand"),
        ("beforehand",),
        ("before",),
        ("early",),
        ("earlier",),
        ("ahead",),
        ("prior",),
        ("in", "advance"),
    ):
        k = line.follows(j, *words)
        if k is not None and line.spaced(j):
            for tail in (
                ("it", "is", "due"),
                ("it's", "due"),
                ("the", "due", "date"),
                ("due",),
                ("it",),
                ("that",),
                ("start",),
            ):
                end = line.follows(k, *tail)
                if end is not None and line.spaced(k):
                    return tuple(offsets), end
            return tuple(offsets), k
    closed = j >= len(line) or line.join(j) in (HARD, COMMA) or line.kind(j) in ("hash", "label", "bang")
    return (tuple(offsets), j) if closed else None
