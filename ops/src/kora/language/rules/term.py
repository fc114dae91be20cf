"""A fact with what a clause says about it, and the clause: what must hold when they are wanted, and when they are not.

Negation is pushed down to the tests here, where "not set" has a meaning of its own. `terms` fills them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kora.domain.quantities import parse_quantity
from kora.domain.rules import All, AnyOf, Op, Requirement, Test
from kora.language.rules.model import Concept
from kora.language.rules.words import spoken

_OPPOSITE = {
    Op.PRESENT: Op.ABSENT,
    Op.ABSENT: Op.PRESENT,
    Op.IN: Op.NOT_IN,
    Op.NOT_IN: Op.IN,
    Op.PREFIX: Op.NOT_PREFIX,
    Op.MATCHES: Op.NOT_MATCHES,
    Op.ONLY: Op.CONTAINS_NONE,
    Op.CONTAINS: Op.CONTAINS_NONE,
    Op.BELOW: Op.AT_LEAST,
    Op.AT_LEAST: Op.BELOW,
    Op.ABOVE: Op.AT_MOST,
    Op.AT_MOST: Op.ABOVE,
}
# Facts that say nothing without a value: "images" alone is only what a sentence is about.
NEED_VALUES = spoken(
    """
    image name service.type service.port ingress.host subject volume.type container_port command cron.schedule
    rule.verbs rule.resources rule.groups replicas restarts containers.count volumes.count init.count service.port_count hpa.bounds
    """
)


class NotUnderstood(Exception):
    """A part of the rule that nobody may guess at; the words say which."""


def all_of(parts: Sequence[Requirement]) -> Requirement:
    """Every part, without needless nesting and repetition."""
    flat: list[Requirement] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else All(parts=unique)


def any_of(parts: Sequence[Requirement]) -> Requirement:
    """One of the parts, without needless nesting and repetition."""
    flat: list[Requirement] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AnyOf) else (part,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else AnyOf(parts=unique)


def contradicts(requirement: Requirement) -> bool:
    """Whether nothing can meet it, because it asks for a thing and for its opposite: then it was misread."""
    if not isinstance(requirement, All):
        return False
    tests = [part for part in requirement.parts if isinstance(part, Test)]
    return any(_against(one, other) for index, one in enumerate(tests) for other in tests[index + 1 :])


def _against(one: Test, other: Test) -> bool:
    if (one.fact, one.key) != (other.fact, other.key):
        return False
    if {one.op, other.op} == {Op.PRESENT, Op.ABSENT}:
        return True
    if {one.op, other.op} in ({Op.BELOW, Op.AT_LEAST}, {Op.ABOVE, Op.AT_MOST}) and not (one.other or other.other):
        return one.values == other.values
    if one.op is Op.IN and other.op is Op.IN:
        return not set(one.values) & set(other.values)
    if one.op is Op.NOT_IN and other.op is Op.NOT_IN:
        return {*one.values, *other.values} == {"true", "false"}
    return {one.op, other.op} == {Op.IN, Op.NOT_IN} and set(one.values) == set(other.values)


def tautological(requirement: Requirement) -> bool:
    """Whether everything meets it, because a thing or its opposite will do: then it was misread."""
    if isinstance(requirement, All):
        return any(tautological(part) for part in requirement.parts)
    if not isinstance(requirement, AnyOf):
        return False
    tests = [part for part in requirement.parts if isinstance(part, Test)]
    return any(_opposed(one, other) for index, one in enumerate(tests) for other in tests[index + 1 :])


def _opposed(one: Test, other: Test) -> bool:
    if (one.fact, one.key, one.values) != (other.fact, other.key, other.values):
        return False
    return {one.op, other.op} in ({Op.PRESENT, Op.ABSENT}, {Op.IN, Op.NOT_IN})


@dataclass
class Term:
    """One fact (or several joined ones) with what was said about it."""

    concept: Concept
    facts: tuple[str, ...]
    either: bool = False
    comparisons: list[tuple[Op, str]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    others: bool = False
    """Whether the values are the exceptions: "registries other than"."""
    either_value: bool = False
    only: bool = False
    unique: bool = False
    every: bool = False
    """Whether each of the values must be there: "both Ingress and Egress"."""
    holds_them: bool = False
    """Whether the values must be among others: "has to include Egress"."""
    key_values: list[str] = field(default_factory=list)
    """What the value behind a key must be: "the label tier set to web"."""
    against: "Term | None" = None
    """Another fact that this one is compared with, by `relation`."""
    relation: Op = Op.IN
    shape: Op | None = None
    """How the values are compared when the words say so ("ends with"): values are regular expressions then."""

    @property
    def said(self) -> bool:
        """Whether anything was said about the fact."""
        return bool(self.values or self.comparisons or self.unique or self.against)

    @property
    def empty(self) -> bool:
        """Whether nothing was said about a fact that needs a value."""
        return (
            self.concept.fact in NEED_VALUES
            and not self.concept.value
            and not self.values
            and not self.comparisons
            and not self.unique
            and self.against is None
        )

    def test(self, wanted: bool, *, strict: bool = False) -> Requirement:
        """What must hold when the fact is wanted, or when it is not; `strict`: "A or B" asks for both (what is searched
        for is the lack of either)."""
        if strict:
            self.either = self.either_value = False
        if self.others:
            wanted = not wanted
        each = [self._fact(fact, wanted) for fact in self.facts]
        return any_of(each) if self.either and wanted else all_of(each)

    def _fact(self, fact: str, wanted: bool) -> Requirement:
        if self.against is not None:
            return self._beside(fact, self.against, wanted)
        if self.unique and fact.startswith("probe."):
            raise NotUnderstood(f"the same {fact}")  # alike within one container, not between objects
        if self.unique:
            if not wanted:  # "must have the same …" asks for what no single object can show
                raise NotUnderstood(f"the same {fact.replace('.', ' ')}")
            return Test(fact=fact, op=Op.UNIQUE, key=self.concept.path)
        if self.comparisons:
            return self._compared(fact, wanted)
        if self.values:
            return self._valued(fact, wanted)
        op = self.concept.presence
        return Test(fact=fact, op=op if wanted else _OPPOSITE[op], values=self.concept.value, key=self.concept.path)

    def _beside(self, fact: str, against: "Term", wanted: bool) -> Requirement:
        """Compared with another fact of the same object."""
        if against.concept.keyed and not against.values:
            raise NotUnderstood(against.concept.fact)  # which label?
        op = self.relation if wanted else _OPPOSITE[self.relation]
        key = self.values[0] if self.concept.keyed and self.values else self.concept.path
        other = against.values[0] if against.concept.keyed and against.values else against.concept.path
        # A port is meant by its number or by its name.
        named = "container_port.any" if against.facts == ("container_port",) else against.facts[0]
        return Test(fact=fact, op=op, key=key, other=named, other_key=other)

    def _compared(self, fact: str, wanted: bool) -> Requirement:
        key = self.concept.path
        unset = Test(fact=fact, op=Op.EMPTY, key=key)
        exact = tuple(value for op, value in self.comparisons if op is Op.IN)
        if len(exact) > 1 and len(exact) == len(self.comparisons):  # "22 or 3389": one of them, or none
            one = Test(fact=fact, op=Op.IN if wanted else Op.NOT_IN, values=exact, key=key)
            return any_of([unset, one]) if wanted and self.concept.optional else one
        if _apart(self.comparisons):  # "above 20 or below 2": nothing is both
            tests: list[Requirement] = [
                Test(fact=fact, op=op if wanted else _OPPOSITE[op], values=(value,), key=key)
                for op, value in self.comparisons
            ]
            return any_of(tests) if wanted else any_of([unset, all_of(tests)])
        if exact and len(self.comparisons) > 1:  # "80, 443 and 8080-8090": a list and a range
            raise NotUnderstood(" ".join(value for _, value in self.comparisons))
        if wanted:
            tests = [Test(fact=fact, op=op, values=(v,), key=key) for op, v in self.comparisons]
            return any_of([unset, all_of(tests)]) if self.concept.optional else all_of(tests)
        others = [Test(fact=fact, op=_OPPOSITE[op], values=(v,), key=key) for op, v in self.comparisons]
        return any_of([unset, *others])

    def _valued(self, fact: str, wanted: bool) -> Requirement:
        said = self.key_values if self.concept.keyed else self.values
        beside = [value for value in said if self.shape is Op.MATCHES and "^" not in value]
        if beside and len(beside) < len(said):  # words beside a pattern name no values
            if not all(value.lower() in _CHARACTERS for value in beside):
                raise NotUnderstood(" ".join(said))
            said[:] = [value for value in said if value not in beside]
        if self.concept.keyed:
            keys = [self._key(fact, value, wanted) for value in self.values]
            if self.key_values and not wanted:
                return all_of(keys)
            return any_of(keys) if self.either_value and wanted else all_of(keys)
        op, values = self.concept.value_op or Op.IN, tuple(self.values)
        if self.concept.numeric and self.shape is None and not all(_AMOUNT.match(value) for value in values):
            raise NotUnderstood(" ".join(values))  # "limits of nvidia.com/gpu": a name is no amount
        if self.concept.value in {("true",), ("false",)} and not set(values) <= {"true", "false"}:
            raise NotUnderstood(
                " ".join(values)
            )  # "a read-only root, drop all …": what is on or off takes no other value
        if fact in _HOSTS and any("/" in value.removesuffix("/") for value in values):
            raise NotUnderstood(" ".join(values))
        if self.shape is not None:
            op = self.shape if wanted else _OPPOSITE[self.shape]
            return Test(fact=fact, op=op, values=values, key=self.concept.path)
        if fact == "image":
            fact, values = _image_values(values)
        if fact.startswith("image.") and fact != "image.full" and any("/" in value for value in values):
            raise NotUnderstood(" ".join(values))  # no tag looks like that
        if fact == "image.explicit_tag":  # an image without a tag has the tag "latest"
            fact = "image.tag"
        if values in {("true",), ("false",)} and self.concept.value in {("true",), ("false",)}:
            values = self.concept.value if values == ("true",) else (_FLIP[self.concept.value[0]],)
            op = Op.IN
        if op is Op.ONLY and wanted and (self.holds_them or (self.every and len(values) > 1)):
            return Test(fact=fact, op=Op.CONTAINS, values=values, key=self.concept.path)
        if op is Op.CONTAINS and wanted:
            options = [(value,) for value in values] if self.either_value else [values]
            if fact.startswith("capabilities.") and "ALL" not in values:  # dropping all of them drops each
                options.append(("ALL",))
            return any_of([Test(fact=fact, op=op, values=option) for option in options])
        test = Test(fact=fact, op=op if wanted else _OPPOSITE[op], values=values, key=self.concept.path)
        if wanted and self.concept.optional and op is Op.IN:
            return any_of([Test(fact=fact, op=Op.EMPTY, key=self.concept.path), test])
        return test

    def _key(self, fact: str, value: str, wanted: bool) -> Requirement:
        if self.key_values:
            op = self.shape or Op.IN
            return Test(fact=fact, key=value, op=op if wanted else _OPPOSITE[op], values=tuple(self.key_values))
        key, equals, content = value.partition("=")
        key, content = key.strip(), content.lstrip("=").strip().strip("\"'")
        if equals:
            return Test(fact=fact, key=key, op=Op.IN if wanted else Op.NOT_IN, values=(content,))
        return Test(fact=fact, key=key, op=Op.PRESENT if wanted else Op.ABSENT)


def _apart(comparisons: Sequence[tuple[Op, str]]) -> bool:
    """Whether two bounds leave nothing between them, so that one or the other is meant."""
    if len(comparisons) != 2:
        return False
    bounds = dict(comparisons)
    least = next((bounds[op] for op in (Op.ABOVE, Op.AT_LEAST) if op in bounds), None)
    most = next((bounds[op] for op in (Op.BELOW, Op.AT_MOST) if op in bounds), None)
    low, high = parse_quantity(least), parse_quantity(most)
    return low is not None and high is not None and low > high


_AMOUNT = re.compile(r"[+-]?\d+(?:\.\d+)?[A-Za-z]{0,2}%?$")
_CHARACTERS = spoken(
    "letters digits characters numbers lower-case upper-case lowercase uppercase alphanumeric hyphens only"
)
"""What a pattern is made of, said in words beside it."""
_HOSTS = frozenset({"ingress.host"})
_FLIP = {"true": "false", "false": "true"}
_HUB = ("docker.io", "index.docker.io", "docker hub", "dockerhub")


def _image_values(values: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Images are compared as written, unless Docker Hub is named, which is what silence means."""
    if any(value.lower().startswith(_HUB) for value in values):
        full = tuple("docker.io/" if value.lower().rstrip("/") in _HUB else value for value in values)
        return "image.full", full
    return "image", tuple(value if any(c in value for c in "/:*") else f"{value}/" for value in values)


