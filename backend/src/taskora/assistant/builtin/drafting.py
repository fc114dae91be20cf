"""From what was said to the arguments of a tool: new tasks, and what a change means for one task. Pure."""

import calendar
import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.intents import Change, NewTask
from taskora.assistant.builtin.matching import content, doing_of, stem
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.words import sentence_case
from taskora.assistant.tools.values import PRIORITY_NAMES, iso_of
from taskora.tasks.schemas import TaskOut

TITLE_MOST = 200
DESCRIPTION_MOST = 2_000
_UNITS = {
    "min": "minutes",
    "hour": "hours",
    "hr": "hours",
    "day": "days",
    "week": "weeks",
    "month": "months",
    "fortnight": "weeks",
}


def draft(item: NewTask, around: Surroundings) -> dict[str, Any]:
    """The arguments of add_task."""
    arguments: dict[str, Any] = {}
    title = item.text
    dated = around.read(item.when) if item.when else None
    if item.when and dated is not None and dated.due is None and dated.rrule is None:
        dated = around.moment(f"every {item.when}") or around.moment(item.when)
    reading = None if item.literal else around.read(item.text)
    if reading is not None:
        title = reading.title or item.text
        if reading.priority is not None:
            arguments["priority"] = PRIORITY_NAMES[reading.priority]
        if reading.tags:
            arguments["tags"] = list(reading.tags)
        if reading.project is not None:
            arguments["project"] = reading.project
        minutes = [r.offset_minutes for r in reading.reminders if r.offset_minutes is not None]
        if minutes:
            arguments["reminder_minutes"] = minutes
    for source in (dated, reading):
        if source is None:
            continue
        due = source.due or source.deadline
        if due is not None:
            arguments["due"] = iso_of(due.date, due.time)
        if source.rrule is not None:
            arguments["recurrence"] = source.rrule
    if dated is not None and reading is not None and dated.due and reading.due:
        arguments["due"] = _merged(dated.due, reading.due, around, item)
    if item.priority is not None:
        arguments["priority"] = item.priority
    if item.tags:
        arguments["tags"] = list(dict.fromkeys([*arguments.get("tags", []), *item.tags]))
    if item.project is not None:
        arguments["project"] = item.project
    literal = re.fullmatch(r"[\"“'‘](.+)[\"”'’]", title.strip())
    title = literal[1].strip() if literal else sentence_case(title.strip(" ,;:-–—")) or item.text
    description = item.description.strip()
    if len(title) > TITLE_MOST:
        description = f"{title}\n{description}".strip()
        title = title[: TITLE_MOST - 1].rsplit(" ", 1)[0] + "…"
    arguments["title"] = title if item.literal else sentence_case(title)
    if description:
        arguments["description"] = sentence_case(description)[:DESCRIPTION_MOST]
    return arguments


def dated(arguments: dict[str, Any], when: str, around: Surroundings) -> dict[str, Any]:
    """Drafted arguments with a date that was said afterwards ("yes, for Monday"); an empty `when` changes nothing."""
    reading = around.moment(when) if when else None
    if reading is None:
        return arguments
    due = {"due": iso_of(reading.due.date, reading.due.time)} if reading.due is not None else {}
    return arguments | due | ({"recurrence": reading.rrule} if reading.rrule is not None else {})


def _merged(day: Any, clock: Any, around: Surroundings, item: NewTask) -> str:
    """ "for tomorrow: gym at 6pm": the day from one place, the time of day from the other."""
    said = " ".join(span.text for span in around.read(item.text).spans if span.kind in ("due", "time"))
    if around.only_time(said) and clock.time is not None:
        return iso_of(day.date, clock.time)
    return iso_of(clock.date, clock.time if clock.time is not None else day.time)


