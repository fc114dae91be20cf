"""Numbers of a clause: comparisons ("at least 3", "2 or more"), ranges, and which resource an amount is about.

Part of `language.rules.terms`.
"""

from kora.domain.rules import Op
from kora.language.rules.bound import Bound
from kora.language.rules.items import Sort
from kora.language.rules.term import NotUnderstood, Term
from kora.language.rules.values import WHERE
from kora.language.rules.words import RESOURCES

_RELATIONS = {Op.IN, Op.BELOW, Op.AT_MOST, Op.ABOVE, Op.AT_LEAST}

_MORE = {
    **dict.fromkeys(("more", "higher", "greater", "larger", "bigger"), Op.ABOVE),
    **dict.fromkeys(("less", "fewer", "lower", "smaller"), Op.BELOW),
}


class Amounts(Bound):
    """A clause's numbers on top of what is bound already."""

    def read_comparison(self, index: int) -> None:
        """Note how the next number is compared."""
        item = self.items[index]
        if item.data in _RELATIONS and self.related_fact(index):
            self.relation = item.data
            return
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
        elif (term := self.last(numeric=True)) and item.low.startswith("or ") and term.comparisons:
            term.comparisons[-1] = (item.data, term.comparisons[-1][1])
        else:
            self.compare = item.data

    def read_number(self, index: int) -> None:
        """Give a number to its fact, or keep it for the one that follows."""
        item = self.items[index]
        if self.compare is None and index and self.items[index - 1].sort is Sort.MARK and item.line_start:
            return
        if item.text.endswith("%") and index + 1 < len(self.items) and self.items[index + 1].is_one("of"):
            raise NotUnderstood(f"{item.text} of")  # a share of something else
        if self._range(index):
            return
        if self.compare is None and self.value_follows and self.keyed_before(index):
            self.take_value(index)
            return
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        if following is not None and following.is_one("for", "of", "on") and index + 2 < len(self.items):
            following = self.items[index + 2]
        if following is not None and following.low in RESOURCES and self._one_resource(item.data, following.low):
            return
        if self.compare is None and any(each.sort is Sort.CONCEPT and each.data.keyed for each in self.items[index:]):
            return  # "two annotations: …"
        if self.compare is None and any(each.is_one("same", "identical") for each in self.items):
            return  # "no two services may have the same selector"
        op = self.compare or self._apart(index) or Op.IN
        if op is Op.IN and following is not None and following.sort is Sort.COMPARE and following.low.startswith("or "):
            op = following.data
        self.compare = None
        self.comparisons.append((op, item.data))
        last = self.last(numeric=True)
        if self.near.fact_follows(index, numeric=True):
            return
        if last is not None:
            self.attach_comparisons(last)

    def _apart(self, index: int) -> Op | None:
        """The comparison whose two words stand apart: "more cpu limit than 2 cores".

        Raises:
            NotUnderstood: there is the one word without the other.
        """
        word = next((item.low for item in reversed(self.items[:index]) if item.low in _MORE), None)
        if word is None:
            return None
        if not self.items[index - 1].is_one("than"):
            raise NotUnderstood(f"{word} … {self.items[index].text}")
        return _MORE[word]

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
            if not self.near.fact_follows(index, numeric=True):
                self.attach_comparisons(self.last(numeric=True))
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
