"""Any field of the API as something that rules speak about, by its name, its path, or its name in words.

Stands behind the tables of `concepts`: only what they don't know is looked up here. The fields are those of
`api_fields.txt` (made by ``scripts/api_fields.py`` from the project's published schemas); a name that could mean
several fields of the kinds in question means none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kora.domain.rules import Op
from kora.language.rules.model import POD_KINDS, Concept

_WRAPPERS = ("spec.jobTemplate.spec.template.spec", "spec.template.spec", "jobTemplate.spec.template.spec",
             "template.spec", "pod.spec", "spec")  # fmt: skip
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers", "container")
_CAMEL = re.compile(r"^[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+$")
_DOTTED = re.compile(r"^\.?(?:[A-Za-z][A-Za-z0-9]*)(?:\.[A-Za-z][A-Za-z0-9]*)+$")
_ROOTS = frozenset(
    {"spec", "template", "containers", "initcontainers", "securitycontext", "resources", "metadata", "rules", "pod",
     "container", "strategy", "data", "subjects", "roleref", "webhooks", "status"}
)  # fmt: skip
_TOO_PLAIN = frozenset(
    {"name", "key", "kind", "type", "value", "spec", "template", "label", "resource", "namespace", "image", "config",
     "set", "group", "user", "port", "service", "pod", "container", "node", "host", "source", "request", "limit"}
)  # fmt: skip
"""Last words that say too little to name a field in prose."""


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field: its group (``pod``, ``container`` or a kind), path, type, words it takes, default."""

    group: str
    path: str
    type: str
    words: tuple[str, ...]
    default: str | None

    @property
    def plain(self) -> tuple[str, ...]:
        """The steps of the path in lower case, lists unmarked."""
        return tuple(self.path.replace("[]", "").lower().split("."))


@cache
def schema_fields() -> tuple[SchemaField, ...]:
    """Every field of the table."""
    found = []
    for line in (files("kora.language.rules") / "api_fields.txt").read_text(encoding="utf-8").splitlines():
        group, path, kind, *rest = line.split(" ")
        name, _, words = kind.partition(":")
        default = rest[0].removeprefix("=") if rest else None
        if default is not None and re.fullmatch(r"0\d+", default):
            default = None  # a file mode in octal: objects hold it as a decimal number
        found.append(SchemaField(group, path, name, tuple(words.split(",")) if words else (), default))
    return tuple(found)


@cache
def _by_tail() -> dict[str, list[SchemaField]]:
    index: dict[str, list[SchemaField]] = {}
    for field in schema_fields():
        index.setdefault(field.plain[-1], []).append(field)
    return index


def spelled(name: str) -> tuple[str, ...]:
    """A name's words in lower case: ``progressDeadlineSeconds`` → progress, deadline, seconds."""
    return tuple(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).lower().split())


@cache
def _by_words() -> dict[tuple[str, ...], list[SchemaField]]:
    index: dict[tuple[str, ...], list[SchemaField]] = {}
    for field in schema_fields():
        steps = field.path.replace("[]", "").split(".")
        own = _singular(spelled(steps[-1]))
        said = [own] if len(own) > 1 else []
        if len(steps) > 1 and steps[-2] not in {"spec", "template"}:
            parent = _singular(spelled(steps[-2]))
            said += [(*parent, *own), ("".join(parent), *own)]
        for words in said:
            for form in {words, words[:-1]} if words[-1] == "second" and len(words) > 2 else {words}:
                if form[-1] not in _TOO_PLAIN:
                    index.setdefault(form, []).append(field)
    return index


def _singular(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
    )


def looks_like_field(text: str) -> bool:
    """Whether a word can be nothing but a field's name or path (``hostNetwork``, ``spec.replicas``)."""
    if _CAMEL.match(text):
        return True
    return bool(_DOTTED.match(text)) and text.lstrip(".").split(".")[0].lower() in _ROOTS


def field_named(text: str, kinds: Sequence[str]) -> Concept | None:
    """The field that a name or path means for these kinds; None when there is none, or more than one."""
    steps = _without_wrapper(text.strip("."))
    if steps is None:
        return None
    group, wanted = steps
    found = [
        field
        for field in _by_tail().get(wanted[-1], ())
        if field.plain[-len(wanted) :] == wanted and (group is None or field.group == group)
    ]
    return _chosen(found, kinds)


def field_spelled(words: tuple[str, ...], kinds: Sequence[str]) -> Concept | None:
    """The field whose name is made of these words (singular), like `field_named`."""
    return _chosen(_by_words().get(words, ()), kinds)


def known_words() -> dict[tuple[str, ...], list[SchemaField]]:
    """Every name in words, for matching."""
    return _by_words()


def _without_wrapper(path: str) -> tuple[str | None, tuple[str, ...]] | None:
    group = None
    for wrapper in _WRAPPERS:
        if path.lower().startswith(wrapper.lower() + ".") and wrapper != "spec":
            path, group = path[len(wrapper) + 1 :], "pod"
            break
    steps = [step for step in path.split(".") if step]
    if len(steps) > 1 and steps[0] == "spec" and steps[1] in _CONTAINERS:
        steps = steps[1:]
    if len(steps) > 1 and steps[0] in _CONTAINERS:
        steps, group = steps[1:], "container"
    if steps and steps[0] == "spec" and len(steps) > 1 and group is None:
        steps = steps[1:]  # of the object or of its pods
    return (group, tuple(step.lower() for step in steps)) if steps else None


def _chosen(found: Iterable[SchemaField], kinds: Sequence[str]) -> Concept | None:
    fitting = [field for field in found if _fits(field, kinds)]
    if not fitting:
        return None
    nearest = min(_depth(field) for field in fitting)
    best = [field for field in fitting if _depth(field) == nearest]
    if len({(field.group in {"pod", "container"} and field.group, field.path) for field in best}) > 1:
        return None
    return _concept(best)


def _fits(field: SchemaField, kinds: Sequence[str]) -> bool:
    if not kinds:
        return True
    return bool(set(kinds) & set(POD_KINDS)) if field.group in {"pod", "container"} else field.group in kinds


def _depth(field: SchemaField) -> int:
    steps = len(field.plain)
    return steps if field.group in {"pod", "container"} else steps - (field.plain[0] == "spec")


def _concept(same: Sequence[SchemaField]) -> Concept:
    field = same[0]
    shared = field.group in {"pod", "container"}
    kinds = POD_KINDS if shared else tuple(dict.fromkeys(each.group for each in same))
    fact = f"field.{field.group}" if shared else "field.object"
    if field.type == "flag":
        return Concept(fact, "", kinds, presence=Op.IN, value=("true",), value_op=Op.IN, path=field.path)
    if field.type == "number":
        return Concept(fact, "", kinds, numeric=True, value_op=Op.IN, path=field.path)
    value_op = {"text": Op.IN, "list": Op.ONLY}.get(field.type)
    words = field.words or ((field.default,) if field.default else ())  # "mountPropagation None" is a value
    return Concept(fact, "", kinds, value_op=value_op, words=words, path=field.path)
