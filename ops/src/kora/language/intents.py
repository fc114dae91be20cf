"""What a request means: typed intents with typed slots, the one thing that rules and models may produce.

An intent names things as the person did; `operations.ask` binds them to the live cluster (or says who is meant), turns
changes into plans and lets the gate decide. Everything that was not said is None or empty: nothing is guessed here.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Slot(BaseModel):
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


class Condition(_Slot):
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
        "size",
    ]
    comparison: Comparison
    value: str | float | None = None


# --- naming things ------------------------------------------------------------------------------------------------


class Target(_Slot):
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


class Inspect(_Slot):
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
    group_by: Literal["node", "namespace", "state", "image", "kind", "workload"] | None = None
    """For counts and lists: one line for each value instead of one for each object."""
    total: bool = False
    """Whether the sum over all objects was asked for."""
    against: Literal["requests", "limits"] | None = None
    """For USAGE: what is used is held against what is requested or allowed; with `share` only what uses more than it."""
    share: float | None = None
    sort_by: Literal["cpu", "memory", "restarts", "age", "name", "replicas", "size", "pods"] | None = None
    descending: bool = True
    limit: int | None = None
    not_applied: str | None = None
    """The stretch of time that was said and that the answer does not look at; the answer says so."""
    since_seconds: int | None = None
    container: str | None = None
    previous: bool = False
    contains: str | None = None
    """Only log lines or events that hold this text; ``error`` stands for what looks like an error."""
    verb: str | None = None
    resource: str | None = None
    subject: str | None = None
    """For PERMISSIONS: who (``system:serviceaccount:ns:name``, a user), may do what, to what."""


# --- pieces that several changes share ----------------------------------------------------------------------------


class Resources(_Slot):
    """Quantities in Kubernetes' notation: ``100m``, ``128Mi``."""

    cpu: str | None = None
    memory: str | None = None
    ephemeral_storage: str | None = None


class PortSpec(_Slot):
    """One port of a container or service."""

    port: int
    target: int | str | None = None
    node_port: int | None = None
    name: str | None = None
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"


class ProbeSpec(_Slot):
    """A probe; exactly one of path with port, tcp_port or command."""

    path: str | None = None
    port: int | str | None = None
    tcp_port: int | None = None
    command: tuple[str, ...] = ()
    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    failure_threshold: int | None = None
    success_threshold: int | None = None


class MountSpec(_Slot):
    """A volume in a container. `source` with `source_name` says what it is made of."""

    path: str
    volume: str | None = None
    source: Literal["claim", "config_map", "secret", "empty_dir", "host_path", "claim_template"] = "empty_dir"
    source_name: str | None = None
    size: str | None = None
    storage_class: str | None = None
    read_only: bool = False
    sub_path: str | None = None
    in_memory: bool = False
    """For an empty directory: kept in memory."""


class ContainerSpec(_Slot):
    """One container."""

    name: str | None = None
    image: str | None = None
    pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    ports: tuple[PortSpec, ...] = ()
    env: dict[str, str] = Field(default_factory=dict)
    env_from: tuple[tuple[Literal["secret", "config_map"], str], ...] = ()
    env_keys: tuple[tuple[str, Literal["secret", "config_map"], str, str], ...] = ()
    """(variable, source, object's name, key)."""
    env_fields: tuple[tuple[str, str], ...] = ()
    """(variable, field of the pod), such as ``status.podIP``."""
    requests: Resources = Resources()
    limits: Resources = Resources()
    liveness: ProbeSpec | None = None
    readiness: ProbeSpec | None = None
    startup: ProbeSpec | None = None
    mounts: tuple[MountSpec, ...] = ()
    init: bool = False


# --- changing -----------------------------------------------------------------------------------------------------


class Scale(_Slot):
    """Exactly one of `to`, `by` (relative, may be negative), `factor` (2 doubles, 0.5 halves, 1.2 is +20 %)."""

    intent: Literal["scale"] = "scale"
    target: Target
    to: int | None = None
    by: int | None = None
    factor: float | None = None


