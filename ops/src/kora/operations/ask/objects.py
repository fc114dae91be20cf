"""What a question or a change looks at: the objects of a cluster by kind, lists read once, and what belongs to them.

Below `binding`, which finds the objects that a person named.
"""

from collections.abc import Mapping

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.language.kinds import BY_KIND, WORKLOAD_KINDS
from kora.operations.ask.errors import TargetMissing
from kora.operations.diagnose.fields import dig, matches, name_of, namespace_of


class Objects:
    """The objects of one cluster. Lists are read once."""

    def __init__(self, reader: ClusterReader) -> None:
        self.reader = reader
        self._lists: dict[tuple[str, str | None, str | None], list[Manifest]] = {}

    def api_version(self, kind: str) -> tuple[str, bool]:
        """(apiVersion, whether namespaced) of a canonical kind, by the table or by discovery."""
        if kind in BY_KIND:
            return BY_KIND[kind].api_version, BY_KIND[kind].namespaced
        served = next((each for each in self.reader.kinds() if each.kind == kind), None)
        if served is None:
            raise TargetMissing(f"The cluster knows no kind {kind}.", fix="kubectl api-resources")
        return served.api_version, served.namespaced

    def every(self, kind: str, namespace: str | None, labels: Mapping[str, str] | None = None) -> list[Manifest]:
        """All objects of a kind in a namespace (None: in all), read once."""
        version, namespaced = self.api_version(kind)
        selector = ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or None
        key = (kind, namespace if namespaced else None, selector)
        if key not in self._lists:
            self._lists[key] = self.reader.list(version, kind, key[1], labels=selector)
        return self._lists[key]

    def ref(self, kind: str, namespace: str | None, name: str) -> ObjectRef:
        """A reference by canonical kind."""
        version, namespaced = self.api_version(kind)
        return ObjectRef(api_version=version, kind=kind, namespace=namespace if namespaced else None, name=name)

    def workloads_behind(self, item: Manifest) -> list[Manifest]:
        """The workloads that a Service selects, or that own a Pod."""
        space = namespace_of(item)
        if item["kind"] == "Service":
            selector = dig(item, "spec", "selector")
            pool = [each for kind in WORKLOAD_KINDS for each in self.every(kind, space)]
            wanted = {"matchLabels": selector} if selector else None
            return [each for each in pool if matches(wanted, dig(each, "spec", "template", "metadata", "labels"))]
        if item["kind"] == "Pod":
            pool = [each for kind in WORKLOAD_KINDS for each in self.every(kind, space)]
            owners = {each.get("uid") for each in dig(item, "metadata", "ownerReferences") or ()}
            sets = [each for each in self.every("ReplicaSet", space) if dig(each, "metadata", "uid") in owners]
            owners |= {each.get("uid") for one in sets for each in dig(one, "metadata", "ownerReferences") or ()}
            return [each for each in pool if dig(each, "metadata", "uid") in owners]
        return []

    def pods_of(self, item: Manifest) -> list[Manifest]:
        """The pods that belong to an object: itself, those it selects."""
        if item["kind"] == "Pod":
            return [item]
        space = namespace_of(item)
        selector = dig(item, "spec", "selector")
        if item["kind"] == "Service":
            selector = {"matchLabels": selector} if selector else None
        if item["kind"] in {"Job", "CronJob"}:
            jobs = (
                {name_of(item)}
                if item["kind"] == "Job"
                else {
                    name_of(each)
                    for each in self.every("Job", space)
                    if any(
                        owner.get("name") == name_of(item) for owner in dig(each, "metadata", "ownerReferences") or ()
                    )
                }
            )
            return [
                pod
                for pod in self.every("Pod", space)
                if (dig(pod, "metadata", "labels") or {}).get("job-name") in jobs
            ]
        return [
            pod for pod in self.every("Pod", space) if selector and matches(selector, dig(pod, "metadata", "labels"))
        ]
