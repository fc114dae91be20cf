"""What a change would take away from an object: probes, limits, volumes, finalizers, confinement.

Removing one of these silences a symptom instead of curing it, so no autonomy level does it by itself. Works on the
object before and after (server-side dry-run), not on the wording of a patch.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kora.domain.objects import Manifest, ObjectRef

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HARDENING = {  # field: the value that protects
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
    "allowPrivilegeEscalation": False,
}
_OPENINGS = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")


class Change(NamedTuple):
    """One object before and after; None where it does not exist."""

    target: ObjectRef
    before: Manifest | None
    after: Manifest | None


def losses(before: Manifest | None, after: Manifest | None) -> list[str]:
    """What goes missing between two states of one object, one short phrase each; empty when nothing does."""
    if before is None:
        return []
    if after is None:
        return ["the object itself"]
    return [phrase for look in _LOOKS for phrase in look(before, after)]


def _finalizers(before: Manifest, after: Manifest) -> Iterator[str]:
    kept = set((after.get("metadata") or {}).get("finalizers") or ())
    for name in (before.get("metadata") or {}).get("finalizers") or ():
        if name not in kept:
            yield f"the finalizer {name}"


def _containers(before: Manifest, after: Manifest) -> Iterator[str]:
    then, now = _by_name(_pod(before).get("containers")), _by_name(_pod(after).get("containers"))
    for name, container in then.items():
        if name not in now:
            yield f"the container {name}"
        else:
            yield from (f"{phrase} of container {name}" for phrase in _container(container, now[name]))


def _container(before: Manifest, after: Manifest) -> Iterator[str]:
    for probe in _PROBES:
        if before.get(probe) and not after.get(probe):
            yield f"the {probe}"
    for side in ("limits", "requests"):
        then, now = ((each.get("resources") or {}).get(side) or {} for each in (before, after))
        yield from (f"the {name} {side.removesuffix('s')}" for name in then if name not in now)
    mounts = {each.get("mountPath") for each in after.get("volumeMounts") or ()}
    for mount in before.get("volumeMounts") or ():
        if mount.get("mountPath") not in mounts:
            yield f"the mount {mount.get('mountPath')}"
    yield from _security(before.get("securityContext") or {}, after.get("securityContext") or {})


def _security(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, safe in _HARDENING.items():
        if before.get(name) is safe and after.get(name) is not safe:
            yield f"{name}: {str(safe).lower()}"
    if after.get("privileged") and not before.get("privileged"):
        yield "the confinement (privileged)"
    dropped = set((after.get("capabilities") or {}).get("drop") or ())
    for name in (before.get("capabilities") or {}).get("drop") or ():
        if name not in dropped and "ALL" not in dropped:
            yield f"the drop of {name}"
    added = set((before.get("capabilities") or {}).get("add") or ())
    for name in (after.get("capabilities") or {}).get("add") or ():
        if name not in added:
            yield f"the confinement (adds {name})"
    if before.get("seccompProfile") and not after.get("seccompProfile"):
        yield "the seccomp profile"


def _pods(before: Manifest, after: Manifest) -> Iterator[str]:
    then, now = _pod(before), _pod(after)
    volumes = _by_name(now.get("volumes"))
    yield from (f"the volume {name}" for name in _by_name(then.get("volumes")) if name not in volumes)
    for name in _OPENINGS:
        if now.get(name) and not then.get(name):
            yield f"the confinement ({name})"
    yield from _security(then.get("securityContext") or {}, now.get("securityContext") or {})


def _replicas(before: Manifest, after: Manifest) -> Iterator[str]:
    then, now = ((each.get("spec") or {}).get("replicas") for each in (before, after))
    if isinstance(then, int) and then > 0 and now == 0:
        yield "every replica"


def _claims(before: Manifest, after: Manifest) -> Iterator[str]:
    then, now = (
        _by_name((each.get("spec") or {}).get("volumeClaimTemplates"), inside=True) for each in (before, after)
    )
    yield from (f"the volume claim template {name}" for name in then if name not in now)


def _data(before: Manifest, after: Manifest) -> Iterator[str]:
    if before.get("kind") == "ConfigMap":
        now = {*(after.get("data") or {}), *(after.get("binaryData") or {})}
        yield from (f"the key {key}" for key in (before.get("data") or {}) if key not in now)


_LOOKS: tuple[Callable[[Manifest, Manifest], Iterator[str]], ...] = (
    _finalizers,
    _containers,
    _pods,
    _replicas,
    _claims,
    _data,
)


def _pod(manifest: Manifest) -> Mapping[str, Any]:
    """The pod spec inside a pod, a workload or a cron job; empty for other kinds."""
    spec = manifest.get("spec") or {}
    if "jobTemplate" in spec:
        spec = (spec["jobTemplate"] or {}).get("spec") or {}
    if "template" in spec and isinstance(spec["template"], Mapping):
        return spec["template"].get("spec") or {}
    return spec if "containers" in spec else {}


def _by_name(items: Any, *, inside: bool = False) -> dict[str, Any]:
    named = ((each.get("metadata") or {}) if inside else each for each in items or ())
    return {str(name.get("name")): each for name, each in zip(named, items or (), strict=True)}
