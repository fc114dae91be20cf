"""Changes of how a Deployment replaces its pods, of a ConfigMap's keys, and of whether a node takes pods."""

import base64

from kora.domain.objects import Manifest
from kora.language import intents
from kora.operations.ask.changes.rollouts import where, workloads
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.ask.relations import uses
from kora.operations.diagnose.fields import dig, name_of, namespace_of

_READERS = ("Deployment", "StatefulSet", "DaemonSet")


@handles("set_strategy")
def set_strategy(work: Workspace, intent: intents.SetStrategy) -> None:
    """Recreate or RollingUpdate, with its pace."""
    for item in workloads(work, intent.target, ("Deployment",)):
        given = {"maxSurge": intent.max_surge, "maxUnavailable": intent.max_unavailable}
        pace = {name: int(value) if value.isdigit() else value for name, value in given.items() if value is not None}

        def change(wanted: Manifest, pace: dict[str, int | str] = pace) -> None:
            strategy = wanted["spec"].setdefault("strategy", {})
            if intent.type == "Recreate":
                strategy.pop("rollingUpdate", None)
                strategy["type"] = "Recreate"
                return
            if pace and intent.type is None and strategy.get("type") == "Recreate":
                raise ChangeImpossible(
                    f"{where(wanted)} recreates its pods, which has no surge. Nothing was changed.",
                    fix="Ask for a rolling update with that pace.",
                )
            strategy["type"] = "RollingUpdate"
            strategy["rollingUpdate"] = (strategy.get("rollingUpdate") or {}) | pace

        said = ", ".join(
            [*([intent.type] if intent.type else []), *(f"{name} {value}" for name, value in pace.items())]
        )
        work.edit(item, change, f"strategy {said}, as asked")
        work.tell(f"set the strategy of {where(item)} to {said}", f"kubectl edit {where(item)}")


@handles("set_data")
def set_data(work: Workspace, intent: intents.SetData) -> None:
    """Keys of a ConfigMap or Secret; pods that read them as variables keep the old ones until they are renewed.

    Raises: ChangeImpossible for an immutable one, or a key that is not there to be removed.
    """
    kind = "Secret" if intent.target.kind == "Secret" else "ConfigMap"
    given = {key: _encoded(value) if kind == "Secret" else value for key, value in intent.values.items()}
    for item in work.binder.several(intent.target, (kind,)):
        live = work.current(item)
        if live.get("immutable"):
            raise ChangeImpossible(f"{where(item)} is immutable. Nothing was changed.", fix="Create a new one.")
        missing = [key for key in intent.remove if key not in (live.get("data") or {})]
        if missing:
            raise ChangeImpossible(f"{where(item)} has no key {missing[0]!r}. Nothing was changed.")

        def change(wanted: Manifest) -> None:
            data = wanted.setdefault("data", {}) or {}
            data.update(given)
            for key in intent.remove:
                data.pop(key, None)
            wanted["data"] = data

        keys = ", ".join((*intent.values, *intent.remove))
        work.edit(item, change, f"change {keys}, as asked")
        work.tell(f"change {keys} of {where(item)}", f"kubectl edit {where(item)}")
        users = [each for kind in _READERS for each in work.binder.every(kind, namespace_of(item)) if uses(each, item)]
        if users:
            work.notes.append(
                f"{', '.join(where(each) for each in users)} may keep the old value until restarted: "
                f"kubectl rollout restart {where(users[0])}"
            )


def _encoded(value: str) -> str:
    """As the data of a Secret are written."""
    return base64.b64encode(value.encode()).decode()


@handles("cordon")
def cordon(work: Workspace, intent: intents.Cordon) -> None:
    """Mark nodes; pods that run on them stay."""
    for item in work.binder.several(intent.target, ("Node",), exact=True):
        if bool(dig(work.current(item), "spec", "unschedulable")) is not intent.open:
            continue

        def change(wanted: Manifest) -> None:
            spec = wanted.setdefault("spec", {})
            if intent.open:
                spec.pop("unschedulable", None)
            else:
                spec["unschedulable"] = True

        verb = "uncordon" if intent.open else "cordon"
        work.edit(item, change, f"{verb}, as asked")
        work.tell(f"{verb} node/{name_of(item)}", f"kubectl {verb} {name_of(item)}")
