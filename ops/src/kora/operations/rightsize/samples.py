"""Readings of use: from the metrics API now, from earlier runs, and from Prometheus when its address is given.

The metrics API answers with the same reading until it looks again itself (every 10 to 60 seconds), so a reading counts
once, by its own time. Readings are kept under ``$KORA_HOME/samples`` for a week: later runs know more.
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from kora.cluster.port import ClusterReader
from kora.domain.quantities import parse_quantity
from kora.kit import clock
from kora.kit.errors import Invalid, Retryable, Unavailable
from kora.kit.ids import digest

METRICS = "metrics.k8s.io/v1beta1"
KEPT = timedelta(days=7)
_TIMEOUT = 10.0


class NoMetrics(Unavailable):
    """Nothing measures the pods."""

    code = "NO_METRICS"
    default_message = "The cluster serves no metrics, so there is nothing to compute from."


class Reading(NamedTuple):
    """What one container of one pod used at one moment: cores and bytes."""

    namespace: str
    pod: str
    container: str
    at: str
    cpu: float
    memory: float


def look(reader: ClusterReader, namespaces: Sequence[str] | None) -> list[Reading]:
    """What the metrics API says now.

    Raises:
        Retryable: it does not answer.
    """
    spaces: Iterable[str | None] = (None,) if namespaces is None else namespaces
    found: list[Reading] = []
    for space in spaces:
        for pod in reader.list(METRICS, "PodMetrics", space):
            found += readings_of(pod)
    return found


def readings_of(pod: dict[str, Any]) -> Iterable[Reading]:
    """The readings in one PodMetrics object."""
    metadata = pod["metadata"]
    for each in pod.get("containers") or ():
        usage = each.get("usage") or {}
        cpu, memory = (parse_quantity(usage.get(name)) for name in ("cpu", "memory"))
        if cpu is not None and memory is not None:
            at = str(pod.get("timestamp") or clock.now().isoformat())
            yield Reading(metadata["namespace"], metadata["name"], each["name"], at, float(cpu), float(memory))


def sample(
    reader: ClusterReader,
    namespaces: Sequence[str] | None,
    *,
    times: int,
    every: float,
    told: Callable[[int, int], None] = lambda _number, _of: None,
) -> list[Reading]:
    """`times` looks, `every` seconds apart; each reading once.

    Raises:
        NoMetrics: the cluster does not serve the metrics API. Retryable: not one look was answered.
    """
    if not any(each.api_version == METRICS for each in reader.kinds()):
        raise NoMetrics(fix="Install metrics-server, or name a Prometheus with --prometheus URL.")
    found: dict[Reading, None] = {}
    failed: Retryable | None = None
    for number in range(1, times + 1):
        try:
            found |= dict.fromkeys(look(reader, namespaces))
        except Retryable as error:
            failed = error  # one look more or less: the number of readings tells
        told(number, times)
        if number < times:
            clock.sleep(every)
    if not found and failed is not None:
        raise failed
    return list(found)


class SampleStore:
    """Readings of earlier runs, one file a cluster and namespace."""

    def __init__(self, home: Path, cluster: str) -> None:
        self.folder = home / "samples" / digest(cluster.encode())[:12]

    def add(self, readings: Iterable[Reading]) -> None:
        """Keep readings; those older than a week go.

        Raises:
            OSError: the folder can't be written.
        """
        by_space: dict[str, list[Reading]] = defaultdict(list)
        for each in readings:
            by_space[each.namespace].append(each)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for space, fresh in by_space.items():
            kept = dict.fromkeys([*self.load(space), *fresh])
            file = self.folder / f"{space}.jsonl"
            part = file.with_suffix(f".{os.getpid()}.part")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.writelines(json.dumps(each) + "\n" for each in kept)
            part.replace(file)

    def load(self, namespace: str) -> list[Reading]:
        """The readings of a namespace of the last week, oldest first. Damaged lines are left out: they are figures."""
        try:
            lines = (self.folder / f"{namespace}.jsonl").read_text().splitlines()
        except FileNotFoundError:
            return []
        oldest = clock.now() - KEPT
        found = []
        for line in lines:
            try:
                each = Reading(*json.loads(line))
                if datetime.fromisoformat(each.at) >= oldest:
                    found.append(each)
            except (ValueError, TypeError):
                continue
        return sorted(found, key=lambda each: each.at)


# --- Prometheus -------------------------------------------------------------------------------------------------------

_QUERIES = {
    "cpu": "sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{{{where}}}[5m]))",
    "memory": "max by (namespace, pod, container) (container_memory_working_set_bytes{{{where}}})",
}


def from_prometheus(
    url: str, namespaces: Sequence[str] | None, *, hours: float = 336, step: int = 300
) -> list[Reading]:
    """The history that a Prometheus with cAdvisor's metrics keeps (two weeks by default, as KRR asks).

    Raises:
        Invalid: the address is none. Retryable: it does not answer, or not with a result.
    """
    if not url.startswith(("http://", "https://")):
        raise Invalid(f"{url} is no address of a Prometheus.", fix="Write it as http://HOST:9090.")
    where = 'container!="", container!="POD"'
    if namespaces is not None:
        where += f', namespace=~"{"|".join(namespaces)}"'
    series = {name: _range(url, query.format(where=where), hours, step) for name, query in _QUERIES.items()}
    found = []
    for key, cpu in series["cpu"].items():
        memory = series["memory"].get(key, {})
        for moment in cpu.keys() & memory.keys():
            at = datetime.fromtimestamp(moment, UTC).isoformat()
            found.append(Reading(*key, at, cpu[moment], memory[moment]))
    return found


def _range(url: str, query: str, hours: float, step: int) -> dict[tuple[str, str, str], dict[float, float]]:
    end = clock.now().timestamp() // step * step
    words = urllib.parse.urlencode({"query": query, "start": end - hours * 3600, "end": end, "step": step})
    try:
        address = f"{url.rstrip('/')}/api/v1/query_range?{words}"  # its scheme was checked by the caller
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:  # noqa: S310
            told = json.load(answer)
        result = told["data"]["result"]
    except (urllib.error.URLError, TimeoutError, ValueError, KeyError, TypeError) as error:
        raise Retryable(f"Prometheus at {url} gave no result: {error}.", fix="Look at its address.") from error
    found = {}
    for each in result:
        labels = each["metric"]
        key = (labels.get("namespace", ""), labels.get("pod", ""), labels.get("container", ""))
        found[key] = {float(at): float(value) for at, value in each["values"] if value != "NaN"}
    return found
