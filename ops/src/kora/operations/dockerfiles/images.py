"""Names of images, and what is known about widely used bases: who runs in them, whether they hold a shell.

The tables name their sources; an image that is not in them is judged by nothing that would need them.
"""

import re
from dataclasses import dataclass

_REFERENCE = re.compile(
    r"^(?P<repository>(?:[\w.-]+(?::\d+)?/)*[\w.-]+)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>[\w+.-]+:[0-9a-fA-F]{32,}))?$"
)


@dataclass(frozen=True)
class ImageName:
    """A reference taken apart. `repository` keeps the registry; ``library/`` and ``docker.io/`` are dropped."""

    repository: str
    tag: str | None
    digest: str | None

    @property
    def short(self) -> str:
        """The last part of the repository: ``python``, ``node``, ``static-debian13``."""
        return self.repository.rsplit("/", 1)[-1]

    @property
    def is_official(self) -> bool:
        """Whether it is one of Docker Hub's official images."""
        return "/" not in self.repository

    def __str__(self) -> str:
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.repository}{f':{self.tag}' if self.tag else ''}{digest}"


def image_name(reference: str) -> ImageName | None:
    """`reference` taken apart; None when it is none, for example because a variable stayed empty."""
    match = _REFERENCE.match(reference)
    if match is None:
        return None
    repository = match["repository"]
    for prefix in ("docker.io/", "index.docker.io/", "registry.hub.docker.com/"):
        repository = repository.removeprefix(prefix)
    return ImageName(repository.removeprefix("library/"), match["tag"], match["digest"])


@dataclass(frozen=True)
class BaseTraits:
    """What an image brings. Sources: the images' own Dockerfiles and their pages."""

    user: str = "root"
    shell: bool = True
    starts: bool = False
    """Its own CMD or ENTRYPOINT starts a server."""
    tools: frozenset[str] = frozenset()
    """Of curl and wget, those it holds."""
    users: frozenset[str] = frozenset()
    """Named users besides root."""


_DEBIAN_USERS = frozenset({"daemon", "bin", "nobody", "www-data", "mail", "games", "man", "lp"})
_BY_REPOSITORY = {
    "scratch": BaseTraits(shell=False),
    "python": BaseTraits(users=_DEBIAN_USERS),
    "node": BaseTraits(users=_DEBIAN_USERS | {"node"}),
    "nginx": BaseTraits(starts=True, users=_DEBIAN_USERS | {"nginx"}, tools=frozenset({"curl"})),
    "httpd": BaseTraits(starts=True, users=_DEBIAN_USERS),
    "caddy": BaseTraits(starts=True, tools=frozenset({"wget"}), users=frozenset({"nobody"})),
    "redis": BaseTraits(starts=True, users=_DEBIAN_USERS | {"redis"}),
    "postgres": BaseTraits(starts=True, users=_DEBIAN_USERS | {"postgres"}),
    "debian": BaseTraits(users=_DEBIAN_USERS),
    "ubuntu": BaseTraits(users=_DEBIAN_USERS | {"ubuntu"}),
    "alpine": BaseTraits(tools=frozenset({"wget"}), users=frozenset({"nobody", "daemon", "guest"})),
    "busybox": BaseTraits(tools=frozenset({"wget"}), users=frozenset({"nobody", "daemon", "www-data"})),
    "golang": BaseTraits(tools=frozenset({"curl", "wget"}), users=_DEBIAN_USERS),
    "eclipse-temurin": BaseTraits(tools=frozenset({"curl", "wget"}), users=_DEBIAN_USERS | {"ubuntu"}),
    "nginxinc/nginx-unprivileged": BaseTraits(user="101", starts=True, tools=frozenset({"curl"}), users=_DEBIAN_USERS),
}


def traits(name: ImageName | None) -> BaseTraits | None:
    """What is known about a base; None when nothing is."""
    if name is None:
        return None
    if name.repository.startswith("gcr.io/distroless/"):
        return BaseTraits(
            user="65532" if name.tag and "nonroot" in name.tag else "root",
            shell=bool(name.tag and "debug" in name.tag),
            users=frozenset({"nonroot", "nobody"}),
        )
    if name.repository.startswith("cgr.dev/chainguard/"):
        return BaseTraits(user="65532", shell=bool(name.tag and "dev" in name.tag), users=frozenset({"nonroot"}))
    known = _BY_REPOSITORY.get(name.repository)
    if known is None:
        return None
    tag = name.tag or ""
    if "alpine" in tag:
        users = known.users | {"nobody", "guest", "daemon"}
        return BaseTraits(known.user, True, known.starts, known.tools | {"wget"}, users)
    fat = name.repository in {"python", "node"} and "slim" not in tag
    return BaseTraits(known.user, True, known.starts, frozenset({"curl", "wget"}), known.users) if fat else known
