"""helm test: walks from the page over the server to the database and says at which step it got stuck."""

import json
import os
import sys
import time
import urllib.error
import urllib.request

TIMEOUT_SECONDS = float(os.environ["TIMEOUT_SECONDS"])
FRONTEND_URL = os.environ.get("FRONTEND_URL")
BACKEND_URL = os.environ["BACKEND_URL"]

# what is shown, address, accepted status, key and value that the JSON answer must hold
STEPS = [
    ("the server answers", f"{BACKEND_URL}/health", {200}, ("status", "healthy")),
    ("the server reaches the database", f"{BACKEND_URL}/ready", {200}, ("database", "connected")),
]
if FRONTEND_URL:
    STEPS = [
        ("the page answers", f"{FRONTEND_URL}/health", {200}, ("status", "healthy")),
        ("the page reaches the server", f"{FRONTEND_URL}/api/auth/session", {200, 401}, None),
        *STEPS,
    ]


def ask(url: str) -> tuple[int, object]:
    """Status and JSON body of an answer, whatever the status."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def problem(url: str, accepted: set[int], expected: tuple[str, str] | None) -> str | None:
    """Why the step failed, or None."""
    try:
        status, body = ask(url)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    if status not in accepted or not isinstance(body, dict):
        return f"HTTP {status}: {body}"
    if expected and body.get(expected[0]) != expected[1]:
        return f"{expected[0]} is {body.get(expected[0])!r}, not {expected[1]!r}"
    return None


for title, url, accepted, expected in STEPS:
    end = time.monotonic() + TIMEOUT_SECONDS
    while why := problem(url, accepted, expected):
        if time.monotonic() > end:
            sys.exit(f"FAILED  {title}: {url}: {why}")
        time.sleep(1)
    print(f"ok      {title}", flush=True)
