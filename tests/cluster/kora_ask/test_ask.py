"""`kora ask` as a person runs it, on a real cluster: a question, a change, a refusal, without a terminal."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def space() -> Iterator[str]:
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("needs a Kubernetes cluster (KUBECONFIG)")
    name = f"kora-ask-{secrets.token_hex(3)}"
    image = os.environ.get("KORA_TEST_IMAGE", "taskora-backend:dev")
    container = {
        "name": "main",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-m", "http.server"],
    }
    labels = {"app": "backend"}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop-backend"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [container], "terminationGracePeriodSeconds": 1},
            },
        },
    }
    subprocess.run(["kubectl", "create", "namespace", name], check=True, timeout=60)
    try:
        subprocess.run(
            ["kubectl", "apply", "-n", name, "-f", "-"], input=json.dumps(deployment), text=True, check=True, timeout=60
        )
        subprocess.run(
            ["kubectl", "rollout", "status", "-n", name, "deploy/shop-backend", "--timeout=120s"],
            check=True,
            timeout=150,
        )
        yield name
    finally:
        subprocess.run(["kubectl", "delete", "namespace", name, "--wait=false"], check=False, timeout=60)


def kora(home: Path, *words: str) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("kora")), "ask", "--json", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        env=os.environ | {"KORA_HOME": str(home)},
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_a_question_is_answered(space: str, tmp_path: Path) -> None:
    code, answer = kora(tmp_path, "-n", space, "what's the status of the backend?")
    assert (code, answer["status"]) == (0, "ok")
    assert "1 of 1 pods ready" in str(answer["answer"])


def test_a_change_is_planned_applied_and_verified(space: str, tmp_path: Path) -> None:
    code, answer = kora(tmp_path, "-n", space, "--yes", "scale the backend to 2")
    assert (code, answer["status"]) == (0, "ok"), answer
    shown = subprocess.run(
        ["kubectl", "get", "-n", space, "deploy/shop-backend", "-o", "jsonpath={.spec.replicas}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert shown.stdout == "2"


def test_without_a_yes_the_plan_waits(space: str, tmp_path: Path) -> None:
    code, answer = kora(tmp_path, "-n", space, "restart the backend")
    assert (code, answer["status"]) == (4, "approval_required")


def test_what_is_not_understood_changes_nothing(space: str, tmp_path: Path) -> None:
    code, answer = kora(tmp_path, "-n", space, "--yes", "make the backend purple")
    assert (code, answer["status"]) == (1, "failed")


@pytest.mark.parametrize("closed", [False, True], ids=["empty input", "closed input"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ask", "-n", "{ns}", "list pods"), 0),
        (("ask", "-n", "{ns}", "--quiet", "list pods"), 0),
        (("ask", "-n", "{ns}", "scale the backend to 3"), 4),
        (("ask", "-n", "{ns}", "--quiet", "scale the backend to 3"), 4),
        (("ask", "-n", "{ns}", "--json", "scale the backend to 3"), 4),
        (("ask", "-n", "{ns}", "--dry-run", "scale the backend to 3"), 0),
        (("ask", "-n", "{ns}", "--yes", "delete the deployment shop-backend"), 4),
        (("ask", "-n", "{ns}", "restart it"), 1),
        (("ask", "-n", "{ns}", "frobnicate the backend"), 1),
        (("ask", "-n", "{ns}", "-"), 2),
        (("ask", "--kubeconfig", "/nonexistent", "list pods"), 78),
        (("diagnose", "-n", "{ns}", "--json"), 0),
        (("heal", "-n", "{ns}", "--json"), 0),
        (("manifest", "-"), 2),
    ],
    ids=lambda each: " ".join(each[-2:]) if isinstance(each, tuple) else str(each),
)
def test_with_nobody_there_it_ends_and_says_how(
    space: str, tmp_path: Path, words: tuple[str, ...], code: int, closed: bool
) -> None:
    before = versions(space)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("kora")), *(each.replace("{ns}", space) for each in words)],
        stdin=None if closed else subprocess.DEVNULL,
        preexec_fn=(lambda: os.close(0)) if closed else None,
        start_new_session=True,  # no terminal to open either
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"KORA_HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not ("--quiet" in words and code == 4 and done.stdout)
    assert versions(space) == before


def versions(namespace: str) -> str:
    shown = "jsonpath={range .items[*]}{.metadata.name}{.metadata.generation} {end}"
    return subprocess.run(
        ["kubectl", "get", "deploy", "-n", namespace, "-o", shown],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
