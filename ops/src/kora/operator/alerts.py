"""Telling people: new findings, plans that wait, cures that worked or did not, through the channels of the policy.

A bounded queue and one thread: whatever a channel does, nothing else waits for it. Texts are redacted before they go;
an address comes from a Secret and appears nowhere.
"""

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from kora.cluster.records import RecordWriter
from kora.domain.objects import ObjectRef
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.kit.redaction import redact_text
from kora.operator.logs import Log
from kora.operator.metrics import Metrics
from kora.policy.document import Channel

QUEUED = 200
ATTEMPTS, PAUSE_SECONDS, ANSWER_SECONDS = 3, 2.0, 5.0
LONGEST = 1000


@dataclass(frozen=True)
class Alert:
    """One thing to tell. kind: ``finding``, ``waiting``, ``healed``, ``escalated``, ``rolled_back``, ``failed``."""

    kind: str
    severity: str
    about: ObjectRef
    namespace: str
    text: str
    finding: str
    cause: str
    plan: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For webhooks."""
        shown = {
            "kind": self.kind,
            "severity": self.severity,
            "namespace": self.namespace,
            "object": {"kind": self.about.kind, "name": self.about.name, "namespace": self.about.namespace},
            "cause": self.cause,
            "finding": self.finding,
            "text": redact_text(self.text)[:LONGEST],
            "time": clock.now().isoformat(),
        }
        return shown | ({"plan": self.plan} if self.plan else {})

    def as_line(self) -> str:
        """For people."""
        follow = f" Approve or reject {self.plan}." if self.plan and self.kind == "waiting" else ""
        return redact_text(f"[{self.severity}] {self.namespace}: {self.cause} — {self.text}{follow}")[:LONGEST]


AddressOf = Callable[[str, Channel], str | None]
"""Namespace of the policy and a channel to its address; None when it can't be had."""


class Alerts:
    """Sends alerts in a thread of its own."""

    def __init__(
        self,
        records: RecordWriter,
        address_of: AddressOf,
        metrics: Metrics,
        log: Log,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._records, self._address_of, self._metrics, self._log = records, address_of, metrics, log
        self._transport = transport
        self._queue: queue.Queue[tuple[Alert, Channel, str]] = queue.Queue(QUEUED)

    def start(self) -> None:
        """Begin to send."""
        threading.Thread(target=self._run, name="alerts", daemon=True).start()

    def tell(self, alert: Alert, channels: tuple[Channel, ...], policy_namespace: str) -> None:
        """Queue it for every channel; when the queue is full it is dropped and counted."""
        for channel in channels:
            try:
                self._queue.put_nowait((alert, channel, policy_namespace))
            except queue.Full:
                self._metrics.add("kora_alerts_total", channel=channel.type, sent="dropped")

    def _run(self) -> None:
        while True:
            self.send(*self._queue.get())

    def send(self, alert: Alert, channel: Channel, policy_namespace: str) -> bool:
        """Send one now; whether it arrived."""
        sent = self._event(alert) if channel.type == "event" else self._post(alert, channel, policy_namespace)
        self._metrics.add("kora_alerts_total", channel=channel.type, sent="yes" if sent else "no")
        return sent

    def _event(self, alert: Alert) -> bool:
        now = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {"kind": alert.about.kind, "name": alert.about.name, "apiVersion": alert.about.api_version}
        if alert.about.namespace:
            about["namespace"] = alert.about.namespace
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"generateName": "kora-", "namespace": alert.namespace},
            "involvedObject": about,
            "type": "Normal" if alert.kind == "healed" else "Warning",
            "reason": _REASONS.get(alert.kind, "KoraFinding"),
            "message": alert.as_line(),
            "source": {"component": "kora"},
            "reportingComponent": "kora.taskora.dev/operator",
            "reportingInstance": "kora",
            "action": alert.kind,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        try:
            self._records.create(event)
        except KoraError as error:
            self._log.say(f"An event could not be written: {error.message}", level="warning")
            return False
        return True

    def _post(self, alert: Alert, channel: Channel, policy_namespace: str) -> bool:
        address = self._address_of(policy_namespace, channel)
        if address is None or not address.startswith(("https://", "http://")):
            self._log.say("A channel has no usable address.", level="warning", channel=channel.type)
            return False
        body = {"text": alert.as_line()} if channel.type == "slack" else alert.as_json()
        for attempt in range(1, ATTEMPTS + 1):
            if self._posted(address, json.dumps(body).encode(), channel.type):
                return True
            if attempt < ATTEMPTS:
                clock.sleep(PAUSE_SECONDS * attempt)
        return False

    def _posted(self, address: str, body: bytes, channel: str) -> bool:
        try:
            with httpx.Client(transport=self._transport, timeout=ANSWER_SECONDS, follow_redirects=False) as client:
                answer = client.post(address, content=body, headers={"Content-Type": "application/json"})
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self._log.say("An alert was not taken.", level="warning", channel=channel, problem=type(error).__name__)
            return False
        if answer.status_code >= 300:
            self._log.say("An alert was not taken.", level="warning", channel=channel, problem=answer.status_code)
        return answer.status_code < 300


_REASONS = {
    "finding": "KoraFinding",
    "waiting": "KoraPlanWaits",
    "healed": "KoraHealed",
    "escalated": "KoraEscalated",
    "rolled_back": "KoraRolledBack",
    "failed": "KoraFailed",
}
