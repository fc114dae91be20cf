"""Where one clause of a prompt ends and the next begins: marks, line starts, and verbs that begin an order of their own.

The first step of `sentences`; pure.
"""

import re

from kora.language.clauses import Clause
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind
from kora.language.openings import splits
from kora.language.rules.words import spoken
from kora.language.vocabulary import (
    CHANGE_VERBS,
    CREATE_VERBS,
    FILLERS,
    PHRASAL,
    PRONOUNS,
    READ_VERBS,
    WAIT_VERBS,
    is_known,
)

VERBS = frozenset({*CHANGE_VERBS, *CREATE_VERBS, *READ_VERBS, *WAIT_VERBS})
_BOUNDS = frozenset({"limit", "limits", "request", "requests", "cap"})
"""Verbs that are nouns beside an amount."""
_MODALS = frozenset({"should", "must", "shall", "may", "needs", "ought"})
"""Words that follow a subject, and no order."""
_PLAIN_BREAK = frozenset(
    [
        "then",
        "also",
        "please",
        "only",
        "instead",
        "rather",
        "finally",
        "next",
        "afterwards",
        "subsequently",
        "lastly",
        "immediately",
        "just",
    ]
)
# Verbs after "and" that are hardly ever nouns; the others begin a new clause only where an object follows.
_NOUNLIKE = spoken(
    """
    scale restart tag label route move drop cut report test name watch view list limit run start stop check set
    log let hold point trace search count monitor review study double triple trim use help design draft write
    build image output detail export patch turn
    """
)
_NOT_AFTER_VERB = frozenset(
    ["count", "counts", "policy", "policies", "of", "is", "are", "was", "were", "and", "or", "limit", "limits"]
) | {",", ")"}
_KEEPS_CREATE = frozenset(
    [
        "expose",
        "scale",
        "autoscale",
        "restart",
        "rollback",
        "delete",
        "show",
        "list",
        "wait",
        "describe",
        "annotate",
        "rollout",
        "verify",
        "check",
    ]
)
POLITE = re.compile(
    r"^ (?:(?:kubectl|k|kc|oc|and|so|then|also|please|pls|kindly|hey|hi|hello|ok|okay|kora|now|next|first|firstly|second|secondly|third|"
    r"thirdly|finally|lastly|afterwards|after that|after this|once (?:that|this|it)(?: is|'s)? (?:done|finished|complete"
    r"|completed)|when (?:that|this|it)(?:'s| is) (?:done|finished|complete|completed)|just|well|again|immediately|"
    r"quickly|simply|(?:could|can|would|will) (?:you|we|somebody|someone|anybody|anyone)(?: maybe| perhaps| possibly)?|are you able to|i want you to|i need you to|"
    r"i would like you to|i'd like you to|i want to|i need to|i would like to|i'd like to|i wish to|we need to|we want to|"
    r"we should|we must|we have to|we would like to|we'd like to|you should|you must|you need to|you have to|your task is "
    r"to|your job is to|the task is to|the goal is to|let's|lets|let us|go ahead and|make sure to|be sure to|feel free to|"
    r"try to|help me to|help me|help us|proceed to|time to|it's time to|it is time to|would you mind|do me a favou?r and|"
    r"i'm asking you to|as soon as possible|asap|at once|for me|i mean|i meant|what i mean is|in other words|that is|to|,|:|-|–|—|\*|•|<n\d+> [.)]|\( <n\d+> \)) )+"
)


def cut_clauses(whole: Clause) -> list[tuple[Clause, bool]]:
    """The clauses of a prompt in order, each with whether it ends with a question mark."""
    cuts: list[tuple[int, int]] = []  # [start, end) of each clause
    start = at = 0
    creating = False
    while at < len(whole.tokens):
        ends, begins = _boundary(whole, start, at, creating)
        if begins is None:
            at += 1
            continue
        cuts.append((start, ends))
        start = at = max(begins, at + 1)
        creating = _creates(whole, start, creating)
    cuts.append((start, len(whole.tokens)))
    found = []
    for first, last in cuts:
        said = [token for token in whole.tokens[first:last] if token.kind is not Kind.MARK]
        if said and not (
            len(said) == 1 and said[0].kind is Kind.NUMBER and said[0].line_start and last < len(whole.tokens)
        ):
            asked = any(whole.tokens[index].text == "?" for index in (last, last - 1) if index < len(whole.tokens))
            found.append((Clause(whole.tokens[first:last], whole.words[first:last]), asked))
    return found


