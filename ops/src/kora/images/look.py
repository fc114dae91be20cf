"""Looking into images and trying them, through the docker program: configuration, layers, files, one running container.

Reads, apart from `running`, which starts one container without rights and removes it in any case.
"""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.images.programs import run
from kora.kit.errors import KoraError, NotFound, Unavailable

_FIX = "start a container engine, then: docker info"
_SECONDS = 60


class Layer(BaseModel):
    """One line of an image's history; `size_bytes` is 0 where nothing was stored."""

    model_config = ConfigDict(frozen=True)

    size_bytes: int
    made_by: str


def present() -> bool:
    """Whether a docker program is there and its engine answers."""
    if shutil.which("docker") is None:
        return False
    return run(["docker", "version", "--format", "{{.Server.Version}}"], seconds=15, fix=_FIX).code == 0


def details(reference: str) -> dict[str, Any]:
    """What the engine knows about an image, as ``docker image inspect`` prints it.

    Raises:
        NotFound: the engine does not hold it.
        Unavailable: no engine answers.
    """
    ran = run(["docker", "image", "inspect", reference], seconds=_SECONDS, fix=_FIX)
    if ran.code and "no such image" in ran.err.lower():
        raise NotFound(f"The engine holds no image {reference}.", fix=f"docker build -t {reference} .")
    if ran.code:
        raise Unavailable(f"The container engine does not answer: {ran.err.strip()[:200]}", fix=_FIX)
    found: dict[str, Any] = json.loads(ran.out)[0]
    return found


def layers(reference: str) -> list[Layer]:
    """The history, oldest first.

    Raises:
        NotFound: the engine does not hold it.
    """
    form = '{"size": {{json .Size}}, "by": {{json .CreatedBy}}}'
    words = ["docker", "history", "--no-trunc", "--human=false", "--format", form, reference]
    ran = run(words, seconds=_SECONDS, fix=_FIX)
    if ran.code:
        raise NotFound(f"The engine tells no history of {reference}.", fix=f"docker build -t {reference} .")
    entries = [json.loads(line) for line in ran.out.splitlines() if line.strip()]
    return [Layer(size_bytes=int(entry["size"]), made_by=entry["by"]) for entry in reversed(entries)]


def files(reference: str) -> list[tuple[str, int, int]]:
    """Every regular file of the image: path, bytes, mode. Needs the space of one unpacked image for a moment.

    Raises:
        KoraError: the engine would not hand the files out.
    """
    made = run(["docker", "create", "--network", "none", reference, "-"], seconds=_SECONDS, fix=_FIX)
    if made.code:
        raise KoraError(f"No container of {reference} can be made: {made.err.strip()[:200]}")
    container = made.out.strip()
    try:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "image.tar"
            words = ["docker", "export", "--output", str(archive), container]
            exported = run(words, seconds=300, fix=_FIX)
            if exported.code:
                raise KoraError(f"The files of {reference} cannot be read: {exported.err.strip()[:200]}")
            with tarfile.open(archive) as opened:
                return [(f"/{entry.name}", entry.size, entry.mode) for entry in opened if entry.isfile()]
    finally:
        run(["docker", "rm", "--force", container], seconds=_SECONDS, fix=_FIX)


@contextmanager
def running(reference: str, port: int, environment: Mapping[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """Run an image as a hardened cluster would: read-only root, no capabilities, no new rights, /tmp in memory.

    Gives the container's id and the port on 127.0.0.1 that leads to `port` inside. The container is removed at the end.

    Raises:
        KoraError: it does not start; the message holds the engine's words or the container's last lines.
    """
    words = ["docker", "run", "--detach", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"]  # noqa: S108
    words += ["--security-opt", "no-new-privileges:true", "--memory", "512m", "--pids-limit", "256"]
    words += ["--publish", f"127.0.0.1::{port}"]
    for name, value in (environment or {}).items():
        words += ["--env", f"{name}={value}"]
    started = run([*words, reference], seconds=_SECONDS, fix=_FIX)
    container = started.out.strip().splitlines()[-1] if started.out.strip() else ""
    if started.code:
        if container:
            run(["docker", "rm", "--force", container], seconds=_SECONDS, fix=_FIX)
        raise KoraError(f"{reference} does not start: {started.err.strip()[-300:]}")
    try:
        asked = run(["docker", "port", container, f"{port}/tcp"], seconds=_SECONDS, fix=_FIX)
        if asked.code or ":" not in asked.out:
            raise KoraError(f"{reference} ended at once: {last_words(container)}")
        yield container, int(asked.out.strip().splitlines()[0].rpartition(":")[2])
    finally:
        run(["docker", "rm", "--force", "--volumes", container], seconds=_SECONDS, fix=_FIX)


def users(container: str) -> set[str]:
    """The numeric ids that the processes of a container run as."""
    ran = run(["docker", "top", container, "-eo", "pid,uid"], seconds=_SECONDS, fix=_FIX)
    return {line.split()[1] for line in ran.out.splitlines()[1:] if len(line.split()) > 1}


def last_words(container: str) -> str:
    """The last lines that a container wrote."""
    ran = run(["docker", "logs", "--tail", "8", container], seconds=_SECONDS, fix=_FIX)
    return (ran.err + ran.out).strip()[-600:]
