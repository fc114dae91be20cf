"""KD3xx: what the stages are built on."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.images import ImageName, image_name
from kora.operations.dockerfiles.lifecycle import GIVEN_UP, ended
from kora.operations.dockerfiles.stages import Stage, source_names
from kora.operations.dockerfiles.words import names_in

_MOVING = frozenset({"lts", "current", "slim", "alpine", "stable", "mainline", "edge", "rolling", "nightly", "canary",
                     "next", "main", "master", "dev", "devel", "unstable", "testing", "sid", "stable-slim",
                     "lts-slim", "lts-alpine", "stable-alpine", "mainline-alpine", "current-slim"})  # fmt: skip
_FAT = {"python": "python:<version>-slim", "node": "node:<version>-slim", "golang": "a stage of its own for the build",
        "rust": "a stage of its own for the build", "maven": "eclipse-temurin:<version>-jre",
        "gradle": "eclipse-temurin:<version>-jre", "gcc": "a stage of its own for the build",
        "ruby": "ruby:<version>-slim"}  # fmt: skip


def _outside(subject: Subject) -> Iterator[tuple[Stage, int, str]]:
    """Every image from outside that is used: of FROM, COPY --from and mounts, with its line."""
    for stage in subject.stages:
        if stage.parent is None:
            yield stage, _line(subject, stage), stage.reference
        for name in source_names(stage):
            if subject.build.stage(name, stage.index) is None and ("/" in name or ":" in name):
                line = next((one.line for one in stage.instructions if name in one.raw), stage.start.line)
                yield stage, line, name


def _line(subject: Subject, stage: Stage) -> int:
    """Where the name stands: at the global ARG that holds it whole, else at FROM."""
    names = names_in(stage.start.words[0])
    whole = re.fullmatch(r"\$\{?\w+\}?", stage.start.words[0].strip("\"'"))
    return subject.build.global_lines.get(names[0], stage.start.line) if names and whole else stage.start.line


def _names(subject: Subject) -> Iterator[tuple[int, ImageName]]:
    seen = set()
    for _, line, reference in _outside(subject):
        name = image_name(reference)
        if name is not None and name.repository != "scratch" and (line, str(name)) not in seen:
            seen.add((line, str(name)))
            yield line, name


@rule("KD301", "latest", Severity.WARNING, Category.REPRODUCIBILITY, replaces=("DL3006", "DL3007"),
      fix="Name a version, such as `python:3.13-slim`, or a digest.")  # fmt: skip
def latest(subject: Subject) -> Iterator[Hit]:
    """An image without a version, or `latest`."""
    for line, name in _names(subject):
        if name.digest is None and name.tag in {None, "latest"}:
            yield Hit(line, f"{name.repository} is whatever is newest on the day of the build.")


@rule("KD302", "end-of-life", Severity.ERROR, Category.SECURITY, fix="Move to a version that still gets fixes.")
def end_of_life(subject: Subject) -> Iterator[Hit]:
    """A base gets no security fixes any more."""
    for line, name in _names(subject):
        for one in ended(name, subject.today):
            yield Hit(line, f"{one.product} {one.version} gets no fixes since {one.ended} ({one.source}).")


@rule("KD303", "moving-tag", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Name a version, such as `node:24-slim`, or a digest.")  # fmt: skip
def moving_tag(subject: Subject) -> Iterator[Hit]:
    """A tag without a version moves on by itself."""
    for line, name in _names(subject):
        branch = name.repository == "nginx" and name.tag in {"stable", "mainline"}  # its names for what gets fixes
        if name.digest is None and name.tag in _MOVING and not branch:
            yield Hit(line, f"{name} means another version from one day to the next.")


@rule("KD304", "given-up", Severity.WARNING, Category.MAINTAINABILITY, fix="Move to the image that took its place.")
def given_up(subject: Subject) -> Iterator[Hit]:
    """Its makers gave the image up."""
    for line, name in _names(subject):
        if name.is_official and name.repository in GIVEN_UP:
            instead, source = GIVEN_UP[name.repository]
            yield Hit(line, f"{name.repository} is not kept up any more ({source}).", f"Use {instead}.")


@rule("KD305", "fat-base", Severity.WARNING, Category.SIZE, fix="Use the slim kind for the last stage.")
def fat_base(subject: Subject) -> Iterator[Hit]:
    """The last stage stands on an image with compilers and headers."""
    name = subject.final.base
    if name is None or not name.is_official:
        return
    tag = name.tag or ""
    line = subject.final.lineage[0].start.line
    if name.repository in _FAT and not any(part in tag for part in ("slim", "alpine", "distroless")):
        yield Hit(line, f"{name} brings compilers that nothing runs.", f"Use {_FAT[name.repository]}.")
    elif "alpine" in tag and name.repository in {"golang", "rust", "maven", "gradle"}:
        yield Hit(line, f"{name} is for building.", f"Use {_FAT[name.repository]}.")
    elif name.repository in {"eclipse-temurin", "amazoncorretto", "openjdk"} and "jre" not in tag:
        yield Hit(line, f"{name} holds the whole development kit.", "Use the runtime: eclipse-temurin:<version>-jre.")


@rule("KD306", "fixed-platform", Severity.WARNING, Category.PORTABILITY, replaces=("DL3029",),
      fix="Leave --platform away, or use $BUILDPLATFORM for build stages.")  # fmt: skip
def fixed_platform(subject: Subject) -> Iterator[Hit]:
    """FROM is bound to one processor."""
    for stage in subject.stages:
        if stage.platform and "$" not in stage.platform:
            yield Hit(stage.start.line, f"--platform={stage.platform} makes the image run emulated elsewhere.")


@rule("KD307", "unknown-base", Severity.ERROR, Category.PRACTICE, fix="Give the argument a default before FROM.")
def unknown_base(subject: Subject) -> Iterator[Hit]:
    """FROM is empty because its variable has no value."""
    for stage in subject.stages:
        written = stage.start.words[0]
        missing = [name for name in names_in(written) if not subject.build.global_arguments.get(name)]
        missing = [name for name in missing if not name.startswith(("TARGET", "BUILD"))]
        if image_name(stage.reference) is None and (missing or not stage.reference):
            yield Hit(stage.start.line, f"Without --build-arg {', '.join(missing) or written} there is no base.")


@rule("KD308", "unknown-stage", Severity.ERROR, Category.PRACTICE, replaces=("DL3022",),
      fix="Name a stage above, or a whole image with its tag.")  # fmt: skip
def unknown_stage(subject: Subject) -> Iterator[Hit]:
    """COPY --from names neither a stage above nor an image with a tag."""
    for stage in subject.stages:
        for one in stage.instructions:
            name = one.flag("from")
            if name is None or "$" in name or "/" in name or ":" in name:
                continue
            if subject.build.stage(name, stage.index) is None:
                yield Hit(one.line, f"There is no stage {name!r} above; it would be pulled as an image of that name.")
