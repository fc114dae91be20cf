"""Stages with what they inherit: base image with variables replaced, user, environment, commands, and who uses whom.

Flow: `parse` → `resolve` → `Stage` objects that rules ask. Build arguments have their defaults here, or what the
caller gives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kora.operations.dockerfiles.images import BaseTraits, ImageName, image_name, traits
from kora.operations.dockerfiles.shell import Command, commands
from kora.operations.dockerfiles.syntax import Dockerfile, Instruction
from kora.operations.dockerfiles.words import pairs, substitute, unquote

# What BuildKit sets by itself: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
PREDEFINED = {
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
}
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
ALWAYS_DEFINED = frozenset(PREDEFINED) | set(_PROXIES) | {name.lower() for name in _PROXIES}


@dataclass(eq=False)
class Stage:
    """One FROM and what follows it. Inherited facts come from `parent`, another stage of the same file."""

    index: int
    start: Instruction
    reference: str
    """The base with variables replaced; empty when a variable has no value."""
    name: str = ""
    parent: "Stage | None" = None
    platform: str | None = None
    is_final: bool = False
    instructions: list[Instruction] = field(default_factory=list)
    sources: list["Stage"] = field(default_factory=list)
    """Stages that it copies or mounts from."""

    @property
    def lineage(self) -> list["Stage"]:
        """The first ancestor first, itself last."""
        return [*(self.parent.lineage if self.parent else []), self]

    @property
    def everything(self) -> list[Instruction]:
        """Its instructions after those that it inherits."""
        return [instruction for stage in self.lineage for instruction in stage.instructions]

    @property
    def base(self) -> ImageName | None:
        """The image from outside at the root of its lineage; None for an unreadable name."""
        return image_name(self.lineage[0].reference)

    @property
    def traits(self) -> BaseTraits | None:
        """What is known about that image."""
        return traits(self.base)

    def last(self, keyword: str) -> Instruction | None:
        """The instruction of a kind that counts: the last one, inherited ones included."""
        return next((one for one in reversed(self.everything) if one.keyword == keyword), None)

    def all(self, *keywords: str) -> list[Instruction]:
        """Its own instructions of some kinds."""
        return [one for one in self.instructions if one.keyword in keywords]

    @property
    def environment(self) -> dict[str, str]:
        """ENV at its end, variables replaced."""
        return self.variables(arguments=False)

    def variables(self, *, arguments: bool = True) -> dict[str, str]:
        """ENV and, with `arguments`, ARG defaults at its end."""
        env: dict[str, str] = {}
        args: dict[str, str] = dict(PREDEFINED)
        for one in self.everything:
            if one.keyword not in {"ENV", "ARG"}:
                continue
            for name, value in pairs(one.value):
                known = {**args, **env}
                if one.keyword == "ENV":
                    env[name] = substitute(value, known)
                elif "=" in one.value or name in self.given:
                    args[name] = self.given.get(name, substitute(value, known))
        return {**args, **env} if arguments else env

    given: dict[str, str] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """Who runs the container: the last USER with variables replaced, else the base's, else ``root``."""
        last = self.last("USER")
        if last is not None:
            return substitute(last.value.strip(), self.variables())
        return self.traits.user if self.traits else "root"

    @property
    def workdir(self) -> str:
        """The working directory at its end, ``/`` when none was set."""
        place = "/"
        for one in self.everything:
            if one.keyword == "WORKDIR":
                part = substitute(one.value.strip(), self.variables())
                place = part if part.startswith(("/", "C:", "c:")) else f"{place.rstrip('/')}/{part}"
        return place

    @property
    def ports(self) -> list[tuple[int, Instruction]]:
        """What EXPOSE names, TCP and UDP alike; ranges count by their first port."""
        found = []
        for one in self.everything:
            if one.keyword == "EXPOSE":
                for word in one.words:
                    number = substitute(word, self.variables()).partition("/")[0].partition("-")[0]
                    if number.isdigit():
                        found.append((int(number), one))
        return found

    @property
    def start_commands(self) -> list[Command]:
        """The simple commands of ENTRYPOINT and CMD together; in exec form they are one."""
        entry, command = self.last("ENTRYPOINT"), self.last("CMD")
        if entry is not None and entry.is_json and command is not None and command.is_json:
            joined = Command((*entry.words, *command.words), command.line)
            nested = commands(entry)
            return nested if nested and nested[0].argv != entry.words else [joined]
        return [found for one in (entry, command) if one is not None for found in commands(one)]

    @property
    def shell_commands(self) -> Iterator[tuple[Instruction, Command]]:
        """Every simple command of its own RUN instructions."""
        for one in self.all("RUN"):
            for command in commands(one):
                yield one, command


