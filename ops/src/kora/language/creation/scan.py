"""The text of one object's description, claimed piece by piece.

Readers claim what they understand by patterns over the raw text (case and quotes kept); claimed characters can't be
claimed again. What is left at the end and is no filler was not understood, and then nothing is created.

Patterns hold macros in angle brackets: ``<name:g>`` a name with or without quotes, ``<num:g>`` a number as digits or
word, ``<qty:g>`` a quantity with its unit, ``<val:g>`` a value (quoted or up to a blank), ``<is>`` what may stand
between a field and its value. Quotes are not part of the groups.
"""

import re
from functools import cache

from kora.language.creation.plain import is_plain
from kora.language.vocabulary import NUMBER_WORDS

_QUOTE_OPEN, _QUOTE_CLOSE = r"[\"'`“‘]?", r"[\"'`”’]?"
_NUMBERS = "|".join(sorted((word for word in NUMBER_WORDS if word not in {"nil", "none"}), key=len, reverse=True))
_UNITS = (
    r"(?:[KMGTPE]i(?:B|b)?|[kKMGTPE][bB]?|m|millicores?|millicpus?|milli|cores?|cpus?|vcpus?|kibibytes?|mebibytes?"
    r"|gibibytes?|tebibytes?|kilobytes?|megabytes?|gigabytes?|terabytes?|megs?|gigs?|bytes?)"
)
_MACROS = {
    "name": rf"{_QUOTE_OPEN}(?P<%s>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?){_QUOTE_CLOSE}(?![\w-])",
    "key": rf"{_QUOTE_OPEN}(?P<%s>[A-Za-z_][\w./-]*?){_QUOTE_CLOSE}(?![\w-])",
    "num": rf"{_QUOTE_OPEN}(?P<%s>\d+|\b(?:{_NUMBERS})\b){_QUOTE_CLOSE}(?![\w-]|\.\d)",
    "qty": rf"{_QUOTE_OPEN}(?P<%s>\d+(?:\.\d+)?(?:\s?{_UNITS}(?![\w]))?){_QUOTE_CLOSE}(?![\w-]|\.\d)",
    "dur": rf"{_QUOTE_OPEN}(?P<%s>(?:\d+|\b(?:{_NUMBERS}|an?)\b)(?:[ -]?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?))?){_QUOTE_CLOSE}(?![\w-]|\.\d)",
    "val": r"(?P<%s>\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’|[^\s,;\"'`]*[^\s,;\"'`.:!?)])",
    "quoted": r"(?P<%s>\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’)",
    "path": rf"{_QUOTE_OPEN}(?<!/)(?P<%s>/(?!/)[\w./%-]*[\w%-]/?|/(?!/)){_QUOTE_CLOSE}(?![\w-])",
    "host": rf"{_QUOTE_OPEN}(?P<%s>(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*){_QUOTE_CLOSE}(?![\w-])",
    "cidr": rf"{_QUOTE_OPEN}(?P<%s>\d+\.\d+\.\d+\.\d+(?:/\d+)?){_QUOTE_CLOSE}(?![\w-])",
}
_PLAIN = {
    "is": r"\s*(?:(?:should|must|has to|needs to|shall|may|can)\s+(?:be|have|use)(?:\s+(?:set\s+to|exactly|at))?|set\s+at|called|named|with(?:\s+the)?\s+value|(?:is|are)(?:\s+set\s+to)?|set\s+to|equal\s+to|equals|of|to|at|as|[:=])?\s*[:=]?\s*",
    "the": r"(?:(?:the|a|an|its|their|our|my|this|that|each|every|existing)\s+)?",
}
_MACRO = re.compile(r"(?<!\?P)<(\w+)(?::(\w+))?>")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern with its macros expanded; it starts and ends at the edge of a word. Blanks match any white space."""

    def expand(found: re.Match[str]) -> str:
        macro, group = found[1], found[2]
        if macro in _PLAIN:
            return _PLAIN[macro]
        body = _MACROS[macro]
        return body.replace("%s", group) if group else body.replace("?P<%s>", "?:")

    # fillers stand in a row of a few at most; without a bound, a text of fillers alone takes cubic time
    pattern = re.sub(r"( \??\))\*(?!\?)", r"\1{0,10}", pattern)
    pattern = re.sub(r"( \??\))\+(?!\?)", r"\1{1,10}", pattern)
    # words of a repeated group end at the edge of a word: the article is not the beginning of "api"
    pattern = pattern.replace(") ?){", r")(?!(?<=\w)\w) ?){")
    expanded = _MACRO.sub(expand, re.sub(r" (?![?*+])", r"\\s+", pattern).replace(" ?", r"\s*"))
    return re.compile(rf"(?<![\w.-])(?:{expanded})(?![\w])", re.IGNORECASE)


def number(text: str) -> int:
    """Digits or a number's word."""
    return int(text) if text.isdigit() else NUMBER_WORDS[text.lower()]


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str) -> int:
    """``90``, ``90s``, ``two minutes``, ``1h`` in seconds."""
    found = re.fullmatch(
        r"(\w+?)[ -]?(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)?", text.strip(), re.IGNORECASE
    )
    if found is None:
        raise ValueError(text)
    amount = 1 if found[1].lower() in {"a", "an"} else number(found[1])
    return amount * _SECONDS[(found[2] or "s")[0].lower()]


