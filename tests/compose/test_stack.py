"""compose.yaml as people use it: secrets once, healthy in order, the job done through one port, kills survived."""

import json
import os
import re
import stat
import threading
from pathlib import Path

import httpx
import pytest
import yaml
from compose.conftest import ROOT
from compose.engine import docker, run
from compose.stack import Person, Stack

HEALTHY_SECONDS = 45
SERVICES = ("frontend", "backend", "database")
LONG_RUNNING = {"database", "backend", "frontend"}


def test_make_env_writes_fresh_secrets_for_its_owner_only(stack: Stack) -> None:
    path = stack.checkout / ".env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line and line[0] != "#")
    assert len(values["BETTER_AUTH_SECRET"]) >= 48
    assert re.fullmatch(r"[0-9a-f]{48}", values["POSTGRES_PASSWORD"])
    before = path.read_bytes()
    assert "nothing was changed" in stack.make_env()
    assert path.read_bytes() == before


def test_two_checkouts_do_not_share_a_secret(stack: Stack, tmp_path: Path) -> None:
    for name in ("Makefile", ".env.example"):
        (tmp_path / name).write_bytes((stack.checkout / name).read_bytes())
    assert run("make", "env", cwd=tmp_path).returncode == 0
    secrets = [
        re.findall(r"^(?:BETTER|POSTGRES)\w+=(.+)$", (folder / ".env").read_text(), re.MULTILINE)
        for folder in (tmp_path, stack.checkout)
    ]
    assert len(secrets[0]) == len(secrets[1]) == 2
    assert not set(secrets[0]) & set(secrets[1])


def test_without_secrets_it_says_what_to_do(checkout: Path, engine: None, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_bytes((checkout / "compose.yaml").read_bytes())
    done = run("docker", "compose", "config", "--quiet", cwd=tmp_path)
    assert done.returncode != 0
    assert "make env" in done.stderr


def test_the_file_with_secrets_can_not_be_committed() -> None:
    assert run("git", "check-ignore", "--quiet", ".env", cwd=ROOT, env=dict(os.environ)).returncode == 0


def test_everything_is_healthy_in_time_and_the_migration_went_first(stack: Stack) -> None:
    assert stack.seconds_to_healthy <= HEALTHY_SECONDS
    services = stack.services()
    assert {name for name, each in services.items() if each["Health"] == "healthy"} == LONG_RUNNING
    assert services["migrate"]["State"] == "exited"
    assert services["migrate"]["ExitCode"] == 0


def test_what_runs_is_locked_down_and_the_database_is_not_published(stack: Stack) -> None:
    services = stack.services()
    for service in ("frontend", "backend", "migrate"):
        host = json.loads(docker("inspect", "-f", "{{json .HostConfig}}", services[service]["Name"]))
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert not host["Privileged"]
    assert not [port for port in services["database"]["Publishers"] or [] if port["PublishedPort"]]


def test_the_whole_job_through_the_pages_port(stack: Stack) -> None:
    page = httpx.get(f"{stack.url}/signup", timeout=20)
    assert page.status_code == 200
    assert "<html" in page.text
    sam = Person(stack.url)
    assert sam.add("Pay the rent").status_code == 201
    reply = sam.say("add milk to my list")
    assert [call["name"] for call in reply["tool_calls"]] == ["add_task"]
    assert sorted(title.lower() for title in sam.titles()) == ["milk", "pay the rent"]


def test_two_people_see_their_own_tasks_only(stack: Stack) -> None:
    sam, kim = Person(stack.url), Person(stack.url)
    sam.add("For Sam alone")
    assert kim.titles() == []
    assert kim.client.get(f"/api/{sam.id}/tasks").status_code == 403


def test_mcp_answers_through_the_pages_port(stack: Stack) -> None:
    sam = Person(stack.url)
    token = sam.client.post(f"/api/{sam.id}/tokens", json={"name": "test", "scopes": ["mcp"]}).json()["token"]
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    headers = {"accept": "application/json, text/event-stream", "authorization": f"Bearer {token}"}
    answer = httpx.post(f"{stack.url}/mcp", json=hello, headers=headers, timeout=30)
    assert answer.status_code == 200
    assert '"serverInfo"' in answer.text
    assert httpx.post(f"{stack.url}/mcp", json=hello, timeout=30).status_code == 401


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_container_comes_back_and_no_acknowledged_task_is_lost(stack: Stack, service: str) -> None:
    sam = Person(stack.url)
    writer = Writer(sam)
    writer.start()
    writer.wait_for(20)
    stack.kill(service)
    stack.wait_until_it_works()
    writer.wait_for(len(writer.acknowledged) + 20)
    writer.stop()
    titles = sam.titles()
    assert set(writer.acknowledged) <= set(titles), "an acknowledged task is gone"
    assert len(titles) == len(set(titles)), "a task is there twice"


class Writer(threading.Thread):
    """Adds task after task, and notes a title only when its answer came."""

    def __init__(self, person: Person) -> None:
        super().__init__(daemon=True)
        self._person = person
        self._end = threading.Event()
        self._changed = threading.Condition()
        self.acknowledged: list[str] = []

    def run(self) -> None:
        number = 0
        while not self._end.is_set():
            number += 1
            title = f"task {number:05}"
            try:
                answer = self._person.add(title)
            except httpx.TransportError:
                self._end.wait(0.05)
                continue
            if answer.status_code == 201:
                with self._changed:
                    self.acknowledged.append(title)
                    self._changed.notify_all()
            else:
                self._end.wait(0.05)

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= count, timeout=90), "writes don't work"

    def stop(self) -> None:
        self._end.set()
        self.join(60)
        assert not self.is_alive()


def test_the_name_for_local_changes_is_free(stack: Stack) -> None:
    assert not [name for name in ("compose.override.yaml", "compose.override.yml") if (ROOT / name).exists()]
    override = stack.checkout / "compose.override.yaml"
    override.write_text("services:\n  backend:\n    environment:\n      LOG_LEVEL: debug\n")
    try:
        merged = yaml.safe_load(stack.compose("config"))
    finally:
        override.unlink()
    environment = merged["services"]["backend"]["environment"]
    assert environment["LOG_LEVEL"] == "debug"
    assert environment["TRUSTED_PROXIES"] == "private"


def test_rows_survive_down_and_up_and_nothing_survives_down_with_volumes(stack: Stack) -> None:
    sam = Person(stack.url)
    sam.add("Kept over a down")
    stack.compose("down")
    stack.up()
    assert sam.titles() == ["Kept over a down"], "the token and the row are good after a new start"
    stack.compose("down", "--volumes", "--timeout", "10")
    mine = f"label=com.docker.compose.project={stack.project}"
    for kind in ("container", "volume", "network"):
        listing = ("ls", "--quiet", "--filter", mine, *(("--all",) if kind == "container" else ()))
        assert docker(kind, *listing) == ""
