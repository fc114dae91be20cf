"""Open-loop load: requests leave at a fixed rate whether or not earlier ones were answered, as they do in real life.

One half goes out on a connection of its own, the other on kept connections, each of which carries one request at a
time. A request counts as failed when the connection is refused, reset or ended without an answer, when the answer takes
more than `PATIENCE_SECONDS` or when its status is not the expected one. Nothing is tried again: a kept connection is
only left unused when the server has closed it before the request is written, as every HTTP client does (RFC 9112, 9.6).
"""

import asyncio
import collections
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11

PATIENCE_SECONDS = 30  # half of what an ingress controller waits by default
IDLE_SECONDS = 3  # shorter than any server's own limit, as a careful client's


@dataclass(frozen=True)
class Entrance:
    """A way in: `label` for the tally, the address, and the name that goes into the Host header."""

    label: str
    address: str
    host: str = ""


@dataclass(frozen=True)
class Ask:
    """One request and the status that it deserves."""

    label: str
    method: str
    path: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Tally:
    """What came of the load."""

    sent: int = 0
    seconds: float = 0
    failures: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    answered: collections.Counter[str] = field(default_factory=collections.Counter)

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.answered.items()))
        text = (
            f"{self.sent} requests in {self.seconds:.0f} s ({self.sent / max(self.seconds, 1):.0f}/s), "
            f"{len(self.failures)} failed; p50 {self.quantile(0.5):.0f} ms, p99 {self.quantile(0.99):.0f} ms, "
            f"longest {self.quantile(1):.0f} ms; {kinds}"
        )
        grouped = collections.Counter(failure.split(" | ", 1)[1] for failure in self.failures)
        return "\n".join([text, *(f"  {count} x {failure}" for failure, count in grouped.most_common(12))])


class Connection:
    """One connection, one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.protocol = h11.Connection(h11.CLIENT)
        self.idle_since = 0.0
        self.used = 0

    @property
    def usable(self) -> bool:
        """Whether another request may be written to it."""
        fresh = time.monotonic() - self.idle_since < IDLE_SECONDS
        return fresh and not self.reader.at_eof() and not self.writer.is_closing()

    async def ask(self, ask: Ask, host: str, keep: bool) -> int:
        """Status of the answer, whose body is read to its end."""
        headers = {"Host": host, **ask.headers, "Connection": "keep-alive" if keep else "close"}
        if ask.body:
            headers |= {"Content-Length": str(len(ask.body)), "Content-Type": "application/json"}
        request = h11.Request(method=ask.method, target=ask.path, headers=list(headers.items()))
        parts: list[h11.Event] = [request, *([h11.Data(data=ask.body)] if ask.body else []), h11.EndOfMessage()]
        self.used += 1
        self.writer.write(b"".join(self.protocol.send(part) or b"" for part in parts))
        status = 0
        while True:
            event = self.protocol.next_event()
            if event is h11.NEED_DATA:
                self.protocol.receive_data(await self.reader.read(65536))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.EndOfMessage):
                return status

    def rest(self) -> bool:
        """Makes it fit for the next request, where both sides allow it."""
        if self.protocol.our_state is not h11.DONE or self.protocol.their_state is not h11.DONE:
            return False
        self.protocol.start_next_cycle()
        self.idle_since = time.monotonic()
        return True


class Traffic:
    """Load from a thread of its own: `with Traffic(...) as traffic: roll(); traffic.tally`."""

    def __init__(self, entrances: list[Entrance], asks: Callable[[int], Ask], rate: float) -> None:
        self.tally = Tally()
        self._entrances, self._asks, self._rate = entrances, asks, rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="traffic", daemon=True)
        self._idle: dict[str, collections.deque[Connection]] = {e.label: collections.deque() for e in entrances}
        self._start = 0.0

    def __enter__(self) -> "Traffic":
        self._start = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_SECONDS + 20)

    def until(self, requests: int, seconds: float) -> None:
        """Waits until this many requests have left."""
        end = time.monotonic() + seconds
        while self.tally.sent < requests and time.monotonic() < end:
            time.sleep(0.2)

    async def _run(self) -> None:
        running: set[asyncio.Task[None]] = set()
        for number in itertools.count():
            delay = self._start + number / self._rate - time.monotonic()
            if delay > 0:
                await asyncio.sleep(delay)
            if self._stop.is_set():
                break
            # Each entrance gets new and kept connections alike.
            entrance = self._entrances[number % len(self._entrances)]
            keep = bool(number // len(self._entrances) % 2)
            task = asyncio.create_task(self._one(entrance, self._asks(number), keep))
            running.add(task)
            task.add_done_callback(running.discard)
            self.tally.sent += 1
        self.tally.seconds = time.monotonic() - self._start
        await asyncio.gather(*running)
        for connection in itertools.chain(*self._idle.values()):
            connection.writer.close()

    async def _one(self, entrance: Entrance, ask: Ask, keep: bool) -> None:
        begun = time.monotonic()
        kind = f"{entrance.label}, {'kept' if keep else 'new'}"
        trouble = ""
        connection = None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                connection = self._resting(entrance) if keep else None
                connection = connection or await _open(entrance)
                host = entrance.host or urlsplit(entrance.address).netloc
                status = await connection.ask(ask, host, keep)
                if status != ask.status:
                    trouble = f"status {status}"
        except TimeoutError:
            trouble = f"no answer in {PATIENCE_SECONDS} s"
        except (OSError, h11.ProtocolError) as error:
            trouble = f"{type(error).__name__} {error}"
        if trouble:
            use = f"use {connection.used} of its connection" if connection else "connecting"
            self.tally.failures.append(f"{begun - self._start:7.2f} s | {kind}: {ask.label}: {trouble} ({use})")
        else:
            self.tally.latencies.append(time.monotonic() - begun)
            self.tally.answered[kind] += 1
        if connection is not None:
            if keep and not trouble and connection.rest():
                self._idle[entrance.label].append(connection)
            else:
                connection.writer.close()

    def _resting(self, entrance: Entrance) -> Connection | None:
        idle = self._idle[entrance.label]
        while idle:
            connection = idle.popleft()
            if connection.usable:
                return connection
            connection.writer.close()
        return None


async def _open(entrance: Entrance) -> Connection:
    url = urlsplit(entrance.address)
    return Connection(*await asyncio.open_connection(url.hostname, url.port or 80))
