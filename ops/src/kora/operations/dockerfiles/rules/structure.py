"""KD82x: the shape of the file itself."""

import re
from collections import Counter
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.stages import ALWAYS_DEFINED, Stage
from kora.operations.dockerfiles.words import names_in, pairs, split_words

_EXPANDING = frozenset({"ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "ONBUILD"})


@rule("KD821", "relative-workdir", Severity.WARNING, Category.MAINTAINABILITY, replaces=("DL3000",),
      fix="Write it from the root: `WORKDIR /app`.")  # fmt: skip
def relative_workdir(subject: Subject) -> Iterator[Hit]:
    """WORKDIR depends on an earlier one."""
    for stage in subject.stages:
        for one in stage.all("WORKDIR"):
            if not re.match(r"[\"']?(/|\$|[A-Za-z]:)", one.value):
                yield Hit(one.line, f"Where {one.value} lies depends on what stands above.")


@rule("KD822", "global-argument", Severity.ERROR, Category.PRACTICE, fix="Repeat `ARG NAME` inside the stage.")
def global_argument(subject: Subject) -> Iterator[Hit]:
    """An argument from before the first FROM is used where it is empty."""
    for stage in subject.stages:
        defined = _defined(stage)
        for one in stage.instructions:
            if one.keyword in {"ENV", "ARG"}:
                defined |= {name for name, _ in pairs(one.value)}
            text = one.value if one.keyword in _EXPANDING | {"RUN", "ARG"} else ""
            assigned = set(re.findall(r"(?:^|[\s;&(])(?:export\s+|read\s+)?([A-Za-z_]\w*)=", one.raw))
            for name in dict.fromkeys(names_in(text)):
                if name in subject.build.global_arguments and name not in defined | assigned:
                    yield Hit(one.line, f"${name} is empty here: arguments before FROM end at FROM.")


def _defined(stage: Stage) -> set[str]:
    """What is defined when a stage begins: inherited ENV and ARG of its ancestors."""
    inherited = {name for part in stage.lineage[:-1] for one in part.all("ENV", "ARG") for name, _ in pairs(one.value)}
    return inherited | set(ALWAYS_DEFINED)


@rule("KD823", "undefined-variable", Severity.WARNING, Category.PRACTICE, replaces=("DL3044",),
      fix="Define it with ARG or ENV above, or correct the name.")  # fmt: skip
def undefined_variable(subject: Subject) -> Iterator[Hit]:
    """A path or value uses a variable that nothing defines."""
    common = {"PATH", "HOME", "PWD", "USER", "LD_LIBRARY_PATH", "PYTHONPATH", "NODE_PATH", "GOPATH", "JAVA_HOME"}
    for stage in subject.stages:
        defined = _defined(stage) | common | set(subject.build.global_arguments)
        for one in stage.instructions:
            new = {name for name, _ in pairs(one.value)} if one.keyword in {"ENV", "ARG"} else set()
            if one.keyword in {"COPY", "ADD", "WORKDIR", "USER", "EXPOSE", "ENV"}:
                for name in dict.fromkeys(names_in(one.value)):
                    has_default = re.search(rf"\$\{{{name}:?[-+]", one.value)
                    if name not in defined and not has_default and stage.traits is not None:
                        yield Hit(one.line, f"${name} is empty here.")
            defined |= new


@rule("KD824", "unused-stage", Severity.INFO, Category.MAINTAINABILITY, fix="Delete it, or copy from it.")
def unused_stage(subject: Subject) -> Iterator[Hit]:
    """Nothing comes from a stage."""
    needed = subject.build.needed
    for stage in subject.stages:
        if stage not in needed and not re.search(r"test|lint|dev|debug|check|docs|export", stage.name, re.I):
            yield Hit(stage.start.line, f"Stage {stage.name or stage.index} plays no part in the image.")


@rule("KD825", "stage-twice", Severity.ERROR, Category.PRACTICE, replaces=("DL3024",), fix="Give each its own name.")
def stage_twice(subject: Subject) -> Iterator[Hit]:
    """Two stages have the same name."""
    counts = Counter(stage.name.lower() for stage in subject.stages if stage.name)
    for stage in reversed(subject.stages):
        if counts.get(stage.name.lower(), 0) > 1:
            yield Hit(stage.start.line, f"{stage.name} stands {counts[stage.name.lower()]} times.")
            counts[stage.name.lower()] = 0


@rule("KD826", "old-pairs", Severity.INFO, Category.MAINTAINABILITY, fix="Write `NAME=value`.")
def old_pairs(subject: Subject) -> Iterator[Hit]:
    """ENV or LABEL in the old form without an equals sign."""
    for stage in subject.stages:
        for one in stage.all("ENV", "LABEL"):
            words = split_words(one.value)
            if len(words) > 1 and "=" not in words[0]:
                yield Hit(one.line, "The old form takes one name a line and reads the rest as its value.")


@rule("KD827", "frontend-setting", Severity.WARNING, Category.MAINTAINABILITY,
      fix="Set it for the command alone: `RUN DEBIAN_FRONTEND=noninteractive apt-get …`.")  # fmt: skip
def frontend_setting(subject: Subject) -> Iterator[Hit]:
    """DEBIAN_FRONTEND stays set in the image."""
    for stage in subject.build.runtime:
        for one in stage.all("ENV"):
            if any(name == "DEBIAN_FRONTEND" for name, _ in pairs(one.value)):
                yield Hit(one.line, "Whoever opens a shell in the container later gets no questions either.")


@rule(
    "KD828", "no-workdir", Severity.WARNING, Category.MAINTAINABILITY, fix="Add `WORKDIR /app` before the first COPY."
)
def no_workdir(subject: Subject) -> Iterator[Hit]:
    """Files are copied to the root of the file system."""
    for stage in subject.build.runtime:
        if any(one.keyword == "WORKDIR" for part in stage.lineage for one in part.instructions):
            continue
        for one in stage.all("COPY", "ADD"):
            if one.flag("from") is None and one.words and one.words[-1] in {".", "./"}:
                yield Hit(one.line, "The program lies among the folders of the system.")
                break


@rule("KD829", "trigger", Severity.INFO, Category.MAINTAINABILITY, fix="Write the step where it is needed.")
def trigger(subject: Subject) -> Iterator[Hit]:
    """ONBUILD acts in somebody else's build."""
    for one in subject.final.all("ONBUILD"):
        yield Hit(one.line, "Whoever builds on this image cannot see what happens.")


@rule("KD830", "lost-in-volume", Severity.WARNING, Category.PRACTICE, fix="Put VOLUME last.")
def lost_in_volume(subject: Subject) -> Iterator[Hit]:
    """A volume's folder is changed after VOLUME; the classic builder drops such changes."""
    for stage in subject.stages:
        places: list[str] = []
        for one in stage.instructions:
            if one.keyword == "VOLUME":
                places += [word.strip("\"'") for word in one.words]
            for place in places if one.keyword in {"RUN", "COPY", "ADD"} else []:
                target = one.words[-1] if one.keyword != "RUN" and one.words else one.value
                if re.search(rf"(?:^|\s){re.escape(place)}(?:/|\s|$)", target):
                    yield Hit(one.line, f"{place} is a volume already.")
