"""What was said so far in a clause, and giving numbers and values to the fact that they belong to.

Part of `language.rules.terms`: the reader notes what it meets (`comparisons`, `pending` values, marks like "other
than"), and hands it to a fact as soon as it is clear which one.
"""

import re
from collections.abc import Sequence

from kora.domain.rules import Op
from kora.language.rules.beside import Surroundings
from kora.language.rules.items import Item, Sort
from kora.language.rules.model import Concept
from kora.language.rules.term import Clause, NotUnderstood, Term
from kora.language.rules.values import OPEN_WORDS, PATTERNS
from kora.language.rules.words import spoken


class Bound:
    """The facts of a clause with what is bound to them, and what still waits for its fact."""

    def __init__(self, items: Sequence[Item], before: Term | None) -> None:
        self.items = items
        self.near = Surroundings(items)
        self.before = before
        self.places: dict[int, int] = {}
        self.clause = Clause()
        self.pending: list[Item] = []
        self.comparisons: list[tuple[Op, str]] = []
        self.relation: Op | None = None
        self.others = False
        self.compare: Op | None = None
        self.unique = False
        self.range_from: str | None = None
        self.value_follows = False
        self.value_or = False
        self.shape: str | None = None
        self.last_compare: Op | None = None

    def last(self, *, numeric: bool = False, valued: bool = False) -> Term | None:
        """The fact that was named last and takes numbers, or values."""
        for term in [*reversed(self.clause.terms), *([self.before] if self.before else [])]:
            if (
                (numeric and term.concept.numeric)
                or (valued and (term.concept.keyed or term.concept.value_op))
                or (valued and term.concept.value in {("true",), ("false",)})
            ):
                return term
        return None

    def own(self, term: Term) -> Term:
        """The term itself, or a fresh one when it belongs to the clause before."""
        if any(term is each for each in self.clause.terms):
            return term
        fresh = Term(term.concept, term.facts, term.either)
        if term.concept.keyed:
            fresh.values = list(term.values)  # "the label must …, and it must match …" goes on about the same label
        self.clause.terms.append(fresh)
        return fresh

    def _listed_before(self, term: Term) -> list[Term]:
        """Facts that stand right before this one in a list, so that what is said of it is said of them."""
        place = self.places.get(id(term))
        if place is None or term.said:
            return []
        found: list[Term] = []
        for each in reversed([each for each in self.clause.terms if each is not term]):
            start = self.places.get(id(each))
            between = self.items[start + 1 : place] if start is not None and start < place else None
            if between is None or not all(
                item.sort in {Sort.AND, Sort.OR, Sort.COMMA} or item.low in {"both", "the", "a", "an"}
                for item in between
            ):
                break
            found.append(each)
            place = start or 0
        return found

    def _check_words(self, term: Term, found: Sequence[Item]) -> None:
        """A fact that takes one of a few words takes no other: "the QoS class is fine" names none."""
        if len(term.concept.words) < 2 or term.concept.keyed or term.concept.value_op is not Op.IN:
            return
        known = {word.lower() for word in term.concept.words}
        for item in found:
            foreign = item.sort is Sort.UNKNOWN or (item.sort is Sort.VALUE and bool(set(item.text) & set("/=:")))
            if foreign and item.low not in known and term.concept.fact not in OPEN_WORDS:
                raise NotUnderstood(item.text)

    def attach_comparisons(self, term: Term | None) -> None:
        """Give the comparisons that wait to a fact.

        Raises:
            NotUnderstood: there is no fact to take them.
        """
        if term is None:
            raise NotUnderstood(" ".join(value for _, value in self.comparisons))
        own = self.own(term)
        for each in self._listed_before(own):  # "runAsUser and runAsGroup of at least 1000"
            if each.concept.numeric and not each.said:
                each.comparisons.extend(self.comparisons)
        own.comparisons.extend(self.comparisons)
        if self.others:
            own.others, self.others = True, False
        self.comparisons = []

    def bind_values(self, found: Sequence[Item], term: Term | None) -> None:
        """Give values to a fact.

        Raises:
            NotUnderstood: there is no fact, or it does not take such words.
        """
        if term is None:
            raise NotUnderstood(found[0].text)
        own = self.own(term)
        for each in self._listed_before(own):  # "hostPID and hostIPC must be false"
            flag = each.concept.value in {("true",), ("false",)}
            takes = found[0].low in {"true", "false"} if flag else each.concept.value_op and not own.concept.words
            if takes and not each.concept.keyed and not each.said and len(found) == 1:
                each.values.append(_value_of(found[0], each.concept))
        self._check_words(own, found)
        canonical = {word.lower(): word for word in own.concept.words}
        target = own.key_values if own.concept.keyed and own.values and self.value_follows else own.values
        pattern = [item for item in found if _PATTERN.match(item.text)]
        if (
            own.concept.keyed and own.values and pattern == list(found)
        ):  # no key looks like that: it is the value's form
            target, self.shape = own.key_values, "regex"
        if self.shape not in (None, "regex") and own.concept.keyed and target is not own.key_values:
            raise NotUnderstood(found[0].text)  # "keys ending in .pem": the form of a key
        for item in found:
            value = (item.data if isinstance(item.data, str) else item.text).strip()
            if self.shape is None and not own.concept.keyed and _PATTERN.match(value):
                self.shape = "regex"
            if self.shape is not None and (target is own.key_values or not own.concept.keyed):
                own.shape, value = Op.MATCHES, _compiled(PATTERNS[self.shape](value))
            target.append(canonical.get(value.lower(), value))
        if self.others:
            own.others, self.others = True, False
        own.every = self.clause.both
        own.either_value = self.clause.either or self.value_or
        self.pending = []

    def settle(self, term: Term) -> None:
        """Give a fact the numbers and values that were said before it."""
        if self.comparisons and (term.concept.numeric or term.concept.fact == "resources"):
            self.attach_comparisons(term)
        if self.pending and (term.concept.keyed or term.concept.value_op):
            self.bind_values(self.pending, term)
            self.pending = []

    def related_fact(self, index: int) -> bool:
        """Whether the fact before a comparison is compared with another fact that follows, rather than a value."""
        last = self.clause.terms[-1] if self.clause.terms else None
        if last is None or (last.said and not last.concept.keyed) or last.concept.fact == "resources":
            return False
        for item in self.items[index + 1 :]:
            if item.sort is Sort.CONCEPT:
                alike = item.data.numeric == last.concept.numeric or last.concept.numeric
                return alike and (item.data.fact, item.data.path) != (last.concept.fact, last.concept.path)
            if item.low not in _BETWEEN and item.sort is not Sort.KIND:
                return False
        return False

    def relate(self, found: Term) -> bool:
        """Take a fact as what the one before is compared with; False when nothing is to be compared."""
        if self.relation is None:
            return False
        if found.concept.fact == "service.selector" and self.clause.terms[-1].concept.keyed:
            raise NotUnderstood(found.concept.fact.replace(".", " "))  # one label with a whole selector
        kinds, others = set(self.clause.terms[-1].concept.kinds), set(found.concept.kinds)
        if kinds and others and not kinds & others:  # a budget has no replicas: another object has them
            raise NotUnderstood(f"{self.clause.terms[-1].concept.fact} and {found.concept.fact}")
        self.clause.terms[-1].against, self.clause.terms[-1].relation = found, self.relation
        self.relation = None
        return True

    def _next_fits(self, index: int) -> bool:
        """Whether the fact right behind a value lists it too, or stands without anything between."""
        following = self.near.next_fact(index + 1)
        if following is None:
            return False
        adjacent = self.items[index + 1].sort is Sort.CONCEPT
        return adjacent or _fits_fact(self.items[index], following.data)

    def keyed_before(self, index: int) -> bool:
        """Whether a key was named, so that what follows "must be" is its value."""
        last = self.last(valued=True)
        latest = not self.clause.terms or last is self.clause.terms[-1]  # another fact has a say between
        return last is not None and latest and last.concept.keyed and bool(last.values) and not self.pending

    def take_value(self, index: int) -> None:
        """Give a value to the fact before it, or keep it for the one that follows."""
        item = self.items[index]
        last = self.last(valued=True)
        if last is not None and not last.said and _fits_fact(item, last.concept) and not self._next_fits(index):
            self.bind_values([item], last)  # "runAsNonRoot true, seccompProfile RuntimeDefault"
            return
        joined = index + 1 < len(self.items) and self.items[index + 1].sort is Sort.AND
        if last is not None and not last.said and joined and _takes_one(last.concept) and not self.pending:
            self.bind_values([item], last)  # "a DNS policy of X and …": what follows is said of the next fact
            return
        behind = index and self.items[index - 1].sort is Sort.CONCEPT and self.items[index - 1].data.keyed
        if last is None or (self.near.fact_follows(index, valued=True) and not (behind and last.concept.keyed)):
            self.pending.append(item)
        else:
            self.bind_values([item], last)


def _takes_one(concept: Concept) -> bool:
    """Whether a fact takes one name out of several."""
    return concept.value_op is Op.IN and not concept.keyed and not concept.value and not concept.numeric


_PATTERN = re.compile(r"^\^.*[$*+)\]]|^[^^$]*[\[(|].*\$$")
"""A value that can be nothing but a regular expression."""
_BETWEEN = spoken("the its their that a an of value to as same with one with be own any")


def _fits_fact(item: Item, concept: Concept) -> bool:
    """Whether a fact lists this word among its values, or is on or off."""
    if concept.value in {("true",), ("false",)}:
        return item.low in {"true", "false"}
    return item.text.lower() in {word.lower() for word in concept.words}


def _compiled(pattern: str) -> str:
    """The pattern, if it is a regular expression at all."""
    try:
        re.compile(pattern)
    except re.error as problem:
        raise NotUnderstood(pattern) from problem
    return pattern


def _value_of(item: Item, concept: Concept) -> str:
    value = (item.data if isinstance(item.data, str) else item.text).strip()
    return {word.lower(): word for word in concept.words}.get(value.lower(), value)
