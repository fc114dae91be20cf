"""One cluster for the contract suite: the fake, and (marker cluster) what KUBECONFIG gives, in a new namespace."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from kora.cluster.port import ClusterReader, ClusterWriter
from kora.testing.cluster import FakeCluster


@dataclass
class Lab:
    """A reader, its writer, and a namespace to play in."""

    reader: ClusterReader
    writer: ClusterWriter
    namespace: str
    image: str
    is_fake: bool

    def eventually(self, holds: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until it holds; the fake's clock is moved instead."""
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, "it did not come to pass"
            time.sleep(0.05 if self.is_fake else 0.3)


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.cluster)])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    if request.param == "fake":
        cluster = FakeCluster(namespaces=("default", "kora-contract"), ready_seconds=0.2)
        yield Lab(cluster, cluster.open_writer(), "kora-contract", "web:1", True)
        return
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("needs a Kubernetes cluster (KUBECONFIG)")
    from kora.cluster.client import connect
    from kora.cluster.writer import open_writer
    from kora.domain.objects import ObjectRef

    reader = connect()
    writer = open_writer(reader)
    name = f"kora-contract-{secrets.token_hex(3)}"
    writer.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    image = os.environ.get("KORA_TEST_IMAGE", "taskora-backend:dev")
    try:
        yield Lab(reader, writer, name, image, False)
    finally:
        writer.delete(ObjectRef(api_version="v1", kind="Namespace", name=name))
        reader.close()