class Restart(_Slot):
    """Renew the pods."""

    intent: Literal["restart"] = "restart"
    target: Target


class SetImage(_Slot):
    """A new image, or only a new tag of the present one."""

    intent: Literal["set_image"] = "set_image"
    target: Target
    container: str | None = None
    image: str | None = None
    tag: str | None = None
    max_surge: str | None = None
    max_unavailable: str | None = None


class SetResources(_Slot):
    """New requests and limits; relative changes as factors."""

    intent: Literal["set_resources"] = "set_resources"
    target: Target
    container: str | None = None
    requests: Resources = Resources()
    limits: Resources = Resources()
    factor: float | None = None
    which: tuple[str, ...] = ()
    """With `factor`: ``cpu``, ``memory``; empty is both."""
    where: tuple[str, ...] = ()
    """With `factor`: ``requests``, ``limits``; empty is both."""


class SetEnv(_Slot):
    """Environment variables to set and to remove."""

    intent: Literal["set_env"] = "set_env"
    target: Target
    container: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()


class SetMetadata(_Slot):
    """Labels or annotations to set and to remove."""

    intent: Literal["set_metadata"] = "set_metadata"
    target: Target
    what: Literal["labels", "annotations"]
    values: dict[str, str] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()


class SetProbe(_Slot):
    """Set or change probes of a workload."""

    intent: Literal["set_probe"] = "set_probe"
    target: Target
    container: str | None = None
    liveness: ProbeSpec | None = None
    readiness: ProbeSpec | None = None
    startup: ProbeSpec | None = None


class Autoscale(_Slot):
    """A HorizontalPodAutoscaler for a workload."""

    intent: Literal["autoscale"] = "autoscale"
    target: Target
    minimum: int | None = None
    maximum: int | None = None
    cpu_percent: int | None = None
    memory_percent: int | None = None
    name: str | None = None


class RollBack(_Slot):
    """Back to an earlier revision; None is the one before."""

    intent: Literal["roll_back"] = "roll_back"
    target: Target
    revision: int | None = None


class Pause(_Slot):
    """Halt or continue a rollout, or suspend or resume a cron job."""

    intent: Literal["pause"] = "pause"
    target: Target
    resume: bool = False


class Expose(_Slot):
    """A Service in front of a workload."""

    intent: Literal["expose"] = "expose"
    target: Target
    name: str | None = None
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] | None = None
    ports: tuple[PortSpec, ...] = ()


class SwitchTraffic(_Slot):
    """Point a Service at other pods (blue to green)."""

    intent: Literal["switch_traffic"] = "switch_traffic"
    service: Target
    to: Target
    """A workload, or the labels that the selector shall have."""


class SetService(_Slot):
    """Another type or other ports of a Service that is there. With several ports the handler asks which."""

    intent: Literal["set_service"] = "set_service"
    target: Target
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] | None = None
    port: int | None = None
    target_port: int | None = None
    node_port: int | None = None


class SetSchedule(_Slot):
    """Another schedule of a cron job, in cron's five fields."""

    intent: Literal["set_schedule"] = "set_schedule"
    target: Target
    schedule: str


class SetStrategy(_Slot):
    """How a Deployment replaces its pods."""

    intent: Literal["set_strategy"] = "set_strategy"
    target: Target
    type: Literal["RollingUpdate", "Recreate"] | None = None
    max_surge: str | None = None
    max_unavailable: str | None = None


class SetData(_Slot):
    """Keys of a ConfigMap to set and to remove."""

    intent: Literal["set_data"] = "set_data"
    target: Target
    values: dict[str, str] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()


class Cordon(_Slot):
    """Let a node take no new pods, or take them again."""

    intent: Literal["cordon"] = "cordon"
    target: Target
    open: bool = False


