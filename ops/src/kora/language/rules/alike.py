"""What several objects must not have alike: "non-unique selectors", "share a host", "a selector of its own".

A step of `language.rules.fusing`, and the sentences that only say what such a word means.
"""

from collections.abc import Sequence

from kora.language.rules.items import Item, Sort
from kora.language.rules.stretches import is_fact
from kora.language.rules.term import NotUnderstood
from kora.language.rules.words import spoken

_FACTS = ("service.selector", "ingress.host")
"""What objects may have alike, each as a whole."""
_ALIKE = frozenset({"non unique", "nonunique", "duplicate", "duplicated", "identical", "not unique", "conflicting"})
_SHARING = spoken("share shares sharing shared")
_BETWEEN = spoken("a an the one same identical equal common exact exactly")
_OWNERS = spoken("its their his")
_NOT_UNIQUE = (Item(Sort.NEGATION, "not", "not"), Item(Sort.WORD, "unique", "unique"))
_UNIQUE = (Item(Sort.WORD, "unique", "unique"),)


def alike(stretch: list[Item]) -> list[Item]:
    """A stretch that says "unique" or "not unique" of a fact where it said so in other words."""
    selecting = any(item.low in {"select", "selects", "selecting"} for item in stretch)
    labels = next((i for i, item in enumerate(stretch) if is_fact(item, "labels")), 0)
    if selecting and labels and stretch[labels - 1].low in _COMMON | _ALIKE:
        raise NotUnderstood(" ".join(item.text for item in stretch))  # alike in what they select, not in labels
    place = next((i for i, item in enumerate(stretch) if is_fact(item, *_FACTS)), None)
    if place is None or any(item.sort is Sort.NUMBER for item in stretch):
        return stretch
    before, behind = stretch[:place], stretch[place + 1 :]
    lows = [item.low for item in before]
    if lows[-1:] and lows[-1] in _ALIKE:
        return [*before[:-1], *_NOT_UNIQUE, *stretch[place:]]
    if lows[-1:] == ["own"] and lows[-2:-1] and lows[-2] in _OWNERS:
        return [*before[:-2], *_UNIQUE, *stretch[place:]]
    after = [item.low for item in behind[:3]]
    if len(after) == 3 and after[0] == "of" and after[1] in _OWNERS and after[2] == "own":
        return [*before, *_UNIQUE, stretch[place], *behind[3:]]
    verb = len(before)
    while verb and before[verb - 1].low in _BETWEEN:
        verb -= 1
    if verb and before[verb - 1].low in _SHARING:
        return [*before[: verb - 1], *_NOT_UNIQUE, stretch[place]]
    compared = _compared(behind)
    return stretch if compared is None else [*before, *_NOT_UNIQUE, stretch[place], *behind[compared:]]


def _compared(behind: Sequence[Item]) -> int | None:
    """Where "is the same as that of another (object)" ends; None: nothing of the kind is said."""
    same = next((i for i, item in enumerate(behind[:4]) if item.is_one("same")), None)
    if same is None or any(item.sort is Sort.NEGATION for item in behind[:same]):
        return None
    if not (behind[same + 1 : same + 2] and behind[same + 1].low.startswith("as")):
        return None
    other = next((i for i, item in enumerate(behind[: same + 6]) if item.is_one("another", "other")), None)
    return None if other is None else other + 1


_MEANT = spoken("considered deemed counts count called regarded seen treated is are")
_COMMON = spoken("same identical equal")
_PARTLY = spoken("any some part one either only partly partially")
_STATED = {Sort.NEGATION, Sort.EXCEPT, Sort.OTHER_THAN, Sort.NUMBER, Sort.VALUE, Sort.OR, Sort.RESOURCE}


def defines_alike(sentence: Sequence[Item]) -> bool:
    """Whether a sentence only says what "not unique" means anyway: "a selector is considered non-unique if another
    Service has the exact same keys and values in its selector"."""
    place = next((i for i, item in enumerate(sentence) if item.low in {"if", "when"}), None)
    if not place:
        return False
    named, told = sentence[:place], sentence[place + 1 :]
    facts = {item.data.fact for item in named if item.sort is Sort.CONCEPT}
    word = any(item.low in _ALIKE for item in named) and any(item.low in _MEANT for item in named)
    other = any(item.is_one("another", "other") for item in told) and any(item.low in _COMMON for item in told)
    if not (word and other and len(facts) == 1 and facts <= set(_FACTS)):
        return False
    strange = any(item.sort in _STATED or item.low in _PARTLY for item in told)
    unknown = any(item.sort is Sort.UNKNOWN and item.low not in _BETWEEN for item in told)
    return not (strange or unknown) and {item.data.fact for item in told if item.sort is Sort.CONCEPT} <= facts
