"""Why an object breaks a rule, and the rule itself, in words for people: the part, the fact, its value, its field.

`evaluate` decides, this module says it.
"""

from collections.abc import Iterable, Sequence

from kora.domain.rules import All, AnyOf, Not, Op, Requirement, Rule, Test
from kora.operations.audits.elements import Element
from kora.operations.audits.facts import Values, fact_of

_BROKEN = {
    Op.PRESENT: "{fact} is not set",
    Op.ABSENT: "{fact} is set ({shown})",
    Op.EMPTY: "{fact} is set ({shown})",
    Op.IN: "{fact} is {shown}, not {wanted}",
    Op.NOT_IN: "{fact} is {shown}",
    Op.PREFIX: "{fact} {shown} is not from {wanted}",
    Op.NOT_PREFIX: "{fact} {shown} is from {wanted}",
    Op.MATCHES: "{fact} {shown} does not have the form {wanted}",
    Op.NOT_MATCHES: "{fact} {shown} has the form {wanted}",
    Op.BELOW: "{fact} {shown} is not below {wanted}",
    Op.AT_MOST: "{fact} {shown} is above {wanted}",
    Op.ABOVE: "{fact} {shown} is not above {wanted}",
    Op.AT_LEAST: "{fact} {shown} is below {wanted}",
    Op.UNIQUE: "{fact} {shown} occurs more than once",
    Op.CONTAINS: "{fact} ({shown}) lacks {wanted}",
    Op.CONTAINS_NONE: "{fact} {bad} is not allowed",
    Op.ONLY: "{fact} {bad} is not one of {wanted}",
}
_SAID = {
    Op.PRESENT: "is set",
    Op.ABSENT: "is not set",
    Op.EMPTY: "is not set",
    Op.IN: "is",
    Op.NOT_IN: "is not",
    Op.PREFIX: "is from",
    Op.NOT_PREFIX: "is not from",
    Op.MATCHES: "has the form",
    Op.NOT_MATCHES: "does not have the form",
    Op.BELOW: "is below",
    Op.AT_MOST: "is at most",
    Op.ABOVE: "is above",
    Op.AT_LEAST: "is at least",
    Op.UNIQUE: "occurs once only",
    Op.CONTAINS: "has",
    Op.CONTAINS_NONE: "has none of",
    Op.ONLY: "has nothing but",
}


def why(test: Test, values: Values, element: Element, *, by_default: bool = False, against: str | None = None) -> str:
    """Why one element does not pass a test: its part, the fact with its value, the path of the field.

    Args:
        by_default: whether nobody said the values, and the API takes them.
        against: the other fact with its values, where two facts are compared.
    """
    fact = fact_of(test)
    place = fact.place(element, test.key)
    suffix = f" ({place})" if place else ""
    if fact.around is not None and test.op in {Op.PRESENT, Op.ABSENT, Op.EMPTY}:
        found = f"there is no {named(test)}" if not values else f"{named(test)}: {', '.join(values)}"
        return where(element, found)
    if not values and test.op not in {Op.ABSENT, Op.EMPTY}:
        return where(element, f"{named(test)} is not set{suffix}")
    shown = ", ".join(fact.shown(value) for value in values) + (" by default" if by_default else "")
    wanted = against or ", ".join(fact.shown(value) for value in test.values)
    within = [value for value in values if (value in test.values) is (test.op is Op.CONTAINS_NONE)]
    bad = ", ".join(fact.shown(value) for value in within)
    said = _BROKEN[test.op].format(fact=named(test), shown=shown, wanted=wanted, bad=bad)
    return where(element, f"{said}{suffix}")


def where(element: Element, reason: str) -> str:
    """A reason with the part of the object that it is about."""
    return f"{element.label}: {reason}" if element.label else reason


def together(parts: Sequence[Requirement], reasons: Iterable[Sequence[str]]) -> str:
    """Why none of several alternatives holds, as one reason. That a fact is set at all is no news beside its value."""
    told: list[str] = []
    for part, each in zip(parts, reasons, strict=True):
        if isinstance(part, Test) and part.op is Op.EMPTY and len(parts) > 1:
            continue
        for reason in each:
            label = told[0].partition(": ")[0] + ": " if told and ": " in told[0] else None
            told.append(reason.removeprefix(label) if label else reason)
    return " and ".join(dict.fromkeys(told))


def named(test: Test) -> str:
    """The fact of a test in words, with its key."""
    words = fact_of(test).words
    return f'{words} "{test.key}"' if test.key else words


def say(requirement: Requirement) -> str:
    """A requirement in the words of the facts, so that a person can see how a rule was understood."""
    if isinstance(requirement, Test):
        shown = fact_of(requirement).shown
        wanted = " or ".join(shown(value) for value in requirement.values)
        if requirement.other is not None:
            wanted = named(Test(fact=requirement.other, op=Op.PRESENT, key=requirement.other_key))
        return f"{named(requirement)} {_SAID[requirement.op]} {wanted}".strip()
    if isinstance(requirement, Not):
        return f"not {say(requirement.part)}"
    joiner = " and " if isinstance(requirement, All) else " or "
    parts = [part for part in requirement.parts if not _only_unset(part, requirement)]
    said = joiner.join(
        f"({say(part)})" if isinstance(part, All | AnyOf) and len(parts) > 1 else say(part) for part in parts
    )
    return said if len(parts) == len(requirement.parts) else f"{said}, where it is set"


def _only_unset(part: Requirement, whole: All | AnyOf) -> bool:
    """Whether an alternative only says that what the others compare may be missing."""
    if not (isinstance(whole, AnyOf) and isinstance(part, Test) and part.op is Op.EMPTY):
        return False
    others = [other for other in whole.parts if other is not part]
    tests = [test for other in others for test in (other.parts if isinstance(other, All) else (other,))]
    return all(isinstance(test, Test) and (test.fact, test.key) == (part.fact, part.key) for test in tests)


def statement(rule: Rule) -> str:
    """The whole rule in unambiguous words."""
    scope = rule.scope
    where_ = f" in {', '.join(scope.namespaces)}" if scope.namespaces else ""
    labels = "".join(f" with label {key}={value}" for key, value in scope.labels.items())
    labels = f" named {', '.join(scope.names)}{labels}" if scope.names else labels
    labels = f" (its init containers){labels}" if scope.init_only else labels
    but = [
        *(f"namespace {each}" for each in scope.except_namespaces),
        *scope.except_names,
        *(f"container {each}" for each in scope.except_containers),
        *(f"images {each}" for each in scope.except_images),
    ]
    exempt = f" (except {', '.join(but)})" if but else ""
    return f"every {', '.join(scope.kinds)}{where_}{labels}{exempt}: {say(rule.requirement)}"
