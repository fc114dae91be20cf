"""Wishes for something new ("I need an ingress that …") as the orders that they are. First step of `grammar`."""

import re

from kora.language.targets import Kinds

_WISH = re.compile(
    r"^(?P<before>\s*(?:(?:hi|hey|hello|please|so|ok|okay)[,!]?\s+)*)(?:i|we)(?:'d|\s+would)?\s+(?:also\s+)?"
    r"(?:need|want|like|love)(?:\s+to\s+have)?\s+(?P<new>an?\s+(?:new\s+)?(?P<noun>(?:[\w-]+\s+){0,2}?[\w-]+))"
    r"(?=\s+(?:called|named|that|which|in|for|with|from|to|at|on)\b)",
    re.I,
)


def as_order(text: str, kinds: Kinds) -> str:
    """The text with its wish worded as an order; what is there already has its article ("I want the pods")."""
    wish = _WISH.match(text)
    words = tuple(wish["noun"].lower().split()) if wish is not None else ()
    if wish is None or not any(words[at:] in kinds for at in range(len(words))):
        return text
    return f"{wish['before']}create {wish['new']}{text[wish.end('new') :]}"
