"""How a deployment can end badly: one class, one stable code and one exit code for each kind.

20 the image did not build · 21 it did not reach the nodes · 22 a node holds another image · 23 image of the release ·
24 crash · 25 probe · 26 migration or other job · 27 missing configuration · 28 storage · 29 no place on a node ·
30 other roll-out trouble · 31 smoke test.
"""

from typing import Any

from kora.domain.findings import Finding
from kora.kit.errors import Denied, KoraError


class ContextRefused(Denied):
    """The context looks like production and was not named."""

    code = "CONTEXT_REFUSED"


class NotProven(KoraError):
    """A node does not hold the image that was built."""

    code, exit_code = "NOT_PROVEN", 22
    default_message = "A node holds another image than the one that was built."


class SmokeFailed(KoraError):
    """Everything runs, but the application does not do what it should."""

    code, exit_code = "SMOKE_FAILED", 31
    default_message = "The application runs but does not answer as it should."


class RolloutFailed(KoraError):
    """The release did not become ready. `finding` is the one root cause; the message is its summary."""

    code, exit_code = "ROLLOUT_FAILED", 30
    default_message = "The release did not become ready."

    def __init__(self, message: str, *, finding: Finding | None = None, fix: str | None = None) -> None:
        self.finding = finding
        details: dict[str, Any] = {}
        if finding is not None:
            details = {
                "cause": finding.cause,
                "objects": [str(each) for each in finding.objects],
                "evidence": [{"source": each.source, "text": each.text} for each in finding.evidence],
            }
        super().__init__(message, fix=fix, details=details)


class ImageTrouble(RolloutFailed):
    """A container's image can't be had."""

    code, exit_code = "ROLLOUT_IMAGE", 23


class CrashTrouble(RolloutFailed):
    """A container starts and ends."""

    code, exit_code = "ROLLOUT_CRASH", 24


class ProbeTrouble(RolloutFailed):
    """A probe asks for something that the container does not serve."""

    code, exit_code = "ROLLOUT_PROBE", 25


class JobTrouble(RolloutFailed):
    """A migration or another job failed."""

    code, exit_code = "ROLLOUT_JOB", 26


class ConfigurationTrouble(RolloutFailed):
    """A Secret, ConfigMap or key is missing."""

    code, exit_code = "ROLLOUT_CONFIGURATION", 27


class StorageTrouble(RolloutFailed):
    """A volume can't be had."""

    code, exit_code = "ROLLOUT_STORAGE", 28


class PlacementTrouble(RolloutFailed):
    """No node takes a pod."""

    code, exit_code = "ROLLOUT_PLACEMENT", 29