def unquoted(text: str) -> str:
    """A value without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] in "\"'`“‘" and text[-1] in "\"'`”’" else text


_BINARY = {"k": "Ki", "m": "Mi", "g": "Gi", "t": "Ti", "p": "Pi", "e": "Ei"}


def memory(text: str) -> str:
    """``256MB`` → ``256M``, ``2 gigabytes`` → ``2G``, ``512Mi`` stays; a bare number is bytes."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text.strip())
    if found is None:
        return text
    amount, unit = found[1], found[2]
    low = unit.lower()
    if not unit or low in {"byte", "bytes", "b"}:
        return amount
    if len(low) > 1 and (low[1] == "i" or "bibyte" in low or "bi" in low[1:4]):
        return amount + _BINARY[low[0]]
    if low in {"gig", "gigs", "meg", "megs"}:
        return amount + _BINARY[low[0]]
    letter = "k" if low[0] == "k" else low[0].upper()
    return amount + letter


def cpu(text: str) -> str:
    """``0.5 cores`` → ``500m``, ``250 millicores`` → ``250m``, ``2 CPUs`` → ``2``."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text.strip())
    if found is None:
        return text
    amount, unit = found[1], found[2].lower()
    if unit.startswith("m"):
        return f"{amount}m"
    if "." in amount:
        millis = round(float(amount) * 1000)
        return f"{millis}m" if millis % 1000 else str(millis // 1000)
    return amount


class Scan:
    """See the module."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = text

    def peek(self, *patterns: str) -> re.Match[str] | None:
        """The first place where one of the patterns (tried in order) matches what is left."""
        for pattern in patterns:
            found = compiled(pattern).search(self.rest)
            if found is not None:
                return found
        return None

    def take(self, *patterns: str) -> re.Match[str] | None:
        """As `peek`, and claim it."""
        found = self.peek(*patterns)
        if found is not None:
            self.claim(*found.span())
        return found

    def take_all(self, *patterns: str) -> list[re.Match[str]]:
        """Claim every match, in the order of the text."""
        taken: list[re.Match[str]] = []
        for pattern in patterns:
            while (found := self.take(pattern)) is not None:
                taken.append(found)
                if found.start() == found.end():
                    break
        return sorted(taken, key=lambda each: each.start())

    def claim(self, start: int, end: int) -> None:
        """Mark characters as understood."""
        gap = re.sub(r"\S", "\x00", self.rest[start:end])
        self.rest = self.rest[:start] + gap + self.rest[end:]

    def part(self, start: int, end: int) -> "Scan":
        """What is left between two places, as a scan of its own; it is claimed here."""
        piece = Scan(self.text[start:end])
        piece.rest = self.rest[start:end]
        self.claim(start, end)
        return piece

    def left(self) -> list[str]:
        """Words that nobody claimed and that are no filler."""
        rest = re.sub(r"\bthe (?:two|three|four|both|one)\b", " ", self.rest, flags=re.IGNORECASE)
        words = re.findall(r"[^\s\x00]+", rest)
        stripped = [word.strip(".,;:!?()[]{}\"'`“”‘’-*•–—&=+|<>~→").removesuffix("/") for word in words]
        return [
            word
            for word in stripped
            if word and word != "/" and not is_plain(word) and not re.fullmatch(r"\d+[.)]", word)
        ]
