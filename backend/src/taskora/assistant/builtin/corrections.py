"""Taking back or mending what was just said: "no, keep it", "no wait, the electrician", "I meant Friday".

Two places: right after a turn that acted (`read_correction`), and inside one message (`amended`). A correction never
names an operation of its own; what does is a request and is read as one.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.adding import new_task
from taskora.assistant.builtin.changing import any_value
from taskora.assistant.builtin.drafting import corrected
from taskora.assistant.builtin.intents import (
    Add,
    Change,
    Complete,
    Delete,
    Intent,
    NewTask,
    Reopen,
    Target,
    Undo,
    Update,
)
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.talking import read_cancel
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase, phrase
from taskora.assistant.tools.values import PRIORITY_NAMES

_SIGN = (
    r"(?:wrong one|not that one|that's (?:the )?wrong(?: one)?|no|nope|nah|wait|hang on|hold on|oops|whoops|sorry|"
    r"apologies|my bad|my mistake|correction|actually|scratch "
    r"that|strike that|hmm+|oh|ah|er+|uh+|um+|damn|argh|i (?:mean|meant)(?: to (?:say|write|type|add))?|i should have "
    r"said|or rather|make that|make it|it's|it is|that's|that should be|it should be|should be|should have been)"
)
_LEAD = re.compile(rf"^(?P<signs>(?:{_SIGN}(?: ?[,.!:\-–—])* )+)(?P<value>.+?)(?: (?:instead|not that|sorry|please))*$")
_SURE = re.compile(
    r"\b(?:wrong|no|nope|nah|wait|oops|whoops|sorry|correction|scratch|strike|mean|meant|rather|mistake|bad|said)\b"
)
_TAKES_BACK = re.compile(
    r"\b(?:cancel|scratch|strike|abort|forget (?:it|that|about it|about that)|kidding|joking|changed my mind|drop it|"
    r"don't)\b"
)
_RATHER = re.compile(
    r"^(?:(?:no|actually|oh|wait) ?,? )*(?:scratch|strike|cancel|forget) that ?[,.:;\-–—]+ ?(?P<value>.+)$"
)
_AFTERTHOUGHT = re.compile(r"^(?P<value>.+?) ?,? (?:i (?:mean|meant)|i should have said|that should be)$")
_NOT_BUT = re.compile(
    r"^(?:no ?,? )?not (?P<old>[^,:]+?)(?: ?, ?(?:but )?| but )(?P<new>[^,:]+)$|^(?:no ?,? ?)?(?P<new2>[^,:]+?) ?, not "
    r"(?P<old2>[^,:]+)$"
)
_INSIDE = re.compile(
    r"^(?P<before>.+?) ?[,.\-–—]* (?:no (?:, )?wait|wait (?:, )?no|oh wait|no sorry|sorry no|no actually|actually no|"
    r"scratch that|strike that|correction|(?:sorry |no |oops |wait |actually )?i (?:mean|meant)|or rather|make that|"
    r"(?<=, )"
    r"(?:no|sorry|wait|oops|whoops|rather)|(?:no|sorry|wait|oops|whoops)(?= ,))(?: ?[,:\-–—])* (?P<after>.+?)(?: "
    r"instead)?$"
)
_KEEP = re.compile(
    r"^(?:(?:no|nope|oh|wait|actually|sorry|oops|stop|hang on|hold on|please) ?[,.!]* )*(?:keep|leave|don't|do not|put "
    r"(?:it|that|them) back|i (?:still )?(?:need|want) (?:it|that|them)|i didn't (?:mean|want)|not (?:that|it|this)|"
    r"that was "
    r"(?:wrong|a mistake))\b"
)
_REDOABLE: dict[str, type[Complete] | type[Reopen] | type[Delete]] = {
    "complete": Complete,
    "reopen": Reopen,
    "delete": Delete,
}
_TALKS = re.compile(
    r"^(?:i|i'm|i've|you|you're|he|she|they|we|it's|it|that's|there|what|how|why|when|if|thanks|thank|please|because|"
    r"so|ok|"
    r"never|nothing|not|don't|is|are|was|can|could|will|would|and|or|but|fine|good|great|right|wrong|problem|rush|"
    r"idea|doubt|matter|chance|all|enough|everything|typo|mistake|true|worries|"
    r"way)\b"
)
_WORDS_MOST = 9
_DATE_SPANS = ("due", "time", "deadline", "recurrence", "start")
_FINITE = frozenset(("is", "are", "was", "were", "has", "had", "have", "did", "does", "will", "can", "just", "wrong"))


def read_correction(words: Phrase, around: Surroundings, after: str) -> tuple[Intent, ...] | None:
    """What a message mends about the turn before, which did `after` ("add", "delete", …); None when it mends nothing.

    "Keep it" behind a deletion takes the deletion back; another name behind it takes it back and deletes the other.
    """
    if after not in ("add", "update", *_REDOABLE) or len(words) > _WORDS_MOST + 4:
        return None
    cancels = read_cancel(words) is not None
    if cancels and (_KEEP.match(words.low) or _TAKES_BACK.search(words.low) or after == "delete"):
        return (Undo(),)
    if after in ("add", "update") and (match := _RATHER.match(words.low)) and words.group(match, "value"):
        change = any_value(words.group(match, "value"), around)
        fresh = change if change.title is None else Change(correction=change.title, title_literal=change.title_literal)
        return (Update(((Target(pronoun="one"), fresh),)),)
    if _KEEP.match(words.low) and len(words) <= 5 and re.search(r"\b(?:it|that|them|this|one)$", words.low):
        return (Undo(),)
    found = corrected_value(words, around)
    if found is None:
        return None
    value = found.value
    if after in _REDOABLE:
        target = read_target(value, around)
        if target.empty or around.moment(value.text) is not None:
            return None
        return (Undo(), _REDOABLE[after](target)) if found.sure else None
    change = any_value(value, around)
    if change.title is not None:
        change = Change(correction=change.title, title_literal=change.title_literal)
    return (
        Update(((Target(pronoun="one"), change),), sure=found.sure or not change.correction or value.low.isdigit()),
    )


@dataclass(frozen=True)
class Corrected:
    """What should have been said. `sure` when the words leave no doubt that they correct something."""

    value: Phrase
    sure: bool = True


def taken_back(words: Phrase) -> bool:
    """ "scratch that, buy a tarp": the verb speaks of what was just done, not of a task."""
    return _RATHER.match(words.low) is not None


def corrected_value(words: Phrase, around: Surroundings) -> Corrected | None:
    """What should have been said: "no wait, the electrician", "not Friday, Saturday". None when nothing is put right.

    One hesitating word is no correction ("wait a minute", "no rush"): it takes a mark behind it, a second one, or words
    that say it outright ("I mean"). What follows is a name or a date, never a sentence.
    """
    if match := _NOT_BUT.match(words.low):
        contrasted = words.group(match, "new" if match["new"] else "new2")
        return Corrected(contrasted) if _is_value(contrasted) else None
    if (match := _AFTERTHOUGHT.match(words.low)) and _is_value(words.group(match, "value")):
        return Corrected(words.group(match, "value"))
    match = _LEAD.match(words.low)
    value = words.group(match, "value") if match is not None else None
    if match is None or not value:
        return None
    if around.moment(value.text) is not None:
        return Corrected(value)
    if inner := _NOT_BUT.match(value.low):
        contrasted = value.group(inner, "new" if inner["new"] else "new2")
        return Corrected(contrasted) if _is_value(contrasted) else None
    if not _is_value(value) or not _SURE.search(match["signs"]):
        return None
    signs = match["signs"].strip()
    if re.search(r"\b(?:mean|meant|or rather|correction|make|said|should)\b", signs):
        return Corrected(value)
    if re.search(r"\b(?:it's|it is|that's)$", signs) and not re.match(r"^(?:the|a|an|my|our) ", value.low):
        return None  # "no, that's all"
    told = len(re.findall(r"\b(?:no|nope|nah|wait|oops|whoops|sorry|scratch|strike|actually)\b", signs))
    if told > 1 or re.match(r"^(?:no|nope|nah) ?,", signs):
        return Corrected(value)
    return Corrected(value, sure=False) if signs[-1] in ",.:!-–—" else None


def _is_value(value: Phrase) -> bool:
    if not value or len(value) > _WORDS_MOST or _TALKS.match(value.low):
        return False
    return not any(
        token.norm in _FINITE or token.norm in v.PAST or (len(token.norm) > 3 and token.norm.endswith("ed"))
        for token in value.tokens
    )


def split_correction(words: Phrase) -> tuple[Phrase, Phrase] | None:
    """(what was said, what it should have been) in "add call the plumber, no wait, the electrician"."""
    match = _INSIDE.match(words.low)
    if match is None:
        return None
    before, after = words.group(match, "before"), words.group(match, "after")
    return (before, after) if before and _is_value(after) else None


def amended(intent: Intent, value: Phrase, around: Surroundings) -> Intent | None:
    """The request with its last value put right; None when the words fit nothing in it."""
    if isinstance(intent, Add) and intent.items:
        return replace(intent, items=(*intent.items[:-1], _amended_item(intent.items[-1], value, around)))
    if isinstance(intent, Update):
        fresh = any_value(value, around)
        options = []
        for target, change in intent.options:
            for name in ("when", "priority", "recurrence", "project", "title"):
                new = getattr(fresh, name)
                if getattr(change, name) is not None and (new is not None or name == "project"):
                    put: dict[str, Any] = {name: new if new is not None else fresh.title}
                    options.append((target, replace(change, **put)))
                    break
        return replace(intent, options=tuple(options)) if options else None
    if isinstance(intent, (Complete, Reopen, Delete)) and around.moment(value.text) is None:
        target = read_target(value, around)
        return replace(intent, target=target) if not target.empty else None
    return None


def _amended_item(item: NewTask, value: Phrase, around: Surroundings) -> NewTask:
    """A date in place of the date that was said, other words in place of what they fit in the title."""
    reading = around.read(item.text) if not item.literal else None
    old = (reading.due if reading is not None else None) or (around.read(item.when).due if item.when else None)
    kept = replace(item, text=reading.title or item.text) if reading is not None else item
    if reading is not None:
        dated = " ".join(span.text for span in reading.spans if span.kind in _DATE_SPANS)
        kept = replace(
            kept,
            when=" ".join(filter(None, (item.when, dated))),
            tags=tuple(dict.fromkeys((*item.tags, *reading.tags))),
            project=item.project or reading.project,
            priority=item.priority or (PRIORITY_NAMES[reading.priority] if reading.priority is not None else None),
        )
    if re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?", value.low) and old is not None and old.time is not None:
        value = phrase(f"at {value.text}")  # "gym at 6, no wait, 7"
    elif value.low.isdigit() and len(re.findall(r"\d+", kept.text)) == 1:
        return replace(kept, text=re.sub(r"\d+", value.low, kept.text))
    fresh = around.moment(value.text)
    if fresh is None:
        new = new_task(value, around)
        return replace(kept, text=corrected(kept.text, new.text), literal=item.literal or new.literal)
    if fresh.due is None or old is None or not around.only_time(value.text) or fresh.due.time is None:
        return replace(kept, when=value.text)
    at = fresh.due.time
    if old.time is not None and old.time.hour >= 12 > at.hour and not re.search(r"\d ?a\.?m|morning|:", value.low):
        at = at.replace(hour=at.hour + 12)  # "at 6pm, no wait, 7" stays in the evening
    return replace(kept, when=f"{old.date.isoformat()} {at:%H:%M}")


__all__ = ["amended", "read_correction", "split_correction"]
