"""What a deployment works with, what it was asked for, and what it has found out so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kora.cluster.port import ClusterReader, ClusterWriter
from kora.domain.findings import Finding
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.progress import Progress, Report
from kora.helm.port import HelmEngine, Release
from kora.images.port import Image, ImageEngine, Loader
from kora.operations.deploy.configuration import Application
from kora.operations.deploy.difference import Difference
from kora.operations.deploy.doors import Forward
from kora.operations.deploy.history import Memory
from kora.operations.deploy.loading import Way, choose_loader
from kora.operations.deploy.providers import Provider
from kora.operations.deploy.smoke import Door

Agree = Callable[[str, str], bool]
"""Asked before the first installation writes anything: a question, and the diff. False stops without a change."""
Diagnose = Callable[[ClusterReader, str], Sequence[Finding]]
Record = Callable[[str, str, str, float], None]
"""Told each finished phase for the log: phase, ``ok`` or the error's code, one line, seconds."""


@dataclass(frozen=True)
class Options:
    """What the caller asked for."""

    way: Way = field(default_factory=Way)
    context_named: bool = False
    """Whether the person named the context: the consent that production-looking clusters need."""
    keep: bool = False
    """Leave a broken release as it is, to look at it."""
    offered: Mapping[str, str] = field(default_factory=dict)
    """Values for secrets from the environment and .env."""
    whole_smoke: bool = False
    """Take every smoke step even when nothing was changed."""


@dataclass(frozen=True)
class Surroundings:
    """The outside world, each part behind its port."""

    application: Application
    reader: ClusterReader
    writer: ClusterWriter
    helm: HelmEngine
    engine: ImageEngine
    forward: Forward
    diagnose: Diagnose
    home: Path
    helm_reason: str = ""
    options: Options = field(default_factory=Options)
    report: Report = field(default=lambda progress: None)
    record: Record = field(default=lambda phase, status, said, seconds: None)
    agree: Agree | None = None
    make_loader: Callable[[Provider, ImageEngine, Way], Loader] = choose_loader


@dataclass
class Course:
    """One deployment on its way: filled in phase by phase."""

    given: Surroundings
    memory: Memory
    nodes: list[Manifest] = field(default_factory=list)
    provider: Provider | None = None
    loader: Loader | None = None
    local: dict[str, str] = field(default_factory=dict)
    """By service: the image's name in the local engine."""
    references: dict[str, str] = field(default_factory=dict)
    """By service: the image's name in the cluster."""
    images: dict[str, Image] = field(default_factory=dict)
    """By local name."""
    chart: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    manifests: list[Manifest] = field(default_factory=list)
    difference: Difference = field(default_factory=Difference)
    before: Release | None = None
    """The newest revision when we came; None before the first installation."""
    installed: Release | None = None
    """The revision that this run made; None when nothing had to change."""
    secret_changed: bool = False
    doors: list[Door] = field(default_factory=list)
    worked: set[str] = field(default_factory=set)
    """The phases that had something to do."""
    phase: str = ""

    @property
    def application(self) -> Application:
        """The application that is deployed."""
        return self.given.application

    @property
    def namespace(self) -> str:
        """Where it goes."""
        return self.application.target

    @property
    def workloads(self) -> list[ObjectRef]:
        """The workloads of the release."""
        from kora.operations.deploy.workloads import workload_refs

        return workload_refs(self.manifests, self.namespace)

    def tell(self, text: str, **data: Any) -> None:
        """Something that happened within the current phase."""
        self.given.report(Progress(phase=self.phase, text=text, data={"state": "progress", **data}))
