"""Answers to an open question: yes, no, a choice, the missing piece. Anything else drops the question.

A yes must be nothing but a yes: "yes, but not the milk" isn't one.
"""

import re
from typing import Any

from taskora.assistant.builtin import replies
from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.acting import read_undo
from taskora.assistant.builtin.actions import Actions, restored
from taskora.assistant.builtin.adding import new_task
from taskora.assistant.builtin.changing import _title
from taskora.assistant.builtin.clauses import understand
from taskora.assistant.builtin.courtesy import strip_courtesy
from taskora.assistant.builtin.drafting import dated, draft
from taskora.assistant.builtin.intents import (
    ACTS,
    Cancel,
    Change,
    Decline,
    Names,
    Nothing,
    Query,
    ShowTarget,
    Talk,
    Target,
    Undo,
)  # fmt: skip
from taskora.assistant.builtin.items import split_tasks
from taskora.assistant.builtin.matching import rank
from taskora.assistant.builtin.placing import read_it_on_list
from taskora.assistant.builtin.talking import read_cancel
from taskora.assistant.builtin.targets import read_target
from taskora.assistant.builtin.text import Phrase, phrase
from taskora.tasks.schemas import TaskOut

_YES = re.compile(
    r"^(?:(?:yes|yeah|yep|yup|yah|ya|y|sure|sure thing|ok|okay|okey|alright|all right|absolutely|definitely|"
    r"certainly|of course|correct|right|exactly|indeed|affirmative|confirm|confirmed|confirm it|i confirm|go "
    r"ahead|go for it|do it|do that|do so|please do|please|proceed|continue|fine|sounds good|that's right|"
    r"that's correct|that one|the one|i'm sure|i am sure|very sure|positive|100%|you got it|why not|uh huh|mhm|"
    r"aye|amen|perfect|great|👍|✅|thanks|thank you|(?:yes )?(?:you may|you can)|"
    r"(?:delete|remove|complete|finish|reopen|change|update|add|do|move|rename|clear|erase|mark|undo|revert) "
    r"(?:it|them|that|those|these|all|all of them|them all|everything|all of it|both|both of them|the lot|it "
    r"all|all of those|all of these|this|this one|that one|those tasks|these tasks|the tasks|the task|all "
    r"tasks)(?: (?:all|done|as done|please|now|both|anyway))?|it|them|all|everything|all of them|both|now|then|"
    r"i do|i am|i did|i meant (?:it|that)|that's the one|that's it) ?[,.!]* ?)+$"
)
_NO = re.compile(
    r"^(?:(?:no|nope|nah|na|n|no way|not really|negative|nay|never|don't|do not|please don't|no thanks|no "
    r"thank you|cancel|stop|wait|hold on|abort|keep (?:it|them|that|those|everything|all)|leave (?:it|them|"
    r"that)|not (?:now|yet|that|those|that one|this|any|any of them|this time)|none|none of (?:them|those|"
    r"these|the above)|neither|nothing|wrong|that's wrong|not at all|never mind|nevermind|forget it|thanks|"
    r"thank you|i'm not sure|not sure|maybe not|better not|👎|absolutely not|definitely not|of course not|don't "
    r"(?:do (?:it|that)|delete (?:it|them|anything|that)|add (?:it|that|anything)|change (?:it|anything)|"
    r"complete (?:it|them)|bother)|i changed my mind|please|sorry) ?[,.!]* ?)+$"
)
_AGREES = r"yes|yeah|yep|yup|sure|ok|please|please do|yes please|go ahead"
_QUIET = re.compile(
    r"^(?:all|all of them|both|both of them|everything|each|every one|all of those|all of these|all (?:two|"
    r"three|four|five|six)|them all|the lot|all please)$"
)


async def answer_pending(message: str, pending: dict[str, Any], actions: Actions) -> bool:
    """Whether `message` answered the open question; if not, the question is dropped and the message is taken as a new
    one."""
    said = phrase(message)
    low = said.low.strip(" .!,")
    handler = _HANDLERS.get(str(pending.get("kind")))
    if handler is None or not low:
        return False
    return await handler(said, low, pending, actions)


async def _tasks(pending: dict[str, Any], actions: Actions) -> list[TaskOut]:
    return await actions.box.fetch([int(task_id) for task_id in pending.get("ids", [])])


async def _confirm(said: Phrase, low: str, pending: dict[str, Any], actions: Actions) -> bool:
    if _NO.match(low) or read_cancel(said) is not None:
        actions.say(replies.CANCELLED)
        return True
    if not _YES.match(low):
        return False
    tasks = await _tasks(pending, actions)
    if not tasks:
        actions.say("They are not there any more; there is nothing left to do.")
        return True
    await actions.perform(str(pending["op"]), tasks, restored(pending.get("change")))
    return True


