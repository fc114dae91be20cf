"""One HTTPS connection pool to an API server: typed errors instead of exceptions of the transport, bounded retries of
questions, fresh credentials after a 401. Knows nothing of kinds.
"""

import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from kora.cluster.credentials import Credentials
from kora.cluster.errors import ClusterBusy, ClusterUnreachable, from_status
from kora.kit import clock
from kora.kit.errors import Retryable

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
ATTEMPTS = 3
_LATER = {429, 500, 502, 503, 504}
_VERBS = {"POST": "create", "PUT": "update"}


class Connection:
    """Sends requests to one API server. May be shared by threads."""

    def __init__(
        self,
        renew: Callable[[], Credentials],
        *,
        read_seconds: float = READ_SECONDS,
        transport: httpx.BaseTransport | None = None,
        impersonate: str | None = None,
    ) -> None:
        """`renew` reads the credentials, at the first request and after a 401; `transport` replaces the network (for
        tests of this class); `impersonate` is the user in whose name to ask."""
        self._impersonate = impersonate
        self._renew, self._read_seconds, self._transport = renew, read_seconds, transport
        self._lock = threading.RLock()
        self._opened: tuple[Credentials, httpx.Client] | None = None
        self.sent: Counter[str] = Counter()
        """Requests by verb, as Kubernetes names them; repeated ones count again."""

    @property
    def credentials(self) -> Credentials:
        """Who we are and where.

        Raises:
            ClusterNotConfigured: there is nothing usable to connect with.
        """
        return self._open()[0]

    @property
    def _client(self) -> httpx.Client:
        return self._open()[1]

    def _open(self) -> tuple[Credentials, httpx.Client]:
        with self._lock:
            if self._opened is None:
                credentials = self._renew()
                self._opened = credentials, self._make_client(credentials)
            return self._opened

    def _make_client(self, credentials: Credentials) -> httpx.Client:
        headers = {"User-Agent": "kora"}
        if credentials.token:
            headers["Authorization"] = f"Bearer {credentials.token}"
        if self._impersonate:
            headers["Impersonate-User"] = self._impersonate
        return httpx.Client(
            base_url=credentials.server,
            headers=headers,
            verify=credentials.tls,
            proxy=credentials.proxy,
            transport=self._transport,
            timeout=httpx.Timeout(self._read_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=8),  # a watch holds one each
            trust_env=False,  # a proxy is the kubeconfig's business
        )

    def close(self) -> None:
        """Give the sockets back."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()

    def json(
        self,
        method: str,
        path: str,
        *,
        what: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> dict[str, Any]:
        """Send one request and give the JSON object of the answer.

        Raises:
            KoraError: as `errors.from_status` maps it; ClusterUnreachable and ClusterBusy for the transport.
        """
        response = self.send(
            method, path, what=what, params=params, body=body, content_type=content_type, accept=accept
        )
        if response.status_code >= 400:
            raise from_status(response.status_code, parse_status(response), what)
        try:
            answer = response.json()
        except ValueError as error:
            raise ClusterBusy(f"The API server's answer is not JSON ({what}).", fix=self._fix()) from error
        return answer if isinstance(answer, dict) else {}

    def send(
        self,
        method: str,
        path: str,
        *,
        what: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        seconds: float | None = None,
    ) -> httpx.Response:
        """The raw answer, whatever its status. Only questions (GET) are sent again after a failure that may have had
        an effect; 429 is always safe to repeat, because the server did not look at the request."""
        renewed = False
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = self._once(method, path, params, body, content_type, accept, seconds)
            except httpx.TransportError as error:
                if last or not (method == "GET" or isinstance(error, httpx.ConnectTimeout)):
                    raise self._unreachable(error, what) from error
                if isinstance(error, httpx.ConnectError):
                    raise self._unreachable(error, what) from error
                clock.sleep(0.2 * attempt)
                continue
            if response.status_code == 401 and not renewed and not last:
                renewed = True
                self._renew_credentials()
                continue
            if response.status_code in _LATER and not last and (method == "GET" or response.status_code == 429):
                if "/proxy/" in path:
                    return response  # the program behind the proxy said so
                clock.sleep(_pause(response, attempt))
                continue
            return response
        raise AssertionError("the last attempt returns or raises")

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Any,
        content_type: str,
        accept: str,
        seconds: float | None,
    ) -> httpx.Response:
        content = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {"Accept": accept} | ({"Content-Type": content_type} if content is not None else {})
        timeout = httpx.Timeout(seconds or self._read_seconds, connect=CONNECT_SECONDS)
        query = {key: value for key, value in (params or {}).items() if value is not None}
        self.sent["list" if method == "GET" and "limit" in query else _VERBS.get(method, method.lower())] += 1
        return self._client.request(
            method, path, params=query, content=content, headers=headers, timeout=timeout, extensions=self._extensions()
        )

    @contextmanager
    def lines(self, path: str, *, what: str, params: Mapping[str, Any], seconds: float) -> Iterator[Iterator[str]]:
        """A streamed answer, line by line, for at most `seconds` of silence.

        Raises:
            KoraError: as for `json`.
        """
        query = {key: value for key, value in params.items() if value is not None}
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        self.sent["watch"] += 1
        try:
            with self._client.stream(
                "GET", path, params=query, timeout=timeout, extensions=self._extensions()
            ) as response:
                if response.status_code >= 400:
                    response.read()
                    if response.status_code == 401:
                        self._renew_credentials()
                    raise from_status(response.status_code, parse_status(response), what)
                yield response.iter_lines()
        except httpx.TransportError as error:
            raise self._unreachable(error, what) from error

    def _extensions(self) -> dict[str, Any]:
        name = self.credentials.tls_server_name
        return {"sni_hostname": name} if name else {}

    def _renew_credentials(self) -> None:
        """Requests of other threads that are under way finish on the old pool; the garbage collector closes it."""
        with self._lock:
            self._opened = None
            self._open()

    def _fix(self) -> str:
        return f"Check that the cluster runs: kubectl --context {self.credentials.context} cluster-info"

    def _unreachable(self, error: httpx.TransportError, what: str) -> Retryable:
        server, context = self.credentials.server, self.credentials.context
        where = f"The cluster at {server} (context {context})"
        cause = _root(error)
        if isinstance(error, httpx.ConnectTimeout):
            text = f"{where} did not answer within {CONNECT_SECONDS:.0f} s. Is it running, and is the network there?"
        elif isinstance(error, httpx.TimeoutException):
            text = f"{where} took too long ({what}). Whether it had an effect is not known."
        elif isinstance(cause, ConnectionRefusedError):
            text = f"{where} refused the connection. Is it running?"
        elif isinstance(cause, ssl.SSLCertVerificationError):
            text = f"{where} shows a certificate that the kubeconfig does not trust: {cause.verify_message}."
        elif isinstance(error, httpx.ConnectError):
            text = f"{where} cannot be reached: {error}."
        else:
            text = f"The connection to {server} (context {context}) broke off ({what}): {error}."
        return ClusterUnreachable(text, fix=self._fix())


def parse_status(response: httpx.Response) -> dict[str, Any]:
    """The Status object of an answer; a shortened text as its message when it is none."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and body.get("kind") == "Status":
        return body
    text = " ".join(response.text.split())[:300]
    return {"message": text} if text else {}


def _pause(response: httpx.Response, attempt: int) -> float:
    """Seconds to wait before the next attempt: what the server asks for, at most 5."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), 5.0) if asked.isdigit() else 0.2 * attempt


def _root(error: BaseException) -> BaseException:
    """The innermost cause, without going round in circles."""
    seen = {id(error)}
    while (cause := error.__cause__ or error.__context__) is not None and id(cause) not in seen:
        seen.add(id(cause))
        error = cause
    return error
