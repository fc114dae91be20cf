"""Which kind of cluster this is, told by what its nodes say about themselves and never by the context's name.

Evidence, in this order: labels that a distribution sets, the provider id, the operating system image and runtime that
the kubelet reports, and whether a node's boot id is this machine's own. A list of rules; the first that fits wins.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.domain.objects import Manifest

MANY_NODES = 6
"""From here on a cluster is hardly a developer's own."""


class Kind(StrEnum):
    """The kinds that Kora can bring images to."""

    MINIKUBE = "Minikube"
    KIND = "kind"
    K3D = "k3d"
    DOCKER_DESKTOP = "Docker Desktop"
    THIS_HOST = "containerd on this host"
    CLOUD = "cloud"
    PLAIN = "plain"


class Provider(BaseModel):
    """What was recognised, and the evidence in one sentence."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    why: str
    cluster: str = ""
    """Minikube's profile, or the name that kind or k3d knows the cluster by."""
    nodes: tuple[str, ...] = ()
    production: str = ""
    """Why it looks like production; empty when it does not."""


class _Node(BaseModel):
    """The part of a Node that tells something."""

    name: str
    labels: dict[str, str]
    provider_id: str
    os_image: str
    runtime: str
    boot_id: str

    @classmethod
    def of(cls, manifest: Manifest) -> "_Node":
        info: dict[str, Any] = (manifest.get("status") or {}).get("nodeInfo") or {}
        metadata = manifest["metadata"]
        return cls(
            name=metadata["name"],
            labels=metadata.get("labels") or {},
            provider_id=(manifest.get("spec") or {}).get("providerID") or "",
            os_image=info.get("osImage") or "",
            runtime=info.get("containerRuntimeVersion") or "",
            boot_id=info.get("bootID") or "",
        )


_CLOUD_IDS = {
    "aws": "Amazon",
    "gce": "Google",
    "azure": "Azure",
    "digitalocean": "DigitalOcean",
    "hcloud": "Hetzner",
    "linode": "Linode",
    "openstack": "OpenStack",
    "vsphere": "vSphere",
    "ibm": "IBM",
    "oci": "Oracle",
    "ocid1.instance": "Oracle",
    "scaleway": "Scaleway",
    "vultr": "Vultr",
    "exoscale": "Exoscale",
    "ovh": "OVH",
    "alicloud": "Alibaba",
    "equinixmetal": "Equinix",
}
_CLOUD_LABELS = {
    "eks.amazonaws.com/": "Amazon EKS",
    "cloud.google.com/gke-": "Google GKE",
    "kubernetes.azure.com/": "Azure AKS",
    "doks.digitalocean.com/": "DigitalOcean",
    "node.openshift.io/": "OpenShift",
    "karpenter.sh/": "Karpenter",
}

_Found = Callable[[_Node, str], "Provider | None"]


def _minikube(node: _Node, boot_id: str) -> Provider | None:
    profile = node.labels.get("minikube.k8s.io/name")
    if profile is None:
        return None
    return Provider(kind=Kind.MINIKUBE, cluster=profile, why=f"the node {node.name} has the label minikube.k8s.io/name")


def _docker_desktop(node: _Node, boot_id: str) -> Provider | None:
    if "Docker Desktop" in node.os_image:
        return Provider(kind=Kind.DOCKER_DESKTOP, why=f"the node {node.name} runs the system {node.os_image!r}")
    if node.provider_id.startswith("kind://") and node.name.startswith("desktop-"):
        why = f"the provider id is {node.provider_id}, and the node is one of Docker Desktop's own"
        return Provider(kind=Kind.DOCKER_DESKTOP, why=why)
    return None


def _kind(node: _Node, boot_id: str) -> Provider | None:
    found = re.fullmatch(r"kind://[^/]*/([^/]+)/[^/]+", node.provider_id)
    if found is None:
        return None
    return Provider(kind=Kind.KIND, cluster=found[1], why=f"the provider id is {node.provider_id}")


def _k3d(node: _Node, boot_id: str) -> Provider | None:
    found = re.fullmatch(r"k3s://k3d-(.+)-(?:server|agent)-\d+", node.provider_id)
    if found is None:
        return None
    return Provider(kind=Kind.K3D, cluster=found[1], why=f"the provider id is {node.provider_id}")


def _cloud(node: _Node, boot_id: str) -> Provider | None:
    scheme = node.provider_id.partition("://")[0] if "://" in node.provider_id else ""
    if scheme in _CLOUD_IDS or node.provider_id.startswith("ocid1.instance"):
        return Provider(kind=Kind.CLOUD, why=f"the provider id of the node {node.name} is {node.provider_id}")
    for label in node.labels:
        for prefix, who in _CLOUD_LABELS.items():
            if label.startswith(prefix):
                return Provider(kind=Kind.CLOUD, why=f"the node {node.name} has the label {label} ({who})")
    return None


def _this_host(node: _Node, boot_id: str) -> Provider | None:
    if not boot_id or node.boot_id != boot_id or not node.runtime.startswith("containerd://"):
        return None
    why = f"the node {node.name} reports this machine's own boot id and the runtime {node.runtime}"
    return Provider(kind=Kind.THIS_HOST, why=why)


_RULES: tuple[_Found, ...] = (_minikube, _docker_desktop, _kind, _k3d, _cloud, _this_host)


def this_boot() -> str:
    """The boot id of this machine; empty where the system has none."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


def recognise(nodes: Sequence[Manifest], boot_id: str | None = None) -> Provider:
    """The kind of cluster that these nodes are. `boot_id` is this machine's (None: ask the system)."""
    here = this_boot() if boot_id is None else boot_id
    seen = [_Node.of(each) for each in nodes]
    names = tuple(sorted(each.name for each in seen))
    found = next((made for rule in _RULES for node in seen if (made := rule(node, here)) is not None), None)
    if found is None:
        said = f"{seen[0].os_image}, {seen[0].runtime}" if seen else "no node"
        found = Provider(kind=Kind.PLAIN, why=f"no label, provider id or boot id tells more ({said})")
    if found.kind is Kind.THIS_HOST and len(seen) > 1:
        why = f"{found.why}, but there are {len(seen)} nodes, which an import on this machine would not reach"
        found = Provider(kind=Kind.PLAIN, why=why)
    return found.model_copy(update={"nodes": names, "production": _production(found, len(seen))})


def _production(found: Provider, nodes: int) -> str:
    if found.kind is Kind.CLOUD:
        return found.why
    if nodes >= MANY_NODES and found.kind not in (Kind.KIND, Kind.K3D, Kind.MINIKUBE):
        return f"it has {nodes} nodes"
    return ""


def schedulable(nodes: Sequence[Manifest]) -> list[Manifest]:
    """The nodes that take new pods: not cordoned, and without a taint that only the cluster's own programs tolerate."""
    return [node for node in nodes if not _closed(node)]


def _closed(node: Manifest) -> bool:
    spec = node.get("spec") or {}
    hard = ("NoSchedule", "NoExecute")
    return bool(spec.get("unschedulable")) or any(taint.get("effect") in hard for taint in spec.get("taints") or [])
