"""Equal parts of objects kept once: a thousand pods of a few workloads differ in their names and little else.

Between `trimming` and the tables of `mirror`. What is kept there is never changed in place, so it may be shared.
"""

from typing import Any

from kora.domain.objects import Manifest


class Pool:
    """Everything that one list has brought so far, by what it is made of. Let go of it when the list is over."""

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}

    def share(self, item: Manifest) -> Manifest:
        """The same object, made of parts that are known already wherever there are equal ones."""
        shared: Manifest = self._share(item)
        return shared

    def _share(self, value: Any) -> Any:
        if isinstance(value, dict):
            parts = {self._share(name): self._share(each) for name, each in value.items()}
            # Known parts stay alive as long as the pool, so that their addresses tell them apart.
            return self._known.setdefault((dict, *parts, *map(id, parts.values())), parts)
        if isinstance(value, list):
            entries = [self._share(each) for each in value]
            return self._known.setdefault((list, *map(id, entries)), entries)
        return self._known.setdefault((type(value), value), value)  # True is no 1, and 1 no 1.0


def resembling(value: Any, like: Any) -> Any:
    """`value`, with each part that `like` has in the same place taken from there; `like` itself where nothing differs.

    value, like: JSON values.
    """
    if type(value) is not type(like):
        return value
    if isinstance(value, dict):
        names = {name: name for name in like}
        parts = {names.get(name, name): resembling(each, like.get(name)) for name, each in value.items()}
        same = len(parts) == len(like) and all(name in like and each is like[name] for name, each in parts.items())
        return like if same else parts
    if isinstance(value, list):
        entries = [resembling(each, like[at] if at < len(like) else None) for at, each in enumerate(value)]
        same = len(entries) == len(like) and all(each is old for each, old in zip(entries, like, strict=True))
        return like if same else entries
    return like if value == like else value
