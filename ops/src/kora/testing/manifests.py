"""Small valid manifests for tests."""

from typing import Any

from kora.domain.objects import Manifest, ObjectRef


def deployment(
    name: str, image: str = "web:1", *, replicas: int = 2, namespace: str = "shop", labels: dict[str, str] | None = None
) -> Manifest:
    """A Deployment with one container called ``main``."""
    return _workload("Deployment", name, image, replicas, namespace, labels)


def stateful_set(name: str, image: str = "db:1", *, replicas: int = 1, namespace: str = "shop") -> Manifest:
    """A StatefulSet with one container called ``main``."""
    manifest = _workload("StatefulSet", name, image, replicas, namespace, None)
    manifest["spec"]["serviceName"] = name
    return manifest


def daemon_set(name: str, image: str = "agent:1", *, namespace: str = "shop") -> Manifest:
    """A DaemonSet with one container called ``main``."""
    manifest = _workload("DaemonSet", name, image, 1, namespace, None)
    del manifest["spec"]["replicas"]
    return manifest


def service(name: str, *, selector: dict[str, str], namespace: str = "shop", port: int = 80) -> Manifest:
    """A Service on one port."""
    return _object("v1", "Service", name, namespace) | {"spec": {"selector": selector, "ports": [{"port": port}]}}


def config_map(name: str, data: dict[str, str], *, namespace: str = "shop") -> Manifest:
    """A ConfigMap."""
    return _object("v1", "ConfigMap", name, namespace) | {"data": dict(data)}


def secret(name: str, data: dict[str, str], *, namespace: str = "shop") -> Manifest:
    """A Secret; `data` is base64 already."""
    return _object("v1", "Secret", name, namespace) | {"type": "Opaque", "data": dict(data)}


def namespace(name: str) -> Manifest:
    """A Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def ref(kind: str, name: str, namespace: str | None = "shop", api_version: str | None = None) -> ObjectRef:
    """A reference; the API version follows from the kind for workloads, else it is v1."""
    workload = kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}
    version = api_version or ("apps/v1" if workload else "v1")
    return ObjectRef(api_version=version, kind=kind, namespace=namespace, name=name)


def _workload(
    kind: str, name: str, image: str, replicas: int, namespace: str, labels: dict[str, str] | None
) -> Manifest:
    chosen = {"app": name} | (labels or {})
    container: dict[str, Any] = {"name": "main", "image": image}
    spec: dict[str, Any] = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": chosen}, "spec": {"containers": [container]}},
    }
    return _object("apps/v1", kind, name, namespace) | {"spec": spec}


def _object(api_version: str, kind: str, name: str, namespace: str) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}}
