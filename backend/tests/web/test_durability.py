"""Killed at any instant, no acknowledged write is lost and no half-written one appears.

The real server runs as a process of its own; writers note ids only after the answer; SIGKILL falls at random instants.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest

KILLS = 20
SECRET = "r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`taskora serve` as a process, restarted on the same data."""

    def __init__(self, folder, database_url):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "TASKORA_DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "BETTER_AUTH_SECRET": SECRET,
            "LOG_LEVEL": "error",
        }
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from taskora.cli import main; main()", "serve"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._process.stderr.read().decode()
            try:
                if httpx.get(f"{self.address}/ready", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise AssertionError("the server did not become ready")

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stderr.close()


class Writer(threading.Thread):
    """Creates tasks as fast as it can until the connection breaks."""

    def __init__(self, server, path, headers, start):
        super().__init__(daemon=True)
        self._server, self._path, self._headers = server, path, headers
        self._next = start
        self.acknowledged = {}
        self.attempted = set()

    def run(self):
        with httpx.Client(base_url=self._server.address, headers=self._headers, timeout=10) as client:
            while True:
                title = f"task {self._next}"
                self._next += 1
                self.attempted.add(title)
                body = {"title": title, "tags": [f"a{self._next % 3}", "b"], "steps": [{"title": "s"}]}
                try:
                    answer = client.post(self._path, json=body)
                except httpx.HTTPError:
                    return
                if answer.status_code == 201:
                    self.acknowledged[answer.json()["id"]] = title


def every_task(server, path, headers):
    found, cursor = {}, None
    with httpx.Client(base_url=server.address, headers=headers, timeout=30) as client:
        while True:
            page = client.get(path, params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
            for task in page["items"]:
                assert task["id"] not in found, "twice"
                found[task["id"]] = task
            cursor = page["next_cursor"]
            if cursor is None:
                assert page["total"] == len(found)
                return found


@pytest.mark.parametrize("seed", [7])
def test_no_acknowledged_write_is_lost(database_url, tmp_path, seed):
    chance = random.Random(seed)
    server = Server(tmp_path, database_url)
    server.start()
    form = {"name": "Ada", "email": "ada@example.org", "password": "plum-tree-47-river"}
    signed_up = httpx.post(f"{server.address}/api/auth/signup", json=form).json()
    path = f"/api/{signed_up['user']['id']}/tasks"
    headers = {"Authorization": f"Bearer {signed_up['access_token']}"}
    acknowledged, attempted = {}, set()
    for kill in range(KILLS):
        writers = [Writer(server, path, headers, start=(kill * 2 + number) * 100_000) for number in range(2)]
        for writer in writers:
            writer.start()
        time.sleep(chance.uniform(0.02, 0.4))
        server.kill()
        for writer in writers:
            writer.join(timeout=30)
            assert not writer.is_alive()
            acknowledged.update(writer.acknowledged)
            attempted |= writer.attempted
        server.start()
    found = every_task(server, path, headers)
    server.kill()
    assert len(acknowledged) > KILLS, "the writer hardly wrote: the test proved nothing"
    missing = {title for task_id, title in acknowledged.items() if found.get(task_id, {}).get("title") != title}
    assert missing == set()
    assert {task["title"] for task in found.values()} <= attempted
    assert len({task["title"] for task in found.values()}) == len(found)
    half = [task for task in found.values() if len(task["tags"]) != 2 or len(task["steps"]) != 1]
    assert half == []
