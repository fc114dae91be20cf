"""The programs of engines and local clusters, played by scripts: what is called, and what is made of the answer."""

import json
import os
from pathlib import Path

import pytest

from kora.images.docker import DockerEngine
from kora.images.loaders import (
    CommandLoader,
    ContainerdLoader,
    K3dLoader,
    KindLoader,
    MinikubeLoader,
    RegistryLoader,
    SharedLoader,
    containerd_socket,
    full_name,
)
from kora.images.port import BuildFailed, LoadFailed
from kora.kit.errors import Invalid, Unavailable
from kora.testing.images import FakeEngine

ID = "sha256:" + "a" * 64
MANIFEST = "sha256:" + "b" * 64


class Programs:
    """A PATH of scripts that note their arguments."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "called.log"

    def add(self, name: str, body: str) -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\n{body}\n')
        path.chmod(0o755)

    def called(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return Programs(folder)


def test_docker_builds_with_arguments_and_tells_each_line(programs: Programs, tmp_path: Path) -> None:
    inspected = json.dumps([{"Id": ID, "Size": 42, "RepoDigests": [f"reg/web@{MANIFEST}"]}])
    programs.add("docker", f"case $1 in build) echo step one;; image) echo '{inspected}';; esac")
    lines: list[str] = []
    image = DockerEngine().build(tmp_path, tmp_path / "Dockerfile", "web:1", {"V": "2"}, line=lines.append)
    assert image.id == ID
    assert image.accepted == {ID, MANIFEST}
    assert lines == ["step one"]
    assert "--build-arg V=2" in programs.called()[0]


def test_a_failed_build_says_the_line_that_matters(programs: Programs, tmp_path: Path) -> None:
    programs.add("docker", "echo '#5 RUN pip install'; echo 'ERROR: no matching distribution'; exit 1")
    with pytest.raises(BuildFailed, match="no matching distribution") as caught:
        DockerEngine().build(tmp_path, tmp_path / "Dockerfile", "web:1", {})
    assert caught.value.details["log"][-1].startswith("ERROR")


def test_an_image_that_is_not_there_is_none_and_a_dead_engine_is_not(programs: Programs) -> None:
    programs.add("docker", "echo 'Error response from daemon: No such image: web:1' >&2; exit 1")
    assert DockerEngine().inspect("web:1") is None
    programs.add("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    with pytest.raises(Unavailable, match="Cannot connect"):
        DockerEngine().inspect("web:1")
    with pytest.raises(Unavailable):
        DockerEngine().version()


def test_without_a_program_the_error_names_it(programs: Programs) -> None:
    with pytest.raises(Unavailable, match="no program docker"):
        DockerEngine().version()


def test_minikube_loads_into_its_profile_and_tells_the_id(programs: Programs) -> None:
    listed = json.dumps([{"id": "a" * 64, "repoTags": ["docker.io/library/web:1"]}])
    programs.add("minikube", f"case $4 in ls) echo '{listed}';; esac")
    loader = MinikubeLoader("shop")
    loader.load("web:1")
    assert programs.called() == ["minikube --profile shop image load web:1"]
    assert loader.ids("web:1") == {"*": ID}
    assert loader.ids("web:2") == {"*": None}


def test_kind_and_k3d_load_by_cluster_and_ask_each_node(programs: Programs) -> None:
    programs.add("kind", "")
    programs.add("k3d", "")
    told = json.dumps({"status": {"id": ID}})
    programs.add("docker", f"case $2 in good) echo '{told}';; *) exit 1;; esac")
    kind = KindLoader("shop", ["good", "bad"])
    kind.load("web:1")
    K3dLoader("shop", []).load("web:1")
    assert programs.called()[:2] == [
        "kind load docker-image web:1 --name shop",
        "k3d image import web:1 --cluster shop",
    ]
    assert kind.ids("web:1") == {"good": ID, "bad": None}


def test_containerd_imports_an_archive_and_matches_manifests(programs: Programs, tmp_path: Path) -> None:
    table = f"REF TYPE DIGEST SIZE\\ndocker.io/library/web:1 oci {MANIFEST} 1\\n{ID} oci {MANIFEST} 1\\n"
    programs.add("ctr", f"case $6 in ls) printf '{table}';; esac")
    engine = FakeEngine(["web:1"])
    loader = ContainerdLoader(engine, tmp_path / "c.sock", "node-1")
    loader.load("web:1")
    assert " images import /" in programs.called()[0]
    assert loader.ids("web:1") == {"node-1": ID}
    assert loader.ids("web:2") == {"node-1": None}


def test_a_loader_that_fails_says_why(programs: Programs) -> None:
    programs.add("minikube", "echo 'X Exiting: the host is not running' >&2; exit 85")
    with pytest.raises(LoadFailed, match="the host is not running") as caught:
        MinikubeLoader("shop").load("web:1")
    assert caught.value.exit_code == 21


def test_a_registry_gets_a_tag_and_a_push() -> None:
    engine = FakeEngine(["web:1"])
    loader = RegistryLoader(engine, "localhost:5000/shop")
    loader.load("web:1")
    assert engine.pushed == ["localhost:5000/shop/web:1"]
    assert loader.reference("web:1") == "localhost:5000/shop/web:1"
    assert loader.ids("web:1") is None


@pytest.mark.parametrize("registry", ["", "https://reg", "reg/"])
def test_a_registry_is_a_host_and_a_path(registry: str) -> None:
    with pytest.raises(Invalid):
        RegistryLoader(FakeEngine(), registry)


def test_a_shared_engine_needs_nothing() -> None:
    loader = SharedLoader(FakeEngine(["web:1"]))
    loader.load("web:1")
    ids = loader.ids("web:1")
    assert ids is not None
    assert ids["*"]


def test_a_load_command_is_run_without_a_shell(programs: Programs) -> None:
    programs.add("mytool", "")
    CommandLoader("mytool push '{image}' --to all;rm").load("web:1")
    assert programs.called() == ["mytool push web:1 --to all;rm"]
    for wrong in ("", "mytool load"):
        with pytest.raises(Invalid, match="image"):
            CommandLoader(wrong)


def test_no_socket_says_what_was_tried(programs: Programs, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"no-such\.sock") as caught:
        containerd_socket([str(tmp_path / "no-such.sock")])
    assert "CONTAINERD_ADDRESS" in (caught.value.fix or "")


@pytest.mark.parametrize(
    ("reference", "full"),
    [
        ("web:1", "docker.io/library/web:1"),
        ("me/web:1", "docker.io/me/web:1"),
        ("ghcr.io/me/web:1", "ghcr.io/me/web:1"),
        ("localhost/web:1", "localhost/web:1"),
        ("reg:5000/web:1", "reg:5000/web:1"),
    ],
)
def test_full_names(reference: str, full: str) -> None:
    assert full_name(reference) == full
