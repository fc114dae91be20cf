"""The rules, one file a family. Importing this package registers them all in `findings.RULES`."""

from kora.operations.dockerfiles.rules import (
    base_images,
    build_cache,
    build_context,
    contents,
    downloads,
    health,
    network,
    next_server,
    process,
    reproducible,
    resources,
    secrets,
    structure,
    users,
)

__all__ = [
    "base_images",
    "build_cache",
    "build_context",
    "contents",
    "downloads",
    "health",
    "network",
    "next_server",
    "process",
    "reproducible",
    "resources",
    "secrets",
    "structure",
    "users",
]
