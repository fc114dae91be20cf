"""KD1xx: who runs in the container, and what it may change."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.shell import Command, commands
from kora.operations.dockerfiles.stages import Stage

_ROOT = frozenset({"root", "0", ""})
_MAKERS = ("useradd", "adduser", "groupadd", "addgroup")
_SYSTEM_FOLDERS = re.compile(r"^/(etc|usr|bin|sbin|lib|lib64|var|opt|root)?/?\*?$")


def _parts(user: str) -> tuple[str, str]:
    name, _, group = user.partition(":")
    return name, group


@rule("KD101", "root-user", Severity.ERROR, Category.SECURITY, replaces=("DL3002",),
      fix="Add `USER 10001:10001` to the last stage, after the files are in place.")  # fmt: skip
def root_user(subject: Subject) -> Iterator[Hit]:
    """The container runs as root."""
    stage = subject.final
    name, _ = _parts(stage.user)
    if name not in _ROOT:
        return
    last = stage.last("USER")
    if last is not None:
        yield Hit(last.line, "The last USER is root: a hole in the program is then a hole in the host's kernel away.")
    elif stage.traits is not None or stage.base is not None:
        yield Hit(stage.start.line, f"No USER is set, so the container runs as {stage.user}.")


@rule("KD102", "named-user", Severity.INFO, Category.SECURITY,
      replaces=("DL3066",),
    fix="Give the numeric id, for example `USER 1001:1001`.")  # fmt: skip
def named_user(subject: Subject) -> Iterator[Hit]:
    """USER is a name, which `runAsNonRoot` of Kubernetes cannot check."""
    last = subject.final.last("USER")
    name, _ = _parts(subject.final.user)
    if last is not None and name not in _ROOT and not name.isdigit():
        yield Hit(last.line, f"Kubernetes refuses to start {name!r} under runAsNonRoot, since a name may mean root.")


@rule("KD103", "user-missing", Severity.ERROR, Category.PRACTICE,
      fix="Create the user in this stage with a fixed id, or give a numeric id.")  # fmt: skip
def user_missing(subject: Subject) -> Iterator[Hit]:
    """USER names somebody who does not exist in the image."""
    stage = subject.final
    last = stage.last("USER")
    name, _ = _parts(stage.user)
    if last is None or not name or name.isdigit() or name == "root" or stage.traits is None:
        return
    if name in stage.traits.users or _is_made(stage, name):
        return
    yield Hit(last.line, f"Nobody creates the user {name!r}; the container will not start.")


def _is_made(stage: Stage, name: str) -> bool:
    for one in stage.everything:
        if one.keyword == "RUN" and re.search(rf"\b{re.escape(name)}\b", one.raw):
            return True
        if one.keyword in {"COPY", "ADD"} and one.words and ("passwd" in one.value or one.words[-1] == "/"):
            return True
    return False


@rule("KD104", "sudo", Severity.ERROR, Category.SECURITY, replaces=("DL3004",),
      fix="Do what needs root before USER; leave sudo out.")  # fmt: skip
def sudo(subject: Subject) -> Iterator[Hit]:
    """sudo is used or installed."""
    for stage in subject.stages:
        for _, command in stage.shell_commands:
            if "sudo" in command.wrappers:
                yield Hit(command.line, "sudo in a build does nothing for root and hides who owns the files.")
            elif command.program in {"apt-get", "apt", "apk", "dnf", "yum"} and "sudo" in command.operands:
                yield Hit(command.line, "With sudo in the image the user is root in all but name.")


@rule("KD105", "world-writable", Severity.ERROR, Category.SECURITY,
      fix="Give the files to the user that needs them, and only the rights it needs.")  # fmt: skip
def world_writable(subject: Subject) -> Iterator[Hit]:
    """Everybody may write."""
    for stage in subject.build.needed:
        for _, command in stage.shell_commands:
            if command.program == "chmod" and any(_opens(word) for word in command.argv[1:]):
                yield Hit(command.line, f"`{command}` lets every user of the container change these files.")
        for one in stage.all("COPY", "ADD"):
            if _opens(one.flag("chmod") or ""):
                yield Hit(one.line, "--chmod lets every user of the container change these files.")


def _opens(mode: str) -> bool:
    if re.fullmatch(r"[0-7]{3,4}", mode):
        return mode[-1] in "2367" and not (len(mode) == 4 and mode[0] == "1")
    return bool(re.fullmatch(r"(?:[ug]*[ao]|a)?[+=][rwxX]*w[rwxX]*", mode)) and not re.match(r"[ug]+[+=]", mode)


@rule("KD106", "recursive-ownership", Severity.WARNING, Category.SIZE,
      fix="Use `COPY --chown=…` or `--chmod=…` instead.")  # fmt: skip
def recursive_ownership(subject: Subject) -> Iterator[Hit]:
    """chown -R or chmod -R copies every file into a second layer."""
    for stage in subject.build.runtime:
        copied = [one.line for one in stage.all("COPY", "ADD")]
        for one, command in stage.shell_commands:
            if command.program in {"chown", "chmod"} and command.has("-R", "--recursive"):
                made_here = {word for other in commands(one) if other.program in {"mkdir", "install", "useradd",
                             "adduser", "tar"} for word in other.operands}  # fmt: skip
                fresh = command.operands[-1:] and command.operands[-1] in made_here
                if any(line < one.line for line in copied) and not fresh:
                    yield Hit(command.line, f"`{command}` stores all these files once more.")


@rule("KD107", "writable-system", Severity.ERROR, Category.SECURITY,
      fix="Give the user one folder of its own for what it writes.")  # fmt: skip
def writable_system(subject: Subject) -> Iterator[Hit]:
    """The user of the container owns system folders."""
    for stage in subject.build.runtime:
        for _, command in stage.shell_commands:
            if command.program == "chown" and len(command.operands) > 1 and not _is_root(command):
                for place in command.operands[1:]:
                    if _SYSTEM_FOLDERS.match(place):
                        yield Hit(command.line, f"Whoever breaks into the program can replace what is in {place}.")
        for one in stage.all("VOLUME"):
            for place in one.words:
                if _SYSTEM_FOLDERS.match(place.strip("\"'")):
                    yield Hit(one.line, f"A volume over {place} makes the system part writable and unupdatable.")


def _is_root(command: Command) -> bool:
    return command.operands[0].partition(":")[0] in _ROOT


@rule("KD108", "setuid", Severity.ERROR, Category.SECURITY, fix="Leave the bit away; run as the user that is needed.")
def setuid(subject: Subject) -> Iterator[Hit]:
    """A program gets the setuid or setgid bit."""
    for stage in subject.build.needed:
        for _, command in stage.shell_commands:
            if command.program == "chmod" and any(
                re.fullmatch(r"[4-7][0-7]{3}|[ugao]*\+[rwxX]*s[rwxX]*", word) for word in command.argv[1:]
            ):
                yield Hit(command.line, f"`{command}`: whoever runs it becomes its owner.")


@rule("KD109", "user-id-taken", Severity.INFO, Category.PRACTICE,
      fix="Give a fixed id: `useradd --uid 1001 …`.")  # fmt: skip
def user_without_id(subject: Subject) -> Iterator[Hit]:
    """A user is created without a fixed id."""
    for stage in subject.build.runtime:
        for _, command in stage.shell_commands:
            if command.program in {"useradd", "adduser"} and not command.has("-u", "--uid"):
                yield Hit(command.line, "The id depends on the base image; volumes and policies need it fixed.")
