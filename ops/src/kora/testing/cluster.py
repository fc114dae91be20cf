"""A cluster in memory that behaves as an API server does: resourceVersions, conflicts, server-side apply, dry runs,
owner cascades, watches; with controllers that a test's clock drives. It passes the same contract suite as the real one.

    clock = VirtualClock()
    cluster = FakeCluster(clock=clock)
    cluster.add(deployment("web", image="web:1"))
    cluster.settle()                                   # rollouts are over
    cluster.fail_image("web:2", Failure("ImagePullBackOff"))

`FakeCluster` is a `ClusterReader`; `open_writer` gives the `ClusterWriter`, for an invoker's `open_writer` argument.
"""

import copy
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from kora.cluster import rollouts
from kora.cluster.errors import ClusterForbidden, ClusterRefused, ObjectMissing, ObjectMoved
from kora.cluster.port import Answer, ClusterReader, ClusterWriter, ResourceKind, WatchEvent
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Apply, Delete, Patch, Restart, Rollback, Scale
from kora.kit import clock as kit_clock
from kora.kit.clock import Clock
from kora.kit.errors import KoraError
from kora.kit.ids import digest
from kora.kit.merge_patch import merge
from kora.testing import merging
from kora.testing.controllers import Controllers, Failure
from kora.testing.kinds import KINDS, fields_match, labels_match

__all__ = ["Failure", "FakeCluster"]

Manifests = list[Manifest]
_Key = tuple[str, str, str, str]
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_SCALED = {"Deployment", "StatefulSet", "ReplicaSet"}
_WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet"}
_BUILT_IN = ("k8s.io", "apps", "batch", "autoscaling", "policy")
_EVENTS_KEPT = 10_000


