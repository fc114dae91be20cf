"""From the word that a person uses for a kind (``deploy``, ``deployments.apps``, ``Service``) to the kind itself."""

from kora.cluster.errors import ObjectMissing
from kora.cluster.port import ClusterReader, ResourceKind
from kora.domain.objects import ObjectRef

_FIRST = ("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1")
"""Where a word fits several groups (events, ingresses), the one that people mean."""


def find_kind(reader: ClusterReader, word: str) -> ResourceKind:
    """The kind that `word` names, as kubectl understands it: kind, plural, singular or short name, perhaps with its
    group after a dot.

    Raises:
        ObjectMissing: the cluster serves none of that name; the message says what comes close.
    """
    name, _, group = word.strip().lower().partition(".")
    found = [kind for kind in reader.kinds() if name in _names(kind) and (not group or _group(kind) == group)]
    if not found:
        close = sorted({kind.plural for kind in reader.kinds() if name[:3] and kind.plural.startswith(name[:3])})
        hint = f" Close to it: {', '.join(close[:5])}." if close else ""
        raise ObjectMissing(f"The cluster knows no kind {word!r}.{hint}", fix="See them all: kubectl api-resources")
    return min(found, key=lambda kind: _FIRST.index(kind.api_version) if kind.api_version in _FIRST else len(_FIRST))


def refer(reader: ClusterReader, kind: str, name: str, namespace: str | None) -> ObjectRef:
    """The reference to one object; cluster-scoped kinds lose the namespace.

    Raises:
        ObjectMissing: as `find_kind`.
    """
    found = find_kind(reader, kind)
    space = (namespace or reader.namespace) if found.namespaced else None
    return ObjectRef(api_version=found.api_version, kind=found.kind, namespace=space, name=name)


def _names(kind: ResourceKind) -> set[str]:
    return {kind.kind.lower(), kind.plural, kind.singular, *kind.short_names}


def _group(kind: ResourceKind) -> str:
    return kind.api_version.rpartition("/")[0]
