"""Text to tokens: the first step of reading a line.

A chunk (a run without spaces) either falls apart completely into words, numbers, clocks and dates, or it is
one opaque token that no phrase may use: "v1.2", "foo.py", "https://…", "$5", "50%", "5k", "iPhone15". Phrases
must begin where a chunk begins and end where one ends, so nothing is ever found inside a longer word. Quoted
and ignored text is opaque too.

Positions are code points of the original text; nothing is normalised away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from taskora.language.lexicon import CAPITALISED_TARGETS, KNOWN, MONTHS, TYPO_TARGETS, UNITS, WEEKDAYS
from taskora.language.spelling import closest_word

# How a token hangs on the one before it.
GLUED, SPACE, COMMA, DASH, SLASH, COLON, HARD = "glued", "space", "comma", "dash", "slash", "colon", "hard"
MASK = "\ue000"


@dataclass(slots=True)
class Token:
    """One piece. `kind`: word, number, ordinal, clock, decimal, fraction, date, opaque, hash, label, bang."""

    kind: str
    text: str
    word: str
    start: int
    end: int
    opens: bool
    closes: bool
    join: str
    value: tuple[int, ...] = ()


_QUOTES = re.compile(
    r'"[^"\n]*"|“[^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|「[^「」\n]*」|`[^`\n]+`'
    r"|(?<![\w'’])'(?:[^'\n]|(?<=\w)'(?=\w))+'(?!\w)|(?<!\w)‘(?:[^‘’\n]|(?<=\w)’(?=\w))+’(?!\w)"
)
_INVISIBLE = (
    "\x00\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufe0f"
)
_CHUNK = re.compile(rf"[^\s{_INVISIBLE}]+")
_KEEP_BEFORE = frozenset("#@!$€£¥₹₨%&+-~/\\._*=<>^|")
_KEEP_AFTER = frozenset("%$€£¥₹₨/\\_*#@+=&°^|")
_PIECE = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([/.-])\d{1,2}\2(?:\d{4}|\d{2})(?!\d)|\d{4}/\d{1,2}/\d{1,2})(?P<t>[Tt](?=\d))?"
    r"|(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\d))"
    r"|(?P<ordinal>\d{1,3}(?:st|nd|rd|th)(?![^\W\d_]))"
    r"|(?P<hclock>\d{1,2}h\d{2}(?!\d))"
    r"|(?P<decimal>\d+[.,]\d+)"
    r"|(?P<fraction>\d{1,4}/\d{1,4})"
    r"|(?P<number>\d+)"
    r"|(?P<pm>[ap]\.m\b)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<sep>[-–—/,:&+!~.…(]+)",
    re.IGNORECASE,
)
_UNIT_SUFFIXES = frozenset(UNITS) | {"am", "pm", "a", "p", "a.m", "p.m", "h", "hrs", "x", "ish"}
_NUMBER_PREFIXES = frozenset(MONTHS) | {"p", "q", "day"}
_NUMERIC = frozenset({"number", "decimal", "clock", "fraction", "ordinal", "date"})
_BANG_LEVEL = re.compile(r"!{1,3}p\d", re.IGNORECASE)
_HASH = re.compile(r"[#@](?=[^\s#@])[^\s#@,;!?()\[\]{}\"“”…]+")
_ALIASES = {"a.m": "am", "p.m": "pm", "oclock": "o'clock", "w/": "with"}


def protected_ranges(text: str, ignored: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """The character ranges that must stay literal: quotations and what the caller dismissed (clipped to the text)."""
    ranges = [match.span() for match in _QUOTES.finditer(text)]
    ranges += [(max(0, start), min(len(text), end)) for start, end in ignored]
    return sorted((start, end) for start, end in ranges if start < end)


def tokenize(text: str, protected: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """The tokens of `text` in order. Linear in its length; never raises."""
    masked = text
    for start, end in protected:
        masked = masked[:start] + MASK * (end - start) + masked[end:]
    tokens: list[Token] = []
    for chunk in _CHUNK.finditer(masked):
        start, end = chunk.span()
        _take_chunk(tokens, text, masked, *_core(masked, start, end))
        marks = _BANGS.search(chunk[0])
        if marks and (marks.start() == 0 or (len(marks[0]) > 1 and not masked[end:].strip())):
            # "!!" by itself, or two and three of them at the very end of the line ("call the bank!!").
            tokens.append(Token("bang", marks[0], marks[0], start + marks.start(), end, True, True, SPACE))
    _set_joins(tokens, masked)
    return tokens


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    """The chunk without the punctuation, brackets and emoji around it."""
    while start < end and not text[start].isalnum() and text[start] not in _KEEP_BEFORE and text[start] != MASK:
        start += 1
    while end > start and not text[end - 1].isalnum() and text[end - 1] not in _KEEP_AFTER and text[end - 1] != MASK:
        end -= 1
    return start, end


def _take_chunk(tokens: list[Token], text: str, masked: str, start: int, end: int) -> None:
    if start >= end:
        return
    core = masked[start:end]
    first = core[0]
    if first == "@" and (len(core) == 1 or core[1].isdigit()):
        tokens.append(Token("word", "@", "at", start, start + 1, True, True, SPACE))
        start += 1
        if start == end:
            return
        core = masked[start:end]
    elif first in "#@":
        match = _HASH.match(core)
        if match and MASK not in core and not core[1:].isdigit():
            stop = start + len(match[0].rstrip(".:'’-"))
            kind = "hash" if first == "#" else "label"
            tokens.append(
                Token(
                    kind,
                    text[start:stop],
                    core.lower(),
                    start,
                    stop,
                    True,
                    stop == end or not masked[stop].isalnum(),
                    SPACE,
                )
            )
            return
    elif first == "~" and core[1:2].isdigit():
        start, core = start + 1, core[1:]
    elif core.endswith("/-") or (first == "-" and core[1:2].isdigit()):
        # Negative numbers and prices ("500/-") are amounts.
        tokens.append(Token("opaque", text[start:end], core.lower(), start, end, True, True, SPACE))
        return
    elif first == "-" and len(core) > 1:
        start, core = start + len(core) - len(core.lstrip("-")), core.lstrip("-")
    if core.lower() in _FROM_COMPLETION and masked[end : end + 1] == "!":
        tokens.append(Token("word", text[start : end + 1], "every!", start, end + 1, True, True, SPACE))
        return
    whole = MASK in core or _BANG_LEVEL.fullmatch(core)
    pieces = None if whole else _pieces(core, text, start)
    if pieces is None:
        kind = "bang" if first == "!" else "opaque"
        pieces = [Token(kind, text[start:end], core.lower(), start, end, True, True, SPACE)]
    tokens.extend(pieces)


def _pieces(core: str, text: str, offset: int) -> list[Token] | None:
    """The chunk's tokens when it falls apart completely, else None."""
    found: list[Token] = []
    position = 0
    separated = True
    while position < len(core):
        match = _PIECE.match(core, position)
        if match is None:
            return None
        kind = str(match.lastgroup if match.lastgroup != "t" else "date")
        position = match.end()
        if kind == "sep":
            if not found or position == len(core) or match[0] not in _INNER_SEPARATORS:
                return None
            separated = True
            continue
        token = _token(kind, match, offset)
        if found and not separated and not _may_glue(found[-1], token):
            return None
        if found and separated and "." in core[position - len(match[0]) - 1 : position - len(match[0])]:
            return None
        found.append(token)
        separated = token.closes = bool(match["t"]) if kind == "date" else False
    if found:
        found[0].opens = found[-1].closes = True
    return found


