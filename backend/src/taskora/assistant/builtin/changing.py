"""Requests that change existing tasks: title, date, priority, tags, project, recurrence, description, steps.

Where a sentence can be cut in several ways ("change call to mom to call to dad"), every sensible cut becomes an option; the
engine takes the first whose target exists.
"""

import re

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.intents import Add, Change, Intent, NewTask, Target, Update
from taskora.assistant.builtin.items import leads_with_doing
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import QUOTE, Phrase

_TITLE_WORD = r"(?:titles?|names?|wording|text|heading|headline|label)"
_DUE_WORD = r"(?:due dates?|due times?|due days?|due|deadlines?|dates?|times?|day|start(?: date| time)?|schedule|timing)"
_NOTE_WORD = r"(?:descriptions?|desc|notes?|details?|comments?|body|info)"
_SET = r"(?:set|change|update|edit|modify|adjust|move|make|put|alter|fix|correct|revise|switch|give|assign|add|push|amend|bump|write)"
_TO = r"(?:to|as|into|with|for|->|→|=>|=|:|to be|to read|to say|on|at|until|by)"
_DAY_PART = r"(?:morning|noon|afternoon|evening|night|tonight)"

_RENAME = re.compile(rf"^{v.RENAME} (?P<rest>.+)$")
_FIELD_OF = re.compile(
    rf"^{_SET} (?:the |its |a |an |my )?(?:new )?(?P<field>{_TITLE_WORD}|{_DUE_WORD}|{_NOTE_WORD}|priority|project|list|recurrence|repetition|repeat|frequency|tags?) (?:of|for|on|from|in) (?P<rest>.+)$", re.DOTALL
)
_OWN_FIELD = re.compile(
    rf"^{_SET} (?P<t>.+?)(?:'s|s'|s's)? (?P<field>{_TITLE_WORD}|{_DUE_WORD}|{_NOTE_WORD}|priority|project|recurrence|repeat|frequency|tags?) {_TO} (?P<value>.+)$", re.DOTALL
)
_ITS_FIELD = re.compile(
    rf"^{_SET} (?:its|their|the) (?P<field>{_TITLE_WORD}|{_DUE_WORD}|{_NOTE_WORD}|priority|project|recurrence|repeat|frequency|tags?) {_TO} (?P<value>.+)$", re.DOTALL
)
_CHANGE_TO = re.compile(rf"^(?P<verb>{v.CHANGE}|call|have) (?P<rest>.+)$", re.DOTALL)
_CALL = re.compile(r"^(?:call|name|title) (?P<t>it|that|this|that one|the (?:first|second|third|last) one|(?:task |number |#)\d+) (?P<value>.+)$|^(?P<t2>.+?) should (?:be|say|read)(?: called| named| titled)? (?P<value2>.+)$")
_MOVE = re.compile(rf"^(?P<verb>{v.RESCHEDULE_STRONG}|{v.RESCHEDULE_WEAK}) (?P<rest>.+)$")
_SHIFT = re.compile(
    r"^(?P<t>.+?)(?: (?P<dir>back|forward|out|up|ahead|earlier|later|off))? (?:by|for|another) (?P<by>(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|a couple of|a few|half an?|\d+) (?:more )?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|fortnights?))(?: (?P<dir2>later|earlier|back|forward|more))?$"
    r"|^(?P<t2>.+?)(?: (?P<dir3>back|forward|out|up|ahead|off))? (?P<by2>(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|a couple of|a few|half an?|\d+) (?:more )?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|fortnights?))(?: (?P<dir4>later|earlier|back|forward|more|ahead|out))?$"
)
_LINKED = re.compile(r" (?P<link>to|until|till|til|for|on|at|by|into|from now to|over to|off to|off until|back to|up to|forward to|back until|->|→|-) ")
_DUE = re.compile(r"^(?:make|set|have|mark|put) (?P<t>.+?)(?: to be)? due(?: (?:on|by|at|for))? (?P<value>.+)$|^(?P<t2>.+?)(?:'s)? (?:is|are|should be|needs? to be|has to be|must be)(?: now)? (?:due|scheduled for|moved to|set for)(?: (?:on|by|at|for|to))? (?P<value2>.+)$|^(?P<t3>.+?) (?:was|has been|got|is being)(?: \w+)? (?:moved|postponed|rescheduled|pushed(?: back)?|shifted|delayed|brought forward) (?:to|until|till|for) (?P<value3>.+)$")
_GIVE_DUE = re.compile(r"^(?:give|assign|set|add|put|attach) (?P<a>.+?) (?:a |an |the )?(?:new )?(?:due date|deadline|due time|date|time|due)(?: (?:of|for|to|on|at|:))? (?P<value>.+)$|^(?:add|set|put|assign|attach|give) (?:a |an |the )?(?:new )?(?:due date|deadline|due time|date|due)(?: (?:of|for|:))? (?P<value2>.+?) (?:to|on|for) (?P<b>.+)$|^(?:add|set|put|assign) (?:a |an |the )?(?:due date|deadline|due time|date) (?:to|for|on) (?P<c>.+?)(?: ?(?:,|:|of|for|to|on|as))? (?P<value3>.+)$")
_ADD_DATE = re.compile(r"^(?:add|set) (?P<value>.+?) as (?:the |a |its )?(?:due date|deadline|date|due) (?:to|for|of|on) (?P<t>.+)$")
_CLEAR = re.compile(
    rf"^(?:remove|clear|delete|drop|unset|erase|strip|get rid of|cancel|take off|take away|take|reset|wipe) (?:the |its |a |an |all |my |any )*(?P<field>{_DUE_WORD}|priority|{_NOTE_WORD}|repeat(?:ing)?|recurrence|recurring|repetition|tags?|labels?|reminders?|project|steps?|subtasks?)(?: date| setting| rule)?(?: (?P<name>[#@]?[\w-]+|{QUOTE}))? (?:from|of|on|off|for|in|off of) (?P<t>.+)$"
    rf"|^(?:remove|clear|delete|drop|unset|erase|strip) (?P<t2>.+?)'s (?P<field2>{_DUE_WORD}|priority|{_NOTE_WORD}|repeat|recurrence|tags?|labels?|reminders?|project)$"
    rf"|^(?:make|set|leave) (?P<t3>.+?) (?:have |with |to )?(?P<field3>no due date|no deadline|undated|without (?:a )?(?:due )?date|no date|someday|no priority|not (?:repeat|recur)(?:ing)?|non-?recurring|non-?repeating|one-?time|one-?off)$"
    rf"|^(?:stop|don't|do not|cancel) (?:repeat(?:ing)?|recur(?:ring)?) (?P<t4>.+)$|^(?:stop|make) (?P<t5>.+?) (?:from )?(?:stop )?(?:repeating|recurring)$|^(?P<t6>.+?) (?:doesn't|does not|shouldn't|should not|needn't|no longer) (?:need to |has to |have to )?(?:repeats?|recurs?)(?: any ?more)?$"
)
_UNTAG = re.compile(rf"^(?:remove|delete|take|drop|clear|strip) (?:the |its )?(?:(?:tag|label) (?P<n1>{QUOTE}|[#@]?[\w-]+)|(?P<n2>[#@]\w[\w-]*)|(?P<n3>{QUOTE}|[\w-]+) (?:tag|label)) (?:from|off|of|on|off of) (?P<t>.+)$|^untag (?P<t2>.+?)(?: (?:from|as|with) (?P<n4>{QUOTE}|[#@]?[\w-]+))?$")
_TAG = re.compile(
    rf"^(?:tag|label) (?P<t>.+?) (?:with|as|under|by|:)(?: the)?(?: (?:tag|label)s?)? (?P<n>{QUOTE}|[#@]?[\w-]+(?: ?(?:,|and|, and) [#@]?[\w-]+)*)$"
    rf"|^(?:add|put|apply|attach|give|assign|stick|set)(?: (?:the|a))? (?:tags?|labels?)(?: of| called| named| :)? (?P<n2>{QUOTE}|[#@]?[\w-]+(?: ?(?:,|and|, and) [#@]?[\w-]+)*) (?:to|on|for|onto) (?P<t2>.+)$"
    rf"|^(?:add|put|apply|attach|give|assign|stick|set)(?: (?:the|a))? (?P<n3>{QUOTE}|[#@]?[\w-]+) (?:tag|label) (?:to|on|for|onto) (?P<t3>.+)$"
    rf"|^(?:add|put|apply|attach|assign) (?P<n4>[#@]\w[\w-]*(?: ?(?:,|and) ?[#@]\w[\w-]*)*) (?:to|on|onto) (?P<t4>.+)$"
    rf"|^(?:tag|label) (?P<t5>.+) (?P<n5>{QUOTE}|[#@]?[\w-]+)$|^(?:give|add to) (?P<t6>.+?) (?:the |a )?(?:(?:tag|label) (?P<n6>{QUOTE}|[#@]?[\w-]+)|(?P<n7>{QUOTE}|[#@]?[\w-]+) (?:tag|label))$"
)
_PRIORITY_SET = re.compile(
    rf"^(?:set|change|update|make|raise|lower|bump|increase|decrease|put|give|assign|adjust|edit|modify|add) (?:the |a |its )?priority (?:of |for |on )(?P<t2>.+?)(?: (?:as|to|to be|at|up to|down to|:|=|from \w+ to))* (?P<p2>{v.PRIORITY})(?:[ -]priority)?$"
    rf"|^(?:set|change|update|make|mark|flag|bump|raise|lower|increase|decrease|give|adjust|switch|put|assign|consider|treat|upgrade|downgrade|drop|move|label|turn|boost|elevate|reduce|edit|modify) (?P<t>.+?)(?:'s priority)? (?:(?:as|to|to be|at|with|on|in|a|an|is|the|of|be|down to|up to) )*(?:priority (?:to |as |of |level )?)?(?P<p>{v.PRIORITY})(?:[ -]priority)?(?: level)?$"
    rf"|^(?:set|give|assign|add|put|apply|make)(?: a| an)? (?P<p3>{v.PRIORITY})[ -]priority (?:to|for|on|of) (?P<t3>.+)$|^(?:set|give|assign|add|put)(?: a)? priority (?:of |to |as )?(?P<p4>{v.PRIORITY}) (?:to|for|on) (?P<t4>.+)$"
    rf"|^priority (?:of|for) (?P<t5>.+?) (?:is|to|should be|:|=) (?P<p5>{v.PRIORITY})$|^(?:its|the) priority (?:is|should be|to) (?P<p6>{v.PRIORITY})$"
)
_PRIORITY_IS = re.compile(rf"^(?P<t>.+?) (?:is|are|'s|should be|needs to be|has to be|must be|became|has become)(?: now| really| very| super| actually| a| of| my)* (?P<p>{v.PRIORITY})(?:[ -]priority)?(?: now)?$|^(?P<t2>it|that|this)'s(?: now| really| actually)? (?P<p2>{v.PRIORITY})(?:[ -]priority)?$")
_PRIORITIZE = re.compile(r"^(?P<down>de-?)?prioriti[sz]e (?P<t>.+)$|^(?P<up>raise|increase|bump up|bump|boost|elevate|up|upgrade|lower|decrease|reduce|drop|downgrade) (?:the )?priority (?:of|for|on) (?P<t2>.+)$|^(?P<up3>raise|increase|boost|elevate|upgrade|lower|decrease|reduce|downgrade) (?P<t3>.+?)(?:'s)? priority$|^(?:star|flag|pin|highlight|escalate) (?P<t4>.+)$")
_PROJECT = re.compile(
    rf"^(?:move|put|file|assign|add|transfer|shift|send|place|switch|change|drag|set|get|stick|drop|organi[sz]e|bring|push) (?P<t>.+?) (?:to|in|into|under|over to|onto|inside|on|back to) (?:the |my |our )?(?:(?:project|list|folder) (?:called |named )?(?P<n>{QUOTE}|[^,]+)|(?P<n2>{QUOTE}|[^,]+?) (?:project|list|folder)|(?P<n3>{QUOTE}|[#]?[\w/&-]+(?: [\w/&-]+){{0,3}}))$"
)
_UNPROJECT = re.compile(r"^(?:take|remove|move|pull|get) (?P<t>.+?) (?:out of|from|out from|off) (?:the |my )?(?P<n>[\w/-]+(?: [\w/-]+)?) (?:project|list|folder)$")
_NOTE = re.compile(
    rf"^(?P<verb>add|attach|put|append|write|leave|include|set|insert|save|make|jot down|give|note) (?:a |an |the |another |some |this |following |my )*{_NOTE_WORD}(?: (?:to|on|for|in|about|under|onto|of))? (?P<rest>.+)$"
    rf"|^(?P<verb2>add|append|put|write|note|include|attach) (?P<text>.+?) (?:to|in|into|as|on|under) (?:the |a |an |its )?{_NOTE_WORD}(?: (?:of|for|on|to|in) (?P<t>.+))?$"
    rf"|^(?:describe) (?P<t2>.+?) (?:as|:|with) (?P<text2>.+)$|^(?:note|comment|add|write) (?:on|in|under|to) (?P<t3>.+?) (?::|that) (?P<text3>.+)$", re.DOTALL
)
_STEP = re.compile(r"^(?:add|create|put|insert|append|include|make) (?:a |an |another |the |these |following |new )*(?:steps?|sub-?tasks?|checklist items?|sub-?items?|bullet(?: point)?s?)(?: (?:called|named|to|:|,|for))*? ?(?P<a>.+?) (?:to|in|under|on|for|into) (?P<t>.+)$|^(?:add|put|append|insert|include) (?P<b>.+?) as (?:a |an )?(?:steps?|sub-?tasks?|checklist items?) (?:to|of|in|under|on|for) (?P<t2>.+)$")
_REPEAT = re.compile(
    r"^(?:make|set|have|get|let|change|schedule|turn|switch|convert) (?P<t>.+?)(?: (?:to|into))?(?: a| an)? (?:repeat(?:ing)?|recur(?:ring)?|happen|occur|run|be repeated)(?: (?:task|one|reminder))?(?: (?:to|at|as|on|for))? ?(?P<value>.*)$|^repeat (?P<t2>.+?) (?P<value2>(?:every|each|daily|weekly|monthly|yearly|annually|on)\b.*)$|^(?P<t3>.+?) (?:should|needs to|has to|must|repeats|recurs|should be)(?: repeat| recur| repeating| recurring| happen| done)? ?(?P<value3>(?:every|each|daily|weekly|monthly|yearly|annually)\b.*)$|^(?:make|set|change|switch) (?P<t4>.+?)(?: (?:to|into|be))?(?: a)? (?P<value4>(?:every|each|daily|weekly|monthly|yearly|annual(?:ly)?|biweekly|quarterly|bi-weekly)\b.*)$"
)
_MAKE = re.compile(
    r"^(?:(?:no|oh|oops|wait|sorry|actually|hmm|i mean|i meant|correction) ?,? ?)*(?:(?:make|turn|change|correct|fix|switch|edit|update)(?: (?P<t>it|that|this|that one|this one|the last one|them|those|these|the (?:first|second|third|last) one))(?: (?:to|into|be|say|read|for|say that|as|on|at|due))?|i (?:meant|mean)(?: to (?:say|add|write))?|it should (?:be|say|have been)|that should (?:be|say|have been)|should be|should have been|i wanted|make) (?P<value>.+?)(?: instead)?$"
)
_NOT_BUT = re.compile(r"^(?:no ?,? ?)?not (?P<old>.+?)(?: ,|,| but) (?:but )?(?P<value>.+?)$|^(?:i (?:said|meant) )?(?P<value2>.+?),? not (?P<old2>.+)$")
_INSTEAD = re.compile(r"^(?:do|have|let's do|move to|let's have) (?P<t>.+?) (?P<when>(?:on |at |by )?[^,]+?) instead$")
_VALUE_LEAD = re.compile(r"^(?:be|read|say|being|called|named|titled|the following|this|now|just|instead|rather) ")
_INSTEAD_TAIL = re.compile(r" (?:instead|please|from now on|going forward)$")


