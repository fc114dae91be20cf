"""The command line on fakes: a cluster in memory behind every connection, Kora's state in a folder of the test."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kora.cli import main
from kora.cluster import client
from kora.kit.clock import VirtualClock, use_clock
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, deployment, service
from kora.tools.invoker import Invoker


class Said(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one value on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The values on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Kora:
    """Runs commands: ``kora("plans", "--json")``."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Said:
        self._capsys.readouterr()
        code = main([str(each) for each in words])
        return Said(code, *self._capsys.readouterr())


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Kora's state, and a kubeconfig that is not there."""
    monkeypatch.setenv("KORA_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    for variable in ("KORA_LLM_BASE_URL", "KORA_HELM", "KORA_AUDIT_KEY"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path / "state"


@pytest.fixture
def kora(state: Path, capsys: pytest.CaptureFixture[str]) -> Kora:
    """The command line with a state of its own and, by itself, no cluster."""
    return Kora(capsys)


@pytest.fixture
def cluster(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCluster]:
    """A shop of two replicas in a cluster in memory, behind every connection; nobody waits for its clock."""
    fake = FakeCluster(
        [
            deployment("web", replicas=2),
            service("web", selector={"app": "web"}),
            config_map("settings", {"colour": "blue"}),
        ],
        clock=VirtualClock(),
    )
    fake.settle()
    fake.namespace = "shop"
    behind(fake, monkeypatch)
    with use_clock(fake.clock):
        yield fake


def behind(fake: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a cluster in memory behind every connection and every writer."""
    monkeypatch.setattr(client, "connect", lambda *_where, **_how: fake)
    monkeypatch.setattr(FakeCluster, "close", lambda _self: None, raising=False)
    monkeypatch.setitem(Invoker.__init__.__kwdefaults__, "open_writer", fake.open_writer)
