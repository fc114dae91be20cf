"""Whether a prompt obliges objects in general ("deployments must have two replicas") rather than ordering a change.

An order names what it changes or opens with its verb; a rule speaks of all objects of a kind: a plural without article,
or a kind after "every", "no", "any" …, followed by what is owed. `grammar` asks before it takes an order for one: holding
objects against a rule does no harm, carrying a rule out as a change does.
"""

import re

from kora.language.kinds import PHRASES
from kora.language.vocabulary import CHANGE_VERBS, CREATE_VERBS

_MODAL = (
    r"(?:must|should|shall|may (?:only|not)|can(?:not|'t| only)|needs?|ha(?:ve|s) to|ought to|"
    r"(?:is|are) (?:not )?(?:required|allowed|permitted|forbidden|prohibited|mandatory|obliged|supposed|banned))"
)
_EVERY = r"(?:all|every|each|any|no|none of (?:the|our)|only)"
_ONE = "|".join(sorted((" ".join(map(re.escape, words)) for words in PHRASES), key=len, reverse=True))
_MANY = "|".join(
    sorted(
        (" ".join(map(re.escape, words)) for words in PHRASES if len(words[-1]) > 3 and words[-1].endswith("s")),
        key=len,
        reverse=True,
    )
)
_BARE = r"(?:(?!the\b|this\b|that\b|my\b|these\b|those\b)[a-z-]+\s+){0,2}?"
_GENERAL = re.compile(
    rf"^(?:{_EVERY}\s+{_BARE}(?:{_ONE}|containers?|images?|workloads?|namespaces?)|"
    rf"{_BARE}(?:{_MANY}|containers|images|workloads|namespaces))\b[^.;:!?\n]*?\b{_MODAL}\b",
    re.IGNORECASE,
)
_OWED = r"(?:required|allowed|permitted|forbidden|prohibited|mandatory|banned|disallowed)"
_PASSIVE = re.compile(
    rf"^[\w \"'`./:-]*?\b(?:is|are) (?:not |never )?{_OWED}\b[^.;:!?\n]*\b(?:{_MANY}|containers|images|workloads|{_EVERY}\s+\w+)\b",
    re.IGNORECASE,
)
"""What is owed comes first: "memory limits are required for all pods"."""
_SENTENCE = re.compile(r"(?<=[.;!?\n])\s+")
_VERBS = frozenset(CHANGE_VERBS) | CREATE_VERBS


def obliges(text: str) -> bool:
    """Whether a sentence of `text` states what objects in general owe, and none opens with the verb of an order."""
    parts = [part.strip(" \t-*•\"'“”`") for part in _SENTENCE.split(text) if part.strip()]
    opened = {words[0].lower().rstrip(",:") for part in parts if (words := part.split(maxsplit=1))}
    return not opened & _VERBS and any(_GENERAL.match(part) or _PASSIVE.match(part) for part in parts)
