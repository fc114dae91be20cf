"""A language model's endpoint on loopback that answers what a test tells it to: truly, wrongly, slowly or with malice.

with ModelEndpoint(says({"steps": []})) as endpoint:
    model = ChatModel(Endpoint(endpoint.base_url, "test-model"))
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Handler = BaseHTTPRequestHandler
Say = Callable[[Handler, dict[str, Any]], None]
"""Answers one request; given the open connection and the request's body."""


def completion(content: Any, *, tokens: tuple[int, int] = (100, 20)) -> dict[str, Any]:
    """A chat completion; content that is no text is sent as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]},
    }


def raw(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Say:
    """Answer with these very bytes."""

    def say(handler: Handler, _request: dict[str, Any]) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return say


def says(content: Any) -> Say:
    """Answer with a completion of this content."""
    return raw(json.dumps(completion(content)).encode())


class ModelEndpoint:
    """Serves while a ``with`` block runs. `script`: one answer a request; the last one again and again."""

    def __init__(self, *script: Say) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                outer.requests.append(body)
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                try:
                    script[min(len(outer.requests), len(script)) - 1](self, body)
                except (BrokenPipeError, ConnectionResetError):  # the caller had enough
                    self.close_connection = True

            def log_message(self, *_words: Any) -> None:
                """Tests print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def base_url(self) -> str:
        """What goes into ``KORA_LLM_BASE_URL``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()
