"""An operator in one thread over a `FakeCluster`: the product's own loop, books and jobs; watches become a comparison
of lists, jobs run where they are begun. Time is the virtual clock's alone.

    operator = FakeOperator(cluster, home, clock)
    operator.turn(30)                                  # half a minute of its life
    restarted = operator.again()                       # another process on the same cluster and volume
"""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import httpx

from kora.audit import AuditLog
from kora.cluster.port import ClusterReader, ClusterWriter
from kora.cluster.records import OPERATOR, Allowed
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.risk import Autonomy
from kora.helm.port import HelmEngine
from kora.kit.clock import VirtualClock
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operator.alerts import Alerts
from kora.operator.approvals import ApprovalDesk, admission_proof
from kora.operator.cached_reader import FreshReader, MemoryReader
from kora.operator.jobs import Crew, Gatekeeper, Job, Means
from kora.operator.logs import Log
from kora.operator.metrics import Metrics
from kora.operator.mirror import Health, Mirror, Stream, own_streams
from kora.operator.policies import Coverage
from kora.operator.reconciler import Operator, Parts
from kora.operator.trimming import trim
from kora.policy.document import API_VERSION
from kora.testing.cluster import FakeCluster
from kora.testing.records import FakeRecords, serve_records

HOME = "kora"
RULE = "kora-approvals"
_ADMISSION = "admissionregistration.k8s.io/v1"


class PumpedMirror:
    """Keeps the streams that are wanted as the cluster has them, whenever `pump` is called."""

    def __init__(self, cluster: FakeCluster, mirror: Mirror) -> None:
        self._cluster, self._mirror = cluster, mirror
        self._wanted: frozenset[Stream] = frozenset()
        self._deaf: set[str] = set()

    def want(self, streams: frozenset[Stream]) -> None:
        """Keep exactly these."""
        for each in self._wanted - streams:
            self._mirror.close(each)
        for each in streams - self._wanted:
            self._mirror.open(each)
        self._wanted = streams
        self.pump()

    def pump(self) -> None:
        """See what changed."""
        for stream in sorted(self._wanted, key=str):
            if stream.name in self._deaf:
                continue
            read = stream.read
            items = self._cluster.list(
                read.api_version, read.kind, stream.namespace, labels=read.labels, fields=stream.fields
            )
            table = self._mirror.table(stream)
            if table is not None and table.health is Health.LIVE and _same(table.objects, stream.name, items):
                continue
            self._mirror.fill(stream, items)

    def deafen(self, kind: str, health: Health, reason: str = "") -> None:
        """Let the watches of a kind break, or be refused."""
        self._deaf.add(kind)
        for stream in self._wanted:
            if stream.name == kind:
                self._mirror.mark(stream, health, reason)


def _same(objects: dict[Any, Manifest], name: str, items: list[Manifest]) -> bool:
    versions = {(each["metadata"].get("namespace"), each["metadata"]["name"]): each["metadata"] for each in items}
    return objects.keys() == versions.keys() and all(
        trim(name, objects[key])["metadata"]["resourceVersion"] == each["resourceVersion"]
        for key, each in versions.items()
    )


class PumpingClock(VirtualClock):
    """While somebody sleeps the watches go on."""

    def __init__(self) -> None:
        super().__init__()
        self.pumps: list[Callable[[], None]] = []

    def advance(self, seconds: float) -> None:
        """Move on, and see what changed."""
        super().advance(seconds)
        for each in self.pumps:
            each()


class InlineCrew(Crew):
    """Does every job at once, where it is begun."""

    begun: list[Job]

    def begin(self, job: Job) -> None:
        """Do it."""
        self.begun = [*getattr(self, "begun", []), job]
        self._work(job)


