"""The tools that look at a cluster. Values of Secrets, and secrets in logs, never leave them."""

from pydantic import Field

from kora.cluster.naming import find_kind, refer
from kora.domain.objects import Manifest
from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.kit.redaction import redact, redact_text
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry

HIDDEN = "(hidden)"


class OneObject(Arguments):
    """Which object."""

    kind: str = Field(description="as kubectl names it: deployment, svc, ingress.networking.k8s.io …")
    name: str
    namespace: str | None = None


class SomeObjects(Arguments):
    """Which objects."""

    kind: str
    namespace: str | None = None
    all_namespaces: bool = False
    labels: str | None = Field(default=None, description="a label selector, such as app=web")
    fields: str | None = Field(default=None, description="a field selector, such as status.phase=Running")


class LogArguments(Arguments):
    """Which log."""

    pod: str
    namespace: str | None = None
    container: str | None = None
    previous: bool = False
    tail: int = Field(default=200, ge=1, le=10_000, description="lines from the end")


def presentable(manifest: Manifest) -> Manifest:
    """The object without managedFields and with everything confidential hidden."""
    metadata = {name: value for name, value in manifest["metadata"].items() if name != "managedFields"}
    shown = manifest | {"metadata": metadata}
    if shown.get("kind") == "Secret":
        for part in ("data", "stringData"):
            if isinstance(shown.get(part), dict):
                shown[part] = dict.fromkeys(shown[part], HIDDEN)
        return shown
    redacted: Manifest = redact(shown)
    return redacted


def _get(context: Context, arguments: OneObject) -> Outcome:
    ref = refer(context.reader, arguments.kind, arguments.name, arguments.namespace)
    found = context.reader.get(ref)
    if found is None:
        return Outcome(status=Status.NO_DATA, answer=f"There is no {ref}.")
    return Outcome(status=Status.OK, answer=f"{ref} is there.", data=presentable(found))


def _list(context: Context, arguments: SomeObjects) -> Outcome:
    kind = find_kind(context.reader, arguments.kind)
    everywhere = arguments.all_namespaces or not kind.namespaced
    space = None if everywhere else arguments.namespace or context.reader.namespace
    found = context.reader.list(kind.api_version, kind.kind, space, labels=arguments.labels, fields=arguments.fields)
    names = [
        "/".join(filter(None, (each["metadata"].get("namespace") if space is None else None, each["metadata"]["name"])))
        for each in found
    ]
    status = Status.OK if found else Status.NO_DATA
    where = f" in {space}" if space else ""
    answer = "\n".join(names) or f"There are no {kind.plural}{where}."
    return Outcome(status=status, answer=answer, data=[presentable(each) for each in found])


def _logs(context: Context, arguments: LogArguments) -> Outcome:
    space = arguments.namespace or context.reader.namespace
    text = context.reader.logs(
        space, arguments.pod, container=arguments.container, previous=arguments.previous, tail=arguments.tail
    )
    if not text:
        return Outcome(status=Status.NO_DATA, answer=f"pod/{arguments.pod} -n {space} has no log (yet).")
    return Outcome(status=Status.OK, answer=redact_text(text))


registry.register(Tool("cluster.get", "Reads one object.", OneObject, Risk.READ, run=_get))
registry.register(Tool("cluster.list", "Lists the objects of a kind.", SomeObjects, Risk.READ, run=_list))
registry.register(Tool("cluster.logs", "Reads the end of a container's log.", LogArguments, Risk.READ, run=_logs))
