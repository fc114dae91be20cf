"""What a model may do by itself: the tools with a guard around deletion, kept by code and not by the prompt.

A deletion is only noted while the model works. At the end of the turn it is carried out when it concerns one task and
the person's own words ask for a deletion; anything else becomes a question to the person, which the rules then
understand.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.clauses import understand
from taskora.assistant.builtin.intents import Cancel, Delete, Nothing
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.tools import TOOLS
from taskora.assistant.turn import Toolbox, Turn
from taskora.kit.errors import TaskoraError

_ANSWER_MOST = 12_000  # characters of a tool's answer that a model is shown
_DELETING = re.compile(rf"\b(?:{v.DELETE}|deleting|removing|no longer|any ?more)\b", re.IGNORECASE)
_NOTED = (
    "Noted. It is carried out when you finish; more than one deletion is put to the person first. Don't claim "
    "it as done yet."
)


class GuardedTools:
    """The tools of one turn, as a model sees them."""

    def __init__(self, box: Toolbox) -> None:
        self._box = box
        self.deletions: list[int] = []

    async def use(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Run a tool for the model; refusals come back as words that it can act on."""
        wanted = self._deletion(name, arguments)
        if wanted is not None:
            found = [task.id for task in await self._box.fetch(wanted)]
            if len(found) < len(set(wanted)):
                return _data({"error": "There is no such task. List the tasks to see their ids."})
            self.deletions += [task_id for task_id in found if task_id not in self.deletions]
            return _data({"status": "noted", "message": _NOTED})
        try:
            result = await self._box.call(name, **arguments)
        except TaskoraError as error:
            return _data({"error": error.message})
        return _data(result.data)

    def _deletion(self, name: str, arguments: Mapping[str, Any]) -> list[int] | None:
        """The ids that a well-formed call would delete, else None (the tool itself refuses what is malformed)."""
        if name == "delete_task":
            ids = [arguments.get("task_id")]
        elif name == "bulk_tasks" and arguments.get("action") == "delete":
            given = arguments.get("task_ids")
            ids = given if isinstance(given, list) else [None]
        else:
            return None
        TOOLS[name].arguments.model_validate(dict(arguments))
        return [int(task_id) for task_id in ids if task_id is not None]


def _data(data: Any) -> str:
    """A tool's answer, marked as data: whatever stands in a task's text is not an instruction."""
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > _ANSWER_MOST:
        text = text[:_ANSWER_MOST] + "… (cut; narrow the list)"
    return f"<data>{text}</data>"


def asks_for_deletion(turn: Turn) -> bool:
    """Whether the person's own words ask to delete something."""
    around = Surroundings.of(turn)
    intents = understand(turn.message, around).intents
    if any(isinstance(intent, Delete) for intent in intents):
        return True
    if any(isinstance(intent, Nothing | Cancel) for intent in intents):
        return False
    return bool(_DELETING.search(turn.message))
