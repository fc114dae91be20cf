"""Reading one clause of a rule: comparisons, numbers and values find the fact that they belong to.

A clause is a stretch of items with one polarity ("must not A or B"). Every fact in it becomes a `Term` of `term`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kora.domain.rules import Op
from kora.language.rules.amounts import Amounts
from kora.language.rules.beside import words_of
from kora.language.rules.items import Item, Sort
from kora.language.rules.model import Concept
from kora.language.rules.term import NEED_VALUES, Clause, NotUnderstood, Term
from kora.language.rules.values import (
    ALIKE,
    ENVIRONMENTS,
    FORMS,
    JUDGED,
    NO_KEYS,
    PLACES,
    REFERS,
    RELATING,
    SHAPES,
    VALUE_MARKS,
)
from kora.language.rules.words import RESOURCES, spoken


def resource_term(item: Item) -> Term:
    """The term of requests and limits."""
    facts, either = item.data
    return Term(Concept("resources", "", numeric=True, value_op=Op.IN), facts, either)


def concept_term(item: Item) -> Term:
    """The term of any other fact."""
    concept: Concept = item.data
    return Term(concept, (concept.fact, *concept.also))


def read_clause(items: Sequence[Item], before: Term | None) -> Clause:
    """Bind comparisons, numbers and values of one clause to its facts.

    Args:
        before: the last term of the clause before, which "those limits" or a lone comparison speaks of.
    Raises:
        NotUnderstood: a value or word that belongs to no fact.
    """
    return _Reader(items, before).read()


_INCLUDING = spoken("include includes contain contains")
_LACKS = spoken(
    """
    without missing lack lacking lacks omit omitting unset undefined empty absent blank none disabled disable disabling
    absence fail forbidden prohibited banned disallowed denied blocked refused rejected unset not
    """
)
"""Negations that may follow another one: "must not be unset", "no pod without …"."""


def goes_on(items: Sequence[Item], before: Term | None) -> bool:
    """Whether a stretch without a fact says what the one before must be: "…, and (it) must be either a or b"."""
    if before is None or before.said or before.concept.words or before.concept.value_op is not Op.IN:
        return False
    lead = [item.low for item in items if item.sort in {Sort.WORD, Sort.NEGATION}]
    named = any(item.sort is Sort.UNKNOWN for item in items)
    return named and "be" in lead and lead[0] in {"must", "should", "has", "have", "it", "its", "this"}


_INSIDE = frozenset({"container_port", "mount.path", "port.name", "host_port", "service.port", "ingress.path"})
"""What one object has several of."""


class _Reader(Amounts):
    """Meets the items of a clause one by one; each sort of item has its method."""

    def read(self) -> Clause:
        index = 0
        while index < len(self.items):
            index += self._item(index)
        self._alike_at_the_end()
        if self.comparisons:
            self.attach_comparisons(self.last(numeric=True))
        if self.pending:
            self.bind_values(self.pending, self.last(valued=True))
        if self.compare is not None and any(item.low in {"certain", "value", "following"} for item in self.items):
            self.clause.deferred, self.compare = True, None  # "can't exceed certain values": the numbers follow
        if self.compare is not None:
            raise NotUnderstood("a comparison without a number")
        denied = [item for item in self.items if item.sort is Sort.NEGATION]
        if self.clause.negations > 1 and len(denied) > 1 and denied[-1].low not in _LACKS:
            raise NotUnderstood(" … ".join(item.text for item in denied))  # which of them denies what?
        bounded = [item for item in self.items if item.sort is Sort.COMPARE and item.low.startswith(("not ", "no "))]
        judged = any(item.sort is Sort.POINTER for item in self.items)  # "…, and one without it is a violation"
        if self.clause.negations % 2 and bounded and len(self.clause.terms) > 1 and not judged:
            raise NotUnderstood(f"{denied[0].text} … {bounded[0].text}")  # one "not" would reach over the other
        if self.clause.negations > 1 and self.clause.either and len(self.clause.terms) > 1:
            raise NotUnderstood(" … ".join(item.text for item in denied))  # "must not use A or be without B"
        lacking = [item for item in denied if item.low in _LACKS - {"not"}]
        if lacking and any(item.is_one("neither") for item in denied):
            raise NotUnderstood(f"neither … {lacking[0].text}")  # "neither set A nor leave B unset"
        if self.others:
            raise NotUnderstood("what others than those")  # "other than" whom or what was not found out
        for term in self.clause.terms:  # "the label must be present": the one that was named before
            if self.before and term.concept.keyed and not term.values and self.before.concept is term.concept:
                term.values = list(self.before.values)
        empty = [term for term in self.clause.terms if term.empty]
        someone = any(item.sort is Sort.CONCEPT and item.is_one("user", "group") for item in self.items)
        if someone and len(self.clause.terms) > 1 and any(term.concept.fact == "subject" for term in empty):
            raise NotUnderstood("who the subjects are")
        if empty and len(self.clause.terms) > 1 and any(item.low in ALIKE for item in self.items):
            raise NotUnderstood(f"the comparison with {empty[0].concept.fact}")  # one fact with another
        self.clause.terms = [term for term in self.clause.terms if not term.empty and not self._divided(term)]
        joins = {Sort.AND, Sort.OR, Sort.COMMA, Sort.MARK}
        self.clause.linked = any(item.sort in joins or item.is_one("nor", "neither") for item in self.items)
        return self.clause

    def _item(self, index: int) -> int:
        item = self.items[index]
        if item.data is not None and item.sort in {Sort.WORD, Sort.NEGATION, Sort.UNKNOWN} and self.near.takes(index):
            self.take_value(index)
            return 1
        if item.is_one("all") and self.near.takes(index):
            self.take_value(index)
            return 1
        if self._ends_list(index):
            self.take_value(index)
            return 1
        handler = _HANDLERS.get(item.sort)
        if handler is not None:
            handler(self, index)
        return 1

    def _divided(self, term: Term) -> bool:
        """Whether a ratio was only named to say something of each of its resources."""
        ratio = not term.said and all(fact.startswith("ratio.") for fact in term.facts)
        return ratio and any(each.said and set(each.facts) <= set(term.facts) for each in self.clause.terms)

    def _alike_at_the_end(self) -> None:
        """ "port and targetPort must be the same": two facts compared with each other."""
        last = next((item for item in reversed(self.items) if item.sort is not Sort.MARK), None)
        terms = self.clause.terms
        if last is None or last.low not in RELATING or len(terms) != 2 or any(term.said for term in terms):
            return
        if last.low.startswith("differ"):
            self.clause.negations += 1
        terms[0].against, terms[0].relation = terms[1], Op.IN
        self.clause.terms = terms[:1]

    def _ends_list(self, index: int) -> bool:
        """Whether a small word closes a list of values: "one of finance, hr or it"."""
        if self.items[index].sort is not Sort.WORD or index + 1 != len(self.items) or not self.value_follows:
            return False
        return index >= 2 and self.items[index - 1].sort is Sort.OR and self.near.valuelike(index - 2)

    def _negation(self, index: int) -> None:
        if self.items[index].is_one("disabled") and self.value_follows and self.keyed_before(index):
            return self.take_value(index)
        self.clause.negations += 1
        if self.items[index].is_one("neither"):
            self.clause.neither = True
        if self.items[index].is_one("nor"):
            self.clause.negations -= 1
        return None

    def _or(self, index: int) -> None:
        if index and self.items[index - 1].low in RESOURCES:
            return  # "must not exceed 200m CPU or 1Gi memory": each has its number
        if index and self.near.valuelike(index - 1) and self.near.valuelike(index + 1):
            self.value_or = True  # "set to high or critical": a choice of values, not of facts
            return
        self.clause.either = True

    def _word(self, index: int) -> None:
        item = self.items[index]
        if item.low in RELATING and self.related_fact(index):
            self.relation = Op.IN
            self.clause.negations += item.low.startswith("differ")
        elif item.is_one("longer") and not (index and self.items[index - 1].is_one("no", "not")):
            raise NotUnderstood("longer than")
        elif item.is_one("both"):
            self.clause.both = True
        elif item.is_one("all") and index and self.items[index - 1].is_one("at"):
            self.clause.neither = True  # "no limits at all": who has one of them is not meant
        elif item.is_one("well") and index and self.items[index - 1].is_one("as"):
            self.clause.neither = True  # "that lack A as well as B": who lacks one alone is not meant
        elif item.is_one("only"):
            self.clause.only = True
        elif item.is_one("unique", "distinct", "same"):
            self._unique(index)
        elif item.is_one("twice", "duplicate", "duplicated"):
            inside = [each for each in self.items if each.sort is Sort.CONCEPT and each.data.fact in _INSIDE]
            if inside:
                raise NotUnderstood(f"{inside[0].text} {item.text}")  # alike within one object, not between objects
            self.unique = self.near.next_fact(index) is not None
            if not self.unique and self.clause.terms:
                self.clause.terms[-1].unique = True
        elif item.is_one("to") and index and self.items[index - 1].sort is Sort.CONCEPT and self.keyed_before(index):
            self.value_follows = True  # "setting the annotation x to false"
        elif item.low in VALUE_MARKS or (
            item.low in {"be", "is", "are", "of"}
            and (self.keyed_before(index) or (not self.clause.terms and goes_on(self.items, self.before)))
        ):
            self.value_follows = True
        elif item.low in _INCLUDING and self._last_list() is not None:
            self._hold(index)
        elif item.low in SHAPES and self._shaped(index):
            self.shape, self.value_follows = SHAPES[item.low], True
        elif item.is_one("enabled") and self.value_follows and self.keyed_before(index):
            self.take_value(index)  # "the label x must be enabled"
        elif item.is_one("true", "false") or self._plain_key(index):
            self.take_value(index)

    def _last_list(self) -> Term | None:
        """The fact named last, if it is a list that takes a few words."""
        last = self.clause.terms[-1] if self.clause.terms else None
        listed = last is not None and last.concept.value_op is Op.ONLY and len(last.concept.words) > 1
        return last if listed and last is not None and not last.said else None

    def _hold(self, index: int) -> None:
        last = self._last_list()
        if last is not None and not any(item.is_one("only") for item in self.items[:index]):
            last.holds_them = True

    def _plain_key(self, index: int) -> bool:
        """Whether a word that means nothing else is a key: "a team label"."""
        return self.items[index].low not in NO_KEYS and self.near.beside_keyed(index) and not self._has_key(index)

    def _has_key(self, index: int) -> bool:
        """Whether the fact before a plain word has its key already, so that the word names no further one."""
        last = self.clause.terms[-1] if self.clause.terms and not self.value_follows else None
        following = self.items[index + 1 : index + 2]
        before_fact = any(each.sort is Sort.CONCEPT and each.data.keyed for each in following)
        return bool(last and last.concept.keyed and last.values and not before_fact and not self.near.listed(index))

    def _shaped(self, index: int) -> bool:
        """Whether "ends with", "matches", "contains" is about the form of a value that follows."""
        if self.items[index].low in {"prefix", "start", "begin", "starting", "beginning"}:
            last = self.last(valued=True)
            return last is not None and last.concept.fact not in {"image", "volume.host_path"}
        following = self.items[index + 1 : index + 5]
        value = next((each for each in following if each.sort in {Sort.VALUE, Sort.UNKNOWN, Sort.CONCEPT}), None)
        return value is not None and value.sort is not Sort.CONCEPT and self.last(valued=True) is not None

    def _unique(self, index: int) -> None:
        """ "unique hosts", "hosts must be unique", "the same selector" (the opposite)."""
        if self.items[index].is_one("same"):
            following = [each.low for each in self.items[index + 1 : index + 7]]
            if (
                following
                and following[0].startswith("as")
                and {"another", "other"} & set(following)
                and self.clause.terms
            ):
                self.clause.terms[-1].unique = True  # "whose selector is the same as that of another"
                return
            if not any(item.sort is Sort.CONCEPT for item in self.items[index + 1 : index + 2]):
                return
            self.clause.negations += 1
        if self.near.next_fact(index) is not None:
            self.unique = True
        elif self.clause.terms:
            self.clause.terms[-1].unique = True

    def _kind(self, index: int) -> None:
        if self.near.takes(index):  # "the policy types Ingress and Egress"
            self.take_value(index)

    def _concept(self, index: int) -> None:
        if self.near.takes(index):
            return self.take_value(index)
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        if (
            following is not None
            and following.sort is Sort.CONCEPT
            and following.data.fact in {"labels", "annotations"}
            and " " not in self.items[index].low
        ):
            self.pending.append(self.items[index])  # "an environment label"
            return None
        previous = self.items[index - 1] if index else None
        if previous is not None and previous.sort is Sort.CONCEPT and previous.data.keyed and " " not in previous.low:
            last = self.last(valued=True)
            if last is not None and last.concept is previous.data and not last.values:
                self.bind_values([self.items[index]], last)  # "the label env"
                return None
        latest = self.clause.terms[-1] if self.clause.terms else None
        plain = self.items[index].data.fact in NEED_VALUES and " " not in self.items[index].low
        if plain and latest is not None and latest.concept.keyed and latest.values and self.near.listed(index):
            return self.bind_values([self.items[index]], latest)  # "the labels app and name"
        term = concept_term(self.items[index])
        if self.relate(term):
            self.places[id(term)] = index
            return None
        self.value_follows, self.shape = False, None
        if term.concept.fact == "capabilities.add":  # "drop all capabilities", "capabilities to drop"
            dropped = next((each for each in self.clause.terms if each.concept.fact == "capabilities.drop"), None)
            if dropped is not None:
                return self.settle(dropped)
        known = next((each for each in self.clause.terms if each.facts == term.facts and not each.values), None)
        if known is not None and term.concept.fact in NEED_VALUES | {"labels", "annotations"}:
            if term.concept.value and known.concept.value and known.concept.presence is term.concept.presence:
                known.concept = replace(known.concept, value=(*known.concept.value, *term.concept.value))
                term = known  # "ClusterIP or LoadBalancer": one fact, several values
            elif term.concept.value:
                self.clause.terms[self.clause.terms.index(known)] = term
            else:
                term = known
        else:
            self.clause.terms.append(term)
            self.places[id(term)] = index
        term.unique, self.unique = self.unique, False
        one = index and self.items[index - 1].is_one("a", "an") and term.concept.value_op is Op.ONLY
        term.holds_them |= bool(one) and not self.clause.only  # "must have a toleration for x": among others
        return self.settle(term)

    def _resource(self, index: int) -> None:
        item = self.items[index]
        previous = self.items[index - 1] if index else None
        if item.low == "bare" and previous is not None and previous.low in REFERS:
            referred = next((t for t in reversed(self.clause.terms) if t.concept.fact == "resources"), self.before)
            if referred is not None and referred.concept.fact == "resources":
                sides = {fact.partition(".")[0] for fact in item.data[0]}
                facts = tuple(fact for fact in referred.facts if fact.partition(".")[0] in sides) or referred.facts
                term = Term(referred.concept, facts, referred.either)
                self.clause.terms.append(term)
                self.settle(term)
                return
        term = resource_term(item)
        self.clause.terms.append(term)
        self.settle(term)

    def _unknown(self, index: int) -> None:
        item = self.items[index]
        article = index and self.items[index - 1].is_one("a", "an")
        formed = item.low.split(" ")[0] in FORMS and not any(
            each.is_one("regex", "regexp", "pattern") for each in self.items
        )
        if item.low in FORMS or formed or (article and item.text.isalpha() and not self.near.beside_keyed(index)):
            raise NotUnderstood(item.text)  # "a host": a noun, and no name
        if self._only_describes(index):
            return
        named = re.search(r"[-/\d]", item.text) and self.last(valued=True) is not None
        if self.near.names_value(index, self._with_keys()) or (
            self.value_follows and (named or self.keyed_before(index))
        ):
            self.take_value(index)
            return
        following = self.items[index + 1].low if index + 1 < len(self.items) else ""
        if item.low in ENVIRONMENTS and following in PLACES:
            return  # "our production cluster"
        if item.low in JUDGED and any(each.sort is Sort.VALUE for each in self.items[index:]):
            return  # "dangerous capabilities such as SYS_ADMIN": the values say which
        raise NotUnderstood(item.text)

    def _plain_value(self, index: int) -> None:
        text = self.items[index].text
        if text.isalpha() and text.isupper():
            self._only_describes(index)
        self.take_value(index)

    def _only_describes(self, index: int) -> bool:
        """Whether a word before a fact describes it: "the in-tree provisioners a/b and c/d" are those that are listed.

        Raises:
            NotUnderstood: "a CSI provisioner" names no value, and says which by the description alone.
        """
        following = self.items[index + 1 : index + 3]
        if not following or following[0].sort is not Sort.CONCEPT or following[0].data.keyed:
            return False
        concept: Concept = following[0].data
        if concept.value_op is not Op.IN or concept.fact.startswith("image"):
            return False
        if len(following) > 1 and following[1].sort is Sort.VALUE:
            return True
        if index and self.items[index - 1].low in {"a", "an"} and self.items[index].low not in words_of(following[0]):
            raise NotUnderstood(f"{self.items[index].text} {following[0].text}")
        return False

    def _with_keys(self) -> list[Concept]:
        """Facts whose keys were named already."""
        return [term.concept for term in self.clause.terms if term.values]

    def _other_than(self, index: int) -> None:
        placed = index and self.items[index].is_one("outside") and self.items[index - 1].is_one("the", "from", "to")
        self.others = self.others or not placed  # "exposed to the outside" leaves nothing out


_HANDLERS = {
    Sort.NEGATION: _Reader._negation,
    Sort.OR: _Reader._or,
    Sort.WORD: _Reader._word,
    Sort.COMPARE: _Reader.read_comparison,
    Sort.NUMBER: _Reader.read_number,
    Sort.CONCEPT: _Reader._concept,
    Sort.KIND: _Reader._kind,
    Sort.RESOURCE: _Reader._resource,
    Sort.VALUE: _Reader._plain_value,
    Sort.UNKNOWN: _Reader._unknown,
    Sort.OTHER_THAN: _Reader._other_than,
}
