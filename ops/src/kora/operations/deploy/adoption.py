"""Credentials that are already in use: a release that somebody installed by hand keeps its passwords.

A database opens its volume only with the password that it was made with. So before a value is generated, the Secrets of
the release are asked: those that Helm made for it, and those that its pods read.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import Misconfigured
from kora.operations.deploy.configuration import Application, Secrets

_RELEASE = "meta.helm.sh/release-name"
_INSTANCE = "app.kubernetes.io/instance"


@dataclass(frozen=True)
class InUse:
    """Keys that are wanted and have a value already, and the Secrets they come from."""

    values: Mapping[str, str]
    secrets: tuple[str, ...] = ()


def in_use(application: Application, wanted: Secrets, reader: ClusterReader, release: Sequence[Manifest]) -> InUse:
    """What the release's Secrets hold under the names of the wanted keys.

    release: the manifests of the revision that runs; empty when there is none.
    """
    values: dict[str, str] = {}
    sources: list[str] = []
    read_by_pods = {name for manifest in release for name in _names(manifest)}
    for secret in reader.list("v1", "Secret", application.target):
        name = secret["metadata"]["name"]
        if name == wanted.name or not (name in read_by_pods or _belongs(secret, application.name)):
            continue
        found = {key: value for key, value in (secret.get("data") or {}).items() if key in wanted.keys}
        fresh = {key: base64.b64decode(value).decode() for key, value in found.items() if key not in values}
        if fresh:
            values |= fresh
            sources.append(name)
    return InUse(values, tuple(sources))


def refuse_to_lock_out(application: Application, wanted: Secrets, reader: ClusterReader) -> None:
    """Nothing is generated beside volumes of an earlier installation whose Secret is gone: it would not open them.

    Raises:
        Misconfigured: there are such volumes.
    """
    claims = reader.list("v1", "PersistentVolumeClaim", application.target, labels=f"{_INSTANCE}={application.name}")
    generated = [key for key, rule in wanted.keys.items() if rule.generate is not None]
    if not claims or not generated:
        return
    names = ", ".join(str(ObjectRef.of(each)) for each in claims)
    raise Misconfigured(
        f"{names} in {application.target} holds data of an earlier installation, but no Secret with its credentials is "
        f"there; a new {generated[0]} would not open it.",
        fix=f"create the Secret {wanted.name} with the old values, or, if the data may go, kora down --volumes",
    )


def _belongs(secret: Manifest, release: str) -> bool:
    metadata = secret["metadata"]
    if secret.get("type", "Opaque") != "Opaque":  # Helm's own records have the label too
        return False
    named = (metadata.get("annotations") or {}).get(_RELEASE)
    return bool(release in (named, (metadata.get("labels") or {}).get(_INSTANCE)))


def _names(node: Any) -> Iterator[str]:
    """The Secrets that a manifest's pods read, wherever they are named."""
    if isinstance(node, list):
        for each in node:
            yield from _names(each)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in ("secretRef", "secretKeyRef") and isinstance(value, dict) and "name" in value:
            yield value["name"]
        elif key == "secret" and isinstance(value, dict) and "secretName" in value:
            yield value["secretName"]
        else:
            yield from _names(value)
