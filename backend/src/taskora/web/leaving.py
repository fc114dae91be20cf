"""Leaving without breaking a connection: while the process still answers, every answer says that it is the last one.

A proxy keeps connections to us. Closing one of them at the instant in which the proxy writes a request to it loses that
request, and nobody may repeat a POST. An answer with `Connection: close` (RFC 9112, section 9.6) moves the proxy to
another replica in time. `taskora serve` sets `leaving` at SIGTERM and stops DRAIN_SECONDS later.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")


class Departure:
    """Whether this process is about to stop."""

    def __init__(self) -> None:
        self.leaving = False


class LastAnswers:
    """Ends each connection with its answer once the process is leaving."""

    def __init__(self, app: ASGIApp, departure: Departure) -> None:
        self._app = app
        self._departure = departure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            if message["type"] == "http.response.start" and self._departure.leaving:
                message = {**message, "headers": [*message["headers"], _CLOSE]}
            await send(message)

        await self._app(scope, receive, last if scope["type"] == "http" else send)