def read_change(words: Phrase, around: Surroundings) -> Intent | None:
    """The change that a clause asks for, or None."""
    for reader in _READERS:
        found = reader(words, around)
        if found is not None:
            return found
    return None


def read_addition(words: Phrase, around: Surroundings) -> Intent | None:
    """The changes that begin with "add": to be asked before a new task is thought of."""
    for reader in (_tags, _note, _step, _priority_to, _given_due, _into_project):
        found = reader(words, around)
        if found is not None:
            return found
    return None


def _one(words: Phrase, target: Phrase, around: Surroundings, change: Change, *, sure: bool = True) -> Update | None:
    found = read_target(target, around)
    return None if found.empty else Update(((found, change),), sure=sure)


def _clear(words: Phrase, around: Surroundings) -> Intent | None:
    if (match := _UNTAG.match(words.low)) and (match["t2"] is None or match["n4"] or True):
        key = next((k for k in ("n1", "n2", "n3", "n4") if match[k]), None)
        target = words.group(match, "t" if match["t"] else "t2")
        if key is None:
            return _one(words, target, around, Change(clear=("tags",)))
        name = _tag_names(words.group(match, key), around)
        if name and name[0].lower() not in ("the", "all", "every", "due", "a", "its"):
            return _one(words, target, around, Change(remove_tags=name))
    match = _CLEAR.match(words.low)
    if match is None:
        return None
    key = next(k for k in ("t", "t2", "t3", "t4", "t5", "t6") if match[k])
    field = match["field"] or match["field2"] or match["field3"] or "repeat"
    name = words.group(match, "name")
    cleared = _field(field)
    if cleared == "tags" and name:
        return _one(words, words.group(match, key), around, Change(remove_tags=_tag_names(name, around)))
    return _one(words, words.group(match, key), around, Change(clear=(cleared,)))


