"""Whom a local HTTP door answers: the Host and Origin headers judged against DNS rebinding and other sites' pages.

Shared by the doors that listen (`kora mcp`, `kora console`). Pure: headers in, a yes or no out.
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from kora.kit.errors import Invalid

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def host_name(header: str) -> str:
    """The name in a Host header, without the port; empty when there is none that makes sense."""
    try:
        parts = urlsplit(f"//{header}")
        parts.port  # noqa: B018 - reading it judges it
    except ValueError:
        return ""
    if parts.path or parts.query or parts.fragment or parts.username is not None or header.strip() != header:
        return ""
    return (parts.hostname or "").rstrip(".")


def host_is_known(header: str, allowed: Collection[str] = ()) -> bool:
    """Whether a request with this Host header may be answered: loopback, or a name or address that was allowed. A page
    on a domain that was rebound to this machine names its own domain, which is neither."""
    name = host_name(header)
    return bool(name) and (name in _LOOPBACK_NAMES or name in {each.lower() for each in allowed})


def origin_is_own(origin: str | None, host: str, *, required: bool = False) -> bool:
    """Whether an Origin header names the very host that was asked (scheme http or https). Programs send none; a
    browser's writes always carry one, so a page's door may require it."""
    if origin is None:
        return not required
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc == host and not (parts.path or parts.query)


def is_loopback(address: str) -> bool:
    """Whether a server that binds to `address` is reached from this machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def require_bindable(address: str, allowed: Collection[str]) -> None:
    """Refuse to listen beyond this machine without a name to answer for.

    Raises:
        Invalid: `address` is not loopback and nothing was allowed.
    """
    if not is_loopback(address) and not allowed:
        raise Invalid(
            f"{address} can be reached from other machines, so the names it is reached by have to be said.",
            fix="Add --allow-host NAME (the name or address in people's address line), or leave --host out.",
        )
