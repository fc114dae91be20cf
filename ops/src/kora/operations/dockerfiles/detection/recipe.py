"""A service with what its template needs besides: the value between detection and generation."""

from dataclasses import dataclass, field

from kora.operations.dockerfiles.services import Service


@dataclass(frozen=True)
class Recipe:
    """One service to build.

    A path is relative to the build context. `extra` are packages that the start command needs and the project does not
    name, with versions.
    """

    service: Service
    manifests: tuple[str, ...] = ()
    """Manifest and lock files, copied before the rest."""
    source: str = "."
    """What is copied: the context, or a folder of it."""
    target: str = "./"
    """Where it goes below the working directory."""
    build_command: str = ""
    output: str = ""
    """The folder with what a build made."""
    environment: dict[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    """Facts that templates ask for by name: ``standalone``, ``public``, ``collectstatic``, ``spa``."""
    settings: dict[str, str] = field(default_factory=dict)
    """Names of environment variables that the code reads, with the store that they point to."""
    notes: tuple[str, ...] = ()
