"""The door to the builders: an intent in, the manifests out, in the order to make them."""

from collections.abc import Iterable

from kora.domain.objects import Manifest
from kora.kit.errors import Invalid
from kora.language.intents import Create, Grant, Intent
from kora.operations.manifests import (  # noqa: F401 - each registers its builders
    configuration,
    networking,
    permissions,
    scaling,
    storage,
    tenancy,
    traffic,
    workloads,
)
from kora.operations.manifests.drafts import BUILDERS, Built, Defaults, Draft, Incomplete, assemble


def kinds() -> tuple[str, ...]:
    """Every kind that can be built."""
    return tuple(sorted(BUILDERS))


def build(intent: Create | Grant, defaults: Defaults | str | None = None) -> Built:
    """The manifests of one intent, in the order to make them. A text as `defaults` is the namespace.

    Raises:
        Incomplete: something needed was not said.
        Invalid: there is no builder for the kind.
    """
    defaults = Defaults(namespace=defaults) if isinstance(defaults, str) else defaults or Defaults()
    if isinstance(intent, Grant):
        return permissions.grant(intent, defaults)
    builder = BUILDERS.get(intent.kind)
    if builder is None:
        raise Invalid(f"There is no builder for the kind {intent.kind}.", fix="Known kinds: " + ", ".join(kinds()))
    draft = Draft(intent, defaults)
    body = builder(draft)
    if lost := draft.lost():
        raise Incomplete(
            f"A {intent.kind} has no place for {', '.join(lost)}. Leave it out, or name the object it belongs to."
        )
    made = [assemble(draft, body)]
    namespace = intent.namespace or defaults.namespace
    if intent.create_namespace and namespace:
        made.insert(0, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    made += body.pop("__also__", [])
    return Built(made, draft.notes)


def build_all(intents: Iterable[Intent], defaults: Defaults | None = None) -> Built:
    """All intents of a request; an object that two of them ask for alike comes once.

    Raises:
        Incomplete: something needed was not said.
        Invalid: an intent makes nothing new.
    """
    made: list[Manifest] = []
    notes: list[str] = []
    for intent in intents:
        if not isinstance(intent, Create | Grant):
            raise Invalid(f"“{intent.intent}” changes what is there; it is no manifest.", fix='kora ask "…"')
        built = build(intent, defaults)
        made += [each for each in built if each not in made]
        notes += built.notes
    return Built(made, notes)
