"""What a request means: typed intents with typed slots, the one thing that rules and models may produce.

An intent names things as the person did; `operations.ask` binds them to the live cluster (or says who is meant), turns
changes into plans and lets the gate decide. Everything that was not said is None or empty: nothing is guessed here.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from kora.language.questions import Aspect, Comparison, Condition, Inspect, Slot, Target

# --- pieces that several changes share ----------------------------------------------------------------------------


class Resources(Slot):
    """Quantities in Kubernetes' notation: ``100m``, ``128Mi``."""

    cpu: str | None = None
    memory: str | None = None
    ephemeral_storage: str | None = None


class PortSpec(Slot):
    """One port of a container or service."""

    port: int
    target: int | str | None = None
    node_port: int | None = None
    host_port: int | None = None
    name: str | None = None
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"


class ProbeSpec(Slot):
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


class MountSpec(Slot):
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


class ContainerSpec(Slot):
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


class Scale(Slot):
    """Exactly one of `to`, `by` (relative, may be negative), `factor` (2 doubles, 0.5 halves, 1.2 is +20 %)."""

    intent: Literal["scale"] = "scale"
    target: Target
    to: int | None = None
    by: int | None = None
    factor: float | None = None


class Restart(Slot):
    """Renew the pods."""

    intent: Literal["restart"] = "restart"
    target: Target


class SetImage(Slot):
    """A new image, or only a new tag of the present one."""

    intent: Literal["set_image"] = "set_image"
    target: Target
    container: str | None = None
    image: str | None = None
    tag: str | None = None
    was: str | None = None
    """With `tag`: the program that the image must be of."""
    max_surge: str | None = None
    max_unavailable: str | None = None


class SetResources(Slot):
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
    remove: tuple[
        Literal[
            "requests", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
            "limits", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
        ],
        ...,
    ] = ()  # fmt: skip
    """What shall no longer be set."""


class EnvSource(Slot):
    """Where variables come from: one key as one variable, or with no variable every key under its own name. Without a
    key the one that is named like the variable."""

    source: Literal["secret", "config_map"]
    name: str
    variable: str | None = None
    key: str | None = None


class SetEnv(Slot):
    """Environment variables to set and to remove."""

    intent: Literal["set_env"] = "set_env"
    target: Target
    container: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    sources: tuple[EnvSource, ...] = ()
    remove: tuple[str, ...] = ()


class SetMetadata(Slot):
    """Labels or annotations to set and to remove."""

    intent: Literal["set_metadata"] = "set_metadata"
    target: Target
    what: Literal["labels", "annotations"]
    values: dict[str, str] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()


class SetProbe(Slot):
    """Set or change probes of a workload."""

    intent: Literal["set_probe"] = "set_probe"
    target: Target
    container: str | None = None
    liveness: ProbeSpec | None = None
    readiness: ProbeSpec | None = None
    startup: ProbeSpec | None = None


class Autoscale(Slot):
    """A HorizontalPodAutoscaler for a workload; of one that is there what was not said stays."""

    intent: Literal["autoscale"] = "autoscale"
    target: Target
    minimum: int | None = None
    maximum: int | None = None
    cpu_percent: int | None = None
    memory_percent: int | None = None
    name: str | None = None
    remove: bool = False
    """Whether there shall be none any more."""


class RollBack(Slot):
    """Back to an earlier revision; None is the one before."""

    intent: Literal["roll_back"] = "roll_back"
    target: Target
    revision: int | None = None


class Pause(Slot):
    """Halt or continue a rollout, or suspend or resume a cron job."""

    intent: Literal["pause"] = "pause"
    target: Target
    resume: bool = False


class Expose(Slot):
    """A Service in front of a workload."""

    intent: Literal["expose"] = "expose"
    target: Target
    name: str | None = None
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] | None = None
    ports: tuple[PortSpec, ...] = ()


class SwitchTraffic(Slot):
    """Point a Service at other pods (blue to green)."""

    intent: Literal["switch_traffic"] = "switch_traffic"
    service: Target
    to: Target
    """A workload, or the labels that the selector shall have."""


class SetService(Slot):
    """Another type or other ports of a Service that is there. With several ports the handler asks which."""

    intent: Literal["set_service"] = "set_service"
    target: Target
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] | None = None
    port: int | None = None
    add_port: int | None = None
    """One more port beside those that are there; `target_port` is its own then."""
    target_port: int | None = None
    node_port: int | None = None


class SetSchedule(Slot):
    """Another schedule of a cron job, in cron's five fields."""

    intent: Literal["set_schedule"] = "set_schedule"
    target: Target
    schedule: str


class SetStrategy(Slot):
    """How a Deployment replaces its pods."""

    intent: Literal["set_strategy"] = "set_strategy"
    target: Target
    type: Literal["RollingUpdate", "Recreate"] | None = None
    max_surge: str | None = None
    max_unavailable: str | None = None


