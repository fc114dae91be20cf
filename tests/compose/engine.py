"""The container engine as these tests use it: the docker program, containers that end with a `with`, an image's files.

Everything goes through the command line that a person would use; nothing here knows where the engine runs, so ports are
published and asked for, and files come out of `docker save` rather than from a folder of the engine.
"""

import functools
import gzip
import io
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

# What the docker program itself reads; models' keys and other settings of this shell must not reach a container.
KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "XDG_RUNTIME_DIR")


def environment(**more: str) -> dict[str, str]:
    """The variables of this process that a docker command may see, and `more`."""
    own = {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES or name.startswith("DOCKER_")}
    return own | more


def run(
    *command: str, cwd: Path | None = None, env: dict[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever it answers."""
    return subprocess.run(
        command, cwd=cwd, env=env or environment(), timeout=timeout, capture_output=True, text=True, check=False
    )


def docker(*arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None, timeout: float = 300) -> str:
    """What a docker command prints; a failure shows what it said."""
    done = run("docker", *arguments, cwd=cwd, env=env, timeout=timeout)
    assert done.returncode == 0, f"docker {' '.join(arguments)}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout.strip()


def eventually(what: str, condition: Callable[[], Any], seconds: float = 120) -> Any:
    """The first true answer of `condition`, which is asked until the limit."""
    limit = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < limit, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return answer


def answers(url: str, status: int = 200) -> bool:
    """Whether an address answers with this status."""
    try:
        return httpx.get(url, timeout=5).status_code == status
    except httpx.TransportError:
        return False


@dataclass(frozen=True)
class Container:
    """A running container."""

    name: str

    def url(self, port: int) -> str:
        """The address, seen from here, of a port that was published."""
        address = docker("port", self.name, f"{port}/tcp").splitlines()[0]
        return f"http://127.0.0.1:{address.rpartition(':')[2]}"

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(docker("inspect", "-f", "{{json .State}}", self.name))
        return state

    def logs(self) -> str:
        done = run("docker", "logs", self.name)
        return done.stdout + done.stderr


@contextmanager
def container(image: str, *command: str, options: tuple[str, ...] = ()) -> Iterator[Container]:
    """A container that runs in the background and is removed, with its unnamed volumes, at the end."""
    name = docker("run", "--detach", *options, image, *command)
    try:
        yield Container(name)
    finally:
        run("docker", "rm", "--force", "--volumes", name)


@contextmanager
def network() -> Iterator[str]:
    """A network of its own for containers that find each other by name."""
    name = f"taskora-test-{os.getpid()}-{time.monotonic_ns()}"
    docker("network", "create", name)
    try:
        yield name
    finally:
        run("docker", "network", "rm", name)


@dataclass(frozen=True)
class Image:
    """A built image."""

    tag: str
    user: str
    bar_bytes: int
    writable: tuple[str, ...]
    port: int
    archive: Path = field(repr=False)

    @functools.cached_property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(docker("image", "inspect", self.tag))[0]
        return facts

    @functools.cached_property
    def blobs(self) -> list[bytes]:
        """Every layer, unpacked, and every document (configuration, history) of the image."""
        if not self.archive.exists():
            docker("save", "--output", str(self.archive), self.tag)
        found = []
        with tarfile.open(self.archive) as bundle:
            for member in bundle.getmembers():
                if member.isfile() and (file := bundle.extractfile(member)):
                    content = file.read()
                    found.append(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
        return found

    @functools.cached_property
    def files(self) -> dict[str, tarfile.TarInfo]:
        """Every path of every layer, with a leading slash, also those that a later layer hides."""
        return {f"/{info.name.strip('/')}": info for tar in self._layers() for info in tar.getmembers()}

    def read(self, path: str) -> str:
        """The text of a file in the image."""
        for tar in self._layers():
            for info in tar.getmembers():
                if f"/{info.name.strip('/')}" == path and (file := tar.extractfile(info)):
                    return file.read().decode(errors="replace")
        raise FileNotFoundError(path)

    def _layers(self) -> Iterator[tarfile.TarFile]:
        for blob in self.blobs:
            if blob[257:262] == b"ustar":
                with tarfile.open(fileobj=io.BytesIO(blob)) as tar:
                    yield tar

    @property
    def locked_down(self) -> tuple[str, ...]:
        """Options of the strictest run: read-only root, no capability, just the folders that are named as writable."""
        mounts = tuple(f"--tmpfs={path}" for path in self.writable)
        return ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", *mounts)
