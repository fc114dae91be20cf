"""What questions mean: which objects are spoken of, under which conditions, and what is asked about them.

Part of `intents`, which is where everybody takes these from; nothing is guessed here either.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Slot(BaseModel):
    """Typed and unchangeable; a slot that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- conditions ----------------------------------------------------------------------------------------------------


class Comparison(StrEnum):
    """How a field is compared."""

    IS = "is"
    IS_NOT = "is_not"
    MORE = "more"
    LESS = "less"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    LACKS = "lacks"


class Condition(Slot):
    """One restriction of a list: ``state is_not running``, ``restarts more 3``, ``age less 3600`` (seconds), ``restarted less
    3600`` (seconds since its last restart)."""

    field: Literal[
        "state",
        "ready",
        "restarts",
        "restarted",
        "age",
        "image",
        "label",
        "annotation",
        "replicas",
        "cpu",
        "memory",
        "size",
        "node",
        "name",
        "type",
        "owner",
        "port",
        "exposed",
        "requests",
        "limits",
        "probe",
        "endpoints",
        "tls",
        "autoscaler",
        "budget",
        "service",
        "pods",
        "used",
        "selector",
        "host",
        "containers",
        "ingress",
        "holds",
        "ran",
        "taints",
    ]
    comparison: Comparison
    value: str | float | None = None


# --- naming things ------------------------------------------------------------------------------------------------


class Target(Slot):
    """Which objects are meant."""

    kind: str | None = None
    """Canonical kind (``Deployment``); None when only a name or a phrase was said."""
    names: tuple[str, ...] = ()
    """Exact names as written."""
    phrase: str | None = None
    """Words that describe it ("the backend", "web app"), to be matched with what is there."""
    labels: dict[str, str] = Field(default_factory=dict)
    namespace: str | None = None
    all_namespaces: bool = False
    every: bool = False
    """Whether all objects of the kind are meant ("all pods")."""
    excluding: tuple[str, ...] = ()
    """Names that are left out ("all deployments except web")."""
    where: tuple[Condition, ...] = ()
    """What must hold of an object now for it to be meant ("all deployments that are not ready")."""


# --- reading ------------------------------------------------------------------------------------------------------


class Aspect(StrEnum):
    """What a person wants to know."""

    LIST = "list"
    COUNT = "count"
    STATUS = "status"
    DESCRIBE = "describe"
    MANIFEST = "manifest"
    LOGS = "logs"
    EVENTS = "events"
    IMAGES = "images"
    USAGE = "usage"
    CAPACITY = "capacity"
    CAUSE = "cause"  # why is it failing
    HEALTH = "health"  # is anything wrong
    HISTORY = "history"  # revisions of a rollout
    PERMISSIONS = "permissions"  # who can, can X
    PORTS = "ports"
    ENDPOINTS = "endpoints"
    ENVIRONMENT = "environment"
    DEPENDENTS = "dependents"  # what uses this config map, who calls this service
    CONTEXT = "context"  # which cluster, version, namespaces
    CHANGES = "changes"  # what was rolled out or made lately
    CONNECTIVITY = "connectivity"  # can this reach that
    KINDS = "kinds"  # which kinds the cluster serves
    PROPERTY = "property"  # one thing about objects: the account they run as, the exit code of the last run
    VALUE = "value"  # one key of a config map
    COMPARE = "compare"  # two or more objects side by side


class Inspect(Slot):
    """A question. Never changes anything."""

    intent: Literal["inspect"] = "inspect"
    aspect: Aspect
    target: Target = Target()
    conditions: tuple[Condition, ...] = ()
    of: Target | None = None
    """What the listed objects belong to or the asked connection starts from: the secrets *of the backend pod*."""
    show: tuple[Literal["labels", "annotations"], ...] = ()
    """More columns of a list than its kind has."""
    properties: tuple[str, ...] = ()
    """For PROPERTY: what is asked for, by its name in `language.asking.properties`."""
    key: str | None = None
    """The key of a config map whose value is asked for."""
    group_by: Literal["node", "namespace", "state", "image", "kind", "workload", "type"] | None = None
    """For counts and lists: one line for each value instead of one for each object."""
    total: bool = False
    """Whether the sum over all objects was asked for."""
    against: Literal["requests", "limits"] | None = None
    """For USAGE: what is used is held against what is requested or allowed; with `share` only what uses more than it."""
    share: float | None = None
    sort_by: Literal["cpu", "memory", "restarts", "age", "name", "replicas", "size", "pods"] | None = None
    descending: bool = True
    limit: int | None = None
    either: bool = False
    """Whether one of the conditions is enough ("pending or restarted more than three times")."""
    not_applied: str | None = None
    """The stretch of time that was said and that the answer does not look at; the answer says so."""
    since_seconds: int | None = None
    container: str | None = None
    previous: bool = False
    contains: str | None = None
    """Only log lines or events that hold this text; ``error`` stands for what looks like an error."""
    verb: str | None = None
    resource: str | None = None
    """For PERMISSIONS a kind, or a part of one (``pods/log``); for CAPACITY ``ephemeral-storage``, the disks of nodes."""
    subject: str | None = None
    """For PERMISSIONS: who (``system:serviceaccount:ns:name``, a user), may do what, to what."""
