"""One contract for every Helm engine: offline everywhere, the rest on the cluster that KUBECONFIG names."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kora.helm.apart import ApartEngine, HelmGone
from kora.helm.choice import choose
from kora.helm.command import CommandEngine
from kora.helm.failures import ReleaseFailed, failure
from kora.helm.library import LibraryEngine
from kora.helm.port import HelmEngine
from kora.kit.errors import Conflict, Denied, Invalid, KoraError, NotFound, Retryable, Unavailable
from kora.kit.ids import new_id

NOTE = str(Path(__file__).parent / "charts/note")
NOWHERE = "image.invalid/nothing:1"
ENGINES = ("library", "apart", "helm", "helm3")


def engine_called(name: str, *, offline: bool) -> HelmEngine:
    if name == "library":
        return LibraryEngine(offline=offline)
    if name == "apart":
        return ApartEngine((sys.executable, "-m", "kora.helm.apart", *(["--offline"] if offline else [])))
    if not shutil.which(name):
        pytest.skip(f"the program {name} is not on the PATH")
    return CommandEngine(name, offline=offline)


@pytest.fixture(params=ENGINES)
def offline(request: pytest.FixtureRequest) -> HelmEngine:
    return engine_called(request.param, offline=True)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> HelmEngine:
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG is not set: the Helm contract goes only where it is told to")
    return engine_called(request.param, offline=False)


@pytest.fixture
def namespace(engine: HelmEngine) -> Iterator[str]:
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not on the PATH")
    name = new_id("kora-helm", 6)
    subprocess.run(["kubectl", "create", "namespace", name], check=True, capture_output=True, timeout=30)
    yield name
    subprocess.run(
        ["kubectl", "delete", "namespace", name, "--wait=false"], check=True, capture_output=True, timeout=30
    )


def test_render_gives_the_lasting_objects(offline: HelmEngine) -> None:
    rendered = offline.render(NOTE, "demo", "shop", {"text": "two", "image": NOWHERE})
    assert [(each["kind"], each["metadata"]["name"]) for each in rendered] == [
        ("ConfigMap", "demo-note"),
        ("Deployment", "demo"),
    ]
    assert rendered[0]["data"] == {"text": "two"}


def test_values_that_break_the_schema_are_invalid(offline: HelmEngine) -> None:
    with pytest.raises(Invalid, match="txet"):
        offline.render(NOTE, "demo", "shop", {"txet": "typing mistake"})


def test_a_chart_that_is_not_there_is_invalid(offline: HelmEngine) -> None:
    with pytest.raises(Invalid):
        offline.render("/no/such/chart", "demo", "shop", {})


def test_the_engine_says_what_it_is(offline: HelmEngine) -> None:
    assert offline.name.startswith(("helm-python-sdk ", "helm 3.", "helm 4."))


@pytest.mark.cluster
def test_a_release_lives(engine: HelmEngine, namespace: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert engine.get("demo", namespace) is None
    assert engine.history("demo", namespace) == []
    planned = engine.upgrade("demo", namespace, NOTE, {"text": "one"}, dry_run=True)
    assert planned.revision == 1
    assert engine.get("demo", namespace) is None, "a dry run stores nothing"

    first = engine.upgrade("demo", namespace, NOTE, {"text": "one"}, timeout_seconds=60)
    assert (first.revision, first.status, first.chart) == (1, "deployed", "note-1.2.3")
    second = engine.upgrade("demo", namespace, NOTE, {"text": "two"}, timeout_seconds=60)
    assert second.revision == 2
    assert engine.values("demo", namespace) == {"text": "two"}
    assert engine.values("demo", namespace, 1) == {"text": "one"}
    (note,) = engine.manifests("demo", namespace, 1)
    assert note["data"] == {"text": "one"}

    back = engine.rollback("demo", namespace, 1)
    assert (back.revision, back.status) == (3, "deployed")
    statuses = [each.status for each in engine.history("demo", namespace)]
    assert statuses == ["superseded", "superseded", "deployed"]
    (note,) = engine.manifests("demo", namespace)
    assert note["data"] == {"text": "one"}

    engine.uninstall("demo", namespace)
    engine.uninstall("demo", namespace)
    assert engine.get("demo", namespace) is None
    assert capfd.readouterr().out == "", "standard output belongs to the command line"


@pytest.mark.cluster
def test_atomic_takes_a_failure_back(engine: HelmEngine, namespace: str) -> None:
    with pytest.raises((ReleaseFailed, Retryable)):
        engine.upgrade("demo", namespace, NOTE, {"image": NOWHERE}, timeout_seconds=4)
    assert engine.get("demo", namespace) is None, "a first install that failed is removed"

    engine.upgrade("demo", namespace, NOTE, {"text": "good"}, timeout_seconds=60)
    with pytest.raises((ReleaseFailed, Retryable)):
        engine.upgrade("demo", namespace, NOTE, {"text": "bad", "image": NOWHERE}, timeout_seconds=4)
    last = engine.get("demo", namespace)
    assert last is not None
    assert last.status == "deployed"
    assert engine.values("demo", namespace) == {"text": "good"}


@pytest.mark.cluster
def test_without_wait_the_change_stays_for_us_to_watch(engine: HelmEngine, namespace: str) -> None:
    done = engine.upgrade("demo", namespace, NOTE, {"image": NOWHERE}, wait=False, atomic=False, timeout_seconds=60)
    assert done.status == "deployed"
    assert {each["kind"] for each in engine.manifests("demo", namespace)} == {"ConfigMap", "Deployment"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", Conflict),
        ("release: not found", NotFound),
        ('secrets is forbidden: User "x" cannot list resource "secrets"', Denied),
        ("Kubernetes cluster unreachable: Get https://127.0.0.1:1/version: connection refused", Retryable),
        ("values don't meet the specifications of the schema(s) in the following chart(s)", Invalid),
        (
            "release a failed, and has been rolled back due to atomic being set: context deadline exceeded",
            ReleaseFailed,
        ),
        ("something that nobody foresaw", ReleaseFailed),
    ],
)
def test_helms_words_become_our_errors(text: str, expected: type[KoraError]) -> None:
    assert type(failure(text)) is expected


def test_the_choice_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KORA_HELM", raising=False)
    chosen = choose(offline=True)
    assert chosen.engine.name.startswith("helm-python-sdk")
    assert "locked" in chosen.reason
    with pytest.raises(Unavailable, match="no-such-helm"):
        choose("no-such-helm")
    monkeypatch.setenv("KORA_HELM", "library")
    assert choose(offline=True).reason == "as asked"


def test_a_program_that_is_not_helm_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "helm"
    program.write_text("#!/bin/sh\necho " + json.dumps("client v2.17.0") + "\n")
    program.chmod(0o755)
    with pytest.raises(Unavailable, match="not Helm 3 or 4"):
        _ = CommandEngine(str(program)).name


@pytest.mark.cluster
@pytest.mark.parametrize("program", ["helm", "helm3"])
def test_helm_and_kora_upgrade_each_others_releases(program: str, namespace: str, engine: HelmEngine) -> None:
    other = engine_called(program, offline=False)
    other.upgrade("demo", namespace, NOTE, {"text": "one"}, timeout_seconds=60)
    for number, each in enumerate((engine, other, engine), 2):
        each.upgrade("demo", namespace, NOTE, {"text": str(number)}, timeout_seconds=60)
        assert engine.values("demo", namespace) == {"text": str(number)}
    back = engine.rollback("demo", namespace, 1)
    assert back.status == "deployed"
    (note,) = engine.manifests("demo", namespace)
    assert note["data"] == {"text": "one"}


def test_a_worker_that_ends_in_a_call_is_told_and_the_next_call_gets_another() -> None:
    dies = ApartEngine((sys.executable, "-c", "import sys; sys.stdin.buffer.read(1)"))
    with pytest.raises(HelmGone):
        dies.get("web", "shop")
    lives = ApartEngine((sys.executable, "-m", "kora.helm.apart", "--offline"))
    first = lives.name
    assert lives.name == first  # the same worker
    lives.close()
    assert lives.name == first  # another one
    lives.close()
