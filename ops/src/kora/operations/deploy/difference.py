"""What an installation would change: two lists of manifests to lines for a person. Values of Secrets never show."""

import difflib
from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from kora.domain.objects import Manifest
from kora.kit.ids import digest

_LINES = 400
"""More is cut: nobody reads it, and the objects are named above."""


class Difference(BaseModel):
    """Objects by what happens to them, and a unified diff."""

    model_config = ConfigDict(frozen=True)

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    text: str = ""

    @property
    def empty(self) -> bool:
        """Nothing changes."""
        return not (self.added or self.changed or self.removed)

    def told(self) -> str:
        """``2 added, 1 changed``."""
        counts = (("added", self.added), ("changed", self.changed), ("removed", self.removed))
        return ", ".join(f"{len(names)} {word}" for word, names in counts if names) or "nothing changes"


def key_of(manifest: Manifest) -> str:
    """``deployment/web``: names an object within one release."""
    return f"{manifest['kind'].lower()}/{manifest['metadata']['name']}"


def masked(manifest: Manifest, other: Manifest | None = None) -> Manifest:
    """The manifest without the values of a Secret; a key whose value differs from the `other`'s says so."""
    if manifest.get("kind") != "Secret":
        return manifest
    hidden: dict[str, Any] = {**manifest}
    for field in ("data", "stringData"):
        if manifest.get(field):
            then = (other or {}).get(field) or {}
            hidden[field] = {
                key: "(hidden)" if other is None or then.get(key) == value else "(hidden, another value)"
                for key, value in manifest[field].items()
            }
    return hidden


def compare(before: Sequence[Manifest], after: Sequence[Manifest]) -> Difference:
    """What leads from the objects of one revision to those of the next."""
    old = {key_of(each): each for each in before}
    new = {key_of(each): each for each in after}
    added = tuple(key for key in new if key not in old)
    removed = tuple(key for key in old if key not in new)
    changed = tuple(key for key in new if key in old and new[key] != old[key])
    lines: list[str] = []
    for key in (*changed, *added, *removed):
        now, then = old.get(key), new.get(key)
        shown_now = _lines(masked(now) if now else None)
        shown_then = _lines(masked(then, now) if then else None)
        lines += difflib.unified_diff(shown_now, shown_then, f"{key} now", f"{key} then", n=2, lineterm="")
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], f"… {len(lines) - _LINES} more lines"]
    return Difference(added=added, changed=changed, removed=removed, text="\n".join(lines))


def fingerprint(manifests: Sequence[Manifest]) -> str:
    """One digest for a whole release, whatever the order of its objects."""
    texts = sorted(yaml.safe_dump(each, sort_keys=True) for each in manifests)
    return digest("\n---\n".join(texts).encode())


def _lines(manifest: Manifest | None) -> list[str]:
    return yaml.safe_dump(manifest, sort_keys=True).splitlines() if manifest else []
