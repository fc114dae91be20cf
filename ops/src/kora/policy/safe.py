"""The safe class: cures that a supervised namespace applies without a person, by the cause that was found."""

from kora.domain.plans import Action, Apply, HelmRollback, HelmUpgrade

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_HELD = frozenset({("delete", "Pod")})
"""A stateful set waits for its broken pod for ever, even after it was mended; what may be deleted is for the rules."""
_TO_LAST_GOOD = frozenset({("rollback", kind) for kind in _WORKLOADS} | {("helm_rollback", "Release")} | _HELD)
_RENEW = frozenset({("restart", kind) for kind in _WORKLOADS} | {("delete", "Pod")})
_WORKLOAD_PATCH = frozenset({("patch", kind) for kind in _WORKLOADS} | _HELD)

SAFE: dict[str, frozenset[tuple[str, str]]] = {
    "RolloutStuck": _TO_LAST_GOOD,
    "CrashLoop": _TO_LAST_GOOD,
    "CommandInvalid": _TO_LAST_GOOD,
    "InitFailed": _TO_LAST_GOOD,
    "ImageNotFound": _TO_LAST_GOOD | _WORKLOAD_PATCH,
    "ImageNameInvalid": _TO_LAST_GOOD | _WORKLOAD_PATCH,
    "ImageNeverPull": _TO_LAST_GOOD,
    "ImagePullDenied": _TO_LAST_GOOD,
    "ConfigMapMissing": _TO_LAST_GOOD,
    "SecretMissing": _TO_LAST_GOOD,
    "KeyMissing": _TO_LAST_GOOD,
    "EnvironmentMissing": _TO_LAST_GOOD,
    "ServiceAccountMissing": _TO_LAST_GOOD,
    "AdmissionDenied": _TO_LAST_GOOD,
    "SecurityContextDenied": _TO_LAST_GOOD,
    "PermissionDenied": _TO_LAST_GOOD,
    "Unschedulable.NodeSelector": _TO_LAST_GOOD,
    "Unschedulable.Affinity": _TO_LAST_GOOD,
    "OOMKilled": _TO_LAST_GOOD | _WORKLOAD_PATCH,
    "ProbeMisconfigured": _TO_LAST_GOOD | _WORKLOAD_PATCH,
    "ProbeFailing": _RENEW | _TO_LAST_GOOD,
    "RestartTrend": _RENEW,
    "ServiceSelectorMismatch": frozenset({("patch", "Service")}),
    "ServicePortMismatch": frozenset({("patch", "Service")}),
}
"""Cause → (action, kind). What a patch may contain is bounded by `losses` and by the detector that proposed it."""


def is_safe(action: Action, cause: str | None) -> bool:
    """Whether `action` is a known cure for `cause`; a rollback to revision 0 (uninstall) is none."""
    if isinstance(action, Apply):
        return False  # a whole new object is never a cure that needs no eyes
    if isinstance(action, HelmRollback):
        return action.revision > 0 and ("helm_rollback", "Release") in SAFE.get(cause or "", ())
    if isinstance(action, HelmUpgrade):
        return False
    return (action.action, action.target.kind) in SAFE.get(cause or "", ())
