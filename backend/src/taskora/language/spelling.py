"""Typos: which known word was meant by one that nobody knows.

The guard against bending ordinary words is a dictionary, not a list of exceptions: a word that English spells
that way is never a typo of anything ("monitor", "match", "paprika"), whatever the vocabulary. `words.zlib`
holds it (SCOWL, see `words.LICENSE`); it is read once, at the first unknown word. Among unknown words, one
edit (two in words of seven letters and more) is a typo, and the first letter must be right or merely swapped
with the second: people misspell the insides of words.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from functools import lru_cache
from importlib import resources

MIN_LENGTH = 4
LONG_WORD = 7


@lru_cache(maxsize=1)
def _dictionary() -> bytes:
    packed = resources.files(__package__).joinpath("words.zlib").read_bytes()
    return b"\n" + zlib.decompress(packed) + b"\n"


@lru_cache(maxsize=4096)
def is_ordinary_word(word: str) -> bool:
    """Whether English spells `word` like this (any case; plural and other inflected forms included)."""
    lowered = word.lower()
    if not lowered.isascii() or not lowered.isalpha() or len(lowered) > 16:
        return False
    if len(lowered) < 3:
        return True
    return _search(lowered.encode())


def _search(word: bytes) -> bool:
    """Binary search over the sorted lines: 17 steps, no set of 75,000 objects in memory."""
    blob = _dictionary()
    low, high = 0, len(blob) - 1
    while low < high:
        middle = blob.rfind(b"\n", 0, (low + high) // 2 + 1)
        end = blob.find(b"\n", middle + 1)
        line = blob[middle + 1 : end]
        if line == word:
            return True
        if end <= low or middle >= high:
            return False
        if line < word:
            low = end
        else:
            high = middle
    return False


def closest_word(word: str, vocabulary: Collection[str]) -> str | None:
    """The one member of `vocabulary` that `word` is a plain typo of, or None.

    None as well when `word` is an ordinary English word, is shorter than four letters, or could be two members at once.
    A member itself is returned as it is. `vocabulary` is lower case; `word` may have any case.
    """
    lowered = word.lower()
    if lowered in vocabulary:
        return lowered
    if len(lowered) < MIN_LENGTH or len(lowered) > 20 or not lowered.isalpha():
        return None
    # Imported at the first unknown word: most lines have none, and starting must be quick.
    from rapidfuzz.distance import OSA, Indel

    ranked = []
    for known in vocabulary:
        allowed = edits_allowed(known)
        if abs(len(known) - len(lowered)) <= allowed and _same_start(lowered, known):
            distance = OSA.distance(lowered, known, score_cutoff=allowed)
            if distance <= allowed:
                # Between equals, letters left out or doubled are likelier than letters replaced ("wensday").
                ranked.append((distance, Indel.distance(lowered, known), known))
    ranked.sort()
    if not ranked or (len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]) or is_ordinary_word(lowered):
        return None
    return ranked[0][2]


def edits_allowed(known: str) -> int:
    """How many edits (insert, delete, replace, swap neighbours) still count as a typo of `known`."""
    if len(known) < MIN_LENGTH:
        return 0
    return 2 if len(known) >= LONG_WORD else 1


def _same_start(word: str, known: str) -> bool:
    return word[0] == known[0] or word[:2] == known[1::-1]
