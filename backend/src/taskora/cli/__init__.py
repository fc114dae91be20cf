"""The `taskora` command. Every command is a thin front door: it imports what it needs when it runs.

An expected failure prints one sentence with the fix and leaves with the exit code of the error: 2 a wrong value, 75 try
again later, 77 not allowed, 78 settings, 69 cannot listen, 1 anything else, 130 interrupted.
"""

import sys


def main() -> None:
    """Entry point of the console script."""
    from taskora.cli.app import app
    from taskora.kit.errors import TaskoraError

    try:
        app(prog_name="taskora")
    except TaskoraError as error:
        print(error.message, file=sys.stderr)  # noqa: T201 - a front door talks
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
