"""Every utterance of the specification through POST /api/{user_id}/chat; what counts is the tasks afterwards."""

from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(frozen=True)
class Case:
    """`have` stands before, `say` is said in one conversation, `want` is the whole list afterwards: {title: fields}."""

    say: tuple[str, ...]
    want: dict[str, dict[str, Any]]
    have: tuple[str | dict[str, Any], ...] = ()
    tools: tuple[str, ...] = ()
    name: str = field(default="")


CASES = (
    Case(("Add a task to buy groceries",), {"Buy groceries": {"completed": False}}, tools=("add_task",)),
    Case(("I need to remember to pay bills",), {"Pay bills": {}}, tools=("add_task",)),
    Case(
        ("What's pending?",),
        {"A": {}, "B": {"completed": True}},
        ("A", {"title": "B", "completed": True}),
        ("list_tasks",),
    ),
    Case(
        ("Mark task 3 as complete",),
        {"A": {"completed": False}, "B": {"completed": False}, "C": {"completed": True}},
        ("A", "B", "C"),
        ("complete_task",),
    ),
    Case(("Delete the meeting task",), {"Buy milk": {}}, ("Buy milk", "Team meeting"), ("list_tasks", "delete_task")),
    Case(
        ("Change task 1 to 'Call mom tonight'",), {"Call mom tonight": {}, "B": {}}, ("Call mom", "B"), ("update_task",)
    ),
    Case(
        ("What have I completed?",),
        {"A": {}, "B": {"completed": True}},
        ("A", {"title": "B", "completed": True}),
        ("list_tasks",),
    ),
    Case(
        ("Remind me to call the dentist, I need to book a cleaning",),
        {"Call the dentist": {"description": "I need to book a cleaning"}},
        tools=("add_task",),
    ),
    Case(
        ("I don't need the dentist appointment anymore",),
        {"Buy milk": {}},
        ("Dentist appointment", "Buy milk"),
        ("list_tasks", "delete_task"),
    ),
    Case(
        ("I bought the milk, mark it done",),
        {"Buy milk": {"completed": True}, "Buy bread": {"completed": False}},
        ("Buy milk", "Buy bread"),
        ("list_tasks", "complete_task"),
    ),
    Case(("Add buy milk", "Actually make that almond milk"), {"Buy almond milk": {}}),
    Case(
        ("Show my tasks", "Complete the first one"), {"A": {"completed": True}, "B": {"completed": False}}, ("A", "B")
    ),
    Case(
        ("add milk, eggs and bread", "complete the second one", "undo that"),
        {"Milk": {"completed": False}, "Eggs": {"completed": False}, "Bread": {"completed": False}},
    ),
    Case(
        ("add milk, eggs and bread", "complete the second one"),
        {"Milk": {"completed": False}, "Eggs": {"completed": True}, "Bread": {"completed": False}},
    ),
    Case(("delete everything",), {"A": {}, "B": {}}, ("A", "B")),
    Case(("delete everything", "yes"), {}, ("A", "B")),
    Case(("delete everything", "no"), {"A": {}, "B": {}}, ("A", "B")),
    Case(("delete everything", "what's pending?", "yes"), {"A": {}, "B": {}}, ("A", "B")),
    Case(
        ("reschedule my morning meetings to 2 PM",),
        {
            "Team meeting": {"due": {"date": "2026-03-12", "time": "14:00", "timezone": "UTC"}},
            "Client meeting": {"due": {"date": "2026-03-13", "time": "14:00", "timezone": "UTC"}},
            "Board meeting": {"due": {"date": "2026-03-12", "time": "16:00", "timezone": "UTC"}},
            "Gym": {"due": {"date": "2026-03-12", "time": "08:00", "timezone": "UTC"}},
        },
        (
            {"title": "Team meeting", "due": "2026-03-12T09:00"},
            {"title": "Client meeting", "due": "2026-03-13T10:30"},
            {"title": "Board meeting", "due": "2026-03-12T16:00"},
            {"title": "Gym", "due": "2026-03-12T08:00"},
        ),
    ),
    Case(
        ("complete everything tagged shopping",),
        {"Milk": {"completed": True}, "Eggs": {"completed": True}, "Report": {"completed": False}},
        ({"title": "Milk", "tags": ["shopping"]}, {"title": "Eggs", "tags": ["Shopping"]}, "Report"),
    ),
    Case(("what's due this week?",), {"A": {}}, ({"title": "A", "due": "2026-03-12"},), ("list_tasks",)),
    Case(("delete task 17",), {"A": {}}, ("A",)),
    Case(
        ("add milk and call mom tomorrow then delete the meeting task",),
        {"Milk": {}, "Call mom": {"due": {"date": "2026-03-12", "time": None, "timezone": None}}},
        ("Team meeting",),
    ),
    Case(("Show my tasks", "Delete the last two", "yes"), {"A": {}}, ("A", "B", "C")),
    Case(("What's the weather like today?",), {"A": {}}, ("A",)),
    Case(("Tell me a joke",), {"A": {}}, ("A",)),
    Case(("Send an email to Bob",), {"A": {}}, ("A",)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " / ".join(case.say))
async def test_a_seed_utterance_has_its_effect(talk: Any, case: Case) -> None:
    await talk.have(*case.have)
    for message in case.say:
        await talk.say(message)
    tasks = await talk.tasks()
    assert sorted(task["title"] for task in tasks) == sorted(case.want), talk.replies[-1]["response"]
    for task in tasks:
        expected = case.want[task["title"]]
        assert {name: task[name] for name in expected} == expected, talk.replies[-1]["response"]
    if case.tools:
        called = [call["name"] for call in talk.replies[-1]["tool_calls"]]
        assert called[-1] == case.tools[-1]
        assert set(case.tools) <= set(called)
