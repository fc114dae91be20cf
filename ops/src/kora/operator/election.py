"""Who leads: a Lease (coordination.k8s.io/v1) that its holder renews every ten seconds and that others take over
fifteen seconds after the last renewal that they saw. By client-go's rule nobody trusts another machine's clock: only
the time since a change was observed counts.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from kora.cluster.errors import ObjectMoved
from kora.cluster.port import ClusterReader
from kora.cluster.records import LEASE_API, RecordWriter
from kora.domain.objects import Manifest, ObjectRef
from kora.kit import clock
from kora.kit.errors import KoraError

LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS = 15.0, 10.0, 2.0


class Election:
    """One candidate.

    identity: unlike any other candidate's, also that of an earlier life of this pod.
    """

    def __init__(
        self,
        reader: ClusterReader,
        records: RecordWriter,
        namespace: str,
        name: str,
        identity: str,
        on_trouble: Callable[[KoraError], None] = lambda _error: None,
    ) -> None:
        self._reader, self._records = reader, records
        self._ref = ObjectRef(api_version=LEASE_API, kind="Lease", namespace=namespace, name=name)
        self.identity = identity
        self._on_trouble = on_trouble
        self._renewed = float("-inf")
        self._seen: tuple[object, float] | None = None
        self._lease: Manifest | None = None

    @property
    def leads(self) -> bool:
        """Whether this process may act now: it stops by itself when it could not renew in time, before anybody else
        takes over."""
        return clock.monotonic() - self._renewed < LEASE_SECONDS - RETRY_SECONDS

    def step(self) -> bool:
        """Try to get or keep the lead once; whether this process leads then."""
        began = clock.monotonic()
        try:
            if self._attempt():
                self._renewed = began
        except KoraError as error:  # the lead is lost by time alone
            self._on_trouble(error)
            self._lease = None
        return self.leads

    def _attempt(self) -> bool:
        lease = self._lease if self.leads else None
        if lease is None:
            lease = self._reader.get(self._ref)
        if lease is None:
            self._lease = self._records.create(self._fresh(None))
            return True
        spec = lease.get("spec") or {}
        holder = spec.get("holderIdentity") or ""
        if holder not in ("", self.identity) and not self._abandoned(
            lease, float(spec.get("leaseDurationSeconds") or 0)
        ):
            return False
        try:
            self._lease = self._records.replace(self._fresh(lease))
        except ObjectMoved:  # another one was quicker, or an answer of ours got lost: look again at the next step
            self._lease = None
            return False
        return True

    def _abandoned(self, lease: Manifest, seconds: float) -> bool:
        mark = lease["metadata"].get("resourceVersion")
        if self._seen is None or self._seen[0] != mark:
            self._seen = mark, clock.monotonic()
        return clock.monotonic() - self._seen[1] >= max(seconds, LEASE_SECONDS)

    def _fresh(self, lease: Manifest | None) -> Manifest:
        """The Lease with us as its holder."""
        now = _micro(clock.now())
        spec = dict((lease or {}).get("spec") or {})
        if spec.get("holderIdentity") != self.identity:
            spec["acquireTime"] = now
            spec["leaseTransitions"] = int(spec.get("leaseTransitions") or 0) + (1 if lease else 0)
        spec |= {"holderIdentity": self.identity, "leaseDurationSeconds": int(LEASE_SECONDS), "renewTime": now}
        metadata = {"name": self._ref.name, "namespace": self._ref.namespace}
        if lease is not None:
            metadata = {**lease["metadata"]}
            metadata.pop("managedFields", None)
        return {"apiVersion": LEASE_API, "kind": "Lease", "metadata": metadata, "spec": spec}

    def give_up(self) -> None:
        """Let the next one lead at once; called in good order at the end."""
        lease, self._renewed = self._lease, float("-inf")
        if lease is None:
            return
        try:
            self._records.replace({**lease, "spec": {**lease["spec"], "holderIdentity": ""}})
        except KoraError as error:
            self._on_trouble(error)

    def run(self, stop: threading.Event, on_change: Callable[[bool], None]) -> None:
        """Take part until `stop`; tells whenever the lead changes."""
        led = False
        while not stop.is_set():
            leads = self.step()
            if leads is not led:
                led = leads
                on_change(leads)
            renewed = clock.monotonic() - self._renewed < RETRY_SECONDS
            stop.wait(RENEW_SECONDS if renewed else RETRY_SECONDS)
        self.give_up()


def _micro(moment: datetime) -> str:
    """MicroTime, as Leases write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
