"""Fakes of the image ports: an engine whose images live in a dictionary, and a loader that puts them on fake nodes."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from kora.images.port import BuildFailed, Image, Line, LoadFailed
from kora.kit.errors import Unavailable


class FakeEngine:
    """Builds at once: an image's id is a hash of its name. `broken` names references that don't build; `down` makes
    every call fail as when no engine runs. `built` and `pushed` tell what happened, in order."""

    def __init__(self, images: Sequence[str] = (), *, broken: Sequence[str] = (), down: bool = False) -> None:
        self.images = {name: self._made(name) for name in images}
        self.broken, self.down = set(broken), down
        self.built: list[str] = []
        self.pushed: list[str] = []

    @staticmethod
    def _made(reference: str) -> Image:
        digest = hashlib.sha256(reference.encode()).hexdigest()
        return Image(reference=reference, id=f"sha256:{digest}", size_bytes=1_000_000)

    def version(self) -> str:
        """A version, or no engine."""
        if self.down:
            raise Unavailable("No container engine answers.", fix="docker info")
        return "28.0.0"

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
        """Record it and hold it."""
        self.version()
        if reference.split(":")[0] in self.broken:
            raise BuildFailed(f"The image {reference} did not build: ERROR: exit code: 1")
        self.built.append(reference)
        self.images[reference] = self._made(reference)
        return self.images[reference]

    def inspect(self, reference: str) -> Image | None:
        """What was built or given."""
        self.version()
        return self.images.get(reference)

    def identities(self, reference: str) -> frozenset[str]:
        """The id alone."""
        image = self.inspect(reference)
        return image.accepted if image else frozenset()

    def save(self, references: Sequence[str], archive: Path) -> None:
        """A small file."""
        archive.write_text("\n".join(references))

    def tag(self, reference: str, name: str) -> None:
        """The same image under another name."""
        self.images[name] = self.images[reference].model_copy(update={"reference": name})

    def push(self, reference: str, *, line: Line | None = None) -> None:
        """Record it."""
        self.pushed.append(reference)

    def free_bytes(self) -> int | None:
        """Plenty."""
        return 50 * 2**30


class FakeLoader:
    """Puts images on fake nodes: `held` is node → reference → id. `stale` makes a node keep another image under the
    same name; `broken` refuses."""

    name: ClassVar[str] = "fake load"
    program: ClassVar[str] = ""

    def __init__(
        self, engine: FakeEngine, nodes: Sequence[str] = ("node-1",), *, stale: str = "", broken: bool = False
    ) -> None:
        self.held: dict[str, dict[str, str]] = {node: {} for node in nodes}
        self.engine, self.stale, self.broken = engine, stale, broken
        self.loaded: list[str] = []

    def reference(self, local: str) -> str:
        """The same name."""
        return local

    def load(self, local: str) -> None:
        """Put it on every node but the stale one."""
        if self.broken:
            raise LoadFailed(f"{local} did not reach the nodes.")
        self.loaded.append(local)
        for node, images in self.held.items():
            images[local] = "sha256:" + "0" * 64 if node == self.stale else self.engine.images[local].id

    def ids(self, local: str) -> dict[str, str | None] | None:
        """What each node holds."""
        return {node: images.get(local) for node, images in self.held.items()}
