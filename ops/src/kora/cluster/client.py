"""The real `ClusterReader`: questions over the Kubernetes REST API. Changes nothing; `writer` does.

`connect` is where a front door begins.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kora.cluster import credentials, rollouts, watching
from kora.cluster.changes import (
    Change,
    apply_change,
    delete_change,
    patch_change,
    scale_change,
)
from kora.cluster.connection import Connection, parse_status
from kora.cluster.discovery import Discovery, collection
from kora.cluster.errors import ClusterRefused, ObjectMissing, VersionGone, fail
from kora.cluster.port import Answer, ResourceKind, WatchEvent
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Apply, Delete, Patch, Restart, Rollback, Scale
from kora.kit import clock

PAGE = 500
"""Objects a page of a list."""
SMALL_PAGE = 100
"""The same where a list is taken object by object."""
LOG_BYTES = 10_000_000
"""The most that one question for a log brings."""
Manifests = list[Manifest]  # an alias, because the reader has a method of the name list
_NO_LOG = ("waiting to start", "not found", "is terminated", "ContainerCreating", "PodInitializing")


def connect(
    kubeconfig: str | Path | None = None, context: str | None = None, *, impersonate: str | None = None
) -> "KubernetesReader":
    """A reader for the cluster of a kubeconfig (None: ``$KUBECONFIG``, ``~/.kube/config``, or the pod's own account).

    impersonate: the user in whose name every question is asked; the API server checks that we may.

    Nothing is read or asked yet; the first question raises ClusterNotConfigured when there is nothing to connect with.
    """
    return KubernetesReader(Connection(lambda: credentials.load(kubeconfig, context), impersonate=impersonate))


class KubernetesReader:
    """Answers questions about one cluster; see `ClusterReader`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.discovery = Discovery(connection)

    def close(self) -> None:
        """Give the sockets back."""
        self.connection.close()

    @property
    def context(self) -> str:
        """The kubeconfig context's name."""
        return self.connection.credentials.context

    @property
    def namespace(self) -> str:
        """The namespace that the context names, else ``default``."""
        return self.connection.credentials.namespace

    def version(self) -> str:
        """The server's version."""
        return str(self.connection.json("GET", "/version", what="GET /version").get("gitVersion", ""))

    def kinds(self) -> Sequence[ResourceKind]:
        """Every kind that the server serves."""
        return self.discovery.kinds()

    def get(self, ref: ObjectRef) -> Manifest | None:
        """One object, or None."""
        path = self.discovery.path(ref)
        if path is None:
            return None
        try:
            return self.connection.json("GET", path, what=f"get {ref}")
        except ObjectMissing:
            return None

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> Manifests:
        """Objects of a kind, page by page."""
        return self.list_at(api_version, kind, namespace, labels=labels, fields=fields)[0]

    def list_at(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> tuple[Manifests, str | None]:
        """The objects, and the resourceVersion that the list stands for (None: the kind is not served)."""
        found = self.discovery.find(api_version, kind)
        if found is None:
            return [], None
        path, what = collection(found, namespace), f"list {found.plural}"
        try:
            return self._pages(path, what, api_version, kind, labels, fields)
        except (
            VersionGone
        ):  # the list changed so much between two pages that the rest is gone: once more from the start
            return self._pages(path, what, api_version, kind, labels, fields)
        except ObjectMissing:
            return [], None

    def _pages(
        self, path: str, what: str, api_version: str, kind: str, labels: str | None, fields: str | None
    ) -> tuple[Manifests, str | None]:
        items: Manifests = []
        page = _Page(self.connection, path, what, {"limit": PAGE, "labelSelector": labels, "fieldSelector": fields})
        while True:
            items += page.items(api_version, kind)
            if page.token is None:
                return items, page.version
            page = page.next()

    def list_slowly(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> tuple[Iterator[Manifest], str | None]:
        """As `list_at`, in small pages that are asked for as the objects are taken: whoever keeps only a part of each
        never holds the whole list. Taking raises what asking raises, also VersionGone: then begin anew."""
        found = self.discovery.find(api_version, kind)
        if found is None:
            return iter(()), None
        path, what = collection(found, namespace), f"list {found.plural}"
        selected = {"limit": SMALL_PAGE, "labelSelector": labels, "fieldSelector": fields}
        try:
            first = _Page(self.connection, path, what, selected)
        except ObjectMissing:
            return iter(()), None
        return first.everything(api_version, kind), first.version

    def watch(
        self, api_version: str, kind: str, namespace: str | None = None, *, since: str | None = None, seconds: int = 60
    ) -> Iterator[WatchEvent]:
        """Changes for at most `seconds`; goes on by itself over broken connections and versions that are gone."""
        return watching.watch(self, api_version, kind, namespace, since=since, seconds=seconds)

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
        path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/log"
        params = {
            "container": container,
            "previous": "true" if previous else None,
            "tailLines": tail,
            "sinceSeconds": since_seconds,
            "limitBytes": LOG_BYTES,
        }
        what = f"logs of {pod}"
        response = self.connection.send("GET", path, what=what, params=params, accept="*/*")
        if response.status_code >= 400:
            status = parse_status(response)
            message = str(status.get("message") or "")
            if response.status_code in (400, 404) and any(each in message for each in _NO_LOG):
                return ""
            fail(response.status_code, status, what)
        return response.content.decode("utf-8", "replace")

    def request(self, ref: ObjectRef, port: int | str, path: str = "/", *, seconds: float = 5.0) -> Answer:
        """GET through the API server's proxy.

        Raises:
            ClusterBusy: nobody answers there (no endpoints, connection refused, timeout).
        """
        if ref.kind not in ("Pod", "Service") or not ref.namespace:
            raise ClusterRefused(f"Only pods and services can be asked, not {ref}.")
        plural = {"Pod": "pods", "Service": "services"}[ref.kind]
        where = f"/api/v1/namespaces/{ref.namespace}/{plural}/{ref.name}:{port}/proxy/{path.lstrip('/')}"
        what = f"GET {path} of {ref}"
        response = self.connection.send("GET", where, what=what, accept="*/*", seconds=seconds)
        status = parse_status(response) if response.status_code >= 400 else {}
        if status.get("kind") == "Status":
            fail(response.status_code, status, what)
        return Answer(status=response.status_code, body=response.text)

    def can(self, verb: str, ref: ObjectRef) -> bool:
        """Whether we may."""
        found = self.discovery.find(ref.api_version, ref.kind)
        attributes = {
            "verb": verb,
            "group": ref.group,
            "resource": found.plural if found else ref.kind.lower() + "s",
            "namespace": ref.namespace or "",
            "name": ref.name,
        }
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        answer = self.connection.json("POST", path, what=f"may we {verb} {ref}", body=review)
        return bool((answer.get("status") or {}).get("allowed"))

    def preview(self, action: Action) -> Manifest | None:
        """The object after `action`, by a dry run on the server."""
        path_of = self.discovery.path
        match action:
            case Apply(manifest=manifest):
                return self._dry(apply_change(path_of, manifest))
            case Patch(target=target, patch=patch, strategy=strategy):
                return self._dry(patch_change(path_of, target, patch, strategy))
            case Scale(target=target, replicas=replicas):
                self._dry(scale_change(path_of, target, replicas))
                live = self.get(target) or {}
                return live | {"spec": live.get("spec", {}) | {"replicas": replicas}}
            case Restart(target=target):
                return self.preview(rollouts.restart_patch(target, clock.now().isoformat()))
            case Rollback(target=target, revision=revision):
                return self.preview(rollouts.rollback_patch(self, target, revision))
            case Delete(target=target, propagation=propagation):
                if self.get(target) is not None:
                    self._dry(delete_change(path_of, target, propagation))
                return None
            case _:
                raise ClusterRefused("A release is previewed by the Helm engine, not by the API server.")

    def _dry(self, change: Change) -> Manifest:
        return send(self.connection, change.dry())


def send(connection: Connection, change: Change) -> dict[str, Any]:
    """Send one change (or its dry run)."""
    return connection.json(
        change.method,
        change.path,
        what=change.what,
        params=change.params,
        body=change.body,
        content_type=change.content_type,
    )


class _Page:
    """One page of a list, asked for at once.

    token: with which the next is asked for; None: it is the last. version: what the whole list stands for.
    """

    def __init__(
        self, connection: Connection, path: str, what: str, params: dict[str, Any], token: str | None = None
    ) -> None:
        self._asked = connection, path, what, params
        answer = connection.json("GET", path, what=what, params={**params, "continue": token})
        metadata = answer.get("metadata") or {}
        self._items: Manifests = answer.get("items") or []
        self.token: str | None = metadata.get("continue") or None
        self.version: str | None = metadata.get("resourceVersion")

    def items(self, api_version: str, kind: str) -> Iterator[Manifest]:
        """The objects, with what the items of a list don't say."""
        return ({"apiVersion": api_version, "kind": kind} | item for item in self._items)

    def next(self) -> "_Page":
        """The page after this one."""
        return _Page(*self._asked, self.token)

    def everything(self, api_version: str, kind: str) -> Iterator[Manifest]:
        """The objects of this page and of all that follow; a page is forgotten before the next is asked for."""
        page: _Page | None = self
        while page is not None:
            yield from page.items(api_version, kind)
            page._items = []
            page = page.next() if page.token else None
