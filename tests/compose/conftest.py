"""Both images, built from a copy of the sources, and the whole application by compose under its own name and ports.

Skipped with a plain sentence where there is no Docker engine, no compose, or no base image that can be had. Nothing in
the working tree is written, and what is started here is removed again.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from compose.engine import Container, Image, container, docker, run
from compose.stack import Stack

ROOT = Path(__file__).parents[2]
TAG = f"test-{os.getpid()}"
NEEDED = ("frontend", "backend", "compose.yaml", "Makefile", ".env.example", ".gitignore")
VERSION, REVISION = "1.2.3-test", "0123abc"

# Files that people have lying about, and that must never travel: into the context, a layer or the history.
PLANTED_SECRET = "planted-5b1f0c9d7a"
PLANTED = (
    "frontend/.env",
    "frontend/.env.local",
    "frontend/.env.production",
    "frontend/lib/.env",
    "backend/.env",
    "backend/src/.env",
    "backend/src/taskora/.env.local",
    "backend/src/server.pem",
    "frontend/app/server.key",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/compose" in item.path.as_posix():
            item.add_marker(pytest.mark.compose)


@pytest.fixture(scope="session")
def engine() -> None:
    """Skips, with the reason, where these tests can't run."""
    if shutil.which("docker") is None:
        pytest.skip("no docker program on this machine: install Docker to test the images and compose.yaml")
    try:
        answer = run("docker", "version", "--format", "{{.Server.Version}}", timeout=20)
    except subprocess.TimeoutExpired:
        pytest.skip("the Docker engine does not answer: start it, or mend DOCKER_HOST")
    if answer.returncode:
        pytest.skip(f"the Docker engine does not answer: {answer.stderr.strip().splitlines()[-1]}")
    if not re.match(r"v?([2-9]|\d\d)\.", run("docker", "compose", "version", "--short").stdout):
        pytest.skip("no `docker compose` (version 2 or newer): install Docker's compose plug-in")
    if run("docker", "buildx", "version").returncode:
        pytest.skip("no `docker buildx`: install Docker's buildx plug-in, the Dockerfiles use cache mounts")
    for base in base_images():
        if run("docker", "image", "inspect", base).returncode and not _pulled(base):
            pytest.skip(
                f"the base image {base} is neither here nor can it be pulled: connect to a registry, or load it"
            )


def _pulled(image: str) -> bool:
    try:
        return run("docker", "pull", "--quiet", image, timeout=300).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def base_images() -> list[str]:
    """What the Dockerfiles start from by default, and the database of compose.yaml."""
    found = []
    for part in ("frontend", "backend"):
        found += re.findall(r"^ARG \w+_IMAGE=(\S+)", (ROOT / part / "Dockerfile").read_text(), re.MULTILINE)
    return found + re.findall(r"^    image: (postgres:\S+)", (ROOT / "compose.yaml").read_text(), re.MULTILINE)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as a fresh clone would hold them, with this tree's changes."""
    target = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *NEEDED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for name in PLANTED:
        (target / name).write_text(f"BETTER_AUTH_SECRET={PLANTED_SECRET}\n")
    return target


def _built(checkout: Path, part: str) -> str:
    """Builds from the part's own folder, as the guide tells people to."""
    tag = f"taskora-{part}:{TAG}"
    labels = (f"--build-arg=VERSION={VERSION}", f"--build-arg=REVISION={REVISION}")
    docker("build", "--quiet", *labels, "--tag", tag, ".", cwd=checkout / part, timeout=900)
    return tag


@pytest.fixture(scope="session")
def frontend(engine: None, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    tag = _built(checkout, "frontend")
    archive = tmp_path_factory.mktemp("image") / "frontend.tar"
    yield Image(tag, "nextjs", 135_000_000, ("/tmp", "/app/.next/cache:uid=1001,gid=1001"), 3000, archive)
    run("docker", "image", "rm", tag)


@pytest.fixture(scope="session")
def backend(engine: None, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    tag = _built(checkout, "backend")
    archive = tmp_path_factory.mktemp("image") / "backend.tar"
    yield Image(tag, "appuser", 100_000_000, ("/tmp", "/data:uid=1001,gid=1001"), 8000, archive)
    run("docker", "image", "rm", tag)


@pytest.fixture(params=["frontend", "backend"])
def image(request: pytest.FixtureRequest) -> Image:
    """Each image in turn."""
    found: Image = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def stack(checkout: Path, frontend: Image, backend: Image) -> Iterator[Stack]:
    """The application after `make env` and `docker compose up --wait`."""
    running = Stack(checkout, project=f"taskora-{TAG}", version=TAG)
    try:
        running.make_env()
        running.up()
        yield running
    finally:
        running.compose("down", "--volumes", "--timeout", "5")


RunStub = Callable[..., AbstractContextManager[Container]]


@pytest.fixture
def run_stub(backend: Image) -> RunStub:
    """Starts a small server in the backend's place: the backend's image lends its Python."""
    source = (Path(__file__).parent / "stub_backend.py").read_text()

    def start(net: str, name: str) -> AbstractContextManager[Container]:
        options = ("--entrypoint=python", f"--network={net}", "--network-alias=api", f"--env=NAME={name}")
        return container(backend.tag, "-c", source, options=options)

    return start
