"""`kora up` on the cluster of KUBECONFIG, in namespaces of its own that go at the end."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.kora_up.shops import NOT_SOURCE, ROOT, Shop, new_shop, remove


@pytest.fixture(scope="session")
def ready() -> None:
    """What these tests need, or a plain skip."""
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG is not set: kora up goes only where it is told to")
    for program in ("kubectl", "docker"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on the PATH")


@pytest.fixture(scope="module")
def folders(ready: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of both sources, so that a test may change them."""
    place = tmp_path_factory.mktemp("source")
    for name in ("backend", "frontend"):
        shutil.copytree(ROOT / name, place / name, ignore=NOT_SOURCE)
    return place


@pytest.fixture(scope="module")
def taskora(folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A small Taskora, shipped and well; one per module."""
    made = new_shop(tmp_path_factory.mktemp("shop"), folders, tmp_path_factory.mktemp("home"))
    yield made
    remove(made.namespace)
