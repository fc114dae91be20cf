"""Taskora with `kagent.enabled=true` under a supervised operator: what a person would break first, one after the other.

Each is detected within 30 s. What is safe and known is mended and verified without a person; the rest waits as a plan
whose diff says what a person would do, and is carried out on their word: from kubectl, from `kora approve`, or from the
console. The table at the end is printed with `-rA` or `-s`.
"""

import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from cluster.kora_diagnose.builders import OK, deployment, plain, service, variable_from
from cluster.kora_operator.installation import (
    API_VERSION,
    LIMITS,
    Kora,
    Namespace,
    Object,
    policy,
    specs,
    spoken,
    versions,
)
from cluster.kora_operator.watching import Case, table
from cluster.programs import Release, eventually, run
from cluster.releases import Report, default_release

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
DETECTED = 30.0
BACKEND, FRONTEND = "deployment/taskora-backend", "deployment/taskora-frontend"
SHOP = [
    plain("v1", "ConfigMap", "shop-config", data={"GREETING": "hello", "COLOUR": "blue"}),
    deployment(
        "shop",
        {**OK, "env": [variable_from("GREETING", "configMap", "shop-config", "GREETING")]},
        replicas=2,
    ),
    service("shop"),
    deployment("steady", OK),
    service("steady"),
]


class Breakage(NamedTuple):
    """What a person breaks. fates: how it may end."""

    name: str
    place: str
    cause: str
    about: str
    fates: tuple[str, ...]
    inject: Callable[["Care"], object]
    seconds: float = 180.0


class Care(NamedTuple):
    """The scene."""

    kora: Kora
    app: Namespace
    shop: Namespace
    release: Release

    def patch(self, place: str, what: str, body: Object) -> None:
        kind, name = what.split("/")
        words = ("patch", kind, name, "--type", "strategic", "-p", json.dumps(body))
        getattr(self, place).kubectl(*words)

    def first(self, part: str) -> str:
        return self.app.names(part)[0]


def _container(name: str, **fields: Any) -> Object:
    return {"spec": {"template": {"spec": {"containers": [{"name": name, **fields}]}}}}


def _kill(care: Care) -> None:
    """End the program of one container; the kubelet starts it anew."""
    script = "import os, signal; os.kill(1, signal.SIGTERM)"
    care.app.kubectl("exec", care.first("backend"), "--container", "backend", "--", "python", "-c", script)


def _lose_key(care: Care) -> None:
    """A key that pods need goes out of a config map; the next pod can't start."""
    removed = json.dumps([{"op": "remove", "path": "/data/GREETING"}])
    care.shop.kubectl("patch", "configmap", "shop-config", "--type", "json", "-p", removed)
    care.shop.kubectl("delete", "pod", "--selector", "app=shop", "--wait=false")


HEALED, BY_KUBERNETES = ("healed",), ("resolved",)
ASKED = ("waiting",)
"""Somebody changed it behind the back of its Helm release, or took it away: the plan waits."""
BREAKAGES = (
    Breakage(
        "a pod is deleted",
        "app",
        "PodLost",
        "taskora-backend",
        BY_KUBERNETES,
        lambda care: care.app.kubectl("delete", "pod", care.first("backend"), "--wait=false"),
    ),
    Breakage("a process is killed", "app", "ContainerRestarted", "taskora-backend", BY_KUBERNETES, _kill),
    Breakage(
        "an upgrade breaks the image tag",
        "app",
        "ImageNotFound",
        "taskora-backend",
        HEALED,
        lambda care: care.release.upgrade("backend.image.tag=no-such-tag", wait=False),
    ),
    Breakage(
        "an upgrade shrinks the memory limit",
        "app",
        "OOMKilled",
        "taskora-frontend",
        HEALED,
        lambda care: care.release.upgrade(
            "frontend.resources.limits.memory=24Mi", "frontend.resources.requests.memory=16Mi", wait=False
        ),
    ),
    Breakage(
        "a probe asks the wrong path",
        "app",
        "ProbeMisconfigured",
        "taskora-frontend",
        ASKED,
        lambda care: care.patch(
            "app",
            FRONTEND,
            _container("frontend", readinessProbe={"httpGet": {"path": "/no-such-page", "port": "http"}}),
        ),
    ),
    Breakage(
        "a selector misses its pods",
        "app",
        "ServiceSelectorMismatch",
        "taskora-backend",
        ASKED,
        lambda care: care.patch(
            "app", "service/taskora-backend", {"spec": {"selector": {"app.kubernetes.io/component": "bakend"}}}
        ),
    ),
    Breakage("a key leaves the config map", "shop", "KeyMissing", "shop", ASKED, _lose_key),
)


