"""NetworkPolicies on a cluster that enforces them, and what the Services do: every needed path, and no other."""

import json
import secrets
from typing import Any

import pytest
from cluster.application import Person, walk
from cluster.programs import Namespace, Release, eventually
from cluster.releases import (
    IMAGES,
    PULL_POLICY,
    RESTRICTED,
    TAG,
    NewNamespace,
    Report,
    default_release,
    external_database,
    node_port_of,
)

# Tries to reach what its arguments name and prints which of it answered, as JSON.
KNOCK = """
import json, socket, sys
def reached(target):
    host, _, port = target.rpartition(":")
    try:
        if port == "dns":
            return bool(socket.getaddrinfo(host, 80))
        socket.create_connection((host, int(port)), timeout=4).close()
        return True
    except OSError:
        return False
print(json.dumps({target: reached(target) for target in sys.argv[1:]}))
"""
KNOCK_FROM_NODE = """
const net = require("net"), dns = require("dns").promises;
const knock = (target) => new Promise(async (done) => {
  const [host, port] = target.split(":");
  if (port === "dns") return done(await dns.lookup(host).then(() => true, () => false));
  const socket = net.connect({ host, port: Number(port), timeout: 4000 });
  socket.on("connect", () => (socket.destroy(), done(true)));
  socket.on("error", () => done(false)).on("timeout", () => (socket.destroy(), done(false)));
});
(async () => {
  const found = {};
  for (const target of process.argv.slice(1)) found[target] = await knock(target);
  console.log(JSON.stringify(found));
})();
"""


def pod(name: str, labels: dict[str, str], *command: str) -> dict[str, Any]:
    """A pod of the backend's image that runs a command, fit for a restricted namespace."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 1001, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": "knock",
                    "image": f"{IMAGES['backend']}:{TAG}",
                    "imagePullPolicy": PULL_POLICY,
                    "command": list(command),
                    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                }
            ],
        },
    }


def knock(namespace: Namespace, labels: dict[str, str], *targets: str) -> dict[str, bool]:
    """What a pod with these labels reaches from this namespace."""
    name = f"knock-{secrets.token_hex(3)}"
    namespace.apply(pod(name, labels, "python", "-c", KNOCK, *targets))
    namespace.kubectl("wait", f"pod/{name}", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=90s", seconds=100)
    found: dict[str, bool] = json.loads(namespace.kubectl("logs", name))
    namespace.kubectl("delete", "pod", name, "--wait=false")
    return found


def inside(release: Release, part: str, *targets: str) -> dict[str, bool]:
    """What a running pod of a part reaches."""
    command = ["python", "-c", KNOCK] if part == "backend" else ["node", "-e", KNOCK_FROM_NODE]
    name = release.namespace.names(part)[0]
    found: dict[str, bool] = json.loads(release.namespace.kubectl("exec", name, "--", *command, *targets))
    return found


@pytest.fixture(scope="module")
def targets(taskora: Release) -> dict[str, str]:
    """The parts by their full names, which hold in every namespace."""
    domain = f"{taskora.namespace.name}.svc.cluster.local"
    return {
        "frontend": f"taskora-frontend.{domain}:3000",
        "backend": f"taskora-backend.{domain}:8000",
        "database": f"taskora-database.{domain}:5432",
        "dns": f"taskora-database.{domain}:dns",
    }


@pytest.fixture(scope="module")
def elsewhere(new_namespace: NewNamespace) -> Namespace:
    return new_namespace("stranger", RESTRICTED)


@pytest.fixture(scope="module", autouse=True)
def enforced(taskora: Release, targets: dict[str, str], elsewhere: Namespace) -> None:
    """A skip where the cluster takes policies and does nothing with them."""
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "nothing-goes"},
        "spec": {"podSelector": {"matchLabels": {"policy": "closed"}}, "policyTypes": ["Egress"]},
    }
    elsewhere.apply(policy)
    if knock(elsewhere, {"policy": "closed"}, targets["frontend"])[targets["frontend"]]:
        pytest.skip("this cluster does not enforce NetworkPolicies: a network plugin that does is needed")


def test_a_stranger_reaches_neither_backend_nor_database(
    taskora: Release, targets: dict[str, str], elsewhere: Namespace
) -> None:
    """From the same namespace and from another; names and the page, which has a node port, are open to it."""
    for namespace in (taskora.namespace, elsewhere):
        found = knock(namespace, {"app": "stranger"}, *targets.values())
        assert {part: found[target] for part, target in targets.items()} == {
            "frontend": True,
            "backend": False,
            "database": False,
            "dns": True,
        }


def test_labels_of_a_part_do_not_help_in_another_namespace(targets: dict[str, str], elsewhere: Namespace) -> None:
    labels = {
        "app.kubernetes.io/name": "taskora",
        "app.kubernetes.io/instance": "taskora",
        "app.kubernetes.io/component": "backend",
    }
    assert not knock(elsewhere, labels, targets["database"])[targets["database"]]


def test_every_needed_path_is_open_and_the_others_are_not(taskora: Release, targets: dict[str, str]) -> None:
    """A part's own Service is left out: it may lead a pod to itself, and what a pod says to itself always passes."""
    needed = {"frontend": {"backend", "dns"}, "backend": {"database", "dns"}}
    for part, open_to in needed.items():
        others = {name: target for name, target in targets.items() if name != part}
        found = inside(taskora, part, *others.values())
        assert {name for name, target in others.items() if found[target]} == open_to, part


