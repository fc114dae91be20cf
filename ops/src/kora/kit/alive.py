"""`python -m kora.kit.alive`: the container's health check, without a shell and without curl.

Asks the operator beside it whether it is alive and exits 0 or 1. Standard library only: it runs every few seconds.
"""

import http.client
import os
import sys

TIMEOUT_SECONDS = 2.5
PORT, DEFAULT_PORT = "KORA_METRICS_PORT", 8081


def main() -> int:
    """0 when GET /healthz on this machine's port answers 200, else 1 with the reason on stderr."""
    port = int(os.environ.get(PORT) or DEFAULT_PORT)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except OSError as error:
        print(f"no answer on port {port}: {error}", file=sys.stderr)  # noqa: T201 - the output of a program
        return 1
    finally:
        connection.close()
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
