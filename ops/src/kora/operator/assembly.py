"""Puts an operator together for a real cluster and runs it until it is told to stop or loses the lead."""

import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kora.audit import AuditLog
from kora.audit.keys import open_log
from kora.audit.records import AuditEntry, AuditRecord, AuditUnavailable
from kora.cluster.client import KubernetesReader
from kora.cluster.records import OPERATOR, Allowed, open_records
from kora.domain.actors import Actor, Surface
from kora.domain.progress import Progress
from kora.domain.risk import Autonomy
from kora.helm.apart import ApartEngine
from kora.helm.port import HelmEngine
from kora.kit import clock
from kora.kit.errors import Denied, KoraError
from kora.kit.ids import new_id
from kora.operations.heal.together import SideBySide
from kora.operations.plans.store import PlanStore
from kora.operator.alerts import Alerts
from kora.operator.approvals import ApprovalDesk, admission_proof
from kora.operator.cached_reader import FreshReader, MemoryReader
from kora.operator.election import Election
from kora.operator.endpoints import Answer, serve
from kora.operator.jobs import NAME, Crew, Gatekeeper, Means, secret_value
from kora.operator.logs import Log
from kora.operator.metrics import Labels, Metrics
from kora.operator.mirror import Mirror, Stream, own_streams
from kora.operator.policies import Coverage
from kora.operator.reconciler import Operator, Parts, unhealthy
from kora.operator.usage import Usage
from kora.operator.watches import ClusterSource, Watches
from kora.tools.context import Context
from kora.tools.guards import Halted

STALLED_SECONDS = 120.0


@dataclass(frozen=True)
class Settings:
    """What the command line says.

    namespace: the operator's own. namespaces: where policies are read and may reach (empty: everywhere).
    admission: the names of the rule that proves who made an Approval, and of its binding; None: the installer vouches.
    most: the highest level that has effect. applies: whether plans that a person approved are carried out here.
    prometheus: address of a Prometheus that is asked for use instead of the operator's own samples.
    secrets, cluster: whether Secrets and what belongs to the whole cluster are read.
    """

    namespace: str
    namespaces: tuple[str, ...] = ()
    host: str = "0.0.0.0"  # noqa: S104 - a pod's port; the NetworkPolicy says who may reach it
    port: int = 8081
    lease: str = "kora-operator"
    admission: tuple[str, str] | None = ("kora-approvals", "kora-approvals")
    most: Autonomy = Autonomy.AUTONOMOUS
    applies: bool = True
    secrets: bool = True
    cluster: bool = True
    prometheus: str | None = None
    console_port: int | None = None
    console_hosts: tuple[str, ...] = ()
    log: Log = field(default_factory=Log)


