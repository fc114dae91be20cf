"""The command line. `main` is the console script `kora`; `application.py` holds what the command files share.

Each group of commands is a file beside this one that registers itself with `app`.
"""

import os
import sys
import traceback
from collections.abc import Sequence

from kora.cli.application import app, load_commands, print_error

__all__ = ["app", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; a failure is printed, a fault of Kora itself also with its
    traceback on standard error, so that it can be reported."""
    import typer
    from typer.exceptions import TyperException

    from kora.kit.errors import Invalid, KoraError, Unexpected

    _open_closed_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    load_commands()
    try:
        code = app(words, prog_name="kora", standalone_mode=False)
    except KoraError as error:
        print_error(error, as_json=as_json)
        return error.exit_code
    except TyperException as error:
        asked = getattr(error, "ctx", None)  # the command that was used wrongly
        usage = Invalid(error.format_message(), fix=f"{asked.command_path if asked else 'kora'} --help")
        print_error(usage, as_json=as_json)
        return usage.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        traceback.print_exc()
        fault = Unexpected(
            f"Kora failed in a way that it should not ({type(error).__name__}).",
            fix="kora audit tail shows what was changed, if anything; please report the lines above",
        )
        print_error(fault, as_json=as_json)
        return fault.exit_code
    return code if isinstance(code, int) else 0


def _open_closed_streams() -> None:
    """A program that was started with a closed stream reads nothing there and writes to nobody, instead of failing; and
    no file or connection opened later takes the stream's number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends
