"""The tools that change a cluster. Each only makes a plan; the invoker decides about it and carries it out."""

from collections.abc import Sequence
from typing import Any, Literal

import yaml
from pydantic import Field, model_validator

from kora.cluster import rollouts
from kora.cluster.errors import ObjectMissing
from kora.cluster.naming import find_kind, refer
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Apply, Delete, Patch, Restart, Rollback, Scale
from kora.domain.risk import Risk
from kora.kit.errors import Invalid
from kora.operations.plans.make import Draft, Wish, make_plan
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.reading import OneObject
from kora.tools.registry import registry


class Change(OneObject):
    """One object, and why it is changed."""

    reason: str = Field(default="asked for", description="one sentence; it is shown with the plan and logged")


class ScaleArguments(Change):
    """A number of replicas, or by how many more or fewer."""

    replicas: int | None = Field(default=None, ge=0, le=10_000)
    by: int | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ScaleArguments":
        if (self.replicas is None) == (self.by is None):
            raise ValueError("give either replicas or by")
        return self


class SetImage(Change):
    """A new image for one container."""

    image: str = Field(min_length=1)
    container: str | None = Field(default=None, description="may be left out when there is only one")


class RollbackArguments(Change):
    """Back to a revision; to the one before when none is named."""

    revision: int | None = Field(default=None, ge=1)


class DeleteArguments(Change):
    """How what it owns goes."""

    propagation: Literal["Background", "Foreground", "Orphan"] = "Background"


class PatchArguments(Change):
    """A patch of an existing object."""

    patch: dict[str, Any] = Field(min_length=1)
    strategy: Literal["merge", "strategic"] = "strategic"


class ApplyArguments(Arguments):
    """Complete objects, as YAML text (several documents) or as values."""

    manifests: str | list[dict[str, Any]]
    namespace: str | None = Field(default=None, description="for those that name none")
    reason: str = "asked for"


def _draft(context: Context, wishes: Sequence[Wish], goal: str) -> Draft:
    return make_plan(context.world, wishes, goal=goal, actor=context.actor)


def _single(context: Context, change: Change, action: Action, goal: str) -> Draft:
    return _draft(context, [Wish(action, change.reason)], goal)


def _target(context: Context, change: OneObject) -> ObjectRef:
    return refer(context.reader, change.kind, change.name, change.namespace)


def _existing(context: Context, ref: ObjectRef) -> Manifest:
    live = context.reader.get(ref)
    if live is None:
        where = f" -n {ref.namespace}" if ref.namespace else ""
        raise ObjectMissing(f"There is no {ref}.", fix=f"See what is there: kubectl get {ref.kind.lower()}{where}")
    return live


def _scale(context: Context, change: ScaleArguments) -> Draft:
    ref = _target(context, change)
    replicas = change.replicas
    if replicas is None:
        now = int((_existing(context, ref).get("spec") or {}).get("replicas", 1))
        replicas = now + (change.by or 0)
        if replicas < 0:
            raise Invalid(f"{ref} has {now} replicas; {-(change.by or 0)} fewer would be less than none.")
    return _single(context, change, Scale(target=ref, replicas=replicas), f"Scale {ref} to {replicas}")


def _restart(context: Context, change: Change) -> Draft:
    ref = _target(context, change)
    return _single(context, change, Restart(target=ref), f"Restart {ref}")


def _set_image(context: Context, change: SetImage) -> Draft:
    ref = _target(context, change)
    template = ((_existing(context, ref).get("spec") or {}).get("template") or {}).get("spec") or {}
    containers = [each["name"] for each in template.get("containers") or ()]
    name = change.container or (containers[0] if len(containers) == 1 else None)
    if name is None or name not in containers:
        raise Invalid(
            f"{ref} has no container {change.container!r}." if change.container else f"{ref} has several containers.",
            fix=f"Name one of: {', '.join(containers)}." if containers else None,
        )
    patch = {"spec": {"template": {"spec": {"containers": [{"name": name, "image": change.image}]}}}}
    return _single(context, change, Patch(target=ref, patch=patch), f"Set the image of {ref} to {change.image}")


def _rollback(context: Context, change: RollbackArguments) -> Draft:
    ref = _target(context, change)
    revision = change.revision
    if revision is None:
        current = rollouts.current_revision(context.reader, ref)
        older = [each for each in rollouts.revisions(context.reader, ref) if current is None or each < current]
        if not older:
            raise ObjectMissing(f"{ref} keeps no earlier revision to go back to.")
        revision = max(older)
    return _single(context, change, Rollback(target=ref, revision=revision), f"Roll {ref} back to revision {revision}")


def _delete(context: Context, change: DeleteArguments) -> Draft:
    ref = _target(context, change)
    return _single(context, change, Delete(target=ref, propagation=change.propagation), f"Delete {ref}")


def _patch(context: Context, change: PatchArguments) -> Draft:
    ref = _target(context, change)
    return _single(context, change, Patch(target=ref, patch=change.patch, strategy=change.strategy), f"Change {ref}")


def _apply(context: Context, arguments: ApplyArguments) -> Draft:
    manifests = _parse(arguments.manifests)
    wishes = [Wish(Apply(manifest=_placed(context, each, arguments.namespace)), arguments.reason) for each in manifests]
    names = ", ".join(str(ObjectRef.of(wish.action.manifest)) for wish in wishes if isinstance(wish.action, Apply))
    return _draft(context, wishes, f"Apply {names}")


def _parse(given: str | list[dict[str, Any]]) -> list[Manifest]:
    if isinstance(given, str):
        try:
            given = [each for each in yaml.safe_load_all(given) if each is not None]
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f" (line {mark.line + 1})" if mark else ""
            raise Invalid(f"The manifests are no YAML{where}.", fix="Correct the syntax.") from error
    flat: list[Manifest] = []
    for each in given:
        if isinstance(each, dict) and each.get("kind") == "List":
            flat.extend(each.get("items") or ())
        else:
            flat.append(each)
    for number, each in enumerate(flat, 1):
        metadata = each.get("metadata") if isinstance(each, dict) else None
        whole = isinstance(metadata, dict) and each.get("apiVersion") and each.get("kind") and metadata.get("name")
        if not whole:
            raise Invalid(f"Document {number} is no Kubernetes object: apiVersion, kind and metadata.name are needed.")
    if not flat:
        raise Invalid("There is no manifest in it.")
    return flat


def _placed(context: Context, manifest: Manifest, namespace: str | None) -> Manifest:
    """The manifest with its namespace spelled out."""
    kind = next(
        (
            each
            for each in context.reader.kinds()
            if (each.api_version, each.kind) == (manifest["apiVersion"], manifest["kind"])
        ),
        None,
    ) or find_kind(context.reader, f"{manifest['kind']}.{manifest['apiVersion'].rpartition('/')[0]}".rstrip("."))
    metadata = manifest["metadata"]
    if not kind.namespaced or metadata.get("namespace"):
        return manifest
    return manifest | {"metadata": metadata | {"namespace": namespace or context.reader.namespace}}


_TOOLS = (
    Tool("workload.scale", "Sets how many replicas a workload has.", ScaleArguments, Risk.WRITE, propose=_scale),
    Tool("workload.restart", "Renews a workload's pods one by one.", Change, Risk.WRITE, propose=_restart),
    Tool("workload.set_image", "Gives a container another image.", SetImage, Risk.WRITE, propose=_set_image),
    Tool(
        "workload.rollback",
        "Brings a workload back to an earlier revision.",
        RollbackArguments,
        Risk.WRITE,
        propose=_rollback,
    ),
    Tool("object.apply", "Creates or updates complete objects.", ApplyArguments, Risk.WRITE, propose=_apply),
    Tool("object.patch", "Changes fields of an object.", PatchArguments, Risk.WRITE, propose=_patch),
    Tool("object.delete", "Deletes an object.", DeleteArguments, Risk.DESTRUCTIVE, propose=_delete),
)
for _tool in _TOOLS:
    registry.register(_tool)
