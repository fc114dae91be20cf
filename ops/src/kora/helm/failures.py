"""Helm's own words about a failure, turned into our errors; one table for both engines.

Helm has no error codes: the sentences below are those of Helm 3.14 to 4.3, which both engines pass through.
"""

import re
from dataclasses import dataclass

from kora.kit.errors import Conflict, Denied, Invalid, KoraError, NotFound, Retryable


class ReleaseFailed(KoraError):
    """Helm carried the change out, and it did not become ready or was refused half-way."""

    code, exit_code = "RELEASE_FAILED", 1
    default_message = "The release failed."


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    error: type[KoraError]
    fix: str | None = None


def _rule(pattern: str, error: type[KoraError], fix: str | None = None) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE), error, fix)


_RULES = (
    _rule(
        r"another operation \(install/upgrade/rollback\) is in progress",
        Conflict,
        "wait for the other operation, or run `kora up` again: it recovers a release that was left half-way",
    ),
    _rule(r"rolled back due to|uninstalled due to|not ready|resource .* failed", ReleaseFailed, "kora diagnose"),
    _rule(r"release: not found|has no deployed releases|release: .* not found", NotFound),
    _rule(r"is forbidden|unauthorized|provided credentials|must be logged in", Denied, "kubectl auth whoami"),
    _rule(
        r"unreachable|connection refused|no such host|i/o timeout|deadline exceeded|timed out|TLS handshake|try again",
        Retryable,
        "kubectl cluster-info",
    ),
    _rule(
        r"don'?t meet the specifications|execution error at|parse error|chart\.yaml|chart_ref|not a local path|"
        r"path .* not found|invalid|unable to build kubernetes objects|no matches for kind|render|yaml|release name",
        Invalid,
    ),
)


def failure(text: str) -> KoraError:
    """The error that `text` stands for. What no rule knows is a `ReleaseFailed` with Helm's own sentence."""
    said = _tidy(text)
    for rule in _RULES:
        if rule.pattern.search(said):
            return rule.error(f"Helm: {said}", fix=rule.fix)
    return ReleaseFailed(f"Helm: {said}")


def _tidy(text: str) -> str:
    """Helm's message without the program's prefix and its warnings about file modes."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("WARNING:", "level=WARN", "W0", "I0"))] or lines
    return " ".join(kept).removeprefix("Error: ") or "no reason was given"
