"""Waiting for what the operator says, and how long each thing took. A fault is injected, then `Case` follows it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cluster.kora_operator.installation import Object, moment, spoken

OVER = ("healed", "resolved")
SETTLES = 6.0
CLOSED = ("done", "failed", "rolledBack", "rejected", "expired", "void")
DECIDED = (*OVER, "waiting", "escalated", "rolledBack", "denied")


@dataclass
class Case:
    """One fault and what became of it. Seconds count from the moment at which the fault was in the cluster."""

    name: str
    namespace: str
    cause: str
    about: str
    """Name of an object that the finding must be about."""
    began: float = 0.0
    """Seconds since 1970."""
    detected: float | None = None
    """Until `kubectl get findings` showed it."""
    fate: str = ""
    gone: float | None = None
    """Until the cause was gone."""
    decided: float | None = None
    """Until it was said what became of it; for what Kora healed, after watching it for a while."""
    finding: Object = field(default_factory=dict)
    error: str = ""
    also: frozenset[str] = frozenset()
    """Further causes that are right."""

    def start(self) -> None:
        """The fault is in the cluster now."""
        self.began = time.time()

    def mine(self, finding: Object) -> bool:
        """Whether a finding is this fault's."""
        spec = finding["spec"]
        seen = finding.get("status", {}).get("lastSeen") or finding["metadata"]["creationTimestamp"]
        return (
            spec["cause"] in {self.cause, *self.also}
            and any(each["name"] == self.about for each in spec["objects"])
            and moment(seen) >= self.began - 2.0
        )

    def look(self, findings: list[Object] | None = None, plans: list[Object] | None = None) -> bool:
        """Look once, at what was read already or anew; whether nothing more is to come."""
        for each in spoken(self.namespace, "findings") if findings is None else findings:
            if not self.mine(each):
                continue
            self.finding = each
            if self.detected is None:
                self.detected = self._since(each)
            status = each.get("status", {})
            fate, resolved = status.get("fate") or "", status.get("phase") == "resolved"
            if resolved and self.gone is None:
                self.gone = moment(status["resolvedAt"]) - self.began
            if fate != self.fate:
                self.fate, self.decided = fate, time.time() - self.began
            if fate in DECIDED and (fate not in OVER or (resolved and not self.worked_on(plans))):
                return True
        return False

    def _since(self, finding: Object) -> float:
        """Seconds until the operator saw it; until we did, when it had seen the like before."""
        seen = moment(finding["status"]["firstSeen"]) if finding.get("status", {}).get("firstSeen") else 0.0
        return (seen if seen >= self.began else time.time()) - self.began

    def worked_on(self, known: list[Object] | None = None) -> bool:
        """Whether a plan for it is under way, or still watched."""
        name = self.finding["metadata"]["name"]
        known = spoken(self.namespace, "remediationplans") if known is None else known
        plans = [each for each in known if each["spec"].get("finding") == name]
        return any(each.get("status", {}).get("phase") not in CLOSED for each in plans)

    def follow(self, seconds: float) -> "Case":
        """Look until it is decided, at most `seconds`."""
        ends, settled = time.time() + seconds, None
        while time.time() < ends:
            if not self.look():
                settled = None
            elif self.fate not in OVER or (settled is not None and time.time() - settled > SETTLES):
                return self
            elif settled is None:  # it may be gone for a moment only, or its plan not be told yet
                settled = time.time()
            time.sleep(0.5)
        self.error = f"not decided within {seconds:.0f} s"
        return self

    def row(self) -> tuple[str, ...]:
        """For the table."""
        said = self.finding.get("spec", {}).get("cause", "-")
        fate = self.fate or self.error or "-"
        return (self.name, said, *map(_seconds, (self.detected, self.gone)), fate, _seconds(self.decided))


HEADINGS = ("fault", "cause said", "detected", "gone after", "fate", "said after")


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def table(rows: list[tuple[str, ...]], headings: tuple[str, ...] = HEADINGS) -> str:
    """Rows as text, columns aligned."""
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [headings, *rows]]
    return "\n" + "\n".join(line.rstrip() for line in lines)


def follow_all(cases: list[Case], todo: Callable[[], bool], seconds: float) -> None:
    """Look at all cases that have begun, with one question for each namespace, while there is something to do and at
    least until everything is decided; at most `seconds`."""
    ends, decided = time.time() + seconds, dict[str, float]()
    while time.time() < ends:
        more = todo()
        for space in {each.namespace for each in cases}:
            findings, plans = spoken(space, "findings"), spoken(space, "remediationplans")
            for case in cases:
                if case.namespace != space:
                    continue
                if case.look(findings, plans):
                    decided.setdefault(case.name, time.time())
                else:
                    decided.pop(case.name, None)
        if not more and all(time.time() - decided.get(each.name, time.time()) > SETTLES for each in cases):
            return
        time.sleep(0.5)
    for case in cases:
        if case.name not in decided:
            case.error = f"not decided within {seconds:.0f} s"
