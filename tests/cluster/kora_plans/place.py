"""A namespace on a real cluster with a serving deployment, a state folder, and the command line."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kora.audit import AuditLog
from kora.cluster.client import KubernetesReader
from kora.cluster.writer import open_writer
from kora.domain.actors import Actor, Surface
from kora.domain.objects import ObjectRef
from kora.domain.results import Status
from kora.tools.context import Context
from kora.tools.invoker import Invoker

IMAGE = os.environ.get("KORA_TEST_IMAGE", "taskora-frontend:dev")


class Place:
    """A namespace with a serving deployment, a state folder, and the command line."""

    def __init__(self, reader: KubernetesReader, namespace: str, home: Path) -> None:
        self.reader, self.namespace, self.home = reader, namespace, home
        self.writer = open_writer(reader)
        actor = Actor(name="ana", surface=Surface.CLI)
        self.invoker = Invoker(Context(actor=actor, reader=reader, audit=AuditLog(home / "audit"), home=home))

    def ref(self, kind: str, name: str) -> ObjectRef:
        version = "apps/v1" if kind == "Deployment" else "v1"
        return ObjectRef(api_version=version, kind=kind, namespace=self.namespace, name=name)

    def live(self, kind: str, name: str) -> dict[str, Any]:
        found = self.reader.get(self.ref(kind, name))
        assert found is not None
        return found

    def propose(self, tool: str, **arguments: Any) -> str:
        outcome = self.invoker.call(tool, {"namespace": self.namespace, **arguments})
        assert outcome.status is Status.APPROVAL_REQUIRED, outcome
        assert outcome.plan_id is not None
        return outcome.plan_id

    def kora(self, *words: str, seconds: float = 240) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            self.command(*words), env=self.environment, capture_output=True, text=True, timeout=seconds
        )
        assert done.stdout.strip(), done.stderr
        return done.returncode, json.loads(done.stdout)

    def command(self, *words: str) -> list[str]:
        return [str(Path(sys.executable).with_name("kora")), *words, "--json"]

    @property
    def environment(self) -> dict[str, str]:
        return dict(os.environ) | {"KORA_HOME": str(self.home)}

    def ready_endpoints(self) -> int:
        slices = self.reader.list("discovery.k8s.io/v1", "EndpointSlice", self.namespace)
        return sum(each["conditions"].get("ready") is True for part in slices for each in part.get("endpoints") or ())

    def until(self, holds: Any, seconds: float = 120) -> None:
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, "it did not come to pass in time"
            time.sleep(0.3)