@dataclass(frozen=True)
class Build:
    """A file as stages. `final` is the one that becomes the image."""

    dockerfile: Dockerfile
    stages: tuple[Stage, ...]
    final: Stage
    global_arguments: dict[str, str]
    global_lines: dict[str, int]

    @property
    def needed(self) -> list[Stage]:
        """The stages that the final one depends on, itself included, in file order."""
        seen: set[int] = set()
        waiting = [self.final]
        while waiting:
            stage = waiting.pop()
            if stage.index not in seen:
                seen.add(stage.index)
                waiting += [*stage.sources, *([stage.parent] if stage.parent else [])]
        return [stage for stage in self.stages if stage.index in seen]

    @property
    def runtime(self) -> list[Stage]:
        """The stages whose layers are in the final image."""
        return self.final.lineage

    def stage(self, name: str, before: int | None = None) -> Stage | None:
        """A stage by name or number, of those that come before another one."""
        limit = len(self.stages) if before is None else before
        for stage in reversed(self.stages[:limit]):
            if stage.name.lower() == name.lower() or str(stage.index) == name:
                return stage
        return None


def resolve(dockerfile: Dockerfile, arguments: Mapping[str, str] | None = None, target: str | None = None) -> Build:
    """Group the instructions into stages and connect them.

    `arguments` are build arguments (``--build-arg``); `target` names the stage to build, by default the last one.
    """
    given = dict(arguments or {})
    global_arguments: dict[str, str] = {}
    global_lines: dict[str, int] = {}
    stages: list[Stage] = []
    for one in dockerfile.instructions:
        if one.keyword == "FROM":
            known = {**PREDEFINED, **global_arguments}
            reference = substitute(one.words[0], known)
            name = unquote(one.words[2]) if len(one.words) == 3 else ""
            platform = one.flag("platform")
            stage = Stage(len(stages), one, reference, name, platform=platform)
            stage.given = {**global_arguments, **given}
            parent = next((old for old in reversed(stages) if old.name and old.name.lower() == reference.lower()), None)
            stage.parent = parent
            stages.append(stage)
        elif stages:
            stages[-1].instructions.append(one)
        else:
            for argument, value in pairs(one.value):
                known = {**PREDEFINED, **global_arguments}
                global_arguments[argument] = given.get(argument, substitute(value, known))
                global_lines[argument] = one.line
    final = stages[-1]
    build = Build(dockerfile, tuple(stages), final, global_arguments, global_lines)
    if target is not None:
        final = build.stage(target) or final
        build = Build(dockerfile, tuple(stages), final, global_arguments, global_lines)
    final.is_final = True
    for stage in stages:
        stage.sources = [found for name in source_names(stage) if (found := build.stage(name, stage.index))]
    return build


def source_names(stage: Stage) -> list[str]:
    """What a stage copies or mounts from, as written: stage names, numbers or images."""
    names = []
    for one in stage.instructions:
        source = one.flag("from")
        if source is not None:
            names.append(substitute(source, stage.variables()))
        for mount in one.flag_values("mount"):
            options = dict(part.partition("=")[::2] for part in mount.split(","))
            if "from" in options:
                names.append(options["from"])
    return names
