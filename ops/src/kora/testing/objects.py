"""Small builders of Kubernetes objects as a healthy cluster would show them, and a reader over a fixed set of them.

`Scene` is one namespace under construction: it makes workloads with their owners, pods and statuses, and lets a test
break one thing. `SnapshotReader` answers a `ClusterReader`'s questions from what the scene holds.
"""

import copy
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from kora.cluster import rollouts
from kora.cluster.port import Answer, ResourceKind, WatchEvent
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Patch, Rollback
from kora.kit.errors import Denied, Retryable
from kora.testing import merging

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
NODE = "node-1"
API_VERSIONS = {
    "Deployment": "apps/v1", "ReplicaSet": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1",
    "ControllerRevision": "apps/v1", "Job": "batch/v1", "CronJob": "batch/v1", "Ingress": "networking.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1", "IngressClass": "networking.k8s.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2", "PodDisruptionBudget": "policy/v1",
    "EndpointSlice": "discovery.k8s.io/v1", "StorageClass": "storage.k8s.io/v1", "PodMetrics": "metrics.k8s.io/v1beta1",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration": "admissionregistration.k8s.io/v1", "PriorityClass": "scheduling.k8s.io/v1",
}  # fmt: skip
DEFAULT_CLASS = {"storageclass.kubernetes.io/is-default-class": "true"}
CLUSTER_WIDE = ("Namespace", "Node", "PersistentVolume", "StorageClass", "IngressClass", "PriorityClass")