def updates(change: Change, task: TaskOut, around: Surroundings) -> dict[str, Any] | str:
    """What `change` means for `task`: the arguments of update_task (with "due" alone: reschedule_task), or words when
    it can't be done."""
    arguments: dict[str, Any] = {}
    if change.title:
        arguments |= _retitled(change.title, change.title_literal, around)
        arguments["title"] = _within(task.title, change.part, arguments["title"])
    if change.correction and re.fullmatch(r"\d{1,4}|\d{1,2}[:.]\d\d", change.correction):
        return (
            arguments | _renumbered(task, change.correction, around)
            or f"I don't see what “{change.correction}” corrects."
        )
    if change.correction:
        text = change.correction if change.title_literal else None
        if text is None:
            found = _retitled(change.correction, False, around)
            fresh = found["title"]
            if change.correction[:1].islower() and fresh[:1].lower() == change.correction[:1]:
                fresh = change.correction[:1] + fresh[1:]  # as it was said: a capital is a name's
            found["title"] = corrected(task.title, fresh)
            arguments |= found
        else:
            arguments["title"] = text
    if change.when:
        reading = around.moment(change.when) or around.read(change.when)
        if reading.rrule is not None:
            arguments["recurrence"] = reading.rrule
        due = reading.due or reading.deadline
        if due is not None:
            if around.only_time(change.when) and task.due is not None:
                arguments["due"] = iso_of(task.due.date, due.time)
            else:
                arguments["due"] = iso_of(due.date, due.time)
        elif reading.rrule is None:
            return f"I couldn't read “{change.when}” as a date."
    if change.shift:
        moved = _shifted(change, task, around)
        if moved is None:
            return f"“{task.title}” has no due date that I could move."
        arguments["due"] = moved
    if change.priority:
        arguments["priority"] = change.priority
    if change.priority_step:
        place = v.PRIORITY_STEPS.index(task.priority.value) + change.priority_step
        arguments["priority"] = v.PRIORITY_STEPS[max(0, min(place, len(v.PRIORITY_STEPS) - 1))]
    if change.add_tags or change.remove_tags or "tags" in change.clear:
        arguments["tags"] = _tags(change, task)
    if change.project is not None:
        arguments["project"] = change.project
    if change.recurrence:
        rule = around.rule(change.recurrence) or around.read(change.recurrence)
        arguments["recurrence"] = rule.rrule or change.recurrence
        if rule.due is not None and rule.due.time is not None and task.due is not None and task.due.time is None:
            arguments["due"] = iso_of(task.due.date, rule.due.time)
    if change.description is not None and change.description:
        text = change.description
        if change.append and task.description:
            text = f"{task.description}\n{text}"
        arguments["description"] = text[:DESCRIPTION_MOST]
    for name in change.clear:
        arguments |= _CLEARED.get(name, {})
    return arguments


_CLEARED: dict[str, dict[str, Any]] = {
    "due": {"due": "none"},
    "recurrence": {"recurrence": "none"},
    "description": {"description": ""},
    "priority": {"priority": "medium"},
    "project": {"project": "none"},
    "reminders": {"clear_reminders": True},
    "steps": {"clear_steps": True},
}


def _within(old: str, part: str, new: str) -> str:
    """ "change Tom to Tim" in "Meeting with Tom": only the named part is replaced; a new doing replaces the whole."""
    found = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", old, re.IGNORECASE) if part else None
    if found is None or found[0] == old or doing_of(new):
        return new
    kept = new if found.start() == 0 or new[:1].islower() or part[:1].isupper() else new[:1].lower() + new[1:]
    return sentence_case(old[: found.start()] + kept + old[found.end() :])[:TITLE_MOST]


def _retitled(text: str, literal: bool, around: Surroundings) -> dict[str, Any]:
    if not literal and any(span.end < len(text.rstrip(" .!")) for span in around.read(text).spans[-1:]):
        literal = True  # a date word inside a name ("Weekly shop") is a part of it; only behind it, it is a date
    if literal:
        return {"title": text[:TITLE_MOST]}
    drafted = draft(NewTask(text), around)
    return {name: drafted[name] for name in ("title", "due", "recurrence", "priority") if name in drafted}


