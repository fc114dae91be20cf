"""From the phrases of a line to its reading: the last step of the parser, and its public doors.

The phrases are put together (a day here and a time there are one due moment; a day beside a repeat is its
start), the past is moved to the future, and what was taken leaves the title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from taskora.language.clocks import Clock
from taskora.language.days import CERTAIN, Day, rolled
from taskora.language.errors import RuleError, ZoneError
from taskora.language.lexer import protected_ranges, tokenize
from taskora.language.lexicon import PARTS_OF_DAY
from taskora.language.line import Line
from taskora.language.locales import locale_of
from taskora.language.marks import Alarm
from taskora.language.moments import Moment, plus_days, roll_forward
from taskora.language.occurrences import anchored_rrule, first_occurrence
from taskora.language.reading import Alternative, Reading, RecurFrom, Recurrence, Reminder, Span, When
from taskora.language.repeats import Repeat, with_length
from taskora.language.rules import parse_rule
from taskora.language.scan import Candidate, Scan, scan
from taskora.language.titles import title_without

MAX_CHARACTERS = 10_000


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises ZoneError for anything else."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneError(f"“{name[:60]}” is not a time zone; use an IANA name such as Asia/Karachi.") from error


def make_line(text: str, now: datetime, timezone: str, locale: str, ignored: Sequence[tuple[int, int]] = ()) -> Line:
    """The tokenised line at its local moment. A naive `now` is taken as local to `timezone`."""
    zone = zone_of(timezone)
    local = now.astimezone(zone).replace(tzinfo=None) if now.tzinfo else now
    tokens = tokenize(text, protected_ranges(text, ignored)) if len(text) <= MAX_CHARACTERS else []
    return Line(text, tokens, local, locale_of(locale))


@dataclass(slots=True)
class _Draft:
    """The fields while they are being put together; `taken` are the phrases whose words leave the title."""

    due: tuple[date, time | None] | None = None
    start: tuple[date, time | None] | None = None
    deadline: tuple[date, time | None] | None = None
    duration: int | None = None
    rrule: str | None = None
    exdates: tuple[date, ...] = ()
    recur_from: RecurFrom = "due"
    reminders: list[Reminder] = field(default_factory=list)
    taken: list[Candidate] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)


def read(
    text: str,
    *,
    now: datetime,
    timezone: str,
    locale: str = "en-US",
    projects: Sequence[str] = (),
    tags: Sequence[str] = (),
    ignored: Sequence[tuple[int, int]] = (),
) -> Reading:
    """Read one line.

    `now` is aware (any zone); `timezone` the IANA zone the person lives in; `locale` decides the order of
    numeric dates; `projects` and `tags` are the person's own names (a known project may be written with spaces
    after `#`); `ignored` are character ranges that must stay literal. Lines over 10,000 characters are
    answered as a bare title. Raises ZoneError only.
    """
    line = make_line(text, now, timezone, locale, ignored)
    found = scan(line, projects, tags)
    draft = _Draft()
    _settle_when(line, found, draft, timezone)
    durations = found.of("duration")
    if durations:
        draft.duration = cast(int, durations[-1].value)
        draft.taken.append(durations[-1])
    priorities = found.of("priority")
    labels = found.of("tag")
    folders = found.of("project")
    draft.taken += priorities + labels + folders[:1]
    _settle_reminders(line, found, draft, timezone)
    draft.taken.sort(key=lambda candidate: candidate.start)
    return Reading(
        title=title_without(text, [(candidate.start, candidate.end) for candidate in draft.taken]),
        due=_when(draft.due, timezone),
        start=_when(draft.start, timezone),
        deadline=_when(draft.deadline, timezone),
        duration_minutes=draft.duration,
        rrule=draft.rrule,
        exdates=draft.exdates,
        recur_from=draft.recur_from,
        priority=cast(int, priorities[-1].value) if priorities else None,
        tags=_distinct([cast(str, candidate.value) for candidate in labels]),
        project=cast(str, folders[0].value) if folders else None,
        reminders=tuple(draft.reminders),
        spans=tuple(Span(c.start, c.end, c.kind, text[c.start : c.end]) for c in draft.taken),
        alternatives=tuple(draft.alternatives),
    )


def _when(value: tuple[date, time | None] | None, timezone: str) -> When | None:
    return When(value[0], value[1], timezone) if value else None


def _distinct(names: list[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.casefold(), name)
    return tuple(seen.values())


# --- when -----------------------------------------------------------------------------------------------------------


def _settle_when(line: Line, found: Scan, draft: _Draft, timezone: str) -> None:
    repeats = found.of("recurrence")
    chosen = _main_moments(line, found)
    deadline = next(iter(found.of("deadline")), None)
    if deadline and repeats and cast(Moment, deadline.value).day is None:
        # "every friday by 5pm": the hour belongs to each occurrence.
        chosen.append(deadline)
        deadline = None
    if deadline:
        value = cast(Moment, deadline.value)
        draft.deadline = _resolve(line, value)
        draft.taken.append(deadline)
        _offer(line, value, "deadline", deadline, draft, timezone)
    if repeats:
        _settle_repeat(line, repeats[0], chosen, draft)
        draft.taken += [repeats[0]]
        return
    if not chosen:
        return
    starts = [candidate for candidate in chosen if candidate.kind == "start"]
    ends = [candidate for candidate in chosen if candidate.kind == "until"]
    dues = [candidate for candidate in chosen if candidate.kind == "due"]
    if starts and ends:
        draft.start = _resolve(line, cast(Moment, starts[0].value))
        draft.due = _resolve(line, cast(Moment, ends[0].value))
        if draft.start and draft.due and draft.due[0] < draft.start[0]:
            draft.due = (
                (rolled(cast(Day, cast(Moment, ends[0].value).day)).date, draft.due[1])
                if cast(Moment, ends[0].value).day
                else draft.due
            )
        draft.taken += [starts[0], ends[0]]
        return
    main = _merge(dues or starts or ends)
    if main is None:
        return
    value, parts = main
    if deadline and draft.deadline and value.day is None:
        # "by friday 5pm" came in two pieces: the time belongs to the deadline.
        if draft.deadline[1] is None and value.clock:
            draft.deadline = (draft.deadline[0], value.clock.time())
            draft.taken += parts
        return
    draft.taken += parts
    if value.is_range:
        _settle_range(line, value, draft)
    else:
        draft.due = _resolve(line, value)
        _offer(line, value, "due", parts[0], draft, timezone)


def _main_moments(line: Line, found: Scan) -> list[Candidate]:
    """The moments that speak of the task itself: the best day, the best time, a start and an end."""
    moments = [c for c in found.candidates if c.kind in ("due", "start", "until")]
    if not found.of("recurrence"):
        # Two times without a repeat can't be one due moment.
        moments = [c for c in moments if not cast(Moment, c.value).more]
    best_day = max((c for c in moments if c.kind == "due" and _day(c)), key=lambda c: _weight(line, c), default=None)
    best_clock = max(
        (c for c in moments if c.kind == "due" and not _day(c)), key=lambda c: _weight(line, c), default=None
    )
    if best_day and best_clock and (cast(Moment, best_day.value).clock is not None):
        clock_of_day = cast(Clock, cast(Moment, best_day.value).clock)
        told = cast(Moment, best_clock.value)
        if not (clock_of_day.only_part and told.clock and not told.clock.only_part):
            best_clock = None
    starts = [c for c in moments if c.kind == "start"][:1]
    ends = [c for c in moments if c.kind == "until"][:1]
    return [c for c in moments if c is best_day or c is best_clock or c in starts or c in ends]


def _day(candidate: Candidate) -> Day | None:
    return cast(Moment, candidate.value).day


def _weight(line: Line, candidate: Candidate) -> tuple[int, int]:
    value = cast(Moment, candidate.value)
    weight = 2 * bool(value.is_range) + (value.day.strength if value.day else 0) + bool(value.lead) + bool(value.clock)
    # A date at either end of the line is about the task; one in its middle is more likely part of what is done.
    weight += 2 if candidate.behind >= len(line) else 1 if candidate.first == 0 else 0
    return weight, candidate.start


def _merge(candidates: list[Candidate]) -> tuple[Moment, list[Candidate]] | None:
    if not candidates:
        return None
    dated = next((c for c in candidates if _day(c)), None)
    timed = next((c for c in candidates if not _day(c)), None)
    if dated and timed:
        day, clock = cast(Moment, dated.value), cast(Moment, timed.value)
        told = clock.clock
        part = day.clock.part if day.clock and day.clock.only_part else day.day.part if day.day else ""
        if told and part:
            told = told.within(part)
        return replace(day, clock=told, until_clock=clock.until_clock or day.until_clock), [dated, timed]
    only = dated or timed
    return (cast(Moment, only.value), [only]) if only else None


def _resolve(line: Line, value: Moment) -> tuple[date, time | None]:
    """The day and time a moment means, moved to the future where the words allow it."""
    day, told = value.day, value.clock
    if day is not None and day.moment is not None:
        if told is None or told.only_part:
            return day.moment.date(), day.moment.time()
        return day.date, told.time()
    if day is not None and told is None and day.part:
        part = PARTS_OF_DAY.get(day.part, (17, 0))
        told = Clock(part[0], part[1], part=day.part, only_part=True)
    if day is None:
        moment = told.time() if told else time()
        today = datetime.combine(line.today, moment)
        days = 1 if today < line.now.replace(second=0, microsecond=0) else 0
        return plus_days(line.today, days), moment
    if told is None:
        chosen = roll_forward(day, line.today)
        if day.needs == "stretch" and day.last:
            return day.last, None
        return chosen.date, None
    moment = told.time()
    if (day.part == "night" or told.part == "midnight") and moment.hour < 5 and day.date == line.today:
        # "tonight at 12" is the midnight that ends today.
        return plus_days(day.date, 1), moment
    chosen = roll_forward(day, line.today)
    at = datetime.combine(chosen.date, moment)
    now = line.now.replace(second=0, microsecond=0)
    if at < now:
        if chosen.roll:
            chosen = rolled(chosen)
        elif (
            told.loose
            and not told.part
            and chosen.date == line.today
            and at + timedelta(hours=12) >= now
            and moment.hour < 12
        ):
            return chosen.date, (at + timedelta(hours=12)).time()
    return chosen.date, moment


def _settle_range(line: Line, value: Moment, draft: _Draft) -> None:
    if value.until_day is not None and value.day is not None:
        draft.start = (value.day.date, value.clock.time() if value.clock else None)
        draft.due = (value.until_day.date, value.until_clock.time() if value.until_clock else None)
        return
    begin = _resolve(line, replace(value, until_clock=None))
    end = value.until_clock.time() if value.until_clock else None
    draft.start = begin
    last = begin[0] if end is None or begin[1] is None or end > begin[1] else plus_days(begin[0], 1)
    draft.due = (last, end)


def _offer(line: Line, value: Moment, kind: str, source: Candidate, draft: _Draft, timezone: str) -> None:
    """The other days the words could mean, as they would stand in the field."""
    if value.day is None:
        return
    told = value.clock.time() if value.clock else None
    for other in value.day.others:
        taken = draft.deadline if kind == "deadline" else draft.due
        if other >= line.today and (taken is None or other != taken[0]):
            offered = When(other, told, timezone)
            draft.alternatives.append(Alternative(kind, offered.as_json(), line.text[source.start : source.end]))


# --- repeats --------------------------------------------------------------------------------------------------------


def _settle_repeat(line: Line, source: Candidate, moments: list[Candidate], draft: _Draft) -> None:
    value = cast(Repeat, source.value)
    for candidate in moments:
        told = cast(Moment, candidate.value)
        used = False
        if candidate.kind == "until" and told.day and not value.until:
            value, used = replace(value, until=told.day.date), True
        elif told.day and told.until_day and not value.until and value.start is None:
            value, used = replace(value, start=told.day, until=told.until_day.date), True
        elif told.day and not told.is_range and value.start is None and _may_start(told, candidate.kind):
            value, used = replace(value, start=told.day), True
        if told.clock and value.clock is None and (used or told.day is None):
            clocks = (told.clock, *told.more)
            value, used = replace(value, clock=told.clock, clocks=clocks, end_clock=told.until_clock), True
        if used:
            draft.taken.append(candidate)
    _apply_repeat(line, value, draft)


def _may_start(told: Moment, kind: str) -> bool:
    """Whether a day beside a repeat is its beginning: when the words say so, or when it is a plain date."""
    return kind == "start" or (told.day is not None and (told.day.strength == CERTAIN or bool(told.lead)))


def _apply_repeat(line: Line, value: Repeat, draft: _Draft) -> None:
    first = value.first(line.now)
    if first is None:
        first = line.today
    day = first.date() if isinstance(first, datetime) else first
    value = with_length(value, day)
    draft.due = (day, first.time() if isinstance(first, datetime) else None)
    draft.rrule = anchored_rrule(str(value.built()), day)
    draft.exdates = tuple(sorted(set(value.exdates)))
    draft.recur_from = cast(RecurFrom, value.recur_from)
    if value.end_clock is not None and draft.due[1] is not None:
        draft.start = draft.due
        draft.due = (day, value.end_clock.time())


# --- reminders ------------------------------------------------------------------------------------------------------


def _settle_reminders(line: Line, found: Scan, draft: _Draft, timezone: str) -> None:
    zone = zone_of(timezone)
    for candidate in found.of("reminder"):
        alarm = cast(Alarm, candidate.value)
        draft.taken.append(candidate)
        draft.reminders += [Reminder(offset_minutes=offset) for offset in alarm.offsets]
        if alarm.at is not None:
            value = alarm.at
            if value.day is None and draft.due and value.clock:
                moment = datetime.combine(draft.due[0], value.clock.time())
            else:
                day, told = _resolve(line, value)
                moment = datetime.combine(day, told or time(9))
            draft.reminders.append(Reminder(at=moment.replace(tzinfo=zone)))


# --- other doors ----------------------------------------------------------------------------------------------------


def read_recurrence(text: str, *, now: datetime, timezone: str, locale: str = "en-US") -> Recurrence | None:
    """A repeat rule from RFC 5545 text or from English ("every other tuesday at 9"); None when the words are neither.

    The whole text must be the rule. Raises RuleError when it is RFC 5545 but can't be stored, ZoneError for a bad zone.
    """
    line = make_line(text, now, timezone, locale)
    stripped = text.strip()
    if "FREQ=" in stripped.upper() or stripped[:6].upper() == "RRULE:":
        rule = parse_rule(stripped)
        first = first_occurrence(
            replace(rule, interval=1, count=None, until=None) if rule.byday or rule.bymonthday else rule, line.today
        )
        day = (first.date() if isinstance(first, datetime) else first) or line.today
        return Recurrence(str(rule), (), "due", When(day, None, timezone))
    found = scan(line, (), ())
    repeats = found.of("recurrence")
    if not repeats:
        return None
    draft = _Draft()
    try:
        _settle_when(line, found, draft, timezone)
    except RuleError:
        return None
    if draft.rrule is None or draft.due is None:
        return None
    left = title_without(text, [(c.start, c.end) for c in draft.taken], keep_empty=True)
    if any(character.isalnum() for character in left):
        return None
    rule_text = draft.rrule
    value = cast(Repeat, repeats[0].value)
    if not (value.rule.bymonthday or value.rule.byday):
        rule_text = str(with_length(value, draft.due[0]).built())
    return Recurrence(rule_text, draft.exdates, draft.recur_from, cast(When, _when(draft.due, timezone)))
