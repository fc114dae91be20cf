"""`PolicyDocument`: how far Kora may go, where, how often. The spec of the AgentPolicy kind and the file of `--policy`
are this one model; the CRD's schema is exported from it.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from kora.domain.objects import Manifest
from kora.domain.risk import Autonomy, Risk
from kora.kit.errors import Misconfigured
from kora.kit.structural import structural

API_VERSION = "kora.taskora.dev/v1alpha1"
KIND = "AgentPolicy"
SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = r"^([1-9][0-9]*)(s|m|h|d)$"


def seconds(duration: str) -> int:
    """``90s``, ``5m``, ``2h``, ``1d`` in seconds."""
    match = re.fullmatch(_DURATION, duration)
    if match is None:
        raise ValueError(f"{duration!r} is no duration")
    return int(match[1]) * _UNITS[match[2]]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/Berlin or UTC") from problem
    return name


Duration = Annotated[str, Field(pattern=_DURATION, description="A whole number and s, m, h or d, such as 5m.")]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM, 24 hours.")]
DnsLabel = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
Quantity = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$")]


def _rule(rule: str, message: str) -> JsonDict:
    """The same check for the API server, as a CEL rule of the schema."""
    return {"x-kubernetes-validations": [{"rule": rule, "message": message}]}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Scope(_Section):
    """Where the document holds."""

    namespaces: tuple[DnsLabel, ...] = Field(
        default=(), description="Namespaces that Kora may change; empty means all but those of Kubernetes itself."
    )
    selector: dict[str, str] = Field(default_factory=dict, description="Labels that an object must carry.")

    def covers(self, namespace: str) -> bool:
        """Whether objects in `namespace` may be changed at all."""
        return namespace in self.namespaces if self.namespaces else namespace not in SYSTEM_NAMESPACES


class AutonomySection(_Section):
    """How far Kora goes without a person."""

    level: Autonomy = Field(default=Autonomy.PROPOSE, description="For every namespace that is not named below.")
    namespaces: dict[DnsLabel, Autonomy] = Field(default_factory=dict, description="Levels of single namespaces.")
    require_approval: tuple[str, ...] = Field(
        default=(), description="Actions (delete, scale, helm_upgrade …) and kinds that always wait for a person."
    )
    yes_covers: Literal[Risk.READ, Risk.WRITE, Risk.DESTRUCTIVE] = Field(
        default=Risk.WRITE, description="The worst risk that `--yes` on the command line stands for."
    )

    def for_namespace(self, namespace: str | None) -> Autonomy:
        """The level that holds in a namespace."""
        return self.namespaces.get(namespace or "", self.level)


class Monitoring(_Section):
    """A watch that may be switched off."""

    enabled: bool = True
    interval: Duration = "30s"


class AutoRestart(_Section):
    """Restarting what is wedged."""

    enabled: bool = True
    max_restarts: int = Field(default=3, ge=0, le=100, description="Of one object, per cooldown period.")
    cooldown_period: Duration = "5m"


class ResourceOptimization(_Section):
    """Right-sizing."""

    enabled: bool = True
    interval: Duration = "10m"
    min_samples: int = Field(default=60, ge=2, description="Readings of one container before it is sized.")
    max_memory_factor: float = Field(default=2.0, ge=1, le=10, description="Raise at most by this factor at once.")
    max_memory: Quantity = "4Gi"


class Toggle(_Section):
    """Something that is on or off."""

    enabled: bool = True


class Scaling(_Section):
    """Bounds within which replica counts may be changed by Kora itself."""

    model_config = ConfigDict(
        json_schema_extra=_rule("self.minReplicas <= self.maxReplicas", "minReplicas must not be above maxReplicas")
    )

    enabled: bool = False
    min_replicas: int = Field(default=1, ge=1)
    max_replicas: int = Field(default=10, ge=1, le=1000)
    max_step: int = Field(default=2, ge=1, description="Replicas more or fewer at once.")

    @model_validator(mode="after")
    def _ordered(self) -> "Scaling":
        if self.min_replicas > self.max_replicas:
            raise ValueError("minReplicas must not be above maxReplicas")
        return self


class Capabilities(_Section):
    """What Kora does at all."""

    health_monitoring: Monitoring = Monitoring()
    auto_restart: AutoRestart = AutoRestart()
    resource_monitoring: Monitoring = Monitoring(interval="60s")
    resource_optimization: ResourceOptimization = ResourceOptimization()
    log_analysis: Toggle = Toggle()
    scaling: Scaling = Scaling()


class CircuitBreaker(_Section):
    """Stops Kora from acting by itself when what it does fails."""

    failures: int = Field(default=3, ge=1)
    reset_after: Duration = "30m"


class Limits(_Section):
    """How often Kora acts by itself."""

    max_writes_per_hour: int = Field(default=20, ge=0)
    max_steps_per_plan: int = Field(default=5, ge=1)
    cooldown: Duration = Field(default="5m", description="Between two writes to one object.")
    max_attempts: int = Field(default=3, ge=1, description="At one object, per day.")
    circuit_breaker: CircuitBreaker = CircuitBreaker()


class Day(StrEnum):
    """Days as they are written in a window."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class MaintenanceWindow(_Section):
    """When Kora may act by itself. A window whose end is not after its start reaches into the next day."""

    days: tuple[Day, ...] = tuple(Day)
    start: TimeOfDay
    end: TimeOfDay
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` (aware) lies in it."""
        here = moment.astimezone(ZoneInfo(self.timezone))
        clock, days = here.strftime("%H:%M"), list(Day)
        if self.start < self.end:
            return days[here.weekday()] in self.days and self.start <= clock < self.end
        yesterday = days[(here - timedelta(days=1)).weekday()]
        return (days[here.weekday()] in self.days and clock >= self.start) or (
            yesterday in self.days and clock < self.end
        )


class SecretKey(_Section):
    """Where a confidential address is kept."""

    name: str
    key: str


class Channel(_Section):
    """Where findings and plans that wait are announced."""

    model_config = ConfigDict(
        json_schema_extra=_rule(
            "(self.type == 'event') != has(self.urlFrom)",
            "urlFrom is needed for webhook and slack, and has no meaning for event",
        )
    )

    type: Literal["webhook", "slack", "event"]
    url_from: SecretKey | None = Field(default=None, description="The Secret that holds the address.")

    @model_validator(mode="after")
    def _addressed(self) -> "Channel":
        if (self.type == "event") == (self.url_from is not None):
            raise ValueError("urlFrom is needed for webhook and slack, and has no meaning for event")
        return self


class Alerting(_Section):
    """Who is told."""

    channels: tuple[Channel, ...] = (Channel(type="event"),)


class Budgets(_Section):
    """What Kora may spend."""

    model_cost_per_day: float = Field(default=0.0, ge=0, description="US dollars; 0 means that no paid model is asked.")
    model_calls_per_hour: int = Field(default=60, ge=0)


class PolicyDocument(_Section):
    """Everything that policy decides by. The default proposes and waits."""

    paused: bool = Field(default=False, description="The kill switch: nothing is changed while it is on.")
    scope: Scope = Scope()
    autonomy: AutonomySection = AutonomySection()
    capabilities: Capabilities = Capabilities()
    limits: Limits = Limits()
    maintenance_windows: tuple[MaintenanceWindow, ...] = Field(
        default=(), description="Empty means that Kora may act by itself at any time."
    )
    alerting: Alerting = Alerting()
    budgets: Budgets = Budgets()

    def in_maintenance(self, moment: datetime) -> bool:
        """Whether Kora may act by itself at `moment`."""
        return not self.maintenance_windows or any(window.contains(moment) for window in self.maintenance_windows)


def parse(value: Any, source: str = "the policy") -> PolicyDocument:
    """A document from its spec or from a whole AgentPolicy object.

    Raises:
        Misconfigured: it names the path of each thing that is wrong, and what to do.
    """
    if not isinstance(value, Mapping):
        raise Misconfigured(f"{source} holds no mapping.", fix="Write an AgentPolicy object, or its spec alone.")
    prefix = ""
    if "apiVersion" in value or "kind" in value:
        found = (value.get("apiVersion"), value.get("kind"))
        if found != (API_VERSION, KIND):
            raise Misconfigured(
                f"{source} is a {found[1]} of {found[0]}.", fix=f"Write `apiVersion: {API_VERSION}` and `kind: {KIND}`."
            )
        value, prefix = value.get("spec") or {}, "spec."
    try:
        return PolicyDocument.model_validate(value)
    except ValidationError as problem:
        mistakes = [_mistake(dict(each), prefix) for each in problem.errors(include_url=False, include_input=False)]
        raise Misconfigured(
            f"{source} is not a valid policy: {'; '.join(mistakes)}.",
            fix=f"Correct {mistakes[0].split(':')[0]}.",
            details={"mistakes": mistakes},
        ) from problem


def load(path: Path) -> PolicyDocument:
    """A document from a YAML file.

    Raises:
        Misconfigured: the file can't be read, is no YAML, holds several documents, or is wrong (see `parse`).
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Misconfigured(f"{path} can't be read: {problem.strerror}.", fix="Name a policy file.") from problem
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        where = getattr(problem, "problem_mark", None)
        line = f" (line {where.line + 1})" if where else ""
        raise Misconfigured(f"{path} is no YAML document{line}.", fix="Correct its syntax.") from problem
    return parse(value if value is not None else {}, str(path))


def schema() -> Manifest:
    """The JSON schema of the spec, without references, as a CustomResourceDefinition wants it (structural)."""
    return structural(PolicyDocument)


def _mistake(error: dict[str, Any], prefix: str) -> str:
    path = prefix + ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{path}: there is no such field"
    return f"{path}: {str(error['msg']).removeprefix('Value error, ')}"
