"""Pods and their containers as the detectors look at them: states, exits, settings, from status and not from events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from kora.domain.objects import Manifest, ObjectRef
from kora.operations.diagnose.fields import dig, has_condition, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph, Key, key_of

GRACE_SECONDS = 8.0  # a pod this young may still be on its way whatever it waits for


@dataclass(frozen=True)
class Container:
    """One container of one pod: what it should be (spec) and what it is (status)."""

    graph: Graph
    pod: Manifest
    spec: Manifest
    status: Manifest
    init: bool
    index: int

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.spec["name"])

    @property
    def image(self) -> str:
        """The image that the spec asks for."""
        return str(self.spec.get("image", ""))

    @property
    def waiting(self) -> str:
        """Why it waits; empty when it doesn't."""
        return str(dig(self.status, "state", "waiting", "reason") or "")

    @property
    def message(self) -> str:
        """The message of its waiting state."""
        return str(dig(self.status, "state", "waiting", "message") or "")

    @property
    def terminated(self) -> Manifest | None:
        """The current state, when it has ended."""
        return dig(self.status, "state", "terminated") or None

    @property
    def last(self) -> Manifest | None:
        """How its previous run ended."""
        return dig(self.status, "lastState", "terminated") or None

    @property
    def exit(self) -> Manifest | None:
        """How its newest finished run ended."""
        return self.terminated or self.last

    @property
    def running_since(self) -> datetime | None:
        """When the current run began; None when it doesn't run."""
        return instant(dig(self.status, "state", "running", "startedAt"))

    @property
    def restarts(self) -> int:
        """How often it was started anew."""
        return int(self.status.get("restartCount") or 0)

    @property
    def ready(self) -> bool:
        """What its readiness probe says."""
        return bool(self.status.get("ready"))

    @property
    def sidecar(self) -> bool:
        """An init container that keeps running."""
        return self.init and self.spec.get("restartPolicy") == "Always"

    @property
    def path(self) -> str:
        """Its JSON pointer below a pod spec."""
        return f"/{'initContainers' if self.init else 'containers'}/{self.index}"

    @cached_property
    def last_run_seconds(self) -> float | None:
        """How long the newest finished run took."""
        begun, ended = (instant(dig(self.exit, each)) for each in ("startedAt", "finishedAt"))
        return (ended - begun).total_seconds() if begun and ended else None

    @cached_property
    def since_exit(self) -> float | None:
        """Seconds since the newest finished run ended."""
        ended = instant(dig(self.exit, "finishedAt"))
        return None if ended is None else self.graph.age(ended)

    @property
    def label(self) -> str:
        """For sentences: the container, when the pod has more than one."""
        several = len(dig(self.pod, "spec", "containers") or ()) > 1 or self.init
        kind = "init container" if self.init and not self.sidecar else "container"
        return f"{kind} {self.name} of " if several else ""


def pods(graph: Graph) -> Iterator[Manifest]:
    """Pods that count now: not on their way out, not done, not replaced by a better one."""
    for pod in graph.all("Pod"):
        if dig(pod, "metadata", "deletionTimestamp") or dig(pod, "status", "phase") == "Succeeded":
            continue
        if not superseded(graph, pod):
            yield pod


def superseded(graph: Graph, pod: Manifest) -> bool:
    """A leftover: its job went on and succeeded (or failed for good elsewhere), or its workload runs without it."""
    owner = graph.owner(pod)
    if owner is None:
        return False
    if owner["kind"] == "Job":
        return job_done(owner) or job_superseded(graph, owner)
    if dig(pod, "status", "phase") != "Failed":
        return False
    wanted = dig(owner, "spec", "replicas")
    ready = dig(owner, "status", "readyReplicas") or dig(owner, "status", "numberReady") or 0
    return wanted is not None and (wanted == 0 or bool(ready >= wanted))


def job_done(job: Manifest) -> bool:
    """Whether a job has succeeded."""
    return has_condition(job, "Complete") or has_condition(job, "SuccessCriteriaMet")


def job_superseded(graph: Graph, job: Manifest) -> bool:
    """Whether a later job of the same cron job has succeeded."""
    owner = graph.owner(job)
    if owner is None or owner["kind"] != "CronJob":
        return False
    begun = created(job)
    return any(
        job_done(each) and (later := created(each)) and begun and later > begun for each in graph.children(owner, "Job")
    )


def created(item: Manifest) -> datetime | None:
    """metadata.creationTimestamp."""
    return instant(dig(item, "metadata", "creationTimestamp"))


def containers(graph: Graph, pod: Manifest) -> Iterator[Container]:
    """The containers of a pod, init containers first."""
    for field, states, init in (
        ("initContainers", "initContainerStatuses", True),
        ("containers", "containerStatuses", False),
    ):
        by_name = {each.get("name"): each for each in dig(pod, "status", states) or ()}
        for index, spec in enumerate(dig(pod, "spec", field) or ()):
            yield Container(graph, pod, spec, by_name.get(spec.get("name")) or {}, init, index)


def all_containers(graph: Graph) -> Iterator[Container]:
    """The containers of all pods that count."""
    for pod in pods(graph):
        yield from containers(graph, pod)


def pod_age(graph: Graph, pod: Manifest) -> float:
    """Seconds since the pod was created."""
    return graph.age(created(pod))


def is_ready(pod: Manifest) -> bool:
    """The pod's own condition Ready."""
    return has_condition(pod, "Ready")


def subject_of(graph: Graph, pod: Manifest) -> ObjectRef:
    """What a person would act on for a pod."""
    return ObjectRef.of(graph.top(pod))


def where(graph: Graph, pod: Manifest) -> str:
    """For sentences: ``deployment/web``."""
    top = graph.top(pod)
    return f"{top['kind'].lower()}/{name_of(top)}"


def source(pod: Manifest, container: str | None = None) -> str:
    """Names a pod, or a container in it, as the source of evidence."""
    return f"pod {name_of(pod)}" + (f"/{container}" if container else "")


def log_source(pod: Manifest, container: str) -> str:
    """Names a log as the source of evidence."""
    return f"log {name_of(pod)}/{container}"


def environment(graph: Graph, pod: Manifest, spec: Manifest) -> dict[str, str | None]:
    """The variables that a container gets: literal values where they are known, None for secret or unknown ones."""
    found: dict[str, str | None] = {}
    namespace = namespace_of(pod)
    for each in spec.get("envFrom") or ():
        prefix = each.get("prefix", "")
        for kind, field, data in (("ConfigMap", "configMapRef", "data"), ("Secret", "secretRef", "keys")):
            item = graph.find(kind, namespace, dig(each, field, "name") or "")
            for key, value in (dig(item, data) or {}).items() if item else ():
                found[prefix + key] = value if kind == "ConfigMap" else None
    for each in spec.get("env") or ():
        found[each["name"]] = each.get("value") if "value" in each else _referenced(graph, namespace, each)
    return found


def _referenced(graph: Graph, namespace: str | None, variable: Manifest) -> str | None:
    ref = dig(variable, "valueFrom", "configMapKeyRef")
    item = graph.find("ConfigMap", namespace, ref.get("name", "")) if ref else None
    value: Any = dig(item, "data", ref.get("key")) if item and ref else None
    return None if value is None else str(value)


def pod_keys(*items: Manifest) -> tuple[Key, ...]:
    """Keys of pods."""
    return tuple(map(key_of, items))
