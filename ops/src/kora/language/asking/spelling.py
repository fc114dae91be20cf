"""Slips of the keyboard in the frame of a question: "wich pods are brokn".

Used by `operations.ask.session` when an answer found nothing. Only words of the language are put right (question words,
kinds, states, everyday words), never names, and a prompt so read is never carried out.
"""

import re

from kora.language.asking.aspects import EVERYDAY
from kora.language.kinds import BY_KIND, plural
from kora.language.vocabulary import ARTICLES, PREPOSITIONS, STATES

_SHORTEST = 4
_ASKING = frozenset(["what", "which", "where", "when", "show", "list", "does", "many", "much", "have"])
_FRAME = frozenset(
    word
    for word in (
        *EVERYDAY,
        *ARTICLES,
        *PREPOSITIONS,
        *(part for state in STATES for part in state.split("-")),
        *(form for kind in BY_KIND.values() for word in kind.words for form in (word, plural(word))),
        *(
            "which",
            "restarts",
            "memory",
            "limits",
            "requests",
            "replicas",
            "network",
            "policy",
            "policies",
            "logs",
            "events",
            "dependencies",
        ),
    )
    if word.isalpha()
)


def respelled(text: str, names: frozenset[str]) -> tuple[str, dict[str, str]]:
    """The text with each word put right that is one slip away from exactly one word of the frame: (text, what became of
    what). `names`: words that name something there, which stay as they are."""
    changed: dict[str, str] = {}

    def mend(found: re.Match[str]) -> str:
        word = found[0]
        low = word.lower()
        if len(low) < _SHORTEST - 1 or low in _FRAME or low in names:
            return word
        near = {each for each in _FRAME if len(each) >= _SHORTEST and (_left_out(low, each) or _swapped(low, each))}
        near = near or ({each for each in _FRAME if _replaced(low, each)} if len(low) > _SHORTEST else set())
        for fewer in (near & _ASKING, {each for each in near if each.removesuffix("s") not in near - {each}}):
            near = fewer or near  # "wat" is what, before it is want; "deploymnt" is one deployment
        if len(near) != 1:
            return word
        changed[word] = near.pop()
        return changed[word]

    return re.sub(r"(?<![\w./:=-])[A-Za-z]+(?![\w./:=-])", mend, text), changed


def _left_out(word: str, other: str) -> bool:
    """Whether a letter of `other` was left out, or one was typed too much."""
    if abs(len(word) - len(other)) != 1 or (len(word) > len(other) and len(other) < _SHORTEST):
        return False
    short, long = sorted((word, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _swapped(word: str, other: str) -> bool:
    unlike = _unlike(word, other)
    return (
        len(unlike) == 2
        and unlike[1] == unlike[0] + 1
        and word[unlike[0]] == other[unlike[1]]
        and word[unlike[1]] == other[unlike[0]]
    )


def _replaced(word: str, other: str) -> bool:
    return len(_unlike(word, other)) == 1


def _unlike(word: str, other: str) -> list[int]:
    return [at for at in range(len(word)) if word[at] != other[at]] if len(word) == len(other) else []
