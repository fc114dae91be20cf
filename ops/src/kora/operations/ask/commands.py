"""The kubectl command that would do what an action of a plan does, for people to compare."""

import json
import shlex

from kora.domain.objects import ObjectRef
from kora.domain.plans import Action, Apply, Delete, Patch, Restart, Rollback, Scale
from kora.kit.redaction import redact
from kora.operations.plans.risks import target_of


def command_of(action: Action) -> list[str]:
    """One command, or none where kubectl has none (releases)."""
    ref = target_of(action)
    what = f"{ref.kind.lower()}/{ref.name}"
    match action:
        case Scale(replicas=replicas):
            return [f"kubectl scale {what} --replicas={replicas}{_in(ref)}"]
        case Restart():
            return [f"kubectl rollout restart {what}{_in(ref)}"]
        case Rollback(revision=revision):
            return [f"kubectl rollout undo {what} --to-revision={revision}{_in(ref)}"]
        case Delete():
            return [f"kubectl delete {what}{_in(ref)}"]
        case Patch(patch=patch):
            shown = "'…'" if ref.kind == "Secret" else shlex.quote(json.dumps(redact(patch), separators=(",", ":")))
            return [f"kubectl patch {what}{_in(ref)} --type=merge -p {shown}"]
        case Apply():
            return [f"kubectl apply{_in(ref)} -f {ref.kind.lower()}-{ref.name}.yaml"]
        case _:
            return []


def _in(ref: ObjectRef) -> str:
    return f" -n {ref.namespace}" if ref.namespace else ""