class RunJob(_Slot):
    """One run of a cron job now, as a job of its own."""

    intent: Literal["run_job"] = "run_job"
    target: Target


class Canary(_Slot):
    """A second, smaller Deployment behind the same Service."""

    intent: Literal["canary"] = "canary"
    target: Target
    name: str | None = None
    image: str | None = None
    tag: str | None = None
    replicas: int | None = None
    percent: int | None = None


class Resize(_Slot):
    """A larger claim."""

    intent: Literal["resize"] = "resize"
    target: Target
    size: str


class Delete(_Slot):
    """Delete what was named; never a kind without a name or condition unless `every` was said."""

    intent: Literal["delete"] = "delete"
    target: Target
    conditions: tuple[Condition, ...] = ()


class Grant(_Slot):
    """Permissions for somebody: role and binding."""

    intent: Literal["grant"] = "grant"
    subject_kind: Literal["ServiceAccount", "User", "Group"]
    subject: str
    subject_namespace: str | None = None
    verbs: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    existing_role: str | None = None
    namespace: str | None = None
    cluster_wide: bool = False
    role_name: str | None = None
    binding_name: str | None = None
    create_subject: bool = False


class Create(_Slot):
    """A new object of any kind that has a typed builder; `fields` holds the slots of that builder by their names.

    Workloads use `containers`, `replicas`; the rest is validated by the builder (operations.manifests), which says what
    is missing.
    """

    intent: Literal["create"] = "create"
    kind: str
    name: str | None = None
    namespace: str | None = None
    create_namespace: bool = False
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    replicas: int | None = None
    containers: tuple[ContainerSpec, ...] = ()
    ports: tuple[PortSpec, ...] = ()
    selector: dict[str, str] = Field(default_factory=dict)
    data: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, Any] = Field(default_factory=dict)


class Fix(_Slot):
    """Find out what is wrong with it and repair it: diagnose → plan → gate. Conditions narrow what is meant."""

    intent: Literal["fix"] = "fix"
    target: Target
    conditions: tuple[Condition, ...] = ()


class Audit(_Slot):
    """A rule to hold objects against; read-only. `rule` is parsed by `language.rules` into a policy expression."""

    intent: Literal["audit"] = "audit"
    rule: str
    target: Target = Target()


class Wait(_Slot):
    """Wait for the step before to settle ("and wait until it is ready")."""

    intent: Literal["wait"] = "wait"
    target: Target = Target()
    seconds: int | None = None


Intent = Annotated[
    Inspect
    | Scale
    | Restart
    | SetImage
    | SetResources
    | SetEnv
    | SetMetadata
    | SetProbe
    | Autoscale
    | RollBack
    | Pause
    | Expose
    | SwitchTraffic
    | SetService
    | SetSchedule
    | SetStrategy
    | SetData
    | Cordon
    | RunJob
    | Canary
    | Resize
    | Delete
    | Grant
    | Create
    | Fix
    | Audit
    | Wait,
    Field(discriminator="intent"),
]


class Unclear(_Slot):
    """A part that was not understood: the words, what was, and a question or suggestion."""

    text: str
    understood: str = ""
    question: str = ""


class Request(_Slot):
    """Everything that one prompt asks, in order. With anything unclear, no change is made."""

    steps: tuple[Intent, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    namespace: str | None = None
    """A namespace that was said for the whole request."""
    save_to: str | None = None
    """A file or folder to write manifests to instead of changing the cluster."""
    dry_run: bool = False
    explain: bool = False
    """Whether it was asked how the steps would be done: they are explained, never done."""
    notes: tuple[str, ...] = ()
    """What was heard and is honoured without a step ("without downtime", "don't touch the database")."""
    report_format: Literal["violating"] | None = None
    """``VIOLATING: <name>`` lines were asked for."""

    @property
    def changes(self) -> bool:
        """Whether any step would change something."""
        return not self.explain and any(step.intent not in {"inspect", "audit", "wait"} for step in self.steps)
