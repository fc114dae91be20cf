"""Conditions in a list question or a set of tasks: status, days, part of day, tags, project, priority; the rest are
words."""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.intents import Filter, Status
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.text import QUOTE, Phrase
from taskora.language import Period

_STATUS: tuple[tuple[re.Pattern[str], Status], ...] = (
    (
        re.compile(
            r"\b(?:incomplete|uncompleted|unfinished|not (?:yet )?(?:done|completed?|finished)|haven't (?:done|"
            r"finished|completed)|(?:i )?have(?:n't| not) (?:yet )?(?:done|finished|completed)|pending|open|"
            r"outstanding|remaining|remains?|left(?: over)?|left to do|still to (?:do|go)|active|undone|"
            r"unchecked|to be done|need(?:s|ing)? (?:to be )?(?:doing|done)|in progress)\b"
        ),
        "pending",
    ),
    (
        re.compile(
            r"\b(?:completed?|finished|done|closed|checked off|ticked off|crossed off|accomplished|finish|"
            r"accomplish|achieved?|knocked out|got done|get done)\b"
        ),
        "completed",
    ),
)
_PARTS = {"morning": (4, 12), "afternoon": (12, 17), "evening": (17, 22), "night": (20, 24)}
_PART = re.compile(rf"\b(?:in the )?(?P<part>{v.any_of(tuple(_PARTS))})s?\b")
_OVERDUE = re.compile(
    r"\b(?:overdue|past due|past their due dates?|past the deadline|late|missed|behind (?:on|schedule)|expired)\b"
)
_UNDATED = re.compile(
    r"\b(?:without (?:a |any )?(?:due )?(?:dates?|deadlines?)|with no (?:due )?(?:dates?|deadlines?)|undated|"
    r"unscheduled|no due dates?|no deadlines?)\b"
)
_DATED = re.compile(r"\b(?:with (?:a |any )?(?:due )?(?:dates?|deadlines?)|upcoming|coming up|scheduled)\b")
_TAGGED = re.compile(
    rf"\b(?:(?:that (?:are|is|have been)|which are)? ?(?:tagged|labell?ed|tags?|labels?|marked)(?: (?:with|as|"
    rf"by|:))?(?: the)?(?: (?:tag|label)s?)?|(?:with|having|under|by|in|that have|has) (?:the )?(?:tag|"
    rf"label)s?(?: of| called| named)?) :? ?(?P<tag>{QUOTE}|[#@]?[\w/-]+(?: (?:and|or|,) [#@]?[\w/-]+)*)"
)
_HASH = re.compile(r"(?:^| )(?P<sign>[#@])(?P<name>[^\W\d][\w/-]*)")
_TAG_AFTER = re.compile(rf"\b(?P<tag>{QUOTE}|[\w/-]+) (?:tag|label)\b")
_PROJECT = re.compile(
    rf"\b(?:(?:in|under|of|from|inside|on|for|within) )?(?:the |my )?(?:project|list|folder) (?:called |named "
    rf")?(?P<project>{QUOTE}|[\w/-]+(?: [\w/-]+)?)"
)
_PROJECT_AFTER = re.compile(
    rf"\b(?:(?:in|under|of|from|inside|on|for|within) )?(?:the |my )?(?P<project>{QUOTE}|[\w/-]+(?: "
    rf"[\w/-]+){{0,2}}) (?:project|list|folder)\b"
)
_IN = re.compile(
    rf"\b(?:in|under|from|inside|within|for) (?:the |my )?(?P<project>{QUOTE}|[\w/-]+(?: [\w/-]+){{0,2}})$"
)
_PRIORITY = re.compile(
    rf"\b(?:(?:with |of |at )?(?:a )?(?P<before>{v.PRIORITY})(?: |-)priority(?: level)?|priority(?: of| is| =| "
    rf":)? (?P<after>{v.PRIORITY})|(?P<alone>urgent|critical|important|p[1-4]|unimportant|minor|crucial|most "
    rf"important|most urgent))\b"
)
_GENERIC = frozenset(
    ("my", "the", "to", "do", "todo", "task", "tasks", "shopping list", "a", "this", "that", "your", "our")
)
_FILLER = re.compile(
    rf"\b(?:{v.TASK}|things?|stuff|ones?|lists?|{v.DETERMINER}|to|for|of|on|in|at|from|with|that|which|who|is|"
    rf"are|am|was|were|be|been|being|has|have|had|having|i|i'm|i've|me|"
    r"we|we've|my|our|you|do|does|did|due|date|dates|deadline|currently|current|right|now|yet|still|so|far|"
    r"already|just|please|only|and|or|there|there's|up|coming|what's|what|"
    r"a|by|as|it|them|those|these|any|anything|something|everything|all|get|got|going|plate|agenda|schedule|"
    r"scheduled|set|need|needs|should|must|want|next|titles?|"
    r"today's|tomorrow's|week's|remaining|marked|status|priority|too|also|ever|show|list|see|both|today|"
    r"tomorrow|items?)\b"
)


