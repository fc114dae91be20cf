"""The server's numbers of specification section 7, measured on a really started server over the loopback.

    python bench/api.py [--seconds 3] [--requests 0]

Starts Taskora on a fresh data folder, makes three people with 1,000, 10,000 and 100,000 tasks, and prints what it
measured beside the goal. `--requests 50000` adds a long run that shows whether memory stays flat. Nothing is
asserted: a figure depends on the machine it was made on.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import insert

from taskora.accounts.caller import authenticate
from taskora.settings import load
from taskora.storage import Database
from taskora.tasks.due import stored
from taskora.tasks.fields import text_columns
from taskora.tasks.journal import TAGS, TASK_TAGS, TASKS
from taskora.tasks.totals import adjust

PORT = 18_765
PASSWORD = "violet-harbour-93-lamp"
SIZES = (1_000, 10_000, 100_000)
SERVER = "import sys; from taskora.cli import main; sys.argv = ['taskora', 'serve']; main()"
_VERBS = ("Call", "Pay", "Write to", "Fix", "Order", "Review", "Plan", "Visit")
_THINGS = ("the dentist", "the rent", "Ayesha", "the bicycle", "groceries", "the report", "the trip", "Grandma")


@dataclass
class Account:
    """A person of the benchmark."""

    user_id: str
    token: str


@dataclass
class Run:
    """What one load run saw; latencies in milliseconds."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that `share` of the answers stayed under."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def __str__(self) -> str:
        failed = f"  {self.failures} FAILED" if self.failures else ""
        return (
            f"{self.rate:7.0f}/s  p50 {self.percentile(0.5):6.1f} ms  p95 {self.percentile(0.95):6.1f} ms"
            f"  p99 {self.percentile(0.99):6.1f} ms"
            f"  server CPU {self.cpu_seconds * 1_000 / len(self.latencies):4.1f} ms{failed}"
        )


class Connection:
    """One keep-alive HTTP/1.1 connection; just enough of the protocol to load a server cheaply."""

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", PORT)

    async def send(self, request: bytes) -> tuple[int, bytes, float]:
        """Send one request; (status, body, seconds to the first byte of the answer)."""
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        first_byte = time.perf_counter() - began
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        body = await self._reader.readexactly(int(length[1])) if length else b""
        return int(head[9:12]), body, first_byte

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def http(method: str, path: str, token: str = "", body: object = None) -> bytes:
    """The bytes of a request."""
    payload = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{PORT}", f"Content-Length: {len(payload)}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json"] if payload else []
    return "\r\n".join([*lines, "", ""]).encode() + payload


def always(request: bytes) -> Callable[[int], bytes]:
    """The same request every time."""
    return lambda _number: request


async def load_with(make: Callable[[int], bytes], connections: int, seconds: float, wanted: int = 200) -> Run:
    """Send requests on so many connections for so long and time every answer. The server's processor time beside it
    tells
    a slow server from a busy machine."""
    run = Run()
    spent = server_cpu()
    numbers = iter(range(10**9))
    ending = time.perf_counter() + seconds

    async def work() -> None:
        connection = Connection()
        await connection.open()
        while time.perf_counter() < ending:
            request = make(next(numbers))
            began = time.perf_counter()
            status, _, _ = await connection.send(request)
            run.latencies.append((time.perf_counter() - began) * 1_000)
            run.failures += status != wanted
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    run.seconds = time.perf_counter() - began
    run.cpu_seconds = server_cpu() - spent
    return run


_SERVERS: list[psutil.Process] = []


def server_cpu() -> float:
    """Processor seconds that the server has used so far."""
    return sum(sum(each.cpu_times()[:2]) for each in _SERVERS)


async def once(request: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = Connection()
    await connection.open()
    status, body, _ = await connection.send(request)
    connection.close()
    return status, body


async def start(folder: Path) -> tuple[subprocess.Popen[bytes], float]:
    """Start the server; the process and the seconds until /ready said yes."""
    environment = {
        **os.environ,
        "TASKORA_DATA_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(PORT),
        "SIGNUP_RATE_LIMIT": "0",
        "SIGNIN_RATE_LIMIT": "0",
        "CHAT_RATE_LIMIT": "0",
    }
    with contextlib.suppress(OSError):
        await once(http("GET", "/health"))
        raise SystemExit(f"Port {PORT} is in use: stop what listens there first.")
    log = (folder / "server.log").open("wb")
    began = time.perf_counter()
    server = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs while it starts
        [sys.executable, "-c", SERVER], env=environment, stdout=log, stderr=log
    )
    while time.perf_counter() - began < 60:
        if server.poll() is not None:
            break
        try:
            status, _ = await once(http("GET", "/ready"))
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.02)
            continue
        if status == 200:
            _SERVERS[:] = [psutil.Process(server.pid)]
            return server, time.perf_counter() - began
        await asyncio.sleep(0.02)
    server.kill()
    raise SystemExit(f"The server did not become ready:\n{(folder / 'server.log').read_text()[-3000:]}")


