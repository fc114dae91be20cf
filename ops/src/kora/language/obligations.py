"""Whether a prompt obliges objects in general ("deployments must have two replicas") rather than ordering a change.

An order names what it changes or opens with its verb; a rule speaks of all objects of a kind and of what they owe.
`grammar` asks before it takes an order or a question for one, and takes the prompt for a rule only when
`language.rules` can read every word of it: holding objects against a rule does no harm, carrying one out does.
"""

import re

from kora.language.kinds import PHRASES
from kora.language.vocabulary import CHANGE_VERBS, CREATE_VERBS

_OWED = (
    r"(?:required|allowed|permitted|forbidden|prohibited|mandatory|obliged|obligatory|banned|disallowed|acceptable|"
    r"unacceptable|illegal|denied|compulsory|off[- ]limits)"
)
_MODAL = re.compile(
    r"\b(?:must|mustn't|should|shouldn't|shall|may (?:only|not|never|neither|at most)|may\b[^.?!]{0,40}\bonly|cannot|can't|"
    r"can (?:not|only|never)|(?<!\bi )(?<!\bwe )(?<!\byou )needs?|ha(?:ve|s) to|ought to|never|not supposed to|"
    + _OWED
    + r")\b|"
    r"\bonly\b[^.?!]*\b(?:may|can|should|allow(?:ed)?|permit(?:ted)?|accept(?:ed|able)?)\b|"
    r"\b(?:we|i)\b[^.?!]{0,30}\b(?:require|enforce|forbid|disallow|ban|prohibit|only (?:allow|permit|want|accept)|"
    r"(?:don't|do not) (?:allow|permit|want|accept|tolerate))\b|"
    r"\b(?:want|expect|need)\b[^.?!]{0,30}\b(?:all|every|each|no|only|any)\b|"
    r"\b(?:make sure|ensure|enforce|check|verify|confirm)\b[^.?!]*\b(?:all|every|each|no|none|nothing|nobody|any|don't|do not|doesn't|never)\b",
    re.IGNORECASE,
)
"""Words that say what is owed."""
_OPENS = re.compile(
    r"^(?:no|only|never|(?:block|forbid|prohibit|disallow|ban|deny|require|reject|prevent|restrict|avoid|ensure|indicate|"
    r"alert|flag|detect|enforce)s?|denies|makes sure|policy)\b",
    re.IGNORECASE,
)
"""A rule told as a ban or a claim without a verb: "no wildcard hosts", "block NodePort services"."""
_ONE = "|".join(sorted((" ".join(map(re.escape, words)) for words in PHRASES), key=len, reverse=True))
_CERTAIN = re.compile(rf"^(?:please\s+)?(?:the|this|that|my)\s+(?:[\w.-]+\s+){{0,2}}(?:{_ONE})(?!s)\b", re.IGNORECASE)
"""A sentence about one object that is named or pointed at."""
_MANY = "|".join(
    sorted(
        (" ".join(map(re.escape, words)) for words in PHRASES if len(words[-1]) > 3 and words[-1].endswith("s")),
        key=len,
        reverse=True,
    )
)
_GENERAL = re.compile(
    rf"^(?:(?:all|every|each|any|no|none of (?:the|our))\s+(?:{_ONE}|containers?|images?|workloads?)|"
    rf"(?:{_MANY}|containers|images|workloads)|deployment rollouts)\s+(?:must|mustn't|shall|should|may|cannot|can't|need|"
    r"have to|has to|are not|are never|is not)\b",
    re.IGNORECASE,
)
"""A sentence whose subject is every object of a kind, and nothing else."""
_PICKED = re.compile(
    rf"\b(?:{_MANY}|containers|workloads)\s+(?:that|which|whose|with(?!\s+(?:their|its|all|the)\b)|without|using|from|on)\s",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    rf"^(?:(?:all|every|each|any|no)\s+)?(?:{_MANY}|containers|images|workloads)\s+"
    r"(?:that|which|whose|with|without|of type|older|newer|younger|labell?ed|annotated|owned|managed|exposed|\w+ing)\s"
    r"[^.?!;:]{0,80}?\b(?:must|mustn't|shall|may not|may only|cannot|can't)\b",
    re.IGNORECASE,
)
"""The same of those that a qualifier picks: "workloads handling payments must …"."""
_STRICT = re.compile(
    r"\b(?:must|mustn't|shall|may not|may only|(?:is|are|isn't|aren't) (?:not |never )?"
    + _OWED
    + r"|not (?:allowed|permitted))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:what|who|when|where|why|how|which|is|are|do|does|can|could|should|must|may)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.;!?\n])\s+")
_SURE = re.compile(r"^(?:please\s+)?make\s+sure\b", re.IGNORECASE)
_VERBS = (frozenset(CHANGE_VERBS) | CREATE_VERBS) - {"restrict", "prevent", "avoid", "block"}


def obliges(text: str) -> bool:
    """Whether a sentence of `text` states what objects owe, and none opens with an order or is about one object."""
    parts = [part.strip(" \t-*•\"'“”`") for part in _SENTENCE.split(text) if part.strip()]
    stated = False
    for part in parts:
        words = part.split(maxsplit=1)
        if words and words[0].lower().rstrip(",:") in _VERBS and not _SURE.match(part):
            return False
        if _CERTAIN.match(part) and _MODAL.search(part):
            return False
        stated |= bool(_MODAL.search(part) or _OPENS.match(part))
    return stated


def states_law(text: str) -> bool:
    """Whether `text` can be nothing but a rule, understood or not: it says what must be, and asks nothing."""
    parts = [part.strip() for part in _SENTENCE.split(text) if part.strip()]
    asks = any(part.endswith("?") or _ASKS.match(part) for part in parts)
    return not asks and obliges(text) and any(_STRICT.search(part) for part in parts)


def picks_some(text: str) -> bool:
    """Whether `text` asks for objects of a kind that a clause picks: "roles that can read secrets"."""
    return _PICKED.search(text) is not None


def speaks_of_all(text: str) -> bool:
    """Whether a sentence that obliges is about every object of a kind beyond doubt: "CronJobs must …"."""
    parts = [part.strip() for part in _SENTENCE.split(text) if part.strip()]
    return obliges(text) and any(_GENERAL.match(part) or _QUALIFIED.match(part) for part in parts)
