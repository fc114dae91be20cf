"""Files to the disk, after a diff and a yes: what is there already is never replaced unseen."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kora.kit.errors import Conflict, Invalid
from kora.operations.dockerfiles.fix import unified


@dataclass(frozen=True)
class Change:
    """One file: what is there (None when nothing is) and what will be."""

    path: str
    before: str | None
    after: str

    @property
    def diff(self) -> str:
        """A unified diff against what is there."""
        return unified(self.before or "", self.after, self.path)


def changes(folder: Path, files: dict[str, str]) -> list[Change]:
    """What writing these files would change; files that are the same already are left out.

    Raises:
        Invalid: a path leads out of the folder.
    """
    found = []
    for name, text in files.items():
        place = _place(folder, name)
        before = place.read_text("utf-8", "replace") if place.is_file() else None
        if before != text:
            found.append(Change(name, before, text))
    return found


def write(folder: Path, wanted: list[Change]) -> None:
    """Write the files, each whole or not at all.

    Raises:
        Conflict: a file was changed by somebody else since the diff was made; nothing after it is written.
    """
    for change in wanted:
        place = _place(folder, change.path)
        now = place.read_text("utf-8", "replace") if place.is_file() else None
        if now != change.before:
            raise Conflict(
                f"{change.path} was changed meanwhile.", fix="Run the command again and look at the new diff."
            )
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(change.after)
            Path(temporary).chmod(place.stat().st_mode & 0o777 if place.exists() else 0o644)
            Path(temporary).replace(place)
        finally:
            Path(temporary).unlink(missing_ok=True)


def _place(folder: Path, name: str) -> Path:
    root = folder.resolve()
    place = (root / name).resolve()
    if root not in place.parents:
        raise Invalid(f"{name} lies outside of {folder}.")
    return place
