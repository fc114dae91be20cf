"""Numbers, amounts and times as people write them, in Kubernetes' notation and in seconds; and tokens joined to them.

Storage units without an ``i`` are read as Kubernetes reads them (``500M`` is decimal); the everyday ``MB`` and ``GB``
mean the binary units, as they do in every tool that shows a pod's memory.
"""

import re
from decimal import Decimal

from kora.language.lexer import Kind, Token
from kora.language.vocabulary import NUMBER_WORDS

_SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600,
    "hr": 3600, "hour": 3600, "d": 86400, "day": 86400, "week": 604800, "month": 2592000,
}  # fmt: skip
_STORAGE = {
    "kb": "Ki", "kib": "Ki", "mb": "Mi", "mib": "Mi", "gb": "Gi", "gib": "Gi", "tb": "Ti", "tib": "Ti",
    "kilobyte": "Ki", "kibibyte": "Ki", "megabyte": "Mi", "mebibyte": "Mi", "meg": "Mi", "gigabyte": "Gi",
    "gibibyte": "Gi", "gig": "Gi", "terabyte": "Ti", "tebibyte": "Ti",
}  # fmt: skip
_CORES = {"core": "", "cpu": "", "vcpu": "", "millicore": "m", "millicpu": "m"}
_AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([A-Za-z]*)")
_TIME_WORDS = frozenset(["millisecond", "second", "minute", "hour", "day", "week", "month"])
_COUNTED = frozenset(
    [
        "replica",
        "replicas",
        "pod",
        "pods",
        "instance",
        "instances",
        "copy",
        "copies",
        "more",
        "additional",
        "extra",
        "fewer",
        "less",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "core",
        "cpu",
    ]
)


def kubernetes_quantity(text: str) -> str | None:
    """``512MB`` → ``512Mi``, ``2 cores`` → ``2``, ``500 millicores`` → ``500m``; None when it is no amount."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = match[1].lstrip("+"), match[2]
    singular = unit.lower().removesuffix("s") if len(unit) > 2 else unit
    if singular.lower() in _CORES:
        return number + _CORES[singular.lower()]
    if singular.lower() in _STORAGE:
        return number + _STORAGE[singular.lower()]
    return (
        number + unit if unit in {"", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"} else None
    )


def seconds(text: str) -> float | None:
    """``5 minutes`` → 300; None when it is no time."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    unit = match[2].lower()
    unit = unit if unit in _SECONDS else unit.removesuffix("s")
    return float(Decimal(match[1])) * _SECONDS[unit] if unit in _SECONDS else None


def joined(tokens: list[Token]) -> list[Token]:
    """Number words as numbers, and a number with the unit that follows it as one token ("five minutes", "2 gigs")."""
    tokens = _halves(tokens)
    found: list[Token] = []
    skip = -1
    for at, token in enumerate(tokens):
        if at <= skip:
            continue
        after = tokens[at + 1].low if at + 1 < len(tokens) else ""
        before = tokens[at - 1].low if at else ""
        number = _as_number(token, before, after)
        unit = after.removesuffix("s") if len(after) > 2 else after
        if number.kind is Kind.NUMBER and at + 1 < len(tokens) and tokens[at + 1].kind is Kind.WORD:
            kind = (
                Kind.DURATION if unit in _TIME_WORDS
                else Kind.QUANTITY if unit in _STORAGE or (unit in _CORES and unit != "cpu")
                else None
            )  # fmt: skip
            if kind is not None:
                found.append(Token(kind, f"{number.text} {after}", number.start, tokens[at + 1].end, token.line_start))
                skip = at + 1
                continue
        found.append(number)
    return found


_PARTS = {"half": ("500 millicores", "512 MB"), "quarter": ("250 millicores", "256 MB")}


def _halves(tokens: list[Token]) -> list[Token]:
    """ "half a core", "a quarter of a gig" as one amount."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        mixed = _mixed(tokens, at)
        if mixed is not None:
            found.append(mixed[0])
            at = mixed[1]
            continue
        part = _PARTS.get(tokens[at].low)
        end = at + 1
        while part and end < len(tokens) and tokens[end].low in {"of", "a", "an"}:
            end += 1
        unit = tokens[end].low if part and end < len(tokens) else ""
        which = 0 if unit in {"core", "cpu", "vcpu"} else 1 if unit in {"gig", "gigabyte", "gb", "gi", "gib"} else None
        if part and which is not None:
            found.append(Token(Kind.QUANTITY, part[which], tokens[at].start, tokens[end].end, tokens[at].line_start))
            at = end + 1
            continue
        found.append(tokens[at])
        at += 1
    return found


def _mixed(tokens: list[Token], at: int) -> tuple[Token, int] | None:
    """ "one and a half cores", "two and a half gigs" as one amount, and the place after it."""
    words = [token.low for token in tokens[at : at + 5]]
    if len(words) < 5 or words[1:4] != ["and", "a", "half"]:
        return None
    whole = NUMBER_WORDS.get(words[0], int(words[0]) if words[0].isdigit() else None)
    unit = words[4].removesuffix("s")
    if whole is None or not (unit in _CORES or unit in _STORAGE):
        return None
    text = f"{whole}.5 core" if unit in _CORES else f"{whole}.5{unit}"
    if unit in {"gig", "gigabyte", "gb", "gi", "gib"}:
        text = f"{whole * 1024 + 512} MB"
    return Token(Kind.QUANTITY, text, tokens[at].start, tokens[at + 4].end, tokens[at].line_start), at + 5


def _as_number(token: Token, before: str, after: str) -> Token:
    if (
        token.low in {"a", "an"}
        and after in _TIME_WORDS
        and before in {"than", "about", "over", "within", "least", "last", "past"}
    ):
        return Token(Kind.NUMBER, "1", token.start, token.end, token.line_start)
    if token.low == "nothing" and before == "to":  # "down to nothing"
        return Token(Kind.NUMBER, "0", token.start, token.end, token.line_start)
    if token.kind is not Kind.WORD or token.low not in NUMBER_WORDS:
        return token
    if token.low in {"one", "none", "nil", "couple", "dozen", "single"} and not (
        after in _COUNTED or (after in {"of"} and token.low in {"couple", "dozen"}) or before in {"to", "by", "exactly"}
    ):
        return token
    return Token(Kind.NUMBER, str(NUMBER_WORDS[token.low]), token.start, token.end, token.line_start)
