"""Objects that differ from what their Helm release says. Only fields that the release sets are compared."""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.domain.quantities import parse_quantity
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.fields import dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph, key_of
from kora.operations.diagnose.kinds import API_VERSIONS, CLUSTER_KINDS
from kora.operations.diagnose.probe import Probe

SKIPPED_KINDS = frozenset({"Secret", "Namespace"})
IDENTITY = ("name", "containerPort", "port", "mountPath", "host", "path", "key", "secretName", "type")
UNDEFAULTED = ("env", "envFrom", "command", "args", "resources", "livenessProbe", "readinessProbe", "startupProbe")
MAX_SHOWN = 5
SETTLES, BROKEN_OFF = 15.0, 900.0
"""Seconds after which objects of a release that was just deployed have their new content, and after which a change
that is still under way is none any more."""
_CONTAINER = re.compile(r"\.(?:initC|c)ontainers\[[^\]]*\]$")
_CONFIDENTIAL = re.compile(r"\.env\[|^data\.|^binaryData\.")  # values may be secrets; the names are enough


@detector
def drift(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Deployed releases whose objects were changed or deleted behind Helm's back."""
    for record in graph.all("HelmRelease"):
        if _moving(graph, record):
            continue
        release = record if "manifests" in record else strip_release(record)
        for wanted in release["manifests"]:
            if not _comparable(graph, wanted):
                continue
            live = graph.find(wanted["kind"], namespace_of(wanted), name_of(wanted))
            gone = live is None
            changed = ["deleted"] if live is None else list(_differences(wanted, live, _ignored(graph, live)))
            if changed:
                yield _candidate(release, wanted, changed, gone=gone)


def _moving(graph: Graph, record: Manifest) -> bool:
    """Whether Helm is changing the release right now, or has just done so: objects and record need not fit yet."""
    labels = dig(record, "metadata", "labels") or {}
    if labels.get("status", "deployed") != "deployed" or _changed_before(graph, record) < SETTLES:
        return True
    return any(
        (dig(each, "metadata", "labels") or {}).get("status") != "deployed"
        and (dig(each, "metadata", "labels") or {}).get("name") == labels.get("name")
        and _changed_before(graph, each) < BROKEN_OFF
        for each in graph.all("HelmRelease", namespace_of(record))
    )


def _changed_before(graph: Graph, record: Manifest) -> float:
    """Seconds since Helm wrote the record last."""
    told = str((dig(record, "metadata", "labels") or {}).get("modifiedAt") or "")
    if told.isdigit():
        return graph.now.timestamp() - int(told)
    made = instant(dig(record, "metadata", "creationTimestamp"))
    return graph.age(made) if made is not None else BROKEN_OFF


def strip_release(record: Manifest) -> Manifest:
    """The record of a release with what is compared alone: its objects without Secrets, without values and chart.
    Reading a release is work, so whoever keeps records keeps this."""
    release = _decode(record)
    manifests = [each for each in _manifests(release, namespace_of(record)) if each["kind"] not in SKIPPED_KINDS]
    kept = {name: record[name] for name in ("apiVersion", "kind", "metadata") if name in record}
    return kept | {"name": release.get("name"), "version": release.get("version"), "manifests": manifests}


def _decode(record: Manifest) -> Manifest:
    """Helm's own record: JSON, gzipped, base64, and base64 again because it lies in a Secret."""
    packed = base64.b64decode(base64.b64decode(dig(record, "data", "release") or ""))
    found = json.loads(gzip.decompress(packed)) if packed else {}
    return found if isinstance(found, dict) else {}


def _manifests(release: Manifest, namespace: str | None) -> Iterator[Manifest]:
    for document in yaml.safe_load_all(str(release.get("manifest") or "")):
        if isinstance(document, dict) and document.get("kind") and dig(document, "metadata", "name"):
            metadata = {"namespace": namespace, **document["metadata"]}
            yield {**document, "metadata": metadata}


def _comparable(graph: Graph, wanted: Manifest) -> bool:
    kind = wanted["kind"]
    if kind in SKIPPED_KINDS or kind in CLUSTER_KINDS or wanted.get("apiVersion") != API_VERSIONS.get(kind):
        return False
    return graph.knows(kind, namespace_of(wanted))


def _ignored(graph: Graph, live: Manifest) -> frozenset[str]:
    """Fields that somebody else owns rightly: the replicas of what an autoscaler moves."""
    for scaler in graph.all("HorizontalPodAutoscaler", namespace_of(live)):
        target = dig(scaler, "spec", "scaleTargetRef") or {}
        if (target.get("kind"), target.get("name")) == (live["kind"], name_of(live)):
            return frozenset({"spec.replicas"})
    return frozenset()


def _differences(wanted: Manifest, live: Manifest, ignored: frozenset[str]) -> Iterator[str]:
    for field in wanted:
        if field in ("apiVersion", "kind", "metadata", "status"):
            continue
        yield from _compare(wanted[field], live.get(field), field, ignored)
    for key, value in (dig(wanted, "metadata", "labels") or {}).items():
        yield from _compare(value, (dig(live, "metadata", "labels") or {}).get(key), f"metadata.labels.{key}", ignored)


def _compare(wanted: Any, live: Any, path: str, ignored: frozenset[str]) -> Iterator[str]:
    if path in ignored or _same(wanted, live):
        return
    if isinstance(wanted, dict) and isinstance(live, dict):
        for key, value in wanted.items():
            yield from _compare(value, live.get(key), f"{path}.{key}", ignored)
        for key in _own_fields(path, live):
            if key not in wanted and live[key] not in (None, "", [], {}):
                yield f"{path}.{key} was added"
    elif isinstance(wanted, list) and isinstance(live, list):
        yield from _compare_lists(wanted, live, path, ignored)
    elif _CONFIDENTIAL.search(path):
        yield f"{path} was changed"
    else:
        yield f"{path} is {_short(live)} instead of {_short(wanted)}"


def _own_fields(path: str, live: dict[str, Any]) -> list[str]:
    """Fields that no server fills in: when the release leaves them out, somebody else wrote them."""
    if path == "data":
        return sorted(live)
    return [each for each in UNDEFAULTED if each in live] if _CONTAINER.search(path) else []


def _same(wanted: Any, live: Any) -> bool:
    if wanted == live or wanted in (None, "", [], {}):  # the server leaves empty fields out
        return wanted == live or live in (None, "", [], {}) or wanted is None
    if isinstance(wanted, (dict, list)) or isinstance(live, (dict, list)):
        return False
    if isinstance(wanted, bool) or isinstance(live, bool):
        return bool(wanted) == bool(live) and live is not None
    left, right = parse_quantity(wanted), parse_quantity(live)
    if left is not None and right is not None:
        return left == right
    return str(wanted) == str(live) or (wanted in (False, 0) and live is None)


def _compare_lists(wanted: list[Any], live: list[Any], path: str, ignored: frozenset[str]) -> Iterator[str]:
    identity = next((key for key in IDENTITY if all(isinstance(each, dict) and key in each for each in wanted)), None)
    if identity is None or not wanted:
        if len(wanted) != len(live):
            yield f"{path} has {len(live)} entries instead of {len(wanted)}"
        for index, (ours, theirs) in enumerate(zip(wanted, live, strict=False)):
            yield from _compare(ours, theirs, f"{path}[{index}]", ignored)
        return
    by_name = {str(each.get(identity)): each for each in live if isinstance(each, dict)}
    for ours in wanted:
        name = str(ours[identity])
        if name not in by_name:
            yield f"{path}[{name}] was removed"
        else:
            yield from _compare(ours, by_name[name], f"{path}[{name}]", ignored)
    if path.endswith(".env"):
        for name in by_name.keys() - {str(each[identity]) for each in wanted}:
            yield f"{path}[{name}] was added"


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _candidate(release: Manifest, wanted: Manifest, changed: list[str], *, gone: bool) -> Candidate:
    ref = ObjectRef(
        api_version=wanted["apiVersion"], kind=wanted["kind"], namespace=namespace_of(wanted), name=name_of(wanted)
    )
    name = str(release.get("name"))
    what = "was deleted" if gone else f"differs in {len(changed)} field(s): {changed[0]}"
    return Candidate(
        cause="Drift",
        subject=ref,
        blames=(key_of(ref),),
        summary=f"{wanted['kind']} {ref.name} of the Helm release {name} {what}.",
        evidence=tuple(
            Evidence(source=f"release {name} revision {release.get('version')}", text=each)
            for each in changed[:MAX_SHOWN]
        ),
    )