@dataclass
class FakeOperator:
    """One process. leads: whether it holds the Lease. writer: wraps the writer of every job (crashes are put there)."""

    cluster: FakeCluster
    home: Path
    clock: PumpingClock
    helm: HelmEngine | None = None
    most: Autonomy = Autonomy.AUTONOMOUS
    given: tuple[str, ...] = ()
    writer: Callable[[ClusterWriter], ClusterWriter] = lambda writer: writer
    leads: bool = True
    posted: list[httpx.Request] = field(default_factory=list)
    address: str | None = "https://hooks.example.com/T0/secret-path"
    prometheus: str | None = None
    """Where a Prometheus is."""

    def __post_init__(self) -> None:
        self.lines = io.StringIO()
        self.log, self.metrics = Log(self.lines, level="debug"), Metrics()
        self.mirror = Mirror(self._changed)
        self.pumped = PumpedMirror(self.cluster, self.mirror)
        self.records = FakeRecords(self.cluster, Allowed(kinds=OPERATOR))
        self.memory = MemoryReader(self.cluster, self.mirror, self._covers, self.pod_metrics, None, self._reads_logs)
        fresh = FreshReader(self.cluster, self.mirror, self._covers, self.pod_metrics, None, self._reads_logs)
        gate = Gatekeeper(lambda: self.leads, lambda: self.coverage, self.home)
        self.audit = AuditLog(self.home / "audit")
        self.means = Means(
            fresh, self.audit, self.home, self.helm, lambda: self.coverage, gate, self._progress, self._open
        )
        self.means = replace(self.means, prometheus=self.prometheus)
        self.crew = InlineCrew(self.means, lambda: None)
        self.alerts = Alerts(
            self.records,
            lambda _space, _channel: self.address,
            self.metrics,
            self.log,
            transport=httpx.MockTransport(self._take_post),
        )
        desk = ApprovalDesk(
            self.records,
            PlanStore(self.home),
            self.means.context,
            self._unproven,
            lambda record: self.operator.plans.namespace_of(record),
        )
        self.operator = Operator(
            Parts(
                mirror=self.mirror,
                own=own_streams(None),
                want=self.pumped.want,
                reader=self.memory,
                records=self.records,
                means=self.means,
                crew=self.crew,
                desk=desk,
                alerts=self.alerts,
                metrics=self.metrics,
                log=self.log,
                home=HOME,
                given=self.given,
                most=self.most,
            )
        )
        self.pumped.want(frozenset(own_streams(None)))
        self.clock.pumps = [self.pumped.pump]

    @property
    def coverage(self) -> Coverage:
        """The policies as this process knows them."""
        return self.operator.coverage

    def _covers(self, namespace: str) -> bool:
        return self.coverage.covers(namespace)

    def _reads_logs(self, namespace: str) -> bool:
        return self.coverage.reads_logs(namespace)

    def _changed(self, stream: Stream, item: Manifest) -> None:
        if hasattr(self, "operator"):
            self.operator.changed(stream, item)

    def _progress(self, namespace: str, progress: Any) -> None:
        self.operator.progress(namespace, progress)

    def _open(self, _reader: ClusterReader) -> ClusterWriter:
        return self.writer(self.cluster.open_writer())

    def _unproven(self) -> str | None:
        return admission_proof(self.cluster.get, (RULE, RULE))

    def _take_post(self, request: httpx.Request) -> httpx.Response:
        self.posted.append(request)
        return httpx.Response(200)

    def pod_metrics(self, namespace: str | None) -> list[Manifest]:
        """What was measured last."""
        return self.cluster.list("metrics.k8s.io/v1beta1", "PodMetrics", namespace)

    # --- its life -----------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """One turn of the loop, with what the cluster says now."""
        self.pumped.pump()
        self.operator.tick()

    def turn(self, seconds: float = 30, step: float = 1.0) -> None:
        """Live for so long, one turn every `step` seconds."""
        ends = self.clock.monotonic() + seconds
        while self.clock.monotonic() < ends:
            self.tick()
            self.clock.advance(step)
        self.tick()

    def send_alerts(self) -> None:
        """Send what is queued."""
        while not self.alerts._queue.empty():
            self.alerts.send(*self.alerts._queue.get())

    def again(self, **changes: Any) -> "FakeOperator":
        """Another process over the same cluster and volume."""
        given = {"helm": self.helm, "most": self.most, "given": self.given} | changes
        return FakeOperator(self.cluster, self.home, self.clock, **given)

    # --- what tests look at -------------------------------------------------------------------------------------------

    def policy(self, name: str = "care", namespace: str = HOME, **spec: Any) -> Manifest:
        """Put an AgentPolicy there."""
        made = {"apiVersion": API_VERSION, "kind": "AgentPolicy", "spec": spec}
        return self.cluster.add(made | {"metadata": {"name": name, "namespace": namespace}})

    def objects(self, kind: str, namespace: str | None = None) -> list[Manifest]:
        """Kora's own objects of a kind."""
        return self.cluster.list(API_VERSION, kind, namespace)

    def plans(self) -> Sequence[PlanRecord]:
        """The plans of the volume, oldest first."""
        return sorted(PlanStore(self.home).everything()[0], key=lambda each: each.plan.made_at)

    def approve(
        self, plan: str, plan_hash: str, *, person: str = "ana", decision: str = "approve", name: str = "yes-1",
        namespace: str = "shop",
    ) -> ObjectRef:  # fmt: skip
        """Put an Approval there."""
        spec = {"plan": plan, "hash": plan_hash, "approver": person, "decision": decision}
        made = {"apiVersion": API_VERSION, "kind": "Approval", "spec": spec}
        return ObjectRef.of(self.cluster.add(made | {"metadata": {"name": name, "namespace": namespace}}))

    def said(self) -> list[dict[str, Any]]:
        """The log's lines."""
        return [cast(dict[str, Any], json.loads(each)) for each in self.lines.getvalue().splitlines()]


def prepare(cluster: FakeCluster, *, proven: bool = True) -> FakeCluster:
    """Let the cluster serve what an operator needs; `proven`: with the admission rule in force."""
    serve_records(cluster)
    cluster.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}})
    if proven:
        rule = {"apiVersion": _ADMISSION, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": RULE}}
        bound = {"apiVersion": _ADMISSION, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": RULE}}
        cluster.add(rule | {"spec": {"failurePolicy": "Fail"}})
        cluster.add(bound | {"spec": {"policyName": RULE, "validationActions": ["Deny"]}})
    return cluster
