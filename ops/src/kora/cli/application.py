"""The Typer application that every command file registers itself with, and how answers and errors are printed.

A command file `kora/cli/<group>.py` imports `app` from here and decorates its functions; `load_commands` imports every
file of the package, so that a new one needs no list. Heavy imports belong into the functions: `kora --help` is quick.

Human output goes to standard output as plain text. With `--json` standard output holds JSON alone, and an error is one
object ``{"error": {"code", "message", "fix"?, "details"?}}``. Errors for people go to standard error.
"""

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kora import __version__
from kora.kit.errors import Invalid, KoraError

EXIT_CODES = """
Exit codes: 0 done · 1 failed · 2 wrong use · 3 log broken · 4 approval required · 10 findings · 69 something needed is
absent · 70 a fault of Kora · 75 try again · 77 denied · 78 wrong configuration · 130 interrupted. `kora up` adds one
code per class of broken release, see docs/guides/kora-up.md.
"""

app = typer.Typer(
    name="kora",
    help="Ships an application to Kubernetes and looks after it, behind one gate.",
    epilog=EXIT_CODES,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
NamespaceOption = Annotated[str | None, typer.Option("--namespace", "-n", help="Namespace; the context's by default.")]
ContextOption = Annotated[
    str | None, typer.Option("--context", help="Context of the kubeconfig; its current one by default.")
]
KubeconfigOption = Annotated[
    Path | None, typer.Option("--kubeconfig", help="The kubeconfig; KUBECONFIG or ~/.kube/config by default.")
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Say yes to what policy would ask; never to what it denies.")
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kora {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Ships an application to Kubernetes and looks after it, behind one gate."""


def kora_home() -> Path:
    """The folder of Kora's state."""
    return Path(os.environ.get("KORA_HOME") or Path.home() / ".local" / "state" / "kora")


def load_commands() -> None:
    """Import every command file of this package, in the order of their names."""
    package = importlib.import_module("kora.cli")
    for module in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"kora.cli.{module}")


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_error(error: KoraError, *, as_json: bool) -> None:
    """The one way in which a failure reaches a person or a program."""
    if as_json:
        print_json(error.as_json())
        return
    sys.stderr.write(f"{error.message}\n")
    for each in error.details.get("evidence") or []:
        sys.stderr.write(f"  {each['source']}: {each['text']}\n")
    for line in error.details.get("log") or []:
        sys.stderr.write(f"  | {line}\n")
    if error.fix:
        sys.stderr.write(f"Next: {error.fix}\n")
    sys.stderr.flush()


def can_ask() -> bool:
    """Whether somebody sits at this terminal who can answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def read_standard_input(most: int = -1) -> str:
    """Standard input to its end, or its first `most` characters.

    Raises:
        Invalid: it is no text in UTF-8, or can't be read.
    """
    try:
        return sys.stdin.read(most)
    except (OSError, ValueError) as error:  # a decoding error is a ValueError, reading from a closed stream too
        raise Invalid(f"Standard input could not be read: {error}.", fix="Send text in UTF-8.") from error
