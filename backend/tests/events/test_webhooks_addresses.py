"""Which addresses a webhook may reach: whatever the way they are written."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskora.events.webhooks.addresses import checked, is_public, refuse_obvious
from taskora.events.webhooks.errors import AddressRefused

REFUSED = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "::7f00:1",
    "2001:db8::1", "100::1",
]  # fmt: skip
ALLOWED = ["93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:810::200e", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_inside_are_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_addresses_outside_are_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_in_every_ipv6_dress(address: ipaddress.IPv4Address) -> None:
    dresses = [
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("::ffff:0:0")) + int(address)),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address)),
    ]
    for dress in dresses:
        if not is_public(address):
            assert not is_public(dress)


async def test_every_address_of_a_name_is_judged() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(AddressRefused):
        await checked("example.org", 443, allow_private=False, lookup=mixed)
    assert await checked("example.org", 443, allow_private=True, lookup=mixed) == ["8.8.8.8", "127.0.0.1"]


async def test_literal_addresses_ask_no_name_server() -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError("asked")

    assert await checked("8.8.8.8", 443, allow_private=False, lookup=never) == ["8.8.8.8"]
    for host in ("127.0.0.1", "[::1]", "169.254.169.254"):
        with pytest.raises(AddressRefused):
            await checked(host, 80, allow_private=False, lookup=never)


async def test_scoped_answers_are_refused() -> None:
    async def scoped(host: str, port: int) -> list[str]:
        return ["fe80::1%eth0"]

    with pytest.raises(AddressRefused):
        await checked("example.org", 443, allow_private=False, lookup=scoped)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "a.localhost", "printer.local", "metadata.google.internal", "127.0.0.1", "[::1]"],
)
def test_the_obvious_is_refused_without_any_look_up(host: str) -> None:
    with pytest.raises(AddressRefused):
        refuse_obvious(host, allow_private=False)
    refuse_obvious(host, allow_private=True)
    refuse_obvious("hooks.example.org", allow_private=False)
