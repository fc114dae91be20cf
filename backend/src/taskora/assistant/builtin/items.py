"""One task or several? "milk, eggs and bread" are three, "buy milk, eggs and bread" one, "call mom and pay rent" two.

The principle: what stands after a comma or "and" is a task of its own when it is the same kind of thing as what
stands before it: a doing beside a doing, a bare thing beside a bare thing. Things behind a doing are its objects.
"""

import re
from typing import Literal

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.text import BREAK, QUOTE, Phrase, Token
from taskora.language import split_items

Together = Literal["one", "errands", "list"]

_AND = frozenset(("and", "plus"))
# Verbs of going: "go to the shop and buy milk" is one way.
_GOING = frozenset(
    (
        "go",
        "come",
        "try",
        "stop",
        "swing",
        "head",
        "run",
        "drive",
        "walk",
        "sit",
        "wait",
        "log",
        "sign",
        "stay",
        "take",
        "pick",
    )
)
_LINKS = frozenset(["with", "between", "for", "about", "from", "on", "at", "regarding", "both", "either"])
_SKIPPED = frozenset(("to", "please", "also", "and", "then", "not", "don't", "never", "go", "definitely", "quickly"))
_PHRASAL = frozenset(["up", "off", "out", "in", "on", "down", "over", "away", "back"])


def leads_with_doing(words: Phrase, *, strict: bool) -> bool:
    """Whether the phrase begins with a verb of doing and has something to do it to.

    `strict` asks for a verb that isn't as often a thing ("book pen" stays a thing; "book a flight" is a doing).
    """
    tokens = [token for token in words.tokens if token.norm not in _SKIPPED]
    if not tokens or tokens[0].quoted:
        return False
    head, following = tokens[0].norm, tokens[1:]
    if head not in v.ACTIONS and head.split("-")[0] not in v.ACTIONS:
        return False
    if head not in v.THINGS_TOO:
        return bool(following) or not strict
    if not following:
        return False
    following_word = following[0].norm
    capital = words.raw[following[0].start : following[0].end][:1].isupper()
    return (
        capital
        or following_word
        in (
            "the",
            "a",
            "an",
            "my",
            "our",
            "his",
            "her",
            "their",
            "some",
            "all",
            "this",
            "that",
            "mom",
            "mum",
            "dad",
            "back",
            "new",
        )
        or following_word in _PHRASAL
        or (not strict)
        or (
            len(following) >= 1
            and head
            in (
                "email",
                "call",
                "phone",
                "text",
                "order",
                "wash",
                "water",
                "book",
                "pack",
                "print",
                "review",
                "fix",
                "check",
                "return",
                "visit",
                "file",
                "study",
                "research",
                "purchase",
                "polish",
                "mop",
                "walk",
                "iron",
                "sign",
                "practice",
                "feed",
                "watch",
            )
        )
    )


def split_tasks(words: Phrase, how: Together) -> list[Phrase]:
    """The tasks in `words`.

    `how` tells what was asked for: "one" task ("a task to …": only lines split it), "errands" ("remind me to …":
    doings are separate, things are not) or a "list" ("add …").
    """
    if any(token.norm == BREAK for token in words.tokens):
        return _lines(words)
    pieces, kinds = _pieces(words) if how != "one" else ([words], [])
    if len(pieces) < 2:
        return [words]
    merged: list[Phrase] = [pieces[0]]
    all_things = not any(leads_with_doing(piece, strict=True) for piece in pieces)
    for piece, kind in zip(pieces[1:], kinds, strict=True):
        if _stands_alone(merged[-1], piece, kind, how=how, all_things=all_things, count=len(pieces)):
            merged.append(piece)
        else:
            last = merged.pop()
            merged.append(Phrase(words.raw, tuple(_between(words, last.tokens[0], piece.tokens[-1]))))
    return [piece for piece in merged if piece]


def _between(words: Phrase, first: Token, last: Token) -> list[Token]:
    return [token for token in words.tokens if first.start <= token.start and token.end <= last.end]


