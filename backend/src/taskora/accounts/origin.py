"""What a request says about where it comes from: https or not, the cookie, and whether another page sent it.

The proxy middleware has already put the outside scheme, host and address into the request when a trusted proxy spoke.
"""

from urllib.parse import urlsplit

from fastapi import Request, Response

from taskora.accounts.errors import OriginRefused
from taskora.settings import Settings

COOKIE = "taskora_session"
SECURE_COOKIE = "__Host-taskora_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def cookie_name(request: Request) -> str:
    """Over https the name itself makes the browser insist on Secure, Path=/ and no Domain."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def session_cookie(request: Request) -> str | None:
    """The secret in the session cookie, if the request has one."""
    value = request.cookies.get(cookie_name(request))
    return value if value and len(value) <= 256 else None


def set_session_cookie(request: Request, response: Response, secret: str, lifetime_seconds: int) -> None:
    """Hand the browser its session."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=lifetime_seconds,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(request: Request, response: Response) -> None:
    """Take the session out of the browser."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )


def client_address(request: Request) -> str:
    """The caller's address, for limits and the session list."""
    return (request.client.host if request.client else "unknown")[:64]


def refuse_foreign_page(request: Request, settings: Settings) -> None:
    """The cross-site guard for callers with a cookie: a change needs our own page's origin and a non-simple header.

    Raises:
        OriginRefused: the change may come from another page.
    """
    if request.method in _SAFE_METHODS:
        return
    require_own_origin(request, settings)
    if not request.headers.get("x-requested-with"):
        raise OriginRefused


def require_own_origin(request: Request, settings: Settings) -> None:
    """When the browser says where a request comes from, that must be us (sign-in has no cookie yet, so only this).

    Raises:
        OriginRefused: another page sent it.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        known = (settings.public_url, *settings.allowed_origins)
        if _place(origin) != _place(f"{request.url.scheme}://{request.headers.get('host', '')}") and not any(
            address and _same_origin(origin, address) for address in known
        ):
            raise OriginRefused
    elif request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise OriginRefused


def _same_origin(one: str, other: str) -> bool:
    return urlsplit(one).scheme == urlsplit(other).scheme and _place(one) == _place(other)


def _place(address: str) -> tuple[str, int] | None:
    """Host and port. The scheme is left out on purpose: a proxy that ends TLS may not be one we trust to say so."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme not in _DEFAULT_PORTS:
        return None
    return host.rstrip("."), 443 if port in (None, 80, 443) else port
