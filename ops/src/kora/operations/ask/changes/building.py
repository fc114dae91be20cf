"""Create and grant: the typed builders make the manifests, this puts them into the plan of the request.

What a request leaves open and the cluster knows is taken from there first: the labels of the pods that a Service or a
budget is for, the port of the Service that an Ingress leads to.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from kora.domain.objects import Manifest, ObjectRef
from kora.language import intents
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import NotUnderstood, TargetAmbiguous
from kora.operations.diagnose.fields import dig, name_of, namespace_of

_BUILDERS = "kora.operations.manifests"


@handles("create")
def create(work: Workspace, intent: intents.Create) -> None:
    """New objects."""
    _build(work, _grounded(work, intent))


@handles("grant")
def grant(work: Workspace, intent: intents.Grant) -> None:
    """Role and binding, where the account that they are for is."""
    _build(work, _at_home(work, intent))


def _at_home(work: Workspace, intent: intents.Grant) -> intents.Grant:
    """The grant in the namespace of its account, when none was said and there is one of that name alone; a note when
    there is no such account.

    Raises: TargetAmbiguous when no namespace was said and accounts of that name are in several others.
    """
    if intent.subject_kind == "User" and not intent.kind_said:
        home = intent.namespace or work.binder.given or work.reader.namespace
        if _known(work, "ServiceAccount", "v1", home, intent.subject) is None:
            return intent
        work.notes.append(f"{intent.subject} is read as the service account of that name in namespace {home}.")
        intent = intent.model_copy(update={"subject_kind": "ServiceAccount", "subject_namespace": home})
    if intent.subject_kind != "ServiceAccount" or intent.create_subject:
        return intent
    said = intent.subject_namespace or intent.namespace or work.binder.given
    home = said or work.reader.namespace
    known = [each for each in work.binder.every("ServiceAccount", None) if name_of(each) == intent.subject]
    spaces = [str(namespace_of(each)) for each in known]
    if home in spaces or _known(work, "ServiceAccount", "v1", home, intent.subject) is not None:
        return intent
    if said is None and len(spaces) == 1:
        return intent.model_copy(update={"namespace": spaces[0], "subject_namespace": spaces[0]})
    if said is None and spaces:
        raise TargetAmbiguous(
            f"There is no service account {intent.subject} in namespace {home}; elsewhere: {', '.join(spaces)}. "
            "Nothing was changed.",
            fix="Say the namespace, or use -n.",
        )
    work.notes.append(f"There is no service account {intent.subject} in namespace {home} yet.")
    return intent


_RUNNERS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Pod": "v1",
}


def _grounded(work: Workspace, intent: intents.Create) -> intents.Create:
    """The same with what the cluster knows; what neither says is left for the builder to ask for."""
    space = intent.namespace or work.binder.given or work.reader.namespace
    if intent.kind == "Ingress":
        return _with_ports(work, intent, space)
    workload = intent.fields.get("workload")
    if intent.kind in {"Service", "PodDisruptionBudget"} and workload and not intent.selector:
        return _selecting(work, intent, workload, space)
    return intent


def _known(work: Workspace, kind: str, version: str, space: str, name: str) -> Manifest | None:
    """An object of the cluster, or one that an earlier step makes."""
    made = next(
        (
            each
            for each in work.created()
            if each["kind"] == kind and each["metadata"]["name"] == name and each["metadata"].get("namespace") == space
        ),
        None,
    )
    return made or work.reader.get(ObjectRef(api_version=version, kind=kind, namespace=space, name=name))


def _selecting(work: Workspace, intent: intents.Create, workload: dict[str, str], space: str) -> intents.Create:
    """The labels of the pods, as the workload that stands there selects them."""
    said = workload.get("kind", "").lower()
    kinds = [kind for kind in _RUNNERS if kind.lower() == said] or list(_RUNNERS)
    found = next(
        (each for kind in kinds if (each := _known(work, kind, _RUNNERS[kind], space, workload["name"]))), None
    )
    if found is None:  # "backend" may be said for shop-backend; several that it could be are asked about
        target = intents.Target(phrase=workload["name"], namespace=intent.namespace)
        if not work.binder.find(target, kinds, anywhere=False):
            return intent
        found = work.binder.one(target, kinds)
    labels = (
        dig(found, "metadata", "labels") if found["kind"] == "Pod" else dig(found, "spec", "selector", "matchLabels")
    )
    if not labels:
        return intent
    name = intent.name or (workload["name"] if intent.kind == "Service" else None)
    fields = {field: value for field, value in intent.fields.items() if field != "workload"}
    return intent.model_copy(update={"selector": dict(labels), "name": name, "fields": fields})


def _with_ports(work: Workspace, intent: intents.Create, space: str) -> intents.Create:
    """The one port of a Service, where none was said."""

    def port_of(path: dict[str, Any]) -> dict[str, Any]:
        if path.get("port") is not None or not path.get("service"):
            return path
        service = _known(work, "Service", "v1", space, path["service"])
        ports = (dig(service, "spec", "ports") if service is not None else None) or []
        return {**path, "port": ports[0]["port"]} if len(ports) == 1 else path

    rules = [
        {**rule, "paths": [port_of(path) for path in rule.get("paths") or []]}
        for rule in intent.fields.get("rules") or []
    ]
    return intent.model_copy(update={"fields": {**intent.fields, "rules": rules}})


def _build(work: Workspace, intent: Any) -> None:
    if find_spec(_BUILDERS) is None:
        raise NotUnderstood("New objects are not built by this command yet. Nothing was changed.")
    built = import_module(_BUILDERS).build(intent, work.binder.given or work.reader.namespace)
    work.notes.extend(getattr(built, "notes", ()))
    for manifest in built:
        work.create(manifest, "create, as asked")
        space = manifest["metadata"].get("namespace")
        name = f"{manifest['kind'].lower()}/{manifest['metadata']['name']}" + (f" -n {space}" if space else "")
        work.tell(f"create {name}")
