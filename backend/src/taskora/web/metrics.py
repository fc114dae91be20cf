"""Prometheus metrics of this process, on a registry of our own: routes by template, never by path."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What /metrics tells."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "taskora_http_requests_total",
            "Answered requests.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._duration = Histogram(
            "taskora_http_request_duration_seconds",
            "Time to the end of the answer; event streams are left out.",
            ("method", "route"),
            buckets=_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self._open = Gauge("taskora_http_requests_open", "Requests being answered now.", registry=self.registry)

    def begin(self) -> None:
        """A request came in."""
        self._open.inc()

    def end(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """A request was answered; no `seconds` for a stream."""
        self._open.dec()
        verb = method if method in _METHODS else "OTHER"
        self._requests.labels(verb, route, str(status)).inc()
        if seconds is not None:
            self._duration.labels(verb, route).observe(seconds)

    def text(self) -> bytes:
        """The exposition text."""
        return generate_latest(self.registry)
