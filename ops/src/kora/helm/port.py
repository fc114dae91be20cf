"""The port to Helm: releases as data.

Two back ends (`library`: helm-python-sdk, `command`: the helm program 3 or 4) pass one contract suite.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from kora.domain.objects import Manifest


class Release(BaseModel):
    """One revision of a release."""

    model_config = ConfigDict(frozen=True)

    name: str
    namespace: str
    revision: int
    status: str
    """Helm's own word: deployed, failed, pending-install, pending-upgrade, superseded, uninstalled …"""
    chart: str
    """``name-version``."""
    app_version: str = ""
    updated: datetime | None = None
    description: str = ""


class HelmEngine(Protocol):
    """What Kora asks of Helm.

    Raises (every method): Invalid (values, chart), Denied, Conflict (another operation in progress), Retryable,
    Unavailable.
    """

    @property
    def name(self) -> str:
        """``helm-python-sdk 0.2.2`` or ``helm 4.3.1``; said in the log."""

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        """The chart's manifests without hooks' effects, as ``helm template``."""

    def get(self, release: str, namespace: str) -> Release | None:
        """The newest revision; None when there is no such release."""

    def history(self, release: str, namespace: str) -> Sequence[Release]:
        """All kept revisions, oldest first."""

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        """The user-supplied values of a revision (None: the newest)."""

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        """The objects of a revision."""

    def upgrade(
        self,
        release: str,
        namespace: str,
        chart: str,
        values: dict[str, Any],
        *,
        timeout_seconds: int = 300,
        wait: bool = True,
        atomic: bool = True,
        dry_run: bool = False,
    ) -> Release:
        """Install or upgrade. With `atomic`, a failure is rolled back (a first install: removed) before this raises."""

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        """Back to an earlier revision."""

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        """Remove the release; one that is not there is no error."""
