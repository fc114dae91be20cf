"""The helm program, 3 or 4, which name the same things differently: Helm 4 has `--rollback-on-failure` for `--atomic`
and strategies for `--wait`.

The program runs in a session of its own: an interrupt at the terminal reaches us alone, and we let a running
change end before we stop, so that no release stays half-way.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from kora.domain.objects import Manifest
from kora.helm.documents import parse_manifests
from kora.helm.failures import failure
from kora.helm.port import Release
from kora.helm.schema import explained
from kora.kit.errors import NotFound, Retryable, Unavailable

_READ_SECONDS = 60
_GRACE_SECONDS = 30  # beyond Helm's own limit, before the program counts as stuck
_FLAGS: dict[int, dict[str, tuple[str, ...]]] = {
    3: {"atomic": ("--atomic",), "wait": ("--wait",), "no_wait": ()},
    4: {"atomic": ("--rollback-on-failure",), "wait": ("--wait=watcher",), "no_wait": ("--wait=hookOnly",)},
}


class CommandEngine:
    """`HelmEngine` on the helm program. `offline` renders without asking a cluster."""

    def __init__(
        self,
        program: str = "helm",
        *,
        kubeconfig: Path | None = None,
        context: str | None = None,
        offline: bool = False,
    ) -> None:
        found = shutil.which(program)
        if found is None:
            raise Unavailable(f"There is no program {program} on the PATH.", fix="pip install helm-python-sdk")
        self._program, self._offline = found, offline
        self._environment = {**os.environ, **({"KUBECONFIG": str(kubeconfig)} if kubeconfig else {})}
        self._where = ["--kube-context", context] if context else []

    @cached_property
    def version(self) -> str:
        """``4.3.1``.

        Raises:
            Unavailable: the program says something else, or is older than 3 or newer than 4.
        """
        said = self._run("version", "--short", seconds=_READ_SECONDS)
        found = re.search(r"v?((\d+)\.\d+\.\d+[^\s+]*)", said)
        if not found or int(found[2]) not in _FLAGS:
            raise Unavailable(f"{self._program} is not Helm 3 or 4: {said.strip()[:80]}")
        return found[1]

    @property
    def name(self) -> str:
        """``helm 4.3.1``."""
        return f"helm {self.version}"

    @property
    def _flags(self) -> dict[str, tuple[str, ...]]:
        return _FLAGS[int(self.version.split(".")[0])]

    def _run(self, *words: str, seconds: float) -> str:
        argv = [self._program, *words]
        with subprocess.Popen(  # noqa: S603 - a program found on the PATH, arguments as a list
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
            start_new_session=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise Retryable(f"helm {words[0]} did not end within {seconds:.0f} s.") from error
            except KeyboardInterrupt:
                try:
                    process.wait(timeout=seconds)
                except subprocess.TimeoutExpired:
                    process.kill()
                raise
        if process.returncode:
            raise failure(err or out)
        return out

    def _ask(self, namespace: str, *words: str, seconds: float = _READ_SECONDS) -> str:
        return self._run(*words, "--namespace", namespace, *self._where, seconds=seconds)

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        """The chart's lasting objects; `lookup` sees the cluster unless the engine is offline."""
        words = ["template", release, chart, "--no-hooks"]
        if not self._offline:
            words.append("--dry-run=server")
            if self.get(release, namespace) is not None:
                words.append("--is-upgrade")
        with explained(chart):
            return parse_manifests(self._with_values(namespace, values, *words))

    def _with_values(self, namespace: str, values: dict[str, Any], *words: str, seconds: float = _READ_SECONDS) -> str:
        with tempfile.TemporaryDirectory(prefix="kora-values-") as folder:  # a file: arguments show in process lists
            path = Path(folder) / "values.json"
            path.write_text(json.dumps(values))
            return self._ask(namespace, *words, "--values", str(path), seconds=seconds)

    def get(self, release: str, namespace: str) -> Release | None:
        """The newest revision, whatever its state."""
        history = self.history(release, namespace)
        return history[-1] if history else None

    def history(self, release: str, namespace: str) -> Sequence[Release]:
        """Oldest first; empty when there is no such release."""
        try:
            said = self._ask(namespace, "history", release, "--output", "json")
        except NotFound:
            return []
        found = (_release(each, release, namespace) for each in json.loads(said))
        return sorted(found, key=lambda each: each.revision)

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        """What the user gave, without the chart's defaults."""
        at = ["--revision", str(revision)] if revision else []
        found: dict[str, Any] | None = json.loads(
            self._ask(namespace, "get", "values", release, "--output", "json", *at)
        )
        return found or {}

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        """As stored with the revision."""
        at = ["--revision", str(revision)] if revision else []
        return parse_manifests(self._ask(namespace, "get", "manifest", release, *at))

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
        words = ["upgrade", release, chart, "--install", "--timeout", f"{timeout_seconds}s", "--output", "json"]
        words += self._flags["wait" if wait or atomic else "no_wait"]
        if dry_run:
            words += ["--dry-run=server"]
        elif atomic:
            words += self._flags["atomic"]
        with explained(chart):
            said = self._with_values(namespace, values, *words, seconds=2 * timeout_seconds + _GRACE_SECONDS)
        found = json.loads(said)
        metadata = found["chart"]["metadata"]
        return Release(
            name=found["name"],
            namespace=found["namespace"],
            revision=found["version"],
            status=found["info"]["status"],
            chart=f"{metadata['name']}-{metadata['version']}",
            app_version=metadata.get("appVersion") or "",
            updated=datetime.fromisoformat(found["info"]["last_deployed"]),
            description=found["info"].get("description") or "",
        )

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        """Back to `revision`, as a new revision."""
        words = ["rollback", release, str(revision), "--timeout", f"{timeout_seconds}s", *self._flags["no_wait"]]
        self._ask(namespace, *words, seconds=timeout_seconds + _GRACE_SECONDS)
        found = self.get(release, namespace)
        if found is None:
            raise NotFound(f"The release {release} vanished while it was rolled back.")
        return found

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        """Remove it; nothing happens when it is not there."""
        words = ["uninstall", release, "--ignore-not-found", "--timeout", f"{timeout_seconds}s"]
        self._ask(namespace, *words, seconds=timeout_seconds + _GRACE_SECONDS)


def _release(found: dict[str, Any], release: str, namespace: str) -> Release:
    return Release(
        name=release,
        namespace=namespace,
        revision=found["revision"],
        status=found["status"],
        chart=found["chart"],
        app_version=found.get("app_version") or "",
        updated=datetime.fromisoformat(found["updated"]) if found.get("updated") else None,
        description=found.get("description") or "",
    )
