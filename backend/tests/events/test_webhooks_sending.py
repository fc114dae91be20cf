"""The way out, against real servers on this machine: addresses, redirects, time, size."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from taskora.events.webhooks import sending
from taskora.events.webhooks.sending import Sender

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[int]:
    """A TCP server on a free port of 127.0.0.1."""
    listening = await asyncio.start_server(handler, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def answering(status: str, *headers: str, body: bytes = b"", seen: list[bytes] | None = None) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(head)
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    return handle


async def local(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_message_arrives_as_json_with_its_headers() -> None:
    seen: list[bytes] = []
    async with server(answering("204 No Content", seen=seen)) as port:
        sender = Sender(allow_private=True, lookup=local)
        answer = await sender.post(f"http://hooks.example.org:{port}/a?b=c", {"webhook-id": "msg_1"}, b"{}")
    assert (answer.ok, answer.status, answer.error) == (True, 204, None)
    head = seen[0].decode().lower()
    assert head.startswith("post /a?b=c http/1.1")
    assert f"host: hooks.example.org:{port}" in head
    assert "content-type: application/json" in head
    assert "webhook-id: msg_1" in head


async def test_a_private_address_is_not_even_connected_to() -> None:
    seen: list[bytes] = []
    async with server(answering("200 OK", seen=seen)) as port:
        for url in (
            f"http://127.0.0.1:{port}/",
            f"http://hooks.example.org:{port}/",
            f"http://[::ffff:127.0.0.1]:{port}/",
        ):
            answer = await Sender(allow_private=False, lookup=local).post(url, {}, b"{}")
            assert (answer.ok, answer.status) == (False, None)
            assert "not public" in (answer.error or "")
    assert seen == []


async def test_the_name_is_resolved_once_so_that_it_cannot_change_its_mind() -> None:
    """DNS rebinding: the first answer is public, a second one would be loopback. Only the judged one may be used."""
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) > 1 else ["127.0.0.1"]

    async with server(answering("200 OK")) as port:
        answer = await Sender(allow_private=True, lookup=rebinding).post(f"http://hooks.example.org:{port}/", {}, b"{}")
    assert answer.ok
    assert asked == ["hooks.example.org"]


async def test_redirects_are_not_followed() -> None:
    seen: list[bytes] = []
    async with server(answering("200 OK", seen=seen)) as inside:
        moved = answering("302 Found", f"Location: http://127.0.0.1:{inside}/")
        async with server(moved) as port:
            answer = await Sender(allow_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (answer.ok, answer.status) == (False, 302)
    assert seen == []


async def test_a_receiver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.2)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with server(hang) as port:
        answer = await Sender(allow_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.status is None
    assert "no answer" in (answer.error or "")


async def test_a_receiver_that_drips_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.3)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                writer.write(b"x-drip: 1\r\n")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            writer.close()

    async with server(drip) as port:
        answer = await Sender(allow_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.status is None


async def test_an_endless_answer_is_not_read() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with server(endless) as port:
        assert (await Sender(allow_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")).ok


@pytest.mark.parametrize("answered", [b"not http at all\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000])
async def test_rubbish_is_a_failure_not_a_crash(answered: bytes) -> None:
    async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answered)
        writer.close()

    async with server(rubbish) as port:
        answer = await Sender(allow_private=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (answer.ok, answer.status) == (False, None)
    assert answer.error


async def test_nobody_there_and_no_such_name_are_failures_with_a_reason() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert not (await Sender(allow_private=True).post("http://127.0.0.1:1/", {}, b"{}")).ok
    assert not (await Sender(allow_private=False, lookup=unknown).post("http://nowhere.example/", {}, b"{}")).ok
