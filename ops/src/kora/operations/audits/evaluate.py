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
from kora.operations.audits.elements import GROUPS, Element
from kora.operations.audits.facts import FACTS, Fact, Values, number


class _Context:
    """What a test may need beyond its element: how often a value occurs in scope."""

    def __init__(self, objects: Sequence[Manifest]) -> None:
        self._objects = objects
        self._counts: dict[tuple[str, str | None], Counter[str]] = {}

    def occurrences(self, fact: Fact, key: str | None, value: str) -> int:
        """In how many objects of the scope the fact has this value."""
        if (fact.name, key) not in self._counts:
            counts: Counter[str] = Counter()
            for manifest in self._objects:
                counts.update({value for element in GROUPS[fact.group](manifest) for value in fact.read(element, key)})
            self._counts[fact.name, key] = counts
        return self._counts[fact.name, key][value]


def violations(rule: Rule, objects: Sequence[Manifest]) -> list[Violation]:
    """The objects of the rule's scope that break it, sorted by namespace and name, each with its reasons.

    Raises:
        Invalid: the rule names a fact that does not exist.
    """
    chosen = [manifest for manifest in objects if in_scope(rule.scope, manifest)]
    context = _Context(chosen)
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


def in_scope(scope: Scope, manifest: Manifest) -> bool:
    """Whether a rule is about this object."""
    metadata = manifest.get("metadata") or {}
    namespace, labels = metadata.get("namespace"), metadata.get("labels") or {}
    return (
        manifest.get("kind") in scope.kinds
        and (not scope.namespaces or namespace in scope.namespaces)
        and namespace not in scope.except_namespaces
        and (not scope.names or metadata.get("name") in scope.names)
        and metadata.get("name") not in scope.except_names
        and all(labels.get(key) == value for key, value in scope.labels.items())
    )


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
        return (
            [] if any(not reasons for reasons in each) else [" and ".join(dict.fromkeys(r for rs in each for r in rs))]
        )
    if isinstance(requirement, Not):
        return [] if _reasons(requirement.part, manifest, scope, context) else [f"it does: {_say(requirement.part)}"]
    raise AssertionError("a test has one group")


def _elements(group: str, manifest: Manifest, scope: Scope) -> Iterable[Element]:
    for element in GROUPS[group](manifest):
        if group == "container" and (
            element.data.get("name") in scope.except_containers
            or str(element.data.get("image", "")).startswith(scope.except_images or ("\0",))
        ):
            continue
        yield element


def _groups(requirement: Requirement) -> Iterable[str]:
    if isinstance(requirement, Test):
        yield _fact(requirement).group
    elif isinstance(requirement, Not):
        yield from _groups(requirement.part)
    else:
        for part in requirement.parts:
            yield from _groups(part)


def _fact(test: Test) -> Fact:
    fact = FACTS.get(test.fact)
    if fact is None:
        raise Invalid(f"There is no fact named {test.fact}.")
    return fact


def _broken(requirement: Requirement, element: Element, context: _Context) -> list[str]:
    """Why one element does not meet the requirement; empty when it does."""
    if isinstance(requirement, Test):
        return _test(requirement, element, context)
    if isinstance(requirement, All):
        return [reason for part in requirement.parts for reason in _broken(part, element, context)]
    if isinstance(requirement, AnyOf):
        each = [_broken(part, element, context) for part in requirement.parts]
        return (
            [] if any(not reasons for reasons in each) else [" and ".join(dict.fromkeys(r for rs in each for r in rs))]
        )
    if _broken(requirement.part, element, context):
        return []
    return [_where(element, f"{_say(requirement.part)}{_shown(requirement.part, element)}")]


def _test(test: Test, element: Element, context: _Context) -> list[str]:
    fact = _fact(test)
    if fact.skips_init and element.init:
        return []
    values = fact.read(element, test.key)
    if _COMPARE[test.op](test, values, fact, context):
        return []
    shown = f" ({', '.join(values)})" if values and test.op is not Op.ABSENT else ""
    if not values and test.op is not Op.ABSENT:
        return [_where(element, f"no {_named(test)}")]
    return [_where(element, f"{_named(test)}{shown} is not {_OP_WORDS[test.op]} {', '.join(test.values)}".rstrip())]


def _where(element: Element, reason: str) -> str:
    return f"{element.label}: {reason}" if element.label else reason


def _named(test: Test) -> str:
    words = _fact(test).words
    return f'{words} "{test.key}"' if test.key else words


_OP_WORDS = {
    Op.PRESENT: "set",
    Op.ABSENT: "absent",
    Op.IN: "one of",
    Op.NOT_IN: "other than",
    Op.PREFIX: "from",
    Op.NOT_PREFIX: "from elsewhere than",
    Op.MATCHES: "of the form",
    Op.BELOW: "below",
    Op.AT_MOST: "at most",
    Op.ABOVE: "above",
    Op.AT_LEAST: "at least",
    Op.UNIQUE: "unique",
    Op.CONTAINS: "a list with",
    Op.CONTAINS_NONE: "a list without",
    Op.ONLY: "limited to",
}


def _say(requirement: Requirement) -> str:
    if isinstance(requirement, Test):
        return f"{_named(requirement)} {_OP_WORDS[requirement.op]} {', '.join(requirement.values)}".strip()
    if isinstance(requirement, Not):
        return f"not {_say(requirement.part)}"
    joiner = " and " if isinstance(requirement, All) else " or "
    return joiner.join(_say(part) for part in requirement.parts)


def say(requirement: Requirement) -> str:
    """A requirement in words, so that a person can see how a rule was understood."""
    return _say(requirement)


def _shown(requirement: Requirement, element: Element) -> str:
    if not isinstance(requirement, Test):
        return ""
    values = _fact(requirement).read(element, requirement.key)
    return f" ({', '.join(values)})" if values else ""


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


def _prefixed(value: str, prefixes: Sequence[str]) -> bool:
    """Prefixes are as written; a trailing ``*`` is only for reading."""
    return value.startswith(tuple(prefix.rstrip("*") for prefix in prefixes))


_COMPARE: dict[Op, _Compare] = {
    Op.PRESENT: lambda _test, values, _fact, _context: bool(values),
    Op.ABSENT: lambda _test, values, _fact, _context: not values,
    Op.IN: lambda test, values, _fact, _context: bool(values) and all(value in test.values for value in values),
    Op.NOT_IN: lambda test, values, _fact, _context: all(value not in test.values for value in values),
    Op.PREFIX: lambda test, values, _f, _c: bool(values) and all(_prefixed(value, test.values) for value in values),
    Op.NOT_PREFIX: lambda test, values, _fact, _context: not any(_prefixed(value, test.values) for value in values),
    Op.MATCHES: lambda test, values, _fact, _context: (
        bool(values) and all(any(re.fullmatch(pattern, value) for pattern in test.values) for value in values)
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
