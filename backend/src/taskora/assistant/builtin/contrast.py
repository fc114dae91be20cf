"""What a value stands against: "3pm instead of 2pm", "from today to tomorrow", "Friday, not Thursday".

The old value says which tasks are meant or nothing at all; the new one is the value. `changing` asks here before it
reads a date, so that an old value is never taken for the new one and never ignored where it chooses among tasks.
"""

import re
from dataclasses import replace

from taskora.assistant.builtin.filters import read_filter
from taskora.assistant.builtin.intents import Filter, Target
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase

_AGAINST = re.compile(
    r" (?:, )?(?:instead of|rather than|as opposed to|in place of|and not|but not|not|no longer)(?: (?:at|on|for|by))*"
    r" (?P<old>.+)$"
)
_FROM = re.compile(r" (?:from|off|of|out of) (?P<source>[^,]+)$")


def without_old_value(words: Phrase, around: Surroundings) -> Phrase:
    """ "3pm instead of 2pm" is 3pm: an old date behind the new one is left out."""
    match = _AGAINST.search(words.low)
    if match is None or match.start() == 0 or around.moment(words.group(match, "old").text) is None:
        return words
    return words.cut(0, match.start())


def moved_from(head: Phrase, around: Surroundings) -> Target:
    """The tasks in "everything from today", "the meeting from Monday", where the words behind "from" name the days
    that are left.

    A set is exactly the tasks of those days. One task that is named is meant wherever it stands; the days only choose
    among several of that name.
    """
    match = _FROM.search(head.low)
    if match is None:
        return read_target(head, around)
    source = head.group(match, "source")
    whole = head.cut(0, match.start())
    period = around.period(source.text)
    if re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?", source.low) and around.moment(f"at {source.text}") is not None:
        return read_target(whole, around) if whole else read_target(head, around)  # "from 9 to 9:30"
    if period is not None and period.text.lower() != source.text.lower():
        period = None
    if not whole or (period is None and around.moment(source.text) is None):
        return read_target(head, around)
    target = read_target(whole, around)
    if period is None:
        return target  # an hour: says nothing about which tasks
    days = Filter(overdue=True) if period.overdue else Filter(period=period)
    if target.everything:
        return Target(source=head.words, where=days, plural=True)
    if target.where is not None:
        return replace(target, source=head.words, where=replace(target.where, period=days.period, overdue=days.overdue))
    if target.words and not target.literal:
        conditions = replace(read_filter(whole, around), words=target.words, period=days.period, overdue=days.overdue)
        return replace(target, narrowed=conditions)
    return target


__all__ = ["moved_from", "without_old_value"]
