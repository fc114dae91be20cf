"""Kora's operator as its charts install it: definitions, operator, Taskora with `kagent.enabled=true`, and neighbours.

What the tests see of it is what anybody sees: objects, the log of the pod, /metrics through the API server.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cluster.programs import Namespace, run

ROOT = Path(__file__).parents[3]
TAG = os.environ.get("KORA_IMAGE_TAG", "dev")
IMAGE = os.environ.get("KORA_IMAGE", "kora")
PREFIX = os.environ.get("KORA_TEST_PREFIX", "kora-op-")
GROUP = "kora.taskora.dev"
API_VERSION = f"{GROUP}/v1alpha1"
Object = dict[str, Any]


def moment(text: str) -> float:
    """A time of the API server, in seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def policy(name: str, *namespaces: str, level: str = "supervised", **more: Any) -> Object:
    """An AgentPolicy; it must be made in the namespace that it names."""
    spec = {"scope": {"namespaces": list(namespaces)}, "autonomy": {"level": level}, **more}
    return {"apiVersion": API_VERSION, "kind": "AgentPolicy", "metadata": {"name": name}, "spec": spec}


LIMITS = {"maxWritesPerHour": 200, "cooldown": "20s", "maxAttempts": 20, "circuitBreaker": {"failures": 20}}
"""Limits that do not come between a test and what it asks."""


def spoken(namespace: str, kind: str) -> list[Object]:
    """Kora's own objects of a kind in a namespace."""
    words = ("kubectl", "get", f"{kind}.{GROUP}", "--namespace", namespace, "-o", "json")
    items: list[Object] = json.loads(run(*words))["items"]
    return items


@dataclass
class Kora:
    """One installation of the operator."""

    home: Namespace
    watched: tuple[str, ...]
    release: str = "kora"
    settings: list[str] = field(default_factory=list)

    def install(self, level: str = "supervised", *settings: str) -> None:
        """Install or upgrade, and wait until it is ready."""
        words = ["helm", "upgrade", "--install", self.release, str(ROOT / "helm/kora"), "--namespace", self.home.name]
        words += ["--set", f"image.repository={IMAGE}", "--set", f"image.tag={TAG}"]
        words += ["--set", f"namespaces={{{','.join(self.watched)}}}", "--set", f"autonomy.level={level}"]
        for setting in (*self.settings, *settings):
            words += ["--set", setting]
        run(*words, "--wait", "--timeout", "120s", seconds=140)

    @property
    def pod(self) -> str:
        """The operator's pod."""
        found = [
            pod
            for pod in self.home.objects("pods", f"app.kubernetes.io/instance={self.release}")
            if "deletionTimestamp" not in pod["metadata"]
        ]
        return str(found[0]["metadata"]["name"])

    def log(self, since: str = "") -> list[Object]:
        """The log, one object a line."""
        words = ["logs", self.pod, "--container", "operator", *([f"--since-time={since}"] if since else [])]
        return [json.loads(line) for line in self.home.kubectl(*words).splitlines() if line.startswith("{")]

    def metrics(self) -> dict[str, float]:
        """/metrics as the API server's proxy to the pod gives it."""
        path = f"/api/v1/namespaces/{self.home.name}/pods/{self.pod}:8081/proxy/metrics"
        lines = run("kubectl", "get", "--raw", path).splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line and line[0] != "#"}

    def audit(self) -> list[Object]:
        """What the audit log on the volume holds."""
        text = self.home.kubectl("exec", self.pod, "--container", "operator", "--", "kora", "audit", "export")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def uninstall(self) -> None:
        """Everything but the definitions goes."""
        run("helm", "uninstall", self.release, "--namespace", self.home.name, "--wait", seconds=120)


def install_definitions() -> None:
    """The chart kora-crds, whoever installed the definitions before."""
    words = ("helm", "template", "kora-crds", str(ROOT / "helm/kora-crds"))
    rendered = run(*words)
    run("kubectl", "apply", "--server-side", "--force-conflicts", "-f", "-", text=rendered)
    for each in ("agentpolicies", "findings", "remediationplans", "approvals"):
        run("kubectl", "wait", "--for=condition=Established", f"crd/{each}.{GROUP}", "--timeout=30s")


def new_namespace(topic: str, *labels: str) -> Namespace:
    """A namespace of ours."""
    name = f"{PREFIX}{topic}-{secrets.token_hex(3)}"
    run("kubectl", "create", "namespace", name)
    if labels:
        run("kubectl", "label", "namespace", name, *labels)
    return Namespace(name)


def delete_namespaces(*names: str) -> None:
    """Take them away; findings and plans in them go along."""
    if names:
        run("kubectl", "delete", "namespace", *names, "--wait=false")


