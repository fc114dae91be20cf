"""The ports to container engines (build, look, hand over) and to the ways an image reaches a cluster's nodes."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from kora.kit.errors import KoraError

Line = Callable[[str], None]
"""Told one line of a program's output, to show that something goes on."""


class BuildFailed(KoraError):
    """A Dockerfile did not build; `details.log` holds the last lines."""

    code, exit_code = "BUILD_FAILED", 20
    default_message = "An image did not build."
    default_fix = "mend what the lines of the build name, then kora up"


class LoadFailed(KoraError):
    """An image did not reach the cluster's nodes."""

    code, exit_code = "LOAD_FAILED", 21
    default_message = "An image did not reach the cluster."
    default_fix = "kora doctor says what the cluster lacks; kora up --registry or --load-command take another way"


class Image(BaseModel):
    """One image as an engine holds it."""

    model_config = ConfigDict(frozen=True)

    reference: str
    id: str
    """``sha256:…``: the digest of its configuration (or of its index, where the engine keeps images in containerd)."""
    size_bytes: int
    digests: tuple[str, ...] = ()
    """``name@sha256:…`` for each registry that has it."""

    @property
    def accepted(self) -> frozenset[str]:
        """Every digest under which a node may truthfully report this image."""
        return frozenset({self.id, *(each.rpartition("@")[2] for each in self.digests)})


class ImageEngine(Protocol):
    """Builds and holds images. Raises (every method): Unavailable when no engine answers."""

    def version(self) -> str:
        """The engine's version.

        Raises: Unavailable, with what to do.
        """

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
        """Build an image and name it.

        Raises: BuildFailed with the last lines.
        """

    def inspect(self, reference: str) -> Image | None:
        """The image of that name; None when the engine does not have it."""

    def identities(self, reference: str) -> frozenset[str]:
        """Every digest under which a node may truthfully report this image; slower than `inspect`, since the engine may
        have to write the image out to tell."""

    def save(self, references: Sequence[str], archive: Path) -> None:
        """Write images as a Docker archive."""

    def tag(self, reference: str, name: str) -> None:
        """Give an image another name."""

    def push(self, reference: str, *, line: Line | None = None) -> None:
        """Send an image to the registry that its name tells.

        Raises: LoadFailed.
        """

    def free_bytes(self) -> int | None:
        """Free room where the engine keeps its images; None when that is not known here."""


class Loader(Protocol):
    """One way of bringing images onto nodes."""

    name: ClassVar[str]
    program: ClassVar[str]
    """The program that it runs besides the engine's own; empty for none."""

    def reference(self, local: str) -> str:
        """What the cluster has to call the image that is called `local` here."""

    def load(self, local: str) -> None:
        """Bring the image onto the nodes.

        Raises: LoadFailed, Unavailable (a program is missing).
        """

    def ids(self, local: str) -> dict[str, str | None] | None:
        """Image id by node as the node's own runtime tells (None: not there); None as a whole when this way has no
        means to ask, then the running pods are the proof."""
