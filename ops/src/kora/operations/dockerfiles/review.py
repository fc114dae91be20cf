"""One Dockerfile → findings and scores: our rules, hadolint underneath, comments that silence a finding honoured.

Flow: text → `parse` → `resolve` → every rule of `findings.RULES` + `hadolint` → silenced ones and doubles out → scores.
``# kora ignore=KD401,no-health-check reason`` right above an instruction (or anywhere with ``global``) silences ours,
``# hadolint ignore=DL3008`` hadolint's, and ours of the same meaning.
"""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from kora.kit import clock
from kora.operations.dockerfiles import hadolint
from kora.operations.dockerfiles import rules as _families  # registers the rules
from kora.operations.dockerfiles.context import Context
from kora.operations.dockerfiles.findings import RULES, Category, ImageFinding, Rule, Severity, Subject
from kora.operations.dockerfiles.parse import parse
from kora.operations.dockerfiles.shell import commands
from kora.operations.dockerfiles.stages import resolve
from kora.operations.dockerfiles.syntax import Dockerfile, Instruction

__all__ = ["Review", "review", "review_file"]
assert _families

_WEIGHT = {Severity.ERROR: 30, Severity.WARNING: 12, Severity.INFO: 4}


class Review(BaseModel):
    """What a review came to."""

    model_config = ConfigDict(frozen=True)

    file: str
    findings: tuple[ImageFinding, ...]
    silenced: tuple[ImageFinding, ...]
    """Findings that a comment in the file speaks for."""
    scores: dict[Category, int]
    """0–100 for each category; 100 is nothing to say."""
    hadolint: str | None
    """The version that was used; None when the program is not there."""

    @property
    def worst(self) -> Severity | None:
        """The worst finding's severity."""
        return max((one.severity for one in self.findings), key=lambda severity: severity.rank, default=None)

    def above(self, threshold: Severity) -> bool:
        """Whether a finding is at least that bad."""
        return self.worst is not None and self.worst.rank >= threshold.rank


def review_file(path: Path, *, context: Path | None = None) -> Review:
    """Review a file with the folder of its build: `context`, by default the one that holds it.

    Raises:
        DockerfileInvalid: it cannot be read.
        OSError: it is not there.
    """
    folder = context or path.parent
    return review(path.read_text("utf-8", "replace"), file=path.name, context=Context(folder, path))


def review(text: str, *, file: str = "Dockerfile", context: Context | None = None, today: date | None = None) -> Review:
    """Review the text of a Dockerfile. Without `context` the rules about the folder are silent.

    Raises:
        DockerfileInvalid: it cannot be read.
    """
    dockerfile = parse(text)
    subject = Subject(dockerfile, resolve(dockerfile), context, today or clock.now().date())
    ours = [
        ImageFinding(
            id=rule.id,
            name=rule.name,
            line=hit.line,
            severity=rule.severity,
            category=rule.category,
            why=hit.why,
            fix=hit.fix or rule.fix,
            file=file,
        )
        for rule in RULES.values()
        for hit in rule.check(subject)
    ]
    theirs = hadolint.findings(dockerfile, file)
    found = _unique([*ours, *_not_said_by_us(theirs or [], dockerfile)])
    silencers = _silencers(dockerfile)
    silenced = [one for one in found if _is_silenced(one, silencers)]
    left = [one for one in found if one not in silenced]
    return Review(
        file=file,
        findings=tuple(left),
        silenced=tuple(silenced),
        scores=score(left),
        hadolint=hadolint.version() if theirs is not None else None,
    )


def score(findings: Iterable[ImageFinding]) -> dict[Category, int]:
    """100 for each category, less 30 for an error, 12 for a warning, 4 for a note; never below 0."""
    left = dict.fromkeys(Category, 100)
    for one in findings:
        left[one.category] = max(0, left[one.category] - _WEIGHT[one.severity])
    return left


def _unique(findings: Iterable[ImageFinding]) -> list[ImageFinding]:
    seen: dict[tuple[str, int], ImageFinding] = {}
    for one in findings:
        seen.setdefault((one.id, one.line), one)
    return sorted(seen.values(), key=lambda one: (one.line, -one.severity.rank, one.id))


def _not_said_by_us(theirs: list[ImageFinding], dockerfile: Dockerfile) -> list[ImageFinding]:
    """hadolint's findings without those whose meaning one of our rules covers, and without two false alarms."""
    covered = {code for rule in RULES.values() for code in rule.replaces}
    harmless = {one.line for one in dockerfile.instructions if one.keyword == "RUN" and _pipes_from_echo(one)}
    return [one for one in theirs if one.id not in covered and not (one.id == "DL4006" and one.line in harmless)]


def _pipes_from_echo(instruction: Instruction) -> bool:
    """Whether every pipe begins with a command that cannot fail, so that pipefail would change nothing."""
    piping = [command.program for command in commands(instruction) if command.after in {"|", "|&"}]
    return all(program in {"echo", "printf", "yes", "true"} for program in piping)


def _silencers(dockerfile: Dockerfile) -> list[tuple[set[str], int | None, int | None]]:
    """Names that are silenced, with the lines that it holds for; None for the whole file."""
    found: list[tuple[set[str], int | None, int | None]] = []
    for one in dockerfile.instructions:
        for comment in one.comments:
            names, everywhere = _ignored(comment)
            if names and not everywhere:
                found.append((names, one.line, one.end_line))
    for note in dockerfile.comments:
        names, everywhere = _ignored(note.text)
        if names and everywhere:
            found.append((names, None, None))
    return found


def _ignored(comment: str) -> tuple[set[str], bool]:
    match = re.match(r"^(?:kora|hadolint)\s+(global\s+)?ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)", comment, re.I)
    if match is None:
        return set(), False
    names = {name.strip().lower() for name in match.group(2).split(",")}
    return names, bool(match.group(1))


def _is_silenced(finding: ImageFinding, silencers: list[tuple[set[str], int | None, int | None]]) -> bool:
    rule: Rule | None = RULES.get(finding.id)
    names = {finding.id.lower(), finding.name.lower(), *(code.lower() for code in (rule.replaces if rule else ()))}
    return any(
        names & silenced and (first is None or last is None or first <= finding.line <= last)
        for silenced, first, last in silencers
    )
