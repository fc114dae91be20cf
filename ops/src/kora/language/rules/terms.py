"""Reading one clause of a rule: comparisons, numbers and values find the fact that they belong to.

A clause is a stretch of items with one polarity ("must not A or B"). Every fact in it becomes a `Term` of `term`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kora.domain.rules import Op
from kora.language.rules.model import Concept
from kora.language.rules.scan import Item, Sort
from kora.language.rules.term import NEED_VALUES, Clause, NotUnderstood, Term
from kora.language.rules.values import (
    ADJECTIVE,
    ALIKE,
    ENVIRONMENTS,
    JUDGED,
    LISTED,
    NAMING,
    NO_KEYS,
    OPEN_WORDS,
    PATTERNS,
    PLACES,
    REFERS,
    SHAPES,
    VALUE_MARKS,
    WHERE,
)
from kora.language.rules.words import RESOURCES


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


class _Reader:
    def __init__(self, items: Sequence[Item], before: Term | None) -> None:
        self.items = items
        self.before = before
        self.places: dict[int, int] = {}
        self.clause = Clause()
        self.pending: list[Item] = []
        self.comparisons: list[tuple[Op, str]] = []
        self.others = False
        self.compare: Op | None = None
        self.unique = False
        self.range_from: str | None = None
        self.value_follows = False
        self.value_or = False
        self.shape: str | None = None
        self.last_compare: Op | None = None

    def read(self) -> Clause:
        index = 0
        while index < len(self.items):
            index += self._item(index)
        if self.comparisons:
            self._attach_comparisons(self._last(numeric=True))
        if self.pending:
            self._bind_values(self.pending, self._last(valued=True))
        if self.compare is not None and any(item.low in {"certain", "value", "following"} for item in self.items):
            self.clause.deferred, self.compare = True, None  # "can't exceed certain values": the numbers follow
        if self.compare is not None:
            raise NotUnderstood("a comparison without a number")
        for term in self.clause.terms:  # "the label must be present": the one that was named before
            if self.before and term.concept.keyed and not term.values and self.before.concept is term.concept:
                term.values = list(self.before.values)
        empty = [term for term in self.clause.terms if term.empty]
        someone = any(item.sort is Sort.CONCEPT and item.is_one("user", "group") for item in self.items)
        if someone and len(self.clause.terms) > 1 and any(term.concept.fact == "subject" for term in empty):
            raise NotUnderstood("who the subjects are")
        if empty and len(self.clause.terms) > 1 and any(item.low in ALIKE for item in self.items):
            raise NotUnderstood(f"the comparison with {empty[0].concept.fact}")  # one fact with another
        self.clause.terms = [term for term in self.clause.terms if not term.empty]
        return self.clause

    def _item(self, index: int) -> int:
        item = self.items[index]
        if item.data is not None and item.sort in {Sort.WORD, Sort.NEGATION, Sort.UNKNOWN} and self._takes(index):
            self._value(index)
            return 1
        if item.is_one("all") and self._takes(index):
            self._value(index)
            return 1
        if self._ends_list(index):
            self._value(index)
            return 1
        handler = _HANDLERS.get(item.sort)
        if handler is not None:
            handler(self, index)
        return 1

    def _ends_list(self, index: int) -> bool:
        """Whether a small word closes a list of values: "one of finance, hr or it"."""
        if self.items[index].sort is not Sort.WORD or index + 1 != len(self.items) or not self.value_follows:
            return False
        return index >= 2 and self.items[index - 1].sort is Sort.OR and self._valuelike(index - 2)

    # --- what each sort of item does ------------------------------------------------------------------------------

    def _negation(self, index: int) -> None:
        self.clause.negations += 1
        if self.items[index].is_one("neither"):
            self.clause.neither = True
        if self.items[index].is_one("nor"):
            self.clause.negations -= 1

    def _or(self, index: int) -> None:
        if index and self.items[index - 1].low in RESOURCES:
            return  # "must not exceed 200m CPU or 1Gi memory": each has its number
        if index and self._valuelike(index - 1) and self._valuelike(index + 1):
            self.value_or = True  # "set to high or critical": a choice of values, not of facts
            return
        self.clause.either = True

    def _valuelike(self, index: int) -> bool:
        """Whether the item (a determiner before it left out) names a value or a key."""
        while index < len(self.items) and self.items[index].low in {"a", "an", "the", "either"}:
            index += 1
        if index >= len(self.items):
            return False
        item = self.items[index]
        if item.sort in {Sort.VALUE, Sort.NUMBER} or isinstance(item.data, str):
            return True
        return item.sort is Sort.WORD and item.low not in NO_KEYS and self._beside_keyed(index)

    def _word(self, index: int) -> None:
        item = self.items[index]
        if item.is_one("both"):
            self.clause.both = True
        elif item.is_one("only"):
            self.clause.only = True
        elif item.is_one("unique", "distinct", "same"):
            self._unique(index)
        elif item.is_one("twice", "duplicate", "duplicated"):
            self.unique = self._next_term(index) is not None
            if not self.unique and self.clause.terms:
                self.clause.terms[-1].unique = True
        elif item.low in VALUE_MARKS or (item.low in {"be", "is", "are", "of"} and self._keyed_before(index)):
            self.value_follows = True
        elif item.low in SHAPES and self._shaped(index):
            self.shape, self.value_follows = SHAPES[item.low], True
        elif item.is_one("true", "false") or self._plain_key(index):
            self._value(index)

    def _plain_key(self, index: int) -> bool:
        """Whether a word that means nothing else is a key: "a team label"."""
        return self.items[index].low not in NO_KEYS and self._beside_keyed(index) and not self._has_key(index)

    def _has_key(self, index: int) -> bool:
        """Whether the fact before a plain word has its key already, so that the word names no further one."""
        last = self.clause.terms[-1] if self.clause.terms and not self.value_follows else None
        following = self.items[index + 1 : index + 2]
        before_fact = any(each.sort is Sort.CONCEPT and each.data.keyed for each in following)
        return bool(last and last.concept.keyed and last.values and not before_fact and not self._listed(index))

    def _keyed_before(self, index: int) -> bool:
        """Whether a key was named, so that what follows "must be" is its value."""
        last = self._last(valued=True)
        return last is not None and last.concept.keyed and bool(last.values) and not self.pending

    def _shaped(self, index: int) -> bool:
        """Whether "ends with", "matches", "contains" is about the form of a value that follows."""
        if self.items[index].low in {"prefix", "start", "begin", "starting", "beginning"}:
            last = self._last(valued=True)
            return last is not None and last.concept.fact not in {"image", "volume.host_path"}
        following = self.items[index + 1 : index + 5]
        value = next((each for each in following if each.sort in {Sort.VALUE, Sort.UNKNOWN, Sort.CONCEPT}), None)
        return value is not None and value.sort is not Sort.CONCEPT and self._last(valued=True) is not None

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
        if self._next_term(index) is not None:
            self.unique = True
        elif self.clause.terms:
            self.clause.terms[-1].unique = True

    def _compare(self, index: int) -> None:
        item = self.items[index]
        following = self.items[index + 1 : index + 5]
        if item.low in WHERE and not any(each.sort is Sort.NUMBER for each in following):
            return  # "unique within its namespace"
        if item.data is Op.IN and index + 1 < len(self.items) and self.items[index + 1].sort is not Sort.NUMBER:
            self.value_follows = True  # "equal to \"true\""
            return
        if item.data is Op.AT_LEAST and index + 1 < len(self.items) and self.items[index + 1].is_one("one"):
            numeric = [each for each in self.items[index:] if each.sort is Sort.CONCEPT and each.data.numeric]
            if not numeric:  # "at least one probe" counts nothing
                one_of = index + 2 < len(self.items) and self.items[index + 2].is_one("of")
                self.clause.either |= one_of
                return
        if self.comparisons and item.low.startswith("or "):  # "2 or more"
            self.comparisons[-1] = (item.data, self.comparisons[-1][1])
        elif (term := self._last(numeric=True)) and item.low.startswith("or ") and term.comparisons:
            term.comparisons[-1] = (item.data, term.comparisons[-1][1])
        else:
            self.compare = item.data

    def _number(self, index: int) -> None:
        item = self.items[index]
        if self.compare is None and index and self.items[index - 1].sort is Sort.MARK and item.line_start:
            return
        if self._range(index):
            return
        if self.compare is None and self.value_follows and self._keyed_before(index):
            self._value(index)
            return
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        if following is not None and following.low in RESOURCES and self._one_resource(item.data, following.low):
            return
        if self.compare is None and any(each.sort is Sort.CONCEPT and each.data.keyed for each in self.items[index:]):
            return  # "two annotations: …"
        if self.compare is None and any(each.is_one("same", "identical") for each in self.items):
            return  # "no two services may have the same selector"
        op = self.compare or Op.IN
        if op is Op.IN and following is not None and following.sort is Sort.COMPARE and following.low.startswith("or "):
            op = following.data
        self.compare = None
        self.comparisons.append((op, item.data))
        last = self._last(numeric=True)
        if self._adjacent_next(index, numeric=True):
            return
        if last is not None:
            self._attach_comparisons(last)

    def _one_resource(self, number: str, word: str) -> bool:
        """ "200m CPU": the number is about one of the resources that were named."""
        known = [t for t in [*reversed(self.clause.terms), self.before] if t and t.concept.fact == "resources"]
        last = next((t for t in known if any(f.endswith(f".{RESOURCES[word]}") for f in t.facts)), None)
        facts = tuple(f for f in (last.facts if last else ()) if f.endswith(f".{RESOURCES[word]}"))
        op = self.compare or self.last_compare
        if not last or not facts or op is None:
            return False
        self.clause.terms.append(Term(last.concept, facts, comparisons=[(op, number)]))
        self.last_compare, self.compare = op, None
        return True

    def _range(self, index: int) -> bool:
        """ "between 3 and 6", "in the range 3-6", "from 3 to 6": this number begins it or ends it."""
        opening = {each.low for each in self.items[max(0, index - 4) : index]}
        joined = [each.low for each in self.items[index + 1 : index + 3]]
        number = self.items[index].data
        if self.range_from is not None:
            self.comparisons.append((Op.AT_LEAST, self.range_from))
            self.comparisons.append((Op.AT_MOST, number.lstrip("-")))
            self.range_from = None
            if not self._adjacent_next(index, numeric=True):
                self._attach_comparisons(self._last(numeric=True))
            return True
        after = self.items[index + 1 : index + 3]
        ends = any(each.sort is Sort.NUMBER for each in after)
        if (
            ends
            and (joined[0] in {"to", "and", "-", "through"} or joined[0].startswith("-"))
            and (
                opening & {"between", "range", "from", "within"}
                or any("range" in low for low in opening)
                or joined[0] != "and"
            )
        ):
            self.range_from, self.compare = number, None
            return True
        return False

    def _kind(self, index: int) -> None:
        if self._takes(index):  # "the policy types Ingress and Egress"
            self._value(index)

    def _concept(self, index: int) -> None:
        if self._takes(index):
            return self._value(index)
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
            last = self._last(valued=True)
            if last is not None and last.concept is previous.data and not last.values:
                self._bind_values([self.items[index]], last)  # "the label env"
                return None
        latest = self.clause.terms[-1] if self.clause.terms else None
        plain = self.items[index].data.fact in NEED_VALUES and " " not in self.items[index].low
        if plain and latest is not None and latest.concept.keyed and latest.values and self._listed(index):
            return self._bind_values([self.items[index]], latest)  # "the labels app and name"
        term = concept_term(self.items[index])
        self.value_follows, self.shape = False, None
        if term.concept.fact == "capabilities.add":  # "drop all capabilities", "capabilities to drop"
            dropped = next((each for each in self.clause.terms if each.concept.fact == "capabilities.drop"), None)
            if dropped is not None:
                return self._settle(dropped)
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
        return self._settle(term)

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
                self._settle(term)
                return
        term = resource_term(item)
        self.clause.terms.append(term)
        self._settle(term)

    def _settle(self, term: Term) -> None:
        """Give a fact the numbers and values that were said before it."""
        if self.comparisons and (term.concept.numeric or term.concept.fact == "resources"):
            self._attach_comparisons(term)
        if self.pending and (term.concept.keyed or term.concept.value_op):
            self._bind_values(self.pending, term)
            self.pending = []

    def _value(self, index: int) -> None:
        item = self.items[index]
        last = self._last(valued=True)
        behind = index and self.items[index - 1].sort is Sort.CONCEPT and self.items[index - 1].data.keyed
        if last is None or (self._adjacent_next(index, valued=True) and not (behind and last.concept.keyed)):
            self.pending.append(item)
        else:
            self._bind_values([item], last)

    def _unknown(self, index: int) -> None:
        item = self.items[index]
        named = re.search(r"[-/\d]", item.text) and self._last(valued=True) is not None
        if self._names_key(index) or (self.value_follows and (named or self._keyed_before(index))):
            self._value(index)
            return
        following = self.items[index + 1].low if index + 1 < len(self.items) else ""
        if item.low in ENVIRONMENTS and following in PLACES:
            return  # "our production cluster"
        if item.low in JUDGED and any(each.sort is Sort.VALUE for each in self.items[index:]):
            return  # "dangerous capabilities such as SYS_ADMIN": the values say which
        raise NotUnderstood(item.text)

    def _other_than(self, _index: int) -> None:
        self.others = True

    # --- binding --------------------------------------------------------------------------------------------------

    def _takes(self, index: int) -> bool:
        """Whether the fact beside a word lists it among its values ("pull policy Never", "drop all")."""
        low = self.items[index].text.lower()
        facts = [each for each in reversed(self.items[max(0, index - 30) : index]) if each.sort is Sort.CONCEPT]
        before = next((each for each in facts if low in _words_of(each)), None)
        if before is not None and any(each.low not in _words_of(before) for each in facts[: facts.index(before)]):
            before = None  # another fact stands between
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        for item in (after, before):
            if item is None or item.sort is not Sort.CONCEPT or low not in _words_of(item):
                continue
            if low == "all" and item.data.fact != "capabilities.drop" and self.items[index].text != "ALL":
                continue
            return not (item is before and self.items[index].text == "never")
        return False

    def _beside_keyed(self, index: int) -> bool:
        """Whether a plain word names a key: "a team label", "the labels app and team"."""
        following = self.items[index + 1 :]
        for item in following:
            if item.sort is Sort.CONCEPT:
                return bool(item.data.keyed)
            if item.sort not in LISTED or item.low in NO_KEYS:
                break
        for item in reversed(self.items[:index]):
            if item.sort is Sort.CONCEPT:
                return bool(item.data.keyed)
            if (item.sort not in LISTED and item.low != ":") or (
                item.sort is Sort.WORD and item.low in NO_KEYS - NAMING
            ):
                break
        return False

    def _names_key(self, index: int) -> bool:
        """Whether an unknown word is a value: right before or after a fact that takes names."""
        for place in range(index + 1, min(index + 6, len(self.items))):
            item = self.items[place]
            if item.sort is Sort.CONCEPT:
                if place == index + 1 and ADJECTIVE.search(self.items[index].text):
                    return False  # "a meaningful label", "the deprecated field": it narrows down, it names nothing
                if item.data.fact == "image":
                    return bool(re.search(r"[/.:\d-]", self.items[index].text))  # "healthy images" names no source
                return bool(item.data.keyed or item.data.value_op is Op.IN)
            if item.sort not in {Sort.UNKNOWN, Sort.VALUE, Sort.AND, Sort.OR, Sort.COMMA}:
                break
        if self.items[index].low.endswith("ed") and ADJECTIVE.search(self.items[index].text):
            return False  # "must be restricted": what is done with it, no value
        for place in range(index - 1, max(-1, index - 8), -1):
            item = self.items[place]
            if item.sort is Sort.CONCEPT:
                named = item.data.keyed and any(term.concept is item.data and term.values for term in self.clause.terms)
                beside = not named or self._listed(index) or place == index - 1
                return bool(item.data.keyed or item.data.value_op) and beside
            if (
                item.sort
                not in {
                    Sort.UNKNOWN,
                    Sort.VALUE,
                    Sort.AND,
                    Sort.OR,
                    Sort.COMMA,
                    Sort.OTHER_THAN,
                }
                and item.text not in {":", "(", '"', "'", "`", "-"}
                and not (item.sort is Sort.WORD and item.low not in NO_KEYS and self._listed(place + 2))
                and item.low not in NAMING
            ):
                break
            if item.sort is Sort.UNKNOWN and not any(
                each.sort in {Sort.AND, Sort.OR, Sort.COMMA, Sort.UNKNOWN} for each in self.items[place + 1 : place + 2]
            ):
                break
        return False

    def _listed(self, index: int) -> bool:
        """Whether the item goes on with a list: "labels app, team and tier"."""
        return index > 0 and self.items[index - 1].sort in {Sort.AND, Sort.OR, Sort.COMMA}

    def _adjacent_next(self, index: int, *, numeric: bool = False, valued: bool = False) -> bool:
        """Whether the next fact stands right after (a list of) values."""
        for item in self.items[index + 1 :]:
            if item.sort is Sort.CONCEPT:
                return item.data.numeric if numeric else bool(valued and (item.data.keyed or item.data.value_op))
            if item.sort is Sort.RESOURCE:
                return numeric
            skipped = {Sort.VALUE, Sort.UNKNOWN, Sort.AND, Sort.OR, Sort.COMMA} if valued else {Sort.NUMBER}
            if item.sort not in skipped and not (numeric and item.low in {"of", "for"}):
                return False
        return False

    def _next_term(self, index: int) -> Item | None:
        return next((item for item in self.items[index:] if item.sort is Sort.CONCEPT), None)

    def _last(self, *, numeric: bool = False, valued: bool = False) -> Term | None:
        for term in [*reversed(self.clause.terms), *([self.before] if self.before else [])]:
            if (
                (numeric and term.concept.numeric)
                or (valued and (term.concept.keyed or term.concept.value_op))
                or (valued and term.concept.value in {("true",), ("false",)})
            ):
                return term
        return None

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
            if item.sort is Sort.UNKNOWN and item.low not in known and term.concept.fact not in OPEN_WORDS:
                raise NotUnderstood(item.text)

    def _own(self, term: Term) -> Term:
        """The term itself, or a fresh one when it belongs to the clause before."""
        if any(term is each for each in self.clause.terms):
            return term
        fresh = Term(term.concept, term.facts, term.either)
        self.clause.terms.append(fresh)
        return fresh

    def _attach_comparisons(self, term: Term | None) -> None:
        if term is None:
            raise NotUnderstood(" ".join(value for _, value in self.comparisons))
        own = self._own(term)
        for each in self._listed_before(own):  # "runAsUser and runAsGroup of at least 1000"
            if each.concept.numeric and not each.said:
                each.comparisons.extend(self.comparisons)
        own.comparisons.extend(self.comparisons)
        if self.others:
            own.others, self.others = True, False
        self.comparisons = []

    def _bind_values(self, found: Sequence[Item], term: Term | None) -> None:
        if term is None:
            raise NotUnderstood(found[0].text)
        own = self._own(term)
        for each in self._listed_before(own):  # "hostPID and hostIPC must be false"
            takes = each.concept.value_op or each.concept.value in {("true",), ("false",)}
            if takes and not each.concept.keyed and not each.said and len(found) == 1:
                each.values.append(_value_of(found[0], each.concept))
        self._check_words(own, found)
        canonical = {word.lower(): word for word in own.concept.words}
        target = own.key_values if own.concept.keyed and own.values and self.value_follows else own.values
        for item in found:
            value = (item.data if isinstance(item.data, str) else item.text).strip()
            if self.shape is not None and (target is own.key_values or not own.concept.keyed):
                own.shape, value = Op.MATCHES, _compiled(PATTERNS[self.shape](value))
            target.append(canonical.get(value.lower(), value))
        if self.others:
            own.others, self.others = True, False
        own.every = self.clause.both
        own.either_value = self.clause.either or self.value_or
        self.pending = []


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


def _words_of(item: Item) -> set[str]:
    return {word.lower() for word in item.data.words}


_HANDLERS = {
    Sort.NEGATION: _Reader._negation,
    Sort.OR: _Reader._or,
    Sort.WORD: _Reader._word,
    Sort.COMPARE: _Reader._compare,
    Sort.NUMBER: _Reader._number,
    Sort.CONCEPT: _Reader._concept,
    Sort.KIND: _Reader._kind,
    Sort.RESOURCE: _Reader._resource,
    Sort.VALUE: _Reader._value,
    Sort.UNKNOWN: _Reader._unknown,
    Sort.OTHER_THAN: _Reader._other_than,
}
