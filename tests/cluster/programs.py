"""kubectl and helm as the tests call them: a process per question, a limit on every wait, failures with all they said.

Below the fixtures of conftest.py; `Namespace` is what a test module has for itself, `Release` a Helm release in it.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import yaml

TEXT = "text:"
CHART = Path(__file__).parents[2] / "helm/taskora"
Answer = TypeVar("Answer")


class Failed(Exception):
    """A program ended with an error; the text holds the command and all its output."""


def run(*command: str, text: str | None = None, seconds: float = 60) -> str:
    """Standard output of a command.

    Raises:
        Failed: it ended with an error, or took longer than `seconds`.
    """
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as expired:
        raise Failed(f"{' '.join(command)}\ntook longer than {seconds} s") from expired
    if done.returncode:
        raise Failed(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


NAMED_IMAGES = 50
"""How many of its images a node names, the largest (kubelet, nodeStatusMaxImages)."""


def missing_images(*images: str) -> list[str]:
    """Those that no node holds. Nothing is called missing where a node names as many as it ever does: it may have it.

    Raises:
        Failed: the cluster does not answer.
    """
    nodes = json.loads(run("kubectl", "get", "nodes", "-o", "json", "--request-timeout=5s", seconds=20))["items"]
    held = [node["status"].get("images") or [] for node in nodes]
    if any(len(each) >= NAMED_IMAGES for each in held):
        return []
    known = {name for each in held for image in each for name in image.get("names") or []}
    return [image for image in images if not any(name == image or name.endswith(f"/{image}") for name in known)]


def eventually(question: Callable[[], Answer], seconds: float, what: str, every: float = 0.5) -> Answer:
    """The first true answer; after `seconds` the last falsehood or error is part of the complaint. A connection that a
    killed pod leaves behind breaks at its next use, which is an error like the others."""
    end = time.monotonic() + seconds
    while True:
        last: object
        try:
            last = answer = question()
            if answer:
                return answer
        except (Failed, AssertionError, OSError, httpx.TransportError) as error:
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s: {what}; last: {last}")
        time.sleep(every)


@dataclass(frozen=True)
class Namespace:
    """One namespace and what can be asked about it."""

    name: str

    def kubectl(self, *words: str, text: str | None = None, seconds: float = 60) -> str:
        return run("kubectl", "--namespace", self.name, *words, text=text, seconds=seconds)

    def objects(self, kind: str, selector: str = "") -> list[dict[str, Any]]:
        """Objects of a kind as the API tells them."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", kind, "-o", "json", "--selector", selector))[
            "items"
        ]
        return items

    def pods(self, component: str, release: str = "taskora") -> list[dict[str, Any]]:
        """Pods of a part, the dying ones left out."""
        selector = f"app.kubernetes.io/instance={release},app.kubernetes.io/component={component}"
        return [pod for pod in self.objects("pods", selector) if "deletionTimestamp" not in pod["metadata"]]

    def names(self, component: str, release: str = "taskora") -> list[str]:
        return [pod["metadata"]["name"] for pod in self.pods(component, release)]

    def events(self) -> list[tuple[str, str, str]]:
        """Reason, object and message of every event."""
        return [
            (event.get("reason", ""), event["involvedObject"]["name"], event.get("message", ""))
            for event in self.objects("events")
        ]

    def apply(self, *objects: dict[str, Any]) -> None:
        self.kubectl("apply", "-f", "-", text="---\n".join(yaml.safe_dump(item) for item in objects))

    def rolled_out(self, *workloads: str, seconds: float = 180) -> None:
        """Waits until these workloads run in their newest version and all their pods are ready."""
        for workload in workloads:
            self.kubectl("rollout", "status", workload, f"--timeout={seconds:.0f}s", seconds=seconds + 10)


def is_ready(pod: dict[str, Any]) -> bool:
    """Whether the pod gets requests."""
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))


@dataclass
class Release:
    """A Helm release of the chart. `settings` (the `a.b=1` of --set) are said at every install and upgrade; what starts
    with `text:` is told by --set-string, for values that look like numbers."""

    namespace: Namespace
    name: str = "taskora"
    values: Path | None = None
    settings: list[str] = field(default_factory=list)
    helm: str = "helm"

    def __call__(self, *words: str, seconds: float = 60) -> str:
        return run(self.helm, *words, "--namespace", self.namespace.name, seconds=seconds)

    def install(self, *more: str, wait: bool = True, seconds: float = 180) -> None:
        self._put("install", *more, wait=wait, seconds=seconds)

    def upgrade(self, *more: str, wait: bool = True, seconds: float = 180) -> None:
        self._put("upgrade", *more, wait=wait, seconds=seconds)

    def _put(self, verb: str, *more: str, wait: bool, seconds: float) -> None:
        words = [verb, self.name, str(CHART)]
        if self.values:
            words += ["--values", str(self.values)]
        for setting in (*self.settings, *more):
            words += ["--set-string", setting.removeprefix(TEXT)] if setting.startswith(TEXT) else ["--set", setting]
        if wait:
            words += ["--wait", "--timeout", f"{seconds:.0f}s"]
        self(*words, seconds=seconds + 20)

    def test(self) -> str:
        """`helm test`."""
        return self("test", self.name, "--timeout", "120s", seconds=140)

    def rollback(self, revision: int = 0, seconds: float = 180) -> None:
        """To a revision; 0 is the one before."""
        self("rollback", self.name, str(revision), "--wait", "--timeout", f"{seconds:.0f}s", seconds=seconds + 20)

    def uninstall(self) -> None:
        self("uninstall", self.name, "--wait", "--timeout", "120s", seconds=140)


def installed_helms() -> list[str]:
    """Every helm on the PATH: the usual name, and the ones that name their major version."""
    return [name for name in ("helm", "helm3", "helm4") if shutil.which(name)]
