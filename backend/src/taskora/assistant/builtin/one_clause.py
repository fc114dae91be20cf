"""One clause → one intent: every reader in turn, the most specific first. `clauses` cuts messages into clauses."""

import re
from dataclasses import replace

from rapidfuzz.distance import OSA

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.acting import read_delete, read_report, read_state, read_undo
from taskora.assistant.builtin.adding import read_add, read_bare, read_need
from taskora.assistant.builtin.asking import read_query
from taskora.assistant.builtin.changing import read_addition, read_change, read_spared
from taskora.assistant.builtin.courtesy import strip_courtesy
from taskora.assistant.builtin.fronting import read_fronted
from taskora.assistant.builtin.intents import (
    Add,
    Change,
    Complete,
    Delete,
    Intent,
    Query,
    Reopen,
    ShowTarget,
    Unclear,
    Undo,
    Update,
)  # fmt: skip
from taskora.assistant.builtin.items import leads_with_doing
from taskora.assistant.builtin.joining import prefixed
from taskora.assistant.builtin.placing import read_it_on_list, read_list, read_listed, read_placed
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.talking import read_cancel, read_foreign, read_talk
from taskora.assistant.builtin.text import QUOTE, Phrase

_HEADS = (
    "add",
    "create",
    "delete",
    "remove",
    "complete",
    "finish",
    "mark",
    "rename",
    "move",
    "update",
    "change",
    "reschedule",
    "reopen",
    "remind",
    "cancel",
    "show",
    "list",
)


def mended_head(words: Phrase) -> Phrase | None:
    """A first word that English knows but that can only be a slip before a task: "ad a task", "mark" written "park"."""
    head = words.tokens[0].norm if words else ""
    if (
        head in _HEADS
        or len(words) < 2
        or not re.search(rf"\b{v.TASK}\b|{QUOTE}", words.low)
        or leads_with_doing(words, strict=False)
    ):
        return None
    near = [verb for verb in _HEADS if OSA.distance(head, verb, score_cutoff=1) <= 1]
    if len(near) != 1:
        return None
    return Phrase(words.raw, (replace(words.tokens[0], norm=near[0]), *words.tokens[1:]))


ANOTHER = re.compile(
    rf"^(?:a|an|another|one more|a second|a new|one)(?: new| more|(?: {v.PRIORITY})(?:[ -]priority)?)* (?:{v.TASK}|"
    rf"one)(?: to| for| about| called|"
    rf" named|:| ,) "
)


def read_request(words: Phrase, around: Surroundings) -> Intent | None:
    """The intent when the clause is a whole request of its own, else None."""
    if not words:
        return None
    intent = read_clause(words, around)
    if isinstance(intent, Add):
        return intent if intent.items else None
    if isinstance(intent, (Delete, Complete, Reopen)):
        return intent if not intent.target.empty else None
    if isinstance(intent, Update):
        return intent if any(not target.empty and change != Change() for target, change in intent.options) else None
    if isinstance(intent, Query):
        return (
            intent
            if re.match(rf"^(?:{v.SHOW}|what|how many|which|do i|any|when|is|tell)\b", words.low)
            and not leads_with_doing(words, strict=True)
            else None
        )
    return intent if isinstance(intent, (Undo, ShowTarget)) else None


def read_clause(words: Phrase, around: Surroundings) -> Intent:
    """The first reading that fits, most specific first."""
    if not words:
        return Unclear("")
    for reader in (
        _talk,
        read_undo,
        _foreign_first,
        _noted_in_passing,
        read_placed,
        read_spared,
        read_fronted,
        read_addition,
        read_list,
        read_it_on_list,
        read_listed,
        read_add,
        read_state,
        read_change,
        read_delete,
        read_query,
        _foreign,
        _needed_request,
        read_need,
        read_report,
        _bare_noun,
        read_bare,
    ):
        intent = reader(words, around)
        if intent is not None:
            return intent
    return Unclear(words.words)


_NEEDED = re.compile(r"^(?:i|we)(?:'ve)? (?:need|have|got|still need|just need|really need) to (?P<rest>.+)$")


_OURS = re.compile(
    r"^(?:delete|remove|erase|rename|reschedule|postpone|mark|reopen|uncheck|untick|tag|untag|snooze|prioriti[sz]e)\b"
)


_IN_PASSING = re.compile(
    r"^(?:before i forget|while i(?:'m| am)? (?:remember|remembering|think of it|at it|here)|(?:in case|lest) i "
    r"forget|so i "
    r"don't forget)(?: ?[,:\-–—])? (?:to )?(?P<rest>.+)$"
)


def _noted_in_passing(words: Phrase, around: Surroundings) -> Intent | None:
    """ "Before I forget, …": a request as it stands, anything else is what mustn't be forgotten."""
    match = _IN_PASSING.match(words.low)
    rest = strip_courtesy(words.group(match, "rest")) if match is not None else None
    if not rest:
        return None
    request = read_request(rest, around)
    return request if request is not None else read_add(prefixed(rest), around)


def _bare_noun(words: Phrase, around: Surroundings) -> Intent | None:
    """ "a reminder to call the bank", "another task: buy milk": the noun asks for it."""
    return read_add(prefixed(words), around) if ANOTHER.match(words.low) else None


def _needed_request(words: Phrase, around: Surroundings) -> Intent | None:
    """ "I need to reschedule the dentist": a request when its verb is one of ours, an errand when no task fits."""
    match = _NEEDED.match(words.low)
    if match is None:
        return None
    rest = words.group(match, "rest")
    if not _OURS.match(rest.low):
        return None
    intent = read_clause(rest, around)
    if isinstance(intent, Update):
        errand = read_add(prefixed(rest), around)
        return replace(intent, otherwise=errand if isinstance(errand, Add) else None)
    return (
        intent
        if isinstance(intent, (Complete, Reopen)) or (isinstance(intent, Delete) and intent.target.definite)
        else None
    )


def _talk(words: Phrase, around: Surroundings) -> Intent | None:
    return read_cancel(words) or read_talk(words)


def _foreign_first(words: Phrase, around: Surroundings) -> Intent | None:
    """Orders to other programs that share a verb with ours ("set an alarm", "write a poem")."""
    if re.match(rf"^(?:{v.ADD_ANY}|remind me|put|delete|remove)\b", words.low) or re.search(
        rf"\b(?:{v.TASK}|list)\b", words.low
    ):
        return None
    return read_foreign(words)


def _foreign(words: Phrase, around: Surroundings) -> Intent | None:
    return read_foreign(words)


__all__ = ["ANOTHER", "mended_head", "read_clause", "read_request"]
