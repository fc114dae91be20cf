"""Believes X-Forwarded-* from trusted proxies and nobody else, then hides them: later code sees the outside request."""

import ipaddress

from starlette.types import ASGIApp, Receive, Scope, Send

from taskora.settings import Network

_FORWARDED = frozenset({b"x-forwarded-proto", b"x-forwarded-for", b"x-forwarded-host", b"forwarded"})


class TrustedProxies:
    """Puts scheme, client address and host of the outside request into the scope."""

    def __init__(self, app: ASGIApp, networks: tuple[Network, ...]) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            forwarded = {name: value for name, value in scope["headers"] if name in _FORWARDED}
            if forwarded:
                client = scope.get("client")
                headers = [(name, value) for name, value in scope["headers"] if name not in _FORWARDED]
                scope = {**scope, "headers": headers}
                if client is not None and self._trusts(client[0]):
                    self._apply(scope, forwarded)
        await self._app(scope, receive, send)

    def _apply(self, scope: Scope, forwarded: dict[bytes, bytes]) -> None:
        scheme = forwarded.get(b"x-forwarded-proto", b"").split(b",")[-1].strip().lower()
        if scheme in (b"http", b"https"):
            scope["scheme"] = scheme.decode()
        host = forwarded.get(b"x-forwarded-host", b"").split(b",")[-1].strip()
        if host:
            scope["headers"] = [(b"host", host), *((n, v) for n, v in scope["headers"] if n != b"host")]
        # The last address that isn't one of our own proxies is the caller; what stands before it, anybody can write.
        chain = forwarded.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        for address in reversed([part.strip() for part in chain if part.strip()]):
            if not _is_address(address):
                break
            scope["client"] = (address, 0)
            if not self._trusts(address):
                break

    def _trusts(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
