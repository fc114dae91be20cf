"""Mends what can be mended without a question of taste: one fixer a rule, applied until nothing changes.

A fixer gets the text and one finding and gives the new text, or None when it does not dare. The result is parsed and
reviewed again; a fix that does not make its finding go, or that brings another one, is taken back.
"""

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from kora.operations.dockerfiles.context import Context
from kora.operations.dockerfiles.errors import DockerfileInvalid
from kora.operations.dockerfiles.findings import ImageFinding
from kora.operations.dockerfiles.parse import parse
from kora.operations.dockerfiles.review import review
from kora.operations.dockerfiles.stages import Stage, resolve
from kora.operations.dockerfiles.syntax import Instruction
from kora.operations.dockerfiles.words import split_words

_ROUNDS = 60
Fixer = Callable[[str, ImageFinding], "str | None"]


@dataclass(frozen=True)
class Fixed:
    """The outcome: the new text, what was mended, what is left for a person."""

    before: str
    after: str
    applied: tuple[ImageFinding, ...]
    left: tuple[ImageFinding, ...]

    @property
    def diff(self) -> str:
        """A unified diff; empty when nothing changed."""
        return unified(self.before, self.after, "Dockerfile")


def unified(before: str, after: str, name: str) -> str:
    """The difference between two texts as a unified diff."""
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def fix(text: str, *, context: Context | None = None) -> Fixed:
    """Apply every safe fix.

    Raises:
        DockerfileInvalid: the text cannot be read.
    """
    current, refused = text, set[tuple[str, str]]()
    applied: list[ImageFinding] = []
    for _ in range(_ROUNDS):
        findings = review(current, context=context).findings
        step = _next(current, findings, refused, context)
        if step is None:
            return Fixed(text, current, tuple(applied), findings)
        current, done = step
        applied.append(done)
        refused.clear()  # what did not work before may work now
    return Fixed(text, current, tuple(applied), review(current, context=context).findings)


def _next(
    text: str, findings: tuple[ImageFinding, ...], refused: set[tuple[str, str]], context: Context | None
) -> tuple[str, ImageFinding] | None:
    """The first fix that works, and the finding that it mends."""
    for one in findings:
        fixer = FIXERS.get(one.id)
        key = (one.id, text.split("\n")[one.line - 1] if 0 < one.line <= text.count("\n") + 1 else "")
        if fixer is None or key in refused or not _has_lock(one, context):
            continue
        new = fixer(text, one)
        if new is not None and new != text and _is_better(new, findings, one, context):
            return new, one
        refused.add(key)
    return None


def _has_lock(finding: ImageFinding, context: Context | None) -> bool:
    """`npm ci` without a lock file fails, so that fix needs to see one."""
    return finding.id != "KD811" or (context is not None and context.sent("package-lock.json"))


def _is_better(new: str, before: tuple[ImageFinding, ...], mended: ImageFinding, context: Context | None) -> bool:
    try:
        after = review(new, context=context).findings
    except DockerfileInvalid:
        return False
    gone = sum(one.id == mended.id for one in after) < sum(one.id == mended.id for one in before)
    fresh = {one.id for one in after} - {one.id for one in before}
    return gone and not fresh


# --- places ------------------------------------------------------------------------------------------------------


def _at(text: str, finding: ImageFinding) -> Instruction | None:
    return next((one for one in parse(text).instructions if one.line <= finding.line <= one.end_line), None)


def _swap(text: str, one: Instruction, new: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[: one.line - 1], *new.split("\n"), *lines[one.end_line :]])


def _insert_after(text: str, line: int, new: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:line], new, *lines[line:]])


def _final(text: str) -> Stage:
    return resolve(parse(text)).final


def _before_start(text: str, new: str) -> str:
    """Put an instruction before the last stage's first CMD, ENTRYPOINT, HEALTHCHECK or EXPOSE, else at its end."""
    stage = _final(text)
    place = [one for one in stage.instructions if one.keyword in {"CMD", "ENTRYPOINT", "HEALTHCHECK", "EXPOSE"}]
    last = stage.instructions[-1].end_line if stage.instructions else stage.start.end_line
    line = place[0].line - 1 - len(place[0].comments) if place else last
    heavy = [one.end_line for one in stage.instructions if one.keyword in {"RUN", "COPY", "ADD"}]
    return _insert_after(text, max([line, *heavy]), new)


# --- fixers ------------------------------------------------------------------------------------------------------


def _user(text: str, finding: ImageFinding) -> str | None:
    """A numeric user, if nothing that is written at build time or start has to belong to root."""
    stage = _final(text)
    if stage.traits is not None and stage.traits.starts:
        return None  # such a server needs its own ports and folders first
    if any(0 < number < 1024 for number, _ in stage.ports):
        return None
    last = stage.last("USER")
    if last is not None and last in stage.instructions:
        return _swap(text, last, "USER 10001:10001")
    return _before_start(text, "USER 10001:10001")


