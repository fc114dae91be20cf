"""The cluster as the operator sees it: lists come from the mirror, questions about one object go to the server.

`MemoryReader` is a `ClusterReader` for diagnosis: nothing of it makes a request where the mirror knows the answer.
`FreshReader` is the one for planning and applying: lists from the mirror, single objects as they are this moment.
Neither reads a namespace that no policy names.
"""

from collections.abc import Callable, Iterator, Sequence

from kora.cluster.client import KubernetesReader
from kora.cluster.port import Answer, ClusterReader, ResourceKind, WatchEvent
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action
from kora.kit.errors import Denied, Retryable
from kora.operations.diagnose.kinds import READ_KINDS, ReadKind
from kora.operations.diagnose.reading import RELEASES, SECRETS
from kora.operator.mirror import UNWATCHED, Health, Mirror, Stream

Manifests = list[Manifest]


class NotNamed(Denied):
    """A namespace that no policy names was asked about."""

    code = "NAMESPACE_NOT_NAMED"
    default_message = "No policy names this namespace, so it is not read."


_KINDS: dict[tuple[str, str], ReadKind] = {(each.api_version, each.kind): each for each in READ_KINDS}


class MemoryReader:
    """See the module. covers: whether a namespace may be read. usage: the last readings of the metrics API. previewer:
    who asks for dry runs (None: the live reader). reads_logs: whether the logs of a namespace may be read."""

    fresh = False

    def __init__(
        self,
        live: ClusterReader,
        mirror: Mirror,
        covers: Callable[[str], bool],
        usage: Callable[[str | None], Manifests] = lambda _namespace: [],
        previewer: ClusterReader | None = None,
        reads_logs: Callable[[str], bool] = lambda _namespace: True,
    ) -> None:
        self._reads_logs = reads_logs
        self._previewer = previewer or live
        self._live, self._mirror, self._covers, self._usage = live, mirror, covers, usage

    @property
    def context(self) -> str:
        """As the live reader says."""
        return self._live.context

    @property
    def namespace(self) -> str:
        """As the live reader says."""
        return self._live.namespace

    @property
    def live(self) -> ClusterReader:
        """The reader underneath."""
        return self._live

    def version(self) -> str:
        """The server's version."""
        return self._live.version()

    def kinds(self) -> Sequence[ResourceKind]:
        """Every kind that the server serves; kept by the live reader."""
        return self._live.kinds()

    def get(self, ref: ObjectRef) -> Manifest | None:
        """One object: from memory where its kind is watched.

        Raises:
            NotNamed: in a namespace that no policy names.
        """
        self._require(ref.namespace)
        table = None if self.fresh else self._table(ref.api_version, ref.kind, ref.namespace)
        if table is None:
            return self._live.get(ref)
        return self._mirror.get(table, ref.namespace, ref.name)

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> Manifests:
        """Objects of a kind.

        Raises:
            NotNamed: in a namespace that no policy names. Denied: we may not read them. Retryable: not known yet.
        """
        self._require(namespace)
        if kind in UNWATCHED:
            return self._usage(namespace)
        stream = self._table(api_version, kind, namespace, labels=labels, fields=fields)
        if stream is None and (api_version, kind) in _KINDS and not _KINDS[api_version, kind].namespaced:
            raise Denied(f"{kind} objects are not watched here.")
        if stream is None:
            return self._live.list(api_version, kind, namespace, labels=labels, fields=fields)
        table = self._mirror.table(stream)
        if table is None or table.health is Health.EMPTY:
            raise Retryable(f"{stream} is not known yet.")
        if table.health is Health.REFUSED:
            raise Denied(table.reason)
        items = self._mirror.items(stream)
        if namespace is None or stream.namespace is not None:
            return [each for each in items if self._wanted(each)]
        return [each for each in items if each["metadata"].get("namespace") == namespace]

    def _wanted(self, item: Manifest) -> bool:
        space = item["metadata"].get("namespace")
        return space is None or self._covers(space)

    def _table(
        self,
        api_version: str,
        kind: str,
        namespace: str | None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> Stream | None:
        """The stream that holds what is asked for."""
        read = _KINDS.get((api_version, kind))
        if kind == "Secret":
            read = next((each for each in (SECRETS, RELEASES) if (each.fields, each.labels) == (fields, labels)), None)
        elif labels is not None or fields is not None:
            return None
        if read is None:
            return None
        for place in (namespace, None):
            stream = Stream(read, place if read.namespaced else None)
            if self._mirror.table(stream) is not None:
                return stream
        return None

    def watch(
        self, api_version: str, kind: str, namespace: str | None = None, *, since: str | None = None, seconds: int = 60
    ) -> Iterator[WatchEvent]:
        """Straight from the server."""
        self._require(namespace)
        return self._live.watch(api_version, kind, namespace, since=since, seconds=seconds)

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
        """A container's log, from the server."""
        self._require(namespace)
        if not self._reads_logs(namespace):
            raise Denied(f"The policy of {namespace} switches the analysis of logs off.")
        return self._live.logs(
            namespace, pod, container=container, previous=previous, tail=tail, since_seconds=since_seconds
        )

    def request(self, ref: ObjectRef, port: int | str, path: str = "/", *, seconds: float = 5.0) -> Answer:
        """A request to a pod or service."""
        self._require(ref.namespace)
        return self._live.request(ref, port, path, seconds=seconds)

    def can(self, verb: str, ref: ObjectRef) -> bool:
        """Whether we may; for lists of what is watched, the watch has told already."""
        fields = SECRETS.fields if ref.kind == "Secret" else None
        stream = self._table(ref.api_version, ref.kind, ref.namespace, fields=fields) if verb == "list" else None
        table = None if stream is None else self._mirror.table(stream)
        if table is not None:
            return table.health is not Health.REFUSED
        return False if ref.kind == "Secret" and verb == "list" else self._live.can(verb, ref)

    def preview(self, action: Action) -> Manifest | None:
        """A dry run on the server."""
        return self._previewer.preview(action)

    def _require(self, namespace: str | None) -> None:
        if namespace is not None and not self._covers(namespace):
            raise NotNamed(f"No policy names the namespace {namespace}, so it is not read.")


class FreshReader(MemoryReader):
    """Single objects straight from the server: plans are made from and compared with what is, not with what was."""

    fresh = True

    @property
    def connected(self) -> KubernetesReader | None:
        """The real reader, for whoever opens a writer; None over a fake."""
        return self._live if isinstance(self._live, KubernetesReader) else None
