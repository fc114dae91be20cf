"""`kora manifest`: a description in plain English to Kubernetes manifests, printed or saved; no cluster."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kora.cli.application import JsonOption, YesOption, app, can_ask, kora_home, print_json, read_standard_input
from kora.kit.errors import ApprovalRequired, Invalid

if TYPE_CHECKING:
    from kora.operations.dockerfiles.writing import Change
    from kora.operations.manifests import Built


@app.command(
    "manifest",
    epilog="Next: kubectl diff -f FILE, then kubectl apply -f FILE. Exit codes: 0 done · 2 not understood or "
    "incomplete · 4 a file would be replaced.",
)
def manifest_command(
    prompt: Annotated[str, typer.Argument(help="What is wanted, in words; - reads standard input.")],
    save: Annotated[
        str | None, typer.Option("--save", help="Write to this file or folder, inside the working folder.")
    ] = None,
    namespace: Annotated[str | None, typer.Option("--namespace", "-n", help="Namespace where none is said.")] = None,
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Write manifests for what a sentence asks for. Nothing is sent to a cluster.

    "Save to PATH" in the sentence does the same as --save. A file that is there is only replaced after its diff was
    shown and somebody said yes. Values of Secrets are written to files and never printed.
    """
    from kora.language.creating import read_manifest
    from kora.language.intents import Unclear
    from kora.operations.manifests import Defaults, build_all
    from kora.operations.manifests.saving import as_yaml, hidden, pending

    text = _standard_input() if prompt == "-" else prompt
    intents, said = read_manifest(text)
    if isinstance(intents, Unclear):
        understood = f" Understood: {intents.understood}." if intents.understood else ""
        raise Invalid(
            f"Not understood: “{intents.text}”.{understood} Nothing was written.", fix=intents.question or None
        )
    built = build_all(intents, Defaults(namespace=namespace))
    target = save or said
    written = _save(pending(built, target, Path.cwd()), built, text, yes=yes, quiet=as_json) if target else []
    shown = [hidden(each) for each in built]
    if as_json:
        print_json({"manifests": shown, "notes": built.notes, "written": written})
        return
    for note in built.notes:
        typer.echo(f"note: {note}", err=True)
    if not target:
        typer.echo(as_yaml(shown), nl=False)
        if shown != list(built):
            typer.echo("note: The values of Secrets are hidden here; --save writes them.", err=True)


def _standard_input() -> str:
    if sys.stdin.isatty():
        raise Invalid("Nothing comes on standard input.", fix='echo "create …" | kora manifest -')
    return read_standard_input()


def _save(wanted: "list[Change]", built: "Built", prompt: str, *, yes: bool, quiet: bool) -> list[str]:
    """Show what would be replaced, ask, record the attempt, write, record the outcome.

    Raises:
        ApprovalRequired: a file would be replaced and nobody said yes.
    """
    from kora.audit.keys import open_log
    from kora.audit.records import AuditEntry
    from kora.domain.actors import Actor, Surface
    from kora.domain.results import Status
    from kora.domain.risk import Risk
    from kora.kit.ids import digest
    from kora.operations.dockerfiles.writing import write

    if not wanted:
        typer.echo("Every file is as it should be; nothing to write.", err=quiet)
        return []
    secret = any(each["kind"] == "Secret" for each in built)
    replaced = [change for change in wanted if change.before is not None]
    for change in replaced:
        typer.echo(
            f"{change.path} holds a Secret; its diff is not shown.\n" if secret else change.diff, nl=False, err=True
        )
    if replaced and not yes:
        names = ", ".join(change.path for change in replaced)
        if not can_ask():
            raise ApprovalRequired(
                f"{names} is there already and was not replaced: nobody is there to say yes.",
                fix="Add --yes after a look at the diff.",
            )
        if not typer.confirm(f"Replace {names}?", default=False, err=True):
            raise ApprovalRequired("Nothing was written.")
    names_written = [change.path for change in wanted]
    log = open_log(kora_home() / "audit")
    record = AuditEntry(
        actor=Actor(name=getpass.getuser(), surface=Surface.CLI, interactive=can_ask()),
        tool="manifest.write",
        risk=Risk.SECRET if secret else Risk.WRITE,
        phase="attempt",
        arguments={"files": names_written},
        diff_digest=None if secret else digest("".join(change.diff for change in wanted).encode()),
        prompt="(a request that holds the values of a Secret)" if secret else prompt,
        agent="KUBECTL-AI",
    )
    log.append(record)
    write(Path.cwd(), wanted)
    told = f"{', '.join(names_written)} written by kora"
    log.append(record.model_copy(update={"phase": "outcome", "status": Status.OK, "result": told}))
    typer.echo(f"Written: {', '.join(names_written)}", err=quiet)
    return names_written
