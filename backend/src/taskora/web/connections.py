"""When a connection ends: after an answer that says so, never under a request.

A proxy keeps connections to us. Closing one of them at the instant in which the proxy writes a request to it loses that
request, and nobody may repeat a POST. An answer with `Connection: close` (RFC 9112, section 9.6) moves the proxy on in
time. That is said

- by every answer once the process is leaving: `taskora serve` sets `leaving` at SIGTERM and stops DRAIN_SECONDS later;
- by every fiftieth answer: a cluster spreads connections over the replicas, not requests, so connections that last
  forever would leave a replica that joined later without work.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")
ANSWERS_PER_CONNECTION = 50  # on average: one handshake in fifty requests costs next to nothing


class Departure:
    """Whether this process is about to stop."""

    def __init__(self) -> None:
        self.leaving = False


class LastAnswers:
    """Says which answer is the last one of its connection."""

    def __init__(self, app: ASGIApp, departure: Departure) -> None:
        self._app = app
        self._departure = departure
        self._answers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answers += 1
                if self._departure.leaving or self._answers % ANSWERS_PER_CONNECTION == 0:
                    message = {**message, "headers": [*message["headers"], _CLOSE]}
            await send(message)

        await self._app(scope, receive, counted if scope["type"] == "http" else send)
