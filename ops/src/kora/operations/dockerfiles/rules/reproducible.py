"""KD81x: the same sources give the same image."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.packages import installs


@rule("KD811", "no-lock", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Use the command that keeps to the lock file.")  # fmt: skip
def no_lock(subject: Subject) -> Iterator[Hit]:
    """The project's packages are installed without keeping to a lock file."""
    instead = {"npm": "npm ci", "yarn": "yarn install --immutable", "pnpm": "pnpm install --frozen-lockfile",
               "uv": "uv sync --frozen", "pipenv": "pipenv sync", "cargo": "cargo build --locked",
               "bun": "bun install --frozen-lockfile"}  # fmt: skip
    for stage in subject.stages:
        for install in installs(stage):
            name = install.manager.name
            if install.of_project and not install.locked:
                yield Hit(install.command.line, f"`{install.command}` may bring other versions than were tested.",
                          f"Use `{instead.get(name, name)}`.")  # fmt: skip


@rule(
    "KD812",
    "unpinned-package",
    Severity.WARNING,
    Category.REPRODUCIBILITY,
    replaces=("DL3013", "DL3016", "DL3028", "DL3062"),
    fix="Name the version: `pip install flask==3.1.0`.",
)
def unpinned_package(subject: Subject) -> Iterator[Hit]:
    """A single package is installed without a version."""
    for stage in subject.stages:
        for install in installs(stage):
            name, command = install.manager.name, install.command
            if install.of_project or name not in {"pip", "npm", "uv", "go", "cargo", "yarn", "pnpm"}:
                continue
            valued = {command.option(option) for option in ("--target", "-t", "--prefix", "--index-url", "-i", "-c",
                      "--constraint", "--find-links", "-f", "--extra-index-url", "--loglevel", "--python",
                      "--root")}  # fmt: skip
            skip = {"install", "i", "add", "pip", "get", "global", "-m", "build", command.option("-o")}
            for word in command.operands:
                if word in skip or word in valued or word.startswith(("/", ".", "git+", "http")) or "$" in word:
                    continue
                if not re.search(r"(==|===|[^@]@v?\d|@\d|~=|[<>]=?\d|\.whl$)", word):
                    yield Hit(command.line, f"{word} is whatever is newest on the day of the build.")
                    break


@rule("KD813", "unpinned-requirements", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Pin every line (`==`), best with hashes: `uv pip compile --generate-hashes`.")  # fmt: skip
def unpinned_requirements(subject: Subject) -> Iterator[Hit]:
    """requirements.txt names packages without versions."""
    for stage in subject.build.needed if subject.context else ():
        for install in installs(stage):
            name = install.command.option("-r", "--requirement")
            if name is None or subject.context is None or install.manager.name not in {"pip", "uv"}:
                continue
            place = name.removeprefix("./") if not name.startswith("/") else name.rsplit("/", 1)[-1]
            loose = [line for line in subject.context.read(place).splitlines() if _is_loose(line)]
            if loose:
                yield Hit(install.command.line, f"{place}: {loose[0].strip()[:40]!r} has no version.")


def _is_loose(line: str) -> bool:
    bare = line.partition("#")[0].partition(";")[0].strip()
    return bool(re.fullmatch(r"[A-Za-z0-9][\w.-]*(\[[\w,-]+\])?", bare))
