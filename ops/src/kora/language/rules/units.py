"""Tokens with their words for matching phrases: singular, lower case, fields of the API in words.

Under `language.rules.scan`.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from kora.language.lexer import Kind, Token
from kora.language.rules.concepts import CONCEPTS, Concept
from kora.language.rules.words import spoken

_KEPT = spoken(
    """
    always this is has does was its less us as access pass tls https dns status class
    """
)


_CONTRACTION = re.compile(r"'(?:s|re|ve|ll|d|m)$")


def singular(word: str) -> str:
    """A word's singular, good enough for matching both sides alike: policies → policy, classes → class."""
    if word in {"cpus", "gpus"}:
        return word[:-1]
    if word in _KEPT or len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def split_words(text: str) -> tuple[str, ...]:
    """Lower-case singular words of a phrase; hyphens separate."""
    cleaned = text.lower().replace("’", "'").replace("-", " ")
    return tuple(singular(_CONTRACTION.sub("", word)) for word in cleaned.split())


def phrases(text: str) -> list[tuple[str, ...]]:
    """The alternatives of a vocabulary entry."""
    return [split_words(part) for part in text.split("|") if part.strip()]


def word_set(text: str) -> frozenset[str]:
    """Single words, in the singular."""
    return frozenset(singular(word) for word in text.lower().split())


def _concept_index() -> dict[tuple[str, ...], list[Concept]]:
    index: dict[tuple[str, ...], list[Concept]] = {}
    for concept in CONCEPTS:
        for phrase in phrases(concept.phrases):
            index.setdefault(phrase, []).append(concept)
    return index


CONCEPT_PHRASES = _concept_index()


_LONGEST = 9


@dataclass(frozen=True, slots=True)
class Unit:
    """A token with its words for matching; `bare` is a token that may take part in phrases."""

    token: Token
    words: tuple[str, ...]


def _field(text: str) -> tuple[str, ...] | None:
    """A field's path in the API (``spec.hostNetwork``, ``automountServiceAccountToken``) as a known phrase."""
    tail = text.rpartition(".")[2]
    if not (
        re.search(r"[a-z][A-Z]", text) or re.match(r"(?:\.?spec|metadata|securityContext|containers?)\b.*\.", text)
    ):
        return None
    parent = text.rpartition(".")[0].rpartition(".")[2]
    within = (*split_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", parent)), *split_words(tail))
    if parent and within in CONCEPT_PHRASES:
        return within  # "livenessProbe.periodSeconds" is the period of that probe
    phrase = split_words(tail)
    return phrase if phrase in CONCEPT_PHRASES else None


def units_of(tokens: Sequence[Token]) -> list[Unit]:
    units = []
    for token in tokens:
        if token.kind is Kind.WORD:
            units.append(Unit(token, _field(token.text) or split_words(token.text)))
        elif field := _field(token.text):
            units.append(Unit(token, field))
        elif token.kind is Kind.REFERENCE and all(part.isalpha() for part in token.text.split("/")):
            units.append(Unit(token, ("\0",)))
        elif token.text == "*":
            units.append(Unit(token, ("*",)))
        elif token.text in {"0.0.0.0/0", "::/0"}:
            units.append(Unit(token, ("anywhere",)))
        else:
            units.append(Unit(token, ("\0",)))  # never part of a phrase
    return units


def longest(units: Sequence[Unit], start: int, table: Container[tuple[str, ...]]) -> tuple[int, tuple[str, ...]] | None:
    """The longest phrase of the table at `start`: how many units it takes, and the phrase."""
    best: tuple[int, tuple[str, ...]] | None = None
    spoken: tuple[str, ...] = ()
    for count in range(1, min(_LONGEST, len(units) - start) + 1):
        spoken = (*spoken, *units[start + count - 1].words)
        if "\0" in spoken:
            break
        if spoken in table:
            best = (count, spoken)
    return best
