"""Taskora as a person or a program reaches it over one address: sign up, tasks, chat."""

import contextlib
import socket
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
from cluster.programs import Namespace, eventually

PASSWORD = "correct horse battery 9"


class Person:
    """Somebody who signed up at an address, such as `http://10.0.0.1:30080`; `host` is the name a browser would say."""

    def __init__(self, address: str, host: str = "", email: str = "") -> None:
        headers = {"Host": host} if host else {}
        self.http = httpx.Client(base_url=address, headers=headers, timeout=20)
        self.email = email or f"person-{uuid.uuid4().hex[:12]}@example.com"
        self.user = ""

    def sign_up(self) -> "Person":
        form = {"name": "Sam Rivers", "email": self.email, "password": PASSWORD}
        return self._enter(self.http.post("/api/auth/signup", json=form), 201)

    def sign_in(self) -> "Person":
        form = {"email": self.email, "password": PASSWORD}
        return self._enter(self.http.post("/api/auth/signin", json=form), 200)

    def _enter(self, answer: httpx.Response, status: int) -> "Person":
        assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
        self.user = answer.json()["user"]["id"]
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    def add(self, title: str) -> int:
        """Creates a task and tells its id."""
        answer = self.http.post(f"/api/{self.user}/tasks", json={"title": title})
        assert answer.status_code == 201, f"{answer.status_code} {answer.text[:500]}"
        return int(answer.json()["id"])

    def tasks(self) -> list[dict[str, Any]]:
        """All tasks, page by page, in the order of their making."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            query = {"limit": "200", "order": "asc", **({"cursor": cursor} if cursor else {})}
            answer = self.http.get(f"/api/{self.user}/tasks", params=query)
            assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
            page = answer.json()
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def titles(self) -> set[str]:
        return {task["title"] for task in self.tasks()}

    def say(self, message: str) -> dict[str, Any]:
        """One message to the assistant and its answer."""
        answer = self.http.post(f"/api/{self.user}/chat", json={"message": message})
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
        said: dict[str, Any] = answer.json()
        return said


def walk(address: str, host: str = "") -> Person:
    """What a newcomer does: opens the page, signs up, makes a task, asks the assistant for another; all stored."""
    person = Person(address, host)
    page = person.http.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "<html" in page.text
    person.sign_up()
    person.add("Water the plants")
    person.say("add buy oat milk")
    assert {title.lower() for title in person.titles()} == {"water the plants", "buy oat milk"}
    return person


@contextlib.contextmanager
def forwarded(namespace: Namespace, target: str, port: int) -> Iterator[str]:
    """The address at which `kubectl port-forward` makes a Service or pod reachable from here."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        local = probe.getsockname()[1]
    words = ["kubectl", "--namespace", namespace.name, "port-forward", target, f"{local}:{port}"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: _listens(local), 20, f"port-forward to {target}", every=0.1)
            yield f"http://127.0.0.1:{local}"
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