async def sign_up(name: str) -> Account:
    """A new person."""
    body = {"name": name, "email": f"{name}@example.org", "password": PASSWORD}
    status, answer = await once(http("POST", "/api/auth/signup", body=body))
    if status != 201:
        raise SystemExit(f"Signing up answered {status}: {answer.decode()[:500]}")
    made = json.loads(answer)
    return Account(made["user"]["id"], made["access_token"])


async def fill(database: Database, account: Account, size: int) -> None:
    """Give the person that many plausible tasks, past the API (which would take minutes): two in three open, a third
    with
    a due date, two tags on every third."""
    chance = random.Random(size)
    now = datetime.now(UTC)
    async with database.write() as session:
        names = ("home", "work", "errands", "someday", "calls")
        tags = [{"user_id": account.user_id, "name": n, "name_key": n, "color": None, "created_at": now} for n in names]
        tag_ids = (await session.execute(insert(TAGS).returning(TAGS.c.id), tags)).scalars().all()
        completed = 0
        for first in range(0, size, 5_000):
            rows = [_row(account.user_id, number, now, chance) for number in range(first, min(first + 5_000, size))]
            completed += sum(row["completed"] for row in rows)
            ids = (await session.execute(insert(TASKS).returning(TASKS.c.id), rows)).scalars().all()
            links = [
                {"task_id": task_id, "tag_id": tag_id, "rank": rank}
                for task_id in ids[::3]
                for rank, tag_id in enumerate(chance.sample(list(tag_ids), 2))
            ]
            await session.execute(insert(TASK_TAGS), links)
        await adjust(session, account.user_id, (size - completed, completed))


def _row(user_id: str, number: int, now: datetime, chance: random.Random) -> dict[str, object]:
    made = now - timedelta(minutes=number)
    completed = number % 3 == 2
    day = date.today() + timedelta(days=chance.randrange(-30, 60)) if chance.random() < 0.33 else None
    due = (
        stored(day, None, None, "UTC").columns()
        if day
        else dict.fromkeys(("due_date", "due_time", "due_zone", "due_at"))
    )
    return {
        "user_id": user_id,
        **text_columns(
            f"{chance.choice(_VERBS)} {chance.choice(_THINGS)} {number}", "As soon as possible." * (number % 4)
        ),
        "completed": completed,
        "completed_at": made if completed else None,
        "priority": chance.choice((1, 2, 2, 2, 3, 4)),
        "project_id": None,
        **due,
        "rrule": None,
        "exdates": None,
        "recur_from": None,
        "steps": [],
        "position": number * 1024.0,
        "parent_task_id": None,
        "created_at": made,
        "updated_at": made,
        "revision": 1,
    }


def resident(server: subprocess.Popen[bytes]) -> float:
    """Resident memory of the server and its children, in megabytes."""
    process = psutil.Process(server.pid)
    return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)]) / 1e6


def say(what: str, measured: object, goal: str) -> None:
    """One line of the report."""
    print(f"{what:38} {measured!s:86} goal: {goal}", flush=True)


async def measure_lists(accounts: dict[int, Account], seconds: float) -> None:
    """Lists at every size; the views that people open at the largest."""
    for size, account in accounts.items():
        request = http("GET", f"/api/{account.user_id}/tasks?limit=50", account.token)
        say(f"list 50 of {size:,}, 1 connection", await load_with(always(request), 1, seconds), "p50 ≤ 15 ms")
        many = await load_with(always(request), 16, seconds)
        say(f"list 50 of {size:,}, 16 connections", many, "≥ 200/s, p99 ≤ 150 ms")
    account = accounts[max(accounts)]
    views = {
        "open, by due": "status=pending&sort=due",
        "today": f"status=pending&due_before={date.today()}&sort=due",
        "by title": "sort=title",
        "tag": "tags=home",
        "search": "search=bicycle",
        "search with a typo": "search=bicylce",
    }
    for name, query in views.items():
        request = http("GET", f"/api/{account.user_id}/tasks?limit=50&{query}", account.token)
        run = await load_with(always(request), 1, seconds / 3)
        say(f"  {max(accounts):,}: {name}", run, "-")
    request = http("GET", f"/api/{account.user_id}/counts", account.token)
    say(f"  {max(accounts):,}: counts", await load_with(always(request), 1, seconds / 3), "-")


