"""A world of fakes for a deployment: cluster, Helm, engine, loader, and a small application behind a real port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kora.cluster.port import ClusterReader
from kora.domain.findings import Finding, Severity
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.domain.progress import Progress
from kora.operations.deploy.configuration import Application, parse
from kora.operations.deploy.surroundings import Options, Surroundings
from kora.operations.deploy.up import Up, bring_up
from kora.testing.cluster import FakeCluster
from kora.testing.helm import FakeHelm
from kora.testing.images import FakeEngine, FakeLoader

NODE: Manifest = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1", "labels": {"minikube.k8s.io/name": "lab"}},
    "spec": {},
    "status": {
        "allocatable": {"memory": "8Gi", "cpu": "4"},
        "conditions": [{"type": "Ready", "status": "True"}],
        "nodeInfo": {"osImage": "Ubuntu", "containerRuntimeVersion": "docker://28", "bootID": "another"},
    },
}
STORAGE: Manifest = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "test",
}
TEXT = """
name: shop
services:
  web:
    build: {}
    port: 8080
    health: /health
    secrets: [KEY]
secrets:
  name: shop-secret
  keys:
    KEY: {generate: hex}
front: {service: web, port: 8080}
smoke:
  - {name: page, path: /, every_time: true, expect: {contains: shop}}
  - {name: order, method: POST, path: /orders, json: {item: tea}, expect: {status: 201}, capture: {id: id}}
  - {name: see it, path: "/orders/${id}", expect: {json_has: {item: tea}}}
"""


class _Shop(BaseHTTPRequestHandler):
    """The application behind the door. `broken` makes it refuse orders."""

    broken = False

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        self._say(200, '{"item": "tea"}' if self.path.startswith("/orders/") else "<html>Shop</html>")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._say(500 if self.server.broken else 201, '{"id": 7}')  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def shop() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    server.broken = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class World:
    """Everything that `bring_up` needs, and what it told."""

    folder: Path
    home: Path
    server: ThreadingHTTPServer
    cluster: FakeCluster
    helm: FakeHelm
    engine: FakeEngine
    loader: FakeLoader
    application: Application
    findings: list[Finding] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)
    records: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path, server: ThreadingHTTPServer, text: str = TEXT) -> "World":
        source = folder / "source"
        source.mkdir(exist_ok=True)
        (source / "Dockerfile").write_text("FROM scratch\nCOPY . /\nUSER 1001\n")
        (source / "page.html").write_text("first")
        cluster = FakeCluster([NODE, STORAGE])
        engine = FakeEngine()
        return cls(
            folder=source,
            home=folder / "home",
            server=server,
            cluster=cluster,
            helm=FakeHelm(cluster),
            engine=engine,
            loader=FakeLoader(engine),
            application=parse(text, source),
        )

    def up(self, options: Options | None = None, **more: Any) -> Up:
        @contextmanager
        def forward(service: ObjectRef, port: int) -> Iterator[int]:
            yield self.server.server_port

        def diagnose(reader: ClusterReader, namespace: str) -> list[Finding]:
            return self.findings

        given = Surroundings(
            application=self.application,
            reader=self.cluster,
            writer=self.cluster.open_writer(),
            helm=self.helm,
            engine=self.engine,
            forward=forward,
            diagnose=diagnose,
            home=self.home,
            options=options or Options(),
            report=self.told.append,
            record=lambda phase, status, said, seconds: self.records.append((phase, status)),
            make_loader=lambda provider, engine, way: self.loader,
            **more,
        )
        return bring_up(given)

    def change(self, text: str) -> None:
        """Another state of the source."""
        (self.folder / "page.html").write_text(text)

    def phases(self) -> list[str]:
        """The phases that ended well, in order."""
        return [each.phase for each in self.told if each.data.get("state") == "done"]

    def deployment(self) -> Manifest:
        ref = ObjectRef(api_version="apps/v1", kind="Deployment", namespace="shop", name="web")
        found = self.cluster.get(ref)
        assert found is not None
        return found

    def image(self) -> str:
        """What the Deployment runs."""
        return str(self.deployment()["spec"]["template"]["spec"]["containers"][0]["image"])


def finding(cause: str, *, name: str = "web", kind: str = "Deployment") -> Finding:
    """A finding as diagnosis makes it."""
    api_version = "v1" if kind in ("Pod", "PersistentVolumeClaim") else "apps/v1"
    return Finding(
        id=f"finding-{cause}",
        cause=cause,
        severity=Severity.CRITICAL,
        objects=(ObjectRef(api_version=api_version, kind=kind, namespace="shop", name=name),),
        summary=f"{cause} in {name}.",
        evidence=(Evidence(source="event", text="it was seen"),),
        fix_command="kubectl describe deployment web",
    )
