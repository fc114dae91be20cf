"""The model engine: any OpenAI-compatible endpoint drives the same tools as the rules do.

`allow_requests` is the process-wide switch for traffic to a model; tests keep it off unless they bring their own
endpoint.
"""

_allowed = True


def allow_requests(allowed: bool) -> None:
    """Switch traffic to models on or off for this process."""
    global _allowed
    _allowed = allowed


def requests_allowed() -> bool:
    """Whether a model may be asked."""
    return _allowed
