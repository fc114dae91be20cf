"""The cluster as the runner uses it: kubectl with a limit, namespaces of its own, snapshots that show every change."""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kora.cluster.client import KubernetesReader, connect

PREFIX = "kora-eval-"
KINDS = (
    *(("v1", each) for each in ("Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim")),
    *(("v1", each) for each in ("ResourceQuota", "LimitRange")),
    *(("apps/v1", each) for each in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")),
    *(("batch/v1", each) for each in ("Job", "CronJob")),
    *(("networking.k8s.io/v1", each) for each in ("Ingress", "NetworkPolicy")),
    *(("rbac.authorization.k8s.io/v1", each) for each in ("Role", "RoleBinding")),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
)
CONTROLLERS = frozenset({"kubelet", "kube-controller-manager", "kube-scheduler"})
_BY_CONTROLLERS = ("deployment.kubernetes.io/revision", "pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.")
KORA = str(Path(sys.executable).with_name("kora"))


class KubectlFailed(Exception):
    """kubectl said no; the text is what it said."""


def kubectl(*words: str, stdin: str | None = None, check: bool = True, seconds: float = 60) -> str:
    """Run kubectl and give what it printed.

    Raises: KubectlFailed when it failed and `check` is set.
    """
    done = subprocess.run(
        ("kubectl", *words), input=stdin, capture_output=True, text=True, timeout=seconds, check=False
    )
    if check and done.returncode:
        raise KubectlFailed(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Ran(NamedTuple):
    """What a `kora` process did."""

    code: int
    answer: dict[str, Any]
    text: str
    seconds: float


def kora(*words: str, home: str, stdin: str | None = None, seconds: float = 300) -> Ran:
    """Run `kora` as a process without a terminal; `answer` is empty when it printed no JSON."""
    began = time.monotonic()
    done = subprocess.run(
        (KORA, *words),
        env=os.environ | {"KORA_HOME": home},
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    took = time.monotonic() - began
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        answer = {}
    return Ran(done.returncode, answer if isinstance(answer, dict) else {}, done.stdout + done.stderr, took)


class Seen(NamedTuple):
    """One object in a snapshot."""

    uid: str
    version: str
    digest: str
    top: str
    """Kind/name of the outermost controller; its own when nobody owns it."""
    writers: str
    """Who wrote what, as the server remembers it, without the cluster's own controllers: a pod that flaps on a busy
    machine gets a new version, and nobody wrote to it."""


Snapshot = dict[str, Seen]


class Space:
    """A namespace that goes at the end, with a home for Kora's state."""

    def __init__(self, topic: str, labels: dict[str, str] | None = None) -> None:
        self.name = f"{PREFIX}{topic[:40].strip('-').lower()}-{secrets.token_hex(2)}"
        self.home = tempfile.mkdtemp(prefix="kora-eval-")
        marks = {"kora-eval": "yes", **(labels or {})}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name, "labels": marks}}
        kubectl("create", "-f", "-", stdin=json.dumps(body))
        self.cluster_objects: list[tuple[str, str]] = []

    def apply(self, objects: Sequence[dict[str, Any]]) -> None:
        """Create objects here; those without a namespace stay without one."""
        if objects:
            items = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
            kubectl("apply", "-n", self.name, "-f", "-", stdin=json.dumps(items))
            self.cluster_objects += [
                (each["kind"], each["metadata"]["name"])
                for each in objects
                if each["kind"].endswith("WebhookConfiguration")
            ]

    def settle(self, seconds: float = 60) -> None:
        """Wait until every Deployment, StatefulSet and DaemonSet is rolled out.

        Raises: TimeoutError.
        """
        until = time.monotonic() + seconds
        while waits := [each for kind in _ROLLED for each in reader().list("apps/v1", kind, self.name) if _moves(each)]:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.name}: {', '.join(_key(each) for each in waits)} did not roll out")
            time.sleep(1)

    def get(self, what: str) -> dict[str, Any] | None:
        """One object (`deployment/web`); None when it is not there."""
        text = kubectl("get", what, "-n", self.name, "-o", "json", "--ignore-not-found")
        return json.loads(text) if text.strip() else None

    def snapshot(self) -> Snapshot:
        """Every object that somebody could have written."""
        return snapshot(self.name)

    def remove(self) -> None:
        """Delete without waiting; finalizers that a fault planted are taken off first."""
        for item in _everything(self.name):
            marks = item["metadata"].get("finalizers") or []
            if any(each.startswith("example.com/") for each in marks):
                what = f"{item['kind'].lower()}/{item['metadata']['name']}"
                none = '{"metadata":{"finalizers":null}}'
                kubectl("patch", what, "-n", self.name, "--type=merge", "-p", none, check=False)
        for kind, name in self.cluster_objects:
            kubectl("delete", kind.lower(), name, "--wait=false", "--ignore-not-found", check=False)
        kubectl("delete", "namespace", self.name, "--wait=false", "--ignore-not-found", check=False)


