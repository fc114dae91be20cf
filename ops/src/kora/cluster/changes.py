"""What each effect sends to the API server. One place for real changes and for their dry runs, so that a preview and
the effect can't drift apart.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from kora.cluster.errors import ClusterRefused, ObjectMissing
from kora.cluster.port import FIELD_MANAGER
from kora.domain.objects import Manifest, ObjectRef

APPLY = "application/apply-patch+yaml"  # JSON is YAML
_PATCH = {"merge": "application/merge-patch+json", "strategic": "application/strategic-merge-patch+json"}

PathOf = Callable[[ObjectRef], str | None]
"""The address of an object; None when its kind is not served."""


@dataclass(frozen=True)
class Change:
    """One request that changes something."""

    method: str
    path: str
    what: str
    body: Any
    content_type: str = "application/json"
    params: dict[str, str] = field(default_factory=dict)

    def dry(self) -> "Change":
        """The same, without an effect. A deletion has its options in the body, and the server then looks at none of the
        query's: a dry run that is only asked for there would delete."""
        params, body = self.params | {"dryRun": "All"}, self.body
        if self.method == "DELETE":
            body = body | {"dryRun": ["All"]}
        return Change(self.method, self.path, self.what, body, self.content_type, params)


def apply_change(path_of: PathOf, manifest: Manifest, *, expected: str | None = None) -> Change:
    """Server-side apply, taking fields over from other managers: the diff was shown and agreed to."""
    ref = ObjectRef.of(manifest)
    body = _pinned(_without_server_fields(manifest), expected)
    params = {"fieldManager": FIELD_MANAGER, "force": "true"}
    return Change("PATCH", _path(path_of, ref), f"apply {ref}", body, APPLY, params)


def create_change(path_of: PathOf, manifest: Manifest) -> Change:
    """Create; refused when the object is there."""
    ref = ObjectRef.of(manifest)
    path = _path(path_of, ref).rpartition("/")[0]
    params = {"fieldManager": FIELD_MANAGER}
    return Change("POST", path, f"create {ref}", _without_server_fields(manifest), params=params)


def patch_change(
    path_of: PathOf,
    target: ObjectRef,
    patch: dict[str, Any],
    strategy: Literal["merge", "strategic"],
    *,
    expected: str | None = None,
) -> Change:
    """A merge patch; `expected` goes into the patch, so that the server compares."""
    body = _pinned(patch, expected)
    params = {"fieldManager": FIELD_MANAGER}
    return Change("PATCH", _path(path_of, target), f"patch {target}", body, _PATCH[strategy], params)


def scale_change(path_of: PathOf, target: ObjectRef, replicas: int, *, expected: str | None = None) -> Change:
    """Through the scale subresource."""
    body = _pinned({"spec": {"replicas": replicas}}, expected)
    path = f"{_path(path_of, target)}/scale"
    params = {"fieldManager": FIELD_MANAGER}
    return Change("PATCH", path, f"scale {target}", body, _PATCH["merge"], params)


def delete_change(path_of: PathOf, target: ObjectRef, propagation: str, *, expected: str | None = None) -> Change:
    """Delete, with the version as a precondition."""
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
    if expected is not None:
        body["preconditions"] = {"resourceVersion": expected}
    return Change("DELETE", _path(path_of, target), f"delete {target}", body)


def _path(path_of: PathOf, ref: ObjectRef) -> str:
    path = path_of(ref)
    if path is None:
        raise ObjectMissing(
            f"The cluster does not serve {ref.kind} ({ref.api_version}).",
            fix="Check the spelling, or install what brings this kind: kubectl api-resources",
        )
    return path


def _pinned(body: dict[str, Any], expected: str | None) -> dict[str, Any]:
    """The body with the resourceVersion that the server must find."""
    if expected is None:
        return body
    return body | {"metadata": (body.get("metadata") or {}) | {"resourceVersion": expected}}


def _without_server_fields(manifest: Manifest) -> Manifest:
    """An object as a person would write it: apply refuses managedFields, create refuses a resourceVersion."""
    metadata = dict(manifest.get("metadata") or {})
    if not metadata.get("name"):
        raise ClusterRefused(f"A {manifest.get('kind')} without a name cannot be applied.")
    for name in ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"):
        metadata.pop(name, None)
    return {key: value for key, value in manifest.items() if key != "status"} | {"metadata": metadata}
