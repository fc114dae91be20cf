"""Reading files of a repository that nobody vouches for: bounded in size and number, never followed outside."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

SKIPPED = frozenset({
    "node_modules", ".git", ".venv", "venv", "env", "__pycache__", "dist", "build", "out", "target", ".next", ".tox",
    "site-packages", "vendor", "coverage", ".mypy_cache", ".pytest_cache", ".idea", ".vscode", ".terraform",
})  # fmt: skip
NOT_SERVED = frozenset({"tests", "test", "docs", "doc", "examples", "example", "e2e", "fixtures", "scripts", "bench",
                        "benchmarks", "migrations", "helm", "charts", "k8s", "deploy", ".github"})  # fmt: skip
_BYTES, _FILES, _DEPTH = 500_000, 3_000, 6


def text_of(path: Path) -> str:
    """A file's text; empty when it is absent, larger than 500 kB, or a link out of its folder."""
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _BYTES:
        return ""
    return path.read_text("utf-8", "replace")


def walk(folder: Path, *endings: str, skip: frozenset[str] = SKIPPED | NOT_SERVED) -> Iterator[Path]:
    """The files with these endings, shallow ones first within a folder, at most 3,000 and 6 folders deep."""
    count = 0
    for here, folders, names in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if name not in skip) if depth < _DEPTH else []
        for name in sorted(names):
            if name.endswith(endings):
                yield Path(here) / name
                count += 1
                if count >= _FILES:
                    return


def label(name: str) -> str:
    """A DNS label from a folder's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "app"


HEALTH_PATHS = ("/health", "/healthz", "/api/health", "/api/healthz", "/actuator/health", "/status", "/ready", "/ping")


def health_path(text: str) -> str | None:
    """The first usual health path that the code names as a string."""
    return next((path for path in HEALTH_PATHS if re.search(rf"[\"'`]{path}/?[\"'`]", text)), None)
