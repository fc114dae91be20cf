"""What is said before the request it belongs to: "as for the gym, move it", "by Friday I need to …".

A topic is put where the request speaks of it; a date, project, priority or tag in front goes to the tasks that follow.
"""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.adding import as_list, attributes, read_add, read_need
from taskora.assistant.builtin.intents import Add, Intent, NewTask, OfferAdd
from taskora.assistant.builtin.items import leads_with_doing
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.text import Phrase, phrase

_TOPIC = re.compile(
    r"^(?:and |now |so |ok |then )*(?:(?:as for|regarding|concerning|as regards|with regards? to|speaking of|talking "
    r"of|when it "
    r"comes to|about|re) (?P<topic>[^,:;]{2,60}?) ?[,:;\-–—] (?P<rest>.+)|(?:take|grab) (?P<topic3>(?:the|my|all|"
    r"every|everything)\b[^,:;]{0,60}?) ?,? "
    r"and (?P<rest3>.+)|(?P<topic2>(?:(?:the|my|our|all|every|task|"
    r"item|"
    r"number|#)\b|everything\b|#)[^,:;]{0,60}?) ?[:;–—] (?P<rest2>.+))$"
)
_SPOKEN_OF = re.compile(r"(?<![\w'])(?:it|that one|that|them|those|these|this)(?='s\b|'re\b| |$)")
_FRONTED = re.compile(
    r"^(?P<front>[^:\n]{2,60}?) ?[,:]? (?P<rest>(?:please |can you |could you |i want to )?(?:add|create|put|"
    r"schedule|new|make|"
    r"remind me|i need to|i have to|i must|i've got to|i need|we need to|we have to|we must|don't forget|note|log|"
    r"jot down)\b"
    r" ?.+)$",
    re.DOTALL,
)
_LABELLED = re.compile(r"^(?P<front>[^:\n]{2,40}?) ?: ?(?P<rest>[^:].+)$", re.DOTALL)


def with_topic(words: Phrase) -> Phrase | None:
    """The request with its topic put in: "as for the gym, move it to Sunday" is "move the gym to Sunday"; None when no
    topic stands in front or the request doesn't speak of it."""
    match = _TOPIC.match(words.low)
    if match is None:
        return None
    key = next(name for name in ("", "2", "3") if match[f"topic{name}"])
    topic, rest = words.group(match, f"topic{key}"), words.group(match, f"rest{key}")
    if not topic or not rest:
        return None
    head = re.sub(r"'s$|'re$", "", rest.tokens[0].norm)
    if spoken := _SPOKEN_OF.search(rest.low):
        if spoken.start() and head not in v.FIRST_WORDS:
            return None
        before, after = rest.cut(0, spoken.start()), rest.cut(spoken.end())
        tail = rest.low[spoken.end() :]
        verb = " is" if tail.startswith("'s") else " are" if tail.startswith("'re") else ""
        if verb:
            after = Phrase(rest.raw, tuple(t for t in rest.tokens if t.start > before_end(rest, spoken.start())))
        return phrase(" ".join(filter(None, (before.words, topic.words + verb, after.words))))
    if head not in v.FIRST_WORDS or key != "2":
        return None
    particles = 2 if len(rest) > 2 and rest.tokens[1].norm in ("back", "off", "up", "forward", "out") else 1
    verb_words, after = Phrase(rest.raw, rest.tokens[:particles]), Phrase(rest.raw, rest.tokens[particles:])
    return phrase(" ".join(filter(None, (verb_words.words, topic.words, after.words))))


_PASSIVE = re.compile(
    r"^(?:can|could|may) (?P<t>(?:the|my|our|task|it|that|this|all|everything|#)\b.+?) (?:please )?be (?P<verb>moved|"
    r"pushed|"
    r"rescheduled|postponed|marked|renamed|tagged|set|changed|shifted|delayed)(?: back)? (?P<rest>.+)$"
)
_ACTIVE = {
    "moved": "move", "pushed": "push", "rescheduled": "reschedule", "postponed": "postpone", "marked": "mark",
    "renamed": "rename", "tagged": "tag", "set": "set", "changed": "change", "shifted": "shift", "delayed": "delay",
}  # fmt: skip


def made_active(words: Phrase) -> Phrase | None:
    """ "can the report be moved to Friday" asks to move it; what can't be taken back easily stays a question."""
    match = _PASSIVE.match(words.low)
    if match is None:
        return None
    return phrase(f"{_ACTIVE[match['verb']]} {words.group(match, 't').words} {words.group(match, 'rest').words}")


def before_end(rest: Phrase, place: int) -> int:
    """The place in the message of the token that holds `rest.low[place]`."""
    start = 0
    for token in rest.tokens:
        if start <= place < start + len(token.norm):
            return token.start
        start += len(token.norm) + 1
    return -1


def read_fronted(words: Phrase, around: Surroundings) -> Intent | None:
    """ "by Friday I need to submit the form", "with high priority add …", "high priority: fix the roof"."""
    if match := _FRONTED.match(words.low):
        shared = attributes(words.group(match, "front"), around)
        rest = words.group(match, "rest")
        found = read_add(rest, around) or read_need(rest, around) if shared is not None and rest else None
        if shared is not None and isinstance(found, (Add, OfferAdd)):
            return _shared(found, shared)
    match = _LABELLED.match(words.low)
    if match is None:
        return None
    shared = attributes(words.group(match, "front"), around)
    rest = words.group(match, "rest")
    if shared is None or shared.when or not leads_with_doing(rest, strict=False):
        return None
    return as_list(rest, shared, around)


def _shared(found: Add | OfferAdd, shared: NewTask) -> Intent:
    if isinstance(found, OfferAdd):
        return OfferAdd(_given(found.item, shared))
    return replace(found, items=tuple(_given(item, shared) for item in found.items))


def _given(item: NewTask, shared: NewTask) -> NewTask:
    return replace(
        item,
        when=item.when or shared.when,
        priority=item.priority or shared.priority,
        project=item.project or shared.project,
        tags=tuple(dict.fromkeys((*item.tags, *shared.tags))),
    )


__all__ = ["made_active", "read_fronted", "with_topic"]