def _field(word: str) -> str:
    if re.search(r"repeat|recur|repet|one-?|frequency", word):
        return "recurrence"
    for start, name in (("no prio", "priority"), ("prio", "priority"), ("tag", "tags"), ("label", "tags"), ("remind", "reminders"), ("proj", "project"), ("list", "project"), ("step", "steps"), ("sub", "steps")):
        if word.startswith(start):
            return name
    if re.fullmatch(_NOTE_WORD, word):
        return "description"
    return "title" if re.fullmatch(_TITLE_WORD, word) else "due"


def _tag_names(names: Phrase, around: Surroundings) -> tuple[str, ...]:
    parts = re.split(r"\s*(?:,|\band\b|&)\s*", names.literal or names.text)
    return tuple(dict.fromkeys(around.tag(part) or part.strip("#@ ") for part in parts if part.strip("#@ ")))


def _tags(words: Phrase, around: Surroundings) -> Intent | None:
    match = _TAG.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3", "4", "5", "6") if match[f"t{n}"])
    key = next(k for k in (f"n{number}", "n7") if k in match.re.groupindex and match[k])
    names = _tag_names(words.group(match, key), around)
    if not names or names[0].lower() in ("a", "the", "new", "another"):
        return None
    return _one(words, words.group(match, f"t{number}"), around, Change(add_tags=names))


