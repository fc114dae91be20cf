"""KD70x: what is in the image that nothing there needs."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.packages import installs, system_packages
from kora.operations.dockerfiles.shell import Command, commands
from kora.operations.dockerfiles.stages import Stage

_BUILD_TOOLS = re.compile(
    r"^(build-essential|gcc|g\+\+|make|cmake|clang|cargo|rustc|golang(-go)?|maven|gradle|git"
    r"|build-base|.+-dev|.+-devel|default-jdk|autoconf|automake|libtool|pkg-config)$"
)
_REMOTE = frozenset({"openssh-server", "telnetd", "rsh-server", "vsftpd"})
_DEBUG = frozenset(
    [
        "vim",
        "nano",
        "emacs",
        "less",
        "htop",
        "strace",
        "ltrace",
        "tcpdump",
        "nmap",
        "netcat",
        "netcat-openbsd",
        "net-tools",
        "telnet",
        "dnsutils",
        "iputils-ping",
        "gdb",
        "man-db",
    ]
)


def _added(stage: Stage) -> Iterator[tuple[Command, list[str]]]:
    """System packages that stay in a stage: those not purged in the same RUN."""
    for one in stage.all("RUN"):
        found = commands(one)
        purged = {word for c in found if c.program in {"apt-get", "apt", "apk", "dnf"}
                  and set(c.operands) & {"purge", "remove", "autoremove", "del"} for word in c.operands}  # fmt: skip
        for c in found:
            virtual = c.option("--virtual", "-t") if c.program == "apk" else None
            stays = [name for name in system_packages(c) if name not in purged]
            if stays and not (virtual and virtual in purged):
                yield c, stays


@rule("KD701", "build-tools", Severity.WARNING, Category.SIZE,
      fix="Build in a stage of its own and copy the result.")  # fmt: skip
def build_tools(subject: Subject) -> Iterator[Hit]:
    """Compilers and headers are in the last stage."""
    for stage in subject.build.runtime:
        for command, names in _added(stage):
            tools = [name for name in names if _BUILD_TOOLS.match(name)]
            if tools:
                yield Hit(command.line, f"{', '.join(tools)}: needed to build, and a gift to an intruder.")


@rule("KD702", "development-packages", Severity.WARNING, Category.SIZE,
      fix="Leave them out: `npm ci --omit=dev`, `uv sync --no-dev`, `poetry install --only main`.")  # fmt: skip
def development_packages(subject: Subject) -> Iterator[Hit]:
    """Development packages are in the image."""
    for stage in subject.build.runtime:
        production = stage.environment.get("NODE_ENV") == "production"
        node = {"npm", "yarn", "pnpm", "bun"}
        for install in installs(stage):
            if install.with_development and not (production and install.manager.name in node) and not _pruned(stage):
                yield Hit(install.command.line, f"`{install.command}` brings what only tests and builds need.")
        for one in stage.all("COPY"):
            source = subject.build.stage(one.flag("from") or "", stage.index)
            if source is None or not any(word.rstrip("/").endswith("node_modules") for word in one.words[:-1]):
                continue
            for part in source.lineage:
                for install in installs(part):
                    if (
                        install.with_development
                        and install.manager.name in node
                        and not any(map(_pruned, source.lineage))
                    ):
                        yield Hit(
                            one.line, f"node_modules of stage {source.name or source.index} holds development packages."
                        )


def _pruned(stage: Stage) -> bool:
    return any(c.program in {"npm", "pnpm", "yarn"} and ("prune" in c.operands or "focus" in c.operands)
               for _, c in stage.shell_commands)  # fmt: skip


@rule("KD703", "single-stage", Severity.WARNING, Category.SIZE,
      fix="Build in one stage, and copy only the result into a second, small one.")  # fmt: skip
def single_stage(subject: Subject) -> Iterator[Hit]:
    """The program is built in the stage that ships it."""
    for stage in subject.build.runtime:
        for one, command in stage.shell_commands:
            if _builds(command):
                yield Hit(command.line, f"`{command}`: sources, tools and caches all stay in the image.")
                return
            del one


def _builds(c: Command) -> bool:
    words = set(c.operands)
    if c.program in {"npm", "yarn", "pnpm", "bun"}:
        return "build" in words or any(word.startswith("build:") for word in words)
    table = {"go": {"build", "install"}, "cargo": {"build", "install"}, "mvn": {"package", "install", "verify"},
             "mvnw": {"package", "install", "verify"}, "gradle": {"build", "bootJar", "assemble"},
             "gradlew": {"build", "bootJar", "assemble"}, "next": {"build"}, "vite": {"build"}, "ng": {"build"},
             "make": {"all", "install"}, "dotnet": {"publish", "build"}, "tsc": set()}  # fmt: skip
    wanted = table.get(c.program)
    return wanted is not None and (not wanted or bool(words & wanted))


@rule("KD704", "debug-tools", Severity.INFO, Category.SIZE, fix="Use `kubectl debug` or `docker debug` when needed.")
def debug_tools(subject: Subject) -> Iterator[Hit]:
    """Editors and network tools are in the image."""
    for stage in subject.build.runtime:
        for command, names in _added(stage):
            tools = [name for name in names if name in _DEBUG]
            if tools:
                yield Hit(command.line, f"{', '.join(tools)}: nothing that serves needs them.")


@rule("KD705", "remote-login", Severity.ERROR, Category.SECURITY, fix="Take it out; use `kubectl exec`.")
def remote_login(subject: Subject) -> Iterator[Hit]:
    """A server for remote logins is installed."""
    for stage in subject.build.runtime:
        for command, names in _added(stage):
            for name in names:
                if name in _REMOTE:
                    yield Hit(command.line, f"{name} is a second way in, with its own passwords.")


@rule(
    "KD706",
    "package-cache",
    Severity.WARNING,
    Category.SIZE,
    replaces=("DL3042", "DL3060"),
    fix="Mount a cache, or switch it off: `pip install --no-cache-dir`, `npm cache clean --force` in the same RUN.",
)
def package_cache(subject: Subject) -> Iterator[Hit]:
    """The cache of a package manager stays in the image."""
    for stage in subject.build.runtime:
        for install in installs(stage):
            name = install.manager.name
            off = stage.environment.get("PIP_NO_CACHE_DIR") not in {None, "0", "off"} if name == "pip" else False
            off = off or (name == "uv" and "UV_NO_CACHE" in stage.environment)
            off = off or install.command.has("--no-cache-dir", "--no-cache") or install.has_cache_mount
            text = install.instruction.value
            off = off or "cache clean" in text or "cache prune" in text or "cache clear" in text or ".cache" in text
            if name in {"pip", "uv", "npm", "yarn", "poetry"} and not off:
                yield Hit(install.command.line, f"{name} leaves its downloads in the layer.")


@rule("KD707", "archive-kept", Severity.WARNING, Category.SIZE, fix="Delete it in the same RUN, or pipe it into tar.")
def archive_kept(subject: Subject) -> Iterator[Hit]:
    """A downloaded archive stays beside what was unpacked."""
    for stage in subject.build.runtime:
        for one in stage.all("RUN"):
            found = commands(one)
            fetched = any(c.program in {"curl", "wget"} and c.after != "|" for c in found)
            unpacked = [c for c in found if c.program in {"tar", "unzip", "gunzip"}]
            if fetched and unpacked and not any(c.program == "rm" for c in found):
                yield Hit(unpacked[0].line, "The archive is in the layer as well.")