class FakeCluster:
    """Objects by name; see the module."""

    def __init__(
        self,
        manifests: Iterable[Manifest] = (),
        *,
        clock: Clock | None = None,
        namespaces: Iterable[str] = ("default", "kube-system", "shop"),
        ready_seconds: float = 2.0,
        context: str = "fake",
    ) -> None:
        """`ready_seconds`: how long a pod takes to get ready. `clock`: whose time counts (None: `kora.kit.clock`)."""
        self.clock: Clock = clock or _KitClock()
        self.context, self.namespace = context, "default"
        self.failures: dict[tuple[str, str], KoraError] = {}
        self.requests: list[tuple[str, ObjectRef]] = []
        """Every effect that was asked for, dry runs apart: (verb, object)."""
        self._kinds: list[ResourceKind] = list(KINDS)
        self._objects: dict[_Key, Manifest] = {}
        self._applied: dict[_Key, Manifest] = {}
        self._events: list[tuple[int, WatchEvent]] = []
        self._logs: dict[tuple[str, str, str | None, bool], str] = {}
        self._answers: dict[tuple[ObjectRef, str, str], Answer] = {}
        self._version, self._forgotten, self._sequence = 0, 0, 0
        self._settled_at: tuple[int, float] | None = None
        """Version and moment at which the controllers had nothing left to do."""
        self._lock = threading.RLock()
        self._controllers = Controllers(self, ready_seconds)
        for name in namespaces:
            self.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for manifest in manifests:
            self.add(manifest)

    # --- what tests arrange -------------------------------------------------------------------------------------

    def add(self, manifest: Manifest) -> Manifest:
        """Put an object there as somebody else would have; replaces one of the same name. Gives it as it is now."""
        with self._lock:
            self._validate(manifest)
            return copy.deepcopy(self.create_or_replace(copy.deepcopy(manifest)))

    def change(self, ref: ObjectRef, patch: dict[str, Any]) -> Manifest:
        """Somebody else changes an object by a strategic patch."""
        with self._lock:
            live = self._require(ref)
            return copy.deepcopy(self._store(merging.strategic(copy.deepcopy(live), patch), live))

    def drop(self, ref: ObjectRef) -> None:
        """Somebody else deletes an object, with what it owns."""
        with self._lock:
            self.remove(self._require(ref))

    def serve(self, kind: ResourceKind) -> None:
        """Serve one more kind (a CRD's)."""
        self._kinds.append(kind)

    def refuse(self, verb: str, kind: str, error: KoraError | None) -> None:
        """Answer every ``get``, ``list``, ``apply``, ``patch``, ``scale`` or ``delete`` of a kind with `error`, dry
        runs too; None ends it."""
        self.failures.pop((verb, kind), None)
        if error is not None:
            self.failures[verb, kind] = error

    def forbid(self, verb: str, kind: str) -> None:
        """Let RBAC refuse it."""
        self.refuse(verb, kind, ClusterForbidden(f"cannot {verb} {kind.lower()}s"))

    def fail_image(self, image: str, failure: Failure | None) -> None:
        """Script what happens to containers with this image; None lets them get ready again."""
        self._settled_at = None
        if failure is None:
            self._controllers.failures.pop(image, None)
        else:
            self._controllers.failures[image] = failure

    def fail_when(self, condition: Callable[[Manifest], bool], failure: Failure) -> None:
        """Script what happens to every container whose spec the condition holds for."""
        self._settled_at = None
        self._controllers.conditional.append((condition, failure))

    def set_logs(
        self, namespace: str, pod: str, text: str, container: str | None = None, previous: bool = False
    ) -> None:
        """What `logs` answers."""
        self._logs[namespace, pod, container, previous] = text

    def set_answer(self, ref: ObjectRef, port: int | str, path: str, answer: Answer) -> None:
        """What `request` answers."""
        self._answers[ref, str(port), path] = answer

    def settle(self, seconds: float = 60.0) -> None:
        """Let the controllers finish: moves the clock on by at most `seconds`, until a second brings no change."""
        for _ in range(int(seconds)):
            self._tick()
            before = self._version
            self.clock.sleep(1.0)
            self._tick()
            ready = all(each["ready"] for pod in self.every("Pod") for each in pod["status"]["containerStatuses"])
            if self._version == before and ready:
                return

    def forget_history(self) -> None:
        """Compact: watches from an older version get 410 inside, and list again."""
        self._forgotten = self._version

    def dump(self) -> dict[str, Any]:
        """Everything as JSON, for `restore` in another process."""
        with self._lock:
            return {
                "objects": list(self._objects.values()),
                "applied": list(self._applied.values()),
                "version": self._version,
                "sequence": self._sequence,
            }

    def restore(self, state: dict[str, Any]) -> None:
        """Become what was dumped."""
        with self._lock:
            self._objects = {_key(ObjectRef.of(each)): each for each in state["objects"]}
            self._applied = {_key(ObjectRef.of(each)): each for each in state["applied"]}
            self._version, self._sequence = state["version"], state["sequence"]
            self._settled_at = None

    # --- ClusterReader ------------------------------------------------------------------------------------------

    def version(self) -> str:
        """Always the same."""
        return "v1.35.0"

    def kinds(self) -> Sequence[ResourceKind]:
        """What is served."""
        return tuple(self._kinds)

    def get(self, ref: ObjectRef) -> Manifest | None:
        """One object, or None."""
        with self._lock:
            self._may("get", ref.kind)
            if not self._serves(ref.api_version, ref.kind):
                return None
            self._check_namespace(ref)
            self._tick()
            found = self._objects.get(_key(ref))
            return copy.deepcopy(found)

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> Manifests:
        """Objects of a kind, by namespace and name."""
        with self._lock:
            self._may("list", kind)
            self._tick()
            return [
                copy.deepcopy(each)
                for key, each in sorted(self._objects.items())
                if each["apiVersion"] == api_version
                and each["kind"] == kind
                and (namespace is None or key[2] == namespace)
                and labels_match(each, labels)
                and fields_match(each, fields)
            ]

    def watch(
        self, api_version: str, kind: str, namespace: str | None = None, *, since: str | None = None, seconds: int = 60
    ) -> Iterator[WatchEvent]:
        """Changes until the clock has moved on by `seconds` (a virtual clock moves by itself here)."""
        ends = self.clock.monotonic() + seconds
        at = int(since) if since is not None else -1
        while True:
            self._tick()
            if at < self._forgotten and (at < 0 or since is not None):
                items = self.list(api_version, kind, namespace)
                at, since = self._version, None
                yield from (WatchEvent(type="ADDED", object=item) for item in items)
            with self._lock:
                due = [event for version, event in self._events if version > at]
                at = max(at, self._version)
            for event in due:
                same = event.object["apiVersion"] == api_version and event.object["kind"] == kind
                if same and namespace in (None, event.object["metadata"].get("namespace")):
                    yield event
            if self.clock.monotonic() >= ends:
                return
            self.clock.sleep(min(1.0, max(0.01, ends - self.clock.monotonic())))

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str | None = None,
        previous: bool = False,
        tail: int | None = None,
        since_seconds: int | None = None,
    ) -> str:
        """What a test has set."""
        self._may("get", "Pod")
        text = self._logs.get(
            (namespace, pod, container, previous), self._logs.get((namespace, pod, None, previous), "")
        )
        return text if tail is None else "".join(text.splitlines(keepends=True)[-tail:] if tail else [])

    def request(self, ref: ObjectRef, port: int | str, path: str = "/", *, seconds: float = 5.0) -> Answer:
        """What a test has set."""
        answer = self._answers.get((ref, str(port), path))
        if answer is None:
            raise ObjectMissing(f"Nobody answers at {ref}:{port}{path}.")
        return answer

    def can(self, verb: str, ref: ObjectRef) -> bool:
        """Everything that is not forbidden."""
        words = {"create": "apply", "update": "apply"}
        return not isinstance(self.failures.get((words.get(verb, verb), ref.kind)), ClusterForbidden)

    def preview(self, action: Action) -> Manifest | None:
        """Run the effect on a copy."""
        with self._lock:
            self._tick()
            match action:
                case Restart(target=target):
                    return self.preview(rollouts.restart_patch(target, self.clock.now().isoformat()))
                case Rollback(target=target, revision=revision):
                    return self.preview(rollouts.rollback_patch(self, target, revision))
                case Apply(manifest=manifest):
                    return self._applied_form(manifest, None)
                case Patch(target=target, patch=patch, strategy=strategy):
                    return self._patched_form(target, patch, strategy, None)
                case Scale(target=target, replicas=replicas):
                    return self._scaled_form(target, replicas, None)
                case Delete(target=target):
                    self._may("delete", target.kind)
                    return None
                case _:
                    raise ClusterRefused("A release is previewed by the Helm engine, not by the API server.")

    # --- effects, for the writer --------------------------------------------------------------------------------

    def open_writer(self, reader: ClusterReader | None = None) -> ClusterWriter:
        """The writer to this cluster; `reader` is there so that this fits an invoker's `open_writer`."""
        del reader
        return FakeWriter(self)

    def apply(self, manifest: Manifest, expected: str | None, create_only: bool) -> Manifest:
        """Server-side apply."""
        with self._lock:
            ref = ObjectRef.of(manifest)
            self._check_namespace(ref)
            live = self._objects.get(_key(ref))
            if create_only and live is not None:
                raise ObjectMoved(f"{ref} already exists")
            formed = self._applied_form(manifest, expected)
            self.requests.append(("apply", ref))
            stored = self._store(formed, live)
            self._applied[_key(ref)] = copy.deepcopy(manifest)
            return copy.deepcopy(stored)

    def patch(
        self, target: ObjectRef, patch: dict[str, Any], strategy: Literal["merge", "strategic"], expected: str | None
    ) -> Manifest:
        """A patch."""
        with self._lock:
            formed = self._patched_form(target, patch, strategy, expected)
            self.requests.append(("patch", target))
            return copy.deepcopy(self._store(formed, self._require(target)))

    def scale(self, target: ObjectRef, replicas: int, expected: str | None) -> Manifest:
        """A replica count."""
        with self._lock:
            formed = self._scaled_form(target, replicas, expected)
            self.requests.append(("scale", target))
            return copy.deepcopy(self._store(formed, self._require(target)))

    def delete(self, target: ObjectRef, propagation: str, expected: str | None) -> None:
        """Delete with what it owns (unless orphaned)."""
        with self._lock:
            self._may("delete", target.kind)
            self._check_namespace(target)
            live = self._objects.get(_key(target))
            if live is None:
                return
            self._compare(live, expected)
            self.requests.append(("delete", target))
            self.remove(live, cascade=propagation != "Orphan")

    # --- forms: what an object would be -------------------------------------------------------------------------

    def _applied_form(self, manifest: Manifest, expected: str | None) -> Manifest:
        ref = ObjectRef.of(manifest)
        self._may("apply", ref.kind)
        self._validate(manifest)
        live = self._objects.get(_key(ref))
        if live is None:
            if expected is not None:
                raise ObjectMoved(f"{ref} is gone")
            return self._defaulted(copy.deepcopy(_plain(manifest)))
        self._compare(live, expected)
        before = self._applied.get(_key(ref), {})
        formed = self._defaulted(merging.apply(live, _plain(before), _plain(manifest)))
        self._validate(formed, live)
        return formed

    def _patched_form(self, target: ObjectRef, patch: dict[str, Any], strategy: str, expected: str | None) -> Manifest:
        self._may("patch", target.kind)
        live = self._require(target)
        self._compare(live, expected)
        if strategy == "strategic" and not _built_in(target):
            raise ClusterRefused(
                "the body of the request was in an unknown format - accepted media types include merge-patch"
            )
        formed = merge(live, patch) if strategy == "merge" else merging.strategic(copy.deepcopy(live), patch)
        formed["metadata"] |= {name: live["metadata"][name] for name in ("uid", "resourceVersion", "name")}
        self._validate(formed, live)
        return self._defaulted(formed)

    def _scaled_form(self, target: ObjectRef, replicas: int, expected: str | None) -> Manifest:
        self._may("scale", target.kind)
        live = self._require(target)
        if target.kind not in _SCALED:
            raise ObjectMissing(f"{target} has no scale")
        self._compare(live, expected)
        return copy.deepcopy(live) | {"spec": copy.deepcopy(live["spec"]) | {"replicas": replicas}}

    def _defaulted(self, manifest: Manifest) -> Manifest:
        if manifest["kind"] in _SCALED:
            manifest.setdefault("spec", {}).setdefault("replicas", 1)
        if manifest["kind"] == "Service":
            manifest.setdefault("spec", {}).setdefault("type", "ClusterIP")
        return manifest

    def _validate(self, manifest: Manifest, live: Manifest | None = None) -> None:
        ref = ObjectRef.of(manifest)
        if not self._serves(ref.api_version, ref.kind):
            raise ObjectMissing(f"The cluster does not serve {ref.kind} ({ref.api_version}).")
        self._check_namespace(ref)
        if not _NAME.fullmatch(ref.name):
            raise ClusterRefused(f'{ref}: metadata.name: Invalid value: "{ref.name}"')
        if ref.namespace and ("", "Namespace", "", ref.namespace) not in self._objects:
            raise ObjectMissing(f'namespaces "{ref.namespace}" not found')
        if ref.kind not in _WORKLOADS:
            return
        spec = manifest.get("spec") or {}
        selector = (spec.get("selector") or {}).get("matchLabels")
        labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
        containers = ((spec.get("template") or {}).get("spec") or {}).get("containers")
        if live is None and manifest.get("spec") is None:
            raise ClusterRefused(f"{ref} is invalid: spec: Required value")
        if not selector or not selector.items() <= labels.items():
            raise ClusterRefused(f"{ref} is invalid: `selector` does not match template `labels`")
        if not containers or not all(each.get("image") for each in containers):
            raise ClusterRefused(f"{ref} is invalid: spec.template.spec.containers[0].image: Required value")
        if live is not None and live["spec"]["selector"] != spec["selector"]:
            raise ClusterRefused(f"{ref} is invalid: spec.selector: field is immutable")

    # --- storage, also for the controllers ----------------------------------------------------------------------

    def every(self, kind: str) -> Manifests:
        """The stored objects of a kind themselves, for the controllers."""
        return [each for each in self._objects.values() if each["kind"] == kind and "events" not in each["apiVersion"]]

    def sequence(self) -> int:
        """A number for a new pod's name."""
        self._sequence += 1
        return self._sequence

    def create(self, manifest: Manifest) -> Manifest:
        """Store a new object as a controller does."""
        return self._store(manifest, None)

    def create_or_replace(self, manifest: Manifest) -> Manifest:
        """Store, whether or not it is there."""
        return self._store(self._defaulted(manifest), self._objects.get(_key(ObjectRef.of(manifest))))

    def replace(self, manifest: Manifest) -> Manifest:
        """Store an object that is there."""
        return self._store(manifest, self._objects[_key(ObjectRef.of(manifest))])

    def annotate(self, manifest: Manifest, annotations: dict[str, str]) -> Manifest:
        """Set annotations."""
        metadata = manifest["metadata"] | {"annotations": (manifest["metadata"].get("annotations") or {}) | annotations}
        return self.replace(manifest | {"metadata": metadata})

    def set_spec(self, manifest: Manifest, fields: dict[str, Any]) -> None:
        """Set fields of the spec."""
        manifest.update(self.replace(manifest | {"spec": manifest["spec"] | fields}))

    def set_status(self, manifest: Manifest, status: dict[str, Any]) -> None:
        """Replace the status."""
        manifest.update(self.replace(manifest | {"status": status}))

    def remove(self, manifest: Manifest, cascade: bool = True) -> None:
        """Delete, with what it owns or holds."""
        key = _key(ObjectRef.of(manifest))
        gone = self._objects.pop(key, None)
        if gone is None:
            return
        self._applied.pop(key, None)
        self._version += 1
        self._record("DELETED", gone)
        for each in list(self._objects.values()):
            inside = (
                manifest["kind"] == "Namespace" and each["metadata"].get("namespace") == manifest["metadata"]["name"]
            )
            if inside or (cascade and rollouts.owned_by(each, gone)):
                self.remove(each)

    def _store(self, manifest: Manifest, live: Manifest | None) -> Manifest:
        """Write, with the server's fields; what does not change keeps its version."""
        ref = ObjectRef.of(manifest)
        metadata = manifest["metadata"]
        if live is None:
            self._sequence += 1
            metadata["uid"] = digest(f"{ref}{self._sequence}".encode())[:32]
            metadata["generation"] = 1
            metadata["creationTimestamp"] = self.clock.now().isoformat()
            if ref.kind == "Namespace":
                manifest.setdefault("status", {"phase": "Active"})
        else:
            kept = ("uid", "generation", "creationTimestamp", "resourceVersion")
            metadata |= {name: live["metadata"][name] for name in kept}
            if manifest == live:
                return live
            changed = {name for name in manifest.keys() | live.keys() if manifest.get(name) != live.get(name)}
            if changed - {"metadata", "status"}:
                metadata["generation"] += 1
        self._version += 1
        metadata["resourceVersion"] = str(self._version)
        self._objects[_key(ref)] = manifest
        self._record("ADDED" if live is None else "MODIFIED", manifest)
        return manifest

    def _record(self, type_: Literal["ADDED", "MODIFIED", "DELETED"], manifest: Manifest) -> None:
        self._events.append((self._version, WatchEvent(type=type_, object=copy.deepcopy(manifest))))
        if len(self._events) > _EVENTS_KEPT:
            self._forgotten = self._events.pop(0)[0]

    # --- small questions ----------------------------------------------------------------------------------------

    def _tick(self) -> None:
        with self._lock:
            moment = self.clock.monotonic()
            while self._settled_at != (self._version, moment):
                before = self._version
                self._controllers.run()
                if self._version == before:
                    self._settled_at = (before, moment)

    def _may(self, verb: str, kind: str) -> None:
        if (error := self.failures.get((verb, kind))) is not None:
            raise error

    def _serves(self, api_version: str, kind: str) -> ResourceKind | None:
        return next((each for each in self._kinds if (each.api_version, each.kind) == (api_version, kind)), None)

    def _check_namespace(self, ref: ObjectRef) -> None:
        kind = self._serves(ref.api_version, ref.kind)
        if kind is not None and kind.namespaced and not ref.namespace:
            raise ClusterRefused(f"{ref} needs a namespace.", fix="Name one with -n NAMESPACE.")

    def _require(self, ref: ObjectRef) -> Manifest:
        self._check_namespace(ref)
        found = self._objects.get(_key(ref))
        if found is None:
            raise ObjectMissing(f"There is no {ref}.")
        return found

    def _compare(self, live: Manifest, expected: str | None) -> None:
        version = live["metadata"]["resourceVersion"]
        if expected is not None and version != expected:
            raise ObjectMoved(f"{ObjectRef.of(live)} was changed: version {version}, expected {expected}")