def _note(words: Phrase, around: Surroundings) -> Intent | None:
    match = _NOTE.match(words.low)
    if match is None:
        return None
    if match["text"] or match["text2"] or match["text3"]:
        text = words.group(match, next(k for k in ("text", "text2", "text3") if match[k]))
        key = next((k for k in ("t", "t2", "t3") if match[k]), None)
        target = read_target(words.group(match, key), around) if key else Target(pronoun="one")
        return Update(((target, Change(description=text.literal or text.text, append=match["text2"] is None)),))
    rest = words.group(match, "rest")
    if match["verb"] in ("make", "take", "leave", "set") and re.search(rf"{_NOTE_WORD} to ", words.low[: match.start("rest") + 1]) and leads_with_doing(rest, strict=True):
        return None  # "make a note to email the landlord" is a new task
    append = match["verb"] not in ("set", "make", "give")
    options = [
        (read_target(head, around), Change(description=tail.literal or tail.text, append=append))
        for head, tail in _cuts(rest, r" (?::|that says|saying|that|to say|to|-|–|,|with|reading) ")
        if head and tail
    ]
    before = re.match(rf"^{match['verb']}.*?{_NOTE_WORD} (?:to|on|for|in|about|under|onto|of) ", words.low)
    if not before:
        options = [
            (read_target(tail, around), Change(description=head.literal or head.text, append=append))
            for head, tail in _cuts(rest, r" (?:to|on|for|in|under) ")
            if head and tail
        ] or options
    if options:
        return Update(tuple(options))
    if before:
        return Update(((read_target(rest, around), Change(description="", append=append)),))
    return None


