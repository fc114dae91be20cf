"""Plans: typed steps with full objects, what they expect afterwards, how to undo them, and a hash over all of it.

A plan is data. `operations.plans` makes, applies and verifies it; `policy` decides about it; `tools.invoker` is the
only one that hands out the means to carry it out.

Life: proposed → approved | rejected | expired | void → applying → verifying → done | rolled_back | failed; a done
plan can still be undone (by a new plan).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kora.domain.actors import Actor
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.risk import Risk
from kora.kit.canonical import content_hash


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(_Value):
    """One observed fact; `source` says where: ``event``, ``log <pod>/<container>``, ``status``, ``probe`` and so on."""

    source: str
    text: str


# --- what a step does ---------------------------------------------------------------------------------------------


class Apply(_Value):
    """Server-side apply of a full object; creates it when it is absent."""

    action: Literal["apply"] = "apply"
    manifest: Manifest


class Patch(_Value):
    """A JSON merge patch (RFC 7396) or a strategic one on an existing object."""

    action: Literal["patch"] = "patch"
    target: ObjectRef
    patch: dict[str, Any]
    strategy: Literal["merge", "strategic"] = "strategic"


class Scale(_Value):
    """Sets the replica count through the scale subresource."""

    action: Literal["scale"] = "scale"
    target: ObjectRef
    replicas: int = Field(ge=0)


class Restart(_Value):
    """Renews the pods of a workload one by one, as ``kubectl rollout restart``."""

    action: Literal["restart"] = "restart"
    target: ObjectRef


class Rollback(_Value):
    """Brings a workload's pod template back to an earlier revision, as ``kubectl rollout undo --to-revision``."""

    action: Literal["rollback"] = "rollback"
    target: ObjectRef
    revision: int = Field(ge=1)


class Delete(_Value):
    """Deletes one object."""

    action: Literal["delete"] = "delete"
    target: ObjectRef
    propagation: Literal["Background", "Foreground", "Orphan"] = "Background"


class HelmUpgrade(_Value):
    """Installs or upgrades a release, atomically. `values` are the complete user-supplied values; never secrets."""

    action: Literal["helm_upgrade"] = "helm_upgrade"
    release: str
    namespace: str
    chart: str
    values: dict[str, Any] = Field(default_factory=dict)
    timeout_seconds: int = Field(default=300, ge=1)


class HelmRollback(_Value):
    """Brings a release back to an earlier revision; revision 0 uninstalls (the undo of a first install)."""

    action: Literal["helm_rollback"] = "helm_rollback"
    release: str
    namespace: str
    revision: int = Field(ge=0)


Action = Annotated[
    Apply | Patch | Scale | Restart | Rollback | Delete | HelmUpgrade | HelmRollback, Field(discriminator="action")
]


# --- what must hold afterwards ------------------------------------------------------------------------------------


class RolloutComplete(_Value):
    """A Deployment, StatefulSet or DaemonSet has rolled its newest revision out entirely."""

    check: Literal["rollout_complete"] = "rollout_complete"
    target: ObjectRef


class ReadyCount(_Value):
    """A workload has exactly this many ready replicas."""

    check: Literal["ready_count"] = "ready_count"
    target: ObjectRef
    replicas: int


class EndpointsReady(_Value):
    """A Service has at least `minimum` ready endpoints."""

    check: Literal["endpoints_ready"] = "endpoints_ready"
    target: ObjectRef
    minimum: int = 1


class NoNewRestarts(_Value):
    """No container of the workload's pods restarts during the hold window."""

    check: Literal["no_new_restarts"] = "no_new_restarts"
    target: ObjectRef


class Exists(_Value):
    """The object is there."""

    check: Literal["exists"] = "exists"
    target: ObjectRef


class Absent(_Value):
    """The object is gone."""

    check: Literal["absent"] = "absent"
    target: ObjectRef


class FieldEquals(_Value):
    """A field has a value. `path` is a JSON pointer (RFC 6901), for example ``/spec/replicas``."""

    check: Literal["field_equals"] = "field_equals"
    target: ObjectRef
    path: str
    value: Any


class ReleaseDeployed(_Value):
    """A Helm release's newest revision has the status deployed."""

    check: Literal["release_deployed"] = "release_deployed"
    release: str
    namespace: str


class CauseGone(_Value):
    """A diagnosis of the namespace no longer has this finding."""

    check: Literal["cause_gone"] = "cause_gone"
    finding: str
    """The finding's id."""
    cause: str
    target: ObjectRef
    spec: str | None = None
    """Digest of the target's spec when the plan was made (see `operations.heal.records`): tells whether somebody
    changed the object since a cure failed."""


Postcondition = Annotated[
    RolloutComplete
    | ReadyCount
    | EndpointsReady
    | NoNewRestarts
    | Exists
    | Absent
    | FieldEquals
    | ReleaseDeployed
    | CauseGone,
    Field(discriminator="check"),
]


# --- the plan -----------------------------------------------------------------------------------------------------


class Observed(_Value):
    """An object as it stood when the plan was computed; resource_version None means that it was absent."""

    target: ObjectRef
    resource_version: str | None
    uid: str | None = None
    content: str | None = None
    """SHA-256 over what people write of it (no status, no server fields). A controller's report of progress moves the
    resourceVersion and not this; a person's change moves both."""


class Step(_Value):
    """One effect, why, and the way back."""

    action: Action
    reason: str
    evidence: tuple[Evidence, ...] = ()
    risk: Risk = Risk.WRITE
    undo: tuple[Action, ...] = ()
    """Actions that bring the objects back to where they were; empty only when nothing can (then the risk says so)."""


class Plan(_Value):
    """A change that waits for a decision. `hash` covers everything but itself."""

    id: str
    goal: str
    steps: tuple[Step, ...] = Field(min_length=1)
    postconditions: tuple[Postcondition, ...] = ()
    observed: tuple[Observed, ...] = ()
    hold_seconds: int = Field(default=10, ge=0, description="how long the postconditions must keep holding")
    verify_seconds: int = Field(default=300, ge=1, description="how long they may take to hold at first")
    made_by: Actor
    made_at: datetime
    expires_at: datetime

    @property
    def risk(self) -> Risk:
        """The worst step's."""
        return max((step.risk for step in self.steps), key=lambda risk: risk.rank)

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the whole plan, resource versions included."""
        return content_hash(self.model_dump(mode="json"))


class PlanState(StrEnum):
    """Where a plan stands in its life."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    VOID = "void"  # the cluster moved on before it was applied
    APPLYING = "applying"
    VERIFYING = "verifying"
    ROLLING_BACK = "rolling_back"
    DONE = "done"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"  # neither done nor cleanly undone; a person is needed

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return self in _FINAL


_FINAL = {
    PlanState.REJECTED,
    PlanState.EXPIRED,
    PlanState.VOID,
    PlanState.DONE,
    PlanState.ROLLED_BACK,
    PlanState.FAILED,
}


class Approval(_Value):
    """A person's yes to exactly one hash; used once."""

    plan_id: str
    plan_hash: str
    approver: str
    surface: str
    approved_at: datetime
    expires_at: datetime
