"""Which credentials a deployment uses: what is there, what the release that runs uses, or new ones."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import Misconfigured
from kora.testing.shipping import World, shop


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with shop() as server:
        yield World.make(tmp_path, server)


def secret(name: str, value: str, labels: dict[str, str] | None = None, type_: str = "Opaque") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": type_,
        "metadata": {"name": name, "namespace": "shop", "labels": labels or {}},
        "data": {"KEY": base64.b64encode(value.encode()).decode()},
    }


def key_of(world: World) -> str:
    found = world.cluster.get(ObjectRef(api_version="v1", kind="Secret", namespace="shop", name="shop-secret"))
    assert found is not None
    return base64.b64decode(found["data"]["KEY"]).decode()


def test_a_release_installed_by_hand_keeps_its_password(world: World) -> None:
    world.cluster.open_writer().apply(
        secret("shop-made-by-helm", "old-password", {"app.kubernetes.io/instance": "shop"})
    )
    world.up()
    assert key_of(world) == "old-password"
    said = [each.text for each in world.told if each.phase == "configure"][-1]
    assert "taken over from the running release KEY" in said
    assert "old-password" not in said


def test_secrets_of_others_are_not_taken(world: World) -> None:
    writer = world.cluster.open_writer()
    writer.apply(secret("theirs", "their-password", {"app.kubernetes.io/instance": "another"}))
    writer.apply(secret("helms-record", "x", {"app.kubernetes.io/instance": "shop"}, "helm.sh/release.v1"))
    world.up()
    assert key_of(world) not in ("their-password", "x")


def test_volumes_without_their_secret_are_not_locked_out(world: World) -> None:
    claim: Manifest = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data-0", "namespace": "shop", "labels": {"app.kubernetes.io/instance": "shop"}},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    world.cluster.open_writer().apply(claim)
    world.cluster.requests.clear()
    with pytest.raises(Misconfigured, match=r"data-0.*no Secret with its credentials") as caught:
        world.up()
    assert "kora down --volumes" in (caught.value.fix or "")
    assert world.cluster.requests == []