class SetPod(Slot):
    """As whom and where the pods of a workload run."""

    intent: Literal["set_pod"] = "set_pod"
    target: Target
    service_account: str | None = None
    priority_class: str | None = None
    node_selector: dict[str, str] = Field(default_factory=dict)
    tolerate_key: str | None = None
    tolerate_value: str | None = None
    tolerate_effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    remove: tuple[Literal["node_selector", "priority_class"], ...] = ()


class SetIngress(Slot):
    """What an Ingress that is there routes: one more host or path, a certificate, or one host fewer."""

    intent: Literal["set_ingress"] = "set_ingress"
    target: Target
    host: str | None = None
    instead_of: str | None = None
    """The host that `host` takes the place of; empty: the only one."""
    path: str | None = None
    exact: bool = False
    service: str | None = None
    port: int | None = None
    tls_secret: str | None = None
    remove_host: str | None = None
    remove_path: str | None = None


class SetQuota(Slot):
    """Amounts of a ResourceQuota that is there, by their names in Kubernetes (``pods``, ``limits.memory``)."""

    intent: Literal["set_quota"] = "set_quota"
    target: Target
    hard: dict[str, str]


class Copy(Slot):
    """A ConfigMap once more, under another name or in another namespace."""

    intent: Literal["copy"] = "copy"
    target: Target
    name: str | None = None
    namespace: str | None = None
    to: str | None = None
    """Where to, without a word whether that is a name or a namespace."""


class Revoke(Slot):
    """Somebody leaves the bindings of a role."""

    intent: Literal["revoke"] = "revoke"
    target: Target
    """The role."""
    subject: str
    subject_kind: Literal["ServiceAccount", "User", "Group"] | None = None


class SetData(Slot):
    """Keys of a ConfigMap or Secret to set and to remove."""

    intent: Literal["set_data"] = "set_data"
    target: Target
    values: dict[str, str] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()


class Cordon(Slot):
    """Let a node take no new pods, or take them again."""

    intent: Literal["cordon"] = "cordon"
    target: Target
    open: bool = False


class RunJob(Slot):
    """One run of a cron job now, as a job of its own."""

    intent: Literal["run_job"] = "run_job"
    target: Target


class Canary(Slot):
    """A second, smaller Deployment behind the same Service."""

    intent: Literal["canary"] = "canary"
    target: Target
    name: str | None = None
    image: str | None = None
    tag: str | None = None
    replicas: int | None = None
    percent: int | None = None


class Resize(Slot):
    """A larger claim."""

    intent: Literal["resize"] = "resize"
    target: Target
    size: str


class Delete(Slot):
    """Delete what was named; never a kind without a name or condition unless `every` was said."""

    intent: Literal["delete"] = "delete"
    target: Target
    conditions: tuple[Condition, ...] = ()


class Grant(Slot):
    """Permissions for somebody: role and binding."""

    intent: Literal["grant"] = "grant"
    subject_kind: Literal["ServiceAccount", "User", "Group"]
    subject: str
    kind_said: bool = True
    """Whether the kind was said: a bare name may be that of a service account, which the cluster tells."""
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


class Create(Slot):
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


class Fix(Slot):
    """Find out what is wrong with it and repair it: diagnose → plan → gate. Conditions narrow what is meant."""

    intent: Literal["fix"] = "fix"
    target: Target
    conditions: tuple[Condition, ...] = ()
    mentions: tuple[str, ...] = ()
    """What a complaint speaks of: phrases of which some name objects. The cluster tells which."""
    places: tuple[str, ...] = ()
    """Words that may name the namespace it happens in. The cluster tells which."""
    spared: tuple[str, ...] = ()
    """What shall stay as it is."""


class Audit(Slot):
    """A rule to hold objects against; read-only. `rule` is parsed by `language.rules` into a policy expression."""

    intent: Literal["audit"] = "audit"
    rule: str
    target: Target = Target()


class Wait(Slot):
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
    | SetPod
    | SetIngress
    | SetQuota
    | Copy
    | Revoke
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


class Unclear(Slot):
    """A part that was not understood: the words, what was, and a question or suggestion."""

    text: str
    understood: str = ""
    question: str = ""


class Request(Slot):
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


__all__ = [
    "Aspect", "Audit", "Autoscale", "Canary", "Comparison", "Condition", "ContainerSpec", "Copy", "Cordon", "Create", "Delete",
    "EnvSource", "Expose", "Fix", "Grant", "Inspect", "Intent", "MountSpec", "Pause", "PortSpec", "ProbeSpec", "Request",
    "Resize", "Resources", "Restart", "Revoke", "RollBack", "RunJob", "Scale", "SetData", "SetEnv", "SetImage", "SetIngress",
    "SetMetadata", "SetPod", "SetProbe", "SetQuota", "SetResources", "SetSchedule", "SetService", "SetStrategy", "Slot",
    "SwitchTraffic", "Target", "Unclear", "Wait",
]  # fmt: skip
