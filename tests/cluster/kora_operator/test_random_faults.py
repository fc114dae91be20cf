"""Twenty-four faults at random moments over Taskora and its neighbours, all of them looked after at once.

`KORA_SEED` repeats a run. The table says for each when it was detected, what became of it and when it was gone; healthy
neighbours in the same namespaces keep their versions throughout.
"""

import json
import os
import random
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest
from cluster.kora_diagnose.builders import (
    CALLS_API,
    EAT,
    MEMORY,
    OK,
    PORT,
    Objects,
    container,
    deployment,
    http_probe,
    ingress,
    network_policy,
    plain,
    service,
    variable_from,
    workload,
)
from cluster.kora_operator.installation import LIMITS, Kora, Namespace, policy, versions
from cluster.kora_operator.watching import Case, follow_all, table
from cluster.releases import Report, default_release

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
SEED = int(os.environ.get("KORA_SEED", "7"))
SPREAD = 120.0
"""Seconds over which the faults come."""
ENDS = 700.0
"""Seconds after which the last must be decided."""
ENDED = ("healed", "resolved", "waiting", "escalated", "rolledBack")


class Fault(NamedTuple):
    """ready: what stands before. words: kubectl words of the fault (or objects to apply)."""

    name: str
    cause: str
    ready: Objects
    words: tuple[str, ...] = ()
    apply: Objects = []  # noqa: RUF012 - never changed
    also: frozenset[str] = frozenset()


def _patch(what: str, body: object, kind: str = "strategic") -> tuple[str, ...]:
    return ("patch", *what.split("/"), "--type", kind, "-p", json.dumps(body))


def _main(**fields: object) -> dict[str, object]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", **fields}]}}}}


def _image(name: str, value: str) -> tuple[str, ...]:
    return ("set", "image", f"deployment/{name}", f"main={value}")


def faults() -> list[Fault]:
    """Each has a workload of its own, so that none hides another."""
    return [
        Fault("f01", "ImageNotFound", [deployment("f01", OK, replicas=2)], _image("f01", "busybox:none")),
        Fault("f02", "ImageNotFound", [deployment("f02", OK)], _image("f02", "registry.example.com/nothing:1")),
        Fault("f03", "ImageNameInvalid", [deployment("f03", OK)], _image("f03", "Busy Box:1")),
        Fault("f04", "OOMKilled", [], apply=[deployment("f04", container(EAT, resources=MEMORY))]),
        Fault(
            "f05",
            "OOMKilled",
            [deployment("f05", OK)],
            _patch("deployment/f05", _main(command=["sh", "-c", EAT], resources={"limits": {"memory": "24Mi"}})),
        ),
        Fault(
            "f06",
            "ProbeMisconfigured",
            [deployment("f06", OK)],
            _patch("deployment/f06", _main(readinessProbe=http_probe(8081))),
        ),
        Fault(
            "f07",
            "ProbeMisconfigured",
            [deployment("f07", OK)],
            _patch("deployment/f07", _main(readinessProbe=http_probe(path="/helthz"))),
        ),
        Fault(
            "f08",
            "ProbeMisconfigured",
            [],
            apply=[deployment("f08", container(ports=PORT, livenessProbe=http_probe(path="/alive")))],
        ),
        Fault(
            "f09",
            "ServiceSelectorMismatch",
            [deployment("f09", OK), service("f09")],
            _patch("service/f09", {"spec": {"selector": {"app": "fo9"}}}),
        ),
        Fault(
            "f10",
            "ServicePortMismatch",
            [deployment("f10", OK), service("f10")],
            _patch("service/f10", [{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 9099}], "json"),
        ),
        Fault(
            "f11",
            "KeyMissing",
            [
                plain("v1", "ConfigMap", "f11", data={"GREETING": "hello"}),
                deployment("f11", {**OK, "env": [variable_from("G", "configMap", "f11", "GREETING")]}),
            ],
            _patch("configmap/f11", [{"op": "remove", "path": "/data/GREETING"}], "json"),
        ),
        Fault(
            "f12",
            "ConfigMapMissing",
            [],
            apply=[
                plain("v1", "ConfigMap", "f12-config", data={"A": "1"}),
                deployment("f12", container(envFrom=[{"configMapRef": {"name": "f12-confg"}}], ports=PORT)),
            ],
        ),
        Fault(
            "f13",
            "SecretMissing",
            [],
            apply=[deployment("f13", container(env=[variable_from("T", "secret", "f13-token", "token")]))],
        ),
        Fault("f14", "CrashLoop", [], apply=[deployment("f14", container("echo 'ValueError: bad port'; exit 3"))]),
        Fault(
            "f15",
            "CommandInvalid",
            [deployment("f15", OK)],
            _patch("deployment/f15", _main(command=["serve-all"])),
        ),
        Fault("f16", "Unschedulable.NodeSelector", [], apply=[deployment("f16", OK, nodeSelector={"disk": "ssd"})]),
        Fault(
            "f17",
            "Unschedulable.Resources",
            [deployment("f17", OK)],
            _patch("deployment/f17", _main(resources={"requests": {"memory": "900Gi"}})),
        ),
        Fault(
            "f18",
            "IngressBackendMissing",
            [],
            apply=[deployment("f18", OK), service("f18"), ingress("f18", "f18-web")],
        ),
        Fault(
            "f19",
            "IngressClassMissing",
            [],
            apply=[deployment("f19", OK), service("f19"), ingress("f19", "f19", cls="ngnix")],
        ),
        Fault(
            "f20",
            "JobFailed",
            [],
            apply=[workload("Job", "f20", {"containers": [container("echo 'Error: row 7'; exit 4")]})],
        ),
        Fault(
            "f21", "PodLost", [deployment("f21", OK, replicas=2)], ("delete", "pod", "-l", "app=f21", "--wait=false")
        ),
        Fault(
            "f22",
            "NetworkPolicyBlocks",
            [deployment("api", OK), service("api"), deployment("f22", CALLS_API)],
            apply=[
                network_policy(
                    "closed",
                    {"app": "api"},
                    policyTypes=["Ingress"],
                    ingress=[{"from": [{"podSelector": {"matchLabels": {"role": "admin"}}}]}],
                )
            ],
        ),
    ]