@dataclass
class Clause:
    """One stretch with one polarity."""

    terms: list[Term] = field(default_factory=list)
    negations: int = 0
    either: bool = False
    both: bool = False
    neither: bool = False
    only: bool = False
    linked: bool = True
    """Whether its facts are joined by "and", "or" or a comma, rather than said of each other ("A to B")."""
    deferred: bool = False
    """Whether it announces numbers that another sentence gives."""

    def required(self, search: bool) -> Requirement:
        """The requirement behind the clause: what must hold (of a search: what must hold to not be found)."""
        negated = bool(self.negations % 2)
        wanted = negated if search else not negated
        if search and negated and self.neither and len(self.terms) == 1:
            self.terms[0].either = True
        tests = [term.test(wanted, strict=search and not self.neither) for term in self.terms]
        if not search:
            together = not self.linked and len(self.terms) > 1  # "must not give A to B": neither is forbidden alone
            alternative = (self.both or together) and not self.either if negated else self.either
        else:
            alternative = self.neither if negated else not self.either
        return any_of(tests) if alternative else all_of(tests)

    def holds(self) -> Requirement:
        """The clause as a plain statement, for conditions."""
        wanted = not self.negations % 2
        tests = [term.test(wanted) for term in self.terms]
        return any_of(tests) if self.either is wanted and len(tests) > 1 else all_of(tests)

    def fails(self) -> Requirement:
        """The opposite of `holds`."""
        wanted = bool(self.negations % 2)
        tests = [term.test(wanted) for term in self.terms]
        return all_of(tests) if self.either is not wanted and len(tests) > 1 else any_of(tests)
