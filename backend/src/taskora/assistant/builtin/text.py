"""Words of a message with their places in it: the ground that every rule of the built-in assistant stands on.

A `Phrase` carries two views of the same words. `low` is canonical (lower case, single spaces, short forms written out,
typos in command words mended, quoted text hidden) and is what the patterns look at. `text` is exactly what the person
wrote and is what titles and descriptions are made of. A pattern's match in `low` is always cut back to whole words of
`text`.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from taskora.assistant.builtin.vocabulary import COMMAND_WORDS, SHORT_FORMS
from taskora.language import closest_word, is_ordinary_word

QUOTE = "\ue000"  # stands for a whole quoted text in `low`; no pattern can look inside
BREAK = "\n"

_TOKEN = re.compile(
    r"""
    (?P<quote>
        “[^“”\n]*”|«[^«»\n]*»|‘[^‘’\n]+’(?!\w)|`[^`\n]+`|(?<!\w)"[^"\n]*"(?!\w)
        | (?<![\w'])'(?=\S)[^'\n]*(?:\w'\w[^'\n]*)*(?<=\S)'(?!\w)
      )
    | (?P<link>https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]*\w)
    | (?P<break>\s*\n\s*)
    | (?P<word>
        (?:[ap]\.m\.|e\.g\.|i\.e\.|(?:dr|mr|mrs|ms|st|vs|etc|no)\.(?=\s*\S))
        | [#@]\w[\w/-]*
        | \d{1,2}[:.]\d{2}(?:\s?[ap]m)?\b
        | \w+(?:['’]\w+|[-/.&]\w+|(?<=\w)['’](?=\s|$))*
      )
    | (?P<mark>->|=>|\.\.\.|[^\s\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HESITATIONS = frozenset(("uh", "um", "umm", "erm", "uhm", "uhh", "ehm", "hmm", "hm"))  # never a word of a title
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word, mark, link, line break or quoted text: `norm` is its canonical form, `raw[start:end]` the original."""

    norm: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True)
class Phrase:
    """A run of whole tokens of the message `raw`."""

    raw: str
    tokens: tuple[Token, ...]

    @cached_property
    def low(self) -> str:
        """The canonical view, tokens joined by one space."""
        return " ".join(token.norm for token in self.tokens)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, place = [], 0
        for token in self.tokens:
            starts.append(place)
            place += len(token.norm) + 1
        return tuple(starts)

    @property
    def text(self) -> str:
        """The original words, as written."""
        return self.raw[self.tokens[0].start : self.tokens[-1].end] if self.tokens else ""

    @property
    def literal(self) -> str | None:
        """The inside of the quotes when the phrase is one quoted text and nothing else."""
        if len(self.tokens) == 1 and self.tokens[0].quoted:
            return self.text[1:-1].strip() or None
        return None

    def __bool__(self) -> bool:
        return bool(self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    def cut(self, start: int, end: int | None = None) -> "Phrase":
        """The tokens that lie inside `low[start:end]`, without marks or breaks at the edges. An owner whose "'s" lies
        outside keeps its name ("yoga" of "yoga's date")."""
        stop = len(self.low) if end is None else end
        inside = []
        for token, place in zip(self.tokens, self._starts, strict=True):
            if place >= start and place + len(token.norm) <= stop:
                inside.append(token)
            elif start <= place < stop and token.norm[stop - place :] in ("'s", "'") and not token.quoted:
                inside.append(Token(token.norm[: stop - place], token.start, token.start + stop - place))
        return Phrase(self.raw, tuple(inside)).trimmed()

    def group(self, match: "re.Match[str]", name: str | int) -> "Phrase":
        """What a named group of a match on `low` took; empty when the group didn't take part."""
        start, end = match.span(name)
        return self.cut(start, end) if start >= 0 else Phrase(self.raw, ())

    def without(self, start: int, end: int) -> "Phrase":
        """Everything but `low[start:end]`."""
        kept = [
            token
            for token, place in zip(self.tokens, self._starts, strict=True)
            if place + len(token.norm) <= start or place >= end
        ]
        return Phrase(self.raw, tuple(kept))

    def trimmed(self) -> "Phrase":
        """Without marks and line breaks at both ends (quoted text and tags stay)."""
        first, last = 0, len(self.tokens)
        while first < last and _is_mark(self.tokens[first]):
            first += 1
        while last > first and _is_mark(self.tokens[last - 1]):
            last -= 1
        return Phrase(self.raw, self.tokens[first:last])

    @property
    def words(self) -> str:
        """The original words joined by single spaces: for phrases out of which something was taken."""
        pieces: list[str] = []
        previous: Token | None = None
        for token in self.tokens:
            piece = self.raw[token.start : token.end]
            if previous is not None and token.start > previous.end:
                pieces.append(" ")
            pieces.append(piece)
            previous = token
        return re.sub(r"\s+", " ", "".join(pieces)).strip()


def _is_mark(token: Token) -> bool:
    return not token.quoted and not any(c.isalnum() for c in token.norm) and not _is_symbol(token.norm)


def _is_symbol(norm: str) -> bool:
    """Emoji and the like belong to titles; punctuation at an edge doesn't."""
    return any(ord(c) > 0x2BFF or (0x2190 <= ord(c) <= 0x2BFF and norm not in ("→", "–", "—")) for c in norm) and (
        norm != QUOTE
    )


@lru_cache(maxsize=2048)
def _mended(word: str) -> str:
    """A command word behind a typo, else the word itself. Words that English spells that way are never touched."""
    if word in COMMAND_WORDS or not word.isascii() or not word.isalpha() or is_ordinary_word(word):
        return word
    return closest_word(word, COMMAND_WORDS) or word


def phrase(text: str) -> Phrase:
    """Take a message apart. Any text is accepted; nothing is ever lost but white space."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        if kind == "quote":
            tokens.append(Token(QUOTE, start, end, quoted=True))
        elif kind == "break":
            tokens.append(Token(BREAK, start, end))
        elif kind == "word":
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in match[0]).translate(_APOSTROPHES)
            if lowered in _HESITATIONS:
                continue
            lowered = SHORT_FORMS.get(lowered, lowered)
            tokens.append(Token(_mended(lowered), start, end))
        else:
            tokens.append(Token(match[0].lower() if kind == "link" else match[0], start, end))
    return Phrase(text, tuple(tokens)).trimmed()
