"""The content tag of an image: a hash over everything that a build can see, so that equal content keeps one name.

What counts: each file of the build context that `.dockerignore` lets through (path, kind, executable bit, bytes), the
Dockerfile, the target and the build arguments. Times, owners and the order of the file system don't. What lies outside
(a base image that its registry moved) is not seen: pin bases by digest where that matters.

Ignore rules as the builder reads them: one pattern a line, ``#`` comments, ``!`` takes back, the last match wins, a
pattern also covers what lies below, ``**`` crosses folders; ``<Dockerfile>.dockerignore`` wins over ``.dockerignore``.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kora.kit.canonical import canonical_json
from kora.kit.errors import Misconfigured

TAG_PREFIX = "kora-"
_TAG_DIGITS = 16  # 64 bits: an accident needs billions of builds
_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    parts: tuple[str, ...]
    takes_back: bool


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns of one ignore file."""

    patterns: tuple[_Pattern, ...]

    @classmethod
    def parse(cls, text: str) -> "IgnoreRules":
        """Read the text of an ignore file.

        Raises:
            Misconfigured: a pattern is not well formed.
        """
        return cls(tuple(_patterns(text)))

    def ignores(self, path: str) -> bool:
        """Whether the builder never sees `path` (relative, with slashes): the last pattern that matches it, or a folder
        above it, decides."""
        above = PurePosixPath(path)
        family = [str(above), *(str(each) for each in above.parents if str(each) != ".")]
        ignored = False
        for pattern in self.patterns:
            if pattern.takes_back == ignored and any(pattern.regex.fullmatch(each) for each in family):
                ignored = not pattern.takes_back
        return ignored

    def may_hold_kept(self, folder: str) -> bool:
        """Whether something below an ignored folder could be taken back, so that it has to be walked."""
        return any(pattern.takes_back and _could_lie_below(pattern.parts, folder) for pattern in self.patterns)


def _patterns(text: str) -> Iterator[_Pattern]:
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        takes_back = line.startswith("!")
        cleaned = os.path.normpath(line.removeprefix("!").strip()).lstrip("/")
        if cleaned in ("", "."):
            continue
        try:
            yield _Pattern(re.compile(_regex(cleaned), re.DOTALL), tuple(cleaned.split("/")), takes_back)
        except re.error as error:
            raise Misconfigured(f"Line {number} of .dockerignore is no pattern: {line} ({error})") from error


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]]*\]|\\.|.", re.DOTALL)
_TRANSLATED = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


def _regex(pattern: str) -> str:
    return "".join(_translated(token) for token in _TOKEN.findall(pattern))


def _translated(token: str) -> str:
    if token in _TRANSLATED:
        return _TRANSLATED[token]
    if token.startswith("[") and len(token) > 1:
        return token.replace("[^", "[^/").replace("\\", "\\\\") if token.startswith("[^") else token
    return re.escape(token[1:] if token.startswith("\\") and len(token) > 1 else token)


def _could_lie_below(parts: tuple[str, ...], folder: str) -> bool:
    for part, name in zip(parts, folder.split("/"), strict=False):
        if "**" in part:
            return True
        if not re.fullmatch(_regex(part), name):
            return False
    return True


def rules_for(context: Path, dockerfile: Path) -> IgnoreRules:
    """The ignore file that the builder would take; none ignores nothing."""
    for path in (dockerfile.with_name(dockerfile.name + ".dockerignore"), context / ".dockerignore"):
        if path.is_file():
            return IgnoreRules.parse(path.read_text(encoding="utf-8", errors="surrogateescape"))
    return IgnoreRules(())


def visible_files(context: Path, rules: IgnoreRules) -> Iterator[Path]:
    """What the builder sees, files and links, in the order of their names; ignored folders are not entered unless
    something below them is taken back."""

    def walk(folder: Path) -> Iterator[Path]:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
        for entry in ordered:
            path = Path(entry.path)
            name = path.relative_to(context).as_posix()
            ignored = rules.ignores(name)
            if entry.is_dir(follow_symlinks=False):
                if not ignored or rules.may_hold_kept(name):
                    yield from walk(path)
            elif not ignored:
                yield path

    yield from walk(context)


def content_tag(
    context: Path, dockerfile: Path, arguments: Mapping[str, str] | None = None, target: str | None = None
) -> str:
    """``kora-`` and 16 hex digits over all that the build can see.

    Raises:
        Misconfigured: the folder or the Dockerfile is not there, or the ignore file is broken.
    """
    if not context.is_dir():
        raise Misconfigured(f"The build context {context} is no folder.", fix="correct build.context in kora.yaml")
    if not dockerfile.is_file():
        raise Misconfigured(f"There is no Dockerfile at {dockerfile}.", fix="kora image generate, or build.dockerfile")
    total = hashlib.sha256()
    total.update(canonical_json({"arguments": dict(arguments or {}), "target": target}))
    total.update(dockerfile.read_bytes())
    for path in visible_files(context, rules_for(context, dockerfile)):
        _add(total, path, path.relative_to(context).as_posix())
    return TAG_PREFIX + total.hexdigest()[:_TAG_DIGITS]


def _add(total: "hashlib._Hash", path: Path, name: str) -> None:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        total.update(f"\0link {name}\0{os.readlink(path)}".encode(errors="surrogateescape"))
    elif stat.S_ISREG(status.st_mode):
        executable = bool(status.st_mode & stat.S_IXUSR)
        total.update(f"\0file {name}\0{executable}\0{status.st_size}\0".encode(errors="surrogateescape"))
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                total.update(chunk)
