"""The Docker engine through its command line, which also speaks to Podman's and to Minikube's daemon."""

import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kora.images.port import BuildFailed, Image, Line, LoadFailed
from kora.images.programs import Ran, run
from kora.kit.errors import Unavailable

_FIX = "start a container engine, then: docker info"
_BUILD_SECONDS = 1800
_TRANSFER_SECONDS = 900
_ASK_SECONDS = 30


class DockerEngine:
    """`ImageEngine` on the docker program. `environment` (DOCKER_HOST and so on) points it at another daemon."""

    def __init__(self, environment: Mapping[str, str] | None = None, program: str = "docker") -> None:
        self._environment, self._program = environment, program

    def _docker(self, *words: str, seconds: float = _ASK_SECONDS, line: Line | None = None) -> Ran:
        return run([self._program, *words], seconds=seconds, environment=self._environment, line=line, fix=_FIX)

    def version(self) -> str:
        """The server's version."""
        ran = self._docker("version", "--format", "{{.Server.Version}}")
        if ran.code:
            raise Unavailable(f"No container engine answers: {_last(ran.err or ran.out)}", fix=_FIX)
        return ran.out.strip()

    def build(
        self,
        context: Path,
        dockerfile: Path,
        reference: str,
        arguments: Mapping[str, str],
        *,
        target: str | None = None,
        line: Line | None = None,
    ) -> Image:
        """Build with BuildKit's plain progress, so that each step can be told."""
        words = ["build", "--progress=plain", "--tag", reference, "--file", str(dockerfile)]
        for name, value in sorted(arguments.items()):
            words += ["--build-arg", f"{name}={value}"]
        if target:
            words += ["--target", target]
        ran = self._docker(*words, str(context), seconds=_BUILD_SECONDS, line=line or _unheard)
        if ran.code:
            log = list(ran.tail[-15:])
            raise BuildFailed(
                f"The image {reference} did not build: {_reason(ran.tail)}",
                fix=f"docker build --file {dockerfile} {context}",
                details={"log": log},
            )
        image = self.inspect(reference)
        if image is None:
            raise BuildFailed(f"The engine built {reference} but does not hold it; is it another builder's?")
        return image

    def inspect(self, reference: str) -> Image | None:
        """None when the engine does not hold it."""
        ran = self._docker("image", "inspect", reference)
        if ran.code:
            if "no such image" in ran.err.lower():
                return None
            raise Unavailable(f"The container engine does not answer: {_last(ran.err)}", fix=_FIX)
        found: dict[str, Any] = json.loads(ran.out)[0]
        return Image(
            reference=reference,
            id=found["Id"],
            size_bytes=found["Size"],
            digests=tuple(found.get("RepoDigests") or ()),
        )

    def identities(self, reference: str) -> frozenset[str]:
        """The ids from `inspect`, and those of manifest and configuration from an archive: an engine that keeps its
        images in containerd names the index, while a node reports the configuration."""
        image = self.inspect(reference)
        if image is None:
            return frozenset()
        with tempfile.TemporaryDirectory(prefix="kora-image-") as folder:
            archive = Path(folder) / "image.tar"
            self.save([reference], archive)
            with tarfile.open(archive) as opened:
                return image.accepted | _digests(opened)

    def save(self, references: Sequence[str], archive: Path) -> None:
        """One archive for all of them, so that shared layers are written once."""
        ran = self._docker("save", "--output", str(archive), *references, seconds=_TRANSFER_SECONDS)
        if ran.code:
            raise LoadFailed(f"The engine could not write {', '.join(references)}: {_last(ran.err)}")

    def tag(self, reference: str, name: str) -> None:
        """Give an image another name."""
        ran = self._docker("tag", reference, name)
        if ran.code:
            raise LoadFailed(f"{reference} could not be named {name}: {_last(ran.err)}")

    def push(self, reference: str, *, line: Line | None = None) -> None:
        """Send to the registry."""
        ran = self._docker("push", reference, seconds=_TRANSFER_SECONDS, line=line or _unheard)
        if ran.code:
            registry = reference.split("/")[0]
            reason = ran.tail[-1] if ran.tail else "no reason was given"
            raise LoadFailed(f"{reference} could not be pushed: {reason}", fix=f"docker login {registry}")

    def free_bytes(self) -> int | None:
        """Free room in the engine's folder, when that lies on this machine."""
        ran = self._docker("info", "--format", "{{.DockerRootDir}}")
        folder = Path(ran.out.strip())
        return shutil.disk_usage(folder).free if ran.code == 0 and folder.is_absolute() and folder.is_dir() else None


def _digests(archive: tarfile.TarFile) -> frozenset[str]:
    """All digests that the tables of contents of a Docker or OCI archive name, layers left out."""
    found: set[str] = set()
    for name in ("manifest.json", "index.json"):
        try:
            member = archive.extractfile(name)
        except KeyError:
            continue
        if member is not None:
            for entry in _entries(json.loads(member.read())):
                found.update(f"sha256:{each}" for each in re.findall(r"[0-9a-f]{64}", entry))
    return frozenset(found)


def _entries(table: Any) -> list[str]:
    if isinstance(table, list):
        return [str(each.get("Config", "")) for each in table]
    return [str(each.get("digest", "")) for each in table.get("manifests") or []]


def _unheard(line: str) -> None:
    """Nobody listens."""


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason was given"


def _reason(tail: Sequence[str]) -> str:
    """The line of a failed build that says why: what the failing command printed last, else BuildKit's own error."""
    errors = [line for line in tail if line.startswith(("ERROR:", "error:"))]
    return errors[-1] if errors else (tail[-1] if tail else "no reason was given")
