"""What an idle operator costs: memory, CPU and API requests a minute while nothing changes, at 10, 100 and 1,000 pods.

    python bench/kora_operator.py [--pods 10,100,1000] [--seconds 60] [--image kora:dev]

Needs a cluster (KUBECONFIG) and rights to make nodes. The pods are simulated: objects bound to a Node object behind
which no machine stands; nothing runs. Their node's Lease is renewed, so that Kubernetes leaves them as they are. The
operator is a process beside the cluster, or with `--image` installed by its chart from an image that a node holds, with
its console, looking at one namespace; node and namespaces are deleted at the end.
Goals: <= 100 MB, <= 20 m CPU, and requests that don't grow with the number of pods.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from cluster.kora_operator import installation
from cluster.kora_operator.installation import (
    Kora,
    Namespace,
    Process,
    delete_namespaces,
    install_definitions,
    new_namespace,
    policy,
)
from cluster.programs import eventually, run

NODE = "kora-bench-nobody"
PER_WORKLOAD = 10
PODS = "/api/v1/namespaces/{}/pods"
LOOK = (
    "import os; name, rest = open('/proc/1/stat').read().rsplit(')', 1); part = rest.split(); "
    "pages = int(open('/proc/1/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE'); "
    "print((int(part[11]) + int(part[12])) / os.sysconf('SC_CLK_TCK'), pages / 1e6)"
)
"""What a program inside the container says of the first one, by proc(5): user and system time, resident pages."""


class Server:
    """The API server through `kubectl proxy`."""

    def __enter__(self) -> Server:
        words = ("kubectl", "proxy", "--port=0")
        self._proxy = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self._proxy.stdout is not None
        self._address = "http://" + self._proxy.stdout.readline().rsplit(" ", 1)[1].strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.terminate()

    def send(self, method: str, path: str, body: Any, kind: str = "application/json") -> Any:
        request = urllib.request.Request(self._address + path, method=method, data=json.dumps(body).encode())
        request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def make_node(server: Server) -> None:
    """A node that is ready as long as somebody renews its Lease."""
    taint = {"key": "kora-bench", "value": "simulated", "effect": "NoSchedule"}  # or it draws everybody's real pods
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}, "spec": {"taints": [taint]}}
    server.send("POST", "/api/v1/nodes", node)
    ready = {"type": "Ready", "status": "True", "reason": "Simulated", "lastHeartbeatTime": now()[:19] + "Z"}
    room = {"cpu": "512", "memory": "2Ti", "pods": "5000"}
    status = {"conditions": [ready], "capacity": room, "allocatable": room}
    server.send("PATCH", f"/api/v1/nodes/{NODE}/status", {"status": status}, "application/merge-patch+json")
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": NODE, "namespace": "kube-node-lease"},
        "spec": {"holderIdentity": NODE, "leaseDurationSeconds": 40, "renewTime": now()},
    }
    server.send("POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", lease)


def forget_node() -> None:
    """Kubernetes clears away what was bound to it."""
    run("kubectl", "delete", "node", NODE, "--ignore-not-found")
    run("kubectl", "delete", "lease", NODE, "--namespace", "kube-node-lease", "--ignore-not-found")


def renew(server: Server, stop: threading.Event) -> None:
    path = f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{NODE}"
    while not stop.wait(8):
        server.send("PATCH", path, {"spec": {"renewTime": now()}}, "application/merge-patch+json")


def make_pod(server: Server, namespace: str, number: int) -> None:
    """One pod that is said to run."""
    name, app = f"pod-{number:04}", f"app-{number // PER_WORKLOAD}"
    container = {"name": "main", "image": "example:1", "ports": [{"containerPort": 8080}]}
    spec = {"nodeName": NODE, "containers": [container], "tolerations": [{"operator": "Exists"}]}
    metadata = {"name": name, "labels": {"app": app}}
    server.send("POST", PODS.format(namespace), {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    began = now()[:19] + "Z"
    state = {"name": "main", "image": "example:1", "imageID": "", "ready": True, "restartCount": 0, "started": True}
    status = {
        "phase": "Running",
        "startTime": began,
        "conditions": [{"type": each, "status": "True"} for each in ("Initialized", "Ready", "PodScheduled")],
        "containerStatuses": [{**state, "state": {"running": {"startedAt": began}}}],
    }
    path = f"{PODS.format(namespace)}/{name}/status"
    server.send("PATCH", path, {"status": status}, "application/strategic-merge-patch+json")


def requests(metrics: dict[str, float]) -> dict[str, float]:
    """Requests by verb."""
    return {key.split('"')[1]: value for key, value in metrics.items() if key.startswith("kora_api_requests_total")}


def used(operator: Process | Kora) -> tuple[float, float]:
    """Seconds of processor time so far, and resident memory in MB (of the operator alone, not of what it starts)."""
    if isinstance(operator, Kora):
        words = ("exec", operator.pod, "--container", "operator", "--", "python", "-c", LOOK)
        seconds, memory = operator.home.kubectl(*words).split()
        return float(seconds), float(memory)
    assert operator.running is not None
    process = psutil.Process(operator.running.pid)
    times = process.cpu_times()
    return times.user + times.system, process.memory_info().rss / 1e6


def measure(operator: Process | Kora, pods: int, seconds: float) -> None:
    """One line of the table."""
    eventually(lambda: operator.metrics().get('kora_watched_objects{kind="Pod"}', 0) == pods, 120, f"{pods} pods")
    time.sleep(45)  # what was new has been looked at
    before, (cpu, _), began = requests(operator.metrics()), used(operator), time.monotonic()
    time.sleep(seconds)
    after, (spent, memory), took = requests(operator.metrics()), used(operator), time.monotonic() - began
    verbs = {verb: (after[verb] - before.get(verb, 0)) * 60 / took for verb in sorted(after)}
    told = ", ".join(f"{verb} {rate:.0f}" for verb, rate in verbs.items() if rate)
    rate = 1000 * (spent - cpu) / took
    print(f"{pods:>6}  {sum(verbs.values()):>12.0f}  {rate:>8.1f}  {memory:>9.1f}  {told}", flush=True)


@contextmanager
def beside(home: Namespace, place: Namespace) -> Iterator[Process]:
    """The operator as a process of this machine."""
    with socket.socket() as free, socket.socket() as other:
        for each in (free, other):
            each.bind(("127.0.0.1", 0))
        port, page = free.getsockname()[1], other.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        more = ("--namespaces-only", "--console-port", str(page))
        operator = Process(home, (place.name,), Path(folder) / "state", port, options=more)
        operator.start()
        try:
            eventually(operator.ready, 60, "the operator leads")
            yield operator
        finally:
            operator.end()


@contextmanager
def installed(home: Namespace, place: Namespace) -> Iterator[Kora]:
    """The operator as its chart installs it."""
    operator = Kora(home, (place.name,), settings=["console.enabled=true"])
    try:
        operator.install()
        yield operator
    finally:
        operator.uninstall()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pods", default="10,100,1000")
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--image", help="measure the operator as installed from this image, NAME:TAG")
    chosen = options.parse_args()
    if chosen.image:
        installation.IMAGE, installation.TAG = chosen.image.rsplit(":", 1)
    install_definitions()
    home, place = new_namespace("bench-system"), new_namespace("bench")
    place.apply(policy("bench", place.name, level="supervised"))
    stop = threading.Event()
    with Server() as server, ThreadPoolExecutor(8) as threads:
        try:
            forget_node()  # of a run that was killed
            make_node(server)
            threading.Thread(target=renew, args=(server, stop), daemon=True).start()
            with (installed if chosen.image else beside)(home, place) as operator:
                print("  pods  requests/min  CPU in m  RSS in MB  by verb")
                there = 0
                for wanted in map(int, chosen.pods.split(",")):
                    list(threads.map(lambda number: make_pod(server, place.name, number), range(there, wanted)))
                    there = wanted
                    measure(operator, wanted, chosen.seconds)
                found = json.loads(run("kubectl", "get", "findings", "-n", place.name, "-o", "json"))["items"]
                print(f"findings: {len(found)}; watch restarts: {operator.metrics()['kora_watch_restarts_total']:.0f}")
        finally:
            stop.set()
            forget_node()
            delete_namespaces(home.name, place.name)


if __name__ == "__main__":
    main()
