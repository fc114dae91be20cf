"""What a builder gets and gives: the draft of one request, the question when something is missing, and the registry of
builders. One builder a kind, in the file of its family.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kora.domain.objects import Manifest
from kora.kit.errors import Invalid
from kora.language.intents import Create
from kora.language.kinds import BY_KIND


class Incomplete(Invalid):
    """A value that the object needs was not said; the message is the question."""

    code = "INCOMPLETE"


@dataclass(frozen=True)
class Defaults:
    """What fills the gaps of a request. `namespace` None leaves it out (the cluster's current one counts then)."""

    namespace: str | None = None
    secure: bool = True
    """Add the security settings that ordinary images live with (see `operations.manifests.security`)."""


class Built(list[Manifest]):
    """Manifests, and `notes`: one sentence for each thing that was added without having been asked for."""

    def __init__(self, manifests: Iterable[Manifest] = (), notes: Iterable[str] = ()) -> None:
        super().__init__(manifests)
        self.notes: list[str] = list(dict.fromkeys(notes))


def _derived_name(create: Create) -> tuple[str, str] | None:
    """A name for what is known by what it does, and what it was taken from: an Ingress is called after its host, a
    network policy after whom it is for."""
    fields = create.fields
    if create.kind in {"Ingress", "HTTPRoute"}:
        rules = fields.get("rules") or []
        host = next((rule["host"] for rule in rules if rule.get("host")), None)
        service = next(
            (path["service"] for rule in rules for path in rule.get("paths", []) if path.get("service")), None
        )
        if host and not host.startswith("*"):
            return host.split(".")[0], "its host"
        return (service, "its service") if service else None
    if create.kind == "Service" and create.selector:
        return next(iter(create.selector.values())), "the pods behind it"
    if create.kind == "NetworkPolicy" and fields.get("directions"):
        whom = next(iter(create.selector.values()), None) or create.namespace or "all"
        side = fields["directions"][0].lower() if len(fields["directions"]) == 1 else "traffic"
        name = re.sub(r"[^a-z0-9-]+", "-", f"{whom}-{side}".lower()).strip("-")
        return name, "whom it is for"
    return None


_SCALED = frozenset({"Deployment", "ReplicaSet", "StatefulSet"})


class Slots(dict[str, Any]):
    """The slots of a request, which remember what was asked of them: what nobody asked for would be lost in silence."""

    def __init__(self, slots: dict[str, Any], looked_at: set[str]) -> None:
        super().__init__(slots)
        self._looked_at = looked_at

    def get(self, key: str, default: Any = None) -> Any:
        self._looked_at.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self._looked_at.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._looked_at.add(str(key))
        return super().__contains__(key)


@dataclass
class Draft:
    """One request on its way through a builder."""

    create: Create
    defaults: Defaults
    notes: list[str] = field(default_factory=list)

    looked_at: set[str] = field(default_factory=set)
    """The slots that the builder asked for."""

    @property
    def fields(self) -> "Slots":
        """The slots of the kind."""
        return Slots(self.create.fields, self.looked_at)

    def lost(self) -> list[str]:
        """What was said and has no place in this kind, in words: no builder asked for it."""
        create = self.create
        words = [
            slot.replace("_", " ")
            for slot, value in create.fields.items()
            if slot not in self.looked_at and value not in (None, False, "", [], {})
        ]
        if create.replicas is not None and create.kind not in _SCALED:
            words.append("a number of replicas")
        return words

    @property
    def name(self) -> str:
        """The object's name.

        Raises:
            Incomplete: it was not said.
        """
        if not self.create.name and (derived := _derived_name(self.create)):
            self.create = self.create.model_copy(update={"name": derived[0]})
            self.note(f"It is named {derived[0]}, after {derived[1]}: no name was said.")
        if not self.create.name:
            image = next((each.image for each in self.create.containers if each.image and not each.init), None)
            if image is None or len(self.create.containers) > 1:
                raise Incomplete(f"What shall the {self.create.kind} be called?")
            name = re.sub(r"[^a-z0-9-]+", "-", image.split("@")[0].rsplit("/", 1)[-1].split(":")[0].lower()).strip("-")
            self.create = self.create.model_copy(update={"name": name or "main"})
            self.note(f"It is named {self.create.name}, after its image: no name was said.")
        return str(self.create.name)

    def need(self, slot: str, question: str) -> Any:
        """A slot that can't be left out.

        Raises:
            Incomplete: it was not said.
        """
        value = self.fields.get(slot)
        if value is None or value in ("", [], {}):
            raise Incomplete(question)
        return value

    def note(self, text: str) -> None:
        """Something was added; say so."""
        self.notes.append(text)


Builder = Callable[[Draft], dict[str, Any]]
"""Gives everything of the object but apiVersion, kind and metadata."""

BUILDERS: dict[str, Builder] = {}
"""By kind; filled by `builds` when a family is imported."""


def builds(*kinds: str) -> Callable[[Builder], Builder]:
    """Register a builder."""

    def register(builder: Builder) -> Builder:
        for kind in kinds:
            BUILDERS[kind] = builder
        return builder

    return register


def assemble(draft: Draft, body: dict[str, Any]) -> Manifest:
    """apiVersion, kind and metadata around a body."""
    create = draft.create
    words = BY_KIND[create.kind]
    metadata: dict[str, Any] = {"name": draft.name}
    namespace = create.namespace or draft.defaults.namespace
    if words.namespaced and namespace:
        metadata["namespace"] = namespace
    labels = {**create.labels, **body.pop("__labels__", {})}
    if labels:
        metadata["labels"] = labels
    if create.annotations:
        metadata["annotations"] = dict(create.annotations)
    rest = {key: value for key, value in body.items() if not key.startswith("__")}
    return {"apiVersion": words.api_version, "kind": create.kind, "metadata": metadata, **rest}
