"""From the command that a finding offers to a person, back to what it does, as typed values.

A detector says in one kubectl command what would mend its cause; a plan for Kora does exactly the same, so both read
from one sentence. Only the forms that detectors write are known; anything else is no repair for Kora.
"""

import json
import shlex
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kora.domain.objects import ObjectRef
from kora.operations.diagnose.graph import ref_to
from kora.operations.diagnose.kinds import API_VERSIONS, CLUSTER_KINDS

_KINDS = {kind.lower(): kind for kind in API_VERSIONS if kind not in CLUSTER_KINDS}


class Undo(NamedTuple):
    """``kubectl rollout undo``."""

    target: ObjectRef
    revision: int


class Replace(NamedTuple):
    """One value of one object, by JSON pointer (RFC 6901)."""

    target: ObjectRef
    pointer: str
    value: Any
    absent: bool = False
    """Whether there is no value yet (the patch says `add`)."""
    others: tuple[str, ...] = ()
    """More places that get the same value."""


class Renew(NamedTuple):
    """``kubectl delete pod`` of a pod whose controller makes another."""

    target: ObjectRef


class Anew(NamedTuple):
    """An object deleted and made again with another value at one place, which the server does not let be changed."""

    target: ObjectRef
    pointer: str
    value: Any


Fix = Undo | Replace | Renew | Anew


def read_fix(command: str | None) -> Fix | None:
    """What a finding's command does; None when there is none, or one that Kora does not carry out."""
    try:
        words = shlex.split(command or "")
    except ValueError:
        return None
    if words[:1] != ["kubectl"]:
        return None
    words, namespace = _without_namespace(words[1:])
    if not namespace:
        return None
    for form, read in _FORMS:
        if tuple(words[: len(form)]) == form:
            return read(words[len(form) :], namespace)
    return None


def _without_namespace(words: list[str]) -> tuple[list[str], str]:
    if "-n" not in words[:-1]:
        return words, ""
    at = words.index("-n")
    return words[:at] + words[at + 2 :], words[at + 1]


def _target(word: str, namespace: str) -> ObjectRef | None:
    kind, slash, name = word.partition("/")
    return ref_to(_KINDS[kind], namespace, name) if slash and name and kind in _KINDS else None


def _undo(words: Sequence[str], namespace: str) -> Fix | None:
    if len(words) != 2 or not words[1].startswith("--to-revision="):
        return None
    target, revision = _target(words[0], namespace), words[1].partition("=")[2]
    return Undo(target, int(revision)) if target and revision.isdigit() and int(revision) else None


def _replace(words: Sequence[str], namespace: str) -> Fix | None:
    if len(words) != 4 or tuple(words[1:3]) != ("--type=json", "-p"):
        return None
    target = _target(words[0], namespace)
    try:
        operations = json.loads(words[3])
    except ValueError:
        return None
    if target is None or not isinstance(operations, list) or not operations:
        return None
    one, *more = operations
    if not isinstance(one, dict) or one.get("op") not in ("replace", "add") or not isinstance(one.get("path"), str):
        return None
    same = {"op": "replace", "value": one.get("value")}
    if any(not isinstance(each, dict) or {**each, "path": ""} != {**same, "path": ""} for each in more):
        return None
    others = tuple(str(each["path"]) for each in more)
    return Replace(target, one["path"], one.get("value"), absent=one["op"] == "add", others=others)


def _renew(words: Sequence[str], namespace: str) -> Fix | None:
    target = _target(words[0], namespace) if len(words) == 1 else None
    return Renew(target) if target and target.kind == "Pod" else None


_ANEW = ("-o", "yaml", "|", "kubectl", "patch", "--local", "-f", "-")
_ANEW_END = ("-o", "yaml", "|", "kubectl", "replace", "--force", "-f", "-")


def _anew(words: Sequence[str], namespace: str) -> Fix | None:
    middle = len(_ANEW) + 1
    if tuple(words[1:middle]) != _ANEW or tuple(words[middle + 3 :]) != _ANEW_END:
        return None
    patch = _replace((words[0], *words[middle : middle + 3]), namespace)
    if not isinstance(patch, Replace) or patch.absent or patch.others:
        return None
    return Anew(patch.target, patch.pointer, patch.value)


_FORMS: tuple[tuple[tuple[str, ...], Callable[[Sequence[str], str], Fix | None]], ...] = (
    (("rollout", "undo"), _undo),
    (("patch",), _replace),
    (("delete",), _renew),
    (("get",), _anew),
)
