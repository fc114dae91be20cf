"""`kora heal`, `kora pause` and `kora resume` at the front door, without a cluster."""

import json
from pathlib import Path

import pytest

from kora.audit import AuditLog
from kora.cli import main
from kora.cli.rightsize import seconds_of
from kora.domain.actors import Actor, Surface
from kora.domain.results import Status
from kora.kit.errors import Invalid
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, deployment
from kora.tools.context import Context
from kora.tools.invoker import Invoker


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KORA_HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    return tmp_path


def test_pause_and_resume_are_recorded_and_hold_at_every_door(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pause", "--reason", "a look", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["paused"] is True
    cluster = FakeCluster([deployment("web"), config_map("settings", {"a": "b"})])
    actor = Actor(name="ana", surface=Surface.CLI)
    context = Context(actor=actor, reader=cluster, audit=AuditLog(home / "audit"), home=home)
    invoker = Invoker(context, yes=True, open_writer=cluster.open_writer)
    change = {"kind": "deployment", "name": "web", "namespace": "shop", "replicas": 1}
    assert invoker.call("workload.scale", change).status is Status.DENIED
    assert invoker.call("cluster.get", {"kind": "deployment", "name": "web", "namespace": "shop"}).status is Status.OK
    assert main(["resume"]) == 0
    assert "may act again" in capsys.readouterr().out
    assert invoker.call("workload.scale", change).decision is not None
    assert not (home / "paused.json").exists()
    assert {"kora.pause", "kora.resume"} <= {each.tool for each in AuditLog(home / "audit").records()}


def test_resume_without_a_pause_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resume"]) == 0
    assert "was not paused" in capsys.readouterr().out


def test_a_pause_stays_the_first_ones(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pause", "--reason", "first"]) == 0
    assert main(["pause", "--reason", "second", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["reason"] == "first"


@pytest.mark.parametrize("words", [["heal"], ["rightsize", "--samples", "1"]])
def test_without_a_cluster_they_end_with_its_code(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main([*words, "--json"]) == 78
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "CLUSTER_NOT_CONFIGURED"


@pytest.mark.parametrize(("text", "seconds"), [("2s", 2.0), ("500ms", 0.5), ("1m", 60.0), ("3", 3.0)])
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "0s", "-1s", "1h", "infs", "nan", "2 s x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        seconds_of(text)