def test_without_policies_the_same_stranger_gets_through(new_namespace: NewNamespace) -> None:
    """The control: it is the policies that keep it out."""
    namespace = new_namespace("open", RESTRICTED)
    default_release(namespace, "networkPolicy.enabled=false", "frontend.replicas=1", "backend.replicas=1").install()
    targets = ("taskora-backend:8000", "taskora-database:5432")
    assert knock(namespace, {"app": "stranger"}, *targets) == dict.fromkeys(targets, True)


def test_an_external_database_is_reached_and_nothing_beside_it(
    new_namespace: NewNamespace, node_address: str, targets: dict[str, str]
) -> None:
    """The address of the database alone is allowed, and the application works with it."""
    store, namespace = new_namespace("store", RESTRICTED), new_namespace("external", RESTRICTED)
    url = external_database(store)
    address = store.pods("database", "store")[0]["status"]["podIP"]
    settings = [
        "database.enabled=false",
        f"secrets.databaseUrl={url}",
        f"networkPolicy.externalDatabaseCidrs={{{address}/32}}",
        "frontend.replicas=1",
        "backend.replicas=1",
        "ingress.enabled=false",
    ]
    release = default_release(namespace, *settings)
    release.install()
    walk(node_port_of(namespace, "taskora-frontend", node_address))
    reached = inside(release, "backend", f"{address}:5432", targets["database"], targets["dns"])
    assert reached == {f"{address}:5432": True, targets["database"]: False, targets["dns"]: True}


def test_requests_are_spread_over_all_replicas(taskora: Release, node_port: str, report: Report) -> None:
    """Counted by each pod's own metrics. The frontend keeps its connections for some dozens of requests, so this takes
    some hundreds."""
    person = Person(node_port).sign_up()
    before = counts(taskora.namespace)

    def all_answered() -> bool:
        for _ in range(60):
            person.http.get(f"/api/{person.user}/counts")
        return all(count - before[name] > 10 for name, count in counts(taskora.namespace).items())

    eventually(all_answered, 60, "every backend pod answered")
    spread = sorted(int(count - before[name]) for name, count in counts(taskora.namespace).items())
    report("requests by backend pod", ", ".join(map(str, spread)))


def counts(namespace: Namespace) -> dict[str, float]:
    """Answered requests by pod."""
    script = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics').read().decode())"
    totals = {}
    for name in namespace.names("backend"):
        lines = namespace.kubectl("exec", name, "--", "python", "-c", script).splitlines()
        values = [
            float(line.rpartition(" ")[2])
            for line in lines
            if line.startswith("taskora_http_requests_total{") and "/counts" in line
        ]
        totals[name] = sum(values)
    return totals