def account_in(place: Namespace, name: str, folder: Path, *rules: str) -> Path:
    """A kubeconfig for somebody who may do in one namespace what `rules` say (`verb,verb resource`), and no more."""
    place.kubectl("create", "serviceaccount", name)
    for number, rule in enumerate(rules):
        verbs, what = rule.split(" ")
        place.kubectl("create", "role", f"{name}-{number}", f"--verb={verbs}", f"--resource={what}")
        account = f"--serviceaccount={place.name}:{name}"
        place.kubectl("create", "rolebinding", f"{name}-{number}", f"--role={name}-{number}", account)
    config = json.loads(run("kubectl", "config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    config["users"][0]["user"] = {"token": place.kubectl("create", "token", name).strip()}
    config["contexts"][0]["context"]["namespace"] = place.name
    written = folder / f"{name}.kubeconfig"
    written.write_text(json.dumps(config), "utf-8")
    return written


def command_line(
    home: Path, *words: str, seconds: float = 120, stdin: str = "", kubeconfig: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """`kora …` on this machine with a home of its own."""
    environment = dict(os.environ) | {"KORA_HOME": str(home)}
    if kubeconfig is not None:
        environment["KUBECONFIG"] = str(kubeconfig)
    return subprocess.run(
        (str(Path(sys.executable).with_name("kora")), *words),
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def versions(namespace: str, kinds: str = "deployments,statefulsets,services,configmaps,secrets") -> dict[str, str]:
    """Version of every object that people write in a namespace."""
    items = json.loads(run("kubectl", "get", kinds, "--namespace", namespace, "-o", "json"))["items"]
    return {f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["resourceVersion"] for each in items}


def specs(namespace: str, kinds: str = "deployments,statefulsets,services,configmaps,secrets") -> dict[str, Object]:
    """What people write in a namespace, without status and bookkeeping."""
    items = json.loads(run("kubectl", "get", kinds, "--namespace", namespace, "-o", "json"))["items"]
    return {
        f"{each['kind']}/{each['metadata']['name']}": {
            key: each[key] for key in ("spec", "data", "type") if key in each
        }
        for each in items
    }


def watch_for(
    namespace: str, kind: str, seconds: float, *, every: float = 0.5, known: frozenset[str] = frozenset()
) -> Iterator[Object]:
    """New objects of one of our kinds as they come."""
    seen, ends = set(known), time.monotonic() + seconds
    while time.monotonic() < ends:
        for item in spoken(namespace, kind):
            if (name := item["metadata"]["uid"]) not in seen:
                seen.add(name)
                yield item
        time.sleep(every)


@dataclass
class Process:
    """`kora operator` as a process beside the cluster, under the rights of KUBECONFIG: it can be killed at any moment.

    watched: where policies are read and may reach; empty: everywhere. state: its $KORA_HOME, which outlives it as the
    volume outlives a pod. kubeconfig: instead of KUBECONFIG.
    """

    home: Namespace
    watched: tuple[str, ...]
    state: Path
    port: int
    running: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()
    kubeconfig: Path | None = None

    def start(self) -> None:
        """Start it; it leads once the lease of the one before has run out."""
        words = (str(Path(sys.executable).with_name("kora")), "operator", "--namespace", self.home.name)
        words += ("--watch", ",".join(self.watched)) if self.watched else ()
        words += ("--port", str(self.port), "--host", "127.0.0.1")
        words += ("--admission-rule", "installed", "--lease", "kora-process", *self.options)
        self.state.mkdir(exist_ok=True)
        with (self.state.parent / f"{self.state.name}.log").open("ab") as log:
            environment = dict(os.environ) | {"KORA_HOME": str(self.state)}
            if self.kubeconfig is not None:
                environment["KUBECONFIG"] = str(self.kubeconfig)
            self.running = subprocess.Popen(words, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        """As when the machine loses power."""
        assert self.running is not None
        self.running.kill()
        self.running.wait()

    def end(self) -> int:
        """As when the pod is deleted."""
        assert self.running is not None
        self.running.terminate()
        return self.running.wait(timeout=60)

    def metrics(self) -> dict[str, float]:
        """/metrics."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as reply:
            lines = reply.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line and line[0] != "#"}

    def ready(self) -> bool:
        """Whether it leads and knows what it is to look after."""
        with contextlib.suppress(OSError):
            return self.metrics().get("kora_leader") == 1.0
        return False

    def log(self) -> str:
        """Everything that it said, in all its lives."""
        return (self.state.parent / f"{self.state.name}.log").read_text("utf-8")
