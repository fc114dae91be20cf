"""What package managers are told to do in RUN: which one, whether a lock file binds it, whether development packages
come along, where its cache is. One table row a manager; rules and templates both read it."""

from collections.abc import Iterator
from dataclasses import dataclass

from kora.operations.dockerfiles.shell import Command
from kora.operations.dockerfiles.stages import Stage
from kora.operations.dockerfiles.syntax import Instruction


@dataclass(frozen=True)
class Manager:
    """One package manager. `cache` is where a cache mount belongs."""

    name: str
    cache: str
    manifests: tuple[str, ...]
    locks: tuple[str, ...] = ()


MANAGERS = {
    one.name: one
    for one in (
        Manager("pip", "/root/.cache/pip", ("requirements.txt", "pyproject.toml", "setup.py")),
        Manager("uv", "/root/.cache/uv", ("pyproject.toml", "requirements.txt"), ("uv.lock",)),
        Manager("poetry", "/root/.cache/pypoetry", ("pyproject.toml",), ("poetry.lock",)),
        Manager("pipenv", "/root/.cache/pipenv", ("Pipfile",), ("Pipfile.lock",)),
        Manager("npm", "/root/.npm", ("package.json",), ("package-lock.json", "npm-shrinkwrap.json")),
        Manager("yarn", "/usr/local/share/.cache/yarn", ("package.json",), ("yarn.lock",)),
        Manager("pnpm", "/root/.local/share/pnpm/store", ("package.json",), ("pnpm-lock.yaml",)),
        Manager("bun", "/root/.bun/install/cache", ("package.json",), ("bun.lockb", "bun.lock")),
        Manager("go", "/go/pkg/mod", ("go.mod",), ("go.sum",)),
        Manager("cargo", "/usr/local/cargo/registry", ("Cargo.toml",), ("Cargo.lock",)),
        Manager("maven", "/root/.m2", ("pom.xml",)),
        Manager("gradle", "/root/.gradle", ("build.gradle", "build.gradle.kts")),
        Manager("bundler", "/usr/local/bundle/cache", ("Gemfile",), ("Gemfile.lock",)),
        Manager("composer", "/root/.composer/cache", ("composer.json",), ("composer.lock",)),
    )
}
_PROGRAMS = {
    "pip": "pip", "pip3": "pip", "uv": "uv", "poetry": "poetry", "pipenv": "pipenv", "npm": "npm", "yarn": "yarn",
    "pnpm": "pnpm", "bun": "bun", "go": "go", "cargo": "cargo", "mvn": "maven", "mvnw": "maven", "gradle": "gradle",
    "gradlew": "gradle", "bundle": "bundler", "composer": "composer",
}  # fmt: skip
_VERBS = {
    "pip": {"install"}, "uv": {"sync", "pip"}, "poetry": {"install"}, "pipenv": {"install", "sync"},
    "npm": {"install", "i", "ci", "add", "clean-install"}, "yarn": {"install", ""}, "pnpm": {"install", "i", "fetch"},
    "bun": {"install", "i"}, "go": {"mod", "build", "install", "get"}, "cargo": {"build", "fetch", "install"},
    "maven": None, "gradle": None, "bundler": {"install"}, "composer": {"install"},
}  # fmt: skip


@dataclass(frozen=True)
class Install:
    """A command that brings packages in. `of_project`: those of the project's manifest, not single named ones."""

    manager: Manager
    command: Command
    instruction: Instruction
    of_project: bool
    is_global: bool = False

    @property
    def has_cache_mount(self) -> bool:
        """Whether its RUN mounts a cache."""
        return any("type=cache" in mount for mount in self.instruction.flag_values("mount"))

    @property
    def with_development(self) -> bool:
        """Whether development packages come along."""
        return self.of_project and _brings_development(self)

    @property
    def locked(self) -> bool:
        """Whether the manager is told to keep to the lock file."""
        return _keeps_lock(self)


