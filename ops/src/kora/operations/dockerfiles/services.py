"""What is known about one service of a repository, and the files made for it: the values between detect and generate.

Flow: folder → `detect` (facts with their sources) → `Service` → `generate` → `GeneratedFiles` → a front door, which
writes them after a diff and a yes. `operations.deploy` reads the services to write its own configuration.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Framework(StrEnum):
    """What a service is made with; the name of its template."""

    FASTAPI = "fastapi"
    FLASK = "flask"
    DJANGO = "django"
    PYTHON = "python"
    NEXT = "next"
    VITE = "vite"
    EXPRESS = "express"
    NODE = "node"
    GO = "go"
    SPRING = "spring"
    JAVA = "java"
    STATIC = "static"


class Service(BaseModel):
    """One program of a repository that becomes one image."""

    model_config = ConfigDict(frozen=True)

    name: str
    """A DNS label, unique in the repository: the folder's name, or the repository's for its root."""
    path: str
    """The folder that holds it, relative to the repository, ``.`` for its root."""
    framework: Framework
    port: int
    """The TCP port that it listens on inside its container, 1–65535."""
    context: str
    """The build context, relative to the repository."""
    dockerfile: str
    """Where the Dockerfile belongs, relative to the repository."""
    language_version: str
    package_manager: str = ""
    """npm, pnpm, yarn, uv, poetry, pip, go, maven or gradle; empty where there is nothing to install."""
    command: tuple[str, ...] = ()
    """What starts it, in exec form."""
    health_path: str = "/"
    """An HTTP path that answers below 500 when the service works."""
    backing: tuple[str, ...] = ()
    """Stores that its dependencies point to: ``redis``, ``postgres``."""
    sources: dict[str, str] = Field(default_factory=dict)
    """Where each fact was read: ``{"port": "app.py line 12", …}``."""


class GeneratedFiles(BaseModel):
    """Files for a repository, not yet written. `notes` says what could not be told and what a person should check."""

    model_config = ConfigDict(frozen=True)

    services: tuple[Service, ...]
    files: dict[str, str]
    """Path relative to the repository → text."""
    notes: tuple[str, ...] = ()
