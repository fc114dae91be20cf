"""From many candidates to one finding per cause.

Three steps: candidates that say the same are merged (the pods of one workload); a candidate within reach of a deeper
cause becomes that cause's symptom; the rest gets a stable id and an order (worst first).
"""

from collections.abc import Iterable
from dataclasses import replace

from kora.domain.findings import Finding, Severity
from kora.domain.objects import ObjectRef
from kora.domain.plans import Evidence
from kora.kit.ids import digest
from kora.operations.diagnose.candidates import Candidate
from kora.operations.diagnose.causes import CAUSES
from kora.operations.diagnose.fields import dig
from kora.operations.diagnose.graph import Graph, Key, key_of

EXPECTED = "kora.taskora.dev/expected"
"""Annotation: comma-separated cause codes that are meant to be so on this object, ``CronJobSuspended`` for example."""
MAX_OBJECTS = 12
MAX_EVIDENCE = 8
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


def select(graph: Graph, candidates: Iterable[Candidate]) -> list[Finding]:
    """One finding per cause."""
    merged = [each for each in _merged(candidates) if not _expected(graph, each)]
    reach = {index: graph.reach(_places(each)) for index, each in enumerate(merged)}
    kept: list[Candidate] = []
    for index, candidate in enumerate(merged):
        deeper = [other for other in range(len(merged)) if _explains(merged, reach, other, index)]
        if not deeper:
            kept.append(candidate)
    findings = [_finding(each, _symptoms(each, merged, reach, merged.index(each))) for each in kept]
    return sorted(findings, key=lambda each: (_ORDER[each.severity], CAUSES[each.cause].level, each.cause, each.id))


def _merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    found: dict[tuple[str, ObjectRef, str], Candidate] = {}
    for each in candidates:
        key = (each.cause, each.subject, each.detail)
        first = found.get(key)
        found[key] = each if first is None else _joined(first, each)
    return list(found.values())


def _joined(first: Candidate, other: Candidate) -> Candidate:
    return replace(
        first,
        symptoms=tuple(dict.fromkeys(first.symptoms + other.symptoms)),
        blames=tuple(dict.fromkeys(_blamed(first) + _blamed(other))),
        explains=tuple(dict.fromkeys(first.explains + other.explains)),
        evidence=tuple(dict.fromkeys(first.evidence + other.evidence)),
        fix_command=first.fix_command or other.fix_command,
    )


def _blamed(candidate: Candidate) -> tuple[Key, ...]:
    return candidate.blames or tuple(map(key_of, candidate.symptoms)) or (key_of(candidate.subject),)


def _places(candidate: Candidate) -> list[Key]:
    return [key_of(candidate.subject), *map(key_of, candidate.symptoms), *candidate.explains]


def _explains(merged: list[Candidate], reach: dict[int, frozenset[Key]], other: int, index: int) -> bool:
    if other == index or CAUSES[merged[other].cause].level >= CAUSES[merged[index].cause].level:
        return False
    return not reach[other].isdisjoint(_blamed(merged[index]))


def _symptoms(
    candidate: Candidate, merged: list[Candidate], reach: dict[int, frozenset[Key]], index: int
) -> list[ObjectRef]:
    """The subjects of what this cause explains: a person wants to see how far it goes."""
    return [merged[other].subject for other in range(len(merged)) if _explains(merged, reach, index, other)]


def _expected(graph: Graph, candidate: Candidate) -> bool:
    item = graph.find(candidate.subject.kind, candidate.subject.namespace, candidate.subject.name)
    marked = (dig(item, "metadata", "annotations") or {}).get(EXPECTED, "") if item else ""
    return candidate.cause in {each.strip() for each in marked.split(",")}


def _finding(candidate: Candidate, explained: list[ObjectRef]) -> Finding:
    subject = candidate.subject
    names = "/".join((candidate.cause, subject.kind, subject.namespace or "", subject.name, candidate.detail))
    objects = tuple(dict.fromkeys((subject, *candidate.symptoms, *explained)))
    return Finding(
        id=f"{candidate.cause.replace('.', '-').lower()}-{digest(names.encode())[:8]}",
        cause=candidate.cause,
        severity=candidate.severity or CAUSES[candidate.cause].severity,
        objects=objects[:MAX_OBJECTS],
        summary=candidate.summary,
        evidence=_distinct(candidate.evidence),
        verdict=candidate.verdict,
        fix_command=candidate.fix_command,
    )


def _distinct(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    texts: dict[str, Evidence] = {}
    for each in evidence:
        texts.setdefault(each.text, each)
    return tuple(texts.values())[:MAX_EVIDENCE]