def install_of(command: Command, instruction: Instruction) -> Install | None:
    """The command as an install; None when it is none."""
    argv = command.argv
    if command.program.startswith("python") and argv[1:3] == ("-m", "pip"):
        argv = argv[2:]
    name = _PROGRAMS.get(argv[0].rsplit("/", 1)[-1]) if argv else None
    if name is None:
        return None
    words = [word for word in argv[1:] if not word.startswith("-")]
    verb = words[0] if words else ""
    verbs = _VERBS[name]
    if verbs is not None and verb not in verbs:
        return None
    if name in {"npm", "pnpm"} and not words:
        return None
    if name == "uv" and verb == "pip" and (len(words) < 2 or words[1] not in {"install", "sync"}):
        return None
    if name == "go" and verb == "mod" and "download" not in words:
        return None
    return Install(
        MANAGERS[name], command, instruction, _of_project(name, command, words), command.has("-g", "--global")
    )


def _of_project(name: str, command: Command, words: list[str]) -> bool:
    if name in {"maven", "gradle"}:
        return True
    if name == "pip" or (name == "uv" and words[0] == "pip"):
        named = words[2:] if name == "uv" else words[1:]
        return command.option("-r", "--requirement") is not None or any(word.startswith(".") for word in named)
    if name in {"go", "cargo"}:
        return words[0] not in {"install", "get"} or "--path" in command.argv
    if name in {"npm", "pnpm", "yarn", "bun"}:
        valued = {command.option("--omit"), command.option("--loglevel"), command.option("--prefix")}
        return not command.has("-g", "--global") and not [word for word in words[1:] if word not in valued]
    return True


def _brings_development(install: Install) -> bool:
    command, name = install.command, install.manager.name
    text = str(command)
    if name in {"npm", "pnpm", "yarn", "bun"}:
        quiet = ("--omit=dev", "--production", "--prod", "--only=production", "--only=prod", "--omit dev", "-P ")
        return not any(word in f"{text} " for word in quiet) and "focus" not in text
    if name == "uv":
        return "sync" in command.operands and not command.has("--no-dev", "--no-default-groups")
    if name == "poetry":
        return not command.has("--only", "--without", "--no-dev")
    if name == "pipenv":
        return command.has("--dev")
    if name == "composer":
        return not command.has("--no-dev")
    if name == "pip":
        return any(part in text for part in ("-dev.txt", "dev-requirements", "requirements/dev", "[dev]", "-test.txt"))
    return False


def _keeps_lock(install: Install) -> bool:
    command, name = install.command, install.manager.name
    checks = {
        "npm": lambda: any(word in command.operands for word in ("ci", "clean-install")),
        "yarn": lambda: command.has("--frozen-lockfile", "--immutable") or "focus" in command.operands,
        "pnpm": lambda: command.has("--frozen-lockfile") or "fetch" in command.operands,
        "bun": lambda: command.has("--frozen-lockfile"),
        "uv": lambda: "pip" in command.operands or command.has("--frozen", "--locked"),
        "pipenv": lambda: "sync" in command.operands or command.has("--deploy"),
        "cargo": lambda: command.has("--locked", "--frozen") or "fetch" in command.operands,
    }
    return checks[name]() if name in checks else True


def installs(stage: Stage) -> Iterator[Install]:
    """What a stage installs by itself, in order."""
    for instruction, command in stage.shell_commands:
        found = install_of(command, instruction)
        if found is not None:
            yield found


def system_packages(command: Command) -> list[str]:
    """The packages that apt, apk, dnf or yum are told to install; empty for other commands."""
    verbs = {"apt-get": "install", "apt": "install", "apk": "add", "dnf": "install", "yum": "install",
             "microdnf": "install", "zypper": "install", "aptitude": "install"}  # fmt: skip
    verb = verbs.get(command.program)
    if verb is None or verb not in command.operands:
        return []
    virtual = command.option("--virtual", "-t") if command.program == "apk" else None
    after = command.argv[command.argv.index(verb) + 1 :]
    words = [word for word in after if not word.startswith("-") and word not in {virtual, "\\"}]
    return [word.partition("=")[0] if "=" in word else word for word in words]
