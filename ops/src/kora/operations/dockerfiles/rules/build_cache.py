"""KD6xx: layers and caches, so that a small change builds in seconds."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.packages import MANAGERS, Install, installs
from kora.operations.dockerfiles.shell import commands
from kora.operations.dockerfiles.stages import Stage
from kora.operations.dockerfiles.syntax import Instruction
from kora.operations.dockerfiles.words import pairs

_WHOLE = frozenset({".", "./", "*", "./*"})
_VOLATILE = re.compile(
    r"^(\w+_)?(BUILD_DATE|BUILD_TIME|DATE|COMMIT|COMMIT_SHA|GIT_SHA|GIT_COMMIT|REVISION|VCS_REF|BUILD_ID|BUILD_NUMBER|CACHE_?BUST|TIMESTAMP)$"
)
_PURE_BUILDERS = frozenset({"go", "cargo", "maven", "gradle"})


def whole_copies(stage: Stage) -> list[Instruction]:
    """The COPY and ADD that take the whole context."""
    return [
        one
        for one in stage.all("COPY", "ADD")
        if one.flag("from") is None and any(word.strip("\"'") in _WHOLE for word in one.words[:-1])
    ]


@rule("KD601", "copy-before-install", Severity.WARNING, Category.CACHE,
      fix="Copy manifest and lock file first, install, then copy the rest.")  # fmt: skip
def copy_before_install(subject: Subject) -> Iterator[Hit]:
    """Everything is copied before packages are installed, so each change of code installs anew."""
    for stage in subject.build.needed:
        whole = whole_copies(stage)
        for install in installs(stage):
            earlier = [one for one in whole if one.line < install.instruction.line]
            if not install.of_project or not earlier or _is_project_itself(install):
                continue
            if not _prepared(stage, earlier[0].line):
                yield Hit(
                    earlier[0].line, f"Line {install.command.line} (`{install.manager.name}`) runs after every change."
                )
                break


def _is_project_itself(install: Install) -> bool:
    """It installs the checked-out package without dependencies, which has to come after the copy."""
    return install.command.has("--no-deps", "--offline", "--no-root") and install.manager.name != "poetry"


def _prepared(stage: Stage, line: int) -> bool:
    """Dependencies were installed before that line, in this stage or an ancestor."""
    return any(
        install.of_project and (one is not stage or install.instruction.line < line)
        for one in stage.lineage
        for install in installs(one)
    ) or any(one.flag("from") and re.search(r"node_modules|venv|site-packages", one.value) for one in stage.all("COPY"))


@rule("KD602", "no-cache-mount", Severity.INFO, Category.CACHE,
      fix="Write `RUN --mount=type=cache,target=… ` before it.")  # fmt: skip
def no_cache_mount(subject: Subject) -> Iterator[Hit]:
    """A build downloads or compiles everything anew when one line of its lock file changes."""
    for stage in subject.build.needed:
        seen: set[int] = set()
        for install in installs(stage):
            name, one = install.manager.name, install.instruction
            if not install.of_project or install.has_cache_mount or one.line in seen or _gives_up_cache(install, stage):
                continue
            seen.add(one.line)
            yield Hit(install.command.line, f"{name} keeps nothing for the next build.",
                      f"Write `RUN --mount=type=cache,target={MANAGERS[name].cache} …`.")  # fmt: skip


def _gives_up_cache(install: Install, stage: Stage) -> bool:
    """The author chose to keep no cache, or installs what is there already."""
    text = install.instruction.value
    tidy = ("--no-cache", "cache clean", "PIP_NO_CACHE_DIR", "store prune", "rm -rf")
    told = bool({"PIP_NO_CACHE_DIR", "UV_NO_CACHE"} & stage.environment.keys())
    chosen = told or any(word in text for word in tidy) or install.command.has("--no-deps", "--offline", "--no-root")
    return chosen and install.manager.name not in _PURE_BUILDERS


@rule("KD603", "cache-contradiction", Severity.INFO, Category.CACHE, fix="Leave the option out; the mount is no layer.")
def cache_contradiction(subject: Subject) -> Iterator[Hit]:
    """A cache is mounted and then not used."""
    for stage in subject.stages:
        for install in installs(stage):
            if install.has_cache_mount and install.command.has("--no-cache-dir", "--no-cache"):
                yield Hit(install.command.line, f"{install.manager.name} is told to ignore the cache that is mounted.")


@rule("KD604", "stale-index", Severity.WARNING, Category.CACHE,
      fix="Put `apt-get update` and `apt-get install` into one RUN.")  # fmt: skip
def stale_index(subject: Subject) -> Iterator[Hit]:
    """The package index is fetched in another layer than the packages."""
    for stage in subject.stages:
        for one in stage.all("RUN"):
            found = commands(one)
            updates = [c for c in found if c.program in {"apt-get", "apt"} and "update" in c.operands]
            if updates and not any("install" in c.operands or "upgrade" in c.operands for c in found):
                yield Hit(updates[0].line, "A cached index is older than the packages that are asked from it.")


@rule("KD605", "volatile-early", Severity.WARNING, Category.CACHE, fix="Move it below the last RUN of the stage.")
def volatile_early(subject: Subject) -> Iterator[Hit]:
    """A value that differs in every build stands above expensive steps."""
    for stage in subject.build.needed:
        heavy = [install.instruction.line for install in installs(stage)]
        heavy += [
            c.line for _, c in stage.shell_commands if c.program in {"apt-get", "apk"} and "install" in c.operands
        ]
        for one in stage.all("ARG", "ENV"):
            names = [name for name, _ in pairs(one.value) if _VOLATILE.match(name.upper())]
            if names and any(line > one.line for line in heavy):
                yield Hit(one.line, f"{names[0]} makes every step below it run again.")


@rule("KD606", "cleanup-too-late", Severity.WARNING, Category.SIZE, fix="Delete in the RUN that made the files.")
def cleanup_too_late(subject: Subject) -> Iterator[Hit]:
    """Files are deleted in a later layer, which saves nothing."""
    kept = re.compile(r"/var/lib/apt|/var/cache|/tmp|\.cache|/root/\.npm|node_modules|\.git\b|src\b")
    for stage in subject.build.runtime:
        runs = stage.all("RUN")
        for one in runs[1:]:
            found = [c for c in commands(one) if c.argv]
            deletes = [c for c in found if c.program == "rm" and c.has("-r", "-R", "-rf")]
            if deletes and len(deletes) == len(found) and any(kept.search(str(c)) for c in deletes):
                yield Hit(deletes[0].line, "The layer above keeps the files; the image stays as large.")


@rule("KD607", "upgrade-everything", Severity.WARNING, Category.REPRODUCIBILITY, replaces=("DL3005",),
      fix="Take a newer base image; `--pull` keeps it fresh.")  # fmt: skip
def upgrade_everything(subject: Subject) -> Iterator[Hit]:
    """All packages of the base are upgraded."""
    for stage in subject.stages:
        for _, c in stage.shell_commands:
            if c.program in {"apt-get", "apt", "apk", "dnf", "yum"} and set(c.operands) & {
                "upgrade",
                "dist-upgrade",
                "full-upgrade",
            }:
                yield Hit(c.line, "What comes out depends on the day, and the layer holds everything twice.")
