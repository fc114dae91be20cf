"""What the operator tells Prometheus: counters and gauges by name, and their text form (version 0.0.4)."""

import threading
from collections.abc import Callable, Mapping

Labels = tuple[tuple[str, str], ...]
Gauges = Callable[[], Mapping[tuple[str, Labels], float]]

HELP: dict[str, tuple[str, str]] = {
    "kora_leader": ("gauge", "1 while this process leads."),
    "kora_paused": ("gauge", "1 while a policy or the kill switch stops every change."),
    "kora_findings": ("gauge", "Findings that are active, by cause."),
    "kora_plans": ("gauge", "Plans, by state."),
    "kora_circuit_open": ("gauge", "1 while the circuit breaker holds changes back."),
    "kora_watched_objects": ("gauge", "Objects in memory, by kind."),
    "kora_watches": ("gauge", "Watches, by health."),
    "kora_looks_total": ("counter", "Diagnoses from memory."),
    "kora_look_seconds_total": ("counter", "Seconds spent diagnosing."),
    "kora_passes_total": ("counter", "Passes of healing."),
    "kora_pass_failures_total": ("counter", "Passes that ended with an error."),
    "kora_fates_total": ("counter", "What became of findings, by fate."),
    "kora_watch_restarts_total": ("counter", "Watches that broke or had to list again."),
    "kora_api_requests_total": ("counter", "Requests to the API server, by verb."),
    "kora_record_failures_total": ("counter", "Records that could not be written at once."),
    "kora_approvals_total": ("counter", "Approvals that were looked at, by what came of them."),
    "kora_alerts_total": ("counter", "Alerts, by channel and whether they were sent."),
    "kora_audit_available": ("gauge", "1 when the last attempt to record something in the audit log succeeded."),
    "kora_rightsize_workloads": ("gauge", "Containers, by whether what they ask for fits what they use."),
}
"""Every metric: type and meaning. Others are not counted."""


class Metrics:
    """Counters that grow, and gauges that are asked for when somebody looks."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Labels], float] = {}
        self._gauges: list[Gauges] = []
        self._lock = threading.Lock()

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count something."""
        assert name in HELP, f"the metric {name} is not declared"
        key = name, tuple(sorted(labels.items()))
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + amount

    def ask(self, gauges: Gauges) -> None:
        """Ask `gauges` whenever somebody looks."""
        self._gauges.append(gauges)

    def value(self, name: str, **labels: str) -> float:
        """One count; 0 when nothing was counted."""
        with self._lock:
            return self._counts.get((name, tuple(sorted(labels.items()))), 0)

    def text(self) -> str:
        """Everything, in Prometheus' text format."""
        with self._lock:
            values = dict(self._counts)
        for gauges in self._gauges:
            values.update(gauges())
        lines: list[str] = []
        for name, (kind, meaning) in HELP.items():
            mine = sorted((labels, value) for (each, labels), value in values.items() if each == name)
            if mine:
                lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
                lines += [f"{name}{_labels(labels)} {_number(value)}" for labels, value in mine]
        return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.6f}"
