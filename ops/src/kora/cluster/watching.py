"""Watching a kind: list, then follow; over broken connections and over versions that the server has forgotten."""

import json
from collections.abc import Iterator
from typing import Any, Protocol

from kora.cluster.connection import Connection
from kora.cluster.discovery import Discovery, collection
from kora.cluster.errors import ClusterUnreachable, VersionGone, from_status
from kora.cluster.port import WatchEvent
from kora.domain.objects import Manifest
from kora.kit import clock

_BROKEN_LIMIT = 5
"""Connections in a row that may break without bringing an event."""


class Server(Protocol):
    """What a watch asks of the client."""

    @property
    def connection(self) -> Connection:
        """Sends the requests."""

    @property
    def discovery(self) -> Discovery:
        """Knows where a kind is served."""

    def list_at(self, api_version: str, kind: str, namespace: str | None = None) -> tuple[list[Manifest], str | None]:
        """The objects, and the resourceVersion that the list stands for (None: the kind is not served)."""


def watch(
    reader: Server, api_version: str, kind: str, namespace: str | None, *, since: str | None, seconds: int
) -> Iterator[WatchEvent]:
    """Events until `seconds` are over.

    Without `since`, everything there comes first as ADDED. When the server has forgotten the version (410), everything
    comes again as ADDED, after DELETED for what is known to have gone meanwhile.

    Raises:
        KoraError: as `ClusterReader` says; ClusterUnreachable after several broken connections in a row.
    """
    ends = clock.monotonic() + seconds
    known: dict[str, Manifest] = {}
    version, broken = since, 0
    while (left := ends - clock.monotonic()) > 0:
        if version is None:
            items, version = reader.list_at(api_version, kind, namespace)
            if version is None:
                return  # not served
            yield from _differences(known, items)
        try:
            for event in follow(reader, api_version, kind, namespace, version, left):
                broken = 0
                version = event.object["metadata"].get("resourceVersion", version)
                if event.type != "BOOKMARK":
                    _remember(known, event)
                    yield event
        except VersionGone:
            version = None
        except ClusterUnreachable:
            broken += 1
            if broken >= _BROKEN_LIMIT:
                raise
            clock.sleep(min(0.2 * 2**broken, left))


def follow(
    reader: Server,
    api_version: str,
    kind: str,
    namespace: str | None,
    version: str,
    left: float,
    *,
    labels: str | None = None,
    fields: str | None = None,
    silence: float | None = None,
) -> Iterator[WatchEvent]:
    """One watch request's events, for at most `left` seconds. `silence`: seconds without a line (the server sends a
    bookmark about every minute) after which the connection counts as dead.

    Raises:
        VersionGone: the server has forgotten `version`. KoraError: as `ClusterReader` says.
    """
    found = reader.discovery.find(api_version, kind)
    if found is None:
        return
    params: dict[str, Any] = {
        "watch": "true",
        "resourceVersion": version,
        "allowWatchBookmarks": "true",
        "timeoutSeconds": max(1, round(left)),
        "labelSelector": labels,
        "fieldSelector": fields,
    }
    what = f"watch {found.plural}"
    patience = silence or left + 10
    with reader.connection.lines(collection(found, namespace), what=what, params=params, seconds=patience) as lines:
        for line in lines:
            if not line:
                continue
            event = json.loads(line)
            if event["type"] == "ERROR":
                status = event["object"]
                raise from_status(int(status.get("code") or 500), status, what)
            yield WatchEvent(type=event["type"], object={"apiVersion": api_version, "kind": kind} | event["object"])


def _differences(known: dict[str, Manifest], items: list[Manifest]) -> Iterator[WatchEvent]:
    """DELETED for what is known and no longer there, ADDED for what is."""
    there = {_key(item) for item in items}
    for key in [key for key in known if key not in there]:
        yield WatchEvent(type="DELETED", object=known.pop(key))
    for item in items:
        event = WatchEvent(type="ADDED", object=item)
        _remember(known, event)
        yield event


def _remember(known: dict[str, Manifest], event: WatchEvent) -> None:
    """Keep names only: an operator watches thousands of objects."""
    key = _key(event.object)
    if event.type == "DELETED":
        known.pop(key, None)
        return
    metadata = event.object["metadata"]
    kept = {name: metadata[name] for name in ("name", "namespace", "uid") if name in metadata}
    known[key] = {"apiVersion": event.object["apiVersion"], "kind": event.object["kind"], "metadata": kept}


def _key(manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    return f"{metadata.get('namespace', '')}/{metadata['name']}"