_ROLLED = ("Deployment", "StatefulSet", "DaemonSet")


@cache
def reader() -> KubernetesReader:
    """One connection for the looks of the runner: a kubectl for each of them costs more than what is measured."""
    return connect()


def _everything(namespace: str) -> list[dict[str, Any]]:
    return [each for version, kind in KINDS for each in reader().list(version, kind, namespace)]


def _moves(item: dict[str, Any]) -> bool:
    status, wanted = item.get("status") or {}, item["spec"].get("replicas", 1)
    if status.get("observedGeneration", 0) < item["metadata"]["generation"]:
        return True
    if item["kind"] == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        return wanted > min(status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
    there = [status.get(each, 0) for each in ("replicas", "readyReplicas", "updatedReplicas")]
    return any(each != wanted for each in there)


def snapshot(namespace: str) -> Snapshot:
    """See `Space.snapshot`."""
    items = _everything(namespace)
    by_uid = {item["metadata"]["uid"]: item for item in items}
    return {_key(item): _seen(item, by_uid) for item in items}


def _seen(item: dict[str, Any], by_uid: dict[str, dict[str, Any]]) -> Seen:
    top, known = item, {item["metadata"]["uid"]}
    while owner := next((one for one in top["metadata"].get("ownerReferences") or () if one["uid"] in by_uid), None):
        if owner["uid"] in known:
            break
        known.add(owner["uid"])
        top = by_uid[owner["uid"]]
    return Seen(item["metadata"]["uid"], item["metadata"]["resourceVersion"], _digest(item), _key(top), _writers(item))


def _key(item: dict[str, Any]) -> str:
    return f"{item['kind']}/{item['metadata']['name']}"


def _writers(item: dict[str, Any]) -> str:
    entries = item["metadata"].get("managedFields") or ()
    kept = sorted(json.dumps(each, sort_keys=True) for each in entries if each.get("manager") not in CONTROLLERS)
    return hashlib.sha256("".join(kept).encode()).hexdigest()[:16]


def _digest(item: dict[str, Any]) -> str:
    """Of what people write: no status, nothing that the server or a controller fills in."""
    kept = {key: value for key, value in item.items() if key not in ("status", "metadata")}
    notes = {
        key: value
        for key, value in (item["metadata"].get("annotations") or {}).items()
        if not key.startswith(_BY_CONTROLLERS)
    }
    kept["labels"], kept["annotations"] = item["metadata"].get("labels") or {}, notes
    if item["kind"] == "PersistentVolumeClaim":  # which volume it got is the cluster's word
        kept["spec"] = {key: value for key, value in item["spec"].items() if key != "volumeName"}
    kept["deleted"] = bool(item["metadata"].get("deletionTimestamp"))
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def changed(before: Snapshot, after: Snapshot, *, owned: bool = False) -> set[str]:
    """Kind/name of what was made, removed, replaced or written; with `owned`, what controllers own counts as a change
    of its owner."""
    found = set()
    for key in before.keys() | after.keys():
        one, two = before.get(key), after.get(key)
        top = (one or two).top  # type: ignore[union-attr] - one of them is there
        if top != key:
            if owned and (one is None or two is None or one.uid != two.uid):
                found.add(top)
        elif one is None or two is None or (one.uid, one.digest) != (two.uid, two.digest):
            found.add(key)
    return found


def leftovers() -> list[str]:
    """Namespaces of earlier runs."""
    names = kubectl("get", "namespaces", "-l", "kora-eval=yes", "-o", "name").split()
    return [each.removeprefix("namespace/") for each in names if each.startswith(f"namespace/{PREFIX}")]