def _step(words: Phrase, around: Surroundings) -> Intent | None:
    match = _STEP.match(words.low)
    if match is None:
        return None
    text = words.group(match, "a" if match["a"] else "b")
    return _one(words, words.group(match, "t" if match["t"] else "t2"), around, Change(step=text.literal or text.text))


def _priority_to(words: Phrase, around: Surroundings) -> Intent | None:
    match = _PRIORITY_SET.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3", "4", "5", "6") if match[f"p{n}"])
    if number == "6":
        return Update(((Target(pronoun="one"), Change(priority=v.PRIORITIES[match["p6"]])),))
    if number == "" and re.match(r"^(?:add|put) ", words.low):
        return None
    target = words.group(match, f"t{number}")
    if gone := re.search(r"(?: (?:as|to|to be|with|is|of|a|an|priority|from \w+))+$", target.low):
        target = target.cut(0, gone.start()) or target
    if re.match(r"^(?:it|that|this|them|both|all|those|these|the|my|task|number|#)", target.low) or len(target):
        return _one(words, target, around, Change(priority=v.PRIORITIES[match[f"p{number}"]]))
    return None


def _priority_other(words: Phrase, around: Surroundings) -> Intent | None:
    if match := _PRIORITIZE.match(words.low):
        verb = match["up"] or match["up3"]
        key = next(k for k in ("t", "t2", "t3", "t4") if match[k])
        change = Change(priority="low" if match["down"] else "high")
        if verb:
            change = Change(priority_step=-1 if re.match(r"lower|decrease|reduce|drop|downgrade", verb) else 1)
        return _one(words, words.group(match, key), around, change)
    if match := _PRIORITY_IS.match(words.low):
        target = words.group(match, "t" if match["t"] else "t2")
        if re.match(r"^(?:i|we|you|he|she|they|life|time|there|who|what)$", target.low):
            return None
        return _one(words, target, around, Change(priority=v.PRIORITIES[match["p"] or match["p2"]]), sure=False)
    return None


