"""What a machine and a cluster need before anything is deployed: each check one line, each failure one next command.

`kora doctor` shows all of them; `kora up` runs those that its own application needs.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.quantities import parse_quantity
from kora.images.port import ImageEngine
from kora.kit.errors import KoraError, Unavailable
from kora.operations.deploy.providers import Kind, Provider, schedulable

OLDEST = (1, 29)
"""The oldest Kubernetes that the charts are tested against."""
LEAST_DISK = 5 * 2**30
LEAST_MEMORY = 2**30
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
NODE_PORTS = range(30000, 32768)


class Level(StrEnum):
    """How a check ended. MISSING stops a deployment, WEAK is told and does not."""

    FINE = "fine"
    WEAK = "weak"
    MISSING = "missing"


class Check(BaseModel):
    """One line of the doctor."""

    model_config = ConfigDict(frozen=True)

    name: str
    level: Level
    said: str
    next: str = ""
    """The one command to run, when it is not fine."""


@dataclass(frozen=True)
class Patient:
    """What is looked at. `needs_*` come from the application; the doctor without one needs nothing."""

    reader: ClusterReader
    engine: ImageEngine
    helm_name: str
    provider: Provider
    nodes: Sequence[Manifest]
    namespace: str = "default"
    builds: bool = True
    needs_storage: bool = False
    program: str = ""
    """The program that brings images to the nodes; empty when none is needed."""


def examine(patient: Patient) -> list[Check]:
    """All checks, in the order of the report; a check that itself fails is a finding, not an end."""
    return [_safely(name, check, patient) for name, check in _CHECKS.items()]


def must_pass(checks: Sequence[Check]) -> None:
    """Stop when something is missing.

    Raises:
        Unavailable: names everything that is missing, and the first next command.
    """
    missing = [each for each in checks if each.level is Level.MISSING]
    if missing:
        said = " ".join(f"{each.name}: {each.said}" for each in missing)
        raise Unavailable(said, fix=missing[0].next or None, details={"missing": [each.name for each in missing]})


def _safely(name: str, check: "Callable[[Patient], Check]", patient: Patient) -> Check:
    try:
        return check(patient)
    except KoraError as error:
        return Check(name=name, level=Level.MISSING, said=error.message, next=error.fix or "kora doctor")


def _engine(patient: Patient) -> Check:
    version = patient.engine.version()
    return Check(name="container engine", level=Level.FINE, said=f"answers, version {version}")


def _helm(patient: Patient) -> Check:
    return Check(name="helm", level=Level.FINE, said=patient.helm_name)


def _loader(patient: Patient) -> Check:
    if not patient.program:
        return Check(name="way for images", level=Level.FINE, said="needs no program of the cluster here")
    if shutil.which(patient.program):
        return Check(name="way for images", level=Level.FINE, said=f"{patient.program} is there")
    fix = f'install {patient.program}, or: kora up --load-command "… {{image}}"'
    said = f"{patient.program} is not on the PATH"
    return Check(name="way for images", level=Level.MISSING, said=said, next=fix)


def _server(patient: Patient) -> Check:
    version = patient.reader.version()
    found = re.match(r"v?(\d+)\.(\d+)", version)
    old = found is not None and (int(found[1]), int(found[2])) < OLDEST
    wanted = ".".join(map(str, OLDEST))
    level, said = (Level.WEAK, f"{version} is older than {wanted}") if old else (Level.FINE, version)
    return Check(name="Kubernetes", level=level, said=said, next="upgrade the cluster" if old else "")


def _nodes(patient: Patient) -> Check:
    open_nodes = schedulable(patient.nodes)
    ready = [each for each in open_nodes if _condition(each, "Ready") == "True"]
    pressed = [each["metadata"]["name"] for each in ready if _pressure(each)]
    if not ready:
        said = f"none of {len(patient.nodes)} nodes takes pods"
        return Check(name="nodes", level=Level.MISSING, said=said, next="kubectl describe nodes")
    if pressed:
        said = f"{', '.join(pressed)} under {_pressure(ready[0]) or 'pressure'}"
        return Check(name="nodes", level=Level.MISSING, said=said, next=f"kubectl describe node {pressed[0]}")
    return Check(name="nodes", level=Level.FINE, said=f"{len(ready)} of {len(patient.nodes)} ready for pods")


def _condition(node: Manifest, kind: str) -> str:
    conditions = (node.get("status") or {}).get("conditions") or []
    return next((str(each.get("status")) for each in conditions if each.get("type") == kind), "")


def _pressure(node: Manifest) -> str:
    kinds = ("MemoryPressure", "DiskPressure", "PIDPressure")
    return ", ".join(kind for kind in kinds if _condition(node, kind) == "True")


def _disk(patient: Patient) -> Check:
    free = patient.engine.free_bytes()
    if free is None:
        return Check(name="disk", level=Level.FINE, said="the engine's disk is not on this machine")
    said = f"{free / 2**30:.1f} GiB free for images"
    if free < LEAST_DISK:
        return Check(name="disk", level=Level.MISSING, said=said, next="docker system prune")
    return Check(name="disk", level=Level.FINE, said=said)


def _memory(patient: Patient) -> Check:
    total = sum(_bytes(each["status"].get("allocatable", {}).get("memory", "0")) for each in patient.nodes)
    asked = 0.0
    for pod in patient.reader.list("v1", "Pod"):
        if not pod["spec"].get("nodeName") or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            continue
        for container in pod["spec"].get("containers") or []:
            asked += _bytes(((container.get("resources") or {}).get("requests") or {}).get("memory", "0"))
    free = total - asked
    said = f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB not yet asked for"
    if free < LEAST_MEMORY:
        return Check(name="memory", level=Level.MISSING, said=said, next="kubectl top pods -A --sort-by=memory")
    return Check(name="memory", level=Level.FINE, said=said)


def _bytes(text: str) -> float:
    return float(parse_quantity(text) or 0)


def _storage(patient: Patient) -> Check:
    classes = patient.reader.list("storage.k8s.io/v1", "StorageClass")
    default = [
        each["metadata"]["name"]
        for each in classes
        if ((each["metadata"].get("annotations") or {}).get(DEFAULT_CLASS)) == "true"
    ]
    if default:
        return Check(name="storage class", level=Level.FINE, said=f"{default[0]} is the default")
    said = f"no default among {len(classes)}" if classes else "there is none"
    level = Level.MISSING if patient.needs_storage else Level.WEAK
    fix = {Kind.MINIKUBE: "minikube addons enable default-storageclass"}.get(
        patient.provider.kind, "kubectl get storageclass"
    )
    return Check(name="storage class", level=level, said=said, next=fix)


def _ingress(patient: Patient) -> Check:
    classes = [each["metadata"]["name"] for each in patient.reader.list("networking.k8s.io/v1", "IngressClass")]
    if classes:
        return Check(name="ingress class", level=Level.FINE, said=", ".join(sorted(classes)))
    fix = {Kind.MINIKUBE: "minikube addons enable ingress"}.get(patient.provider.kind, "kora open")
    level = Level.WEAK
    return Check(name="ingress class", level=level, said="there is none; node port and kora open still work", next=fix)


def _metrics(patient: Patient) -> Check:
    served = any(each.api_version.startswith("metrics.k8s.io/") for each in patient.reader.kinds())
    if served:
        return Check(name="metrics API", level=Level.FINE, said="served")
    fix = {Kind.MINIKUBE: "minikube addons enable metrics-server"}.get(patient.provider.kind, "kubectl top nodes")
    return Check(name="metrics API", level=Level.WEAK, said="not served; no usage figures, no autoscaling", next=fix)


def _node_ports(patient: Patient) -> Check:
    taken = {
        port["nodePort"]
        for service in patient.reader.list("v1", "Service")
        for port in (service.get("spec") or {}).get("ports") or []
        if port.get("nodePort")
    }
    free = len(NODE_PORTS) - len(taken)
    level = Level.FINE if free else Level.WEAK
    return Check(name="node ports", level=level, said=f"{free} free", next="" if free else "kubectl get services -A")


def _rights(patient: Patient) -> Check:
    wanted = (
        ("create", ObjectRef(api_version="v1", kind="Namespace", name=patient.namespace)),
        ("create", ObjectRef(api_version="apps/v1", kind="Deployment", namespace=patient.namespace, name="any")),
        ("create", ObjectRef(api_version="v1", kind="Secret", namespace=patient.namespace, name="any")),
    )
    denied = [f"{verb} {ref.kind}" for verb, ref in wanted if not patient.reader.can(verb, ref)]
    if denied:
        return Check(name="rights", level=Level.WEAK, said=f"may not {', '.join(denied)}", next="kubectl auth whoami")
    return Check(name="rights", level=Level.FINE, said=f"may deploy into {patient.namespace}")


_CHECKS: dict[str, Callable[[Patient], Check]] = {
    "container engine": _engine,
    "helm": _helm,
    "Kubernetes": _server,
    "nodes": _nodes,
    "way for images": _loader,
    "disk": _disk,
    "memory": _memory,
    "storage class": _storage,
    "ingress class": _ingress,
    "metrics API": _metrics,
    "node ports": _node_ports,
    "rights": _rights,
}
