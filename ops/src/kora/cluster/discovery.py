"""Which kinds a server serves, and under which address each object lives.

Aggregated discovery (two requests) where the server has it, else one request a group version.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from kora.cluster.connection import Connection
from kora.cluster.errors import ClusterRefused
from kora.cluster.port import ResourceKind
from kora.domain.objects import ObjectRef
from kora.kit.errors import KoraError

_AGGREGATED = ",".join(
    [f"application/json;g=apidiscovery.k8s.io;v={v};as=APIGroupDiscoveryList" for v in ("v2", "v2beta1")]
    + ["application/json"]
)
_REFRESH_SECONDS = 1.0
"""An unknown kind is looked for anew (a CRD may just have come), but not more often than this."""


class Discovery:
    """The server's kinds, read at the first question and kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kinds: tuple[ResourceKind, ...] | None = None
        self._index: dict[tuple[str, str], ResourceKind] = {}
        self._read_at = 0.0

    def kinds(self) -> Sequence[ResourceKind]:
        """Every kind, preferred versions first."""
        if self._kinds is None:
            self._read()
        return self._kinds or ()

    def find(self, api_version: str, kind: str) -> ResourceKind | None:
        """One kind; None when the server does not serve it."""
        self.kinds()
        found = self._index.get((api_version, kind))
        if found is None and time.monotonic() - self._read_at > _REFRESH_SECONDS:
            self._read()
            found = self._index.get((api_version, kind))
        return found

    def path(self, ref: ObjectRef) -> str | None:
        """The address of one object; None when its kind is not served.

        Raises:
            ClusterRefused: the kind lives in namespaces and the reference names none.
        """
        found = self.find(ref.api_version, ref.kind)
        if found is None:
            return None
        if found.namespaced and not ref.namespace:
            raise ClusterRefused(f"{ref} needs a namespace.", fix="Name one with -n NAMESPACE.")
        return f"{collection(found, ref.namespace)}/{quote(ref.name, safe='')}"

    def _read(self) -> None:
        found: dict[tuple[str, str], ResourceKind] = {}
        for root in ("/api", "/apis"):
            answer = self._connection.json("GET", root, what=f"GET {root}", accept=_AGGREGATED)
            aggregated = answer.get("kind") == "APIGroupDiscoveryList"
            for each in _aggregated(answer) if aggregated else self._by_group(root, answer):
                found.setdefault((each.api_version, each.kind), each)
        self._kinds, self._index, self._read_at = tuple(found.values()), found, time.monotonic()

    def _by_group(self, root: str, answer: dict[str, Any]) -> Iterator[ResourceKind]:
        if root == "/api":
            versions = list(answer.get("versions") or ())
        else:
            versions = [
                version["groupVersion"]
                for group in answer.get("groups") or ()
                for version in sorted(group["versions"], key=lambda v: v != group.get("preferredVersion"))
            ]
        for version in versions:
            try:
                listing = self._connection.json("GET", f"{root}/{version}", what=f"GET {root}/{version}")
            except KoraError:
                continue  # an aggregated API without a server behind it must not take the others with it
            yield from _by_version(version, listing)


def collection(kind: ResourceKind, namespace: str | None) -> str:
    """The address of a kind's collection, in one namespace or (None) in all."""
    root = f"/api/{kind.api_version}" if "/" not in kind.api_version else f"/apis/{kind.api_version}"
    inside = f"/namespaces/{quote(namespace, safe='')}" if kind.namespaced and namespace else ""
    return f"{root}{inside}/{kind.plural}"


def _aggregated(answer: dict[str, Any]) -> Iterator[ResourceKind]:
    """Kinds of an APIGroupDiscoveryList; versions come in the order of preference."""
    for group in answer.get("items") or ():
        name = (group.get("metadata") or {}).get("name") or ""
        for version in group.get("versions") or ():
            api_version = f"{name}/{version['version']}" if name else version["version"]
            for resource in version.get("resources") or ():
                kind = (resource.get("responseKind") or {}).get("kind")
                if not kind:
                    continue
                yield ResourceKind(
                    api_version=api_version,
                    kind=kind,
                    plural=resource["resource"],
                    singular=resource.get("singularResource") or "",
                    short_names=tuple(resource.get("shortNames") or ()),
                    namespaced=resource.get("scope") == "Namespaced",
                    verbs=tuple(resource.get("verbs") or ()),
                    categories=tuple(resource.get("categories") or ()),
                )


def _by_version(api_version: str, listing: dict[str, Any]) -> Iterator[ResourceKind]:
    """Kinds of an APIResourceList, without subresources."""
    for resource in listing.get("resources") or ():
        if "/" not in resource["name"]:
            yield ResourceKind(
                api_version=api_version,
                kind=resource["kind"],
                plural=resource["name"],
                singular=resource.get("singularName") or "",
                short_names=tuple(resource.get("shortNames") or ()),
                namespaced=bool(resource.get("namespaced")),
                verbs=tuple(resource.get("verbs") or ()),
                categories=tuple(resource.get("categories") or ()),
            )
