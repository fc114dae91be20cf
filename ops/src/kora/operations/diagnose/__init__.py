"""Diagnosis: one reading of the cluster, detectors over the object graph, one finding per root cause.

`diagnose` is what the command line, the operator and `kora ask` call; `diagnose_namespace` is the same for one
namespace, for a deployment that went wrong. Nothing in here changes anything.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.cluster.port import ClusterReader
from kora.domain.findings import Finding
from kora.operations.diagnose.candidates import registered_detectors
from kora.operations.diagnose.detectors import load_detectors
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.reading import read_graph
from kora.operations.diagnose.select import select

__all__ = ["Report", "diagnose", "diagnose_graph", "diagnose_namespace"]


class Report(BaseModel):
    """The answer of one diagnosis."""

    model_config = ConfigDict(frozen=True)

    findings: tuple[Finding, ...] = ()
    """Worst first; one per cause."""
    checked: dict[str, int] = {}
    """How many objects of each kind were looked at."""
    notes: tuple[str, ...] = ()
    """What could not be looked at, and why; for people."""

    def as_json(self) -> dict[str, Any]:
        """The contract of ``kora diagnose --json``."""
        return {"findings": [finding_json(each) for each in self.findings], "checked": dict(self.checked)}


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding as other programs read it."""
    shown: dict[str, Any] = {
        "id": finding.id,
        "cause": finding.cause,
        "severity": finding.severity.value,
        "objects": [{"kind": each.kind, "namespace": each.namespace, "name": each.name} for each in finding.objects],
        "summary": finding.summary,
        "evidence": [{"source": each.source, "text": each.text} for each in finding.evidence],
        "verdict": finding.verdict.value,
    }
    if finding.fix_command:
        shown["fix_command"] = finding.fix_command
    return shown


def diagnose(reader: ClusterReader, namespaces: Sequence[str] | None = None, *, logs: bool = True) -> Report:
    """Everything that is wrong in `namespaces` (None: in the whole cluster), by root cause.

    logs: whether containers' logs may be read.

    Raises: Retryable when the cluster does not answer. Kinds that may not be read are left out and noted.
    """
    return diagnose_graph(read_graph(reader, namespaces), Probe(reader, logs=logs))


def diagnose_namespace(reader: ClusterReader, namespace: str) -> list[Finding]:
    """What is wrong in one namespace, worst first."""
    return list(diagnose(reader, [namespace]).findings)


def diagnose_graph(graph: Graph, probe: Probe) -> Report:
    """The same for a graph that is already there (the operator keeps one up to date)."""
    load_detectors()
    candidates = [each for detect in registered_detectors() for each in detect(graph, probe)]
    notes = [f"{kind} could not be read: {reason}" for kind, reason in sorted(graph.unreadable.items())]
    notes += list(dict.fromkeys(probe.skipped))
    return Report(findings=tuple(select(graph, candidates)), checked=graph.checked(), notes=tuple(notes))
