"""From a creating clause to its intents: which objects are asked for, and what is said about each."""

from collections.abc import Sequence

from kora.language.intents import Intent, Unclear
from kora.language.lexer import Token


def read(clause_tokens: Sequence[Token], text: str) -> list[Intent] | Unclear:
    """See `kora.language.creating.read_create`."""
    if not clause_tokens:
        return Unclear(text=text, question="What shall be created?")
    part = text[clause_tokens[0].start : clause_tokens[-1].end]
    return Unclear(text=part, question="What shall be created?")
