"""`kora image`: review, generate, fix, inspect, compare. Thin: the work is in `kora.operations.dockerfiles`."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kora.cli.application import JsonOption, YesOption, app, can_ask, kora_home, print_json, read_standard_input
from kora.kit.errors import ApprovalRequired, Invalid, NotFound

if TYPE_CHECKING:
    from kora.operations.dockerfiles.review import Review
    from kora.operations.dockerfiles.writing import Change

group = typer.Typer(help="Review, write, mend and compare container images.", no_args_is_help=True)
app.add_typer(group, name="image")

FINDINGS = 10
_LEVELS = ("info", "warning", "error", "never")
ContextFolder = Annotated[
    Path | None, typer.Option("--context", help="The folder of the build; the file's by default.")
]
FailOn = Annotated[
    str, typer.Option("--fail-on", help="Exit with 10 from this severity on: info, warning, error, never.")
]


@group.command(
    "review", epilog="Next: kora image fix. Exit codes: 0 nothing (below --fail-on) · 10 findings · 2 not a Dockerfile."
)
def review_command(
    paths: Annotated[list[str] | None, typer.Argument(help="Dockerfiles; - reads standard input.")] = None,
    context: ContextFolder = None,
    as_json: JsonOption = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0.")] = False,
    fail_on: FailOn = "info",
    advice: Annotated[
        bool, typer.Option("--ask-docker-ai", help="Also quote what `docker ai` says, when it is there.")
    ] = False,
) -> None:
    """Say what is wrong with Dockerfiles, with lines, reasons, fixes and scores."""
    from kora.operations.dockerfiles.sarif import sarif

    if fail_on not in _LEVELS:
        raise Invalid(f"--fail-on takes one of {', '.join(_LEVELS)}.")
    reviews = [_reviewed(path, context) for path in paths or ["Dockerfile"]]
    quoted = [_quoted(path) for path in paths or ["Dockerfile"]] if advice else []
    if as_sarif:
        print_json(sarif(reviews))
    elif as_json:
        answer: dict[str, Any] = {"reviews": [one.model_dump(mode="json") for one in reviews]}
        if advice:
            answer["docker_ai"] = quoted
        print_json(answer)
    else:
        for one in reviews:
            _print_review(one)
        for text in quoted:
            typer.echo(text)
    raise typer.Exit(FINDINGS if fail_on != "never" and any(_reaches(one, fail_on) for one in reviews) else 0)


def _reaches(review: "Review", level: str) -> bool:
    from kora.operations.dockerfiles.findings import Severity

    return review.above(Severity(level))


def _reviewed(path: str, context: Path | None) -> "Review":
    from kora.operations.dockerfiles.context import Context
    from kora.operations.dockerfiles.review import review, review_file

    if path == "-":
        return review(_standard_input(), file="Dockerfile", context=Context(context) if context else None)
    place = _file(path)
    found = review_file(place, context=context)
    return found.model_copy(update={
        "file": path,
        "findings": tuple(one.model_copy(update={"file": path}) for one in found.findings),
        "silenced": tuple(one.model_copy(update={"file": path}) for one in found.silenced),
    })  # fmt: skip


def _standard_input() -> str:
    if sys.stdin.isatty():
        raise Invalid("Nothing comes on standard input.", fix="kora image review - < Dockerfile")
    return read_standard_input()


def _file(path: str) -> Path:
    place = Path(path)
    place = place / "Dockerfile" if place.is_dir() else place
    if not place.is_file():
        raise NotFound(f"There is no file {place}.", fix='kora image generate, or kora image generate "…"')
    return place


def _quoted(path: str) -> str:
    """What the real Gordon says, as a quotation; or that it is not there. Its advice changes nothing."""
    from kora.adapters.docker_ai import advice

    if path == "-":
        return "docker ai reads files only."
    said = advice(_file(path).read_text("utf-8", errors="replace"))
    return (
        f"docker ai says (quoted, not checked):\n{said}" if said else "docker ai is not installed; nothing was asked."
    )


def _print_review(review: "Review") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(soft_wrap=False, highlight=False)
    under = f"hadolint {review.hadolint} underneath" if review.hadolint else "hadolint is not installed"
    count = len(review.findings)
    what = "nothing to say" if not count else f"{count} finding{'s' if count > 1 else ''}"
    silenced = f", {len(review.silenced)} silenced in the file" if review.silenced else ""
    console.print(Text(f"{review.file}: {what}{silenced} ({under})"))
    if count:
        table = Table(box=None, pad_edge=False, show_edge=False)
        for title in ("line", "id", "severity"):
            table.add_column(title, no_wrap=True)
        table.add_column("what and why", ratio=3)
        table.add_column("fix", ratio=2)
        styles = {"error": "red", "warning": "yellow", "info": "cyan"}
        for one in review.findings:
            severity = Text(one.severity.value, style=styles[one.severity.value])
            table.add_row(str(one.line), one.id, severity, Text(f"{one.name}: {one.why}"), Text(one.fix))
        console.print(table)
    console.print(Text("scores: " + ", ".join(f"{name.value} {value}" for name, value in review.scores.items())))


@group.command(
    "generate",
    epilog="Next: kora image review, then docker build. Exit codes: 0 written or shown · 2 not understood · 4 "
    "nobody there to say yes.",
)
def generate_command(
    prompt: Annotated[str | None, typer.Argument(help="What is wanted, in a sentence; - reads standard input.")] = None,
    folder: Annotated[Path, typer.Option("--folder", help="The repository.")] = Path(),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the one Dockerfile here.")] = None,
    as_json: JsonOption = False,
    yes: YesOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the files and write nothing.")] = False,
) -> None:
    """Write Dockerfile, .dockerignore and compose file for a repository, or the Dockerfile that a sentence asks for.

    With a sentence the Dockerfile goes to standard output, unless it says where to save, or --output or --yes is given.
    Files that are there are only replaced after their diff was shown and somebody said yes.
    """
    from kora.operations.dockerfiles import generate, generate_from_prompt
    from kora.operations.dockerfiles.wishes import read
    from kora.operations.dockerfiles.writing import changes

    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", fix="Name the repository with --folder.")
    text = _standard_input() if prompt == "-" else prompt
    made = generate_from_prompt(text, folder) if text is not None else generate(folder)
    files = dict(made.files)
    if output is not None:
        main = made.services[0].dockerfile
        files = {_relative(folder, output): files[main]}
    for note in made.notes:
        typer.echo(f"note: {note}", err=True)
    wanted = changes(folder, files)
    only_print = text is not None and output is None and not yes and read(text).save_to is None
    if only_print or dry_run:
        main = next(name for name in files if name != ".dockerignore" and not name.endswith(".dockerignore"))
        shown = files if text is None else {main: files[main]}
        _show(made.model_dump(mode="json"), shown, as_json=as_json, with_names=text is None)
        return
    written = _write(folder, wanted, yes=yes, tool="image.generate", prompt=text, quiet=as_json)
    if as_json:
        print_json({**made.model_dump(mode="json"), "written": written})


def _relative(folder: Path, output: Path) -> str:
    try:
        return (Path.cwd() / output).resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        raise Invalid(f"{output} lies outside of {folder}.", fix="Give a path below it.") from None


def _show(document: dict[str, Any], files: dict[str, str], *, as_json: bool, with_names: bool) -> None:
    if as_json:
        print_json({**document, "written": []})
        return
    for name, text in files.items():
        if with_names:
            typer.echo(f"--- {name}")
        typer.echo(text, nl=False)


@group.command(
    "fix", epilog="Next: kora image review. Exit codes: 0 written, or nothing to mend · 4 nobody there to say yes."
)
def fix_command(
    path: Annotated[
        str, typer.Argument(help="The Dockerfile; - reads standard input and prints the result.")
    ] = "Dockerfile",
    context: ContextFolder = None,
    as_json: JsonOption = False,
    yes: YesOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the diff and write nothing.")] = False,
) -> None:
    """Apply the fixes that are safe: shown as a diff, written after a yes; the rest is left for a person."""
    from kora.operations.dockerfiles.context import Context
    from kora.operations.dockerfiles.fix import fix
    from kora.operations.dockerfiles.writing import Change

    if path == "-":
        fixed = fix(_standard_input(), context=Context(context) if context else None)
        if as_json:
            print_json(_fixed_document(fixed, []))
        else:
            typer.echo(fixed.after, nl=False)
        return
    place = _file(path)
    try:
        text = place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid(f"{place} can't be read as text: {problem}.", fix="Save it as UTF-8.") from problem
    fixed = fix(text, context=Context(context or place.parent, place))
    change = Change(place.name, fixed.before, fixed.after)
    written: list[str] = []
    if fixed.before != fixed.after:
        if dry_run:
            typer.echo(change.diff, nl=False, err=as_json)
        else:
            written = _write(place.parent, [change], yes=yes, tool="image.fix", prompt=None, quiet=as_json)
    if as_json:
        print_json(_fixed_document(fixed, written))
        return
    typer.echo(f"{len(fixed.applied)} mended, {len(fixed.left)} left for a person.")
    for one in fixed.left:
        typer.echo(f"  line {one.line} {one.id} {one.name}: {one.fix}")


def _fixed_document(fixed: Any, written: list[str]) -> dict[str, Any]:
    return {
        "diff": fixed.diff,
        "applied": [one.model_dump(mode="json") for one in fixed.applied],
        "left": [one.model_dump(mode="json") for one in fixed.left],
        "written": written,
    }


def _write(folder: Path, wanted: "list[Change]", *, yes: bool, tool: str, prompt: str | None, quiet: bool) -> list[str]:
    """Show the diffs, ask, record the attempt, write, record the outcome.

    Raises:
        ApprovalRequired: nobody is there who could be asked, and --yes was not given.
    """
    from kora.audit.keys import open_log
    from kora.audit.records import AuditEntry
    from kora.domain.actors import Actor, Surface
    from kora.domain.results import Status
    from kora.domain.risk import Risk
    from kora.kit.ids import digest
    from kora.operations.dockerfiles.writing import write

    if not wanted:
        if not quiet:
            typer.echo("Every file is as it should be; nothing to write.")
        return []
    diff = "".join(change.diff for change in wanted)
    typer.echo(diff, nl=False, err=quiet)
    replaced = [change.path for change in wanted if change.before is not None]
    if not yes:
        if not can_ask():
            raise ApprovalRequired(
                "Nothing was written: nobody is there to say yes.", fix="Add --yes after a look at the diff."
            )
        question = f"Replace {', '.join(replaced)}?" if replaced else "Write these files?"
        if not typer.confirm(question, default=False, err=True):
            raise ApprovalRequired("Nothing was written.")
    actor = Actor(name=getpass.getuser(), surface=Surface.CLI, interactive=can_ask())
    names = [change.path for change in wanted]
    log = open_log(kora_home() / "audit")
    record = AuditEntry(actor=actor, tool=tool, risk=Risk.WRITE, phase="attempt", arguments={"files": names},
                        diff_digest=digest(diff.encode()), prompt=prompt, agent="GORDON")  # fmt: skip
    log.append(record)
    write(folder, wanted)
    told = f"{', '.join(names)} written by kora"
    log.append(record.model_copy(update={"phase": "outcome", "status": Status.OK, "result": told}))
    if not quiet:
        typer.echo(f"Written: {', '.join(names)}")
    return names


@group.command(
    "inspect",
    epilog="Next: kora image compare BEFORE AFTER. Exit codes: 0 nothing (below --fail-on) · 10 findings · 69 no"
    " engine.",
)
def inspect_command(
    reference: Annotated[str, typer.Argument(help="An image that the engine holds.")],
    as_json: JsonOption = False,
    fail_on: FailOn = "info",
    prove_port: Annotated[
        int | None, typer.Option("--prove", help="Also run it without rights and ask this port over HTTP.")
    ] = None,
    path: Annotated[str, typer.Option("--path", help="The path that --prove asks.")] = "/",
) -> None:
    """Say what an image is made of: layers, user, secrets in its history, files that do not belong."""
    from kora.operations.dockerfiles.inspection import inspect, megabytes, prove

    seen = inspect(reference)
    proof = prove(reference, prove_port, path) if prove_port is not None else None
    if as_json:
        document = seen.model_dump(mode="json")
        print_json({**document, "proof": proof.model_dump(mode="json")} if proof else document)
    else:
        typer.echo(f"{seen.reference}: {megabytes(seen.size_bytes)}, {seen.files} files, user {seen.user or 'root'}")
        typer.echo(f"starts {' '.join(seen.command) or '-'}; ports {', '.join(seen.ports) or '-'}; "
                   f"health check {'yes' if seen.health_check else 'no'}")  # fmt: skip
        for layer in seen.layers:
            if layer.size_bytes:
                typer.echo(f"  {megabytes(layer.size_bytes):>10}  {' '.join(layer.made_by.split())[:90]}")
        for one in seen.findings:
            typer.echo(f"  {one.severity} {one.id} {one.name}: {one.why} {one.fix}")
        if proof:
            typer.echo(f"answered {proof.status} after {proof.seconds} s as user {', '.join(proof.users)}")
    bad = fail_on != "never" and any(one.severity.rank >= _rank(fail_on) for one in seen.findings)
    raise typer.Exit(FINDINGS if bad else 0)


def _rank(level: str) -> int:
    from kora.operations.dockerfiles.findings import Severity

    if level not in _LEVELS:
        raise Invalid(f"--fail-on takes one of {', '.join(_LEVELS)}.")
    return Severity(level).rank


@group.command("compare", epilog="Next: kora image inspect IMAGE says what is in it.")
def compare_command(
    before: Annotated[str, typer.Argument(help="An image of the engine.")],
    after: Annotated[str, typer.Argument(help="Another one.")],
    as_json: JsonOption = False,
) -> None:
    """Set two images side by side."""
    from kora.operations.dockerfiles.inspection import compare, megabytes

    both = compare(before, after)
    if as_json:
        print_json({**both.model_dump(mode="json"), "saved_bytes": both.saved_bytes})
        return
    width = max(len(row[1]) for row in [*both.rows, ("", before, "")])
    typer.echo(f"{'':22}{before:{width + 2}}{after}")
    for what, old, new in both.rows:
        typer.echo(f"{what:22}{old:{width + 2}}{new}")
    share = 100 * both.saved_bytes / both.before.size_bytes if both.before.size_bytes else 0.0
    typer.echo(
        f"{megabytes(abs(both.saved_bytes))} {'smaller' if both.saved_bytes >= 0 else 'larger'} ({abs(share):.0f} %)"
    )
