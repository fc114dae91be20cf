"""Several things in one breath: "milk, eggs and bread" is three tasks, "mac and cheese" is one.

The principle: only a comma (or semicolon, or line break) makes a list; a bare "and" does not, because English
joins single things with it all the time ("mac and cheese", "pick up and wash"). Once commas have made a list,
the "and" before its last item separates too. Without a comma, "and" separates only when both sides are the
same kind of short thing with no pair reading: one or two words each, and the pair isn't a fixed one (`FIXED_PAIRS`).
"""

from __future__ import annotations

import re

from taskora.language.tables import phrases

# Pairs that English says as one thing. Only for lists of two without a comma; everywhere else the comma decides.
FIXED_PAIRS = frozenset(
    frozenset(pair.split())
    for pair in phrases(
        "mac cheese|macaroni cheese|salt pepper|fish chips|bread butter|peanut jelly|cream sugar|oil vinegar|"
        "gin tonic|rum coke|bed breakfast|rock roll|pros cons|terms conditions|back forth|wash fold|wash dry|"
        "lost found|black white|arts crafts|cookies cream|ham eggs|bacon eggs|ham cheese|cheese crackers|"
        "chips salsa|chips dip|rice beans|beans rice|burger fries|mom dad|mum dad|trial error|"
        "research development|drag drop|copy paste|hide seek|nuts bolts|needle thread|hook loop|"
        "question answer|questions answers|q a|r d|p l|b b|here there|now then|up running|safe sound|"
        "peace quiet|supply demand|profit loss|health safety|law order|food drink|tea biscuits|coffee cake|"
        "wine cheese|pen paper|sweet sour|odds ends|bits pieces|meat potatoes|spaghetti meatballs|"
        "biscuits gravy|soap water|dungeons dragons|lock key|cup saucer|knife fork|shirt tie|hat gloves|"
        "trick treat|meet greet|check balance|checks balances|vim vigor|war peace"
    )
)
_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”|`[^`\n]*`|\([^()\n]*\)')
_SEPARATOR = re.compile(r"\s*(?:[;\n\r]+|,(?!\d{3}\b)(?=\s|$)|,(?=[^\W\d]))\s*(?:(?:and|&|plus|or)\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and(?:\s+also)?|&|plus)\s+", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•–]\s+|\[[ xX]?\]\s+|\d{1,2}[.)]\s+)+")


def split_items(text: str) -> list[str]:
    """The separate things named in `text`, in order, trimmed, without bullets; a text without a list gives itself."""
    hidden = _QUOTED.sub(lambda match: "\x00" * len(match[0]), text)
    pieces = _cut(text, hidden, _SEPARATOR)
    if len(pieces) > 1:
        head, (last, last_hidden) = pieces[:-1], pieces[-1]
        tail = _cut(last, last_hidden, _AND)
        short = all(len(piece.split()) <= 4 for piece, _ in tail)
        pieces = head + (
            tail if len(tail) == 2 and short and not _is_pair(tail[0][0], tail[1][0]) else [(last, last_hidden)]
        )
    else:
        tail = _cut(text, hidden, _AND)
        if (
            len(tail) == 2
            and all(len(piece.split()) <= 2 for piece, _ in tail)
            and not _is_pair(tail[0][0], tail[1][0])
        ):
            pieces = tail
    items = [_BULLET.sub("", piece.strip()).strip(" .\t") for piece, _ in pieces]
    return [item for item in items if item] or ([text.strip()] if text.strip() else [])


def _is_pair(first: str, second: str) -> bool:
    return (
        frozenset((first.split()[-1].lower(), second.split()[0].lower())) in FIXED_PAIRS
        if first.split() and second.split()
        else True
    )


def _cut(text: str, hidden: str, separator: re.Pattern[str]) -> list[tuple[str, str]]:
    pieces = []
    start = 0
    for match in separator.finditer(hidden):
        pieces.append((text[start : match.start()], hidden[start : match.start()]))
        start = match.end()
    pieces.append((text[start:], hidden[start:]))
    return [(piece, mask) for piece, mask in pieces if piece.strip()]
