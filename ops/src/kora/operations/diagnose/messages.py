"""The grammar of messages that Kubernetes itself writes into conditions, states and events.

Forms are those of kube-scheduler, kubelet, containerd and admission from 1.27 on; each pattern reads the stable core of
a message (a name in quotes, a reason after a number), never a whole sentence.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class Missing(NamedTuple):
    """A reference to something that is not there. `key` is None when the whole object is missing."""

    kind: str
    name: str
    key: str | None = None


_KINDS = {"configmap": "ConfigMap", "secret": "Secret", "serviceaccount": "ServiceAccount",
          "persistentvolumeclaim": "PersistentVolumeClaim", "storageclass": "StorageClass"}  # fmt: skip
_NOT_FOUND = re.compile(
    r"\b(configmap|secret|serviceaccount|persistentvolumeclaim|storageclass)s?(?:\.[\w.]+)? \"([^\"]+)\" not found",
    re.I,
)
_NO_KEY = re.compile(r"couldn't find key (\S+) in (ConfigMap|Secret) (?:[\w.-]+/)?([\w.-]+)")
_NO_KEY_IN_VOLUME = re.compile(r"references non-existent (config|secret) key: (\S+)")


def missing_in(message: str) -> Missing | None:
    """What a kubelet or admission message says is absent."""
    if match := _NO_KEY.search(message):
        return Missing(match[2], match[3], match[1])
    if match := _NOT_FOUND.search(message):
        return Missing(_KINDS[match[1].lower()], match[2])
    if match := _NO_KEY_IN_VOLUME.search(message):
        return Missing("ConfigMap" if match[1] == "config" else "Secret", "", match[2].rstrip(".,"))
    return None


class Refusal(StrEnum):
    """Why a registry did not give an image."""

    DENIED = "denied"
    ABSENT = "absent"
    UNREACHABLE = "unreachable"
    OTHER = "other"


_PULL: tuple[tuple[Refusal, re.Pattern[str]], ...] = (
    (
        Refusal.UNREACHABLE,
        re.compile(
            r"dial tcp|no such host|i/o timeout|connection refused|network is unreachable|TLS handshake"
            r"|x509|server gave HTTP response|connection reset|deadline exceeded|: EOF",
            re.I,
        ),
    ),
    (
        Refusal.DENIED,
        re.compile(
            r"\b40[13]\b|unauthorized|forbidden|access denied|denied:|authorization failed|authentication required"
            r"|no basic auth|insufficient_scope",
            re.I,
        ),
    ),
    (
        Refusal.ABSENT,
        re.compile(r"not found|manifest unknown|name unknown|does not exist|no match for platform|\b404\b", re.I),
    ),
)


def pull_refusal(message: str) -> Refusal:
    """What the runtime's message about a failed pull comes down to."""
    return next((refusal for refusal, pattern in _PULL if pattern.search(message)), Refusal.OTHER)


_START_FAILED = re.compile(
    r"executable file not found|exec format error|no command specified|exec: \"[^\"]*\"|stat [^:]+: no such"
    r" file or directory"
    r"|chdir to cwd|no such file or directory|is a directory|not a directory",
    re.I,
)
_MOUNT_FAILED = re.compile(
    r"error mounting|failed to prepare subPath|to rootfs at|mount through procfd|failed to mount", re.I
)
_TOO_LITTLE_MEMORY = re.compile(r"OOM-killed|memory limit too low|minimum memory", re.I)
_NOT_ROOT = re.compile(r"runAsNonRoot|non-numeric user|image will run as root|sysctl|AppArmor|seccomp|capabilit", re.I)


def start_failure(message: str) -> str:
    """The cause code behind a runtime's message that a container could not be created or started; empty if unclear."""
    if _TOO_LITTLE_MEMORY.search(message):
        return "OOMKilled"
    if _NOT_ROOT.search(message):
        return "SecurityContextDenied"
    if _MOUNT_FAILED.search(message):
        return "MountFailed"
    return "CommandInvalid" if _START_FAILED.search(message) else ""


class Rejection(NamedTuple):
    """Why the API server would not let a pod be created: a cause code, and the name that the message gives."""

    cause: str
    name: str = ""


_REJECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("WebhookUnavailable", re.compile(r"failed (?:to call|calling) webhook \"([^\"]+)\"")),
    ("ServiceAccountMissing", re.compile(r"serviceaccount \"([^\"]+)\" not found")),
    ("QuotaExceeded", re.compile(r"exceeded quota: ([\w.-]+)")),
    ("QuotaExceeded", re.compile(r"failed quota: ([\w.-]+)")),
    (
        "LimitRangeViolated",
        re.compile(r"(?:minimum|maximum) \S+ (?:usage )?per (?:Container|Pod) is|limit to request ratio per"),
    ),
    (
        "SecurityContextDenied",
        re.compile(r"unable to validate against any security context constraint|PodSecurityPolicy"),
    ),
    ("AdmissionDenied", re.compile(r"violates PodSecurity \"([^\"]+)\"")),
    ("AdmissionDenied", re.compile(r"admission webhook \"([^\"]+)\" denied")),
    ("AdmissionDenied", re.compile(r"ValidatingAdmissionPolicy '([^']+)'")),
    (
        "AdmissionDenied",
        re.compile(r"is forbidden|no PriorityClass with name ([\w.-]+)|RuntimeClass|is invalid|denied|not allowed"),
    ),
)


def rejection(message: str) -> Rejection | None:
    """The class of a FailedCreate message; None when it is none of admission's."""
    for cause, pattern in _REJECTIONS:
        if match := pattern.search(message):
            return Rejection(cause, next((each for each in match.groups() if each), ""))
    return None


class Filter(NamedTuple):
    """One reason for which nodes were ruled out: how late in the scheduler's order, the cause code, the words."""

    rank: int
    cause: str
    text: str


# In the order in which the scheduler's filters run: a node that fails late passed all earlier ones, so the latest
# reason is what stands between the pod and the nodes that would otherwise do.
_FILTERS: tuple[tuple[int, str, re.Pattern[str]], ...] = (
    (
        0,
        "NodeNotReady",
        re.compile(r"untolerated taint\(?s?\)? ?\{?node\.kubernetes\.io/(?:not-ready|unreachable)|were not ready"),
    ),
    (1, "Unschedulable.Taint", re.compile(r"were unschedulable|untolerated taint|taints that the pod")),
    (
        2,
        "Unschedulable.NodeSelector",
        re.compile(r"node affinity/selector|node selector|didn't match.*hostname|requested node name"),
    ),
    (3, "Unschedulable.Resources", re.compile(r"Insufficient [\w./-]+|Too many pods|free ports")),
    (
        4,
        "VolumeUnbound",
        re.compile(
            r"unbound immediate PersistentVolumeClaims|available persistent volumes|volume node affinity"
            r"|max volume count|persistentvolumeclaim \"|ephemeral volume controller"
        ),
    ),
    (5, "Unschedulable.Affinity", re.compile(r"topology spread|anti-affinity|pod affinity|inter-pod|existing pods")),
)


def scheduler_filters(message: str) -> list[Filter]:
    """The reasons in a scheduler's message, the decisive one first."""
    head = message.split("preemption:")[0]
    parts = re.split(r"[,.:] (?=\d+ |pod |waiting |no new )|: ", head)
    found = [each for part in parts if (each := _filter(part))]
    return sorted(found, key=lambda each: -each.rank)


def _filter(part: str) -> Filter | None:
    for rank, cause, pattern in _FILTERS:
        if pattern.search(part):
            return Filter(rank, cause, part.strip(" ."))
    return None
