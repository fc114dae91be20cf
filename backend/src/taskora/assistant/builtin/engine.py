"""The built-in engine: one message → tool calls → a reply. Deterministic; keeps nothing between turns but the focus."""

from taskora.assistant.builtin import replies
from taskora.assistant.builtin.actions import Actions
from taskora.assistant.builtin.clauses import understand
from taskora.assistant.builtin.dialogue import answer_pending
from taskora.assistant.builtin.intents import (
    Add,
    Cancel,
    Complete,
    Decline,
    Delete,
    Intent,
    Names,
    Nothing,
    OfferAdd,
    Query,
    Reopen,
    ShowTarget,
    Talk,
    Unclear,
    Undo,
    Update,
)  # fmt: skip
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.focus import Focus
from taskora.assistant.turn import Answer, Toolbox, Turn
from taskora.kit.errors import TaskoraError

NAME = "builtin"


async def respond(turn: Turn, box: Toolbox) -> Answer:
    """Understand the message, act, and say what happened."""
    around = Surroundings.of(turn)
    before = Focus.from_json(turn.focus.as_json())
    pending, before.pending = before.pending, None
    actions = Actions(box, before, around, turn.message)
    calls_before = len(box.calls)
    if pending is None or not await answer_pending(turn.message, pending, actions):
        intents = understand(turn.message, around, after=before.last_action).intents
        for intent in intents:
            await _act(intent, actions, len(intents))
    made: list[int] = []
    for record in box.calls[calls_before:]:
        if record["name"] == "undo":
            made = []  # what came before it is taken back
        elif record.get("change_id") is not None:
            made.append(record["change_id"])
    if made:
        actions.focus.changes = made
    text = "\n\n".join(actions.said) or replies.UNCLEAR.format(text="that")
    return Answer(text, actions.focus, NAME, tuple(dict.fromkeys(actions.suggestions))[:6])


async def _act(intent: Intent, actions: Actions, total: int) -> None:
    try:
        match intent:
            case Add():
                await actions.add(intent)
            case OfferAdd():
                actions.offer(intent)
            case Query():
                await actions.query(intent)
            case ShowTarget():
                await actions.show(intent.target)
            case Complete():
                await actions.complete(intent)
            case Reopen():
                await actions.reopen(intent)
            case Delete():
                await actions.delete(intent)
            case Update():
                await actions.update(intent)
            case Undo():
                await actions.undo(intent)
            case Names():
                await actions.names(intent.kind)
            case _:
                _words_only(intent, actions, total)
    except TaskoraError as error:
        actions.say(error.message)


def _words_only(intent: Intent, actions: Actions, total: int) -> None:
    match intent:
        case Talk(kind):
            if total == 1 or kind not in ("greeting", "thanks", "bye", "wellbeing"):
                actions.say(replies.TALK[kind])
                if kind in ("greeting", "help", "ability"):
                    actions.suggestions.extend(replies.EXAMPLES)
        case Decline(subject):
            actions.say(replies.DECLINE[subject])
        case Nothing(reason, _text):
            actions.say(replies.NOTHING[reason])
        case Cancel():
            kept = actions.focus.changes and actions.focus.last_action in ("add", "complete", "reopen", "update")
            actions.say(replies.KEPT if kept and not actions.box.changes else replies.CANCELLED)
        case Unclear(text):
            actions.say(replies.UNCLEAR.format(text=f"“{text[:80]}”" if text else "that"))


__all__ = ["NAME", "respond"]
