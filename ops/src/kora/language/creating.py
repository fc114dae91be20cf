"""Plain English to `Create` and `Grant`: everything that brings something new into a cluster.

`language.grammar` hands over the tokens of a clause whose verb creates or grants, with the whole text they were cut
from; the rest of `kora.language.creation` does the reading. Nothing is guessed: what is needed and was not said is left
empty (the builder asks for it), and words that change the meaning and were not understood make the clause `Unclear`.
"""

import re
from collections.abc import Sequence

from kora.language.intents import Intent, Unclear
from kora.language.lexer import Token


def read_create(clause_tokens: Sequence[Token], text: str) -> list[Intent] | Unclear:
    """The objects that one clause asks for, in the order in which they have to be made.

    `clause_tokens` may span several sentences and lines (numbered lists, per-namespace requirements); `text` is the
    text of the whole prompt, which the tokens' places point into. Never raises on any text.
    """
    from kora.language.creation.reading import read

    return read(clause_tokens, text)


def read_whole(text: str) -> list[Intent] | None:
    """The objects of a prompt that as a whole asks for new ones; None when it asks for anything else beside them, or
    when a part of it was not understood."""
    from kora.language.creation.orders import asks_for_new

    if not asks_for_new(text):
        return read_spelled(text)
    from kora.language.creation.reading import read_text, save_target

    made = read_text(save_target(text)[0])
    return None if isinstance(made, Unclear) else made


def read_spelled(text: str) -> list[Intent] | None:
    """The objects of a prompt without a verb that describes new ones from head to foot: "pod web with image nginx:1.27,
    two replicas …"; None for anything that could as well speak of what is there."""
    from kora.language.creation.orders import is_whole, spells_out

    if not spells_out(text):
        return None
    from kora.language.creation.reading import read_text, save_target  # large; most prompts get by without it

    made = read_text(save_target(text)[0])
    return None if isinstance(made, Unclear) or not is_whole(made) else made


def read_manifest(text: str) -> tuple[list[Intent] | Unclear, str | None]:
    """A whole prompt that asks for manifests alone, and the path that it says to save to."""
    from kora.language.creation.kubectl import is_command
    from kora.language.creation.reading import read_text, save_target

    wanted, path = save_target(text)
    if is_command(wanted):  # the one way of kubectl to print a manifest instead of applying it
        wanted = re.sub(r"\s--dry-run(?:=(?:client|server))?(?=\s|$)|\s(?:-o|--output)[= ]yaml(?=\s|$)", "", wanted)
    return read_text(wanted), path