def read_filter(words: Phrase, around: Surroundings) -> Filter:
    """The conditions in `words`; what no condition took stays in `.words` (empty when only filler is left)."""
    rest = words
    values: dict[str, object] = {}
    rest = _names(rest, around, values)
    rest = _take(rest, _OVERDUE, lambda match: values.update(overdue=True))
    rest = _take(rest, _UNDATED, lambda match: values.update(dated=False))
    for pattern, status in _STATUS:
        if "status" not in values:
            rest = _take(rest, pattern, lambda match, status=status: values.update(status=status))
    period = _period(rest, around)
    if period is not None:
        rest = _drop_text(rest, period)
        if period.overdue:
            values["overdue"] = True
        else:
            values["period"] = period
    rest = _take(rest, _DATED, lambda match: values.update(dated=True))
    if period is None or not re.search(r"\b(?:morning|afternoon|evening|tonight|night)\b", period.text.lower()):
        rest = _take(rest, _PART, lambda match: values.update(part_of_day=_PARTS[match["part"]]))
    else:
        part = _PART.search(period.text.lower())
        if part:
            values["part_of_day"] = _PARTS[part["part"]]
    left = _meaningful(rest)
    return Filter(**values, words=left)  # type: ignore[arg-type]


def _names(rest: Phrase, around: Surroundings, values: dict[str, object]) -> Phrase:
    """Tags, project and priority: what is written with a sign or a noun, then bare names that the person has."""
    tags: list[str] = []
    for pattern in (_TAGGED, _TAG_AFTER):
        match = pattern.search(rest.low)
        if match is None or (
            pattern is _TAG_AFTER and match["tag"] in ("the", "a", "my", "this", "that", "any", "no", "which", "what")
        ):
            continue
        if pattern is _TAGGED and re.fullmatch(rf"(?:as )?(?:{v.DONE}|{v.NOT_DONE}|{v.PRIORITY})", match["tag"]):
            continue
        inner = rest.group(match, "tag")
        names = re.split(r" (?:and|or|,) ", inner.literal or inner.text)
        tags.extend(around.tag(name) or name.lstrip("#@") for name in names)
        rest = rest.without(match.start(), match.end())
        break
    while match := _HASH.search(rest.low):
        raw = rest.cut(match.start("sign"), match.end()).text
        name = raw[1:]
        if match["sign"] == "#" and around.project(name) and not around.tag(name):
            values["project"] = around.project(name)
        else:
            tags.append(around.tag(name) or name)
        rest = rest.without(match.start("sign"), match.end())
    rest = _take(
        rest,
        _PRIORITY,
        lambda match: values.update(
            priorities=_priorities((match["before"] or match["after"] or match["alone"]).removeprefix("most "))
        ),
    )
    for pattern in (_PROJECT_AFTER, _PROJECT, _IN):
        match = pattern.search(rest.low)
        if match is None or "project" in values:
            continue
        inner = rest.group(match, "project")
        name = inner.literal or inner.text
        known = _known_project(name, around)
        if known is not None:
            values["project"] = known
        elif pattern is _IN and around.tag(name):
            tags.append(around.tag(name) or name)
        elif "project" in match[0].split() and name.lower() not in _GENERIC and pattern is not _IN:
            values["project"] = name
        else:
            continue
        rest = rest.without(match.start(), match.end())
    if tags:
        values["tags"] = tuple(dict.fromkeys(tags))
    return rest


def _known_project(name: str, around: Surroundings) -> str | None:
    words = name.split()
    for size in range(len(words), 0, -1):
        if known := around.project(" ".join(words[-size:])):
            return known
    return "Inbox" if words and words[-1].lower() == "inbox" else None


def _priorities(word: str) -> tuple[str, ...]:
    if word in ("important", "most important"):
        return ("high", "urgent")
    return (v.PRIORITIES[word],)


def _take(rest: Phrase, pattern: re.Pattern[str], use: object) -> Phrase:
    match = pattern.search(rest.low)
    if match is None:
        return rest
    use(match)  # type: ignore[operator]
    return rest.without(match.start(), match.end())


def _period(rest: Phrase, around: Surroundings) -> Period | None:
    return around.period(rest.words) if rest else None


def _drop_text(rest: Phrase, period: Period) -> Phrase:
    """Without the words that the parser took as the period."""
    wanted = period.text.lower().split()
    rest = Phrase(rest.raw, tuple(replace(t, norm=t.norm.removesuffix("'s")) for t in rest.tokens))
    lows = rest.low.split(" ")
    for start in range(len(rest.tokens)):
        for end in range(len(rest.tokens), start, -1):
            piece = Phrase(rest.raw, rest.tokens[start:end])
            if [word.removesuffix("'s") for word in piece.low.split()] == wanted:
                return Phrase(rest.raw, rest.tokens[:start] + rest.tokens[end:])
    kept = tuple(t for t, low in zip(rest.tokens, lows, strict=False) if low not in wanted)
    return Phrase(rest.raw, kept) if len(lows) == len(rest.tokens) else rest


def _meaningful(rest: Phrase) -> str:
    low = _FILLER.sub(" ", rest.low)
    if not re.search(r"\w|" + QUOTE, low):
        return ""
    return _unfilled(rest)


def _unfilled(rest: Phrase) -> str:
    """The words that are left, without filler at both ends; filler between them stays ("call to mom")."""
    tokens = list(rest.tokens)

    def filler(norm: str) -> bool:
        return not re.search(r"\w|" + QUOTE, _FILLER.sub("", norm))

    while tokens and filler(tokens[0].norm):
        tokens.pop(0)
    while tokens and filler(tokens[-1].norm):
        tokens.pop()
    kept = Phrase(rest.raw, tuple(tokens))
    return kept.literal or kept.words
