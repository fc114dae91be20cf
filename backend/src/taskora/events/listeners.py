"""Who is listening in this process: a wake-up per owner, set after a commit, so that live updates need not wait for the
poll.
"""

import asyncio
from collections import defaultdict

_waiting: dict[str, set[asyncio.Event]] = defaultdict(set)


def wake(user_id: str) -> None:
    """Tell this process's listeners of `user_id` that new rows are committed."""
    for signal in _waiting.get(user_id, ()):
        signal.set()