class WatchfulRecorder:
    """The audit log, remembering whether it could be written last."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self.available = True

    def append(self, entry: AuditEntry) -> AuditRecord:
        """As `AuditLog.append`."""
        try:
            record = self._log.append(entry)
        except AuditUnavailable:
            self.available = False
            raise
        self.available = True
        return record


class Assembly:
    """Everything of one process: put together here, run by `run`."""

    def __init__(
        self,
        reader: KubernetesReader,
        home: Path,
        settings: Settings,
        *,
        helm: HelmEngine | None = None,
        previewer: KubernetesReader | None = None,
    ) -> None:
        self.settings, self.home, self.reader = settings, home, reader
        self.log, self.metrics = settings.log, Metrics()
        self.stop = threading.Event()
        self.lost = threading.Event()
        where = settings.namespace, settings.lease
        identity = f"{os.environ.get('POD_NAME') or socket.gethostname()}_{new_id('life')}"
        lease_records = open_records(reader, Allowed(kinds={}, lease=where))
        self.election = Election(reader, lease_records, *where, identity, self._election_failed)
        self.records = open_records(reader, Allowed(kinds=OPERATOR, still=self._require_lead))
        self.audit = open_log(home / "audit")
        self.recorder = WatchfulRecorder(self.audit)
        self.mirror = Mirror(self._changed)
        self.watches = Watches(ClusterSource(reader), self.mirror, self._watch_failed)
        self.usage = Usage(reader, home, self.covers, self.metrics, self.log)
        self._listeners: list[Callable[[Progress], None]] = []
        self.memory = MemoryReader(reader, self.mirror, self.covers, self.usage.pods, None, self.reads_logs)
        self.fresh = FreshReader(reader, self.mirror, self.covers, self.usage.pods, previewer, self.reads_logs)
        engine = helm or ApartEngine()
        gate = Gatekeeper(lambda: self.election.leads, lambda: self.coverage, home)
        self.means = Means(self.fresh, self.recorder, home, engine, lambda: self.coverage, gate, self._progress)
        self.means = replace(self.means, prometheus=settings.prometheus, together=SideBySide())
        crew = Crew(self.means, self._wake)
        desk = ApprovalDesk(
            self.records, PlanStore(home), self.means.context, self._unproven, lambda record: self._plan_space(record)
        )
        alerts = Alerts(self.records, self._address, self.metrics, self.log)
        self.alerts = alerts
        self.operator = Operator(
            Parts(
                mirror=self.mirror,
                own=own_streams(self.own_spaces),
                want=self.watches.want,
                reader=self.memory,
                told=self._told,
                records=self.records,
                means=self.means,
                crew=crew,
                desk=desk,
                alerts=alerts,
                metrics=self.metrics,
                log=self.log,
                home=settings.namespace,
                given=settings.namespaces,
                most=settings.most,
                secrets=settings.secrets,
                cluster=settings.cluster,
            )
        )
        self.metrics.ask(self._gauges)

    @property
    def own_spaces(self) -> Sequence[str] | None:
        """Where Kora's own kinds are read; None: everywhere."""
        named = self.settings.namespaces
        return tuple(dict.fromkeys((self.settings.namespace, *named))) if named else None

    @property
    def coverage(self) -> Coverage:
        """The policies as they are now."""
        return self.operator.coverage

    def covers(self, namespace: str) -> bool:
        """Whether a namespace may be read: a policy names it."""
        return self.coverage.covers(namespace)

    def reads_logs(self, namespace: str) -> bool:
        """Whether the logs of a namespace may be read."""
        return self.coverage.reads_logs(namespace)

    # --- running ----------------------------------------------------------------------------------------------------

    def run(self) -> bool:
        """Serve until `stop`; whether it ended in good order (not by losing the lead)."""
        server = serve(
            self.settings.host,
            self.settings.port,
            {"/metrics": lambda: (200, self.metrics.text()), "/healthz": self._healthy, "/readyz": self._ready},
        )
        self.log.say("Started.", port=server.server_address[1], namespace=self.settings.namespace)
        self.alerts.start()
        console = self._open_console()
        led = threading.Event()

        def change(leads: bool) -> None:
            self.log.say(
                "This process leads." if leads else "This process no longer leads.", identity=self.election.identity
            )
            if leads:
                led.set()
            else:
                self.lost.set()
                self.stop.set()
                self._wake()

        candidate = threading.Thread(target=self.election.run, args=(self.stop, change), name="election", daemon=True)
        candidate.start()
        while not self.stop.is_set() and not led.wait(0.2):
            self.operator.beat = clock.monotonic()
        if led.is_set() and not self.stop.is_set():
            self.usage.start(self.stop, lambda: self.coverage, self.operator.namespaces)
            self.operator.run(self.stop)
        self.watches.stop()
        candidate.join(5.0)
        server.shutdown()
        if console is not None:
            console.should_exit = True
        self.log.say("Ended.")
        return not self.lost.is_set()

    def _open_console(self) -> Any:
        """Serve the console when that was asked for; its modules are loaded only then."""
        if self.settings.console_port is None:
            return None
        from kora.operator.console import Hands, OperatorDesk, TokenSessions, serve_console

        sessions = TokenSessions(self.reader, self.operator.namespaces)
        hands = Hands(
            context_for=self.means.context,
            why_not=self.means.gate.why_not,
            space_of=self._plan_space,
            namespaces=self.operator.namespaces,
            applies=self.settings.applies,
            wake=self._wake,
        )
        actor = Actor(name=NAME, surface=Surface.CONSOLE)
        context = Context(actor=actor, reader=self.memory, audit=self.recorder, home=self.home)
        desk = OperatorDesk(context, self.audit, hands, sessions)
        self._listeners.append(desk.progress)
        where = self.settings.host, self.settings.console_port
        return serve_console(desk, sessions, *where, self.settings.console_hosts)

    def _told(self, progress: Progress) -> None:
        for each in self._listeners:
            each(progress)

    def end(self) -> None:
        """Stop in good order."""
        self.stop.set()
        self._wake()

    # --- questions of the parts -------------------------------------------------------------------------------------

    def _require_lead(self) -> None:
        if not self.election.leads:
            raise Halted("another process leads")

    def _plan_space(self, record: Any) -> str:
        return self.operator.plans.namespace_of(record)

    def _unproven(self) -> str | None:
        names = self.settings.admission
        if not self.settings.applies:
            return "This operator only proposes; it was not given the right to carry plans out."
        if names is None:
            return None
        try:
            return admission_proof(self.reader.get, names)
        except Denied as error:
            return f"Whether the admission rule {names[0]} is in force can't be read: {error.message}"

    def _address(self, namespace: str, channel: Any) -> str | None:
        source = channel.url_from
        return None if source is None else secret_value(self.reader.get, namespace, source.name, source.key)

    def _changed(self, stream: Stream, item: Any) -> None:
        self.operator.changed(stream, item)

    def _wake(self) -> None:
        self.operator.wake()

    def _progress(self, namespace: str, progress: Progress) -> None:
        self.operator.progress(namespace, progress)

    def _watch_failed(self, stream: Stream, what: str) -> None:
        if not self.stop.is_set():
            self.log.say(f"Watching {stream}: {what}", level="warning")

    def _election_failed(self, error: KoraError) -> None:
        self.log.say(f"Election: {error.message}", level="warning")

    # --- what others ask --------------------------------------------------------------------------------------------

    def _healthy(self) -> Answer:
        stalled = clock.monotonic() - self.operator.beat
        return (200, "ok\n") if stalled < STALLED_SECONDS else (503, f"the loop stands still for {stalled:.0f} s\n")

    def _ready(self) -> Answer:
        if not self.election.leads:
            return 200, "waiting to lead\n"
        if self.operator.ready:
            return 200, "ok\n"
        return 503, "\n".join(["not everything is known yet", *unhealthy(self.mirror)[:20]]) + "\n"

    def _gauges(self) -> dict[tuple[str, Labels], float]:
        found: dict[tuple[str, Labels], float] = {
            ("kora_leader", ()): float(self.election.leads),
            ("kora_audit_available", ()): float(self.recorder.available),
            ("kora_watch_restarts_total", ()): float(self.watches.restarts),
        }
        for verb, count in self.reader.connection.sent.items():
            found["kora_api_requests_total", (("verb", verb),)] = float(count)
        return found
