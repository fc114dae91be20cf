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

    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    load_commands()
    try:
        code = app(words, prog_name="kora", standalone_mode=False)
    except KoraError as error:
        print_error(error, as_json=as_json)
        return error.exit_code
    except TyperException as error:
        usage = Invalid(error.format_message(), fix="kora --help")
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
