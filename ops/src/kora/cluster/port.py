"""The port to a Kubernetes API: what Kora asks of a cluster, and the few ways in which it changes one.

Two implementations (`client` for real, `kora.testing.cluster` as a fake) pass one contract suite. Everything above
speaks in plain manifests; only this package knows a Kubernetes client library.

Reading and writing are two protocols. A `ClusterWriter` is opened by `kora.cluster.writer`, which only `tools.invoker`
may import (an import contract holds that).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action

FIELD_MANAGER = "kora"
"""The name under which server-side apply records our fields."""


class ResourceKind(BaseModel):
    """One kind that the cluster serves, from discovery."""

    model_config = ConfigDict(frozen=True)

    api_version: str
    kind: str
    plural: str
    singular: str = ""
    short_names: tuple[str, ...] = ()
    namespaced: bool
    verbs: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class WatchEvent(BaseModel):
    """One change of a watched kind."""

    model_config = ConfigDict(frozen=True)

    type: Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
    object: Manifest


class Answer(BaseModel):
    """What a pod or service answered to one HTTP request through the API server's proxy or a port-forward."""

    model_config = ConfigDict(frozen=True)

    status: int
    body: str


class ClusterReader(Protocol):
    """Questions; none of them changes anything.

    Raises (every method): Denied (401, 403), Retryable (timeouts, 429, 5xx, connection refused), Invalid (400, 422).
    """

    @property
    def context(self) -> str:
        """The kubeconfig context's name, for messages only: decisions look at the nodes, not at names."""

    @property
    def namespace(self) -> str:
        """The namespace that the context names; ``default`` when it names none."""

    def version(self) -> str:
        """The server's version, such as ``v1.35.4``."""

    def kinds(self) -> Sequence[ResourceKind]:
        """Every kind that the server serves, preferred versions first; cached for the life of the reader."""

    def get(self, ref: ObjectRef) -> Manifest | None:
        """One object; None when it (or its kind) does not exist."""

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> list[Manifest]:
        """Objects of a kind, in one namespace or (None) in all; apiVersion and kind are filled in on each. A kind that
        the server does not serve (metrics, CRDs that are absent) gives an empty list."""

    def watch(
        self, api_version: str, kind: str, namespace: str | None = None, *, since: str | None = None, seconds: int = 60
    ) -> Iterator[WatchEvent]:
        """Changes for at most `seconds`, from the resourceVersion `since` (None: everything there first as ADDED)."""

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
        """A container's log; empty when there is none (yet)."""

    def request(self, ref: ObjectRef, port: int | str, path: str = "/", *, seconds: float = 5.0) -> Answer:
        """GET `path` on a port of a Pod or Service."""

    def can(self, verb: str, ref: ObjectRef) -> bool:
        """Whether we may (SelfSubjectAccessReview)."""

    def preview(self, action: Action) -> Manifest | None:
        """What the object would be after `action`, by server-side dry-run (defaulting, admission and validation
        included); None when it would be gone.

        Raises: Invalid with the server's own reason when it would be refused.
        """


class ClusterWriter(Protocol):
    """Effects. `expected` is the resourceVersion the plan was computed from: the server refuses when it moved on.

    Raises (every method): Conflict (409), Denied, Invalid, NotFound, Retryable.
    """

    def apply(self, manifest: Manifest, *, expected: str | None = None, create_only: bool = False) -> Manifest:
        """Server-side apply as `FIELD_MANAGER`; `create_only` refuses an object that is already there."""

    def patch(
        self,
        target: ObjectRef,
        patch: dict[str, Any],
        *,
        strategy: Literal["merge", "strategic"] = "strategic",
        expected: str | None = None,
    ) -> Manifest:
        """Merge `patch` into an existing object."""

    def scale(self, target: ObjectRef, replicas: int, *, expected: str | None = None) -> Manifest:
        """Set the replica count."""

    def delete(
        self,
        target: ObjectRef,
        *,
        propagation: Literal["Background", "Foreground", "Orphan"] = "Background",
        expected: str | None = None,
    ) -> None:
        """Delete one object; one that is already gone is no error."""
