"""`kora audit show|tail|verify|export|key|checkpoint`: the log for people."""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kora.cli.application import JsonOption, app, kora_home, print_json
from kora.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from kora.audit import AuditLog, AuditRecord, VerifyReport

audit = typer.Typer(help="Show, check and export the audit log.", no_args_is_help=True)
app.add_typer(audit, name="audit")

FileOption = Annotated[Path | None, typer.Option("--file", help="A log file (or folder) other than Kora's own.")]
_FOLLOW_EVERY = 0.5  # seconds


@audit.command(epilog="Next: kora audit verify.")
def show(
    sequence: Annotated[int | None, typer.Argument(min=1, help="One record; all of them by default.")] = None,
    tool: Annotated[str | None, typer.Option(help="Only records of this tool.")] = None,
    as_json: JsonOption = False,
    file: FileOption = None,
) -> None:
    """Print records, oldest first."""
    found = False
    for record in _records(file):
        if (sequence in (None, record.sequence)) and tool in (None, record.tool):
            found = True
            _print(record, as_json=as_json, whole=sequence is not None)
    if sequence is not None and not found:
        raise NotFound(f"The log has no record {sequence}.", fix="See them all with `kora audit show`.")


@audit.command(epilog="Next: kora audit show N prints one record whole.")
def tail(
    count: Annotated[int, typer.Option("--lines", "-n", min=0, max=10_000, help="How many records.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written meanwhile.")] = False,
    as_json: JsonOption = False,
    file: FileOption = None,
) -> None:
    """Print the last records."""
    last = 0
    for record in deque(_records(file), maxlen=count):
        last = record.sequence
        _print(record, as_json=as_json)
    while follow:
        time.sleep(_FOLLOW_EVERY)
        for record in _records(file, last + 1):
            last = record.sequence
            _print(record, as_json=as_json)


@audit.command(
    epilog="Next, when it is broken: keep a copy of the folder, and compare with an exported one. Exit codes: 0 "
    "intact · 3 broken; the first record that is wrong or missing is named."
)
def verify(
    as_json: JsonOption = False,
    file: FileOption = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="Ed25519 public key (PEM) that every checkpoint must be signed with.")
    ] = None,
) -> None:
    """Check the chain, the log's end and the checkpoints."""
    report = _verified(file, _public_key(key))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        typer.echo(_words(report))
    raise typer.Exit(0 if report.intact else 3)


@audit.command(epilog="Next: kora audit verify says whether what was exported is whole.")
def export(
    form: Annotated[str, typer.Option("--format", help="phase-iv, json or csv.")] = "json",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Standard output by default.")] = None,
    file: FileOption = None,
) -> None:
    """Write the log in another form."""
    from kora.audit.export import FORMATS
    from kora.audit.export import export as lines_of

    if form not in FORMATS:
        raise Invalid(f"There is no format {form}.", fix=f"Choose one of {', '.join(FORMATS)}.")
    lines = lines_of(_records(file), form)
    if output is None:
        for line in lines:
            typer.echo(line)
        return
    try:
        with output.open("x", encoding="utf-8") as target:
            target.writelines(f"{line}\n" for line in lines)
    except FileExistsError:
        raise Invalid(f"{output} is there already.", fix="Name another file, or move it away.") from None
    except OSError as problem:
        raise Invalid(f"{output} can't be written: {problem.strerror}.", fix="Name another file.") from problem


@audit.command(epilog="Next: set KORA_AUDIT_KEY, then kora audit checkpoint.")
def key(
    file: Annotated[Path, typer.Argument(help="Where the private key goes; the public one beside it, as FILE.pub.")],
    as_json: JsonOption = False,
) -> None:
    """Make a key that signs the log's checkpoints (Ed25519)."""
    from kora.audit.keys import VARIABLE, make_key

    public = make_key(file.absolute())
    if as_json:
        print_json({"private": str(file.absolute()), "public": str(public)})
        return
    typer.echo(f"Made {file} and {public.name}. Keep the public one where nobody who may write the log can reach it.")
    typer.echo(f"export {VARIABLE}={file.absolute()}")
    typer.echo("kora audit checkpoint")
    typer.echo(f"kora audit verify --key {public}")


@audit.command(epilog="Next: kora audit verify --key FILE.pub.")
def checkpoint(as_json: JsonOption = False) -> None:
    """Make a checkpoint now; signed, when KORA_AUDIT_KEY names a key. Otherwise one is made every 1000 records."""
    import getpass
    import os

    from kora.audit.keys import VARIABLE
    from kora.domain.actors import Actor, Surface

    record = _own().checkpoint(Actor(name=getpass.getuser(), surface=Surface.CLI))
    signed = bool(os.environ.get(VARIABLE, "").strip())
    if as_json:
        print_json({"sequence": record.sequence, "hash": record.hash, "signed": signed})
    else:
        typer.echo(f"Checkpoint at record {record.sequence}, {'signed' if signed else 'unsigned'}: {record.hash}")


def _own() -> "AuditLog":
    from kora.audit.keys import open_log

    return open_log(kora_home() / "audit")


def _folder(file: Path | None) -> "AuditLog | None":
    """The log folder that `file` stands for; None when it is a file by itself."""
    from kora.audit import AuditLog

    if file is None:
        return _own()
    if not file.exists():
        raise NotFound(f"There is no {file}.", fix="Name an audit log, or leave out --file for Kora's own.")
    if file.is_dir():
        return AuditLog(file)
    return AuditLog(file.parent) if file.name == "audit.jsonl" and (file.parent / "head").exists() else None


def _records(file: Path | None, since: int = 1) -> "Iterator[AuditRecord]":
    from kora.audit.log import read_records

    log = _folder(file)
    if log is not None:
        return log.records(since)
    assert file is not None
    return read_records(file, since)


def _verified(file: Path | None, key: "Ed25519PublicKey | None") -> "VerifyReport":
    log = _folder(file)
    if log is not None:
        return log.verify(key)
    assert file is not None
    return _own().verify_copy(file)


def _public_key(path: Path | None) -> "Ed25519PublicKey | None":
    if path is None:
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise Invalid(f"{path} holds no public key.", fix="Name a PEM file with an Ed25519 public key.") from problem
    if not isinstance(key, Ed25519PublicKey):
        raise Invalid(f"{path} is no Ed25519 key.", fix="Name a PEM file with an Ed25519 public key.")
    return key


def _words(report: "VerifyReport") -> str:
    if not report.intact:
        return f"Broken at record {report.broken_at}: {report.reason}."
    end = "" if report.end_confirmed or not report.records else ", as far as this file alone can tell"
    lines = [f"Intact: {report.records} records, {report.checkpoints} checkpoints{end}."]
    return "\n".join([*lines, *report.notes])


def _print(record: "AuditRecord", *, as_json: bool, whole: bool = False) -> None:
    if as_json or whole:
        value: dict[str, Any] = record.model_dump(mode="json")
        print_json(value)
        return
    said = record.result or (str(record.status) if record.status else "")
    decision = f" {record.decision.verdict}" if record.decision else ""
    objects = " ".join(map(str, record.references))
    words = (f"{record.sequence:>6}", f"{record.time:%Y-%m-%d %H:%M:%S}", record.actor.name, f"{record.tool}{decision}")
    typer.echo("  ".join(each for each in (*words, record.phase, objects, said) if each))
