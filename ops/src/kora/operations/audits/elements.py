"""Parts of an object that facts are about: the object itself, its pod template, containers, ports, rules, subjects.

A requirement that speaks of containers must hold for each of them; this module says which ones there are and how to
name them to a person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kora.domain.objects import Manifest

_TEMPLATE_PATHS = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_TEMPLATE = ("spec", "template", "spec")
POD_KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")


@dataclass(frozen=True)
class Element:
    """One part: how to name it, its own data, and the object that it belongs to."""

    label: str
    data: Any
    object: Manifest
    init: bool = False
    path: str = ""
    """Where it stands in the object: ``spec.template.spec.containers[app]``."""
    holder: Any = None
    """The container that has it, for parts of containers."""

    @property
    def container(self) -> Any:
        """The data of the container that it is or belongs to."""
        return self.data if self.holder is None else self.holder


@dataclass(frozen=True)
class At:
    """Reads a fact at one place below its element; `at` is that place, to be shown."""

    read: Callable[[Element, str | None], list[str]]
    at: str
    keyed: bool = False
    """Whether the key that is asked for is the last step."""

    def __call__(self, element: Element, key: str | None) -> list[str]:
        return self.read(element, key)

    def place(self, element: Element, key: str | None) -> str:
        """The whole path in the object."""
        path = ".".join(step for step in (element.path, self.at) if step)
        return f"{path}[{key}]" if self.keyed and key else path


def dig(data: Any, *path: str) -> Any:
    """A nested value, None when any step is missing."""
    for step in path:
        if not isinstance(data, dict):
            return None
        data = data.get(step)
    return data


def pod_spec(manifest: Manifest) -> dict[str, Any] | None:
    """The pod spec inside a pod, workload, job or cron job."""
    if manifest.get("kind") not in POD_KINDS:
        return None
    spec = dig(manifest, *_TEMPLATE_PATHS.get(manifest["kind"], _TEMPLATE))
    return spec if isinstance(spec, dict) else None


def _pod_path(manifest: Manifest) -> str:
    return ".".join(_TEMPLATE_PATHS.get(manifest["kind"], _TEMPLATE))


def _object(manifest: Manifest) -> Iterator[Element]:
    yield Element("", manifest, manifest)


def _pod(manifest: Manifest) -> Iterator[Element]:
    if (spec := pod_spec(manifest)) is not None:
        yield Element("", spec, manifest, path=_pod_path(manifest))


def _containers(manifest: Manifest) -> Iterator[Element]:
    spec = pod_spec(manifest) or {}
    for field, word in (
        ("containers", "container"),
        ("initContainers", "init container"),
        ("ephemeralContainers", "ephemeral container"),
    ):
        for container in spec.get(field) or ():
            # An init container that restarts is a sidecar: it runs as long as the pod, so probes are its business.
            init = field != "containers" and container.get("restartPolicy") != "Always"
            path = f"{_pod_path(manifest)}.{field}[{container.get('name', '?')}]"
            yield Element(f'{word} "{container.get("name", "?")}"', container, manifest, init, path)


def _listed(word: str, *path: str) -> Callable[[Manifest], Iterator[Element]]:
    def elements(manifest: Manifest) -> Iterator[Element]:
        for index, item in enumerate(dig(manifest, *path) or ()):
            yield Element(f"{word} {index + 1}", item, manifest, path=f"{'.'.join(path)}[{index}]")

    return elements


def _volumes(manifest: Manifest) -> Iterator[Element]:
    for volume in (pod_spec(manifest) or {}).get("volumes") or ():
        path = f"{_pod_path(manifest)}.volumes[{volume.get('name', '?')}]"
        yield Element(f'volume "{volume.get("name", "?")}"', volume, manifest, path=path)


def _of_type(kind: str) -> Callable[[Manifest], Iterator[Element]]:
    """Volumes of one type only: a rule about their settings says nothing of other volumes."""

    def elements(manifest: Manifest) -> Iterator[Element]:
        return (element for element in _volumes(manifest) if kind in element.data)

    return elements


def _host_mounts(manifest: Manifest) -> Iterator[Element]:
    """Where containers mount host paths."""
    host = {element.data.get("name") for element in _of_type("hostPath")(manifest)}
    for container in _containers(manifest):
        for mount in container.data.get("volumeMounts") or ():
            if mount.get("name") in host:
                path = f"{container.path}.volumeMounts[{mount['name']}]"
                label = f'{container.label}, mount "{mount.get("mountPath", "?")}"'
                yield Element(label, mount, manifest, path=path, holder=container.data)


def _parts(field: str, word: str) -> Callable[[Manifest], Iterator[Element]]:
    """Every entry of a list in every container."""

    def elements(manifest: Manifest) -> Iterator[Element]:
        for container in _containers(manifest):
            for index, item in enumerate(container.data.get(field) or ()):
                path = f"{container.path}.{field}[{index}]"
                label = f"{container.label}, {word} {index + 1}"
                yield Element(label, item, manifest, path=path, holder=container.data)

    return elements


PROBES = {"liveness": "livenessProbe", "readiness": "readinessProbe", "startup": "startupProbe"}


def _probes(*names: str) -> Callable[[Manifest], Iterator[Element]]:
    """The probes of every container: a rule about their settings says nothing of containers that have none."""

    def elements(manifest: Manifest) -> Iterator[Element]:
        for container in _containers(manifest):
            for name in names:
                probe = container.data.get(PROBES[name])
                if isinstance(probe, dict):
                    path = f"{container.path}.{PROBES[name]}"
                    label = f"{container.label}, {name} probe"
                    yield Element(label, probe, manifest, container.init, path, container.data)

    return elements


def _ingress_paths(manifest: Manifest) -> Iterator[Element]:
    for number, rule in enumerate(dig(manifest, "spec", "rules") or ()):
        for index, path in enumerate(dig(rule, "http", "paths") or ()):
            place = f"spec.rules[{number}].http.paths[{index}]"
            yield Element(f'path "{path.get("path", "/")}"', path, manifest, path=place)


GROUPS: dict[str, Callable[[Manifest], Iterator[Element]]] = {
    "object": _object,
    "pod": _pod,
    "container": _containers,
    "volume": _volumes,
    "emptydir": _of_type("emptyDir"),
    "host_mount": _host_mounts,
    "container_port": _parts("ports", "port"),
    "mount": _parts("volumeMounts", "mount"),
    "ingress_path": _ingress_paths,
    "service_port": _listed("port", "spec", "ports"),
    "ingress_rule": _listed("rule", "spec", "rules"),
    "role_rule": _listed("rule", "rules"),
    "subject": _listed("subject", "subjects"),
    "probe": _probes(*PROBES),
    **{f"probe.{name}": _probes(name) for name in PROBES},
}
"""Every group of elements by its name."""


def elements_of(group: str, manifest: Manifest) -> Iterator[Element]:
    """The elements of a group; ``pod:volumes[].projected.sources[]`` are entries of lists below another group's."""
    base, _, path = group.partition(":")
    found = GROUPS[base](manifest)
    for step in path.split("[]") if path else ():
        if step:
            found = _entries(found, step.strip("."))
    return iter(found)


def _entries(elements: Iterator[Element], path: str) -> Iterator[Element]:
    for element in elements:
        entries = dig(element.data, *path.split(".")) or ()
        for index, item in enumerate(entries if isinstance(entries, list) else ()):
            named = item.get("name") if isinstance(item, dict) else None
            label = f'{path} "{named}"' if named else f"{path} {index + 1}"
            below = f"{element.path}.{path}[{named or index}]".lstrip(".")
            whole = f"{element.label}, {label}" if element.label else label
            yield Element(whole, item, element.object, element.init, below, element.holder)