def _given_due(words: Phrase, around: Surroundings) -> Intent | None:
    if match := _ADD_DATE.match(words.low):
        value = words.group(match, "value")
        return _one(words, words.group(match, "t"), around, Change(when=value.text)) if around.moment(value.text) else None
    match = _GIVE_DUE.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3") if match[f"value{n}"])
    target = words.group(match, {"": "a", "2": "b", "3": "c"}[number])
    value = words.group(match, f"value{number}")
    if number == "3":
        rest = words.cut(match.start("c"))
        options = tuple(
            (read_target(head, around), Change(when=tail.text))
            for head, tail in _splits(rest)
            if around.moment(tail.text) is not None
        )
        return Update(options) if options else None
    if around.moment(value.text) is None:
        return None
    return _one(words, target, around, Change(when=value.text))


def _splits(rest: Phrase) -> list[tuple[Phrase, Phrase]]:
    """Every cut between two words, the longest value first."""
    return [
        (Phrase(rest.raw, rest.tokens[:i]).trimmed(), Phrase(rest.raw, rest.tokens[i:]).trimmed())
        for i in range(1, len(rest.tokens))
    ]


def _cuts(rest: Phrase, link: str) -> list[tuple[Phrase, Phrase]]:
    """Every cut at a linking word, leftmost first."""
    found, place = [], 0
    pattern = re.compile(link)
    while match := pattern.search(rest.low, place):
        head, tail = rest.cut(0, match.start()), rest.cut(match.end() - 1)
        if head and tail:
            found.append((head, tail))
        place = match.end() - 1
    return found


def _due(words: Phrase, around: Surroundings) -> Intent | None:
    match = _DUE.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3") if match[f"value{n}"])
    value = words.group(match, f"value{number}")
    if around.moment(value.text) is None:
        return None
    return _one(words, words.group(match, f"t{number}"), around, Change(when=value.text), sure=number != "3")


def _field_of(words: Phrase, around: Surroundings) -> Intent | None:
    low = words.low
    if match := _FIELD_OF.match(low):
        rest = words.group(match, "rest")
        field = _field(match["field"])
        options = [
            (read_target(head, around), change)
            for head, tail in _cuts(rest, rf" {_TO} ")
            if (change := _value(field, tail, around)) is not None
        ]
        if not options and field == "due":
            options = [
                (read_target(head, around), Change(when=tail.text))
                for head, tail in _splits(rest)
                if around.moment(tail.text) is not None
            ]
        if options:
            return Update(tuple(options))
        return Update(((read_target(rest, around), _missing(field)),)) if field != "tags" else None
    for pattern in (_ITS_FIELD, _OWN_FIELD):
        if match := pattern.match(low):
            change = _value(_field(match["field"]), words.group(match, "value"), around)
            if change is None:
                continue
            target = read_target(words.group(match, "t"), around) if "t" in match.re.groupindex else Target(pronoun="one")
            return Update(((target, change),))
    return None


def _missing(field: str) -> Change:
    return {
        "title": Change(title=""),
        "description": Change(description=""),
        "priority": Change(priority=""),
        "project": Change(project=""),
        "recurrence": Change(recurrence=""),
    }.get(field, Change(when=""))


def _value(field: str, value: Phrase, around: Surroundings) -> Change | None:
    """The change of `field` to `value`; None when the value doesn't fit the field."""
    text = value.literal or value.text
    if field == "title":
        return _title(value)
    if field == "description":
        return Change(description=text)
    if field == "priority":
        word = re.sub(r"(?:^(?:a |the )?| ?priority$)", "", value.low).strip()
        return Change(priority=v.PRIORITIES[word]) if word in v.PRIORITIES else None
    if field == "project":
        return Change(project=text.lstrip("#"))
    if field == "tags":
        return Change(add_tags=_tag_names(value, around), clear=("tags",))
    if field == "recurrence":
        if re.fullmatch(r"(?:none|never|nothing|no repeat|off)", value.low):
            return Change(clear=("recurrence",))
        return Change(recurrence=text) if around.rule(text) else None
    if re.fullmatch(r"(?:none|never|nothing|no date|empty|unset|someday)", value.low):
        return Change(clear=("due",))
    return Change(when=text) if around.moment(text) is not None else None


