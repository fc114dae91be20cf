"""The words that the grammar of creations knows: everything that is written out in one of its patterns.

`coverage` asks here before it lets a word of a request pass that none of the objects holds: a word that no pattern
writes out can only have been taken by a gap in one, and what it said would be lost. The list is read off the patterns
themselves, so that it grows with them.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any

_PACKAGE = "kora.language.creation."
_SYNTAX = re.compile(r"\(\?P<\w+>|\(\?P=\w+\)|\(\?[a-z-]*[:)]|\(\?(?:<?[=!])|\\[a-zA-Z]|\[[^\]]*\]|<\w+(?::\w+)?>")
_WORD = re.compile(r"[A-Za-z]{2,}(?:[?*+]?[A-Za-z]+)*")


def _texts(value: Any, seen: set[int]) -> Iterator[str]:
    """Every text below a value of a module: constants of functions, tables, compiled patterns."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, str):
        yield value
    elif isinstance(value, re.Pattern):
        yield str(value.pattern)
    elif isinstance(value, FunctionType):
        documented = value.__doc__
        yield from (each for each in _texts(value.__code__, seen) if each != documented)
    elif isinstance(value, CodeType):
        for each in value.co_consts:
            yield from _texts(each, seen)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(key, seen)
            yield from _texts(each, seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _texts(each, seen)


def _forms(text: str) -> Iterator[str]:
    """The words that a pattern spells out, those with optional letters in both forms: ``labell?ed``, ``port(?:s)?``."""
    plain = _SYNTAX.sub(" ", text)
    for found in _WORD.finditer(plain):
        written = found[0]
        yield written.replace("?", "").replace("*", "").replace("+", "")
        if "?" in written:
            yield re.sub(r"\w\?", "", written)


@cache
def written() -> frozenset[str]:
    """All of them, in lower case."""
    words: set[str] = set()
    seen: set[int] = set()
    for name, module in list(sys.modules.items()):
        if not name.startswith(_PACKAGE) or name.endswith((".vocabulary", ".coverage")):
            continue
        for key, value in vars(module).items():
            if key.startswith("__") or getattr(value, "__module__", name) != name:
                continue
            for text in _texts(value, seen):
                words.update(each.lower() for each in _forms(text))
    return frozenset(words)


_ENDINGS = (
    "s", "es", "ed", "d", "e", "ing", "ings", "y", "ies", "ied", "iting", "ion", "ions", "ate", "ates", "ated", "ating",
    "ation", "ations", "er", "ers", "ment", "ments", "ity", "ities", "able", "al", "t", "ts",
)  # fmt: skip
_HUMPS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@cache
def is_written(word: str) -> bool:
    """Whether the grammar writes the word out, in this form or another one: ``tolerates``, ``maxSurge``, ``denying``."""
    known = written()

    def spelled(part: str) -> bool:
        return part in known or any(
            part.endswith(ending) and len(part) - len(ending) >= 3 and part[: -len(ending)] in known
            for ending in _ENDINGS
        )

    low = word.lower().replace("’", "'")
    if spelled(low) or spelled(low.removesuffix("'t")) or spelled(low.replace("'", "")):
        return True
    humps = [each.lower() for each in _HUMPS.findall(word)]
    return len(humps) > 1 and all(spelled(each) for each in humps)
