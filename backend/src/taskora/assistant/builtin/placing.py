"""New tasks that are named by their place in the sentence: quoted names behind any verb of putting, lists behind a head
("three things: …"), and "put it on the list" after something was named.

`adding` reads everything else that asks for a task; `clauses` asks both.
"""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.adding import as_list, new_task
from taskora.assistant.builtin.intents import Add, Change, Intent, NewTask, Target, Update
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.text import QUOTE, Phrase

_QUOTED = re.compile(
    rf"^{v.PLACE}(?: (?:down|in|up|on|out))?(?: (?:a |an |the )?(?:{v.TASK})(?: called| named)?)? (?P<name>{QUOTE})"
    rf"(?P<tail>(?: .+)?)$"
)
_PARTICLE = re.compile(r"^(?:(?:down|there|as well|too)(?= |$)|(?:in|up|on|out)(?= (?:for|on|at|by|to|in|from)\b|$))")
_ON_LIST = rf"(?:on|onto|on to|to|in|into) (?:my|the|our|your|this|that) (?:\w+ )?{v.LIST}"
_ON_LIST_TAIL = re.compile(rf"(?:^| ){_ON_LIST}(?= |$)")
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple(?: of)?|some|several|many)"
_LIST_HEAD = re.compile(
    rf"^(?:(?:here(?:'s| is| are)|there(?:'s| is| are)|these are|this is|i have|i've got|i've|i got|got|we have|we've "
    rf"got|add|new|all|following) )*(?:(?:{_NUMBER}|the|my|our|a|other|more|new|quick|little|small|big|following|of|"
    rf"also|main) )*(?:(?P<own>[\w]+)'s )?(?P<noun>{v.LIST_NOUN})(?P<mid>(?: [^:]{{1,60}}?)?) ?: ?(?P<rest>.+)$",
    re.DOTALL,
)
_LIST_MID = re.compile(
    r"^(?:(?:that )?(?:i|we) (?:need|have|want|must|should|ought|still need|still have)(?: to)?(?: (?:do|get done|"
    r"get|buy|"
    r"remember|finish|sort out|sort|handle|add))?|to (?:do|add|buy|get|remember|get done|sort out|note)|"
    r"for (?:me|us|you)|please|that need(?:s)? (?:doing|to be done)|on my (?:mind|plate|list))(?= |$)"
)
_ENSURED = re.compile(
    rf"^(?:make sure|ensure|see to it|check)(?: that)? (?P<rest>.+?) (?:is|are|gets?|goes?|go|ends? up|gets? put|"
    rf"lands?|makes? "
    rf"it)(?: put| added| noted)? {_ON_LIST}(?P<when>(?: .+)?)$"
)
_LISTED = re.compile(rf"^(?P<rest>.+?) {_ON_LIST}$", re.DOTALL)
_NO_THING = re.compile(
    r"^(?:it|that|this|them|those|these|what|which|who|there|here|all|any|some|how|where|when|i|we|you|he|she|they|"
    r"my|the|"
    r"one|nothing|something|only|not|no|next|first|last|top)\b|\b(?:is|are|was|were|has|have|had|will|should|can|do|"
    r"does|"
    r"looks?|seems?|stays?|belongs?)\b"
)
_IT_ON_LIST = re.compile(
    rf"^(?:(?:make sure|ensure|see to it|check)(?: that)? (?:it|that|this|they|those)(?:'s|'re| is| are| gets?| "
    rf"goes?| ends "
    rf"up)?|(?:add|put|stick|throw|pop|get|note|jot|write|place|have|include|log|save|schedule)(?: (?:down|in))? (?:it|"
    rf"that|this|them|those|that one)(?: (?:down|in))?)(?: {_ON_LIST})?(?P<when>(?: .+)?)$"
)


