"""Create and grant: the typed builders make the manifests, this puts them into the plan of the request."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from kora.language import intents
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import NotUnderstood

_BUILDERS = "kora.operations.manifests"


@handles("create")
def create(work: Workspace, intent: intents.Create) -> None:
    """New objects."""
    _build(work, intent)


@handles("grant")
def grant(work: Workspace, intent: intents.Grant) -> None:
    """Role and binding."""
    _build(work, intent)


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
