"""Reads the report of ``krr simple -f json``: what it would give to each container."""

import math
from dataclasses import dataclass
from typing import Any

from kora.adapters.k8sgpt import ReportUnreadable, load

SIDES = ("requests", "limits")
RESOURCES = ("cpu", "memory")


@dataclass(frozen=True)
class Recommendation:
    """For one container, in cores and bytes; None is "none", a missing entry is "not known"."""

    kind: str
    namespace: str
    name: str
    container: str
    values: dict[tuple[str, str], float | None]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What identifies the container."""
        return (self.kind, self.namespace, self.name, self.container)


def read_report(text: str) -> list[Recommendation]:
    """The recommendations of one report.

    Raises:
        ReportUnreadable: it is no such report.
    """
    scans = load(text, "krr simple -q -f json").get("scans")
    if not isinstance(scans, list):
        raise ReportUnreadable("There are no scans in this report.", fix="krr simple -q -f json > FILE")
    return [_recommendation(each) for each in scans]


def _recommendation(scan: Any) -> Recommendation:
    try:
        target, recommended = scan["object"], scan["recommended"]
        values = {
            (side, resource): number
            for side in SIDES
            for resource in RESOURCES
            if (number := _value(recommended[side].get(resource))) is not _UNKNOWN
        }
        names = (str(target[each]) for each in ("kind", "namespace", "name", "container"))
        return Recommendation(*names, values=values)  # type: ignore[misc, arg-type]
    except (TypeError, KeyError, AttributeError) as error:
        raise ReportUnreadable("A scan of this report has no object or no recommendation.") from error


_UNKNOWN: Any = object()


def _value(cell: Any) -> Any:
    """Older reports give the bare value, newer ones ``{"value", "severity"}``; ``?`` is "not known"."""
    value = cell.get("value") if isinstance(cell, dict) else cell
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return _UNKNOWN