async def measure_writes(account: Account, seconds: float) -> None:
    """Creates, one after the other and sixteen at a time."""

    def create(number: int) -> bytes:
        return http("POST", f"/api/{account.user_id}/tasks", account.token, {"title": f"Buy milk {number}"})

    say("create, 1 connection", await load_with(create, 1, seconds, 201), "-")
    say("create, 16 connections", await load_with(create, 16, seconds, 201), "≥ 200/s, p99 ≤ 120 ms")


async def measure_chat(account: Account) -> None:
    """Chat without a key: an addition and a question."""
    texts = ["Add a task to buy groceries", "What's pending?", "Mark buy groceries as done", "What have I completed?"]
    first, whole = [], []
    for number in range(20):
        connection = Connection()
        await connection.open()
        body = {"message": texts[number % len(texts)]}
        began = time.perf_counter()
        status, answer, first_byte = await connection.send(
            http("POST", f"/api/{account.user_id}/chat", account.token, body)
        )
        whole.append((time.perf_counter() - began) * 1_000)
        first.append(first_byte * 1_000)
        connection.close()
        if status != 200:
            say("chat without a key", f"answered {status}: {answer.decode()[:80]}", "≤ 100 ms / ≤ 300 ms")
            return
    figures = f"first byte p95 {sorted(first)[18]:.0f} ms, complete p95 {sorted(whole)[18]:.0f} ms"
    say("chat without a key", figures, "≤ 100 ms / ≤ 300 ms")


async def measure_token(database: Database, folder: Path, account: Account) -> None:
    """The token check alone, in this process."""
    settings = load({"TASKORA_DATA_DIR": str(folder)})
    times = []
    for _ in range(500):
        began = time.perf_counter()
        await authenticate(database, settings, account.token)
        times.append((time.perf_counter() - began) * 1_000)
    say("token check", f"p50 {statistics.median(times):.2f} ms", "≤ 1 ms")


async def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each load run")
    parser.add_argument("--requests", type=int, default=0, help="requests of the long memory run (0: none)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="taskora-bench-") as name:
        folder = Path(name)
        server, _ = await start(folder)  # the first start makes the database
        server.terminate()
        server.wait(20)
        server, seconds = await start(folder)
        try:
            await measure(server, folder, seconds, options)
        finally:
            server.terminate()
            server.wait(20)


async def measure(server: subprocess.Popen[bytes], folder: Path, started: float, options: argparse.Namespace) -> None:
    """All figures of a running server."""
    print(f"{os.cpu_count()} cores, SQLite, {options.seconds:g} s a run\n")
    say("start to /ready, warm", f"{started:.2f} s", "≤ 2 s")
    say("memory idle", f"{resident(server):.0f} MB", "≤ 150 MB")
    database = Database(f"sqlite:///{folder / 'taskora.db'}")
    accounts = {}
    for size in SIZES:
        accounts[size] = await sign_up(f"person{size}")
        await fill(database, accounts[size], size)
    say("/health", await load_with(lambda _: http("GET", "/health"), 4, options.seconds), "p95 ≤ 10 ms")
    say("/ready", await load_with(lambda _: http("GET", "/ready"), 4, options.seconds), "p95 ≤ 20 ms")
    await measure_token(database, folder, accounts[10_000])
    await database.close()
    await measure_lists(accounts, options.seconds)
    await measure_writes(accounts[10_000], options.seconds)
    await measure_chat(accounts[1_000])
    say("memory after load", f"{resident(server):.0f} MB", "≤ 300 MB")
    if options.requests:
        await measure_memory(server, accounts[10_000], options.requests)


async def measure_memory(server: subprocess.Popen[bytes], account: Account, requests: int) -> None:
    """Memory over a long run of reads and writes, sampled ten times."""
    numbers = iter(range(requests))

    async def work() -> None:
        connection = Connection()
        await connection.open()
        for number in numbers:
            if number % 10 == 0:
                request = http("POST", f"/api/{account.user_id}/tasks", account.token, {"title": f"Long run {number}"})
            else:
                request = http("GET", f"/api/{account.user_id}/tasks?limit=50", account.token)
            await connection.send(request)
            if number % (requests // 10) == 0:
                samples.append(resident(server))
        connection.close()

    samples: list[float] = []
    await asyncio.gather(*(work() for _ in range(8)))
    say(f"memory over {requests:,} requests", " ".join(f"{sample:.0f}" for sample in samples) + " MB", "flat")


if __name__ == "__main__":
    asyncio.run(main())
