"""How a clause changes what came before it in the same message: goes on with it, explains, dates or cancels it."""

import re
from dataclasses import replace

from taskora.assistant.builtin.adding import new_task, read_add
from taskora.assistant.builtin.intents import (
    ACTS,
    Add,
    Cancel,
    Complete,
    Decline,
    Delete,
    Intent,
    Nothing,
    OfferAdd,
    Talk,
    Unclear,
    Update,
)
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.text import Phrase, Token

_CONTINUES = re.compile(r"^(?:and|also|plus|oh and|and also|as well as|or)(?: (?:also|maybe|then))? (?P<rest>.+)$")


_DESCRIBES = re.compile(r"^(?:it|that|they|those) should (?:be|have been)\b")


def _describes(intent: Intent, sentence: Phrase) -> bool:
    """ "Add buy paint. It should be the white one." tells more about the task; it doesn't rename it."""
    return (
        isinstance(intent, Update)
        and _DESCRIBES.match(sentence.low) is not None
        and all(change.correction for _, change in intent.options)
    )


def join(found: list[Intent], intent: Intent, sentence: Phrase, around: Surroundings) -> None:
    """Lets a clause change what came before it in the same message."""
    if isinstance(intent, Cancel) and any(isinstance(earlier, (*ACTS, OfferAdd)) for earlier in found):
        found[:] = [earlier for earlier in found if not isinstance(earlier, (*ACTS, OfferAdd))]
        found.append(intent)
        return
    last = found[-1] if found else None
    if isinstance(intent, Add) and not intent.items and isinstance(last, (Add, OfferAdd)):
        items = last.items if isinstance(last, Add) else (last.item,)
        if items:  # "I keep forgetting to X, put it on my list for Monday"
            found[-1] = Add(tuple(replace(item, when=item.when or intent.when) for item in items))
            return
    if isinstance(last, (Add, OfferAdd)) and isinstance(intent, (Unclear, Nothing, OfferAdd, Decline, Talk)):
        if isinstance(last, Add) and last.items and (match := _CONTINUES.match(sentence.low)):
            more = read_add(prefixed(sentence.cut(match.start("rest"))), around)
            if isinstance(more, Add) and more.items:
                found[-1] = replace(last, items=last.items + more.items)
                return
        if isinstance(last, Add) and not last.items and isinstance(intent, (OfferAdd, Unclear)):
            item = intent.item if isinstance(intent, OfferAdd) else new_task(sentence, around)
            found[-1] = replace(last, items=(item,))  # "New task. Call the bank."
            return
        if isinstance(last, Add) and last.items and _explains(sentence) and not last.items[-1].description:
            found[-1] = replace(last, items=(*last.items[:-1], replace(last.items[-1], description=sentence.words)))
            return
    if isinstance(last, Add) and last.items and _describes(intent, sentence):
        found[-1] = replace(last, items=(*last.items[:-1], replace(last.items[-1], description=sentence.words)))
        return
    if isinstance(intent, Complete) and intent.verb == "do" and intent.target.pronoun and isinstance(last, Complete):
        return
    if (
        isinstance(last, Complete)
        and last.verb
        and (isinstance(intent, Delete) or (isinstance(intent, Complete) and not intent.verb))
        and intent.target.pronoun == "one"
    ):
        found[-1] = replace(last, verb=last.verb, sure=True)  # "I bought the milk, mark it done"
        return
    found.append(intent)


def prefixed(rest: Phrase) -> Phrase:
    """ "and eggs" after an addition is "add eggs"."""
    return Phrase(rest.raw, (Token("add", 0, 0), *rest.tokens))


def _explains(sentence: Phrase) -> bool:
    return (
        re.match(
            r"^(?:it|it's|that|this|they|he|she|because|it'll|they're|we|i(?!'m (?:done|bored|tired)))\b(?:'s|"
            r"'ll|'d|'re|'ve|'m)? (?:is|are|has|have|had|must|should|needs?|need to|want|was|were|will|can|for|"
            r"a|the|due|at|in|on|i|we|to)\b",
            sentence.low,
        )
        is not None
    )


__all__ = ["join", "prefixed"]
