"""What stands beside a word in a clause: the fact that takes it as a value, the list that it belongs to.

Part of `language.rules.terms`: looks at the items alone, knows nothing of what was bound so far.
"""

import re
from collections.abc import Sequence

from kora.domain.rules import Op
from kora.language.rules.items import Item, Sort
from kora.language.rules.model import Concept
from kora.language.rules.values import ADJECTIVE, LISTED, NAMING, NO_KEYS


class Surroundings:
    """The items of one clause, asked by their place."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items

    def takes(self, index: int) -> bool:
        """Whether the fact beside a word lists it among its values ("pull policy Never", "drop all")."""
        low = self.items[index].text.lower()
        facts = [each for each in reversed(self.items[max(0, index - 30) : index]) if each.sort is Sort.CONCEPT]
        before = next((each for each in facts if low in words_of(each)), None)
        if before is not None and any(each.low not in words_of(before) for each in facts[: facts.index(before)]):
            before = None  # another fact stands between
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        for item in (after, before):
            if item is None or item.sort is not Sort.CONCEPT or low not in words_of(item):
                continue
            if low == "all" and item.data.fact != "capabilities.drop" and self.items[index].text != "ALL":
                continue
            return not (item is before and self.items[index].text == "never")
        return False

    def valuelike(self, index: int) -> bool:
        """Whether the item (a determiner before it left out) names a value or a key."""
        while index < len(self.items) and self.items[index].low in {"a", "an", "the", "either"}:
            index += 1
        if index >= len(self.items):
            return False
        item = self.items[index]
        if item.sort in {Sort.VALUE, Sort.NUMBER} or isinstance(item.data, str):
            return True
        return item.sort is Sort.WORD and item.low not in NO_KEYS and self.beside_keyed(index)

    def beside_keyed(self, index: int) -> bool:
        """Whether a plain word names a key: "a team label", "the labels app and team"."""
        following = self.items[index + 1 :]
        for item in following:
            if item.sort is Sort.CONCEPT:
                return bool(item.data.keyed)
            if item.sort not in LISTED or item.low in NO_KEYS:
                break
        for item in reversed(self.items[:index]):
            if item.sort is Sort.CONCEPT:
                return bool(item.data.keyed)
            if (item.sort not in LISTED and item.low != ":") or (
                item.sort is Sort.WORD and item.low in NO_KEYS - NAMING
            ):
                break
        return False

    def names_value(self, index: int, keyed: Sequence[Concept]) -> bool:
        """Whether an unknown word is a value: right before or after a fact that takes names."""
        if self.held_by(index):
            return True
        for place in range(index + 1, min(index + 6, len(self.items))):
            item = self.items[place]
            if item.sort is Sort.CONCEPT:
                if place == index + 1 and ADJECTIVE.search(self.items[index].text):
                    return False  # "a meaningful label", "the deprecated field": it narrows down, it names nothing
                if item.data.fact == "image":
                    return bool(re.search(r"[/.:\d]", self.items[index].text))  # "healthy images" names no source
                return bool(item.data.keyed or item.data.value_op is Op.IN)
            if item.sort not in {Sort.UNKNOWN, Sort.VALUE, Sort.AND, Sort.OR, Sort.COMMA}:
                break
        called = index and self.items[index - 1].is_one("named", "called")
        if not called and self.items[index].low.endswith("ed") and ADJECTIVE.search(self.items[index].text):
            return False  # "must be restricted": what is done with it, no value
        for place in range(index - 1, max(-1, index - 8), -1):
            item = self.items[place]
            if item.sort is Sort.CONCEPT:
                named = item.data.keyed and any(concept is item.data for concept in keyed)
                beside = not named or self.listed(index) or place == index - 1
                return bool(item.data.keyed or item.data.value_op) and beside
            if (
                item.sort
                not in {
                    Sort.UNKNOWN,
                    Sort.VALUE,
                    Sort.AND,
                    Sort.OR,
                    Sort.COMMA,
                    Sort.OTHER_THAN,
                }
                and item.text not in {":", "(", '"', "'", "`", "-"}
                and not (item.sort is Sort.WORD and item.low not in NO_KEYS and self.listed(place + 2))
                and item.low not in NAMING
            ):
                break
            if item.sort is Sort.UNKNOWN and not any(
                each.sort in {Sort.AND, Sort.OR, Sort.COMMA, Sort.UNKNOWN} for each in self.items[place + 1 : place + 2]
            ):
                break
        return False

    def held_by(self, index: int) -> bool:
        """Whether the item is said to be in a fact that follows: "sudo in its command"."""
        if index + 1 >= len(self.items) or not self.items[index + 1].is_one("in", "among"):
            return False
        rest = [
            item for item in self.items[index + 2 : index + 5] if item.low not in {"the", "its", "their", "a", "any"}
        ]
        return bool(rest) and rest[0].sort is Sort.CONCEPT and rest[0].data.value_op is Op.CONTAINS

    def listed(self, index: int) -> bool:
        """Whether the item goes on with a list: "labels app, team and tier"."""
        return index > 0 and self.items[index - 1].sort in {Sort.AND, Sort.OR, Sort.COMMA}

    def fact_follows(self, index: int, *, numeric: bool = False, valued: bool = False) -> bool:
        """Whether the next fact stands right after (a list of) values."""
        if valued and self.held_by(index):
            return True
        for item in self.items[index + 1 :]:
            if item.sort is Sort.CONCEPT:
                return item.data.numeric if numeric else bool(valued and (item.data.keyed or item.data.value_op))
            if item.sort is Sort.RESOURCE:
                return numeric
            skipped = {Sort.VALUE, Sort.UNKNOWN, Sort.AND, Sort.OR, Sort.COMMA} if valued else {Sort.NUMBER}
            if item.sort not in skipped and not (numeric and item.low in {"of", "for"}):
                return False
        return False

    def next_fact(self, index: int) -> Item | None:
        """The next fact from here on."""
        return next((item for item in self.items[index:] if item.sort is Sort.CONCEPT), None)


def words_of(item: Item) -> set[str]:
    """The words that a fact takes as values, in lower case."""
    concept: Concept = item.data
    return {word.lower() for word in concept.words}
