"""Many phrasings of every operation, conversations over several turns, and sentences that must change nothing.

The data files hold what is said and the effect; every line is played through POST /chat as a conversation of its own.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .effects import differences

_HERE = Path(__file__).parent
PHRASINGS = [json.loads(line) for line in (_HERE / "phrasings.jsonl").read_text(encoding="utf-8").splitlines()]
HARMLESS = (_HERE / "harmless.txt").read_text(encoding="utf-8").splitlines()
OPERATIONS = ("add", "complete", "reopen", "delete", "update", "several", "conversation", "nothing")
_TASKS = ("Buy milk", "Call mom", "Team meeting", "Finish report", "Pay electricity bill")
_PART = 40


async def play(talk: Any, case: dict[str, Any]) -> list[str]:
    """Play one conversation; how its effect differs from what the case names."""
    left = [task["id"] for task in await talk.tasks()]
    if left:
        body = {"ids": left, "action": "delete"}
        assert (await talk.person.client.post(f"{talk.person.path}/tasks/bulk", json=body)).status_code == 200
    made = await talk.have(*case.get("have", []))
    before = await talk.tasks()
    talk.conversation_id = None
    for message in case["say"]:
        for task in made:
            message = message.replace("{" + task["title"] + "}", str(task["id"]))
        await talk.say(message)
    return differences(case, before, await talk.tasks())


def test_every_operation_has_ten_phrasings() -> None:
    counts = Counter(case["op"] for case in PHRASINGS)
    assert set(counts) == set(OPERATIONS)
    for operation in ("add", "complete", "delete", "update", "conversation"):
        assert counts[operation] >= 10
    assert len(HARMLESS) >= 150


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_phrasing_has_exactly_its_effect(talk: Any, operation: str) -> None:
    cases = [case for case in PHRASINGS if case["op"] == operation]
    wrong = [(case["say"], found) for case in cases if (found := await play(talk, case))]
    assert wrong == []


@pytest.mark.parametrize("part", range(-(-len(HARMLESS) // _PART)))
async def test_what_is_no_request_changes_nothing(talk: Any, part: int) -> None:
    await talk.have(*_TASKS)
    before = await talk.tasks()
    for sentence in HARMLESS[part * _PART : (part + 1) * _PART]:
        talk.conversation_id = None
        reply = await talk.say(sentence)
        assert reply["response"]
        assert await talk.tasks() == before, sentence
