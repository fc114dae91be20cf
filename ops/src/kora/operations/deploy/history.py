"""What Kora remembers of its deployments on this machine: how long each phase usually takes, what was verified last.

One file an application and cluster under $KORA_HOME/deployments; a lock keeps a second `kora up` from
stepping in. Losing the folder costs nothing but the figures.
"""

import fcntl
import json
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from kora.kit.errors import Conflict
from kora.kit.ids import digest

_KEPT = 9  # runs, for the median


class Memory(BaseModel):
    """The content of one file."""

    seconds: dict[str, list[float]] = {}
    """By phase: durations of the last runs that did something, newest last."""
    verified: str = ""
    """Digest of the release that passed its whole smoke test."""
    good_revision: int | None = None
    """The Helm revision that passed it; where a failed successor goes back to."""
    installing: bool = False
    """Set while Helm writes: found set, a process died there, and the release may be half-way."""

    def usual(self, phase: str) -> float | None:
        """The median of the phase's last runs, in seconds; None before the first."""
        known = self.seconds.get(phase)
        return statistics.median(known) if known else None

    def add(self, phase: str, seconds: float) -> None:
        """Remember one more run."""
        self.seconds[phase] = [*self.seconds.get(phase, []), round(seconds, 2)][-_KEPT:]


def path_of(home: Path, context: str, namespace: str, name: str) -> Path:
    """Where the memory of an application on a cluster lies."""
    return home / "deployments" / f"{namespace}-{name}-{digest(context.encode())[:8]}.json"


def read(path: Path) -> Memory:
    """The memory; an empty one when there is none or it is damaged, since it only holds figures."""
    try:
        return Memory.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return Memory()


def write(path: Path, memory: Memory) -> None:
    """Replace the file at once and entirely."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".kora-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(memory.model_dump(mode="json"), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the application's lock; it goes with the process, however that ends.

    Raises:
        Conflict: another process deploys the same application to the same cluster.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(path.with_suffix(".lock"), "a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "Another kora is working on this application here.", fix="wait for it, then again"
            ) from error
        yield


def summary(memory: Memory) -> dict[str, Any]:
    """The usual durations by phase, for a person."""
    return {phase: memory.usual(phase) for phase in memory.seconds}
