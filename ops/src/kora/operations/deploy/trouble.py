"""From what diagnosis finds while a release rolls out to the one root cause that ends it.

A finding counts when it belongs to the release's own workloads, and when it has lasted long enough for its kind: a
missing image stays missing, but a server that waits for its database may crash once on its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kora.domain.findings import Finding, Severity
from kora.domain.objects import ObjectRef
from kora.operations.deploy.errors import (
    ConfigurationTrouble,
    CrashTrouble,
    ImageTrouble,
    JobTrouble,
    PlacementTrouble,
    ProbeTrouble,
    RolloutFailed,
    StorageTrouble,
)


@dataclass(frozen=True)
class _Class:
    error: type[RolloutFailed]
    patience: float
    """Seconds for which the finding must last without a break."""


_BY_CAUSE: dict[str, _Class] = {
    **dict.fromkeys(
        ("ImageNotFound", "ImagePullDenied", "ImageNeverPull", "ImageNameInvalid"), _Class(ImageTrouble, 3.0)
    ),
    **dict.fromkeys(("CommandInvalid", "SecurityContextDenied"), _Class(CrashTrouble, 5.0)),
    **dict.fromkeys(("CrashLoop", "OOMKilled", "InitFailed", "EnvironmentMissing"), _Class(CrashTrouble, 10.0)),
    **dict.fromkeys(("ProbeMisconfigured",), _Class(ProbeTrouble, 6.0)),
    **dict.fromkeys(("ProbeFailing",), _Class(ProbeTrouble, 45.0)),
    **dict.fromkeys(("JobFailed",), _Class(JobTrouble, 2.0)),
    **dict.fromkeys(("ConfigMapMissing", "SecretMissing", "KeyMissing"), _Class(ConfigurationTrouble, 5.0)),
    **dict.fromkeys(("StorageClassMissing",), _Class(StorageTrouble, 5.0)),
    **dict.fromkeys(("VolumeUnbound", "MountFailed", "VolumeFull"), _Class(StorageTrouble, 30.0)),
    **dict.fromkeys(
        (
            "Unschedulable.Resources",
            "Unschedulable.NodeSelector",
            "Unschedulable.Taint",
            "Unschedulable.Affinity",
        ),
        _Class(PlacementTrouble, 15.0),
    ),
    **dict.fromkeys(
        ("QuotaExceeded", "LimitRangeViolated", "AdmissionDenied", "ServiceAccountMissing"),
        _Class(RolloutFailed, 5.0),
    ),
    **dict.fromkeys(("DependencyUnreachable", "DnsBlocked", "NetworkPolicyBlocks"), _Class(RolloutFailed, 60.0)),
}
_OTHER = _Class(RolloutFailed, 90.0)


@dataclass
class Suspects:
    """Findings over time: since when each has lasted."""

    since: dict[str, float] = field(default_factory=dict)

    def decisive(self, findings: Sequence[Finding], workloads: Sequence[ObjectRef], now: float) -> Finding | None:
        """The root cause, once one has lasted for its time; the worst and longest first."""
        ours = [each for each in findings if each.severity is not Severity.INFO and concerns(each, workloads)]
        keys = {_key(each) for each in ours}
        self.since = {key: start for key, start in self.since.items() if key in keys}
        for each in ours:
            self.since.setdefault(_key(each), now)
        ripe = [each for each in ours if now - self.since[_key(each)] >= _class(each).patience]
        return min(ripe, key=_rank) if ripe else None

    def likely(self, findings: Sequence[Finding], workloads: Sequence[ObjectRef]) -> Finding | None:
        """The best explanation when time is up."""
        ours = [each for each in findings if concerns(each, workloads)]
        return min(ours, key=_rank) if ours else None


def concerns(finding: Finding, workloads: Sequence[ObjectRef]) -> bool:
    """Whether a finding speaks of one of these workloads, or of a pod, claim or ReplicaSet that carries its name."""
    names = {each.name for each in workloads}
    spaces = {each.namespace for each in workloads}
    for each in finding.objects:
        if each.namespace in spaces and each.name in names:
            return True
        generated = each.kind in ("Pod", "ReplicaSet", "PersistentVolumeClaim", "Job")
        if generated and each.namespace in spaces and any(f"-{name}-" in f"-{each.name}-" for name in names):
            return True
    return False


def failure(finding: Finding, after: str) -> RolloutFailed:
    """The error of the finding's class; `after` says what was done about the release."""
    fix = finding.fix_command or "kora up --keep"  # only a person can mend it, who needs it to stand still
    return _class(finding).error(f"{finding.summary} {after}".strip(), finding=finding, fix=fix)


def _class(finding: Finding) -> _Class:
    return _BY_CAUSE.get(finding.cause, _OTHER)


_DEEP_FIRST = (
    StorageTrouble,
    ConfigurationTrouble,
    ImageTrouble,
    PlacementTrouble,
    JobTrouble,
    ProbeTrouble,
    CrashTrouble,
)
"""What lies deeper wins: a server without a volume for its database also fails its probes."""


def _rank(finding: Finding) -> tuple[int, int]:
    error = _class(finding).error
    depth = _DEEP_FIRST.index(error) if error in _DEEP_FIRST else len(_DEEP_FIRST)
    return (0 if finding.severity is Severity.CRITICAL else 1, depth)


def _key(finding: Finding) -> str:
    first = finding.objects[0] if finding.objects else None
    return f"{finding.cause} {first.kind if first else ''} {_stem(first.name) if first else ''}"


def _stem(name: str) -> str:
    """A pod's name without its random ends: what a renewed pod keeps."""
    return "-".join(name.split("-")[:-1]) or name
