"""Faults on a real cluster, each in a namespace with a healthy neighbour: `kora heal` mends what is safe, leaves the
rest, and never writes to the neighbour. Needs KUBECONFIG and a small image that the nodes hold (KORA_TEST_IMAGE)."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cluster.kora_diagnose.builders import (
    HTTPD,
    OK,
    PORT,
    Objects,
    container,
    deployment,
    http_probe,
    plain,
    service,
)

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
NEIGHBOUR: Objects = [deployment("neighbour", OK), service("neighbour")]
NEED = "rm -f /dev/shm/x; dd if=/dev/zero of=/dev/shm/x bs=1M count=36 || exit 137; "
"""36 MiB in shared memory, which counts: more than a limit of 32Mi allows, less than one of 48Mi."""


class Trouble(NamedTuple):
    """Objects, what happens to them, and what one pass makes of it."""

    name: str
    cause: str
    outcome: str
    objects: Objects
    later: tuple[tuple[str, ...], ...] = ()
    pointer: tuple[str, ...] = ()
    """kubectl words that show the value that must be right afterwards, and the value."""


def _limits(memory: str) -> dict[str, Any]:
    return {"limits": {"memory": memory}, "requests": {"memory": "8Mi"}}


def _shown(what: str, path: str, value: str) -> tuple[str, ...]:
    return ("get", what, "-o", f"jsonpath={{{path}}}", value)


FIRST = ".spec.template.spec.containers[0]"
TROUBLES = (
    Trouble(
        "image",
        "ImageNotFound",
        "healed",
        [deployment("web", OK, replicas=2)],
        (
            ("rollout", "status", "deployment/web", "--timeout=60s"),
            ("set", "image", "deployment/web", "main=busybox:x"),
        ),
        _shown("deployment/web", f"{FIRST}.image", OK["image"]),
    ),
    Trouble(
        "memory",
        "OOMKilled",
        "healed",
        [deployment("web", container(NEED + HTTPD, ports=PORT, resources=_limits("32Mi")))],
        (),
        _shown("deployment/web", f"{FIRST}.resources.limits.memory", "48Mi"),
    ),
    Trouble(
        "probe",
        "ProbeMisconfigured",
        "healed",
        [deployment("web", container(ports=PORT, readinessProbe=http_probe(8081)))],
        (),
        _shown("deployment/web", f"{FIRST}.readinessProbe.httpGet.port", "8080"),
    ),
    Trouble(
        "selector",
        "ServiceSelectorMismatch",
        "healed",
        [deployment("web", OK), service("web", {"app": "wbe"})],
        (),
        _shown("service/web", ".spec.selector.app", "web"),
    ),
    Trouble(
        "port",
        "ServicePortMismatch",
        "healed",
        [deployment("web", OK), service("web", target=9090)],
        (),
        _shown("service/web", ".spec.ports[0].targetPort", "http"),
    ),
    Trouble(
        "config",
        "ConfigMapMissing",
        "escalated",
        [deployment("web", container(envFrom=[{"configMapRef": {"name": "nowhere"}}]))],
    ),
    Trouble(
        "near",
        "ConfigMapMissing",
        "waiting",
        [
            plain("v1", "ConfigMap", "web-config", data={"A": "1"}),
            deployment("web", container(envFrom=[{"configMapRef": {"name": "web-confg"}}], ports=PORT)),
        ],
    ),
)
EXITS = {"healed": 0, "waiting": 4, "escalated": 10}


def kubectl(*words: str, stdin: str | None = None) -> str:
    done = subprocess.run(("kubectl", *words), input=stdin, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr}"
    return done.stdout


@pytest.fixture
def namespace() -> Iterator[str]:
    name = f"kora-heal-{secrets.token_hex(3)}"
    kubectl("create", "namespace", name)
    try:
        yield name
    finally:
        kubectl("delete", "namespace", name, "--wait=false")


def kora(home: Path, *words: str, seconds: float = 300) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        (str(Path(sys.executable).with_name("kora")), *words, "--json"),
        env=dict(os.environ) | {"KORA_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.stdout.strip(), done.stderr
    return done.returncode, json.loads(done.stdout)


def written(namespace: str, *names: str) -> dict[str, str]:
    """Version and content of what people write; controllers only move the status."""
    found = json.loads(kubectl("get", "deployments,services,configmaps", "-n", namespace, "-o", "json"))["items"]
    return {
        f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["resourceVersion"]
        for each in found
        if not names or each["metadata"]["name"] in names
    }


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.name)
def test_one_pass_over_a_real_fault(
    trouble: Trouble, namespace: str, tmp_path: Path, report: Callable[[str, str], None]
) -> None:
    items = {"apiVersion": "v1", "kind": "List", "items": [*NEIGHBOUR, *trouble.objects]}
    kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(items))
    kubectl("rollout", "status", "deployment/neighbour", "-n", namespace, "--timeout=60s")
    for words in trouble.later:
        kubectl(*words, "-n", namespace)
    begun = time.monotonic()
    _until_found(trouble, namespace, tmp_path)
    found = time.monotonic() - begun
    neighbour, everything = written(namespace, "neighbour"), written(namespace)
    code, answer = kora(tmp_path, "heal", "-n", namespace, "--autonomy", "supervised")
    lines = {each["cause"]: each for each in answer["findings"]}
    report(
        f"heal of {trouble.name} ({trouble.cause})",
        f"{lines[trouble.cause]['outcome']}, found after {found:.0f} s, {answer['seconds']} s for the pass",
    )
    assert lines[trouble.cause]["outcome"] == trouble.outcome, json.dumps(answer, indent=1)
    assert code == EXITS[trouble.outcome]
    assert written(namespace, "neighbour") == neighbour
    if trouble.outcome == "healed":
        *words, value = trouble.pointer
        assert kubectl(*words, "-n", namespace) == value
        assert kora(tmp_path, "heal", "-n", namespace, "--autonomy", "supervised")[0] == 0
    else:
        assert lines[trouble.cause]["next"]
        assert written(namespace) == everything


def _until_found(trouble: Trouble, namespace: str, home: Path) -> None:
    until = time.monotonic() + 90
    while True:
        _, answer = kora(home, "diagnose", "-n", namespace)
        if trouble.cause in {each["cause"] for each in answer["findings"]}:
            return
        assert time.monotonic() < until, answer
        time.sleep(1)


def test_a_healthy_namespace_is_not_written_to(namespace: str, tmp_path: Path) -> None:
    kubectl(
        "apply", "-n", namespace, "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": NEIGHBOUR})
    )
    kubectl("rollout", "status", "deployment/neighbour", "-n", namespace, "--timeout=60s")
    time.sleep(3)
    before = written(namespace)
    code, answer = kora(tmp_path, "heal", "-n", namespace, "--autonomy", "autonomous")
    assert (code, answer["findings"]) == (0, [])
    assert written(namespace) == before


def test_what_does_not_help_is_taken_back_once_and_left_to_a_person(
    namespace: str, tmp_path: Path, report: Callable[[str, str], None]
) -> None:
    hungry = container("x=a; while true; do x=$x$x; done", resources=_limits("24Mi"))
    items = {"apiVersion": "v1", "kind": "List", "items": [deployment("web", hungry)]}
    kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(items))
    _until_found(Trouble("hungry", "OOMKilled", "rolled_back", []), namespace, tmp_path)
    code, answer = kora(tmp_path, "heal", "-n", namespace, "--autonomy", "supervised")
    assert (code, answer["findings"][0]["outcome"]) == (10, "rolled_back"), answer
    report("heal that does not help", f"rolled back and escalated in {answer['seconds']} s")
    words = ("get", "deployment/web", "-n", namespace, "-o", f"jsonpath={{{FIRST}.resources.limits.memory}}")
    assert kubectl(*words) == "24Mi"
    before = written(namespace)["Deployment/web"].split()
    code, answer = kora(tmp_path, "heal", "-n", namespace, "--autonomy", "autonomous")
    assert (code, answer["findings"][0]["outcome"]) == (10, "escalated"), answer
    assert kubectl(*words) == "24Mi"
    assert before
