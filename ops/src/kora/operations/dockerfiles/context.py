"""The build context: a folder, what ``.dockerignore`` leaves out of it, and what would be sent.

Patterns follow Docker's rules (Go's ``filepath.Match`` with ``**``; the last match wins; ``!`` brings back; a folder
left out takes its contents with it unless something below is brought back).
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_ENTRY_LIMIT = 20_000  # a context beyond that is reported by its size anyway


@dataclass
class Context:
    """A folder that would be sent to the builder. `dockerfile` names the file, for ``<name>.dockerignore``."""

    folder: Path
    dockerfile: Path | None = None
    _patterns: list[tuple[bool, re.Pattern[str]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        source = self.ignore_file
        text = source.read_text("utf-8", "replace") if source else ""
        self._patterns = read_patterns(text)

    @property
    def ignore_file(self) -> Path | None:
        """The file that counts: the Dockerfile's own one before the folder's."""
        own = self.dockerfile.with_name(f"{self.dockerfile.name}.dockerignore") if self.dockerfile else None
        for candidate in (own, self.folder / ".dockerignore"):
            if candidate is not None and candidate.is_file():
                return candidate
        return None

    def ignored(self, path: str) -> bool:
        """Whether a file, given relative to the folder with ``/``, is left out."""
        parts = path.strip("/").split("/")
        ways = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        left_out = False
        for brings_back, pattern in self._patterns:
            if any(pattern.fullmatch(way) for way in ways):
                left_out = not brings_back
        return left_out

    def exists(self, path: str) -> bool:
        """Whether the folder holds this path, left out or not."""
        return (self.folder / path).exists()

    def sent(self, path: str) -> bool:
        """Whether it is there and goes to the builder."""
        return self.exists(path) and not self.ignored(path)

    def read(self, path: str) -> str:
        """A text of the folder; empty when it is not there or larger than 1 MB."""
        place = self.folder / path
        if not place.is_file() or place.stat().st_size > 1_000_000:
            return ""
        return place.read_text("utf-8", "replace")

    @cached_property
    def files(self) -> list[tuple[str, int]]:
        """What would be sent: path and size in bytes, at most 20,000 of them."""
        found = []
        for path, size in self._walk():
            found.append((path, size))
            if len(found) >= _ENTRY_LIMIT:
                break
        return found

    def _walk(self) -> Iterator[tuple[str, int]]:
        brings_back = any(back for back, _ in self._patterns)
        for here, folders, names in os.walk(self.folder):
            relative = Path(here).relative_to(self.folder).as_posix()
            prefix = "" if relative == "." else f"{relative}/"
            if not brings_back:
                folders[:] = [name for name in folders if not self.ignored(prefix + name)]
            for name in sorted(names):
                if not self.ignored(prefix + name):
                    yield prefix + name, (Path(here) / name).lstat().st_size


def read_patterns(text: str) -> list[tuple[bool, re.Pattern[str]]]:
    """The lines of a ``.dockerignore`` as (brings back, pattern)."""
    found = []
    for line in text.removeprefix("\ufeff").splitlines():
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        back = entry.startswith("!")
        cleaned = os.path.normpath(entry[back:].strip().lstrip("/") or ".")
        if cleaned != ".":
            found.append((back, re.compile(_expression(cleaned))))
    return found


def _expression(pattern: str) -> str:
    out, at = [], 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 2
        elif character == "*":
            out.append("[^/]*")
            at += 1
        elif character == "?":
            out.append("[^/]")
            at += 1
        elif character == "[" and "]" in pattern[at + 1 :]:
            end = pattern.index("]", at + 1)
            body = pattern[at + 1 : end].replace("\\", r"\\")
            out.append(f"[{body}]" if body and body != "^" else re.escape(pattern[at : end + 1]))
            at = end + 1
        elif character == "\\" and at + 1 < len(pattern):
            out.append(re.escape(pattern[at + 1]))
            at += 2
        else:
            out.append(re.escape(character))
            at += 1
    return "".join(out)
