"""Questions: lists, counts, searches, details. They change nothing, so they may be heard generously."""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.filters import read_filter
from taskora.assistant.builtin.intents import Filter, Intent, Names, Nothing, Query, ShowTarget
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase

_SHOW = re.compile(rf"^{v.SHOW}(?: (?:me|us|up|out|through|at|over|to me|for))* ?(?P<rest>.*)$")
_HOW_MANY = re.compile(
    r"^(?:how many|how much|count|number of|what's the (?:number|count) of|what is the (?:number|count) of|"
    r"total(?: number)? of)\b ?(?P<rest>.*)$"
)
_SEARCH = re.compile(
    r"^(?:search|find|look|look up|locate|filter|hunt|dig up|is there|are there|do i have|have i got|did i "
    r"(?:add|make|create|have|write)|is|any)(?: (?:for|me|through|in|by|my tasks for|tasks for|any|a|an|the|"
    r"all|something|anything|to))*\b ?(?P<rest>.+)$"
)
_WHEN = re.compile(
    r"^(?:when|what (?:time|day|date)|by when|how soon|what's the (?:due date|deadline|date|time) (?:of|for)|"
    r"what is the (?:due date|deadline|date|time) (?:of|for))(?:'s| is| are| do i| was| should i| am i| must i|"
    r" does| did i)*(?: (?:have to|need to|supposed to|the|my|due))* (?P<rest>.+?)(?: (?:due|scheduled|again|"
    r"happening|start|take place))?$"
)
_DETAILS = re.compile(
    rf"^(?:(?:show|give|tell|get|read|open|view|see|display)(?: me| us)?(?: (?:the|all|more|full))* "
    rf"(?:details?|info|information|description|notes?|more) (?:of|for|about|on|in|from) |(?:what's|what is|"
    rf"what are) (?:the )?(?:details?|description|notes?|priority|status|project|tags?|title) (?:of|for|on|in) "
    rf"|(?:tell me|show me) (?:more )?about |(?:open|view|show|display|read|see|what's|what is)(?: me)? "
    rf"(?=(?:task|item|number|todo|reminder)? ?#?\d|the (?:{v.any_of(tuple(v.ORDINAL_WORDS))}) (?:one|task)|"
    rf"(?:it|that one)$))(?P<rest>.+)$"
)
_NAMES = re.compile(
    r"^(?:(?:show|list|what|which|give|tell|see|view|display|get)(?:'s| is| are)?(?: me| us)?(?: (?:all|the|my|"
    r"of|our|available|existing|are))* |(?:all |my )?)(?P<kind>tags|labels|projects|folders|lists)(?: (?:do i "
    r"have|have i got|are there|exist|i have|i've got|is there|please|do i use|i use|available|used|there "
    r"are))*$"
)
_STATE = re.compile(
    rf"^(?:is|are|was|were|has|have i|have we|did i|did we|have)(?: i| we)? (?P<rest>.+?)(?: (?:already|been|"
    rf"all|still|yet|now|marked|as))* (?P<state>{v.DONE}|{v.NOT_DONE}|overdue|due|urgent|late|there|on (?:my|"
    rf"the) {v.LIST}|in (?:my|the) {v.LIST})$|^(?:have|did) (?:i|we) (?:already |ever |yet )*(?:done|do|"
    rf"finish(?:ed)?|complete[d]?|add(?:ed)?|create[d]?|buy|bought|call(?:ed)?|pay|paid|book(?:ed)?|send|sent|"
    rf"get|got|make|made|put|mark(?:ed)?|clean(?:ed)?|write|written|submit(?:ted)?|take|taken|include[d]?) "
    rf"(?P<rest2>.+)$"
)
_ASK = re.compile(
    r"^(?:so |and |but |ok |hey )*(?:what|which|who|whose|any|anything|is there|are there|do i|have i|am i|did "
    r"i|what's|whats|show|list|give|tell|how|what are|what is|where|where's|does|got|there)\b"
)
_LISTY = re.compile(
    rf"\b(?:{v.TASK}|{v.LIST}|pending|overdue|due|complete[d]?|finish(?:ed)?|done|incomplete|unfinished|"
    rf"outstanding|remaining|left|open|accomplish(?:ed)?|achieve[d]?|upcoming|scheduled|planned|plans?|to do|"
    rf"on my plate|going on|happening|coming up|need to (?:do|get done|finish|complete)|have to (?:do|finish|"
    rf"complete)|should i (?:do|work on|start|focus)|supposed to|must i do|i do|do i have|have i got|got going|"
    rf"work on|next|today|tomorrow|week|priorit\w+|urgent|important|tagged|labell?ed|deadlines?|missed|late|"
    rf"what's new|busy|free|first thing|agenda|in my|in the \w+ project|most recent|everything|anything)\b"
)
_BARE_LIST = re.compile(
    rf"^(?:(?:all|every|my|the|our|current|full|entire|complete|whole|latest|only|just|any|more|of|today's|"
    rf"tomorrow's|this week's|next week's|{v.PRIORITY}|high[ -]priority|low[ -]priority|pending|open|completed|"
    rf"finished|done|overdue|incomplete|unfinished|outstanding|remaining|upcoming|due|today|tomorrow|this|next|"
    rf"week|weekend|month|year|late|past|urgent|important|unscheduled|recurring|active|uncompleted|yesterday|"
    rf"tonight|morning|afternoon|evening|monday|tuesday|wednesday|thursday|friday|saturday|sunday|for|on|in|"
    rf"and|what's|still|now|yet|not|priority|tasks?|todos?|to ?dos?|todo list|lists?|items?|things|reminders?|"
    rf"stuff|agenda|schedule|plate|ones|inbox) ?)+$"
)
_ALL = re.compile(r"\b(?:all|everything|every|entire|whole|full|each)\b")
_NEXT = re.compile(
    r"\b(?:what's next|what is next|next task|what (?:should|do|must|can) i (?:do|work on|start|focus on|"
    r"tackle) (?:next|first|now)|up next|most (?:urgent|important))\b"
)
_PAST_SELF = re.compile(
    r"\b(?:(?:have|did|had) (?:i|we)|i|we|i've|we've)(?: have| had| already| just| ever)* (?:get done|"
    r"complete[d]?|finish(?:ed)?|accomplish(?:ed)?|do(?:ne)?|tick(?:ed)?|check(?:ed)?|achieve[d]?|get|got|"
    r"cross(?:ed)?|knock(?:ed)? (?:out|off)|closed?)\b(?!.* to do\b)"
)