class FakeWriter:
    """The effects; see `ClusterWriter`."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    def apply(self, manifest: Manifest, *, expected: str | None = None, create_only: bool = False) -> Manifest:
        """Server-side apply."""
        return self._cluster.apply(manifest, expected, create_only)

    def patch(
        self,
        target: ObjectRef,
        patch: dict[str, Any],
        *,
        strategy: Literal["merge", "strategic"] = "strategic",
        expected: str | None = None,
    ) -> Manifest:
        """A patch."""
        return self._cluster.patch(target, patch, strategy, expected)

    def scale(self, target: ObjectRef, replicas: int, *, expected: str | None = None) -> Manifest:
        """A replica count."""
        return self._cluster.scale(target, replicas, expected)

    def delete(
        self,
        target: ObjectRef,
        *,
        propagation: Literal["Background", "Foreground", "Orphan"] = "Background",
        expected: str | None = None,
    ) -> None:
        """Delete."""
        self._cluster.delete(target, propagation, expected)


class _KitClock:
    """The clock of `kora.kit.clock`, whichever that is when asked."""

    now = staticmethod(kit_clock.now)
    monotonic = staticmethod(kit_clock.monotonic)
    sleep = staticmethod(kit_clock.sleep)


def _key(ref: ObjectRef) -> _Key:
    return (ref.group, ref.kind, ref.namespace or "", ref.name)


def _built_in(ref: ObjectRef) -> bool:
    return not ref.group or ref.group.endswith(_BUILT_IN)


def _plain(manifest: Manifest) -> Manifest:
    """What a client may send."""
    metadata = dict(manifest.get("metadata") or {})
    for name in ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"):
        metadata.pop(name, None)
    plain = {name: value for name, value in manifest.items() if name != "status"}
    return plain | {"metadata": metadata} if manifest else plain
