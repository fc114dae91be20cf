"""What the operator leaves alone: everything below supervised, a healthy namespace at every level, and one that no
policy names. Held by rights, by resource versions and by the audit log.

`KORA_QUIET_SECONDS` says for how long the healthy namespace is watched (600 for the figure in the documentation).
"""

import json
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.kora_diagnose.builders import OK, claim, deployment, plain, service, workload
from cluster.kora_operator.installation import (
    GROUP,
    LIMITS,
    Kora,
    Namespace,
    Object,
    Process,
    delete_namespaces,
    new_namespace,
    policy,
    specs,
    spoken,
)
from cluster.kora_operator.recording import Recorder
from cluster.programs import Failed, eventually, run
from cluster.releases import Report

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
QUIET = float(os.environ.get("KORA_QUIET_SECONDS", "90"))
BROKEN = "busybox:no-such-tag"
CHANGED = "deployments,statefulsets,services,configmaps"
ALL = (
    "pods,deployments,replicasets,statefulsets,services,configmaps,secrets,serviceaccounts,persistentvolumeclaims,jobs,"
    "cronjobs,ingresses,networkpolicies,roles,rolebindings,remediationplans.kora.taskora.dev"
)
WRITES = [
    ("patch", "deployments.apps"),
    ("update", "deployments.apps"),
    ("delete", "pods"),
    ("create", "pods"),
    ("patch", "services"),
    ("patch", "configmaps"),
    ("delete", "jobs.batch"),
    ("patch", "secrets"),
    ("create", "secrets"),
    ("patch", "ingresses.networking.k8s.io"),
    ("create", "approvals.kora.taskora.dev"),
    ("patch", "agentpolicies.kora.taskora.dev"),
]


def may(kora: Kora, verb: str, what: str, place: Namespace) -> bool:
    """Whether the operator's account may."""
    user = f"system:serviceaccount:{kora.home.name}:{kora.release}"
    try:
        return place.kubectl("auth", "can-i", verb, what, "--as", user).strip() == "yes"
    except Failed:
        return False


def anybody_may(verb: str, what: str, place: Namespace) -> bool:
    """Whether an account that nobody gave anything may: then the right comes from the cluster and not from us."""
    try:
        return (
            place.kubectl("auth", "can-i", verb, what, "--as", "system:serviceaccount:nowhere:nobody").strip() == "yes"
        )
    except Failed:
        return False


def everything(place: Namespace) -> dict[str, tuple[str, int]]:
    """Which objects there are (a deleted pod comes back as another one), and in which version of what people write. How
    an object stands is the kubelet's and the controllers' to say."""
    items: list[Object] = json.loads(place.kubectl("get", ALL, "-o", "json"))["items"]
    return {
        f"{each['kind']}/{each['metadata']['name']}": (each["metadata"]["uid"], each["metadata"].get("generation", 0))
        for each in items
    }


def written_by_kora(place: Namespace) -> list[str]:
    """Objects that hold a field which Kora wrote, by the API server's own account."""
    words = ("get", ALL, "-o", "json", "--show-managed-fields")
    items: list[Object] = json.loads(place.kubectl(*words))["items"]
    return [
        f"{each['kind']}/{each['metadata']['name']}"
        for each in items
        if each["kind"] != "RemediationPlan"
        and any(str(one.get("manager")).startswith("kora") for one in each["metadata"].get("managedFields") or ())
    ]


def effects(kora: Kora) -> list[Object]:
    """Records of the audit log that tell of a change."""
    return [
        each
        for each in kora.audit()
        if each["risk"] != "read" and each["phase"] == "outcome" and each["status"] == "ok"
    ]


@pytest.mark.parametrize("level", ["observe", "propose"])
def test_below_supervised_nothing_is_written_and_nothing_could_be(
    level: str, kora: Kora, spaces: dict[str, Namespace]
) -> None:
    kora.install(level, "rights.helmReleases=false")  # the chart gives nobody that right below supervised
    shop = spaces["shop"]
    assert [each for each in WRITES if may(kora, *each, shop)] == []
    name = f"web-{level}"
    shop.apply(policy("shop", shop.name, level="autonomous", limits=LIMITS), deployment(name, OK), service(name))
    shop.rolled_out(f"deployment/{name}")
    shop.kubectl("set", "image", f"deployment/{name}", f"main={BROKEN}")
    before = specs(shop.name, CHANGED)

    def fate() -> str:
        found = [each for each in spoken(shop.name, "findings") if each["spec"]["objects"][0]["name"] == name]
        return str(found[0]["status"].get("fate") or "") if found else ""

    expected = "observed" if level == "observe" else "waiting"
    eventually(lambda: fate() == expected, 90, f"the finding {expected}")
    time.sleep(20)
    assert specs(shop.name, CHANGED) == before
    assert effects(kora) == []
    plans = [each for each in spoken(shop.name, "remediationplans") if f"/{name} " in each["spec"]["goal"]]
    assert [each["status"]["phase"] for each in plans] == ([] if level == "observe" else ["proposed"])
    shop.kubectl("delete", f"deployment/{name}", f"service/{name}")