@pytest.fixture(scope="module")
def care(kora: Kora, spaces: dict[str, Namespace]) -> Care:
    """Everything up and healthy."""
    release = default_release(spaces["app"], "kagent.enabled=true")
    release.install()
    # Breakages come faster here than the limits of the chart's policy let Kora act on one object.
    spaces["app"].kubectl(
        "patch", "agentpolicy", "taskora", "--type", "merge", "-p", json.dumps({"spec": {"limits": LIMITS}})
    )
    shop = spaces["shop"]
    shop.apply(*SHOP, policy("shop", shop.name, limits=LIMITS))
    shop.rolled_out("deployment/shop", "deployment/steady")
    return Care(kora, spaces["app"], shop, release)


ROWS: list[tuple[str, ...]] = []


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda each: each.name.replace(" ", "-"))
def test_what_breaks_is_seen_and_seen_to(breakage: Breakage, care: Care, report: Report) -> None:
    space: Namespace = getattr(care, breakage.place)
    before = specs(space.name, "deployments,services")
    steady = _steady(care)
    case = Case(breakage.name, space.name, breakage.cause, breakage.about)
    case.start()
    breakage.inject(care)
    case.follow(breakage.seconds)
    ROWS.append(case.row())
    report(f"operator: {breakage.name}", ", ".join(case.row()[1:]))
    assert case.detected is not None, case
    assert case.detected <= DETECTED, case
    assert case.fate in breakage.fates, json.dumps(case.finding, indent=1)
    if case.fate == "healed":
        eventually(lambda: _same(before, specs(space.name, "deployments,services")), 60, "everything as it was")
        _recorded(case, "policy:")
    if case.fate == "waiting":
        _approve(case)
        eventually(lambda: _same(before, specs(space.name, "deployments,services")), 120, "everything as it was")
        eventually(lambda: _recorded(case, run("kubectl", "auth", "whoami", "-o", WHO)), 180, "the plan done")
    if breakage.place == "app":
        space.rolled_out(BACKEND, FRONTEND)
    assert _steady(care) == steady


def _steady(care: Care) -> dict[str, str]:
    """The healthy neighbour: never written to."""
    found = versions(care.shop.name, "deployments,services")
    return {name: version for name, version in found.items() if name.endswith("/steady")}


def _same(before: dict[str, Object], after: dict[str, Object]) -> bool:
    """The pods' templates and the services as they were (a repair may leave notes on a template)."""
    return {name: _meant(each) for name, each in before.items()} == {name: _meant(each) for name, each in after.items()}


def _meant(item: Object) -> Object:
    spec = json.loads(json.dumps(item["spec"]))
    if "template" in spec:
        spec["template"]["metadata"].pop("annotations", None)
    return dict(spec)


WHO = "jsonpath={.status.userInfo.username}"


def _plan(case: Case) -> Object:
    name = case.finding["status"]["plan"]
    (plan,) = (each for each in spoken(case.namespace, "remediationplans") if each["metadata"]["name"] == name)
    return plan


def _recorded(case: Case, approver: str) -> bool:
    """Whether the plan is done, on whose word it should be."""
    status = _plan(case)["status"]
    assert status["phase"] == "done", status
    assert status["approver"].startswith(approver)
    return True


def _approve(case: Case) -> None:
    plan = _plan(case)
    assert any(line.startswith("-") for line in plan["spec"]["diff"].splitlines()) or case.cause == "KeyMissing"
    assert any(line.startswith("+") for line in plan["spec"]["diff"].splitlines())
    who = run("kubectl", "auth", "whoami", "-o", WHO)
    named = {"plan": plan["metadata"]["name"], "hash": plan["spec"]["hash"], "approver": who}
    spec = {**named, "decision": "approve"}
    body = {"apiVersion": API_VERSION, "kind": "Approval", "metadata": {"generateName": "answer-"}, "spec": spec}
    run("kubectl", "create", "--namespace", case.namespace, "-f", "-", text=json.dumps(body))


def test_zz_the_table() -> None:
    """Printed last; see the module."""
    print(table(ROWS))
    assert ROWS