def read_query(words: Phrase, around: Surroundings) -> Intent | None:
    """The list, count or detail that a clause asks for, or None when it isn't a question about tasks."""
    low = words.low.rstrip(" ?!.")
    if match := _NAMES.match(low):
        return Names("tags" if match["kind"] in ("tags", "labels") else "projects")
    if match := _HOW_MANY.match(low):
        if re.match(
            r"^(?:is|are|does|do you|did you|time|money|calories|people|users|days|hours|weeks|planets|countries)\b",
            match["rest"] or "",
        ):
            return None
        return Query(_filter(words.group(match, "rest"), words, around, default="pending"), count=True)
    if match := _DETAILS.match(low):
        target = read_target(words.group(match, "rest"), around)
        if not target.empty and not target.everything and not target.where and not target.plural:
            return ShowTarget(target)
    if (match := _STATE.match(low)) and (rest := words.group(match, "rest" if match["rest"] else "rest2")):
        target = read_target(rest, around)
        if (
            target.words
            and not target.plural
            and not _BARE_LIST.match(rest.low)
            and not re.match(r"^(?:there|any|anything|i|we|it all|we all|all|everything)\b", rest.low)
        ):
            return ShowTarget(target)
    if (match := _WHEN.match(low)) and (rest := words.group(match, "rest")) and not _BARE_LIST.match(rest.low):
        target = read_target(rest, around)
        if target.words or target.pronoun or target.ordinals or target.numbers:
            return ShowTarget(target)
    if _BARE_LIST.match(low) and _listy(low):
        return Query(_filter(words, words, around, default="pending"), limit=1 if _NEXT.search(low) else 0)
    match = _SHOW.match(low)
    if match is not None:
        return _shown(words, match, around)
    if _ASK.match(low) and _LISTY.search(low):
        found = _filter(words, words, around, default="pending")
        if _PAST_SELF.search(low):
            found = replace(found, status="completed")
        if found.words and (search := _SEARCH.match(low)):
            inner = _filter(words.group(search, "rest"), words, around, default="all")
            return Query(replace(inner, status=inner.status or "all"))
        return Query(replace(found, words="") if not _about(low) else found, limit=3 if _NEXT.search(low) else 0)
    if (match := _SEARCH.match(low)) and re.match(
        r"^(?:search|find|look|locate|filter|do i have|have i got|is there|are there|did i add|any)\b", low
    ):
        inner = _filter(words.group(match, "rest"), words, around, default="all")
        if inner.words or not replace(inner, status=None).empty:
            return Query(inner)
    return None


