"""`kora diagnose`, `health`, `explain` and `causes` through the front door."""

import json
from random import Random

import pytest

import kora.cluster.client
from kora.cli import main
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose.causes import CAUSES
from kora.testing.faults import FAULTS
from kora.testing.objects import NOW, Scene


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A healthy namespace behind the connection."""
    found = Scene("shop")
    found.workload("Deployment", "web", replicas=2)
    found.service("web")
    monkeypatch.setattr(kora.cluster.client, "connect", lambda *_: found.reader())
    return found


def run(*words: str) -> int:
    with use_clock(VirtualClock(NOW)):
        return main(words)


def test_a_healthy_namespace_ends_with_zero(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diagnose", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["findings"] == []
    assert answer["checked"]["Pod"] == 2


def test_findings_follow_the_contract_and_end_with_ten(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    FAULTS["OOMKilled"][0](scene, scene.of("Deployment", "web")[0], Random(1))
    assert run("diagnose", "-n", "shop", "--json") == 10
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert set(finding) >= {"id", "cause", "severity", "objects", "summary", "evidence", "verdict"}
    assert finding["cause"] == "OOMKilled"
    assert finding["objects"][0] == {"kind": "Deployment", "namespace": "shop", "name": "web"}
    assert {"source", "text"} == set(finding["evidence"][0])
    assert finding["fix_command"].startswith("kubectl patch -n shop deployment/web")


def test_people_see_evidence_and_where_to_read_on(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    FAULTS["ImageNameInvalid"][0](scene, scene.of("Deployment", "web")[0], Random(1))
    assert run("diagnose") == 10
    shown = capsys.readouterr().out
    assert "ImageNameInvalid" in shown
    assert "kora explain ImageNameInvalid" in shown
    assert "invalid reference format" in shown


def test_what_may_not_be_read_is_said_and_the_rest_judged(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.unserved |= {"Secret", "Node"}
    FAULTS["CrashLoop"][0](scene, scene.of("Deployment", "web")[0], Random(1))
    assert run("diagnose") == 10
    captured = capsys.readouterr()
    assert "Secret could not be read" in captured.err
    assert "CrashLoop" in captured.out


def test_an_unknown_namespace_is_an_error(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diagnose", "-n", "nowhere", "--json") == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "NOT_FOUND"


def test_health_counts_what_is_ready(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("health", "--json") == 0
    assert json.loads(capsys.readouterr().out)["workloads"][0]["ready"] == 2
    FAULTS["CrashLoop"][0](scene, scene.of("Deployment", "web")[0], Random(1))
    assert run("health") == 10
    assert "deployment/web  0/2" in capsys.readouterr().out


def test_explains_causes_and_knows_near_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "oomkilled") == 0
    assert "What Kora does" in capsys.readouterr().out
    assert run("explain", "OOMKiled") == 1
    assert "OOMKilled" in capsys.readouterr().err
    assert run("causes", "--json") == 0
    assert {each["cause"] for each in json.loads(capsys.readouterr().out)} == set(CAUSES)
