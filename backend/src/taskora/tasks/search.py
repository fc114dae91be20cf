"""Finding tasks by words: folding (case and accents away, the same on both databases) and the typo-tolerant score."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

MAX_WORDS = 10
_GOOD_SCORE = 78.0
# Letters that a word needs so that one slip, two slips, or a slip in its beginning alone still tell which one is meant.
_ROOM_FOR_ONE, _ROOM_FOR_TWO, _ROOM_FOR_A_BEGINNING = 4, 8, 6


def fold(text: str) -> str:
    """Text as it is compared: compatibility-normalised, without accents, case-folded ("ÉCLAIR", "éclair")."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFKC", bare.casefold())


def fold_name(name: str) -> str:
    """The key under which a name (tag, project, filter) is unique; bounded, because folding can lengthen a text."""
    return fold(name)[:200]


def words_of(query: str) -> list[str]:
    """The folded words of a search; a task matches when every one of them is found somewhere in its text."""
    return list(dict.fromkeys(fold(query).split()))[:MAX_WORDS]


def score(words: list[str], text: str) -> float:
    """How well folded `text` answers the folded `words`, 0 to 100; a word with a slip or two still counts.

    Every query word looks for its best partner among the words of the text; the worst partner decides half of the
    score, so one word that is nowhere sinks the match.
    """
    candidates = re.findall(r"\w+", text)
    if not words or not candidates:
        return 0.0
    found = [_best(word, candidates) for word in words]
    return (min(found) + sum(found) / len(found)) / 2


def is_good(value: float) -> bool:
    """Whether a score is worth showing."""
    return value >= _GOOD_SCORE


def rank(words: list[str], texts: Iterable[tuple[int, str]]) -> list[tuple[int, float]]:
    """(id, score) of the texts that answer the words well enough, best first, newer ids first among equals."""
    scored = [(task_id, score(words, text)) for task_id, text in texts]
    return sorted([pair for pair in scored if is_good(pair[1])], key=lambda pair: (-pair[1], -pair[0]))


def _best(word: str, candidates: list[str]) -> float:
    best = 0.0
    for candidate in candidates:
        if word in candidate:
            # A whole word beats a piece of one.
            return 100.0 if word == candidate else 96.0
        best = max(best, _slip(word, candidate))
        if len(word) >= _ROOM_FOR_A_BEGINNING:
            best = max(best, _slip(word, candidate[: len(word)]))
    return best


def _slip(word: str, candidate: str) -> float:
    """How alike two different words are when the difference may be a slip of the hand, else 0.

    Short words have no room for one ("cat" is not a typo of "car"), long ones have room for two; hands rarely miss
    the first letter. Swapped neighbours count as one slip (optimal string alignment).
    """
    allowed = 0 if len(word) < _ROOM_FOR_ONE else 1 if len(word) < _ROOM_FOR_TWO else 2
    if not allowed or not (word[0] == candidate[0] or word[:2] == candidate[1::-1]):
        return 0.0
    slips = OSA.distance(word, candidate, score_cutoff=allowed)
    return 0.0 if slips > allowed else 100.0 - 80.0 * slips / len(word)


def like_pattern(word: str) -> str:
    """The LIKE pattern for a word inside a text, its wildcards escaped with a backslash."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