def _title(value: Phrase) -> Change:
    while gone := _VALUE_LEAD.match(value.low):
        value = value.cut(gone.end())
    if (tail := _INSTEAD_TAIL.search(value.low)) and tail.start():
        value = value.cut(0, tail.start())
    return Change(title=value.literal or value.text, title_literal=value.literal is not None)


def _rename(words: Phrase, around: Surroundings) -> Intent | None:
    match = _RENAME.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    options = [(read_target(head, around), _title(tail)) for head, tail in _cuts(rest, r" (?:to|as|into|->|→|=>|:|-) ")]
    if not options and rest.tokens and rest.tokens[-1].quoted and len(rest) > 1:
        head, tail = Phrase(rest.raw, rest.tokens[:-1]).trimmed(), Phrase(rest.raw, rest.tokens[-1:])
        options = [(read_target(head, around), _title(tail))]
    return Update(tuple(options) or ((read_target(rest, around), Change(title="")),))


def _called(words: Phrase, around: Surroundings) -> Intent | None:
    match = _CALL.match(words.low)
    if match is None:
        return None
    if match["t2"] and not re.search(r"should (?:be|say|read)(?: called| named| titled) |should (?:say|read) ", words.low):
        return None
    key = "" if match["t"] else "2"
    return _one(words, words.group(match, f"t{key}"), around, _title(words.group(match, f"value{key}")))


def _shift(words: Phrase, around: Surroundings) -> Intent | None:
    match = _MOVE.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    found = _SHIFT.match(rest.low)
    if found is None:
        return None
    verb = match["verb"]
    by = found["by"] or found["by2"]
    says_by = found["by"] is not None
    if not says_by and not re.fullmatch(v.RESCHEDULE_STRONG, verb):
        return None
    direction = " ".join(found[k] or "" for k in ("dir", "dir2", "dir3", "dir4"))
    earlier = bool(re.search(r"forward|ahead|earlier|\bup\b", f"{verb} {direction}")) and not re.search(r"later|back|out", direction)
    if re.search(r"push|bump|roll|kick|slide", verb) and re.search(r"forward|ahead", direction) and "bring" not in verb:
        earlier = False  # people who push something forward mean later
    target = rest.group(found, "t" if found["t"] else "t2")
    return _one(words, target, around, Change(shift=by, earlier=earlier))


def _reschedule(words: Phrase, around: Surroundings) -> Intent | None:
    match = _MOVE.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    strong = re.fullmatch(v.RESCHEDULE_STRONG, match["verb"]) is not None
    options = []
    for cut in _LINKED.finditer(rest.low):
        head, tail = rest.cut(0, cut.start()), rest.cut(cut.end() - 1)
        if gone := re.search(r" (?:from [\w ]+|off|back|over|out|forward|up)$", head.low):
            head = head.cut(0, gone.start()) or head
        if head and tail and around.moment(_instead(tail).text) is not None:
            options.append((read_target(head, around), Change(when=_instead(tail).text)))
    if not options:
        options = [
            (read_target(head, around), Change(when=_instead(tail).text))
            for head, tail in _splits(rest)
            if around.moment(_instead(tail).text) is not None
        ]
        if options and not strong and match["verb"] not in ("move", "change", "make", "set", "do", "put"):
            options = []
        if options and match["verb"] == "do" and not rest.low.endswith("instead"):
            options = []
    if options:
        return Update(tuple(options))
    if strong and not re.search(r" (?:to|for|until|on) ", rest.low) and re.fullmatch(r"reschedule|postpone|delay|defer|put off|snooze|push back|hold off on|bump|rebook|carry over|bring forward", match["verb"]):
        return Update(((read_target(rest, around), Change(when="")),))
    return None


def _instead(tail: Phrase) -> Phrase:
    found = _INSTEAD_TAIL.search(tail.low)
    return tail.cut(0, found.start()) if found and found.start() else tail


def _repeat(words: Phrase, around: Surroundings) -> Intent | None:
    match = _REPEAT.match(words.low)
    if match is None:
        return None
    number = next(n for n in ("", "2", "3", "4") if match[f"t{n}"])
    value = words.group(match, f"value{number}")
    target = words.group(match, f"t{number}")
    if not value:
        return _one(words, target, around, Change(recurrence=""))
    if around.rule(value.text) is None:
        return None
    return _one(words, target, around, Change(recurrence=value.text), sure=number != "3")


