"""`kora.yaml`: what an application is made of, and how one sees that it works. The only file that Kora needs.

Strict: an unknown or wrong entry is refused with its path and the fix. Secrets are named here, never written here.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from kora.kit.errors import Misconfigured

FILE_NAME = "kora.yaml"

DnsLabel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
"""A name as Kubernetes wants it: RFC 1123, at most 63 characters."""
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Port = Annotated[int, Field(ge=1, le=65535)]
HttpPath = Annotated[str, StringConstraints(pattern=r"^/")]
Quantity = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Build(_Strict):
    """How an image of ours is built."""

    context: str = "."
    """Folder, relative to kora.yaml."""
    dockerfile: str = "Dockerfile"
    """File, relative to the context."""
    arguments: dict[str, str] = {}
    target: str | None = None


class Volume(_Strict):
    """Room that outlives the pod; it makes the service a StatefulSet."""

    path: HttpPath
    size: Quantity = "1Gi"


class Resources(_Strict):
    """What one pod gets."""

    cpu: Quantity = "50m"
    memory: Quantity = "128Mi"
    memory_limit: Quantity = "512Mi"


class Service(_Strict):
    """One container that runs: ours (`build`) or somebody else's (`image`)."""

    build: Build | None = None
    image: str | None = None
    port: Port | None = None
    """Where it listens; none for a worker."""
    health: HttpPath | None = None
    """Path that answers 200 when it can serve; without one the port is probed."""
    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: dict[Variable, str] = {}
    secrets: tuple[Variable, ...] = ()
    """Keys of the application's Secret that this service gets as environment variables."""
    replicas: Annotated[int, Field(ge=1, le=100)] = 1
    user: Annotated[int, Field(ge=1)] | None = None
    """Numeric user; needed where the image names its user instead of numbering it, or runs as root."""
    writable: tuple[HttpPath, ...] = ("/tmp",)  # noqa: S108 - a mount in the container
    volume: Volume | None = None
    resources: Resources = Resources()

    @model_validator(mode="after")
    def _has_one_source(self) -> "Service":
        if (self.build is None) == (self.image is None):
            raise ValueError("give either build or image")
        if self.image is not None and not re.search(r":[^/]+$", self.image):
            raise ValueError(f"name a tag or digest: {self.image}:1.2.3 (never latest, which moves)")
        if self.image is not None and self.image.endswith(":latest"):
            raise ValueError("the tag latest moves; name a version")
        return self


class ImageValues(_Strict):
    """Where a chart wants an image: dotted paths in its values. `reference` takes name and tag in one."""

    repository: str | None = None
    tag: str | None = None
    pull_policy: str | None = None
    reference: str | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> "ImageValues":
        if (self.reference is None) == (self.repository is None or self.tag is None):
            raise ValueError("give repository and tag, or reference")
        return self


class Chart(_Strict):
    """The application's own chart. Without one Kora uses a small chart that it brings along."""

    path: str
    files: tuple[str, ...] = ()
    """Values files, relative to kora.yaml; later ones win."""
    values: dict[str, Any] = {}
    images: dict[str, ImageValues] = {}
    """By service: where its image goes."""


class SecretKey(_Strict):
    """Where a key comes from that the Secret does not have yet: the environment or .env, else what is said here."""

    generate: Literal["url-safe", "hex"] | None = None
    length: Annotated[int, Field(ge=16, le=256)] = 48
    template: str | None = None
    """A text with ``${OTHER_KEY}`` inside."""
    optional: bool = False

    @model_validator(mode="after")
    def _has_one_way(self) -> "SecretKey":
        if sum((self.generate is not None, self.template is not None, self.optional)) > 1:
            raise ValueError("give one of generate, template, optional; or none: then it must be in .env")
        return self


class Secrets(_Strict):
    """The one Secret that Kora makes."""

    name: DnsLabel
    keys: dict[Variable, SecretKey] = {}


