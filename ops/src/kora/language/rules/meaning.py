"""A rule said again in unambiguous words, so that a person sees how it was understood."""

from kora.domain.rules import All, AnyOf, Not, Op, Requirement, Scope, Test

_SAID = {
    Op.PRESENT: "{fact} is set",
    Op.ABSENT: "{fact} is not set",
    Op.EMPTY: "{fact} is not set",
    Op.IN: "{fact} is {values}",
    Op.NOT_IN: "{fact} is not {values}",
    Op.PREFIX: "{fact} starts with {values}",
    Op.NOT_PREFIX: "{fact} does not start with {values}",
    Op.MATCHES: "{fact} has the form {values}",
    Op.NOT_MATCHES: "{fact} does not have the form {values}",
    Op.BELOW: "{fact} < {values}",
    Op.AT_MOST: "{fact} ≤ {values}",
    Op.ABOVE: "{fact} > {values}",
    Op.AT_LEAST: "{fact} ≥ {values}",
    Op.UNIQUE: "{fact} occurs once only",
    Op.CONTAINS: "{fact} has {values}",
    Op.CONTAINS_NONE: "{fact} has none of {values}",
    Op.ONLY: "{fact} has nothing but {values}",
}


def meaning(scope: Scope, requirement: Requirement) -> str:
    """A rule in unambiguous words, so that a person sees how it was understood."""
    where = f" in {', '.join(scope.namespaces)}" if scope.namespaces else ""
    labels = "".join(f" with label {key}={value}" for key, value in scope.labels.items())
    labels = f" named {', '.join(scope.names)}{labels}" if scope.names else labels
    labels = f" (its init containers){labels}" if scope.init_only else labels
    but = [*scope.except_namespaces, *scope.except_names, *scope.except_containers, *scope.except_images]
    exempt = f" (except {', '.join(but)})" if but else ""
    return f"Every {', '.join(scope.kinds)}{where}{labels}{exempt}: {_say(requirement)}."


def _say(requirement: Requirement) -> str:
    if isinstance(requirement, Test):
        fact = requirement.fact.replace("_", " ") + (f' "{requirement.key}"' if requirement.key else "")
        wanted = " or ".join(requirement.values)
        if requirement.other is not None:
            wanted = requirement.other.replace("_", " ") + (
                f' "{requirement.other_key}"' if requirement.other_key else ""
            )
        return _SAID[requirement.op].format(fact=fact, values=wanted)
    if isinstance(requirement, Not):
        return f"not ({_say(requirement.part)})"
    joiner = " and " if isinstance(requirement, All) else " or "
    return joiner.join(f"({_say(part)})" if isinstance(part, AnyOf | All) else _say(part) for part in requirement.parts)
