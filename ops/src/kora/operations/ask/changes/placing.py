"""As whom and where the pods of a workload run: service account, priority class, node selector, tolerations."""

from typing import Any

from kora.domain.objects import Manifest
from kora.language import intents
from kora.operations.ask.changes.configuration import CONFIGURED
from kora.operations.ask.changes.rollouts import where, workloads
from kora.operations.ask.changes.workspace import Workspace, handles, template_of
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.diagnose.fields import dig, matches, name_of, namespace_of

_FIELDS = {"node_selector": "nodeSelector", "priority_class": "priorityClassName"}


@handles("set_pod")
def set_pod(work: Workspace, intent: intents.SetPod) -> None:
    """Change the pod template; what was not said stays.

    Raises: TargetMissing for an account or class that is not there; ChangeImpossible where what shall go is not set.
    """
    for item in workloads(work, intent.target, CONFIGURED):
        spec = template_of(work.current(item))["spec"]
        given = _named(work, intent, item)
        toleration = _toleration(intent)
        selector = {**(spec.get("nodeSelector") or {}), **intent.node_selector}
        if intent.node_selector and not any(
            matches({"matchLabels": intent.node_selector}, dig(each, "metadata", "labels"))
            for each in work.binder.every("Node", None)
        ):
            pairs = ", ".join(f"{key}={value}" for key, value in intent.node_selector.items())
            work.notes.append(f"No node has the labels {pairs} now: its new pods would stay pending.")
        gone = [_FIELDS[each] for each in intent.remove]
        for field in gone:
            if not spec.get(field):
                raise ChangeImpossible(f"{where(item)} has no {field}. Nothing was changed.")

        def change(
            wanted: Manifest,
            given: dict[str, Any] = given,
            selector: dict[str, str] = selector,
            toleration: dict[str, str] | None = toleration,
            gone: list[str] = gone,
        ) -> None:
            spec = template_of(wanted)["spec"]
            spec.update(given)
            if "serviceAccountName" in given:
                spec.pop("serviceAccount", None)  # the server's old name for the same field
            if "priorityClassName" in given:
                spec.pop("priority", None)
            if intent.node_selector:
                spec["nodeSelector"] = selector
            held = spec.get("tolerations") or []
            if toleration is not None and toleration not in held:
                spec["tolerations"] = [*held, toleration]
            for field in gone:
                spec.pop(field, None)

        said = [f"{key} {value}" for key, value in given.items()]
        said += [f"nodeSelector {key}={value}" for key, value in intent.node_selector.items()]
        said += [f"toleration of {toleration.get('key')}"] if toleration is not None else []
        said += [f"no {field}" for field in gone]
        work.edit(item, change, f"{', '.join(said)}, as asked")
        work.tell(f"set {', '.join(said)} on {where(item)}", f"kubectl edit {where(item)}")


def _named(work: Workspace, intent: intents.SetPod, item: Manifest) -> dict[str, Any]:
    """The fields that name another object, which must be there."""
    given: dict[str, Any] = {}
    space = namespace_of(item)
    for kind, said, field in (
        ("ServiceAccount", intent.service_account, "serviceAccountName"),
        ("PriorityClass", intent.priority_class, "priorityClassName"),
    ):
        if said is None:
            continue
        made = [each for each in work.created() if each["kind"] == kind and name_of(each) == said]
        there = made or [work.binder.one(intents.Target(kind=kind, names=(said,), namespace=space), (kind,))]
        given[field] = name_of(there[0])
    return given


def _toleration(intent: intents.SetPod) -> dict[str, str] | None:
    if intent.tolerate_key is None:
        return None
    found = {"key": intent.tolerate_key, "operator": "Exists" if intent.tolerate_value is None else "Equal"}
    if intent.tolerate_value is not None:
        found["value"] = intent.tolerate_value
    if intent.tolerate_effect is not None:
        found["effect"] = intent.tolerate_effect
    return found
