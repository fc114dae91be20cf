"""Requests that hang something on a task or take it off: tags, notes, steps; and the cuts that `changing` shares."""

import re

from taskora.assistant.builtin import change_patterns as p
from taskora.assistant.builtin.intents import Change, Intent, Target, Update
from taskora.assistant.builtin.items import leads_with_doing, split_tasks
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase

_CUTS_MOST = 8  # ways of cutting a sentence that are thought about


def for_one(words: Phrase, target: Phrase, around: Surroundings, change: Change, *, sure: bool = True) -> Update | None:
    found = read_target(target, around)
    return None if found.empty else Update(((found, change),), sure=sure)


def read_clearing(words: Phrase, around: Surroundings) -> Intent | None:
    if match := p.UNTAG.match(words.low):
        key = next((k for k in ("n1", "n2", "n3", "n4") if match[k]), None)
        target = words.group(match, "t" if match["t"] else "t2")
        if key is None:
            return for_one(words, target, around, Change(clear=("tags",)))
        names = tag_names(words.group(match, key), around)
        if names and names[0].lower() not in ("the", "all", "every", "due", "a", "its"):
            return for_one(words, target, around, Change(remove_tags=names))
    match = p.CLEAR.match(words.low)
    if match is None:
        return None
    key = next(k for k in ("t", "t2", "t3", "t4", "t5", "t6", "t7", "t8") if match[k])
    field = (
        "due" if match["un"] else match["field"] or match["field2"] or match["field3"] or match["field8"] or "repeat"
    )
    name = words.group(match, "name")
    cleared = field_named(field)
    if cleared == "tags" and name:
        return for_one(words, words.group(match, key), around, Change(remove_tags=tag_names(name, around)))
    return for_one(words, words.group(match, key), around, Change(clear=(cleared,)))


def field_named(word: str) -> str:
    if re.search(r"repeat|recur|repet|one-?|frequency", word):
        return "recurrence"
    for start, name in (
        ("no prio", "priority"),
        ("prio", "priority"),
        ("tag", "tags"),
        ("label", "tags"),
        ("remind", "reminders"),
        ("proj", "project"),
        ("list", "project"),
        ("step", "steps"),
        ("sub", "steps"),
    ):
        if word.startswith(start):
            return name
    if re.fullmatch(p.NOTE_WORD, word):
        return "description"
    return "title" if re.fullmatch(p.TITLE_WORD, word) else "due"


def tag_names(names: Phrase, around: Surroundings) -> tuple[str, ...]:
    parts = re.split(r"\s*(?:,|\band\b|&)\s*", names.literal or names.text)
    return tuple(dict.fromkeys(around.tag(part) or part.strip("#@ ") for part in parts if part.strip("#@ ")))


def read_tagging(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.TAG.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("8", "", "2", "3", "4", "5", "6") if match[f"t{n}"])
    key = next(k for k in (f"n{number}", "n7") if k in match.re.groupindex and match[k])
    names = tag_names(words.group(match, key), around)
    if not names or names[0].lower() in ("a", "the", "new", "another"):
        return None
    return for_one(words, words.group(match, f"t{number}"), around, Change(add_tags=names))


def read_note(words: Phrase, around: Surroundings) -> Intent | None:
    match = p.NOTE.match(words.low)
    if match is None:
        return None
    if match["text"] or match["text2"] or match["text3"]:
        text = words.group(match, next(k for k in ("text", "text2", "text3") if match[k]))
        key = next((k for k in ("t", "t2", "t3") if match[k]), None)
        target = read_target(words.group(match, key), around) if key else Target(pronoun="one")
        return Update(((target, Change(description=text.literal or text.text, append=match["text2"] is None)),))
    rest = words.group(match, "rest")
    if (
        match["verb"] in ("make", "take", "leave", "set")
        and re.search(rf"{p.NOTE_WORD} to ", words.low[: match.start("rest") + 1])
        and leads_with_doing(rest, strict=True)
    ):
        return None  # "make a note to email the landlord" is a new task
    append = match["verb"] not in ("set", "make", "give")
    options = [
        (read_target(head, around), Change(description=tail.literal or tail.text, append=append))
        for head, tail in cuts_at(rest, r" (?::|that says|saying|that|to say|to|-|–|,|with|reading) ")
        if head and tail
    ]
    before = re.match(rf"^{match['verb']}.*?{p.NOTE_WORD} (?:to|on|for|in|about|under|onto|of) ", words.low)
    if not before:
        options = [
            (read_target(tail, around), Change(description=head.literal or head.text, append=append))
            for head, tail in cuts_at(rest, r" (?:to|on|for|in|under) ")
            if head and tail
        ] or options
    if options:
        return Update(tuple(options))
    if before:
        return Update(((read_target(rest, around), Change(description="", append=append)),))
    return None


def read_steps(words: Phrase, around: Surroundings) -> Intent | None:
    if match := p.SPLIT.match(words.low):
        key = next(k for k in ("", "2", "3") if match[f"t{k}"])
        names = _step_names(words.group(match, f"s{key}"))
        return for_one(words, words.group(match, f"t{key}"), around, Change(steps=names))
    match = p.STEP.match(words.low)
    if match is None:
        return None
    text = words.group(match, "a" if match["a"] else "b")
    return for_one(words, words.group(match, "t" if match["t"] else "t2"), around, Change(steps=_step_names(text)))


def _step_names(names: Phrase) -> tuple[str, ...]:
    """ "a, b and c" are three steps; "buy milk and eggs" is one."""
    pieces = split_tasks(names, "list") if names.literal is None else [names]
    return tuple(piece.literal or piece.words for piece in pieces)


def cuts_at(rest: Phrase, link: str) -> list[tuple[Phrase, Phrase]]:
    """Every cut at a linking word, leftmost first."""
    found: list[tuple[Phrase, Phrase]] = []
    place = 0
    pattern = re.compile(link)
    while (match := pattern.search(rest.low, place)) and len(found) < _CUTS_MOST:
        head, tail = rest.cut(0, match.start()), rest.cut(match.end() - 1)
        if head and tail:
            found.append((head, tail))
        place = match.end() - 1
    return found