def test_a_healthy_namespace_is_never_written_to_and_another_never_read(
    kora: Kora, spaces: dict[str, Namespace], report: Report
) -> None:
    kora.install("autonomous")
    shop, other = spaces["shop"], spaces["other"]
    healthy = [
        deployment("web", OK, replicas=2),
        service("web"),
        plain("v1", "ConfigMap", "settings", data={"A": "1"}),
        claim("data"),
        workload("Job", "load", {"containers": [{**OK, "command": ["true"], "readinessProbe": None}]}),
    ]
    shop.apply(policy("shop", shop.name, level="autonomous", limits=LIMITS), *healthy)
    other.apply(deployment("web", {**OK, "image": BROKEN}))
    shop.rolled_out("deployment/web")
    eventually(lambda: "Job" in "".join(everything(shop)), 30, "everything there")
    for each in spoken(shop.name, "findings"):  # of the tests before
        eventually(lambda each=each: _resolved(shop, each["metadata"]["name"]), 120, "old findings resolved")
    time.sleep(60)  # what began is over
    before, metrics, done = everything(shop), kora.metrics(), len(effects(kora))
    time.sleep(QUIET)
    assert everything(shop) == before
    assert written_by_kora(shop) == []
    after = kora.metrics()
    assert len(effects(kora)) == done
    used = [
        line.split()[1:3] for line in run("kubectl", "top", "pods", "-n", kora.home.name, "--no-headers").splitlines()
    ]
    rate = {
        key.split('"')[1]: round((after[key] - metrics.get(key, 0)) * 60 / QUIET, 1)
        for key in after
        if key.startswith("kora_api_requests_total")
    }
    report(
        f"operator: {QUIET:.0f} healthy seconds at autonomous", f"0 writes there; requests a minute {rate}; uses {used}"
    )
    assert rate.get("delete", 0) == 0
    for verb in ("get", "list", "watch"):
        assert not may(kora, verb, "pods", other) or anybody_may(verb, "pods", other)
    assert spoken(other.name, "findings") == []
    assert not any(other.name in json.dumps(each) for each in kora.log())


@pytest.fixture
def widest(definitions: None, tmp_path: Path) -> Iterator[tuple[Recorder, Process, Namespace, Namespace]]:
    """An operator that may do everything everywhere and looks for policies in two namespaces, behind a door that writes
    down what it asks for; these namespaces. Not started yet."""
    system, shop, other = (new_namespace(topic) for topic in ("system", "shop", "other"))
    binding = f"{system.name}-everything"
    system.kubectl("create", "serviceaccount", "wide")
    run("kubectl", "create", "clusterrolebinding", binding, "--clusterrole=cluster-admin",
        f"--serviceaccount={system.name}:wide")  # fmt: skip
    token = system.kubectl("create", "token", "wide").strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Recorder() as recorder:
        door, reach = recorder.kubeconfig(tmp_path, token), (shop.name, other.name)
        operator = Process(system, reach, tmp_path / "state", port, kubeconfig=door)
        try:
            yield recorder, operator, shop, other
        finally:
            if operator.running is not None and operator.running.poll() is None:
                operator.end()
            run("kubectl", "delete", "clusterrolebinding", binding, "--ignore-not-found")
            delete_namespaces(system.name, shop.name, other.name)


def test_rights_everywhere_are_used_only_where_a_policy_says(
    widest: tuple[Recorder, Process, Namespace, Namespace], report: Report
) -> None:
    recorder, operator, shop, other = widest
    shop.apply(policy("shop", shop.name, limits=LIMITS), deployment("web", OK), service("web"))
    other.apply(deployment("web", {**OK, "image": BROKEN}), service("web"), plain("v1", "Secret", "key", data={}))
    shop.rolled_out("deployment/web")
    operator.start()
    eventually(operator.ready, 60, "the operator leads")
    shop.kubectl("set", "image", "deployment/web", f"main={BROKEN}")  # so that it looks closely, plans and acts
    phase = lambda: [each.get("status", {}).get("phase") for each in spoken(shop.name, "remediationplans")]  # noqa: E731
    eventually(lambda: phase() == ["done"], 240, "mended and verified")
    other.kubectl("scale", "deployment/web", "--replicas=2")  # something happens there
    time.sleep(20)
    assert operator.end() == 0
    seen = list(recorder.asked)
    inside = Counter((each.namespace, each.group == GROUP) for each in seen if each.namespace)
    report(
        "operator: requests with rights everywhere",
        f"{len(seen)}; looked after {inside[shop.name, False]}, its own {inside[operator.home.name, False]}, the other "
        f"{inside[other.name, False]}; policies and records {sum(n for (_, own), n in inside.items() if own)}",
    )
    assert {name for name, own in inside if not own} == {operator.home.name, shop.name}
    assert {name for name, own in inside if own} <= {operator.home.name, shop.name, other.name}
    namespaced = set(run("kubectl", "api-resources", "--namespaced=true", "-o", "name").split())
    kinds = {f"{each.plural}.{each.group}".rstrip(".") for each in seen if each.namespace is None}
    reviews = {each for each in kinds if each.endswith("reviews.authorization.k8s.io")}
    assert (kinds - reviews) & namespaced == set(), "nothing of all namespaces at once"
    assert {each.group for each in seen} >= {"apps", GROUP}, "what it did came through the door"


def _resolved(shop: Namespace, name: str) -> bool:
    return shop.kubectl("get", f"findings.kora.taskora.dev/{name}", "-o", "jsonpath={.status.phase}") == "resolved"
