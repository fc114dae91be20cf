"""Who in this process wants to know at once that event rows were committed."""

from collections.abc import Callable

Listener = Callable[[str], None]

_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Call `listener(user_id)` after every commit that wrote events; it must return at once and never raise."""
    _listeners.append(listener)


def unregister(listener: Listener) -> None:
    """Stop calling it."""
    if listener in _listeners:
        _listeners.remove(listener)


def wake(user_id: str) -> None:
    """Tell everybody who registered that new rows of `user_id` are committed."""
    for listener in tuple(_listeners):
        listener(user_id)
