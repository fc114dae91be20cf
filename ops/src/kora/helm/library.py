"""Helm 4 inside this process, through helm-python-sdk: no program is needed.

The native library writes warnings of the Kubernetes client straight to the file descriptors 1 and 2. They would break
`--json`, so every call runs with both descriptors turned to a file, whose text is added to an error.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from kora.domain.objects import Manifest
from kora.helm import actions
from kora.helm.documents import parse_manifests
from kora.helm.failures import failure
from kora.helm.port import Release
from kora.helm.schema import explained
from kora.kit.errors import Invalid, NotFound, Unavailable

_WRONG_INPUT = {-2, -20, -21, -22, -23}  # ErrorCode: INVALID_ARG, CHART_LOAD, CHART_INVALID, VALUES, RENDER
_DESCRIPTORS = threading.Lock()  # they belong to the whole process


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep what native code prints away from our output, and turn its errors into ours."""
    import helm_python

    sys.stdout.flush()
    sys.stderr.flush()
    with _DESCRIPTORS, tempfile.TemporaryFile() as aside:
        kept = {number: os.dup(number) for number in (1, 2)}
        for number in kept:
            os.dup2(aside.fileno(), number)
        try:
            yield
        except helm_python.HelmError as error:
            wrong = error.code in _WRONG_INPUT
            raise (Invalid(f"Helm: {' '.join(error.detail.split())}") if wrong else failure(error.detail)) from error
        finally:
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)


class LibraryEngine:
    """`HelmEngine` on helm-python-sdk. `offline` renders without asking a cluster (then `lookup` finds nothing)."""

    def __init__(self, *, kubeconfig: Path | None = None, context: str | None = None, offline: bool = False) -> None:
        try:
            import helm_python
        except (ImportError, OSError) as error:
            raise Unavailable(f"helm-python-sdk does not load: {error}", fix="pip install helm-python-sdk") from error
        self._sdk, self._offline = helm_python, offline
        self._kubeconfig, self._context = kubeconfig, context
        self._configs: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The package and the Helm that is compiled in."""
        return f"helm-python-sdk {self._sdk.__version__} (Helm {self._sdk.helm_sdk_version()})"

    def _config(self, namespace: str) -> Any:
        if namespace not in self._configs:
            self._configs[namespace] = self._sdk.Config(
                kubeconfig_path=self._kubeconfig, kube_context=self._context, namespace=namespace
            )
        return self._configs[namespace]

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        """The chart's lasting objects; `lookup` sees the cluster unless the engine is offline."""
        with explained(chart), _quietly():
            loaded = self._sdk.Chart.load(chart)
            loaded.validate_schema(values)
            if self._offline:
                texts = loaded.render(values, name=release, namespace=namespace)
            else:
                config = self._config(namespace)
                upgrading = self._status(config, release) is not None
                texts = config.render(
                    loaded, values, name=release, namespace=namespace, is_install=not upgrading, is_upgrade=upgrading
                )
        kept = (text for path, text in sorted(texts.items()) if _is_manifest(path))
        return [manifest for text in kept for manifest in parse_manifests(text)]

    def get(self, release: str, namespace: str) -> Release | None:
        """The newest revision, whatever its state."""
        with _quietly():
            found = self._status(self._config(namespace), release)
        return None if found is None else _release(found)

    def _status(self, config: Any, release: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = config.status(release)
        except self._sdk.HelmNotFoundError:
            return None
        return found

    def history(self, release: str, namespace: str) -> Sequence[Release]:
        """Oldest first; empty when there is no such release."""
        with _quietly():
            try:
                found = self._config(namespace).history(release)
            except self._sdk.HelmNotFoundError:
                return []
        return sorted((_release(each) for each in found), key=lambda each: each.revision)

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        """What the user gave, without the chart's defaults."""
        with _quietly():
            found: dict[str, Any] | None = self._config(namespace).get_values(release, revision=revision)
        return found or {}

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        """As stored with the revision."""
        with _quietly():
            found = self._config(namespace).status(release, revision=revision)
        return parse_manifests(found.get("manifest") or "")

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
        """Install or upgrade; see the port."""
        if not Path(chart).exists():
            raise Invalid(f"There is no chart at {chart}.")
        options: dict[str, Any] = {
            "namespace": namespace,
            "timeout_seconds": timeout_seconds,
            "wait": "watcher" if wait or atomic else "hookOnly",
            "dry_run": "server" if dry_run else None,
            "rollback_on_failure": (atomic and not dry_run) or None,
        }
        with explained(chart), _quietly():
            config = self._config(namespace)
            done = actions.deploy(config, chart, release, values, options, new=self._status(config, release) is None)
        return _release(done)

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        """Back to `revision`, as a new revision."""
        with _quietly():
            config = self._config(namespace)
            options = {"version": revision, "timeout_seconds": timeout_seconds, "wait": "hookOnly"}
            actions.roll_back(config, release, options)
            found = self._status(config, release)
        if found is None:
            raise NotFound(f"The release {release} vanished while it was rolled back.")
        return _release(found)

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        """Remove it; nothing happens when it is not there."""
        with _quietly():
            self._config(namespace).uninstall(release, timeout=timeout_seconds, ignore_not_found=True, wait="hookOnly")


def _is_manifest(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return not name.startswith("_") and name != "NOTES.txt"


def _release(found: dict[str, Any]) -> Release:
    moment = found.get("deployed_at")
    return Release(
        name=found["name"],
        namespace=found["namespace"],
        revision=found["revision"],
        status=found["status"],
        chart=f"{found['chart_name']}-{found['chart_version']}",
        app_version=found.get("app_version") or "",
        updated=datetime.fromisoformat(moment) if moment else None,
        description=found.get("description") or "",
    )