def _boundary(whole: Clause, start: int, at: int, creating: bool) -> tuple[int, int | None]:
    """Whether a clause ends at `at`: where it ends and where the next one begins."""
    token, word = whole.tokens[at], whole.words[at]
    creating = creating or (at > start and _creates(whole, start, creating))
    if token.kind is Kind.MARK and token.text in {".", ";", "!", "?"}:
        return at, at + 1 if not creating or _leaves_creation(whole, at + 1) else None
    if token.line_start and at > start:
        return at, at if not creating or _leaves_creation(whole, at) else None
    if token.text in {"-", "–", "—"} and 0 < at < len(whole.tokens) - 1 and not creating:
        apart_ = whole.tokens[at - 1].end < token.start and token.end < whole.tokens[at + 1].start
        if apart_ and _begins_clause(whole, at + 1, True):
            return at, at + 1
    kind = at - start <= 4 and any((each,) in PHRASES for each in whole.words[start:at])
    opens = kind or whole.words[start] in {"for", "on", "in", "regarding", "about"}
    named = (
        at == start + 1 and whole.tokens[start].kind in {Kind.WORD, Kind.QUOTED} and not is_known(whole.words[start])
    )
    topic = token.text == ":" and at > start and (opens or named)  # "backend: set the image to …"
    if topic and not creating and _begins_clause(whole, at + 1, True):
        return at, at + 1
    if whole.words[start:at] == ["go", "ahead"]:
        return at, None
    if token.kind in {Kind.MARK, Kind.WORD} and word in {",", "and", "then", "but", "&"} and at > start:
        after = at + 1
        joint = {word}
        while after < len(whole.words) and whole.words[after] in _PLAIN_BREAK | {"and", "but", ","}:
            joint.add(whole.words[after])
            after += 1
        if creating and not _leaves_creation(whole, after):
            return at, None
        if _begins_clause(whole, after, bool(joint & {"then", "please"})):
            return at, after
    return at, None


def _begins_clause(whole: Clause, at: int, firm: bool) -> bool:
    """Whether an order, a question or a prohibition begins here."""
    words = whole.words
    if at >= len(words) or whole.tokens[at].kind is not Kind.WORD:
        return False
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word == "never" and after in {"use", "exceed", "go", "take", "more", "below", "above"}:
        return False  # "and never use more than 400Mi": a bound, no prohibition
    if word in {"don't", "dont", "never"} or (word == "do" and after == "not"):
        return True
    if word in {"can", "could", "would", "will"} and after in {"you", "we"}:
        return True
    spares = {"alone", "untouched", "unchanged", "is"} & set(words[at + 1 : at + 6])
    if word in {"leave", "keep"} and at and words[at - 1] in {"but", "and"} and (after in FILLERS or spares):
        return True
    if word in {"why", "how", "what's", "who"} or (word in {"what", "which"} and after):
        return True
    if (word, after) in PHRASAL or (splits(words, at) and after not in _NOT_AFTER_VERB):
        return True
    if word not in VERBS:
        return False
    if CHANGE_VERBS.get(word) == "fix" and not set(words[at + 1 :]) - FILLERS - PRONOUNS - {".", "!", ","}:
        return firm or after in PRONOUNS  # "…, please repair"
    if after in _NOT_AFTER_VERB or not after or _is_named(whole, at):
        return False
    if word in _BOUNDS and whole.tokens[at + 1].kind in {Kind.QUANTITY, Kind.NUMBER}:
        return False  # "memory request 200Mi, limit 400Mi"
    return (
        firm or word not in _NOUNLIKE or (after,) not in PHRASES or after in FILLERS or _object_follows(whole, at + 1)
    )


def _is_named(whole: Clause, at: int) -> bool:
    """Whether the word is the last of a list of names: "a, b and search should …", "scale a and search to 2"."""
    after = whole.words[at + 1]
    counts = after == "to" and at + 2 < len(whole.tokens) and whole.tokens[at + 2].kind is Kind.NUMBER
    return after in _MODALS or (counts and whole.words[at] in READ_VERBS)


def _object_follows(whole: Clause, at: int) -> bool:
    token = whole.tokens[at]
    return token.kind in {Kind.QUOTED, Kind.REFERENCE} or whole.words[at] in FILLERS or (whole.words[at],) in PHRASES


def _creates(whole: Clause, start: int, before: bool) -> bool:
    """Whether the clause that begins at `start` makes something new, so that what follows belongs to it."""
    line = whole.words[start : start + 14]
    polite = re.sub(POLITE, " ", " " + " ".join(line) + " ").split()
    while polite and polite[0] in FILLERS:
        polite.pop(0)
    if not polite:
        return before
    first, rest = polite[0], polite[1:]
    if (first, *(rest[:1])) in PHRASAL:
        first = PHRASAL[first, rest[0]].split()[0]
    if first not in CREATE_VERBS:
        return False
    return not any(word in {"canary", "autoscaler", "hpa", "horizontalpodautoscaler"} for word in rest[:6])


def _leaves_creation(whole: Clause, at: int) -> bool:
    """After a creating clause only unmistakable verbs begin something else; "set the replicas to 3" still describes."""
    while at < len(whole.words) and (whole.words[at] in _PLAIN_BREAK or whole.words[at] in {"and", ","}):
        at += 1
    if at >= len(whole.words):
        return False
    word, after = whole.words[at], whole.words[at + 1] if at + 1 < len(whole.words) else ""
    if CHANGE_VERBS.get(word) in {"set", "env", "add"} and after in {"it", "its", "them"} and at > 1:
        uses = {"env", "environment", "variable", "variables", "envs"}
        return bool(uses & set(whole.words[at:])) or any(
            re.fullmatch(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+", token.text) for token in whole.tokens[at:]
        )  # "create the secret s …, then use it in deployment web as env"
    return (word in _KEEPS_CREATE or (word, after) in PHRASAL) and after not in _NOT_AFTER_VERB