def _exec_form(text: str, finding: ImageFinding) -> str | None:
    """A JSON array, when the words mean the same without a shell."""
    one = _at(text, finding)
    if one is None or re.search(r"[$&|;<>*?`()~{}\[\]#\\]", one.value):
        return None
    words = [word.strip("\"'") for word in split_words(one.value)]
    if any("=" in word for word in words[:1]) or words[:1] in (["exec"], ["cd"], ["export"], ["."], ["source"]):
        return None
    return _swap(text, one, f"{one.keyword} {json.dumps(words)}")


def _cache_mount(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    match = re.search(r"--mount=type=cache,target=(\S+)", finding.fix)
    if one is None or match is None or one.flags:
        return None
    return _swap(
        text, one, re.sub(r"(?i)^(\s*)RUN\s+", rf"\1RUN --mount=type=cache,target={match.group(1)} ", one.raw, count=1)
    )


def _replaced(pattern: str, new: str) -> Fixer:
    def apply(text: str, finding: ImageFinding) -> str | None:
        lines = text.split("\n")
        at = finding.line - 1
        if not 0 <= at < len(lines):
            return None
        changed = re.sub(pattern, new, lines[at], count=1)
        one = _at(text, finding)
        if changed == lines[at] and one is not None:
            for at in range(one.line - 1, one.end_line):
                changed = re.sub(pattern, new, lines[at], count=1)
                if changed != lines[at]:
                    break
        lines[at] = changed
        return "\n".join(lines)

    return apply


def _workdir(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    if one is None:
        return None
    stage = next(
        stage for stage in resolve(parse(text)).stages if one in stage.instructions or one.line > stage.start.line
    )
    earlier = [
        other.value.strip() for other in stage.everything if other.keyword == "WORKDIR" and other.line < one.line
    ]
    return _swap(text, one, f"WORKDIR {earlier[-1].rstrip('/') if earlier else ''}/{one.value.strip()}")


def _apt_lists(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    if one is None or one.heredocs or "apt" not in one.value:
        return None
    return _swap(text, one, f"{one.raw.rstrip()} \\\n && rm -rf /var/lib/apt/lists/*")


def _hostname(text: str, finding: ImageFinding) -> str | None:
    return _before_start(text, "ENV HOSTNAME=0.0.0.0")


def _drop(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    return None if one is None else _swap(text, one, "").replace("\n\n\n", "\n\n")


def _no_debian_frontend(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    return _drop(text, finding) if one is not None and len(split_words(one.value)) == 1 else None


def _old_pairs(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    if one is None or "\n" in one.raw:
        return None
    name, _, value = one.value.strip().partition(" ")
    value = value.strip()
    quoted = value if re.fullmatch(r"[^\s\"']+|\"[^\"]*\"|'[^']*'", value) else json.dumps(value)
    return _swap(text, one, f"{one.keyword} {name}={quoted}")


def _maintainer(text: str, finding: ImageFinding) -> str | None:
    one = _at(text, finding)
    return None if one is None else _swap(text, one, f"LABEL org.opencontainers.image.authors={json.dumps(one.value)}")


def _copy_early(text: str, finding: ImageFinding) -> str | None:
    """Copy the manifest and lock file before the rest, when the install names its manifest."""
    one = _at(text, finding)
    match = re.search(r"Line (\d+)", finding.why)
    if one is None or match is None or one.keyword != "COPY" or one.flags:
        return None
    install = next((i for i in parse(text).instructions if i.line <= int(match.group(1)) <= i.end_line), None)
    named = re.search(r"-r\s+([\w./-]+\.txt)", install.value) if install else None
    if install is None:
        return None
    files = named.group(1) if named else "package.json package-lock.json" if "npm ci" in install.value else None
    if files is None or files.startswith("/"):
        return None
    lines = text.split("\n")
    rest = lines[one.end_line : install.end_line]
    moved = [f"COPY {files} ./", *rest, *lines[one.line - 1 : one.end_line]]
    return "\n".join([*lines[: one.line - 1], *moved, *lines[install.end_line :]])


FIXERS: dict[str, Fixer] = {
    "KD101": _user,
    "KD404": _replaced(r"\bcurl\b(?! -)", "curl --fail"),
    "KD501": _exec_form,
    "KD505": _replaced(r"127\.0\.0\.1|localhost", "0.0.0.0"),  # noqa: S104
    "KD531": _hostname,
    "KD601": _copy_early,
    "KD602": _cache_mount,
    "KD603": _replaced(r"\s--no-cache(?:-dir)?\b", ""),
    "KD706": _replaced(r"\b(pip3? install)\b", r"\1 --no-cache-dir"),
    "KD811": _replaced(r"\bnpm (?:install|i)\b(?! -g)", "npm ci"),
    "KD821": _workdir,
    "KD826": _old_pairs,
    "KD827": _no_debian_frontend,
    "DL3009": _apt_lists,
    "DL3014": _replaced(r"\b(apt-get)\s+install\b", r"\1 install -y"),
    "DL3015": _replaced(r"\b(apt-get\s+(?:-\S+\s+)*install)\b", r"\1 --no-install-recommends"),
    "DL3020": _replaced(r"^(\s*)ADD\b", r"\1COPY"),
    "DL3027": _replaced(r"\bapt (install|update|-)", r"apt-get \1"),
    "DL4000": _maintainer,
}
"""By rule; what is not in here needs a person."""
