"""What a plan changes, for people: a unified YAML diff an object, without what servers and controllers write and with
the values of Secrets hidden. Its digest goes to the log and ties an approval to what was shown.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, HelmRollback, HelmUpgrade
from kora.kit.ids import digest
from kora.kit.redaction import redact, redact_text
from kora.operations.plans.content import content

HIDDEN = "(hidden)"
HIDDEN_CHANGED = "(hidden, changed)"
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True)
class Change:
    """An action's object before and after (None: absent); a release's objects for Helm's actions."""

    action: Action
    ref: ObjectRef
    before: Manifest | None
    after: Manifest | None
    note: str = ""
    old_objects: tuple[Manifest, ...] = field(default=())
    new_objects: tuple[Manifest, ...] = field(default=())

    @property
    def changes(self) -> bool:
        """Whether anything would be different. A release always counts: its hooks and revision are effects, too."""
        if isinstance(self.action, HelmUpgrade | HelmRollback):
            return self.before is not None or bool(self.new_objects)
        if self.before is None or self.after is None:
            return self.before is not self.after
        return content(self.before) != content(self.after)


@dataclass(frozen=True)
class Diff:
    """The text and its SHA-256."""

    text: str
    digest: str


def render(changes: Sequence[Change]) -> Diff:
    """All changes as one text, a block an object."""
    text = "\n".join(block for change in changes if (block := _block(change))) + "\n"
    return Diff(text, digest(text.encode()))


def _block(change: Change) -> str:
    if isinstance(change.action, HelmUpgrade | HelmRollback):
        return _release_block(change)
    return _object_block(change.ref, change.before, change.after, change.note)


def _release_block(change: Change) -> str:
    old = {str(ObjectRef.of(each)): each for each in change.old_objects}
    new = {str(ObjectRef.of(each)): each for each in change.new_objects}
    blocks = [f"# release {change.ref.name} in {change.ref.namespace}"]
    for name in (*new, *(name for name in old if name not in new)):
        before, after = old.get(name), new.get(name)
        if before != after:
            blocks.append(_object_block(ObjectRef.of(after or before or {}), before, after, ""))
    if len(blocks) == 1:
        blocks.append("# its objects stay as they are")
    return "\n".join(blocks)


def _object_block(ref: ObjectRef, before: Manifest | None, after: Manifest | None, note: str) -> str:
    verb = "create" if before is None else "delete" if after is None else "change"
    head = f"# {verb} {ref}" + (f" ({note})" if note else "")
    old, new = _shown(before, after), _shown(after, before, is_new=True)
    name = str(ref)
    lines = difflib.unified_diff(_lines(old), _lines(new), f"{name} (now)", f"{name} (then)", lineterm="", n=3)
    shown = list(lines)
    if not shown and before is not None and after is not None:
        shown = ["# (only values that are kept secret)"]
    return "\n".join([head, *shown])


def _lines(manifest: Manifest | None) -> list[str]:
    if manifest is None:
        return []
    text = yaml.safe_dump(manifest, sort_keys=False, default_flow_style=False, width=10_000, allow_unicode=True)
    if manifest.get("kind") == "Secret":
        return text.splitlines()  # its values are hidden already, by name
    return redact_text(text).splitlines()


def _shown(manifest: Manifest | None, other: Manifest | None, *, is_new: bool = False) -> Manifest | None:
    """The object as it is shown: no noise, nothing secret."""
    if manifest is None:
        return None
    shown = content(manifest)
    annotations = (shown.get("metadata") or {}).get("annotations") or {}
    annotations.pop(_LAST_APPLIED, None)
    if shown.get("kind") == "Secret":
        _hide(shown, other or {}, is_new)
        shown["metadata"] = redact(shown["metadata"])
    order = ("apiVersion", "kind", "metadata")
    rest = {name: value for name, value in shown.items() if name not in order}
    return {name: shown[name] for name in order if name in shown} | rest


def _hide(secret: Manifest, other: Manifest, is_new: bool) -> None:
    for part in ("data", "stringData"):
        values = secret.get(part)
        if isinstance(values, dict):
            others = other.get(part) or {}
            changed = {name for name in values if is_new and name in others and others[name] != values[name]}
            secret[part] = {name: HIDDEN_CHANGED if name in changed else HIDDEN for name in values}
