"""Changes of a workload's environment: variables with values or from Secrets and ConfigMaps, and variables that go."""

from collections.abc import Sequence
from typing import Any

from kora.domain.objects import Manifest
from kora.language import intents
from kora.operations.ask.changes.configuration import CONFIGURED
from kora.operations.ask.changes.rollouts import where, workloads
from kora.operations.ask.changes.workspace import Workspace, container_of, handles
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.diagnose.fields import name_of, namespace_of

_KINDS = {
    "secret": ("Secret", "secretKeyRef", "secretRef"),
    "config_map": ("ConfigMap", "configMapKeyRef", "configMapRef"),
}


@handles("set_env")
def set_env(work: Workspace, intent: intents.SetEnv) -> None:
    """Set and remove variables.

    Raises: ChangeImpossible when a variable to be removed, or the source of one to be set, is not there.
    """
    for item in workloads(work, intent.target, CONFIGURED):
        name = container_of(work.current(item), intent.container)["name"]
        kept = {each["name"] for each in container_of(work.current(item), name).get("env") or ()}
        absent = [each for each in intent.remove if each not in kept]
        if absent:
            raise ChangeImpossible(f"{where(item)} has no variable {', '.join(absent)}. Nothing was changed.")
        single, whole = _sourced(work, intent.sources, namespace_of(item))
        entries = [{"name": key, "value": value} for key, value in intent.values.items()] + single

        def change(
            wanted: Manifest, name: str = name, entries: list[dict[str, Any]] = entries, whole: list[Any] = whole
        ) -> None:
            container = container_of(wanted, name)
            env: list[dict[str, Any]] = [
                each for each in container.get("env") or () if each["name"] not in intent.remove
            ]
            for entry in entries:
                at = next((index for index, each in enumerate(env) if each["name"] == entry["name"]), None)
                if at is None:
                    env.append(entry)
                else:
                    env[at] = entry
            if env or "env" in container:
                container["env"] = env
            loaded = container.get("envFrom") or []
            if added := [each for each in whole if each not in loaded]:
                container["envFrom"] = [*loaded, *added]

        told = [each["name"] for each in entries]
        told += [
            f"every key of {each.source.replace('_', ' ')} {each.name}" for each in intent.sources if not each.variable
        ]
        told += [f"{each}-" for each in intent.remove]
        work.edit(item, change, f"environment of {name}, as asked: {', '.join(told)}")
        work.tell(f"set {', '.join(told)} on {where(item)}", f"kubectl set env {where(item)} …")


def _sourced(
    work: Workspace, sources: Sequence[intents.EnvSource], space: str | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries of ``env`` and of ``envFrom``, from objects that are there or that an earlier step makes."""
    single: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    for each in sources:
        kind, by_key, by_all = _KINDS[each.source]
        held = _source(work, kind, each.name, space)
        if each.variable is None:
            whole.append({by_all: {"name": name_of(held)}})
            continue
        keys = sorted({**(held.get("data") or {}), **(held.get("stringData") or {})})
        key = each.key or _named_like(each.variable, keys)
        if key is None or key not in keys:
            missing = f"no key {each.key}" if each.key else f"no key that is named like {each.variable}"
            raise ChangeImpossible(
                f"{where(held)} has {missing}; it has: {', '.join(keys) or 'none'}. Nothing was changed.",
                fix=f"Say which key {each.variable} is, such as: {each.variable} from key {(keys or ['NAME'])[0]}.",
            )
        single.append({"name": each.variable, "valueFrom": {by_key: {"name": name_of(held), "key": key}}})
    return single, whole


def _named_like(variable: str, keys: Sequence[str]) -> str | None:
    """The one key that is the variable's name, in whatever spelling."""
    if variable in keys:
        return variable
    plain = variable.lower().replace("_", "").replace("-", "")
    same = [each for each in keys if each.lower().replace("_", "").replace("-", "").replace(".", "") == plain]
    return same[0] if len(same) == 1 else None


def _source(work: Workspace, kind: str, name: str, space: str | None) -> Manifest:
    made = [
        each
        for each in work.created()
        if each["kind"] == kind and name_of(each) == name and namespace_of(each) == space
    ]
    if made:
        return made[0]
    return work.binder.one(intents.Target(kind=kind, names=(name,), namespace=space), (kind,))
