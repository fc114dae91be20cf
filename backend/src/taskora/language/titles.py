"""What is left of a line when the words that were understood are taken out.

Nothing else changes: no letter's case, no word's order. Only what the taking leaves behind is tidied: doubled
spaces, empty brackets, punctuation and short prepositions that now lead nowhere. A title that would be empty
gets its whole text back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CUT = "\ue001"
_DANGLING = re.compile(
    rf"(?:(?<=\s)|^)(?:on|at|by|for|from|until|till|due|starting|every|and|@|-|–|—)\s*{_CUT}(?=\s*(?:$|[,.;:!?)\]]))",
    re.IGNORECASE,
)
_EMPTY_BRACKETS = re.compile(rf"[(\[{{]\s*(?:{_CUT}\s*)+[)\]}}]")
_ESCAPED = re.compile(r"\\([#@!])")
_INVISIBLE_ENDS = " \t\r\n\x00\u200b\u200e\u200f\ufeff\u00a0"


def title_without(text: str, ranges: Sequence[tuple[int, int]], *, keep_empty: bool = False) -> str:
    """`text` without the character ranges (sorted, not overlapping)."""
    if not ranges:
        return _ESCAPED.sub(r"\1", text).strip(_INVISIBLE_ENDS) or text.strip()
    pieces = []
    position = 0
    for start, end in ranges:
        pieces.append(text[position:start])
        pieces.append(_CUT)
        position = max(position, end)
    pieces.append(text[position:])
    title = _tidy("".join(pieces))
    if not keep_empty and not any(character.isalnum() for character in title) and (title.isascii() or not title):
        return _ESCAPED.sub(r"\1", text).strip(_INVISIBLE_ENDS) or text.strip()
    return title


def _tidy(title: str) -> str:
    title = _EMPTY_BRACKETS.sub(_CUT, title)
    title = _DANGLING.sub(_CUT, title)
    # Punctuation that stood before the cut words stays only if words go on behind them.
    title = re.sub(rf"[ \t]*[,;:–—-]?[ \t]*{_CUT}(?:[ \t]*[,;]?[ \t]*{_CUT})*[ \t]*$", "", title)
    title = re.sub(rf"^[ \t]*(?:{_CUT}[ \t]*[,;:.!–—-]*[ \t]*)+", "", title)
    title = re.sub(rf"[ \t]*,[ \t]*(?:{_CUT}[ \t]*,?[ \t]*)+", ", ", title)
    title = re.sub(rf"[ \t]*(?:{_CUT}[ \t]*)+(?=[.,;:!?)\]])", "", title)
    title = re.sub(rf"[ \t]*(?:{_CUT}[ \t]*)+", " ", title)
    title = _ESCAPED.sub(r"\1", title)
    title = re.sub(r"(?<=\S)[ \t]{2,}(?=\S)", " ", title)
    return title.strip(_INVISIBLE_ENDS).strip(",;").strip(_INVISIBLE_ENDS)
