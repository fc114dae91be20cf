"""KD71x: what is sent to the builder. These rules need the folder of the build."""

from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.packages import MANAGERS, installs
from kora.operations.dockerfiles.rules.build_cache import whole_copies

_SECRET_PLACES = (".env", ".env.local", ".env.production", ".aws", ".ssh", ".npmrc.local", "id_rsa")
_HEAVY = ("node_modules", ".git", ".venv", "venv", "__pycache__", ".next", "dist", "target", ".mypy_cache",
          ".pytest_cache", "coverage", ".terraform")  # fmt: skip
_SIZE_LIMIT = 100_000_000


@rule(
    "KD711",
    "no-dockerignore",
    Severity.WARNING,
    Category.SIZE,
    fix="Add a .dockerignore; `kora image generate` makes one.",
)
def no_dockerignore(subject: Subject) -> Iterator[Hit]:
    """The whole folder is copied and nothing is left out."""
    if subject.context is None or subject.context.ignore_file is not None:
        return
    copies = [one for stage in subject.stages for one in whole_copies(stage)]
    if copies:
        yield Hit(copies[0].line, "History, local settings and build results go into the build and its cache key.")


@rule("KD712", "secret-in-context", Severity.ERROR, Category.SECURITY, fix="Name it in .dockerignore.")
def secret_in_context(subject: Subject) -> Iterator[Hit]:
    """A file with secrets would be copied along."""
    copies = [one for stage in subject.stages for one in whole_copies(stage)]
    for name in _SECRET_PLACES if subject.context and copies else ():
        if subject.context is not None and subject.context.sent(name):
            yield Hit(copies[0].line, f"{name} is in the folder and not in .dockerignore.")


@rule("KD713", "heavy-context", Severity.WARNING, Category.CACHE, fix="Name it in .dockerignore.")
def heavy_context(subject: Subject) -> Iterator[Hit]:
    """Things that the build makes itself, or never reads, are sent."""
    copies = [one for stage in subject.stages for one in whole_copies(stage)]
    if subject.context is None or not copies:
        return
    names = [name for name in _HEAVY if subject.context.sent(name) and (subject.context.folder / name).is_dir()]
    if names and subject.context.ignore_file is not None:
        yield Hit(
            copies[0].line, f"{', '.join(names)}: every change in there builds anew, and may shadow what was built."
        )
    elif sum(size for _, size in subject.context.files) > _SIZE_LIMIT:
        yield Hit(copies[0].line, "More than 100 MB are sent to the builder each time.")


@rule("KD714", "lock-not-copied", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Copy the lock file with the manifest, before installing.")  # fmt: skip
def lock_not_copied(subject: Subject) -> Iterator[Hit]:
    """The folder has a lock file that the install never sees."""
    for stage in subject.build.needed if subject.context else ():
        for install in installs(stage):
            locks = [
                lock
                for lock in MANAGERS[install.manager.name].locks
                if subject.context and subject.context.exists(lock)
            ]
            if not locks or not install.of_project:
                continue
            seen = [
                one for part in stage.lineage for one in part.all("COPY", "ADD") if one.line < install.instruction.line
            ]
            wild = any("*" in one.value or any(word in {".", "./"} for word in one.words[:-1]) for one in seen)
            mounted = any(lock in mount for mount in install.instruction.flag_values("mount") for lock in locks)
            if not wild and not mounted and not any(lock in one.value for one in seen for lock in locks):
                yield Hit(install.command.line, f"{locks[0]} is there, but not in this stage.")


@rule("KD715", "source-missing", Severity.ERROR, Category.PRACTICE, fix="Correct the path, or .dockerignore.")
def source_missing(subject: Subject) -> Iterator[Hit]:
    """COPY names a file that the folder does not hold or that is left out."""
    for stage in subject.build.needed if subject.context else ():
        for one in stage.all("COPY"):
            if one.flag("from") is not None or one.heredocs or subject.context is None:
                continue
            for word in one.words[:-1]:
                path = word.strip("\"'").removeprefix("./").lstrip("/").rstrip("/")
                if not path or any(mark in path for mark in "*?[$") or path == ".":
                    continue
                if not subject.context.exists(path):
                    yield Hit(one.line, f"{path} is not in the folder.")
                elif subject.context.ignored(path) and not any(
                    file.startswith(f"{path}/") for file, _ in subject.context.files
                ):
                    yield Hit(one.line, f"{path} is left out by .dockerignore.")
