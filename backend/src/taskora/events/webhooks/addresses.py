"""Which addresses a webhook may reach: public ones only, unless ALLOW_PRIVATE_WEBHOOKS is set.

A name is resolved once, every address it has is judged, and the connection goes to a judged address (see sending): a
name that answers differently the second time (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

from taskora.events.webhooks.errors import AddressRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

# Public by their numbers, private by their use: the wire server of Azure's virtual machines.
_REFUSED = frozenset({ipaddress.ip_address("168.63.129.16")})
# Prefixes that carry an IPv4 address inside: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), IPv4-compatible (RFC 4291).
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.ip_network("::/96")


def is_public(address: Address) -> bool:
    """Whether an address belongs to a host on the open internet."""
    if address in _REFUSED:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:
            return False
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
    unfit = (
        address.is_private,  # also the shared, benchmark and documentation ranges
        address.is_loopback,
        address.is_link_local,  # also the metadata services of clouds, 169.254.169.254
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
    )
    return address.is_global and not any(unfit)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and int(address) > 0xFFFF):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system sees them. Raises OSError when there are none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked(host: str, port: int, *, allow_private: bool, lookup: Resolve = resolve) -> list[str]:
    """The addresses of `host` that may be connected to.

    Raises AddressRefused when one of them isn't public (a name with both kinds is an attempt), OSError when there are
    none.
    """
    bare = host.strip("[]")
    try:
        addresses = [str(ipaddress.ip_address(bare))]
    except ValueError:
        addresses = await lookup(bare, port)
    if not addresses:
        raise OSError(f"no address for {bare}")
    if not allow_private:
        for text in addresses:
            # A scope ("fe80::1%eth0") names an interface of ours.
            if "%" in text or not is_public(ipaddress.ip_address(text)):
                raise AddressRefused(field="url")
    return addresses


def refuse_obvious(host: str, *, allow_private: bool) -> None:
    """Judge what needs no name server, when a webhook is made. Raises AddressRefused."""
    if allow_private:
        return
    bare = host.strip("[]").rstrip(".").lower()
    if bare == "localhost" or bare.endswith((".localhost", ".local", ".internal")) or "%" in bare:
        raise AddressRefused(field="url")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return
    if not is_public(address):
        raise AddressRefused(field="url")