async def _choose(said: Phrase, low: str, pending: dict[str, Any], actions: Actions) -> bool:
    if _NO.match(low) or read_cancel(said) is not None:
        actions.say(replies.CANCELLED)
        return True
    tasks = await _tasks(pending, actions)
    if not tasks:
        return False
    change, op = restored(pending.get("change")), str(pending["op"])
    if _QUIET.match(low):
        if op == "delete" and len(tasks) > 1:
            actions.ask_sure(op, tasks, change)
        else:
            await actions.perform(op, tasks, change)
        return True
    chosen = _chosen(said, tasks, actions)
    if not chosen:
        return False
    if len(chosen) > 1 and op == "delete":
        actions.ask_sure(op, chosen, change)
    else:
        await actions.perform(op, chosen, change)
    return True


def _chosen(said: Phrase, tasks: list[TaskOut], actions: Actions) -> list[TaskOut]:
    """The candidates that an answer names: by number, place or words; nothing when it isn't clear."""
    bare = _bare_answer(said)
    if any(isinstance(intent, ACTS) for intent in understand(said.raw, actions.around).intents):
        return []
    target = read_target(bare, actions.around)
    numbers = list(target.numbers)
    if not numbers and (word := v.NUMBER_WORDS.get(bare.low)):
        numbers = [word]
    if numbers:
        return [tasks[n - 1] for n in numbers] if all(1 <= n <= len(tasks) for n in numbers) else []
    if target.first or target.last:
        count = target.first or target.last
        return (tasks[:count] if target.first else tasks[-count:]) if count <= len(tasks) else []
    if target.ordinals:
        if any(abs(n) > len(tasks) for n in target.ordinals):
            return []
        return [tasks[n - 1] if n > 0 else tasks[n] for n in target.ordinals]
    if not target.words:
        return []
    same = [task for task in tasks if task.title.casefold() == target.words.casefold()]
    meant = same or rank(target.words, tasks, literal=target.literal).meant
    return meant if len(meant) == 1 else []


def _bare_answer(said: Phrase) -> Phrase:
    """Without "I mean", "I want", "it's"."""
    bare = strip_courtesy(said)
    if gone := re.match(
        r"^(?:i (?:mean|meant|want|choose|pick|think)|it's|it is|that's|that would be|pick|choose|select|"
        r"option|only|just|the) (?=\S)",
        bare.low,
    ):
        bare = bare.cut(gone.end()) if not bare.low.startswith("the ") else bare
    return bare


async def _fill(said: Phrase, low: str, pending: dict[str, Any], actions: Actions) -> bool:
    if read_cancel(said) is not None or re.match(
        r"^(?:no|nope|nah|cancel|nothing|none|stop|forget it|never ?mind)\b", low
    ):
        actions.say(replies.CANCELLED)
        return True
    intents = understand(said.raw, actions.around).intents
    if any(isinstance(intent, (*ACTS, Query, ShowTarget, Names, Talk, Cancel, Nothing)) for intent in intents):
        return False
    if pending.get("op") == "add":
        if any(isinstance(intent, Decline) for intent in intents) and low.endswith("?"):
            return False
        pieces = split_tasks(strip_courtesy(said), "list")
        await actions.make([draft(new_task(piece, actions.around), actions.around) for piece in pieces])
        return True
    change = _filled(str(pending.get("field")), said, actions)
    if change is None:
        return False
    await actions.perform("update", await _tasks(pending, actions), change)
    return True


def _filled(field: str, said: Phrase, actions: Actions) -> Change | None:
    """The missing value; None when the answer isn't one."""
    bare = strip_courtesy(said)
    text = bare.literal or bare.text
    if field == "when":
        return Change(when=text) if actions.around.moment(text) is not None else None
    if field == "priority":
        word = re.sub(r" ?priority$", "", bare.low)
        return Change(priority=v.PRIORITIES[word]) if word in v.PRIORITIES else None
    if field == "recurrence":
        return Change(recurrence=text) if actions.around.rule(text) is not None else None
    if field == "title":
        return _title(bare)
    if field == "description":
        return Change(description=text, append=True)
    return Change(project=text) if field == "project" else None


async def _offer(said: Phrase, low: str, pending: dict[str, Any], actions: Actions) -> bool:
    if _NO.match(low) or read_cancel(said) is not None:
        actions.say(replies.CANCELLED)
        return True
    drafts: list[dict[str, Any]] = list(pending.get("drafts", []))
    if not _YES.match(low):
        bare = strip_courtesy(said)
        if gone := re.match(rf"^(?:(?:{_AGREES})(?: ?[,.!])? )?(?:(?:but|only|just|make it) )*(?=\w)", bare.low):
            bare = bare.cut(gone.end())
        placed = read_it_on_list(bare, actions.around)
        when = placed.when if placed is not None else bare.text
        if placed is None and actions.around.moment(when) is None:
            return False
        drafts = [dated(arguments, when, actions.around) for arguments in drafts]
    await actions.make(drafts)
    return True


async def _undo(said: Phrase, low: str, pending: dict[str, Any], actions: Actions) -> bool:
    if _NO.match(low) or read_cancel(said) is not None:
        actions.say(replies.CANCELLED)
        return True
    if not _YES.match(low) and not isinstance(read_undo(said, actions.around), Undo):
        return False
    await actions.take_back([int(pending["change_id"])])
    return True


_HANDLERS = {"undo": _undo, "confirm": _confirm, "choose": _choose, "fill": _fill, "offer": _offer}

__all__ = ["Target", "answer_pending"]