def _into_project(words: Phrase, around: Surroundings) -> Intent | None:
    match = _PROJECT.match(words.low)
    if match is None:
        return None
    key = next(k for k in ("n", "n2", "n3") if match[k])
    name = words.group(match, key)
    target = read_target(words.group(match, "t"), around)
    known = around.project(name.literal or name.text.lstrip("#"))
    if known is None and name.low == "inbox":
        known = "Inbox"
    verb = words.low.split()[0]
    existing = bool(target.pronoun or target.numbers or target.ordinals or target.first or target.last or target.everything or target.where or target.newest)
    existing = existing or (target.definite and re.search(r"\b(?:task|reminder|todo|one|item)s?$", words.group(match, "t").low) is not None)
    if verb == "add" and not existing:
        return None  # "add milk to the shopping project" asks for a new task
    explicit = key in ("n", "n2") and re.search(r"\b(?:project|folder)\b", words.low[match.start("t"):]) is not None
    if known is None and not explicit:
        return None
    if known is None and around.moment(name.text) is not None:
        return None
    into = known or name.literal or name.text.lstrip("#")
    fresh = None
    if verb in ("put", "stick", "get", "place", "drop") and not existing and target.words:
        fresh = Add((NewTask(target.words, literal=target.literal, project=into),))
    return Update(((target, Change(project=into)),), otherwise=fresh)


def _out_of_project(words: Phrase, around: Surroundings) -> Intent | None:
    match = _UNPROJECT.match(words.low)
    if match is None or around.project(words.group(match, "n").text) is None:
        return None
    return _one(words, words.group(match, "t"), around, Change(clear=("project",)))


def _change_to(words: Phrase, around: Surroundings) -> Intent | None:
    """ "change X to Y": Y may be a date, a priority, a rule or a new title."""
    match = _CHANGE_TO.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    verb = match["verb"]
    if verb in ("set", "make", "turn", "have", "call"):
        return None
    links = r" (?:to|into|with|for|by|->|→|=>|as) " if verb in ("replace", "swap", "switch") else r" (?:to|into|to be|to say|to read|->|→|=>|as) "
    options = []
    for head, tail in _cuts(rest, links):
        if gone := re.match(r"^from (?=.)", head.low):
            head = head.cut(gone.end())
        options.append((read_target(head, around), _any_value(_instead(tail), around)))
    if options:
        return Update(tuple(options))
    if verb in ("change", "edit", "update", "modify", "rename", "fix", "revise", "amend", "correct", "adjust", "alter") and rest:
        target = read_target(rest, around)
        return Update(((target, Change()),)) if not target.empty else None
    return None


def _any_value(value: Phrase, around: Surroundings) -> Change:
    if value.literal is None:
        for field in ("priority", "recurrence", "due"):
            if field == "recurrence" and around.moment(value.text) and not re.match(r"^(?:every|each|daily|weekly|monthly|yearly)\b", value.low):
                continue
            change = _value(field, value, around)
            if change is not None:
                return change
    return _title(value)


def _make(words: Phrase, around: Surroundings) -> Intent | None:
    """ "Actually make that almond milk": corrects what was just spoken of."""
    match = _MAKE.match(words.low)
    if match is None:
        return None
    named = words.group(match, "t")
    head = words.low[: match.start("value")]
    if not named and re.search(r"\bmake $", head) and not re.match(r"^(?:no|oh|oops|wait|sorry|actually|hmm|correction)\b", words.low):
        return None
    value = words.group(match, "value")
    if not value:
        return None
    target = read_target(named, around) if named else Target(pronoun="one")
    change = _any_value(value, around)
    if change.title is not None:
        change = Change(correction=change.title, title_literal=change.title_literal)
    return Update(((target, change),))


def _instead_of(words: Phrase, around: Surroundings) -> Intent | None:
    match = _INSTEAD.match(words.low)
    if match is None:
        return None
    rest = words.cut(match.start("t"), match.end("when"))
    options = tuple(
        (read_target(head, around), Change(when=tail.text)) for head, tail in _splits(rest) if around.moment(tail.text) is not None
    )
    return Update(options, sure=True) if options else None


_READERS = (
    _clear,
    _rename,
    _called,
    _tags,
    _note,
    _step,
    _repeat,
    _priority_to,
    _field_of,
    _given_due,
    _due,
    _make,
    _shift,
    _reschedule,
    _instead_of,
    _into_project,
    _out_of_project,
    _change_to,
    _priority_other,
)
