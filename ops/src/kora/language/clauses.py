"""One clause of a prompt as the readers see it: tokens that are claimed one after the other.

A clause is rendered as a line of words in which every token that is no word stands as a mark of its kind (``<n4>`` is
the number at place 4) and every claimed token as ``_``. Readers claim what they understand by patterns over this line;
what nobody claimed is left over, and left-over words of a changing clause mean that it was not understood.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from kora.language.lexer import Kind, Token

CODES: dict[Kind, str] = {
    Kind.QUOTED: "q",
    Kind.NUMBER: "n",
    Kind.PERCENT: "p",
    Kind.FACTOR: "f",
    Kind.QUANTITY: "u",
    Kind.DURATION: "d",
    Kind.IMAGE: "i",
    Kind.PATH: "s",
    Kind.ASSIGNMENT: "a",
    Kind.HOST: "h",
    Kind.URL: "l",
    Kind.CIDR: "c",
    Kind.PORTS: "o",
    Kind.REFERENCE: "r",
}
_WORD = r"[a-z0-9][\w.'’-]*"
_MACROS = {
    "name": rf"(?:<[qh]\d+>|{_WORD})",
    "word": _WORD,
    "value": rf"(?:<[a-z]\d+>|{_WORD})",
    "opt": r"(?:(?:the|a|an|my|our|your|its|their|this|that) )?",
}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    def expand(found: re.Match[str]) -> str:
        macro, _, group = found[1].partition(":")
        body = _MACROS.get(macro) or "(?:" + "|".join(rf"<{code}\d+>" for code in macro) + ")"
        return f"(?P<{group}>{body})" if group else body

    return re.compile("(?<= )(?:" + re.sub(r"\{([a-z]+(?::\w+)?)\}", expand, pattern) + ")(?= )")


class Found:
    """What a pattern claimed: the tokens of its named groups."""

    def __init__(self, clause: "Clause", match: re.Match[str]) -> None:
        self._match = match
        self.indices = clause.indices(*match.span())
        self._tokens: dict[str, Token] = {
            group: clause.tokens[clause.indices(*match.span(group))[0]]
            for group in match.re.groupindex
            if match.start(group) >= 0 and clause.indices(*match.span(group))
        }

    def token(self, group: str) -> Token | None:
        """The first token of a group; None when the group took no part."""
        return self._tokens.get(group)

    def text(self, group: str) -> str | None:
        """The text of a group's token as written, without quotes."""
        token = self.token(group)
        return None if token is None else token.text

    def said(self, group: str) -> str:
        """The words of a group as rendered; empty when it took no part."""
        return (self._match[group] or "") if group in self._match.re.groupindex else ""

    @property
    def line(self) -> str:
        """Everything that was claimed, as rendered."""
        return self._match[0]


class Clause:
    """See the module."""

    def __init__(self, tokens: Sequence[Token], words: Sequence[str] | None = None) -> None:
        self.tokens = list(tokens)
        self.words = list(words) if words is not None else [each.low.replace("’", "'") for each in tokens]
        self.used = [False] * len(self.tokens)
        self._line: str | None = None
        self._starts: list[int] = []

    @property
    def line(self) -> str:
        """The clause as the patterns see it, with a blank at both ends."""
        if self._line is None:
            pieces, position, self._starts = [], 1, []
            for index, token in enumerate(self.tokens):
                code = CODES.get(token.kind)
                shown = "_" if self.used[index] else f"<{code}{index}>" if code else self.words[index]
                self._starts.append(position)
                pieces.append(shown)
                position += len(shown) + 1
            self._line = " " + " ".join(pieces) + " "
        return self._line

    def indices(self, start: int, end: int) -> list[int]:
        """The tokens within a span of the line."""
        return [index for index, at in enumerate(self._starts) if start <= at < end]

    def has(self, pattern: str) -> bool:
        """Whether the pattern is in what is not claimed yet."""
        return _compiled(pattern).search(self.line) is not None

    def peek(self, pattern: str) -> Found | None:
        """As `take`, without claiming."""
        match = _compiled(pattern).search(self.line)
        return None if match is None else Found(self, match)

    def take(self, *patterns: str) -> Found | None:
        """Claim the first place where one of the patterns (tried in order) matches."""
        for pattern in patterns:
            found = self.peek(pattern)
            if found is not None:
                self.claim(found.indices)
                return found
        return None

    def take_all(self, pattern: str) -> list[Found]:
        """Claim every place where the pattern matches."""
        taken: list[Found] = []
        while (found := self.take(pattern)) is not None:
            taken.append(found)
        return taken

    def claim(self, indices: Iterable[int]) -> None:
        """Mark tokens as understood."""
        for index in indices:
            self.used[index] = True
        self._line = None

    def left(self) -> list[int]:
        """The places of tokens that nobody claimed."""
        return [index for index, used in enumerate(self.used) if not used]

    def text_of(self, indices: Sequence[int]) -> str:
        """The tokens at these places as written."""
        return " ".join(self.tokens[index].text for index in indices)

    @property
    def text(self) -> str:
        """The whole clause as written."""
        return self.text_of(range(len(self.tokens)))

    def fresh(self) -> "Clause":
        """The same clause with nothing claimed."""
        return Clause(self.tokens, self.words)