def read_placed(words: Phrase, around: Surroundings) -> Intent | None:
    """A quoted name behind a verb of putting, with what stands behind it: day, project, priority, tags.

    When a task of that name is there already, it is the one that is put: the same words then change it.
    """
    match = _QUOTED.match(words.low)
    if match is None or re.match(r"^(?:get|set|note|file|book) (?:the|my) ", words.low):
        return None
    name, tail = words.group(match, "name"), words.cut(match.start("tail"))
    while gone := _PARTICLE.match(tail.low) or _ON_LIST_TAIL.match(tail.low):
        tail = tail.cut(gone.end())
    if listed := _ON_LIST_TAIL.search(tail.low):
        tail = tail.without(listed.start(), listed.end()).trimmed()
    item = new_task(Phrase(words.raw, (*name.tokens, *tail.tokens)), around)
    left = Phrase(words.raw, name.tokens)
    if not item.literal:
        said = item.text.removeprefix(name.text).strip()
        if said and around.moment(said) is None:
            return None
        item = replace(item, text=left.literal or "", literal=True, when=said or item.when)
    if not item.text:
        return None
    change = Change(
        when=item.when or None, priority=item.priority, add_tags=item.tags, project=item.project,
        description=item.description or None, append=True,
    )  # fmt: skip
    fresh = Add((item,))
    if change == Change(append=True):
        return fresh
    target = Target(source=name.text, words=item.text, literal=True, definite=True, exact=True)
    return Update(((target, change),), otherwise=fresh)


def read_listed(words: Phrase, around: Surroundings) -> Intent | None:
    """ "milk, eggs, bread on the list please": things and their place, no verb."""
    if ensured := _ENSURED.match(words.low):
        when = words.group(ensured, "when")
        if not when or around.moment(when.text) is not None:
            return as_list(words.group(ensured, "rest"), NewTask("", when=when.text), around)
    match = _LISTED.match(words.low)
    if match is None or words.raw.rstrip().endswith("?"):
        return None
    rest = words.group(match, "rest")
    head = rest.low.split()[0] if rest else ""
    if head in v.FIRST_WORDS or head in v.ACTIONS or _NO_THING.search(rest.low):
        return None
    return as_list(rest, NewTask(""), around)


def read_list(words: Phrase, around: Surroundings) -> Intent | None:
    """ "three things: a, b and c", "my tasks for tomorrow: a, b": a head that counts or names tasks, then the tasks."""
    match = _LIST_HEAD.match(words.low)
    if match is None:
        return None
    shared = NewTask("")
    own, mid = words.group(match, "own"), words.group(match, "mid")
    if own:
        if around.moment(own.text) is None:
            return None
        shared = replace(shared, when=own.text)
    while mid:
        if mid.low in ("are", "is"):
            mid = Phrase(mid.raw, ())
        elif mid.low.endswith((" are", " is")):
            mid = Phrase(mid.raw, mid.tokens[:-1])
        elif gone := _LIST_MID.match(mid.low):
            mid = mid.cut(gone.end())
        elif around.moment(mid.text) is not None and not shared.when:
            shared, mid = replace(shared, when=mid.text), Phrase(mid.raw, ())
        else:
            return None
    rest = words.group(match, "rest")
    plural = match["noun"].endswith(("s", "stuff", "list", "shopping", "to do", "todo"))
    if not rest or not plural or re.match(r"^(?:what|which|when|how|why|who|is|are|do|does)\b", rest.low):
        return None
    return as_list(rest, shared, around)


def read_it_on_list(words: Phrase, around: Surroundings) -> Add | None:
    """ "put that on my list for Monday", "make sure it's on the list": adds what was named just before (`items` is
    empty, `when` dates it)."""
    match = _IT_ON_LIST.match(words.low)
    if match is None:
        return None
    when = words.group(match, "when")
    listed = _ON_LIST_TAIL.search(words.low) is not None
    if when and around.moment(when.text) is None:
        return None
    if not listed and not re.match(r"^(?:add|note|jot|write) ", words.low):
        return None
    return Add((), bare=True, when=when.text)


__all__ = ["read_it_on_list", "read_list", "read_listed", "read_placed"]
