"""Asks an OpenAI-compatible endpoint (hosted, Ollama, llama.cpp, vLLM …) by its chat completions.

One deadline covers everything: connection, retries, and an answer that drips in. At most `_TRIES` requests for one
question, answers are cut off at `_LONGEST_ANSWER` bytes, redirects are not followed, and whatever comes back is only
ever parsed as JSON and held against the schema.
"""

import json
import queue
import re
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from kora.kit import clock
from kora.kit.errors import KoraError
from kora.kit.hosts import is_loopback
from kora.kit.redaction import redact_text
from kora.llm.port import ModelAnswerUnusable, ModelTooSlow, ModelUnavailable, Reply, Shape, Usage
from kora.llm.settings import Endpoint

Made = TypeVar("Made")

_TRIES = 3
"""Requests for one question: a retry after a failure, one more try after an answer that does not fit."""
_LONGEST_ANSWER = 262_144
_MOST_TOKENS = 4_096
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_REFUSED = frozenset({401, 402, 403})
_NO_SCHEMA = frozenset({400, 404, 415, 422, 501})
_PAUSE_SECONDS = 0.5
_FENCE = re.compile(r"^\s*```[\w-]*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_SPACE = re.compile(r"\s+")


class _Again(Exception):
    """This try failed; another may work. `error` is what to say when there is no other."""

    def __init__(self, error: KoraError, wait_seconds: float = 0.0, *, plain: bool = False, told: str = "") -> None:
        super().__init__(error.message)
        self.error, self.wait_seconds, self.plain, self.told = error, wait_seconds, plain, told


class ChatModel:
    """A `LanguageModel` at one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._usage = Usage(endpoint.model)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._endpoint.model

    @property
    def usage(self) -> Usage:
        """What the latest question cost so far."""
        return self._usage

    def ask(self, instructions: str, text: str, shape: type[Shape]) -> Reply[Shape]:
        """See `LanguageModel.ask`."""
        self._usage = Usage(self._endpoint.model)
        ends = clock.monotonic() + self._endpoint.deadline_seconds
        schema = _slim(shape.model_json_schema())
        messages = [
            {"role": "system", "content": f"{instructions}\n\nJSON Schema of the answer:\n{json.dumps(schema)}"},
            {"role": "user", "content": redact_text(text)},
        ]
        with_schema: dict[str, Any] | None = schema
        for attempt in range(_TRIES):
            try:
                content = self._once(messages, shape.__name__, with_schema, ends)
                return Reply(_validated(content, shape), self._usage)
            except _Again as trouble:
                if attempt == _TRIES - 1:
                    raise trouble.error from trouble
                if trouble.plain:
                    with_schema = None
                if trouble.told:
                    messages = [*messages[:2], {"role": "user", "content": trouble.told}]
                if clock.monotonic() + trouble.wait_seconds >= ends:
                    raise self._too_slow() from trouble
                clock.sleep(trouble.wait_seconds)
        raise AssertionError("the last try returns or raises")

    # --- one request --------------------------------------------------------------------------------------------

    def _once(self, messages: list[dict[str, str]], name: str, schema: dict[str, Any] | None, ends: float) -> str:
        import httpx

        body: dict[str, Any] = {
            "model": self._endpoint.model, "messages": messages, "temperature": 0, "max_tokens": _MOST_TOKENS,
        }  # fmt: skip
        if schema is not None:
            described = {"name": name.lower(), "strict": False, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": described}
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._endpoint.key is not None:
            headers["Authorization"] = f"Bearer {self._endpoint.key.get_secret_value()}"
        remaining = ends - clock.monotonic()
        if remaining <= 0:
            raise self._too_slow()
        try:
            status, retry_after, raw = within(remaining, lambda: self._exchange(body, headers, remaining))
        except (httpx.TimeoutException, TimeoutError) as error:
            raise self._too_slow() from error
        except (httpx.TransportError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            self._count({})
            unreachable = ModelUnavailable(
                f"The language model at {self._endpoint.host} could not be reached ({type(error).__name__}).",
                fix="Is it running, and is KORA_LLM_BASE_URL right? kora adapters",
            )
            raise _Again(unreachable, _PAUSE_SECONDS) from error
        return self._content(status, retry_after, raw, schema is not None)

    def _exchange(self, body: dict[str, Any], headers: dict[str, str], seconds: float) -> tuple[int, str, bytes]:
        import httpx

        raw = bytearray()
        with (
            httpx.Client(
                timeout=httpx.Timeout(seconds, connect=min(seconds, 5.0)),
                follow_redirects=False,
                trust_env=not is_loopback(self._endpoint.host),
            ) as client,
            client.stream("POST", f"{self._endpoint.base_url}/chat/completions", json=body, headers=headers) as answer,
        ):
            for piece in answer.iter_raw(8192):
                raw += piece
                if len(raw) > _LONGEST_ANSWER:
                    raise ModelAnswerUnusable(f"The language model's answer is longer than {_LONGEST_ANSWER} bytes.")
            return answer.status_code, answer.headers.get("retry-after", ""), bytes(raw)

    def _content(self, status: int, retry_after: str, raw: bytes, with_schema: bool) -> str:
        if status != 200:
            self._count({})
            raise self._failure(status, retry_after, with_schema)
        try:
            answer = json.loads(raw)
            message = answer["choices"][0]["message"]
            content = message["content"]
            if isinstance(content, list):
                content = "".join(part.get("text", "") for part in content)
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
            self._count({})
            raise ModelAnswerUnusable("The language model's answer is no chat completion.") from error
        self._count(answer.get("usage"))
        if not isinstance(content, str) or not content.strip():
            raise ModelAnswerUnusable("The language model's answer is empty.")
        return content

    def _failure(self, status: int, retry_after: str, with_schema: bool) -> Exception:
        said = f"The language model at {self._endpoint.host} answered with HTTP status {status}."
        if status in _REFUSED:
            return ModelUnavailable(said, fix="Check KORA_LLM_API_KEY.")
        if status in _AGAIN:
            wait = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else _PAUSE_SECONDS
            return _Again(ModelTooSlow(said), wait)
        trouble = ModelUnavailable(said, fix="Check KORA_LLM_BASE_URL and KORA_LLM_MODEL.")
        # Servers that know no schemas in requests refuse them; the schema stands in the instructions as well.
        return _Again(trouble, plain=True) if with_schema and status in _NO_SCHEMA else trouble

    def _count(self, used: Any) -> None:
        counted = used if isinstance(used, dict) else {}
        tokens = [counted.get(name) for name in ("prompt_tokens", "completion_tokens")]
        tokens_in, tokens_out = (each if isinstance(each, int) and 0 <= each < 10**9 else 0 for each in tokens)
        cost = self._endpoint.cost(tokens_in, tokens_out)
        self._usage = self._usage.plus(Usage(self._endpoint.model, tokens_in, tokens_out, 1, cost))

    def _too_slow(self) -> ModelTooSlow:
        return ModelTooSlow(
            f"The language model did not answer within {self._endpoint.deadline_seconds:g} s.",
            fix="A larger KORA_LLM_TIMEOUT_SECONDS, or a smaller model.",
        )


def _validated(content: str, shape: type[Shape]) -> Shape:
    fenced = _FENCE.match(content)
    try:
        return shape.model_validate(json.loads(fenced[1] if fenced else content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        why = _printable(f"{'.'.join(map(str, first['loc']))[:200]}: {first['msg'][:200]}")
    except (ValueError, RecursionError):
        why = "it is no JSON"
    raise _Again(
        ModelAnswerUnusable(f"The language model's answer does not fit the schema ({why})."),
        told=f"That did not fit the schema: {why}. Answer with one JSON object that does.",
    )


def _printable(text: str) -> str:
    """Without what could steer a terminal: the names in it come from outside."""
    return "".join(each if each.isprintable() else "?" for each in text)


def within(seconds: float, work: Callable[[], Made]) -> Made:
    """Do `work`, or give up after so many seconds. Timeouts of a connection count from byte to byte, so that an
    endpoint which sends one byte now and then would never be late; what is given up ends with the process.

    Raises:
        TimeoutError: it took longer; and whatever `work` raises.
    """
    done: queue.Queue[tuple[Made | None, BaseException | None]] = queue.Queue(maxsize=1)

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as error:  # handed over to the caller
            done.put((None, error))

    threading.Thread(target=run, name="language-model", daemon=True).start()
    try:
        made, error = done.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return cast(Made, made)


def _slim(schema: Any) -> Any:
    """The schema without titles and with its descriptions on one line: small models read every byte."""
    if isinstance(schema, dict):
        return {
            name: _SPACE.sub(" ", inner) if name == "description" and isinstance(inner, str) else _slim(inner)
            for name, inner in schema.items()
            if not (name == "title" and isinstance(inner, str))
        }
    return [_slim(each) for each in schema] if isinstance(schema, list) else schema
