"""One reading of the cluster into a graph: every kind listed once, secrets stripped before anything else sees them."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest
from kora.kit import clock
from kora.kit.errors import Denied, Retryable
from kora.operations.diagnose.fields import dig, instant, namespace_of
from kora.operations.diagnose.graph import Graph, ref_to
from kora.operations.diagnose.kinds import NO_RELEASES, READ_KINDS, RELEASE_LABELS, ReadKind

SECRETS = ReadKind("v1", "Secret", True, fields=NO_RELEASES)
RELEASES = ReadKind("v1", "Secret", True, fields="type=helm.sh/release.v1", labels=RELEASE_LABELS)
PUBLIC_KEYS = frozenset({"tls.crt", "ca.crt"})  # certificates are shown to every client anyway
RELEASE_API = "helm.sh/v1"
CLOCK_SKEW = timedelta(minutes=10)


def read_graph(reader: ClusterReader, namespaces: Sequence[str] | None) -> Graph:
    """Everything that the detectors look at, in `namespaces` (None: all).

    Kinds that may not be listed are noted in `Graph.unreadable`; the rest is still judged.

    Raises: Retryable when the cluster does not answer.
    """
    unreadable: dict[str, str] = {}
    objects: list[Manifest] = []
    for kind in READ_KINDS:
        try:
            objects += _listed(reader, kind, namespaces)
        except Denied as denied:
            unreadable[kind.kind] = denied.message
        except Retryable as busy:
            if not kind.optional:
                raise
            unreadable[kind.kind] = busy.message
    try:
        if _may_read_secrets(reader, namespaces):
            objects += [strip_secret(each) for each in _listed(reader, SECRETS, namespaces)]
            objects += _releases(reader, namespaces)
        else:
            unreadable.update(dict.fromkeys(("Secret", "HelmRelease"), "we may not list secrets"))
    except Denied as denied:
        unreadable["Secret"] = unreadable["HelmRelease"] = denied.message
    return Graph(objects, now=_now(objects), namespaces=namespaces, unreadable=unreadable)


def _listed(reader: ClusterReader, kind: ReadKind, namespaces: Sequence[str] | None) -> Iterator[Manifest]:
    scopes: Iterable[str | None] = (None,) if namespaces is None or not kind.namespaced else namespaces
    for namespace in scopes:
        yield from reader.list(kind.api_version, kind.kind, namespace, labels=kind.labels, fields=kind.fields)


def _may_read_secrets(reader: ClusterReader, namespaces: Sequence[str] | None) -> bool:
    scopes: Iterable[str | None] = (None,) if namespaces is None else namespaces
    return all(reader.can("list", ref_to("Secret", namespace, "")) for namespace in scopes)


def _releases(reader: ClusterReader, namespaces: Sequence[str] | None) -> Iterator[Manifest]:
    for secret in _listed(reader, RELEASES, namespaces):
        yield {**secret, "kind": "HelmRelease", "apiVersion": RELEASE_API}


def strip_secret(secret: Manifest) -> Manifest:
    """A Secret with its keys alone; certificates stay, because they are public. One that is stripped stays as it is."""
    if "keys" in secret:
        return secret
    kept: dict[str, str | None] = {}
    for key, value in {**(secret.get("data") or {}), **(secret.get("stringData") or {})}.items():
        kept[key] = _decoded(value) if key in PUBLIC_KEYS else None
    plain = {name: value for name, value in secret.items() if name not in ("data", "stringData")}
    metadata = {name: value for name, value in (plain.get("metadata") or {}).items() if name != "annotations"}
    return {**plain, "metadata": metadata, "keys": kept}


def _decoded(value: str) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return None


def _now(objects: Iterable[Manifest]) -> datetime:
    """Our time, or the cluster's when its clock runs ahead of ours: ages must not come out negative."""
    ours = clock.now()
    seen = (found for item in objects for each in _moments(item) if (found := instant(each)))
    newest = max((each for each in seen if each <= ours + CLOCK_SKEW), default=ours)
    return max(ours, newest)


def _moments(item: Manifest) -> Iterator[object]:
    yield dig(item, "metadata", "creationTimestamp")
    yield item.get("lastTimestamp")
    for container in dig(item, "status", "containerStatuses") or ():
        yield dig(container, "state", "running", "startedAt")
        yield dig(container, "state", "terminated", "finishedAt")


def in_scope(graph: Graph, item: Manifest) -> bool:
    """Whether an object belongs to what was asked for."""
    namespace = namespace_of(item)
    return namespace is None or graph.covers(namespace)
