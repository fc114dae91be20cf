"""The command line. `main` is the console script `kora`; `application.py` holds what the command files share.

Each group of commands is a file beside this one that registers itself with `app`.
"""

import os
import sys
from collections.abc import Sequence

from kora.cli.application import app, load_commands, print_error

__all__ = ["app", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; expected failures are printed, unexpected ones keep their traceback."""
    import typer
    from typer.exceptions import TyperException

    from kora.kit.errors import Invalid, KoraError

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
    return code if isinstance(code, int) else 0
