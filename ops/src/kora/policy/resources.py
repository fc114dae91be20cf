"""What a resource argument of kubectl names: ``pods``, ``secret/db``, ``all,secrets.v1.``, ``deploy.apps/web``."""

import re
from collections.abc import Sequence

_SECRETISH = re.compile(r"secret|credential|password|apikey|privatekey|oauth.*token|^tokens?$|^passwords?$|^keys?$")
_HARMLESS = {"secretstores", "secretstore", "clustersecretstores", "clustersecretstore", "secretproviderclasses"}
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9.-]*)?")


def types_in(words: Sequence[str]) -> list[str]:
    """The resource types that positional arguments name, as they are written: the first word's list, and whatever
    stands in front of a slash in any word."""
    types: list[str] = []
    for position, word in enumerate(words):
        for part in word.split(","):
            if "/" in part:
                types.append(part.split("/", 1)[0])
            elif position == 0:
                types.append(part)
    return types


def well_formed(name: str) -> bool:
    """Whether `name` could be a resource type: plural, singular, short or kind, with version and group."""
    return _TYPE.fullmatch(name) is not None


def is_secret(name: str) -> bool:
    """Whether objects of this type hold something confidential; an unknown type counts when its name says so."""
    plain = name.lower().split(".", 1)[0]
    return plain not in _HARMLESS and _SECRETISH.search(plain) is not None


def names_secret(words: Sequence[str]) -> bool:
    """Whether any word names a confidential type."""
    return any(map(is_secret, types_in(words)))
