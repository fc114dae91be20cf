"""Text to tokens: words, names, numbers with units, images, paths, assignments, each with its place in the text.

The first step of understanding a prompt. Nothing is interpreted against a cluster here, and nothing is lost: every
character that is not white space belongs to some token.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a token looks like. The look only: `web` may be a verb's object or a name, the grammar decides."""

    WORD = "word"
    QUOTED = "quoted"
    NUMBER = "number"
    PERCENT = "percent"
    FACTOR = "factor"  # 2x, 1.5x
    QUANTITY = "quantity"  # 100m, 128Mi, 2Gi
    DURATION = "duration"  # 30s, 5 minutes is two tokens
    IMAGE = "image"  # nginx:1.27, registry.example.com/team/app@sha256:…
    PATH = "path"  # charts/app/x.yaml, /health
    ASSIGNMENT = "assignment"  # key=value
    HOST = "host"  # shop.example.com
    URL = "url"
    CIDR = "cidr"
    PORTS = "ports"  # 80:8080, 53/UDP, 8000-8010
    REFERENCE = "reference"  # deployment/web
    MARK = "mark"  # punctuation


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: `text` as written without quotes, `low` for matching, `start` and `end` its place."""

    kind: Kind
    text: str
    start: int
    end: int
    line_start: bool = False
    low: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", self.text.lower())


_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,;'"()]*[^\s,;'"().:!?])"""

# Longest and most special first; the first that matches at a place wins.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.QUOTED, r'"([^"\n]*)"|“([^”\n]*)”|`([^`\n]*)`|(?<![A-Za-z0-9])\'([^\'\n]*)\'(?![A-Za-z0-9])|‘([^’\n]*)’'),
    (Kind.URL, r"[a-z][a-z0-9+.-]*://[^\s,;\"'`)]+"),
    (Kind.CIDR, r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}|\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"),
    (Kind.ASSIGNMENT, rf"[A-Za-z_][\w./-]*\s*={{1,2}}\s*{_VALUE}"),
    (Kind.PERCENT, r"[+-]?\d+(?:\.\d+)?\s?(?:%|percent\b)"),
    (Kind.PORTS, r"\d{1,5}(?::\d{1,5}){1,2}(?:/(?i:tcp|udp|sctp)\b)?|\d{1,5}/(?i:tcp|udp|sctp)\b"),
    (Kind.FACTOR, r"\d+(?:\.\d+)?\s?(?:x|times)\b"),
    (
        Kind.QUANTITY,
        r"\d+(?:\.\d+)?\s?(?:[KMGTPE]i(?:B)?|[kMGTPE]B|[kMGTPE]|mib|gib|kib|mb|gb|kb|tb|millicores?|millicpus?|vcpus?|cores?)\b"
        r"|\d+m\b(?!\s?(?:ago|in))",
    ),
    (Kind.DURATION, r"\d+(?:\.\d+)?\s?(?:ms|s|sec|secs|min|mins|h|hr|hrs|d)\b"),
    (Kind.IMAGE, r"(?:[a-z0-9.-]+(?::\d+)?/)*[a-z0-9][a-z0-9._-]*(?::[A-Za-z0-9_][\w.-]*)?@sha256:[a-f0-9]{8,64}"),
    (Kind.IMAGE, r"[a-z0-9.-]+(?::\d+)?/(?:[a-z0-9._-]+/)*[a-z0-9._-]+:[A-Za-z0-9_][\w.-]*[\w]"),
    (Kind.IMAGE, r"[a-z0-9.-]+(?::\d+)?/(?:[a-z0-9._-]+/)*[a-z0-9._-]+:[A-Za-z0-9_](?![\w.-])"),
    (Kind.PATH, r"(?:\.{0,2}/)?(?:[\w.-]+/)+[\w.-]+\.[A-Za-z0-9]{1,8}(?![\w/-])|[\w-]+\.(?:ya?ml|json|txt|md)\b"),
    (Kind.PATH, r"(?:\.{1,2})?/(?:[\w.%*-]+/?)*"),
    (Kind.IMAGE, r"[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?/(?:[a-z0-9._-]+/)*[a-z0-9._-]*[a-z0-9](?![\w])"),
    (Kind.REFERENCE, rf"[A-Za-z][A-Za-z.]*/{_NAME}"),
    (Kind.IMAGE, r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?:(?=[\w])[\w.-]*[\w](?![\w/=])"),
    (Kind.HOST, r"(?>(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b)(?:/(?=\s|$))?"),
    (Kind.WORD, r"\d{4}-\d{2}-\d{2}(?:[\w.-]*\w)?"),  # a date, as tags are made of
    (Kind.WORD, r"\d+(?:\.\d+){2,}(?:[\w.-]*\w)?"),  # a version
    (Kind.NUMBER, r"(?:(?<![\w])[+-])?\d+(?:\.\d+)?(?![\w.-]*[A-Za-z])"),
    (Kind.WORD, rf"{_NAME}(?:'(?:s|t|re|ve|ll|d|m)\b|’(?:s|t|re|ve|ll|d|m)\b)?|_+\w+"),
    (Kind.MARK, r"\S"),
)
_TOKEN = re.compile("|".join(f"(?P<k{index}>{pattern})" for index, (_, pattern) in enumerate(_PATTERNS)), re.UNICODE)


def tokens(text: str) -> list[Token]:
    """Cut `text` into tokens, in order, without overlaps."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        assert match is not None  # the last pattern takes any character
        kind = _PATTERNS[next(i for i in range(len(_PATTERNS)) if match[f"k{i}"] is not None)][0]
        piece, end = match.group(), match.end()
        line_start = not text[text.rfind("\n", 0, position) + 1 : position].strip()
        if kind is Kind.QUOTED:
            piece = piece[1:-1]
        elif kind is Kind.WORD and piece.endswith("."):
            piece, end = piece[:-1], end - 1
        found.append(Token(kind, piece, position, end, line_start))
        position = end
    return found