TASKORA = (
    Fault(
        "taskora-frontend",
        "ProbeMisconfigured",
        [],
        _patch(
            "deployment/taskora-frontend",
            {
                "spec": {
                    "template": {
                        "spec": {
                            "containers": [
                                {
                                    "name": "frontend",
                                    "readinessProbe": {"httpGet": {"path": "/nowhere", "port": "http"}},
                                }
                            ]
                        }
                    }
                }
            },
        ),
    ),
    Fault(
        "taskora-backend",
        "ServiceSelectorMismatch",
        [],
        _patch("service/taskora-backend", {"spec": {"selector": {"app.kubernetes.io/component": "bakend"}}}),
    ),
)
STEADY: Objects = [deployment("steady", OK, replicas=2), service("steady"), plain("v1", "ConfigMap", "steady", data={})]
Inject = Callable[[Namespace, Fault], None]


def inject(place: Namespace, fault: Fault) -> None:
    """Do what the fault says."""
    if fault.apply:
        place.apply(*fault.apply)
    if fault.words:
        place.kubectl(*fault.words)
    if fault.cause == "KeyMissing":
        place.kubectl("delete", "pod", "--selector", f"app={fault.name}", "--wait=false")


def test_faults_at_random_moments(kora: Kora, spaces: dict[str, Namespace], report: Report) -> None:
    chance = random.Random(SEED)
    app, shop = spaces["app"], spaces["shop"]
    default_release(app, "kagent.enabled=true").install()
    shop.apply(policy("shop", shop.name, limits=LIMITS), *STEADY, *(each for one in faults() for each in one.ready))
    for each in shop.objects("deployments"):
        shop.rolled_out(f"deployment/{each['metadata']['name']}")
    time.sleep(5)
    steady = _steady(shop)
    todo = [(shop, each) for each in faults()] + [(app, each) for each in TASKORA]
    moments = sorted((chance.uniform(0, SPREAD), index) for index in range(len(todo)))
    chance.shuffle(todo)
    began, cases = time.monotonic(), list[Case]()

    def strike() -> bool:
        """Inject what is due; whether there is more to come."""
        while moments and time.monotonic() - began >= moments[0][0]:
            _, index = moments.pop(0)
            place, fault = todo[index]
            case = Case(fault.name, place.name, fault.cause, fault.name, also=fault.also)
            case.start()
            inject(place, fault)
            cases.append(case)
        return bool(moments)

    follow_all(cases, strike, SPREAD + ENDS)
    rows = [case.row() for case in sorted(cases, key=lambda each: each.name)]
    print(table(rows))
    seen = sorted(each.detected for each in cases if each.detected is not None)
    report("operator: random faults", f"{len(seen)} of {len(cases)} detected, median {seen[len(seen) // 2]:.1f} s, "
           f"slowest {seen[-1]:.1f} s, {sum(each.fate == 'healed' for each in cases)} healed")  # fmt: skip
    assert _steady(shop) == steady
    assert [each.name for each in cases if each.detected is None] == []
    assert [(each.name, each.fate, each.error) for each in cases if each.fate not in ENDED] == []
    assert seen[int(len(seen) * 0.95)] <= 30.0, seen


def _steady(shop: Namespace) -> dict[str, str]:
    return {name: each for name, each in versions(shop.name).items() if name.endswith("/steady")}
