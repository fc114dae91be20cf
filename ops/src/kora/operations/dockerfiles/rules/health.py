"""KD4xx: the health check."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.packages import system_packages
from kora.operations.dockerfiles.shell import Command, commands
from kora.operations.dockerfiles.stages import Stage
from kora.operations.dockerfiles.syntax import Instruction

_SERVERS = frozenset(
    ["uvicorn", "gunicorn", "hypercorn", "daphne", "nginx", "httpd", "caddy", "flask", "waitress-serve", "granian"]
)


def is_server(stage: Stage) -> bool:
    """Whether the image listens: it names a port, or starts a known server."""
    return bool(stage.ports) or any(command.program in _SERVERS for command in stage.start_commands)


def _check(stage: Stage) -> tuple[Instruction, list[Command]] | None:
    last = stage.last("HEALTHCHECK")
    return None if last is None or last.inner is None else (last, commands(last.inner))


@rule(
    "KD401",
    "no-health-check",
    Severity.WARNING,
    Category.PRACTICE,
    fix="Add a HEALTHCHECK that asks the program itself, or `HEALTHCHECK NONE` where another layer does it.",
)
def no_health_check(subject: Subject) -> Iterator[Hit]:
    """A server without a health check."""
    stage = subject.final
    if is_server(stage) and stage.last("HEALTHCHECK") is None:
        line = stage.ports[-1][1].line if stage.ports else stage.start.line
        yield Hit(line, "A hung server counts as running.")


@rule("KD402", "health-tool-missing", Severity.ERROR, Category.PRACTICE,
      fix="Ask with the language that is there: python, node, or the program itself.")  # fmt: skip
def tool_missing(subject: Subject) -> Iterator[Hit]:
    """The health check calls a program that the image does not hold."""
    stage = subject.final
    found, known = _check(stage), stage.traits
    if found is None or known is None:
        return
    check, asked = found
    if check.inner is not None and not check.inner.is_json and not known.shell and not _brings_root(stage):
        yield Hit(check.line, "The image has no shell, and the health check needs one.", "Write it in exec form.")
        return
    brought = {name for one in stage.lineage for _, command in one.shell_commands for name in system_packages(command)}
    for command in asked:
        tool = command.program
        if tool in {"curl", "wget"} and tool not in known.tools and tool not in brought and not _copies(stage, tool):
            yield Hit(check.line, f"{tool} is not in {stage.base}; the check always fails.")


def _brings_root(stage: Stage) -> bool:
    """A whole file system is copied in, so that it cannot be told what it holds."""
    return any(one.words and one.words[-1] in {"/", "/."} for one in stage.all("COPY"))


def _copies(stage: Stage, tool: str) -> bool:
    return _brings_root(stage) or any(tool in one.value for one in stage.all("COPY"))


@rule("KD403", "health-port", Severity.ERROR, Category.PRACTICE, fix="Ask the port that the program listens on.")
def health_port(subject: Subject) -> Iterator[Hit]:
    """The health check asks a port that the image does not name."""
    stage = subject.final
    found = _check(stage)
    ports = {str(number) for number, _ in stage.ports}
    if found is None or not ports:
        return
    check, _ = found
    ports |= {value for name, value in stage.environment.items() if name.endswith("PORT")}
    asked = set(re.findall(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])[\"']?[:,]\s*(\d{2,5})\b", check.value))
    for port in sorted(asked - ports):
        yield Hit(check.line, f"It asks port {port}, but the image names {', '.join(sorted(ports))}.")


@rule("KD404", "health-accepts-errors", Severity.WARNING, Category.PRACTICE, fix="Use `curl --fail` (-f).")
def accepts_errors(subject: Subject) -> Iterator[Hit]:
    """curl without --fail calls an answer of 500 healthy."""
    found = _check(subject.final)
    for command in found[1] if found else []:
        if command.program == "curl" and not command.has("-f", "--fail", "--fail-with-body"):
            yield Hit(found[0].line if found else 1, "curl ends with 0 whatever the server answers.")


@rule("KD405", "health-too-often", Severity.WARNING, Category.RESOURCES, fix="Use an interval of 10 to 60 seconds.")
def too_often(subject: Subject) -> Iterator[Hit]:
    """The health check runs more often than every 5 seconds."""
    found = _check(subject.final)
    interval = seconds(found[0].flag("interval")) if found else None
    if found and interval is not None and interval < 5:
        yield Hit(found[0].line, f"A new process every {interval:g} s costs more than it tells.")


@rule("KD406", "health-outlasts", Severity.WARNING, Category.PRACTICE, fix="Let --timeout be shorter than --interval.")
def outlasts(subject: Subject) -> Iterator[Hit]:
    """The health check may take longer than its interval."""
    found = _check(subject.final)
    if found is None:
        return
    interval, timeout = seconds(found[0].flag("interval")), seconds(found[0].flag("timeout"))
    if (interval if interval is not None else 30) < (timeout if timeout is not None else 30):
        yield Hit(found[0].line, "A hanging check holds up the next one, and a hang is noticed late.")


def seconds(text: str | None) -> float | None:
    """A duration of Docker's (``1m30s``, ``500ms``) in seconds; None when there is none."""
    if not text:
        return None
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "ns": 1e-9}
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)", text)
    return sum(float(number) * units[unit] for number, unit in parts) if parts else None
