"""One POST to a stranger's server: to a checked address, without redirects, proxies or cookies, with short limits.

The answer's body is never read. httpcore is loaded at the first delivery, not at start.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskora.events.webhooks.addresses import Resolve, checked, resolve
from taskora.events.webhooks.errors import AddressRefused

if TYPE_CHECKING:
    import httpcore

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: a status, or the reason why there is none."""

    status: int | None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Sends messages; one for the process, because it keeps the TLS settings."""

    def __init__(self, *, allow_private: bool, lookup: Resolve = resolve) -> None:
        self._allow_private = allow_private
        self._lookup = lookup
        self._tls: ssl.SSLContext | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send `body` as JSON. Never raises for what the network or the receiver does."""
        import httpcore

        self._tls = self._tls or ssl.create_default_context()
        everything = [("content-type", "application/json"), ("user-agent", "Taskora-Webhooks/1"), *headers.items()]
        limits = {"connect": CONNECT_SECONDS, "read": TOTAL_SECONDS, "write": TOTAL_SECONDS, "pool": TOTAL_SECONDS}
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                # A pool for one request: nothing of it is left for the next receiver.
                async with httpcore.AsyncConnectionPool(
                    ssl_context=self._tls, network_backend=_guarded(self._allow_private, self._lookup), retries=0
                ) as pool:
                    request = pool.stream("POST", url, headers=everything, content=body, extensions={"timeout": limits})
                    async with request as response:
                        return _judged(response.status)
        except TimeoutError:
            return Answer(None, f"no answer within {TOTAL_SECONDS:.0f} seconds")
        except AddressRefused:
            return Answer(None, "the address is not public")
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            return Answer(None, _reason(error))


def _judged(status: int) -> Answer:
    if 300 <= status < 400:
        return Answer(status, "redirects are not followed")
    return Answer(status, None if 200 <= status < 300 else f"the receiver answered {status}")


def _reason(error: Exception) -> str:
    """The kind of failure; messages of libraries may hold addresses."""
    cause = error.__cause__ or error
    return {"gaierror": "the name was not found", "SSLCertVerificationError": "the certificate is not valid"}.get(
        type(cause).__name__, f"the connection failed ({type(error).__name__})"
    )


def _guarded(allow_private: bool, lookup: Resolve) -> "httpcore.AsyncNetworkBackend":
    """The network as httpcore sees it: names are resolved and judged here, connections go to judged addresses only."""
    import httpcore

    class Guarded(httpcore.AsyncNetworkBackend):
        def __init__(self) -> None:
            self._inner = httpcore.AnyIOBackend()

        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,  # noqa: ASYNC109 - the interface is httpcore's
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.AsyncNetworkStream:
            addresses = await checked(host, port, allow_private=allow_private, lookup=lookup)
            failure: Exception | None = None
            for address in addresses[:4]:
                try:
                    return await self._inner.connect_tcp(address, port, timeout=timeout, socket_options=socket_options)
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
            assert failure is not None  # `checked` gives at least one address
            raise failure

        async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
            raise AddressRefused(field="url")

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    return Guarded()
