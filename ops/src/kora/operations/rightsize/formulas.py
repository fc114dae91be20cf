"""The arithmetic of right-sizing. Pure; cores and bytes as floats.

The defaults follow the "simple" strategy of KRR (Kubernetes Resource Recommender, github.com/robusta-dev/krr): CPU
request = 95th percentile of the use, no CPU limit; memory request = limit = highest use plus 15 %; after an
out-of-memory kill at least the limit plus 25 %; floors of 10 millicores and 100 MiB; values rounded up to a millicore
or a mebibyte; severities by the distance between what is and what is recommended; the score of a whole result.
Ours are two cautions: nothing is cut by more than half at once, and too few readings give no number at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MEBI = 2.0**20


class Severity(StrEnum):
    """How far what is lies from what is recommended."""

    UNKNOWN = "UNKNOWN"
    GOOD = "GOOD"
    OK = "OK"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


@dataclass(frozen=True)
class Settings:
    """The numbers of the strategy."""

    cpu_percentile: float = 95.0
    memory_buffer_percentage: float = 15.0
    oom_memory_buffer_percentage: float = 25.0
    cpu_min_cores: float = 0.01
    memory_min_bytes: float = 100 * MEBI
    points_required: int = 5
    """Different readings (the metrics API repeats itself between two of its own looks)."""
    cut_at_most: float = 0.5


def percentile(values: Sequence[float], percent: float) -> float:
    """The percentile with linear interpolation between ranks (the default of NumPy and of PromQL's quantiles).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("a percentile needs values")
    ordered = sorted(values)
    rank = (len(ordered) - 1) * percent / 100
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def cpu_request(by_pod: Sequence[Sequence[float]], settings: Settings, current: float | None = None) -> float:
    """Cores: the highest percentile of any pod, at least the floor, at least half of what is asked for now."""
    wanted = max(percentile(each, settings.cpu_percentile) for each in by_pod if each)
    return _careful(_up(wanted, 0.001), settings.cpu_min_cores, current, 0.001, settings)


def memory_request(
    by_pod: Sequence[Sequence[float]],
    settings: Settings,
    current: float | None = None,
    killed_at: float | None = None,
) -> float:
    """Bytes: the highest use of any pod and its buffer; more than the limit at which the container was killed."""
    wanted = max(max(each) for each in by_pod if each) * (1 + settings.memory_buffer_percentage / 100)
    if killed_at is not None:
        wanted = max(wanted, killed_at * (1 + settings.oom_memory_buffer_percentage / 100))
    return _careful(_up(wanted, MEBI), settings.memory_min_bytes, current, MEBI, settings)


def _up(value: float, unit: float) -> float:
    """Up to a whole unit; a billionth less does not count as more."""
    return round(math.ceil(value / unit - 1e-9) * unit, 9)


def _careful(value: float, floor: float, current: float | None, unit: float, settings: Settings) -> float:
    """Not below the floor, nor below half of what is there, unless the floor itself is what is above."""
    value = max(value, floor)
    if current is not None:
        value = max(value, _up(current * settings.cut_at_most, unit))
    return value


_CPU_STEPS = ((0.5, Severity.CRITICAL), (0.25, Severity.WARNING), (0.1, Severity.OK))
_MEMORY_STEPS = ((500 * MEBI, Severity.CRITICAL), (250 * MEBI, Severity.WARNING), (100 * MEBI, Severity.OK))


def severity(resource: str, current: float | None, recommended: float | None) -> Severity:
    """By the distance in cores or bytes; one side alone is a warning."""
    if current is None and recommended is None:
        return Severity.GOOD
    if current is None or recommended is None:
        return Severity.WARNING
    distance = abs(current - recommended) + 1e-9
    steps = _CPU_STEPS if resource == "cpu" else _MEMORY_STEPS
    return next((name for least, name in steps if distance >= least), Severity.GOOD)


def worst(severities: Sequence[Severity]) -> Severity:
    """The most severe; what is unknown counts least."""
    return max(severities, key=list(Severity).index, default=Severity.UNKNOWN)


_COSTS = {Severity.WARNING: 0.7, Severity.CRITICAL: 1.0}


def score(severities: Sequence[Severity]) -> int:
    """0 to 100: whole scans lost to critical ones, 0.7 to warnings; 0 when there is nothing to score."""
    if not severities:
        return 0
    lost = sum(_COSTS.get(each, 0.0) for each in severities)
    return int((len(severities) - lost) / len(severities) * 100 + 1e-9)


def confidence(readings: int, seconds: float, settings: Settings) -> str:
    """``low``, ``medium`` or ``high``: how much the readings say about days to come."""
    if seconds >= 86_400 and readings >= 20 * settings.points_required:
        return "high"
    if seconds >= 3600 and readings >= 4 * settings.points_required:
        return "medium"
    return "low"
