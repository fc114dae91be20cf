"""A tokenised line with the small questions that every phrase grammar asks of it, and the moment it is read at.

Grammars are functions `(line, i) -> (value, j) | None`: they look at the tokens from `i` and answer what they
read and the index behind it. They never look backwards, so a line is read in linear time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from taskora.language.lexer import COMMA, DASH, GLUED, HARD, SPACE, Token
from taskora.language.lexicon import BUSINESS_WORDS, ORDINALS, SMALL_NUMBERS, TENS, UNITS
from taskora.language.locales import Locale


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens, the text they came from, the local now (naive) and the conventions of the locale.

    `memo` keeps what the day grammar found at a place, for several grammars ask there."""

    text: str
    tokens: list[Token]
    now: datetime
    locale: Locale
    memo: dict[tuple[int, int], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def today(self) -> date:
        """The local date of now."""
        return self.now.date()

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, i: int) -> str:
        """The normalised word at `i`, or "" beyond the end."""
        return self.tokens[i].word if 0 <= i < len(self.tokens) else ""

    def kind(self, i: int) -> str:
        """The token kind at `i`, or "" beyond the end."""
        return self.tokens[i].kind if 0 <= i < len(self.tokens) else ""

    def join(self, i: int) -> str:
        """How the token at `i` hangs on the one before; HARD beyond the end."""
        return self.tokens[i].join if 0 < i < len(self.tokens) else HARD

    def near(self, i: int) -> bool:
        """Whether the token at `i` continues the phrase before it (a space or a comma between)."""
        return 0 < i < len(self.tokens) and self.tokens[i].join in (SPACE, COMMA)

    def spaced(self, i: int) -> bool:
        """Whether only space (or nothing, inside a chunk) stands before the token at `i`."""
        return 0 < i < len(self.tokens) and self.tokens[i].join in (SPACE, GLUED)

    def dashed(self, i: int) -> bool:
        """Whether a dash stands before the token at `i`."""
        return 0 < i < len(self.tokens) and self.tokens[i].join == DASH

    def follows(self, i: int, *words: str) -> int | None:
        """The index behind `words` when they stand at `i`, joined by spaces, else None."""
        for offset, word in enumerate(words):
            if self.word(i + offset) != word or (offset and not self.spaced(i + offset)):
                return None
        return i + len(words)

    def whole(self, i: int, j: int) -> bool:
        """Whether tokens `i` to `j` (exclusive) begin and end with chunks: nothing is taken from inside a
        longer word."""
        return 0 <= i < j <= len(self.tokens) and self.tokens[i].opens and self.tokens[j - 1].closes

    def is_capital(self, i: int) -> bool:
        """Whether the word at `i` is written with a capital (beyond the end: no)."""
        return 0 <= i < len(self.tokens) and self.tokens[i].text[:1].isupper()


def integer(line: Line, i: int) -> tuple[int, int] | None:
    """A whole number in figures or words: "3", "three", "twenty-five"."""
    kind = line.kind(i)
    if kind == "number":
        return line.tokens[i].value[0], i + 1
    word = line.word(i)
    if word in TENS:
        unit = SMALL_NUMBERS.get(line.word(i + 1), 0)
        if 0 < unit < 10 and (line.spaced(i + 1) or line.dashed(i + 1)):
            return TENS[word] + unit, i + 2
        return TENS[word], i + 1
    if word in SMALL_NUMBERS:
        return SMALL_NUMBERS[word], i + 1
    return None


def amount(line: Line, i: int) -> tuple[float, int] | None:
    """How many units: a number, "a", "an", "a couple of", "a few", "half a", "1.5"."""
    number = integer(line, i)
    if number:
        return number
    if line.kind(i) == "decimal" and len(line.tokens[i].value) == 2:
        whole, part = line.tokens[i].text.replace(",", ".").split(".")
        return float(f"{whole[:9]}.{part[:9]}"), i + 1
    for phrase, value in _AMOUNTS:
        j = line.follows(i, *phrase)
        if j is not None:
            return value, j
    return None


_AMOUNTS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("half", "a"), 0.5),
    (("half", "an"), 0.5),
    (("a", "half"), 0.5),
    (("a", "couple", "of"), 2),
    (("a", "couple"), 2),
    (("couple", "of"), 2),
    (("couple",), 2),
    (("a", "few"), 3),
    (("a",), 1),
    (("an",), 1),
    (("one",), 1),
    (("half",), 0.5),
)


def unit(line: Line, i: int, *, short_ok: bool) -> tuple[str, int] | None:
    """A unit of time behind its number: "days", "business days", and when `short_ok` the bare "d", "h", "m"."""
    word = line.word(i)
    if word in BUSINESS_WORDS and line.word(i + 1) in ("day", "days") and line.spaced(i + 1):
        return "workday", i + 2
    entry = UNITS.get(word)
    if entry is None or (entry[1] and not short_ok):
        return None
    return entry[0], i + 1


def ordinal(line: Line, i: int) -> tuple[int, int] | None:
    """An ordinal in figures or words: "2nd", "second", "last", "twenty-first"."""
    word = line.word(i)
    if line.kind(i) == "ordinal":
        number, j = line.tokens[i].value[0], i + 1
    elif (
        word in TENS
        and ORDINALS.get(line.word(i + 1), 99) in range(1, 10)
        and (line.spaced(i + 1) or line.dashed(i + 1))
    ):
        number, j = TENS[word] + ORDINALS[line.word(i + 1)], i + 2
    elif word in ORDINALS:
        number, j = ORDINALS[word], i + 1
    elif word == "penultimate":
        return -2, i + 1
    else:
        return None
    if number > 0 and line.spaced(j):
        # "second last", "second to last", "2nd to last"
        behind = j + 1 if line.word(j) == "last" else line.follows(j, "to", "last")
        if behind is not None:
            return -number, behind
    return number, j
