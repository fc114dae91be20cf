"""One audit from end to end: list what the rule is about, hold it against the rule, put the answer into words.

Read-only. `kora ask` calls it for rules; the lines are what people (and programs) look for.
"""

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest
from kora.domain.rules import Rule, Violation
from kora.language.kinds import BY_KIND
from kora.operations.audits.evaluate import in_scope, needs, violations
from kora.operations.audits.reasons import statement

VIOLATING = "VIOLATING:"
"""How the line of an offender begins; its name follows, nothing else."""


class AuditResult(BaseModel):
    """What an audit found. `checked` counts the objects of the scope by kind; `lines` is the answer for people."""

    model_config = ConfigDict(frozen=True)

    rule: Rule
    meaning: str
    checked: dict[str, int]
    violations: tuple[Violation, ...]
    lines: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing breaks the rule."""
        return not self.violations


def run(
    reader: ClusterReader,
    rule: Rule,
    *,
    default_namespace: str | None = None,
    all_namespaces: bool = False,
    assumed: bool = False,
) -> AuditResult:
    """Hold the live objects against a rule.

    Args:
        default_namespace: where to look when the rule names no namespace; None: in all of them.
        all_namespaces: look everywhere, whatever the default is. Namespaces that the rule names still win.
        assumed: nobody named the default namespace, so where it holds nothing to check, the others are looked at.
    Raises:
        Denied, Retryable: the cluster does not answer.
    """
    where: Sequence[str | None] = rule.scope.namespaces
    if not where:
        everywhere = all_namespaces or rule.scope.everywhere or default_namespace is None
        where = (None,) if everywhere else (default_namespace,)
    objects = [manifest for kind in rule.scope.kinds for manifest in _listed(reader, kind, where)]
    if assumed and not rule.scope.namespaces and not any(in_scope(rule.scope, each) for each in objects):
        everything = [manifest for kind in rule.scope.kinds for manifest in _listed(reader, kind, (None,))]
        objects = [each for each in everything if not _of_the_cluster(each)]
        where = (None,)
    related = [manifest for kind in sorted(needs(rule.requirement)) for manifest in _listed(reader, kind, (None,))]
    return result(rule, objects, related, looked=_looked(rule, where))


def _looked(rule: Rule, where: Sequence[str | None]) -> str:
    """Where the objects of a rule were looked for, in words."""
    names = [namespace for namespace in where if namespace is not None]
    if not any(BY_KIND[kind].namespaced for kind in rule.scope.kinds):
        return "in the cluster"
    if not names:
        return "in any namespace"
    return f"in the namespace{'s' if len(names) > 1 else ''} {' and '.join(names)}"


def _of_the_cluster(manifest: Manifest) -> bool:
    return str(manifest["metadata"].get("namespace", "")).startswith("kube-")


def _listed(reader: ClusterReader, kind: str, namespaces: Sequence[str | None]) -> list[Manifest]:
    entry = BY_KIND[kind]
    places = namespaces if entry.namespaced else (None,)
    return [manifest for namespace in places for manifest in reader.list(entry.api_version, kind, namespace)]


def result(
    rule: Rule, objects: Sequence[Manifest], related: Sequence[Manifest] = (), *, looked: str = ""
) -> AuditResult:
    """The answer for objects that are already there. `looked`: where they come from, said where there is none."""
    found = violations(rule, objects, related)
    checked: dict[str, int] = {}
    for manifest in objects:
        if in_scope(rule.scope, manifest):
            checked[manifest["kind"]] = checked.get(manifest["kind"], 0) + 1
    meaning = statement(rule)
    return AuditResult(
        rule=rule,
        meaning=meaning,
        checked=checked,
        violations=tuple(found),
        lines=_lines(rule.text, meaning, checked, found, looked),
    )


_NONE = re.compile(r"VIOLATING:\s*none\b", re.IGNORECASE)
"""How a prompt says what it wants to read when there is no offender."""


def _lines(
    written: str, meaning: str, checked: dict[str, int], found: Sequence[Violation], looked: str
) -> tuple[str, ...]:
    nothing = f"nothing (no such objects are {looked or 'there'})"
    counts = ", ".join(f"{count} {kind}" for kind, count in checked.items()) or nothing
    several = len({violation.kind for violation in found}) > 1
    lines = [f"Understood as: {meaning}", f"Checked: {counts}"]
    for violation in found:
        place = f"in {violation.namespace}" if violation.namespace else "cluster-wide"
        kind = f"{violation.kind} " if several else ""
        lines.append(f"{VIOLATING} {violation.name}")
        lines.append(f"  {kind}{place}: {'; '.join(violation.reasons)}")
    if not found:
        lines.append(
            "Nothing breaks the rule." if checked else "So nothing can be said: is the namespace the right one?"
        )
        if _NONE.search(written):
            lines.append(f"{VIOLATING} none")
    return tuple(lines)