_BANGS = re.compile(r"(?<!!)!{1,3}$")
_FROM_COMPLETION = frozenset({"every", "ev", "each"})
_INNER_SEPARATORS = frozenset({"-", "–", "—", "/", ",", ":", "&", "+", "--"})


def _token(kind: str, match: re.Match[str], offset: int) -> Token:
    body = match[kind]
    start = offset + match.start(kind)
    end = start + len(body)
    if kind == "pm":
        kind = "word"
    if kind == "word":
        lowered = body.lower().replace("’", "'")
        return Token(kind, body, _ALIASES.get(lowered, lowered), start, end, False, False, GLUED)
    if kind == "hclock":
        hour, _, minute = body.lower().partition("h")
        return Token("hclock", body, body.lower(), start, end, False, False, GLUED, (int(hour), int(minute)))
    numbers = tuple(int(number[:9]) for number in re.findall(r"\d+", body))
    return Token(kind, body, body.lower(), start, end, False, False, GLUED, numbers)


def _may_glue(before: Token, after: Token) -> bool:
    """Whether two pieces may touch: a number and its unit ("45min", "5pm"), a marker and its number ("p1", "dec25")."""
    if before.kind in _NUMERIC and after.kind == "word":
        return after.word in _UNIT_SUFFIXES or (before.kind == "number" and after.word in MONTHS)
    if before.kind == "word" and after.kind in ("number", "ordinal"):
        # A number in the middle of a chunk follows a unit ("1h30m" comes as hclock); a prefix begins the chunk.
        return before.word in _NUMBER_PREFIXES or before.word in ("h", "hr", "d", "w")
    return before.kind == "date" and after.kind == "clock"


_HARD_MARKS = frozenset('.;!?()[]{}…|•\n\r"“”')


def _set_joins(tokens: list[Token], text: str) -> None:
    capital_ok = True
    for index, token in enumerate(tokens):
        previous = tokens[index - 1] if index else None
        token.join = _join(text[previous.end : token.start], previous) if previous else HARD
        if token.kind == "word" and token.word not in KNOWN and len(token.word) >= 4:
            fixed = _typo(token.word)
            if fixed and (capital_ok or token.text[0].islower() or fixed in CAPITALISED_TARGETS):
                token.word = fixed
        capital_ok = False


@lru_cache(maxsize=4096)
def _typo(word: str) -> str | None:
    return closest_word(word, TYPO_TARGETS)


def _join(between: str, previous: Token) -> str:
    if not between:
        return GLUED
    marks = between.strip()
    for character in _INVISIBLE:
        if character in marks:
            marks = marks.replace(character, "")
    if "\n" in between or "\r" in between:
        return HARD
    if not marks or (marks in ("T", "t") and previous.kind == "date"):
        return SPACE
    if marks == ",":
        return COMMA
    if marks in ("-", "–", "—", "--"):
        return DASH
    if marks == "/":
        return SLASH
    if marks == ":":
        return COLON
    if marks in (".", ".,") and (
        previous.word in WEEKDAYS or previous.word in MONTHS or previous.word in UNITS or previous.word in ("am", "pm")
    ):
        # The point of an abbreviation: "Wed. 5 p.m. sharp", "Dec. 3rd".
        return SPACE if len(previous.word) <= 5 else HARD
    if marks in ("&", "+"):
        return COMMA
    return HARD
