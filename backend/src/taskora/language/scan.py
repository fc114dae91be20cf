"""One pass over a line: which phrases are in it. What they mean together is `reader`'s business.

At every chunk the phrase grammars are asked in a fixed order, and the first phrase that the evidence allows is
taken with all its tokens; what no phrase takes is title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from taskora.language.evidence import accepts_moment, accepts_repeat, title_runs
from taskora.language.feasts import FIRST_WORDS
from taskora.language.lexer import SPACE
from taskora.language.lexicon import KNOWN
from taskora.language.line import Line
from taskora.language.marks import Alarm, alarm_mark, duration_mark, label_mark, priority_mark, project_mark
from taskora.language.moments import LEAD_WORDS, Moment, moment
from taskora.language.repeat_lists import weekday_list
from taskora.language.repeat_phrases import repeat
from taskora.language.repeats import Repeat

Value = Moment | Repeat | Alarm | int | str


@dataclass(slots=True)
class Candidate:
    """A phrase found: its kind, its value, its tokens [first, behind) and its characters [start, end)."""

    kind: str
    value: Value
    first: int
    behind: int
    start: int
    end: int


@dataclass(slots=True)
class Scan:
    """All phrases of a line, in order."""

    candidates: list[Candidate] = field(default_factory=list)

    def of(self, kind: str) -> list[Candidate]:
        """The phrases of one kind, in order."""
        return [candidate for candidate in self.candidates if candidate.kind == kind]


_STARTERS = (
    KNOWN
    | FIRST_WORDS
    | LEAD_WORDS
    | {
        "p",
        "q",
        "every!",
        "overmorrow",
        "bi",
        "semi",
        "penultimate",
        "notify",
        "with",
        "most",
        "scheduled",
        "within",
        "over",
        "@",
    }
)
_NUMERIC = frozenset({"number", "ordinal", "clock", "decimal", "fraction", "date", "hclock"})


def scan(line: Line, projects: Sequence[str], tags: Sequence[str]) -> Scan:
    """Find every phrase of the line."""
    found = Scan()
    names = title_runs(line)
    i = 0
    while i < len(line):
        token = line.tokens[i]
        candidate = None
        if token.opens:
            if token.kind in ("hash", "label"):
                candidate = _tag(line, i, projects, tags)
            elif token.kind == "bang":
                candidate = _mark(line, i)
            elif (token.kind in _NUMERIC or token.word in _STARTERS) and i not in names:
                candidate = _mark(line, i) or _phrase(line, i, names)
        if candidate is None:
            i += 1
            continue
        found.candidates.append(candidate)
        i = candidate.behind
    return found


def _made(line: Line, kind: str, value: Value, i: int, j: int) -> Candidate:
    return Candidate(kind, value, i, j, line.tokens[i].start, line.tokens[j - 1].end)


def _tag(line: Line, i: int, projects: Sequence[str], tags: Sequence[str]) -> Candidate | None:
    token = line.tokens[i]
    if token.kind == "label":
        label = label_mark(line, i, tags)
        return _made(line, "tag", label, i, i + 1) if label else None
    project = project_mark(line, i, projects)
    if project is None:
        return None
    name, j, end = project
    return Candidate("project", name, i, j, token.start, end)


def _mark(line: Line, i: int) -> Candidate | None:
    alarm = alarm_mark(line, i)
    if alarm:
        return _made(line, "reminder", alarm[0], i, alarm[1])
    priority = priority_mark(line, i)
    if priority:
        return _made(line, "priority", priority[0], i, priority[1])
    return None


def _phrase(line: Line, i: int, names: frozenset[int]) -> Candidate | None:
    again = repeat(line, i)
    if again and accepts_repeat(line, i, again[1], again[0]):
        return _made(line, "recurrence", again[0], i, again[1])
    when = moment(line, i)
    if (
        when
        and not names.intersection(range(i, when[1]))
        and accepts_moment(line, i, when[1], when[0])
        and not (_one_of_two_days(line, i, when[0], when[1]))
    ):
        return _made(line, when[0].role, when[0], i, when[1])
    minutes = duration_mark(line, i)
    if minutes:
        return _made(line, "duration", minutes[0], i, minutes[1])
    return None


def _one_of_two_days(line: Line, i: int, found: Moment, j: int) -> bool:
    """ "mon and tue", "friday or saturday": two days can't be one due date, so neither is taken."""
    if found.is_range or found.day is None or found.day.weekday is None:
        return False
    k = i + 1 if line.word(i) in ("on", "for", "by") else i
    days = weekday_list(line, k)
    return days is not None and len(days[0]) > 1 and days[1] >= j and line.join(k + 1) in (SPACE, "slash", "comma")
