"""The whole application started by compose, and one person who uses it through the page's port."""

import json
import secrets
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from compose.engine import answers, docker, environment, eventually, run

PASSWORD = "correct horse battery 9"
# A killed container: the engine notices, waits a moment, starts it, and it gets ready.
RECOVERY_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Stack:
    """compose.yaml of a checkout under a project name and ports of its own."""

    checkout: Path
    project: str
    version: str
    ports: dict[str, int] = field(default_factory=lambda: {"frontend": free_port(), "backend": free_port()})
    seconds_to_healthy: float = 0.0

    @property
    def url(self) -> str:
        """The one address that people open."""
        return f"http://127.0.0.1:{self.ports['frontend']}"

    @property
    def env(self) -> dict[str, str]:
        return environment(
            TASKORA_VERSION=self.version,
            FRONTEND_PORT=str(self.ports["frontend"]),
            BACKEND_PORT=str(self.ports["backend"]),
        )

    def make_env(self) -> str:
        """`make env`, and what it said."""
        done = run("make", "env", cwd=self.checkout, env=self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def compose(self, *arguments: str, timeout: float = 180) -> str:
        return docker(
            "compose", "--project-name", self.project, *arguments, cwd=self.checkout, env=self.env, timeout=timeout
        )

    def up(self) -> None:
        begin = time.monotonic()
        self.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "120")
        self.seconds_to_healthy = time.monotonic() - begin

    def services(self) -> dict[str, dict[str, Any]]:
        """What `docker compose ps` says, by service."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return {each["Service"]: each for each in map(json.loads, lines)}

    def kill(self, service: str) -> None:
        """`kill -9` of the service's first process, as the system's out-of-memory killer does it.

        `docker kill` would not do: the engine takes it for a wish and does not start the container again.
        """
        name = self.services()[service]["Name"]
        pid = docker("inspect", "-f", "{{.State.Pid}}", name)
        killer = ("--rm", "--pid=host", "--privileged", "--user=0", "--entrypoint=kill", "postgres:17", "-9", pid)
        started = docker("inspect", "-f", "{{.State.StartedAt}}", name)
        docker("run", *killer)
        state = "{{.State.Running}} {{.State.StartedAt}}"
        eventually(
            f"{service} was started again",
            lambda: (now := docker("inspect", "-f", state, name)).startswith("true") and now != f"true {started}",
            RECOVERY_SECONDS,
        )

    def wait_until_it_works(self) -> None:
        """Until page, backend and database answer one request together, through the page's port."""
        eventually("a request works", lambda: answers(f"{self.url}/api/auth/session", 401), RECOVERY_SECONDS)
        ready = f"http://127.0.0.1:{self.ports['backend']}/ready"
        eventually("the backend is ready", lambda: answers(ready), RECOVERY_SECONDS)


class Person:
    """Somebody who signed up through the page's address and holds a bearer token."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=20)
        body = {"name": "Sam Rivers", "email": f"sam-{secrets.token_hex(6)}@example.com", "password": PASSWORD}
        answer = self.client.post("/api/auth/signup", json=body)
        assert answer.status_code == 201, answer.text
        signed_in = answer.json()
        self.client.cookies.clear()
        self.id: str = signed_in["user"]["id"]
        self.client.headers["authorization"] = f"Bearer {signed_in['access_token']}"

    def add(self, title: str) -> httpx.Response:
        return self.client.post(f"/api/{self.id}/tasks", json={"title": title})

    def say(self, message: str) -> dict[str, Any]:
        answer = self.client.post(f"/api/{self.id}/chat", json={"message": message})
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def titles(self) -> list[str]:
        """The title of every task, page by page."""
        found: list[str] = []
        cursor = ""
        while True:
            answer = self.client.get(
                f"/api/{self.id}/tasks", params={"limit": 200, **({"cursor": cursor} if cursor else {})}
            )
            assert answer.status_code == 200, answer.text
            found += [task["title"] for task in answer.json()["items"]]
            if not (cursor := answer.json()["next_cursor"]):
                return found
