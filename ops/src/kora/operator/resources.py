"""The four kinds of Kora in a cluster, as models: `kubectl get kora` shows them, the operator writes them.

`AgentPolicy` says how far Kora may go and where; a `Finding` is one cause that it sees; a `RemediationPlan` mirrors a
plan of the store so that a person can read it; an `Approval` is a person's yes or no to exactly one hash. The models
are the one source: `definitions` turns them into CustomResourceDefinitions (scripts/crds.py writes them into the chart
helm/kora-crds), and `manifest` writes an object of them.

All four are namespaced. A finding and its plan live in the namespace of the finding's first object (the operator's own
for cluster-scoped objects), so that plain RBAC of that namespace decides who may see and approve them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from kora.domain.findings import Care, Severity
from kora.domain.objects import Manifest
from kora.domain.plans import PlanState
from kora.domain.risk import Risk
from kora.kit.structural import Schema, structural
from kora.operations.heal.report import Fate
from kora.policy.document import API_VERSION, PolicyDocument

GROUP, VERSION = API_VERSION.split("/")

FINDING_LABEL = f"{GROUP}/finding"
PLAN_LABEL = f"{GROUP}/plan"
CAUSE_LABEL = f"{GROUP}/cause"
"""Labels by which findings, plans and approvals of one matter are found together (`kubectl get -l`)."""

DIFF_LONGEST = 60_000
SUMMARY_LONGEST = 2_000
"""Characters. What is longer is cut by whoever writes the object: etcd takes about a megabyte, people much less."""

Name = Annotated[str, Field(max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
Hash = Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hex.")]
Text = Annotated[str, Field(max_length=SUMMARY_LONGEST)]
Word = Annotated[str, Field(max_length=253)]


def spelled(value: StrEnum) -> str:
    """A value of the domain as the API spells it: ``rolled_back`` → ``rolledBack``."""
    return to_camel(value.value)


def _rules(*rules: tuple[str, str]) -> JsonDict:
    return {"x-kubernetes-validations": [{"rule": rule, "message": message} for rule, message in rules]}


_IMMUTABLE = _rules(("self == oldSelf", "what was proposed or decided is not changed afterwards; create a new object"))
_ONE_PER_TYPE: JsonDict = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}


class _Model(BaseModel):
    # Fields of a newer version are ignored, so that an older operator reads a newer cluster during an upgrade.
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    def written(self) -> dict[str, Any]:
        """As the API takes it: camel case, nothing that is absent."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Condition(_Model):
    """A status condition as Kubernetes defines it (`metav1.Condition`)."""

    type: Annotated[str, Field(max_length=316)]
    status: Literal["True", "False", "Unknown"]
    reason: Annotated[str, Field(max_length=1024, pattern=r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    message: Annotated[str, Field(max_length=32768)] = ""
    last_transition_time: datetime
    observed_generation: int | None = Field(default=None, ge=0)


Conditions = Annotated[
    tuple[Condition, ...],
    Field(default=(), max_length=16, json_schema_extra=_ONE_PER_TYPE, description="The latest observations."),
]


class Target(_Model):
    """One object; a Helm release stands as kind Release of helm.sh/v1."""

    api_version: Word = "v1"
    kind: Word
    namespace: Word | None = None
    name: Word


class Proof(_Model):
    """One observed fact and where it was seen (`event`, `log pod/container`, `status`, `probe` …)."""

    source: Word
    text: Text


# --- AgentPolicy --------------------------------------------------------------------------------------------------


class PolicyCounts(_Model):
    """How much there is to see to in the policy's namespaces, and what was done since the operator started."""

    findings: int = Field(default=0, ge=0, description="Active now.")
    waiting: int = Field(default=0, ge=0, description="Plans that wait for a person.")
    healed: int = Field(default=0, ge=0)
    rolled_back: int = Field(default=0, ge=0)
    escalated: int = Field(default=0, ge=0)


class LastFinding(_Model):
    """One of the newest findings, in short."""

    name: Word
    namespace: Word | None = None
    cause: Word
    summary: Text
    fate: Word = ""
    seen: datetime


class AgentPolicyStatus(_Model):
    """What the operator makes of a policy. Conditions: Valid, Enforced, Paused, CircuitOpen."""

    observed_generation: int = Field(default=0, ge=0)
    conditions: Conditions
    counts: PolicyCounts = PolicyCounts()
    last_findings: tuple[LastFinding, ...] = Field(default=(), max_length=10)
    paused: bool = False


# --- Finding ------------------------------------------------------------------------------------------------------


class FindingSpec(_Model):
    """One cause, as the detectors saw it."""

    id: Name
    cause: Word = Field(description="A stable code with a page of its own in the documentation.")
    severity: Severity
    verdict: Care = Field(description="What Kora would do about it.")
    objects: tuple[Target, ...] = Field(max_length=50, description="The object to act on, then those with symptoms.")
    summary: Text
    evidence: tuple[Proof, ...] = Field(default=(), max_length=30)
    fix_command: Text | None = Field(default=None, description="One command that a person can run.")


class FindingPhase(StrEnum):
    """Whether the cause is still there."""

    ACTIVE = "active"
    RESOLVED = "resolved"


FateName = StrEnum("FateName", {each.name: spelled(each) for each in Fate})  # type: ignore[misc]
FateName.__doc__ = "What became of a finding, as the API spells it."


class FindingStatus(_Model):
    """What became of a finding."""

    phase: FindingPhase = FindingPhase.ACTIVE
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    resolved_at: datetime | None = None
    fate: FateName | None = None
    reason: Text = ""
    plan: Word | None = Field(default=None, description="The RemediationPlan that was made for it.")
    conditions: Conditions


# --- RemediationPlan ----------------------------------------------------------------------------------------------


class PlanStep(_Model):
    """One effect and why."""

    action: Word
    target: Target
    reason: Text = ""


class RemediationPlanSpec(_Model):
    """A plan for people to read. The operator carries out the one in its store, whose hash this is."""

    model_config = ConfigDict(json_schema_extra=_IMMUTABLE)

    plan_id: Name
    hash: Hash
    goal: Text
    risk: Risk
    steps: tuple[PlanStep, ...] = Field(min_length=1, max_length=50)
    diff: str = Field(default="", max_length=DIFF_LONGEST, description="What would change; secrets are not in it.")
    expires: datetime
    finding: Word | None = Field(default=None, description="The Finding that it cures.")


PhaseName = StrEnum("PhaseName", {each.name: spelled(each) for each in PlanState})  # type: ignore[misc]
PhaseName.__doc__ = "Where a plan stands in its life, as the API spells it."


class RemediationPlanStatus(_Model):
    """Where a plan stands. Conditions: Approved, Applied, Verified, RolledBack."""

    phase: PhaseName = PhaseName("proposed")
    approver: Word | None = None
    reason: Text = ""
    conditions: Conditions
    observed_generation: int = Field(default=0, ge=0)


# --- Approval -----------------------------------------------------------------------------------------------------


class Decided(StrEnum):
    """A person's answer."""

    APPROVE = "approve"
    REJECT = "reject"


class ApprovalSpec(_Model):
    """A person's answer to one plan. Admission makes sure that `approver` is the user who created the object."""

    model_config = ConfigDict(json_schema_extra=_IMMUTABLE)

    plan: Name = Field(description="The RemediationPlan, in this namespace.")
    hash: Hash = Field(description="The plan's hash as it was read; another one is refused.")
    approver: Annotated[str, Field(min_length=1, max_length=253)] = Field(description="The user's name at the API.")
    decision: Decided = Decided.APPROVE
    reason: Text = ""


class ApprovalPhase(StrEnum):
    """What the operator did with it. Empty until it looked."""

    USED = "used"
    REFUSED = "refused"


class ApprovalStatus(_Model):
    """An approval is used once, or refused with the reason."""

    phase: ApprovalPhase | None = None
    reason: Text = ""
    decided_at: datetime | None = None
    conditions: Conditions


# --- definitions --------------------------------------------------------------------------------------------------

Column = tuple[str, str, str]  # name, type, JSON path; a name that starts with a hyphen is for `-o wide` alone


@dataclass(frozen=True)
class Kind:
    """One kind: its names, its models, its columns in `kubectl get`."""

    kind: str
    plural: str
    short: str
    summary: str
    spec: type[BaseModel]
    status: type[BaseModel]
    columns: tuple[Column, ...]
    rules: tuple[tuple[str, str], ...] = ()
    """CEL rules over the whole object: rule and message."""

    @property
    def resource(self) -> str:
        """The name of the definition, ``findings.kora.taskora.dev``."""
        return f"{self.plural}.{GROUP}"


_AGE: Column = ("Age", "date", ".metadata.creationTimestamp")

AGENT_POLICY = Kind(
    "AgentPolicy", "agentpolicies", "agentpol", "How far Kora may go by itself, and where.",
    PolicyDocument, AgentPolicyStatus,
    (
        ("Level", "string", ".spec.autonomy.level"),
        ("Paused", "boolean", ".status.paused"),
        ("Findings", "integer", ".status.counts.findings"),
        ("Waiting", "integer", ".status.counts.waiting"),
        ("Healed", "integer", ".status.counts.healed"),
        ("Valid", "string", '.status.conditions[?(@.type=="Valid")].status'),
        _AGE,
    ),
)  # fmt: skip
FINDING = Kind(
    "Finding", "findings", "kfind", "One cause of trouble that Kora sees.",
    FindingSpec, FindingStatus,
    (
        ("Severity", "string", ".spec.severity"),
        ("Cause", "string", ".spec.cause"),
        ("Kind", "string", ".spec.objects[0].kind"),
        ("Object", "string", ".spec.objects[0].name"),
        ("Phase", "string", ".status.phase"),
        ("Fate", "string", ".status.fate"),
        ("-Plan", "string", ".status.plan"),
        ("-Summary", "string", ".spec.summary"),
        _AGE,
    ),
)  # fmt: skip
REMEDIATION_PLAN = Kind(
    "RemediationPlan", "remediationplans", "rplan", "A change that waits for a decision, or what became of it.",
    RemediationPlanSpec, RemediationPlanStatus,
    (
        ("Phase", "string", ".status.phase"),
        ("Risk", "string", ".spec.risk"),
        ("Goal", "string", ".spec.goal"),
        ("Approver", "string", ".status.approver"),
        ("-Hash", "string", ".spec.hash"),
        ("-Expires", "string", ".spec.expires"),
        ("-Reason", "string", ".status.reason"),
        _AGE,
    ),
    (("self.metadata.name == self.spec.planId", "a RemediationPlan is named after its plan"),),
)  # fmt: skip
APPROVAL = Kind(
    "Approval", "approvals", "kappr", "A person's yes or no to one plan.",
    ApprovalSpec, ApprovalStatus,
    (
        ("Plan", "string", ".spec.plan"),
        ("Decision", "string", ".spec.decision"),
        ("Approver", "string", ".spec.approver"),
        ("Phase", "string", ".status.phase"),
        ("-Reason", "string", ".status.reason"),
        _AGE,
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {each.kind: each for each in (AGENT_POLICY, FINDING, REMEDIATION_PLAN, APPROVAL)}


def definitions() -> list[Manifest]:
    """The CustomResourceDefinitions of all four kinds."""
    return [_definition(each) for each in KINDS.values()]


def manifest(
    kind: Kind, name: str, namespace: str, spec: BaseModel, *, labels: Mapping[str, str] | None = None
) -> Manifest:
    """An object of one of the kinds, without a status."""
    written = spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        "apiVersion": API_VERSION,
        "kind": kind.kind,
        "metadata": {"name": name, "namespace": namespace, "labels": dict(labels or {})},
        "spec": written,
    }


def _definition(kind: Kind) -> Manifest:
    schema: Schema = {
        "description": kind.summary,
        "type": "object",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": structural(kind.spec),
            "status": structural(kind.status),
        },
    }
    if kind.rules:
        schema |= _rules(*kind.rules)
    version = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
        "additionalPrinterColumns": [_column(each) for each in kind.columns],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.resource},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
                "plural": kind.plural,
                "singular": kind.kind.lower(),
                "shortNames": [kind.short],
                "categories": ["kora"],
            },
            "versions": [version],
        },
    }


def _column(column: Column) -> dict[str, Any]:
    name, kind, path = column
    wide = {"priority": 1} if name.startswith("-") else {}
    return {"name": name.removeprefix("-"), "type": kind, "jsonPath": path, **wide}
