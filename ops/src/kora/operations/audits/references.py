"""Facts about references: which objects that an object names are not there.

`facts` registers them, one for each kind that is referred to, so that an audit lists no other kind than it needs.
Names are looked up in the namespace of the object that refers, cluster-wide for kinds without a namespace.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kora.domain.objects import Manifest
from kora.language.kinds import BY_KIND
from kora.operations.audits.elements import Element, dig, pod_spec

World = Mapping[str, Sequence[Manifest]]
Reference = tuple[str, str | None]
"""A name, and the namespace where it is looked up; None: that of the object."""


def _containers(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for field in ("containers", "initContainers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def _named(source: Any, field: str = "name") -> Iterator[Reference]:
    """The name in a source, unless it is optional."""
    if isinstance(source, dict) and source.get(field) and not source.get("optional"):
        yield str(source[field]), None


def _from_environment(spec: Mapping[str, Any], kind: str) -> Iterator[Reference]:
    for container in _containers(spec):
        for entry in container.get("env") or ():
            yield from _named(dig(entry, "valueFrom", f"{kind}KeyRef"))
        for entry in container.get("envFrom") or ():
            yield from _named(dig(entry, f"{kind}Ref"))


def _from_volumes(spec: Mapping[str, Any], kind: str, field: str) -> Iterator[Reference]:
    for volume in spec.get("volumes") or ():
        yield from _named(volume.get(kind), field)
        for source in dig(volume, "projected", "sources") or ():
            yield from _named(dig(source, kind))


def _accounts(manifest: Manifest) -> Iterator[Reference]:
    spec = pod_spec(manifest)
    if spec is not None and spec.get("serviceAccountName") not in (None, "", "default"):
        yield str(spec["serviceAccountName"]), None
    for subject in manifest.get("subjects") or ():
        if subject.get("kind") == "ServiceAccount" and subject.get("name") != "default":
            yield str(subject.get("name")), subject.get("namespace")


def _config_maps(manifest: Manifest) -> Iterator[Reference]:
    spec = pod_spec(manifest) or {}
    yield from _from_environment(spec, "configMap")
    yield from _from_volumes(spec, "configMap", "name")


def _secrets(manifest: Manifest) -> Iterator[Reference]:
    spec = pod_spec(manifest) or {}
    yield from _from_environment(spec, "secret")
    yield from _from_volumes(spec, "secret", "secretName")
    for entry in spec.get("imagePullSecrets") or ():
        yield from _named(entry)
    for entry in _listed(manifest, "Ingress", "spec", "tls"):
        yield from _named(entry, "secretName")


def _listed(manifest: Manifest, kind: str, *path: str) -> Sequence[Any]:
    return (dig(manifest, *path) or ()) if manifest.get("kind") == kind else ()


def _claims(manifest: Manifest) -> Iterator[Reference]:
    for volume in (pod_spec(manifest) or {}).get("volumes") or ():
        yield from _named(volume.get("persistentVolumeClaim"), "claimName")


def _priorities(manifest: Manifest) -> Iterator[Reference]:
    for name, _ in _named(pod_spec(manifest) or {}, "priorityClassName"):
        if not name.startswith("system-"):
            yield name, None


def _services(manifest: Manifest) -> Iterator[Reference]:
    if manifest.get("kind") == "StatefulSet":
        yield from _named(manifest.get("spec"), "serviceName")
    yield from _named(dig(manifest, "spec", "defaultBackend", "service"))
    for rule in _listed(manifest, "Ingress", "spec", "rules"):
        for path in dig(rule, "http", "paths") or ():
            yield from _named(dig(path, "backend", "service"))


def _ingress_classes(manifest: Manifest) -> Iterator[Reference]:
    yield from _named(manifest.get("spec"), "ingressClassName")


def _storage_classes(manifest: Manifest) -> Iterator[Reference]:
    yield from _named(manifest.get("spec"), "storageClassName")
    for template in dig(manifest, "spec", "volumeClaimTemplates") or ():
        yield from _named(template.get("spec"), "storageClassName")


_READERS: dict[str, Callable[[Manifest], Iterator[Reference]]] = {
    "ServiceAccount": _accounts,
    "ConfigMap": _config_maps,
    "Secret": _secrets,
    "PersistentVolumeClaim": _claims,
    "PriorityClass": _priorities,
    "Service": _services,
    "IngressClass": _ingress_classes,
    "StorageClass": _storage_classes,
}


def _missing(kind: str) -> Callable[[Element, str | None, World], list[str]]:
    namespaced = BY_KIND[kind].namespaced

    def read(element: Element, _key: str | None, world: World) -> list[str]:
        own = dig(element.object, "metadata", "namespace")
        there = {
            (dig(other, "metadata", "name"), dig(other, "metadata", "namespace") if namespaced else None)
            for other in world.get(kind, ())
        }
        wanted = ((name, (where or own) if namespaced else None) for name, where in _READERS[kind](element.object))
        return sorted({name for name, where in wanted if (name, where) not in there})

    return read


def _missing_role(element: Element, _key: str | None, world: World) -> list[str]:
    reference = element.object.get("roleRef") or {}
    own = dig(element.object, "metadata", "namespace")
    for other in world.get(str(reference.get("kind")), ()):
        inside = reference.get("kind") == "ClusterRole" or dig(other, "metadata", "namespace") == own
        if dig(other, "metadata", "name") == reference.get("name") and inside:
            return []
    return [str(reference["name"])] if reference.get("name") else []


MISSING: tuple[tuple[str, str, Callable[[Element, str | None, World], list[str]], tuple[str, ...]], ...] = (
    *((f"missing.{kind}", f"reference to a missing {kind}", _missing(kind), (kind,)) for kind in _READERS),
    ("missing.Role", "reference to a missing role", _missing_role, ("Role", "ClusterRole")),
)
"""(fact, words, how it is read, kinds that it looks at)."""
