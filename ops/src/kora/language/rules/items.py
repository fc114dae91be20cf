"""What the words of a rule become: items, each of a sort.

Data model of `language.rules.scan`, read by every step after it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Sort(StrEnum):
    """What an item does in a rule."""

    CONCEPT = "concept"
    RESOURCE = "resource"  # requests and limits; data: (facts, joined by or)
    KIND = "kind"
    COMPARE = "compare"
    NUMBER = "number"
    VALUE = "value"
    NEGATION = "negation"
    AND = "and"
    OR = "or"
    COMMA = "comma"
    EXCEPT = "except"
    OTHER_THAN = "other_than"
    REASON = "reason"
    POINTER = "pointer"
    MARK = "mark"
    WORD = "word"  # known, carries structure at most
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """One meaningful piece: `low` the words in the singular, `data` what it means, `line_start` as its first token."""

    sort: Sort
    low: str
    text: str
    data: Any = None
    line_start: bool = False
    end: int = 0

    def is_one(self, *lows: str) -> bool:
        """Whether the item is one of these words."""
        return self.low in lows