class Front(_Strict):
    """The Service through which people come in."""

    service: DnsLabel
    port: Port
    host: str | None = None
    """Host of the Ingress, when there is one."""


class Expectation(_Strict):
    """What an answer must be."""

    status: int | tuple[int, ...] = 200
    contains: str | None = None
    """Text in the body; letters of either case."""
    json_has: dict[str, Any] = {}
    """Dotted path → value (after captures are filled in)."""


class SmokeStep(_Strict):
    """One HTTP request and what must come back. ``${name}`` comes from `capture`; ``${random}`` is new each run."""

    name: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: HttpPath
    headers: dict[str, str] = {}
    json_body: Any = Field(default=None, alias="json")
    form: dict[str, str] | None = None
    expect: Expectation = Expectation()
    capture: dict[str, str] = {}
    """Name → dotted path in the JSON answer."""
    every_time: bool = False
    """Also when nothing was changed; for steps that only read."""
    always: bool = False
    """Also after a failure: tidies up."""


class Application(_Strict):
    """The whole file."""

    name: DnsLabel
    namespace: DnsLabel | None = None
    services: dict[DnsLabel, Service] = Field(min_length=1)
    chart: Chart | None = None
    secrets: Secrets | None = None
    front: Front | None = None
    smoke: tuple[SmokeStep, ...] = ()
    rollout_seconds: Annotated[int, Field(ge=10, le=3600)] = 300

    folder: Path = Field(default=Path("."), exclude=True)

    @cached_property
    def target(self) -> str:
        """The namespace to use."""
        return self.namespace or self.name

    @cached_property
    def built(self) -> dict[str, Build]:
        """The services whose image is ours."""
        return {name: service.build for name, service in self.services.items() if service.build is not None}

    @model_validator(mode="after")
    def _fits_together(self) -> "Application":
        if self.chart is not None:
            for name in self.chart.images:
                if name not in self.built:
                    raise ValueError(f"chart.images.{name}: there is no service {name} with a build")
            for name in self.built:
                if name not in self.chart.images:
                    raise ValueError(f"chart.images: say where the chart wants the image of {name}")
        known = self.secrets.keys if self.secrets else {}
        for name, service in self.services.items():
            for key in service.secrets:
                if key not in known:
                    raise ValueError(f"services.{name}.secrets: {key} is not among secrets.keys")
        if self.chart is None and self.front and self.front.service not in self.services:
            raise ValueError(f"front.service: there is no service {self.front.service}")
        return self


def find(start: Path) -> Path:
    """The kora.yaml of a folder: in it or in one above it.

    Raises:
        Misconfigured: there is none.
    """
    if start.is_file():
        return start
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise Misconfigured(f"There is no {FILE_NAME} in {start} or above it.", fix="kora init")


def parse(text: str, folder: Path, name: str = FILE_NAME) -> Application:
    """Read the text of a kora.yaml that lies in `folder`.

    Raises:
        Misconfigured: it is no YAML, or an entry is wrong; the message names each path.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Misconfigured(f"{name} is not YAML: {error}", fix=f"correct {name}") from error
    if not isinstance(document, dict):
        raise Misconfigured(f"{name} holds no settings.", fix="kora init")
    if "folder" in document:
        raise Misconfigured(f"{name}: folder: no such entry.", fix="remove it")
    try:
        return Application.model_validate({**document, "folder": folder})
    except ValidationError as error:
        problems = [_problem(each) for each in error.errors()]
        raise Misconfigured(
            f"{name}: " + "; ".join(problems), fix=f"correct {name}", details={"problems": problems}
        ) from error


def load(path: Path) -> Application:
    """Read a kora.yaml.

    Raises:
        Misconfigured: it can't be read, or is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from error
    return parse(text, path.parent.resolve(), path.name)


def _problem(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"] if part != "[key]")
    said = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        said = "no such entry; remove it or correct its name"
    elif error["type"] == "missing":
        said = "is missing; add it"
    return f"{where}: {said}" if where else said