def stamp(seconds_ago: float = 0.0) -> str:
    """An RFC 3339 time before `NOW`."""
    return (NOW - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def item(kind: str, name: str, namespace: str | None = "shop", *, age: float = 86400.0, **body: Any) -> Manifest:
    """Any object with the metadata that a server would fill in."""
    metadata: dict[str, Any] = {
        "name": name,
        "uid": f"{kind}-{namespace}-{name}",
        "creationTimestamp": stamp(age),
        "generation": 1,
        "resourceVersion": "1",
    }
    if namespace is not None and kind not in CLUSTER_WIDE and not kind.endswith("WebhookConfiguration"):
        metadata["namespace"] = namespace
    metadata |= body.pop("metadata", {})
    return {"apiVersion": API_VERSIONS.get(kind, "v1"), "kind": kind, "metadata": metadata, **body}


def owned(child: Manifest, owner: Manifest) -> Manifest:
    """`child` with `owner` as its controller."""
    reference = {key: owner[key] for key in ("apiVersion", "kind")}
    reference |= {"name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}
    child["metadata"]["ownerReferences"] = [reference]
    return child


def container(
    name: str = "main", *, port: int | None = 8080, image: str = "registry.example.com/app:1.0", **extra: Any
) -> Manifest:
    """A container spec."""
    spec: Manifest = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent"}
    if port is not None:
        spec["ports"] = [{"containerPort": port, "name": "http", "protocol": "TCP"}]
    return {**spec, **extra}


def running(name: str, *, age: float = 3600.0, ready: bool = True, restarts: int = 0, **extra: Any) -> Manifest:
    """The status of a container that runs."""
    state = {"running": {"startedAt": stamp(age)}}
    return {
        "name": name,
        "ready": ready,
        "started": True,
        "restartCount": restarts,
        "state": state,
        "lastState": {},
        **extra,
    }


def waiting(name: str, reason: str, message: str = "", *, restarts: int = 0, last: Manifest | None = None) -> Manifest:
    """The status of a container that waits."""
    state: Manifest = {"waiting": {"reason": reason} | ({"message": message} if message else {})}
    past = {"terminated": last} if last else {}
    return {"name": name, "ready": False, "started": False, "restartCount": restarts, "state": state, "lastState": past}


def ended(
    code: int, reason: str | None = None, *, ago: float = 15.0, lived: float = 2.0, message: str = ""
) -> Manifest:
    """A terminated state."""
    found: Manifest = {
        "exitCode": code,
        "reason": reason or ("Completed" if code == 0 else "Error"),
        "startedAt": stamp(ago + lived),
        "finishedAt": stamp(ago),
    }
    return found | ({"message": message} if message else {})


class Scene:
    """One namespace under construction."""

    def __init__(self, namespace: str = "shop") -> None:
        self.namespace = namespace
        self.objects: list[Manifest] = [
            item("Namespace", namespace, None, metadata={"labels": {"kubernetes.io/metadata.name": namespace}}),
            item("Namespace", "kube-system", None, metadata={"labels": {"kubernetes.io/metadata.name": "kube-system"}}),
            self._node(),
            item(
                "StorageClass",
                "standard",
                None,
                metadata={"annotations": DEFAULT_CLASS},
                volumeBindingMode="WaitForFirstConsumer",
            ),
            item("IngressClass", "nginx", None),
            item("ConfigMap", "kube-root-ca.crt", namespace, data={"ca.crt": "x"}),
            item("ServiceAccount", "default", namespace),
        ]
        self.logs: dict[tuple[str, str, bool], str] = {}
        self.answers: dict[tuple[str, int, str], Answer | Exception] = {}
        self.unserved: set[str] = set()

    def _node(self) -> Manifest:
        conditions = [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]
        conditions += [{"type": each, "status": "False"} for each in ("MemoryPressure", "DiskPressure", "PIDPressure")]
        sizes = {"cpu": "4", "memory": "8Gi", "pods": "110"}
        labels = {"kubernetes.io/os": "linux", "kubernetes.io/hostname": NODE}
        return item(
            "Node",
            NODE,
            None,
            metadata={"labels": labels},
            spec={},
            status={"conditions": conditions, "allocatable": sizes, "capacity": sizes},
        )

    def add(self, *objects: Manifest) -> Manifest:
        """Put objects in; the first one comes back."""
        self.objects.extend(objects)
        return objects[0]

    def of(self, kind: str, name: str | None = None) -> list[Manifest]:
        """Objects of a kind, or the one of that name."""
        return [each for each in self.objects if each["kind"] == kind and name in (None, each["metadata"]["name"])]

    def pods_of(self, name: str) -> list[Manifest]:
        """The pods of a workload."""
        return [each for each in self.of("Pod") if each["metadata"]["labels"].get("app") == name]

    def event(self, about: Manifest, reason: str, message: str, *, ago: float = 5.0, field: str = "") -> Manifest:
        """An event about an object."""
        metadata = about["metadata"]
        involved = {
            "kind": about["kind"],
            "name": metadata["name"],
            "namespace": metadata.get("namespace"),
            "uid": metadata["uid"],
        }
        if field:
            involved["fieldPath"] = f"spec.containers{{{field}}}"
        name = f"{metadata['name']}.{len(self.of('Event'))}"
        return self.add(
            item(
                "Event",
                name,
                self.namespace,
                age=ago,
                involvedObject=involved,
                reason=reason,
                message=message,
                lastTimestamp=stamp(ago),
                type="Warning",
            )
        )

    # --- workloads ---------------------------------------------------------------------------------------------

    def workload(
        self,
        kind: str,
        name: str,
        containers: Sequence[Manifest] | None = None,
        *,
        replicas: int = 1,
        age: float = 86400.0,
        **pod: Any,
    ) -> Manifest:
        """A workload of any kind with its healthy pods; returns the workload."""
        template = {
            "metadata": {"labels": {"app": name, "app.kubernetes.io/name": name}},
            "spec": {
                "containers": copy.deepcopy(list(containers or (container(),))),
                "restartPolicy": "Always",
                **copy.deepcopy(pod),
            },
        }
        return getattr(self, f"_{kind.lower()}")(name, template, replicas, age)  # type: ignore[no-any-return]

    def _deployment(self, name: str, template: Manifest, replicas: int, age: float) -> Manifest:
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
        top = self.add(item("Deployment", name, self.namespace, age=age, spec=spec, status=self._status(replicas)))
        self.revision(top, 1, replicas, age)
        return top

    def revision(
        self, deployment: Manifest, number: int, ready: int, age: float = 86400.0, *, pods: int | None = None
    ) -> Manifest:
        """A replica set of a deployment with its pods."""
        name = f"{deployment['metadata']['name']}-{number}"
        template = copy.deepcopy(deployment["spec"]["template"])
        spec = {
            "replicas": ready if pods is None else pods,
            "selector": deployment["spec"]["selector"],
            "template": template,
        }
        marks = {"annotations": {"deployment.kubernetes.io/revision": str(number)}}
        made = owned(
            item(
                "ReplicaSet",
                name,
                self.namespace,
                age=age,
                metadata=marks,
                spec=spec,
                status={"readyReplicas": ready, "replicas": spec["replicas"]},
            ),
            deployment,
        )
        self.add(made)
        for index in range(spec["replicas"]):
            self.pod(f"{name}-{index}", template, made, age)
        return made

    def _status(self, replicas: int) -> Manifest:
        conditions = [
            {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
        ]
        return {
            "replicas": replicas,
            "readyReplicas": replicas,
            "updatedReplicas": replicas,
            "observedGeneration": 1,
            "conditions": conditions,
        }

    def _statefulset(self, name: str, template: Manifest, replicas: int, age: float) -> Manifest:
        spec = {
            "replicas": replicas,
            "serviceName": name,
            "selector": {"matchLabels": {"app": name}},
            "template": template,
        }
        top = self.add(item("StatefulSet", name, self.namespace, age=age, spec=spec, status=self._status(replicas)))
        for index in range(replicas):
            self.pod(f"{name}-{index}", template, top, age)
        return top

    def _daemonset(self, name: str, template: Manifest, _replicas: int, age: float) -> Manifest:
        spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
        status = {"desiredNumberScheduled": 1, "currentNumberScheduled": 1, "numberReady": 1, "observedGeneration": 1}
        top = self.add(item("DaemonSet", name, self.namespace, age=age, spec=spec, status=status))
        self.pod(f"{name}-abcde", template, top, age)
        return top

    def _pod(self, name: str, template: Manifest, _replicas: int, age: float) -> Manifest:
        return self.pod(name, template, None, age)

    def _job(self, name: str, template: Manifest, _replicas: int, age: float) -> Manifest:
        template["spec"]["restartPolicy"] = "Never"
        done = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
        top = self.add(item("Job", name, self.namespace, age=age, spec={"template": template}, status=done))
        pod = self.pod(f"{name}-xyz12", template, top, age)
        pod["status"] |= {
            "phase": "Succeeded",
            "conditions": [{"type": "Ready", "status": "False", "reason": "PodCompleted"}],
        }
        for status in pod["status"]["containerStatuses"]:
            status |= {"ready": False, "state": {"terminated": ended(0, ago=age - 10)}}
        return top

    def pod(self, name: str, template: Manifest, owner: Manifest | None, age: float = 86400.0) -> Manifest:
        """A pod that is ready."""
        spec = {"nodeName": NODE, "serviceAccountName": "default", **copy.deepcopy(template["spec"])}
        conditions = [
            {"type": each, "status": "True"} for each in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
        ]
        init = [
            {"name": each["name"], "ready": True, "restartCount": 0, "state": {"terminated": ended(0, ago=age - 20)}}
            for each in spec.get("initContainers") or ()
        ]
        status = {
            "phase": "Running",
            "podIP": f"10.0.0.{len(self.of('Pod')) + 2}",
            "startTime": stamp(age),
            "conditions": conditions,
            "initContainerStatuses": init,
            "containerStatuses": [running(each["name"], age=age - 30) for each in spec["containers"]],
        }
        made = item(
            "Pod",
            name,
            self.namespace,
            age=age,
            metadata={"labels": dict(template["metadata"]["labels"])},
            spec=spec,
            status=status,
        )
        return self.add(owned(made, owner) if owner else made)

    # --- around workloads ----------------------------------------------------------------------------------------

    def service(
        self, name: str, *, selector: dict[str, str] | None = None, port: int = 80, target: Any = "http"
    ) -> Manifest:
        """A service with the endpoints that its pods give it."""
        wanted = selector or {"app": name}
        spec = {
            "type": "ClusterIP",
            "clusterIP": f"10.96.0.{len(self.of('Service')) + 10}",
            "selector": wanted,
            "ports": [{"port": port, "targetPort": target, "protocol": "TCP"}],
        }
        return self.add(item("Service", name, self.namespace, spec=spec))

    def ingress(self, name: str, service: str, *, port: int = 80, tls: str | None = None) -> Manifest:
        """An ingress with one rule."""
        backend = {"service": {"name": service, "port": {"number": port}}}
        spec: Manifest = {
            "ingressClassName": "nginx",
            "rules": [
                {
                    "host": f"{name}.example.com",
                    "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
                }
            ],
        }
        if tls:
            spec["tls"] = [{"hosts": [f"{name}.example.com"], "secretName": tls}]
        return self.add(item("Ingress", name, self.namespace, spec=spec))

    def autoscaler(self, workload: Manifest) -> Manifest:
        """An autoscaler by CPU that works."""
        target = {"apiVersion": workload["apiVersion"], "kind": workload["kind"], "name": workload["metadata"]["name"]}
        metric = {
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
        }
        conditions = [{"type": each, "status": "True", "reason": "Fine"} for each in ("AbleToScale", "ScalingActive")]
        for each in workload["spec"]["template"]["spec"]["containers"]:
            each.setdefault("resources", {"requests": {"cpu": "50m", "memory": "32Mi"}})
        return self.add(
            item(
                "HorizontalPodAutoscaler",
                target["name"],
                self.namespace,
                spec={"scaleTargetRef": target, "metrics": [metric], "maxReplicas": 5},
                status={"conditions": conditions},
            )
        )

    def budget(self, name: str, app: str, pods: int) -> Manifest:
        """A disruption budget that allows one eviction."""
        status = {
            "disruptionsAllowed": 1,
            "currentHealthy": pods,
            "desiredHealthy": pods - 1,
            "expectedPods": pods,
            "observedGeneration": 1,
        }
        return self.add(
            item(
                "PodDisruptionBudget",
                name,
                self.namespace,
                spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": app}}},
                status=status,
            )
        )

    def break_pods(
        self, name: str, make: Any, *, index: int = 0, phase: str = "Running", init: bool = False, age: float = 300.0
    ) -> list[Manifest]:
        """Give one container of every pod of a workload another status: ``make(container name)``."""
        field = "initContainerStatuses" if init else "containerStatuses"
        broken = self.pods_of(name)
        for pod in broken:
            status = pod["status"]
            states = status[field]
            states[index] = make(states[index]["name"])
            status["phase"] = phase
            pod["metadata"]["creationTimestamp"] = status["startTime"] = stamp(age)
            status["conditions"] = [
                each for each in status["conditions"] if each["type"] not in ("Ready", "ContainersReady")
            ]
            status["conditions"].append({"type": "Ready", "status": "False", "reason": "ContainersNotReady"})
        return broken

    def reader(self) -> "SnapshotReader":
        """What a cluster with these objects answers."""
        return SnapshotReader(self)


class SnapshotReader:
    """A `ClusterReader` over a scene. Slices are derived from services and ready pods, as their controller would."""

    context = "snapshot"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.asked: list[str] = []

    @property
    def namespace(self) -> str:
        """The context's namespace."""
        return self.scene.namespace

    def close(self) -> None:
        """Nothing to close."""

    def version(self) -> str:
        """Some version."""
        return "v1.35.0"

    def kinds(self) -> Sequence[ResourceKind]:
        """The metrics API, unless the scene says that it is not served."""
        kinds = [ResourceKind(api_version="metrics.k8s.io/v1beta1", kind="PodMetrics", plural="pods", namespaced=True)]
        return [each for each in kinds if each.kind not in self.scene.unserved]

    def get(self, ref: ObjectRef) -> Manifest | None:
        """One object."""
        found = [
            each for each in self.scene.of(ref.kind, ref.name) if each["metadata"].get("namespace") == ref.namespace
        ]
        return found[0] if found else None

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
    ) -> list[Manifest]:
        """Objects of a kind; releases are told apart from other secrets by the label selector."""
        if kind in self.scene.unserved:
            raise Denied(f"{kind} is forbidden")
        items = list(self._slices()) if kind == "EndpointSlice" else self.scene.of(kind)
        if kind == "Secret":
            items = [each for each in items if (each.get("type") == "helm.sh/release.v1") == bool(labels)]
        return [
            copy.deepcopy(each)
            for each in items
            if namespace is None or each["metadata"].get("namespace") in (None, namespace)
        ]

    def _slices(self) -> Iterator[Manifest]:
        for service in self.scene.of("Service"):
            wanted = service["spec"].get("selector") or {}
            addresses = [
                {"addresses": [pod["status"]["podIP"]], "conditions": {"ready": True}}
                for pod in self.scene.of("Pod")
                if wanted and wanted.items() <= pod["metadata"]["labels"].items() and _ready(pod)
            ]
            name = service["metadata"]["name"]
            yield item(
                "EndpointSlice",
                f"{name}-x",
                self.scene.namespace,
                metadata={"labels": {"kubernetes.io/service-name": name}},
                endpoints=addresses,
            )

    def watch(
        self, api_version: str, kind: str, namespace: str | None = None, *, since: str | None = None, seconds: int = 60
    ) -> Iterator[WatchEvent]:
        """Nothing ever changes."""
        yield from ()

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
        """What the scene's containers printed."""
        self.asked.append(f"log {pod}/{container}")
        return self.scene.logs.get((pod, container or "", previous), "")

    def request(self, ref: ObjectRef, port: int | str, path: str = "/", *, seconds: float = 5.0) -> Answer:
        """What the scene's ports answer; nobody listens by default."""
        self.asked.append(f"GET {ref.name}:{port}{path}")
        for key in ((ref.name, int(port), path), (ref.name, int(port), "*")):
            if found := self.scene.answers.get(key):
                if isinstance(found, Exception):
                    raise found
                return found
        raise Retryable(
            f'error trying to reach service: dial tcp 10.0.0.9:{port}: connect: connection refused (GET "{path}")'
        )

    def can(self, verb: str, ref: ObjectRef) -> bool:
        """Everything that the scene does not forbid."""
        return ref.kind not in self.scene.unserved

    def preview(self, action: Action) -> Manifest | None:
        """The object merged with what the action sets, as far as repairs need it: patches, rollbacks, deletions."""
        if isinstance(action, Rollback):
            action = rollouts.rollback_patch(self, action.target, action.revision)
        if not isinstance(action, Patch):
            return None
        found: Manifest = merging.strategic(copy.deepcopy(self.get(action.target)), action.patch)
        return found


def _ready(pod: Manifest) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"].get("conditions") or ())
