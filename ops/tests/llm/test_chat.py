"""Asking an endpoint: what is sent, what is taken for an answer, and that nothing it does makes us wait or believe."""

import json
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from kora.kit.errors import KoraError
from kora.llm.chat import ChatModel
from kora.llm.port import ModelAnswerUnusable, ModelTooSlow, ModelUnavailable
from kora.llm.settings import Endpoint, ModelMisconfigured, endpoint_of
from kora.testing.models import Handler, ModelEndpoint, Say, completion, raw, says


class Pair(BaseModel):
    """A shape for the tests."""

    name: str
    count: int = 0


def ask(*script: Say, deadline: float = 5.0, **more: Any) -> tuple[Any, ModelEndpoint, ChatModel]:
    """One question; the value or the error."""
    with ModelEndpoint(*script) as endpoint:
        model = ChatModel(Endpoint(endpoint.base_url, "test-model", deadline_seconds=deadline, **more))
        try:
            return model.ask("Be exact.", "two of web, password=hunter2-secret", Pair).value, endpoint, model
        except KoraError as error:
            return error, endpoint, model


def test_a_value_with_its_cost_and_the_model_by_name() -> None:
    value, endpoint, model = ask(
        says({"name": "web", "count": 2}), key=SecretStr("sk-test"), price_in=10.0, price_out=50.0
    )
    assert value == Pair(name="web", count=2)
    assert model.usage.tokens_in == 100
    assert model.usage.cost == pytest.approx((100 * 10 + 20 * 50) / 1e6)
    (request,) = endpoint.requests
    assert request["model"] == "test-model"
    assert request["response_format"]["json_schema"]["schema"]["properties"].keys() == {"name", "count"}
    assert endpoint.headers[0]["authorization"] == "Bearer sk-test"


def test_secrets_in_the_text_are_not_sent() -> None:
    _, endpoint, _ = ask(says({"name": "web"}))
    assert "hunter2" not in json.dumps(endpoint.requests)
    assert "two of web" in json.dumps(endpoint.requests)


def test_an_answer_in_a_fence_is_unwrapped_and_one_that_does_not_fit_is_asked_for_once_more() -> None:
    value, endpoint, model = ask(says({"nome": "web"}), says('```json\n{"name": "web"}\n```'))
    assert value == Pair(name="web")
    assert "did not fit" in endpoint.requests[1]["messages"][-1]["content"]
    assert model.usage.requests == 2


def test_a_server_without_schemas_is_asked_without_one() -> None:
    value, endpoint, _ = ask(raw(b"unknown field response_format", 400), says({"name": "web"}))
    assert value == Pair(name="web")
    assert "response_format" not in endpoint.requests[1]
    assert "JSON Schema" in endpoint.requests[1]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("script", "kind", "requests"),
    [
        (raw(b"", 401), ModelUnavailable, 1),
        (raw(b"", 503), ModelTooSlow, 3),
        (raw(b"", 429, {"Retry-After": "9999"}), ModelTooSlow, 1),
        (raw(b"", 302, {"Location": "http://169.254.169.254/latest"}), ModelUnavailable, 1),
        (raw(b"<html>hello</html>"), ModelAnswerUnusable, 1),
        (raw(b"[" * 100_000), ModelAnswerUnusable, 1),
        (raw(b'{"choices": [{"message": {"content": null}}]}'), ModelAnswerUnusable, 1),
        (raw(b'{"choices": []}'), ModelAnswerUnusable, 1),
        (raw(b"x" * 300_000), ModelAnswerUnusable, 1),
        (says("I would love to help!"), ModelAnswerUnusable, 3),
        (says("[" * 5000 + "]" * 5000), ModelAnswerUnusable, 3),
        (says({"name": ["web"], "count": "many"}), ModelAnswerUnusable, 3),
    ],
)
def test_what_is_no_answer_is_a_typed_failure_after_few_requests(script: Say, kind: type, requests: int) -> None:
    error, endpoint, _ = ask(script)
    assert isinstance(error, kind), error
    assert len(endpoint.requests) == requests
    assert error.message


def test_an_endpoint_that_drips_is_given_up_at_the_deadline() -> None:
    leave = threading.Event()

    def drip(handler: Handler, _request: dict[str, Any]) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(200):
            handler.wfile.write(b"X-Wait: 1\r\n")
            handler.wfile.flush()
            if leave.wait(0.05):
                return

    error, _, _ = ask(drip, deadline=0.4)
    leave.set()
    assert isinstance(error, ModelTooSlow)


def test_nobody_listens() -> None:
    model = ChatModel(Endpoint("http://127.0.0.1:1/v1", "test-model", deadline_seconds=3))
    with pytest.raises(ModelUnavailable, match="could not be reached"):
        model.ask("", "hello", Pair)


@given(st.binary(max_size=400))
@settings(max_examples=40, deadline=None)
def test_no_bytes_raise_anything_but_typed_errors(body: bytes) -> None:
    value, _, _ = ask(raw(body))
    assert isinstance(value, Pair | KoraError)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=20), st.lists, max_leaves=10))
@settings(max_examples=30, deadline=None)
def test_no_json_raises_anything_but_typed_errors(content: Any) -> None:
    value, _, _ = ask(raw(json.dumps(completion(json.dumps(content))).encode()))
    assert isinstance(value, Pair | KoraError)


def test_settings_that_send_nothing_anywhere_unless_they_are_whole() -> None:
    assert endpoint_of({}) is None
    assert endpoint_of({"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "https://api.example.com"}) is None
    found = endpoint_of({"KORA_LLM_BASE_URL": "http://127.0.0.1:11434/v1/", "KORA_LLM_MODEL": "small"})
    assert found is not None
    assert (found.base_url, found.key, found.deadline_seconds) == ("http://127.0.0.1:11434/v1", None, 20.0)


@pytest.mark.parametrize(
    "environment",
    [
        {"KORA_LLM_API_KEY": "sk-test"},
        {"KORA_LLM_BASE_URL": "https://api.example.com/v1"},
        {"KORA_LLM_BASE_URL": "ftp://api.example.com", "KORA_LLM_MODEL": "m"},
        {"KORA_LLM_BASE_URL": "https://ann:pw@api.example.com/v1", "KORA_LLM_MODEL": "m"},
        {"KORA_LLM_BASE_URL": "http://api.example.com/v1", "KORA_LLM_MODEL": "m", "KORA_LLM_API_KEY": "sk-test"},
        {"KORA_LLM_BASE_URL": "http://[::1", "KORA_LLM_MODEL": "m"},
        {"KORA_LLM_BASE_URL": "http://localhost/v1", "KORA_LLM_MODEL": "m", "KORA_LLM_TIMEOUT_SECONDS": "never"},
        {"KORA_LLM_BASE_URL": "http://localhost/v1", "KORA_LLM_MODEL": "m", "KORA_LLM_TIMEOUT_SECONDS": "nan"},
    ],
)
def test_settings_that_contradict_each_other(environment: dict[str, str]) -> None:
    with pytest.raises(ModelMisconfigured) as raised:
        endpoint_of(environment)
    assert "sk-test" not in raised.value.message
    assert "pw@" not in raised.value.message