def _pieces(words: Phrase) -> tuple[list[Phrase], list[str]]:
    """Cut at commas, semicolons, "and"; the kind of every cut ("," ";" "and")."""
    pieces: list[Phrase] = []
    kinds: list[str] = []
    current: list[Token] = []
    pending = ""
    for token in words.tokens:
        norm = token.norm
        if norm in (",", ";") or norm in _AND or norm == "+":
            if current:
                pieces.append(Phrase(words.raw, tuple(current)))
                current = []
                kinds.append("")
            pending = norm if norm in (",", ";") else (pending or "and")
            if kinds:
                kinds[-1] = pending
            continue
        if not current:
            pending = ""
        current.append(token)
    if current:
        pieces.append(Phrase(words.raw, tuple(current)))
    return pieces, kinds[: max(0, len(pieces) - 1)]


def _stands_alone(left: Phrase, right: Phrase, kind: str, *, how: Together, all_things: bool, count: int) -> bool:
    left_doing, right_doing = leads_with_doing(left, strict=True), leads_with_doing(right, strict=True)
    if kind == ";":
        return True
    if right_doing and left_doing:
        head = next((token.norm for token in left.tokens if token.norm not in _SKIPPED), "")
        objects = [t for t in left.tokens if t.norm not in _SKIPPED][1:]
        shares_object = not objects or all(t.norm in _PHRASAL for t in objects)
        going = head in _GOING and kind == "and" and any(t.norm in ("to", "by", "home", "out") for t in left.tokens)
        refers = any(t.norm in ("it", "them") for t in right.tokens)
        return not shares_object and not going and not refers
    if right_doing:
        return how == "list"
    if left_doing and how == "list" and kind == "," and _begins_with_order(right):
        return True
    if left_doing:
        # "buy milk, eggs and bread": objects of the doing.
        return False
    if how != "list":
        return False
    if left.tokens[-1].quoted and right.tokens[0].quoted:
        return True
    if any(token.norm in _LINKS for token in left.tokens[1:]) and not _differs_in_case(left, right):
        return _dated(left) and _dated(right)
    if count == 2 and kind == "and":
        return len(split_items(f"{left.words} and {right.words}")) == 2 or _dated(left)
    return all_things or kind == ","


def _begins_with_order(words: Phrase) -> bool:
    """ "hire a van, change the address": verbs that the assistant itself knows are doings too, beside other doings."""
    head = words.tokens[0].norm if words else ""
    return len(words) > 1 and head in v.FIRST_WORDS and head not in v.THINGS_TOO and head not in _STILL_THINGS


_STILL_THINGS = frozenset(
    ("open", "clean", "clear", "new", "show", "list", "set", "label", "star", "pin", "flag", "bin")
)


def _differs_in_case(left: Phrase, right: Phrase) -> bool:
    """ "meeting with Tom, gym": a name before the comma and none after it are not one list."""
    place = max(i for i, token in enumerate(left.tokens) if token.norm in _LINKS)
    after = left.tokens[place + 1 :]
    if not after:
        return False
    return left.raw[after[0].start].isupper() and not right.text[:1].isupper()


def _dated(words: Phrase) -> bool:
    return bool(
        re.search(
            r"\b(?:today|tomorrow|tonight|at \d|\d ?[ap]m|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", words.low
        )
    )


def _lines(words: Phrase) -> list[Phrase]:
    """A pasted list: one task a line, bullets and numbers taken off."""
    rows: list[Phrase] = []
    current: list[Token] = []
    for token in (*words.tokens, Token(BREAK, 0, 0)):
        if token.norm != BREAK:
            current.append(token)
            continue
        row = Phrase(words.raw, tuple(current)).trimmed()
        if len(row) > 1 and (bullet := re.match(r"^(?:\d{1,2} [.)]|x \]|\[ \]) ", row.low)):
            row = row.cut(bullet.end())
        if row and (row.low.replace(QUOTE, "x").strip()):
            rows.append(row)
        current = []
    return rows
