"""KD50x: what is started, whether signals reach it, whether it can be reached."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.shell import Command, commands
from kora.operations.dockerfiles.stages import Stage
from kora.operations.dockerfiles.syntax import Instruction

_SCRIPT_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_HAS_COMMAND = frozenset({"scratch", "debian", "ubuntu", "alpine", "busybox"})
_LOOPBACK = re.compile(r"^(127\.0\.0\.1|localhost|\[?::1\]?)(:\d+)?$")


def _starters(stage: Stage) -> list[Instruction]:
    return [one for one in (stage.last("ENTRYPOINT"), stage.last("CMD")) if one is not None]


def _line(stage: Stage) -> int:
    starters = _starters(stage)
    return starters[-1].line if starters else stage.start.line


@rule("KD501", "shell-form", Severity.WARNING, Category.PRACTICE, replaces=("DL3025",),
      fix="Write a JSON array: `CMD [\"program\", \"argument\"]`.")  # fmt: skip
def shell_form(subject: Subject) -> Iterator[Hit]:
    """CMD or ENTRYPOINT in shell form: the shell is process 1 and swallows SIGTERM."""
    for one in _starters(subject.final):
        found = commands(one)
        execs = bool(found) and "exec" in found[-1].wrappers
        if not one.is_json and one.value.strip() and not execs:
            yield Hit(one.line, "Stopping takes until the kill after 10 s; open requests are cut.")


@rule("KD502", "script-runner", Severity.WARNING, Category.PRACTICE,
      fix="Start the program itself: `CMD [\"node\", \"server.js\"]`.")  # fmt: skip
def script_runner(subject: Subject) -> Iterator[Hit]:
    """npm, yarn or pnpm is process 1."""
    for command in subject.final.start_commands:
        if command.program in _SCRIPT_RUNNERS and set(command.operands) & {"start", "run", "serve", "dev", "exec"}:
            yield Hit(
                command.line, f"{command.program} keeps signals to itself and stays in memory beside the program."
            )


@rule("KD503", "shell-wrapper", Severity.WARNING, Category.PRACTICE,
      fix="Put `exec` before the last command, or start it without a shell.")  # fmt: skip
def shell_wrapper(subject: Subject) -> Iterator[Hit]:
    """`sh -c` in exec form without exec."""
    for one in _starters(subject.final):
        words = one.words
        if not one.is_json or len(words) < 3 or words[0].rsplit("/", 1)[-1] not in {"sh", "bash", "ash", "dash"}:
            continue
        inner = commands(one)
        if words[1].lstrip("-").endswith("c") and inner and "exec" not in inner[-1].wrappers:
            yield Hit(one.line, "The shell is process 1; signals do not reach the program.")


@rule("KD504", "development-server", Severity.ERROR, Category.PRACTICE,
      fix="Start the production server: uvicorn or gunicorn, `next start` or server.js, built files.")  # fmt: skip
def development_server(subject: Subject) -> Iterator[Hit]:
    """A development server or a debugging mode runs."""
    for command in subject.final.start_commands:
        if _is_development(command):
            yield Hit(command.line, f"`{command}` is slow, reloads, and shows code to visitors.")
    for one in subject.final.everything:
        if one.keyword == "ENV":
            wrong = r"\b(FLASK_DEBUG=(1|true)|FLASK_ENV=dev\w*|NODE_ENV=dev\w*|DJANGO_DEBUG=(1|true)|DEBUG=(1|true)\b)"
            match = re.search(wrong, one.value.replace('"', ""), re.I)
            if match:
                yield Hit(
                    one.line_at(max(0, one.value.find(match.group(1)[:5]))), f"{match.group()} belongs to a desk."
                )


def _is_development(command: Command) -> bool:
    words = command.argv
    text = str(command)
    if command.program in {"nodemon", "ts-node-dev", "webpack-dev-server"}:
        return True
    if command.program in {"uvicorn", "gunicorn", "hypercorn", "fastapi"} and (
        command.has("--reload") or words[1:2] == ("dev",)
    ):
        return True
    if (command.program == "flask" and "run" in words) or ("-m flask" in text and " run" in text):
        return True
    if "runserver" in words or (command.program in {"next", "vite", "ng", "astro", "nuxt"} and _serves(command)):
        return True
    runs_dev = any(word in {"dev", "start:dev", "develop", "watch"} for word in command.operands)
    return command.program in _SCRIPT_RUNNERS and runs_dev


def _serves(command: Command) -> bool:
    verb = command.operands[0] if command.operands else ""
    return verb in {"dev", "serve"} or (command.program == "vite" and verb in {"", "preview"})


@rule("KD505", "loopback", Severity.ERROR, Category.PORTABILITY, fix="Listen on 0.0.0.0 (or ::).")
def loopback(subject: Subject) -> Iterator[Hit]:
    """The server listens inside the container only."""
    stage = subject.final
    for command in stage.start_commands:
        bound = command.option("--host", "-h", "--bind", "-b", "--hostname", "-H", "--http", "--listen")
        if bound is not None and _LOOPBACK.match(bound):
            yield Hit(command.line, f"On {bound} nobody outside of the container reaches it.")
        elif bound is None and _defaults_to_loopback(command, stage):
            yield Hit(command.line, f"{command.program} listens on 127.0.0.1 unless it is told otherwise.")
    for one in stage.everything:
        if one.keyword == "ENV":
            match = re.search(r"\b(?:HOST|HOSTNAME|BIND|LISTEN|\w+_HOST)=[\"']?(127\.0\.0\.1|localhost)\b", one.value)
            if match and match.group().startswith(("HOST=", "HOSTNAME=", "BIND=", "LISTEN=", "UVICORN_HOST=")):
                yield Hit(one.line_at(match.start()), f"With {match.group()} nobody outside reaches the server.")


def _defaults_to_loopback(command: Command, stage: Stage) -> bool:
    environment = stage.environment
    if command.program in {"uvicorn", "hypercorn"}:
        return not command.has("--uds", "--fd", "--config", "-c") and "UVICORN_HOST" not in environment
    if command.program == "flask" and "run" in command.argv:
        return "FLASK_RUN_HOST" not in environment
    if command.program == "gunicorn":
        reads_elsewhere = command.has("--config", "-c") or "PORT" in environment or "GUNICORN_CMD_ARGS" in environment
        return not reads_elsewhere
    return False


@rule("KD506", "several-processes", Severity.WARNING, Category.PRACTICE, fix="One container for each program.")
def several_processes(subject: Subject) -> Iterator[Hit]:
    """More than one program in the container."""
    for command in subject.final.start_commands:
        if command.program in {
            "supervisord",
            "service",
            "systemctl",
            "init",
            "cron",
            "crond",
            "pm2",
            "runit",
            "s6-svscan",
        }:
            yield Hit(command.line, f"{command.program} hides the health and the end of what it starts.")
        elif command.after == "&":
            yield Hit(command.line, f"`{command}` in the background may die unnoticed.")


@rule("KD507", "no-command", Severity.ERROR, Category.PRACTICE, fix="Add CMD or ENTRYPOINT in exec form.")
def no_command(subject: Subject) -> Iterator[Hit]:
    """Nothing says what the container does."""
    stage = subject.final
    base = stage.base
    if _starters(stage) or base is None:
        return
    if base.repository in _HAS_COMMAND or base.repository.startswith("gcr.io/distroless/"):
        yield Hit(stage.start.line, f"Neither CMD nor ENTRYPOINT, and {base} brings none that serves.")


@rule("KD508", "shell-missing", Severity.ERROR, Category.PRACTICE, fix="Use the exec form.")
def shell_missing(subject: Subject) -> Iterator[Hit]:
    """Shell form on a base that has no shell."""
    stage = subject.final
    if stage.traits is None or stage.traits.shell:
        return
    if any(one.words and one.words[-1] in {"/", "/."} for one in stage.all("COPY", "ADD")):
        return  # a whole file system came along; what it holds cannot be told
    for one in [*stage.all("RUN"), *_starters(stage)]:
        if not one.is_json:
            yield Hit(one.line, f"{stage.base} holds no shell that could run this.")


@rule("KD509", "stop-kill", Severity.WARNING, Category.PRACTICE, fix="Use SIGTERM, SIGINT or SIGQUIT.")
def stop_kill(subject: Subject) -> Iterator[Hit]:
    """STOPSIGNAL leaves the program no time."""
    last = subject.final.last("STOPSIGNAL")
    if last is not None and last.value.strip().upper() in {"SIGKILL", "KILL", "9"}:
        yield Hit(last.line, "The program cannot finish what it is doing.")


@rule("KD510", "migration-at-start", Severity.INFO, Category.PRACTICE,
      fix="Run migrations once, as a job or a separate step, before the servers start.")  # fmt: skip
def migration_at_start(subject: Subject) -> Iterator[Hit]:
    """Every start migrates the database."""
    for command in subject.final.start_commands:
        text = str(command)
        if re.search(r"manage\.py migrate|alembic upgrade|prisma migrate|sequelize db:migrate|flask db upgrade", text):
            yield Hit(command.line, f"Several replicas run `{command}` at the same time.")