def _tags(change: Change, task: TaskOut) -> list[str]:
    kept = [] if "tags" in change.clear else task.tags
    removed = {name.casefold() for name in change.remove_tags}
    merged = [name for name in kept if name.casefold() not in removed]
    present = {name.casefold() for name in merged}
    return merged + [name for name in change.add_tags if name.casefold() not in present]


def _renumbered(task: TaskOut, number: str, around: Surroundings) -> dict[str, Any]:
    """ "sorry, 4": the one number of the title, or else the hour."""
    if len(re.findall(r"\d+", task.title)) == 1:
        return {"title": re.sub(r"\d+", number, task.title)}
    reading = around.moment(f"at {number}") if task.due is not None and task.due.time is not None else None
    if reading is None or reading.due is None or task.due is None:
        return {}
    return {"due": iso_of(task.due.date, reading.due.time)}


_DETERMINERS = frozenset(("the", "a", "an", "some", "my", "our", "his", "her", "their"))


def corrected(old: str, new: str) -> str:
    """The old title with what the correction replaces: "Buy milk" and "almond milk" give "Buy almond milk".

    A correction that brings its own verb replaces the whole; one that repeats a word of the old title replaces from
    the first to the last repeated word; any other replaces what the old verb is done to.
    """
    words, fresh = old.split(), new.split()
    stems = [stem(re.sub(r"\W", "", word.lower())) for word in words]
    wanted = {stem(word) for word in content(new)}
    doing = doing_of(old)
    head = fresh[0].lower() if fresh else ""
    if doing_of(new) and len(fresh) > 1 and (head not in v.THINGS_TOO or head == doing):
        return sentence_case(new)
    shared = [i for i, word in enumerate(stems) if word in wanted]
    if shared and not (doing and shared == [0]):
        lead = words[: shared[0]]
        tail = words[shared[-1] + 1 :]
        if doing_of(new) and shared[0] == 0:
            lead = []
        return sentence_case(" ".join([*lead, new, *tail]))
    if doing:
        kept = [words[0]]
        for word in words[1:]:
            if word.lower() not in (
                "up",
                "off",
                "out",
                "in",
                "for",
                "to",
                "the",
                "a",
                "an",
                "some",
                "my",
                "about",
                "at",
                "with",
            ):
                break
            kept.append(word)
        while len(kept) > 1 and head in _DETERMINERS and kept[-1].lower() in _DETERMINERS:
            kept.pop()
        return sentence_case(" ".join([*kept, new]))
    return sentence_case(new)


def _shifted(change: Change, task: TaskOut, around: Surroundings) -> str | None:
    if task.due is None or not change.shift:
        return None
    match = re.match(
        r"(?P<n>half an?|an?|a couple of|a few|\w+) (?:more )?(?P<unit>min|hour|hr|day|week|month|fortnight)",
        change.shift.lower(),
    )
    if match is None:
        return None
    word = match["n"]
    number: float = 0.5 if word.startswith("half") else 1 if word in ("a", "an") else 3 if word == "a few" else 0
    number = number or (int(word) if word.isdigit() else v.NUMBER_WORDS.get(word, 0))
    if not number or number > 1_000:
        return None
    unit = _UNITS[match["unit"]]
    if match["unit"] == "fortnight":
        number *= 2
    sign = -1 if change.earlier else 1
    timed = unit in ("minutes", "hours")
    zone = ZoneInfo(around.timezone)
    if timed:
        at = task.due.time
        if at is None:
            return None
        start = datetime.combine(
            task.due.date, at, ZoneInfo(task.due.timezone) if task.due.timezone else zone
        ).astimezone(zone)
        moved = start + sign * timedelta(**{unit: number})
        return iso_of(moved.date(), moved.time())
    count = sign * int(number)
    if unit == "months":
        return iso_of(_months_later(task.due.date, count), None)
    return iso_of(task.due.date + timedelta(**{unit: count}), None)


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day when it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def only_due(arguments: dict[str, Any]) -> bool:
    """Whether a change is nothing but a new date."""
    return set(arguments) == {"due"}


__all__ = ["corrected", "draft", "only_due", "time", "updates"]
