"""Waits until the database of DATABASE_URL accepts connections, so long as the argument says (seconds)."""

import os
import socket
import sys
import time
from urllib.parse import urlsplit

limit = float(sys.argv[1])
url = urlsplit(os.environ.get("DATABASE_URL", ""))
if not url.scheme.startswith("postgres"):
    sys.exit("DATABASE_URL is missing or names no PostgreSQL. Set it in the Secret that this pod reads.")
try:
    host, port = url.hostname or "localhost", url.port or 5432
except ValueError:
    sys.exit(0)  # several hosts in one address: the migration itself tries them

end = time.monotonic() + limit
while True:
    try:
        socket.create_connection((host, port), timeout=5).close()
        break
    except OSError as error:
        if time.monotonic() > end:
            sys.exit(
                f"No database at {host}:{port} after {limit:.0f} s: {error}. See its pod, Service and network policy."
            )
        time.sleep(1)
print(f"The database at {host}:{port} accepts connections.")
