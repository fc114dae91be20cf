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
