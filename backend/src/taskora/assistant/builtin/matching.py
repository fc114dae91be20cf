"""Do these words mean that task? Pure comparison of a description with titles.

A task is meant when every word of the description stands in its title or tags (in any form: "meetings", "bought", a
typo that is no English word). A part is never enough to act on; it makes the task a *near* one that is offered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from taskora.assistant.builtin import vocabulary as v
from taskora.language import is_ordinary_word
from taskora.tasks.schemas import TaskOut
from taskora.tasks.search import fold

_WORD = re.compile(r"[\w']+")
_NEAR = 0.5
_PLURALS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
_VERB_ENDINGS = (("ing", ""), ("ed", ""))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without its ending: equal for "meetings" and "meeting", "bought" and "buy"."""
    word = word.replace("'s", "").replace("'", "")
    if word in v.PAST and word not in ("left", "put", "cut", "set", "read", "done"):
        return v.PAST[word]
    for endings in (_PLURALS, _VERB_ENDINGS):
        for ending, replacement in endings:
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
                word = word[: -len(ending)] + replacement
                if endings is _VERB_ENDINGS and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                    word = word[:-1]
                break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def search_key(word: str) -> str:
    """The part of a word that all its forms share: what a substring search can look for."""
    key = stem(word)
    return key[:-1] if len(key) > 4 and key.endswith("y") else key


def content(text: str) -> list[str]:
    """The meaningful words of a description, folded; all words when nothing else is left."""
    words = _WORD.findall(fold(text))
    return [word for word in words if word not in v.STOP_WORDS] or words


@dataclass(frozen=True)
class Score:
    """How well a title answers a description: `covered` is the share of the description's words that were found."""

    covered: float
    exact: bool
    slips: int  # words that were found only as typos
    doubtful: int  # words that were found only by bending a real word


def compare(description: str, title: str, tags: Sequence[str] = ()) -> Score:
    """Compare a description with one task."""
    wanted = content(description)
    title_words = _WORD.findall(fold(title))
    have = title_words + [word for tag in tags for word in _WORD.findall(fold(tag))]
    stems = {stem(word) for word in have}
    found = slips = doubtful = 0
    for word in wanted:
        if stem(word) in stems or word in have:
            found += 1
            continue
        kind = _typo(word, have)
        if kind == "slip":
            found, slips = found + 1, slips + 1
        elif kind == "doubtful":
            doubtful += 1
    exact = [stem(w) for w in _WORD.findall(fold(description))] == [stem(w) for w in title_words] or (
        [stem(w) for w in wanted] == [stem(w) for w in content(title)]
    )
    return Score(found / len(wanted) if wanted else 0.0, exact, slips, doubtful)


def _typo(word: str, have: Sequence[str]) -> str:
    for candidate in have:
        if len(candidate) < 4 or abs(len(candidate) - len(word)) > 2 or word[0] not in candidate[:2]:
            continue
        allowed = 2 if len(candidate) >= 8 else 1
        if OSA.distance(word, candidate, score_cutoff=allowed) <= allowed:
            return "doubtful" if is_ordinary_word(word) else "slip"
    return ""


@dataclass(frozen=True)
class Ranked:
    """Tasks by how a description fits: `meant` answer all of it, `near` only in part. Best first."""

    meant: list[TaskOut]
    near: list[TaskOut]


def rank(description: str, tasks: Iterable[TaskOut], *, literal: bool = False) -> Ranked:
    """Which of `tasks` a description means. `literal` asks for the title as it is."""
    scored = [(compare(description, task.title, task.tags), task) for task in tasks]
    if literal:
        wanted = fold(description).strip()
        same = [task for _, task in scored if fold(task.title).strip() == wanted]
        if same:
            return Ranked(same, [])
        inside = [task for _, task in scored if wanted and wanted in fold(task.title)]
        if inside:
            return Ranked(inside, [])
    full = [(score, task) for score, task in scored if score.covered == 1.0]
    for better in (
        [task for score, task in full if score.exact],
        [task for score, task in full if not score.slips],
        [task for score, task in full],
    ):
        if better:
            return Ranked(better, [])
    partly = [
        (score, task)
        for score, task in scored
        if score.covered >= _NEAR
        or (score.doubtful and score.covered + score.doubtful / max(1, len(content(description))) >= _NEAR)
    ]
    partly.sort(key=lambda pair: -pair[0].covered)
    return Ranked([], [task for _, task in partly])


def doing_of(title: str) -> str:
    """The verb that heads a title ("Buy milk" → "buy"), or ""."""
    words = _WORD.findall(fold(title))
    if not words or words[0] not in v.ACTIONS or (len(words) == 1 and words[0] in v.THINGS_TOO):
        return ""
    return str(words[0])


def same_doing(one: str, other: str) -> bool:
    """Whether two verbs are the same errand ("grab" and "buy")."""
    return one == other or any(one in group and other in group for group in v.SAME_DOING)
