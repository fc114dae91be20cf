"""What a namespace grants: amounts of its quota, who leaves a role, a ConfigMap once more."""

from typing import Any

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Delete
from kora.language import intents
from kora.operations.ask.changes.rollouts import where
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible, TargetAmbiguous, TargetMissing
from kora.operations.diagnose.fields import dig, name_of, namespace_of


@handles("set_quota")
def set_quota(work: Workspace, intent: intents.SetQuota) -> None:
    """Other amounts; a quota that is not named is the only one of the namespace.

    Raises: TargetMissing, TargetAmbiguous; ChangeImpossible for an amount that can't be set.
    """
    target = intent.target
    named = bool(target.names or target.phrase)
    found = (
        work.binder.several(target, ("ResourceQuota",))
        if named
        else work.binder.every("ResourceQuota", work.binder.space(target))
    )
    if not found:
        raise TargetMissing(
            "There is no quota in this namespace to be changed. Nothing was changed.", fix="Create one."
        )
    if len(found) > 1 and not named:
        raise TargetAmbiguous(f"Which quota? There are: {', '.join(map(name_of, found))}. Nothing was changed.")
    for item in found:

        def change(wanted: Manifest) -> None:
            hard = wanted["spec"].setdefault("hard", {})
            hard.update({_known_as(key, hard): value for key, value in intent.hard.items()})

        said = ", ".join(f"{key} {value}" for key, value in intent.hard.items())
        work.edit(item, change, f"{said}, as asked")
        work.tell(f"set {said} on {where(item)}", f"kubectl edit {where(item)}")


def _known_as(key: str, hard: dict[str, Any]) -> str:
    """``cpu`` and ``requests.cpu`` are one amount: the name that is there is kept."""
    for other in (key.removeprefix("requests."), f"requests.{key}"):
        if key not in hard and other in hard:
            return other
    return key


@handles("copy")
def copy_object(work: Workspace, intent: intents.Copy) -> None:
    """The same data under another name or in another namespace. What a Secret holds is not carried about.

    Raises: ChangeImpossible for other kinds, or when the copy would be the object itself.
    """
    item = work.binder.one(intent.target, ("ConfigMap",))
    name, space = intent.name or name_of(item), intent.namespace or namespace_of(item)
    if intent.to is not None:
        known = {name_of(each) for each in work.binder.every("Namespace", None)}
        name, space = (name, intent.to) if intent.to in known else (intent.to, space)
    if (name, space) == (name_of(item), namespace_of(item)):
        raise ChangeImpossible("Under which name, or in which namespace? Nothing was changed.")
    if intent.namespace is not None:
        work.binder.require_space(intent.namespace)
    metadata: Manifest = {"name": name, "namespace": space}
    if labels := dig(item, "metadata", "labels"):
        metadata["labels"] = dict(labels)
    manifest: Manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    manifest |= {key: item[key] for key in ("data", "binaryData") if item.get(key)}
    work.create(manifest, f"a copy of {where(item)}, as asked")
    work.tell(f"copy {where(item)} to configmap/{name} -n {space}", f"kubectl create configmap {name} -n {space} …")


@handles("revoke")
def revoke(work: Workspace, intent: intents.Revoke) -> None:
    """Take somebody out of the bindings of a role in the namespace; a binding that is left without anybody goes.

    Raises: TargetMissing when no binding gives it, TargetAmbiguous when the name belongs to several subjects.
    """
    space = work.binder.space(intent.target)
    role = (intent.target.names or ((intent.target.phrase or "").replace(" ", "-"),))[0]
    kinds = (intent.target.kind,) if intent.target.kind in {"Role", "ClusterRole"} else ("Role", "ClusterRole")
    bindings = [
        each
        for each in work.binder.every("RoleBinding", space)
        if dig(each, "roleRef", "name") == role
        and dig(each, "roleRef", "kind") in kinds
        and any(_is(one, intent) for one in each.get("subjects") or ())
    ]
    if not bindings:
        raise TargetMissing(
            f"No role binding in namespace {space} gives {role} to {intent.subject}. Nothing was changed.",
            fix=f"kubectl get rolebindings -n {space} -o wide",
        )
    meant = {(one["kind"], one["name"]) for each in bindings for one in each["subjects"] if _is(one, intent)}
    if len(meant) > 1:
        raise TargetAmbiguous(
            f"{intent.subject} is: {', '.join(sorted(kind for kind, _ in meant))}. Nothing was changed."
        )
    for item in bindings:
        left = [each for each in item["subjects"] if not _is(each, intent)]
        if left:
            work.edit(item, lambda wanted, left=left: wanted.update(subjects=left), "one subject fewer, as asked")  # type: ignore[misc]
        else:
            work.act(Delete(target=work.ref(item)), f"it binds nobody but {intent.subject}")
        work.tell(f"take {intent.subject} out of {where(item)}", f"kubectl edit {where(item)}")
    _warn_of_others(work, intent, space, {ObjectRef.of(each) for each in bindings})


def _warn_of_others(work: Workspace, intent: intents.Revoke, space: str | None, done: set[ObjectRef]) -> None:
    others = [
        each
        for kind in ("RoleBinding", "ClusterRoleBinding")
        for each in work.binder.every(kind, space if kind == "RoleBinding" else None)
        if ObjectRef.of(each) not in done and any(_is(one, intent) for one in each.get("subjects") or ())
    ]
    if others:
        work.notes.append(f"{intent.subject} keeps what {', '.join(where(each) for each in others)} gives.")


def _is(subject: Manifest, intent: intents.Revoke) -> bool:
    return subject.get("name") == intent.subject and intent.subject_kind in (None, subject.get("kind"))