def read_question(words: Phrase, around: Surroundings) -> Intent:
    """A question in any case: about tasks, or one that the assistant has no answer to."""
    return read_query(words, around) or Nothing("question", words.words)


def _shown(words: Phrase, match: re.Match[str], around: Surroundings) -> Intent | None:
    low = words.low
    verb = low.split()[0]
    rest = words.group(match, "rest")
    if not rest:
        return Query(Filter(status="pending")) if verb in ("list", "show", "display", "view") else None
    if re.match(r"^(?:off|in|out|up on)\b", rest.low) or (
        verb
        in (
            "give",
            "tell",
            "get",
            "open",
            "read",
            "review",
            "check",
            "see",
            "print",
            "share",
            "present",
            "look",
            "load",
            "return",
            "find",
            "search",
            "fetch",
            "filter",
            "remind",
        )
        and not _LISTY.search(rest.low)
        and verb not in ("find", "search", "filter", "fetch")
    ):
        return None
    if verb == "remind" and not re.match(
        r"^(?:what|which|how|of (?:my|the)|about (?:my|the) tasks|my|the)\b", rest.low
    ):
        return None
    searching = verb in ("find", "search", "locate", "look", "filter", "hunt", "dig", "retrieve", "fetch", "scan")
    found = _filter(rest, words, around, default="all" if searching else "pending")
    if _PAST_SELF.search(low):
        found = replace(found, status="completed")
    if not searching and found.words and not _LISTY.search(rest.low):
        target = read_target(rest, around)
        if target.numbers or target.ordinals or target.pronoun in ("one", "other"):
            return ShowTarget(target)
        return Query(replace(found, status="all" if found.status == "pending" else found.status))
    return Query(found)


def _filter(rest: Phrase, whole: Phrase, around: Surroundings, default: str) -> Filter:
    found = read_filter(rest, around)
    low = whole.low
    if found.status is None:
        everything = bool(_ALL.search(low)) and found.period is None and not found.overdue
        wanted = "all" if everything or default == "all" else "pending"
        found = replace(found, status=wanted)  # type: ignore[arg-type]
    return found


def _about(low: str) -> bool:
    """Whether words beside the conditions were meant as a search ("tasks about the garden")."""
    return bool(
        re.search(
            r"\b(?:about|containing|contain|mention(?:ing)?|with|called|named|related to|regarding|matching|"
            r"including|like|for|to|have|any)\b",
            low,
        )
    )


def _listy(low: str) -> bool:
    return bool(
        re.search(
            rf"\b(?:{v.TASK}|{v.LIST}|pending|overdue|completed|finished|incomplete|unfinished|outstanding|"
            rf"remaining|upcoming|todo|agenda|urgent|today|tomorrow|week|weekend|month|due|important|inbox)\b",
            low,
        )
    )
