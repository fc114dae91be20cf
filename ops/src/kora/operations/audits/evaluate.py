"""Holding objects against a rule. Pure: objects in, violations with reasons out.

A requirement whose tests all speak of one group of elements (containers, say) is decided for each element by itself, so
that "limits and requests, or an exemption" can't be met by two different containers together.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from kora.domain.objects import Manifest
from kora.domain.rules import All, AnyOf, Not, Op, Requirement, Rule, Scope, Test, Violation
from kora.kit.errors import Invalid
from kora.language.kinds import BY_KIND
from kora.operations.audits.elements import Element, elements_of
from kora.operations.audits.facts import Fact, Values, fact_named, fact_of, number
from kora.operations.audits.reasons import named, say, together, where, why


class _Context:
    """What a test may need beyond its element: how often a value occurs in scope, the other objects around."""

    def __init__(self, objects: Sequence[Manifest], related: Sequence[Manifest] = ()) -> None:
        self._objects = objects
        self.world: dict[str, list[Manifest]] = {}
        for manifest in related:
            self.world.setdefault(str(manifest.get("kind")), []).append(manifest)
        self._counts: dict[tuple[str, str | None], Counter[str]] = {}

    def occurrences(self, fact: Fact, key: str | None, value: str) -> int:
        """In how many objects of the scope the fact has this value."""
        if (fact.name, key) not in self._counts:
            counts: Counter[str] = Counter()
            for manifest in self._objects:
                counts.update(
                    {v for element in elements_of(fact.group, manifest) for v in self.values(fact, element, key)}
                )
            self._counts[fact.name, key] = counts
        return self._counts[fact.name, key][value]

    def values(self, fact: Fact, element: Element, key: str | None) -> Values:
        """What the fact says of an element."""
        return fact.around(element, key, self.world) if fact.around else fact.read(element, key)


def violations(rule: Rule, objects: Sequence[Manifest], related: Sequence[Manifest] = ()) -> list[Violation]:
    """The objects of the rule's scope that break it, sorted by namespace and name, each with its reasons.

    Args:
        objects: what is held against the rule; objects outside of its scope are left out.
        related: further objects that facts look at (`needs`), never held against the rule themselves.
    Raises:
        Invalid: the rule names a fact that does not exist.
    """
    chosen = [manifest for manifest in objects if in_scope(rule.scope, manifest)]
    context = _Context(chosen, list({_identity(each): each for each in (*objects, *related)}.values()))
    found = []
    for manifest in chosen:
        reasons = _reasons(rule.requirement, manifest, rule.scope, context)
        if reasons:
            metadata = manifest["metadata"]
            unique = tuple(dict.fromkeys(reasons))
            found.append(
                Violation(
                    kind=manifest["kind"],
                    namespace=metadata.get("namespace"),
                    name=metadata["name"],
                    reasons=unique,
                )
            )
    return sorted(found, key=lambda each: (each.namespace or "", each.kind, each.name))


def _identity(manifest: Manifest) -> tuple[str, str | None, str]:
    metadata = manifest.get("metadata") or {}
    return str(manifest.get("kind")), metadata.get("namespace"), str(metadata.get("name"))


def in_scope(scope: Scope, manifest: Manifest) -> bool:
    """Whether a rule is about this object."""
    metadata = manifest.get("metadata") or {}
    namespace, labels = metadata.get("namespace"), metadata.get("labels") or {}
    if manifest.get("kind") == "Namespace":
        namespace = metadata.get("name")
    known = BY_KIND.get(str(manifest.get("kind")))
    clusterwide = known is not None and not known.namespaced
    return (
        manifest.get("kind") in scope.kinds
        and (not scope.namespaces or clusterwide or namespace in scope.namespaces)
        and namespace not in scope.except_namespaces
        and (not scope.names or metadata.get("name") in scope.names)
        and metadata.get("name") not in scope.except_names
        and all(labels.get(key) == value for key, value in scope.labels.items())
        and (scope.owned or not _owned(metadata))
    )


def _owned(metadata: Manifest) -> bool:
    """Whether another object made this one: then that one is held against the rule."""
    return any(owner.get("controller") for owner in metadata.get("ownerReferences") or ())


def needs(requirement: Requirement) -> frozenset[str]:
    """Kinds of objects that the facts of a requirement look at besides their own."""
    if isinstance(requirement, Test):
        other = fact_named(requirement.other) if requirement.other else None
        return frozenset((*fact_of(requirement).needs, *(other.needs if other else ())))
    parts = (requirement.part,) if isinstance(requirement, Not) else requirement.parts
    return frozenset(kind for part in parts for kind in needs(part))


def _reasons(requirement: Requirement, manifest: Manifest, scope: Scope, context: _Context) -> list[str]:
    groups = set(_groups(requirement))
    if len(groups) == 1:
        return [
            reason
            for element in _elements(groups.pop(), manifest, scope)
            for reason in _broken(requirement, element, context)
        ]
    if isinstance(requirement, All):
        return [reason for part in requirement.parts for reason in _reasons(part, manifest, scope, context)]
    if isinstance(requirement, AnyOf):
        each = [_reasons(part, manifest, scope, context) for part in requirement.parts]
        return [] if any(not reasons for reasons in each) else [together(requirement.parts, each)]
    if isinstance(requirement, Not):
        return [] if _reasons(requirement.part, manifest, scope, context) else [f"it does: {say(requirement.part)}"]
    raise AssertionError("a test has one group")


def _elements(group: str, manifest: Manifest, scope: Scope) -> Iterable[Element]:
    for element in elements_of(group, manifest):
        within = group == "container" or element.holder is not None
        if within and scope.init_only and not element.label.startswith("init container"):
            continue
        if within and (
            element.container.get("name") in scope.except_containers
            or str(element.container.get("image", "")).startswith(scope.except_images or ("\0",))
        ):
            continue
        yield element


def _groups(requirement: Requirement) -> Iterable[str]:
    if isinstance(requirement, Test):
        yield fact_of(requirement).group
    elif isinstance(requirement, Not):
        yield from _groups(requirement.part)
    else:
        for part in requirement.parts:
            yield from _groups(part)


def _broken(requirement: Requirement, element: Element, context: _Context) -> list[str]:
    """Why one element does not meet the requirement; empty when it does."""
    if isinstance(requirement, Test):
        return _test(requirement, element, context)
    if isinstance(requirement, All):
        return [reason for part in requirement.parts for reason in _broken(part, element, context)]
    if isinstance(requirement, AnyOf):
        each = [_broken(part, element, context) for part in requirement.parts]
        return [] if any(not reasons for reasons in each) else [together(requirement.parts, each)]
    if _broken(requirement.part, element, context):
        return []
    return [where(element, f"it does: {say(requirement.part)}")]


def _test(test: Test, element: Element, context: _Context) -> list[str]:
    fact = fact_of(test)
    if fact.skips_init and element.init:
        return []
    values = context.values(fact, element, test.key)
    if test.other is not None:
        return _related(test, values, element, context)
    silent = not values and fact.default is not None and test.op not in {Op.PRESENT, Op.ABSENT}
    if silent and fact.default is not None:
        values = fact.default(test.key)
    if _COMPARE[test.op](test, values, fact, context):
        return []
    return [why(test, values, element, by_default=silent)]


def _related(test: Test, values: Values, element: Element, context: _Context) -> list[str]:
    """Why a fact does not stand to another fact of the same object as it should. What is not there is not compared, but
    a key that was named has to be there."""
    fact = fact_of(test)
    values = values or (fact.default(test.key) if fact.default else [])
    if not values:
        return [why(test, [], element)] if test.key and "field" not in fact.name else []
    against = Test(fact=test.other or "", op=Op.PRESENT, key=test.other_key)
    other = fact_of(against)
    wanted = context.values(other, element, test.other_key) if other.group == fact.group else []
    if other.group != fact.group:
        for each in elements_of(other.group, element.object):
            if other.group == "object" or each.label.partition(",")[0] == element.label.partition(",")[0]:
                wanted += context.values(other, each, test.other_key)
    wanted = wanted or (other.default(test.other_key) if other.default else [])
    if not wanted:
        return [where(element, f"{named(against)}, which {named(test)} is compared with, is not set")]
    pairs = [test.model_copy(update={"other": None, "values": (each,)}) for each in wanted]
    if test.op in {Op.IN, Op.NOT_IN}:
        pairs = [test.model_copy(update={"other": None, "values": tuple(wanted)})]
    if all(_COMPARE[pair.op](pair, values, fact, context) for pair in pairs):
        return []
    return [why(test, values, element, against=f"{named(against)} ({', '.join(wanted)})")]


# --- comparisons --------------------------------------------------------------------------------------------------

_Compare = Callable[[Test, Values, Fact, _Context], bool]


def _numeric(holds: Callable[[int], bool]) -> _Compare:
    """Compare every value with the one limit; a value that is not set or not a number does not hold."""

    def compare(test: Test, values: Values, _fact: Fact, _context: _Context) -> bool:
        limit = number(test.values[0])
        numbers = [number(value) for value in values]
        if limit is None:
            raise Invalid(f'"{test.values[0]}" is not a quantity.')
        return bool(numbers) and all(each is not None and holds((each > limit) - (each < limit)) for each in numbers)

    return compare


def _prefixed(value: str, prefixes: Sequence[str], fact: Fact) -> bool:
    """A trailing ``*`` frees a prefix; without it the prefix of an image or path ends where a part of it ends, so that
    ``registry.example.com/team`` does not let ``registry.example.com/team-of-others/app`` in."""
    for prefix in prefixes:
        if prefix == "/" and fact.parts:  # the root itself: every path begins like it
            if value == "/":
                return True
            continue
        rest = value.removeprefix(prefix.rstrip("*"))
        if not value.startswith(prefix.rstrip("*")):
            continue
        if not fact.parts or prefix.endswith("*") or not prefix[-1:].isalnum() or not rest or rest[0] in "/:@":
            return True
    return False


_COMPARE: dict[Op, _Compare] = {
    Op.PRESENT: lambda _test, values, _fact, _context: bool(values),
    Op.ABSENT: lambda _test, values, _fact, _context: not values,
    Op.EMPTY: lambda _test, values, _fact, _context: not values,
    Op.IN: lambda test, values, _fact, _context: bool(values) and all(value in test.values for value in values),
    Op.NOT_IN: lambda test, values, _fact, _context: all(value not in test.values for value in values),
    Op.PREFIX: lambda test, values, fact, _c: bool(values) and all(_prefixed(v, test.values, fact) for v in values),
    Op.NOT_PREFIX: lambda test, values, fact, _c: not any(_prefixed(v, test.values, fact) for v in values),
    Op.MATCHES: lambda test, values, _fact, _context: (
        bool(values) and all(any(re.fullmatch(pattern, value) for pattern in test.values) for value in values)
    ),
    Op.NOT_MATCHES: lambda test, values, _fact, _context: (
        not any(re.fullmatch(pattern, value) for pattern in test.values for value in values)
    ),
    Op.BELOW: _numeric(lambda order: order < 0),
    Op.AT_MOST: _numeric(lambda order: order <= 0),
    Op.ABOVE: _numeric(lambda order: order > 0),
    Op.AT_LEAST: _numeric(lambda order: order >= 0),
    Op.UNIQUE: lambda test, values, fact, context: all(
        context.occurrences(fact, test.key, value) == 1 for value in values
    ),
    Op.CONTAINS: lambda test, values, _fact, _context: all(value in values for value in test.values),
    Op.CONTAINS_NONE: lambda test, values, _fact, _context: not any(value in values for value in test.values),
    Op.ONLY: lambda test, values, _fact, _context: all(value in test.values for value in values),
}
