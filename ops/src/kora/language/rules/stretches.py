"""Small tools for steps that put items of a stretch together: finding a fact or kind, making one, leaving some out.

Shared by `language.rules.fusing` and `language.rules.joint_numbers`.
"""

from collections.abc import Callable, Sequence

from kora.language.rules.concepts import CONCEPTS
from kora.language.rules.items import Item, Sort
from kora.language.rules.model import Concept
from kora.language.rules.words import spoken

BY_FACT: dict[str, Concept] = {}


for _concept in CONCEPTS:
    BY_FACT.setdefault(_concept.fact, _concept)


EQUAL = spoken("equal same identical match matching equals identically alike")


UNEQUAL = spoken("different differ distinct differing")


def made(fact: str, text: str = "") -> Item:
    concept = BY_FACT[fact]
    return Item(Sort.CONCEPT, fact, text, concept)


def is_fact(item: Item, *facts: str) -> bool:
    return item.sort is Sort.CONCEPT and str(item.data.fact) in facts


def place_of(stretch: Sequence[Item], test: Callable[[Item], bool]) -> int | None:
    return next((index for index, item in enumerate(stretch) if test(item)), None)


def without(stretch: Sequence[Item], *places: int | None) -> list[Item]:
    return [item for index, item in enumerate(stretch) if index not in places]


def of_kind(name: str) -> Callable[[Item], bool]:
    return lambda item: item.sort is Sort.KIND and item.data == name


def of_fact(*facts: str) -> Callable[[Item], bool]:
    return lambda item: is_fact(item, *facts)
