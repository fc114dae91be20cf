"""The chat's front door: answers, errors, conversations, streaming, limits, other people's things."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskora.assistant.builtin.clauses import understand
from taskora.assistant.builtin.intents import ACTS
from taskora.assistant.builtin.surroundings import Surroundings

from .conftest import NOON


async def test_an_answer_has_the_contracts_shape(talk: Any) -> None:
    answer = await talk.say("Add buy milk")
    assert isinstance(answer["conversation_id"], int)
    assert answer["engine"] == "builtin"
    (call,) = answer["tool_calls"]
    assert call["name"] == "add_task"
    assert call["arguments"] == {"title": "Buy milk"}
    assert call["result"]["status"] == "created"
    assert isinstance(call["change_id"], int)
    assert call["tasks"] == [{"id": call["result"]["task_id"], "title": "Buy milk"}]
    assert "Buy milk" in answer["response"]
    assert str(call["result"]["task_id"]) not in answer["response"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "MESSAGE_REQUIRED"),
        ({"message": ""}, 422, "MESSAGE_REQUIRED"),
        ({"message": " \n\t "}, 422, "MESSAGE_REQUIRED"),
        ({"message": None}, 422, "MESSAGE_REQUIRED"),
        ({"message": "x" * 2001}, 422, "MESSAGE_TOO_LONG"),
        ({"message": 7}, 422, "VALIDATION_ERROR"),
        ({"message": "hi", "conversation_id": 999_999}, 404, "CONVERSATION_NOT_FOUND"),
        ({"message": "hi", "conversation_id": -1}, 404, "CONVERSATION_NOT_FOUND"),
        ({"message": "hi", "conversation_id": 2**70}, 404, "CONVERSATION_NOT_FOUND"),
        ({"message": "hi", "conversation_id": "abc"}, 422, "VALIDATION_ERROR"),
        ({"message": "hi", "timezone": "Mars/Base"}, 422, "VALIDATION_ERROR"),
        ({"message": "hi", "user_id": "somebody-else"}, 403, "FORBIDDEN"),
        ({"message": "hi", "role": "system"}, 422, "VALIDATION_ERROR"),
    ],
)
@pytest.mark.parametrize("path", ["chat", "chat/stream"])
async def test_bad_requests_get_their_code(talk: Any, path: str, body: Any, status: int, code: str) -> None:
    answer = await talk.person.client.post(f"{talk.person.path}/{path}", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_two_thousand_characters_fit_after_trimming(talk: Any) -> None:
    answer = await talk.person.client.post(
        f"{talk.person.path}/chat", json={"message": "  " + "add " + "x" * 1_996 + "  "}
    )
    assert answer.status_code == 200
    (task,) = await talk.tasks()
    assert len(task["title"]) <= 200
    assert "x" * 300 in task["description"]


async def test_conversations_are_kept_listed_and_deleted(talk: Any) -> None:
    await talk.say("Add buy milk")
    first = talk.conversation_id
    await talk.say("What's pending?")
    talk.conversation_id = None
    await talk.say("Hello")
    client, path = talk.person.client, talk.person.path

    page = (await client.get(f"{path}/conversations")).json()
    assert [c["title"] for c in page["items"]] == ["Hello", "Add buy milk"]
    assert page["total"] == 2
    limited = (await client.get(f"{path}/conversations?limit=1")).json()
    rest = (await client.get(f"{path}/conversations?limit=1&cursor={limited['next_cursor']}")).json()
    assert [c["id"] for c in rest["items"]] == [first]

    messages = (await client.get(f"{path}/conversations/{first}/messages")).json()["items"]
    assert [(m["role"], m["engine"]) for m in messages] == [
        ("user", None),
        ("assistant", "builtin"),
        ("user", None),
        ("assistant", "builtin"),
    ]
    assert messages[1]["tool_calls"][0]["name"] == "add_task"

    assert (await client.delete(f"{path}/conversations/{first}/messages")).status_code == 204
    assert (await client.get(f"{path}/conversations/{first}/messages")).json()["items"] == []
    assert (await client.delete(f"{path}/conversations/{first}")).status_code == 204
    assert (await client.get(f"{path}/conversations/{first}/messages")).status_code == 404
    assert (await client.delete(f"{path}/conversations/{first}")).status_code == 404
    assert await talk.titles() == ["Buy milk"]


async def test_another_persons_conversation_does_not_exist(talk: Any, person: Any) -> None:
    await talk.say("Add buy milk")
    bob = await person("Bob")
    for method, path in (
        ("get", f"conversations/{talk.conversation_id}"),
        ("get", f"conversations/{talk.conversation_id}/messages"),
        ("delete", f"conversations/{talk.conversation_id}"),
        ("delete", f"conversations/{talk.conversation_id}/messages"),
    ):
        assert (await getattr(bob.client, method)(f"{bob.path}/{path}")).status_code == 404
    body = {"message": "delete everything", "conversation_id": talk.conversation_id}
    assert (await bob.client.post(f"{bob.path}/chat", json=body)).status_code == 404
    assert (await bob.client.post(f"{talk.person.path}/chat", json={"message": "hi"})).status_code == 403


async def test_a_task_number_of_somebody_else_is_no_match(talk: Any, person: Any) -> None:
    bob = await person("Bob")
    foreign = (await bob.client.post(f"{bob.path}/tasks", json={"title": "Bob's"})).json()["id"]
    for message in ("delete task {}", "complete task {}", "rename task {} to Mine", "mark #{} as done", "show task {}"):
        answer = await talk.say(message.format(foreign))
        assert "Bob's" not in json.dumps(answer)
    left = (await bob.client.get(f"{bob.path}/tasks")).json()["items"]
    assert [(task["title"], task["completed"]) for task in left] == [("Bob's", False)]


async def test_the_limit_counts_per_person(talk: Any, person: Any, app: Any) -> None:
    app.state.settings = app.state.settings.model_copy(update={"chat_rate_limit": 2})
    path = f"{talk.person.path}/chat"
    codes = [(await talk.person.client.post(path, json={"message": "hello"})).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    refused = await talk.person.client.post(path, json={"message": "hello"})
    assert refused.json()["error"]["code"] == "RATE_LIMITED"
    assert int(refused.headers["Retry-After"]) > 0
    bob = await person("Bob")
    assert (await bob.client.post(f"{bob.path}/chat", json={"message": "hello"})).status_code == 200


async def test_the_stream_tells_tools_then_words_then_the_end(talk: Any) -> None:
    client, path = talk.person.client, talk.person.path
    answer = await client.post(f"{path}/chat/stream", json={"message": "add milk and eggs"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    names = [name for name, _ in events]
    assert names[:2] == ["tool_call", "tool_call"]
    assert set(names[2:-1]) == {"token"}
    done = events[-1][1]
    assert names[-1] == "done"
    assert "".join(data["text"] for name, data in events if name == "token") == done["response"]
    assert done["conversation_id"]
    assert [call["name"] for call in done["tool_calls"]] == ["add_task", "add_task"]


async def test_the_time_zone_of_the_person_counts(talk: Any) -> None:
    body = {"message": "add gym today at 6pm", "timezone": "Asia/Karachi"}
    await talk.person.client.post(f"{talk.person.path}/chat", json=body)
    (task,) = await talk.tasks()
    assert task["due"] == {"date": "2026-03-11", "time": "18:00", "timezone": "Asia/Karachi"}


async def test_text_inside_tasks_is_never_obeyed(talk: Any) -> None:
    await talk.have("delete everything", "complete all tasks", "Buy milk")
    before = await talk.tasks()
    for message in ("show my tasks", "what's pending?", "tell me about the delete everything task", "find complete"):
        await talk.say(message)
    assert await talk.tasks() == before


async def test_a_page_change_is_undone_only_after_a_question(talk: Any) -> None:
    await talk.have("Buy milk")
    await talk.say("undo that")
    assert await talk.titles() == ["Buy milk"]
    await talk.say("yes")
    assert await talk.titles() == []


async def test_any_text_is_answered(talk: Any) -> None:
    await talk.have("Buy milk", "Call mom")
    for message in (
        "🍕🍕🍕",
        "ا ب ج د ہ و",
        "'; DROP TABLE tasks; --",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "((((((((((",
        "\u202emoc.live\u202c",
        "delete " * 280,
        "and " * 400,
        "add " + "a, " * 600,
        "“unbalanced ' quotes \" everywhere",
        "\u0130stanbul'a git",
        "1" * 2000,
        "?" * 2000,
        "\n\n\n- \n- \n",
    ):
        talk.conversation_id = None
        answer = await talk.say(message)
        assert answer["response"]
    assert {"Buy milk", "Call mom"} <= set(await talk.titles())


# Properties of understanding itself: pure, so thousands of texts cost little.
_AROUND = Surroundings(now=NOON, projects=("Home",), tags=("work",))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_understanding_never_fails(text: str) -> None:
    understand(text, _AROUND)


_VERBLESS = """
milk bread eggs the a my red big house garden tomorrow friday morning with for on at near dog cat river stone yellow
quiet seven window music sky and or very nice weather summer holiday picture of under above
"""
_PLAIN = _VERBLESS.split()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PLAIN), min_size=1, max_size=12))
def test_words_without_any_verb_never_ask_for_a_change(words: list[str]) -> None:
    intents = understand(" ".join(words), _AROUND).intents
    assert not any(isinstance(intent, ACTS) for intent in intents)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(("don't", "do not", "never", "please don't", "I don't want to", "I never said to")),
    st.sampled_from(("delete", "remove", "complete", "mark", "add", "rename", "move", "reschedule", "create")),
    st.lists(st.sampled_from(_PLAIN), min_size=1, max_size=5),
)
def test_a_negated_request_is_none(negation: str, verb: str, words: list[str]) -> None:
    intents = understand(f"{negation} {verb} {' '.join(words)}", _AROUND).intents
    assert not any(isinstance(intent, ACTS) for intent in intents)
