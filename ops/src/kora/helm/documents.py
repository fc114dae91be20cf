"""Manifests as text to manifests as data; shared by both engines."""

from collections.abc import Iterator
from typing import Any

import yaml

from kora.domain.objects import Manifest
from kora.kit.errors import Invalid

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml was compiled in
HOOK = "helm.sh/hook"


def parse_manifests(text: str) -> list[Manifest]:
    """The objects in a stream of YAML documents, in order; empty documents are dropped, Lists are opened, and hooks
    are left out, since they are no part of a release's lasting objects.

    Raises:
        Invalid: a document is not YAML, or no Kubernetes object.
    """
    try:
        documents = list(yaml.load_all(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise Invalid(f"The chart renders something that is not YAML: {error}") from error
    return [manifest for document in documents for manifest in _objects(document) if not _is_hook(manifest)]


def _objects(document: Any) -> Iterator[Manifest]:
    if document is None:
        return
    if not isinstance(document, dict) or not document.get("kind") or not document.get("apiVersion"):
        raise Invalid("The chart renders a document that is no Kubernetes object: it lacks apiVersion or kind.")
    if document["kind"] == "List":
        for item in document.get("items") or []:
            yield from _objects(item)
        return
    yield document


def _is_hook(manifest: Manifest) -> bool:
    return HOOK in ((manifest.get("metadata") or {}).get("annotations") or {})
