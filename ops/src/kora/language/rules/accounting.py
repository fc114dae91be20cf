"""The account of a rule: what was said and had no say in the reading makes the rule unclear.

The last step of `language.rules.reading`. Readers look for what they know and may pass over a word; here the rule is
read again as if that word had not been said. Where nothing changes although the word means something (a number, a
comparison, a "not", a "twice", a "usually"), it was lost, and the rule that was read is not the one that was said.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kora.domain.rules import Not, Op, Requirement, Rule, Test
from kora.language.rules.cutting import is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.term import NEED_VALUES, NotUnderstood
from kora.language.rules.words import spoken

_RELATING = spoken(
    """
    same identical equal equals differ differs different distinct duplicate duplicates duplicated twice another together
    total overall combined corresponding respective pair combination individually independently simultaneously
    each-other consistent consistently between versus
    """
)
_COUNTING = spoken(
    "number string integer most mostly many several multiple majority few half times double certain particular first last"
)
_TIMING = spoken(
    """
    day days hour hours minute minutes today yesterday now currently current already yet during while when whenever if
    unless until before after once
    """
)
_JUDGING = spoken(
    """
    appropriate suitable reasonable reasonably sensible sensibly proper properly correct correctly necessary relevant
    adequate adequately sufficient sufficiently good great best better well-known recommended important enough special
    """
)
_HEDGING = spoken("usually generally normally typically preferred prefer prefers ideally might possibly")
_DOING = spoken(
    "exist exists keep keeps kept talk talks connect connects depend depends consume consumes inherit inherits back"
)
_MEANING = _RELATING | _COUNTING | _TIMING | _JUDGING | _HEDGING | _DOING
"""Words of the grammar that relate, count, time, judge, hedge or tell what something does: none is a mere filler."""
_CONDITIONS = spoken("if when whenever where with by for on after during while as")


def refuse_dropped(
    scanned: Sequence[Item], weighed: Sequence[Item], rule: Rule, without: Callable[[int], Rule | None]
) -> None:
    """Refuse a reading in which something that was said had no say.

    Args:
        scanned: every item of the text.
        weighed: those that stand in the stretches which state the rule.
        without: the rule as if one item had not been said; None when it can't be read then.
    Raises:
        NotUnderstood: the item that was lost.
    """
    places = {id(item) for item in weighed}
    read = _read(rule)
    for index, item in enumerate(scanned):
        if id(item) not in places or not (_matters(scanned, index, read) or _strange(item, rule, read)):
            continue
        again = without(index)
        if again is not None and (again.scope, again.requirement) == (rule.scope, rule.requirement):
            raise NotUnderstood(item.text)


def _matters(scanned: Sequence[Item], index: int, rule: "_Read") -> bool:
    """Whether an item must have had a say."""
    item = scanned[index]
    if item.text in rule.said or _summed_up(scanned, index):
        return False
    if item.sort in {Sort.NUMBER, Sort.VALUE}:
        once = item.is_one("two") and rule.unique  # "no two may have the same …"
        return not once and str(item.data) not in rule.said and item.text not in rule.said
    if item.sort is Sort.COMPARE:
        return not _bounds(scanned, index, rule)
    if item.sort is Sort.NEGATION:
        return not (_paired(scanned, index) or _heads(scanned, index) or _default(scanned, index))
    if item.sort is Sort.CONCEPT:
        return bool(item.text) and not _spoken_of(item, rule)
    if item.is_one("only"):
        return index + 1 < len(scanned) and scanned[index + 1].low in _CONDITIONS
    if item.sort is Sort.WORD:
        return item.low in _MEANING and not _goes_with(scanned, index, rule)
    if item.sort is Sort.OTHER_THAN:
        return not (index and scanned[index - 1].is_one("the"))  # "to the outside"
    return item.sort in {Sort.EXCEPT, Sort.UNKNOWN} and not item.is_one("limit", "s")


def _strange(item: Item, rule: Rule, read: "_Read") -> bool:
    """Whether a kind of object is named that the rule is not about, and none of its facts looks at."""
    if item.sort is not Sort.KIND or item.data in (*rule.scope.kinds, "Namespace", "Node", "Pod"):
        return False
    said = {text.lower() for text in (*read.facts, *read.said)}
    return not any(text.startswith(_ABOUT_OTHERS) or item.data.lower() in text.replace("_", "") for text in said)


_ABOUT_OTHERS = ("has.", "selects.", "missing.", "pdb.", "hpa.", "owner", "rule.", "subject", "role_ref")


def _bounds(scanned: Sequence[Item], index: int, rule: "_Read") -> bool:
    """Whether a comparison is one that the rule holds, or compares nothing ("at least one of", "over these limits")."""
    for item in scanned[index + 1 : index + 4]:
        if (
            item.is_one("twice", "double", "half", "equal", "one", "this", "these", "those", "that")
            or item.sort is Sort.VALUE
        ):
            return True
        if item.sort is Sort.NUMBER:
            return str(item.data) in rule.said
    return not scanned[index].is_one("exactly", "precisely")  # a place or a part: "under the service account x"


def _paired(scanned: Sequence[Item], index: int) -> bool:
    """Whether a "not" goes with another word that says the same: "neither … nor", "nothing but"."""
    item = scanned[index]
    following = scanned[index + 1].low if index + 1 < len(scanned) else ""
    if item.is_one("nor"):
        return any(each.is_one("neither") or each.sort is Sort.NEGATION for each in scanned[:index])
    return item.is_one("nothing", "none", "nobody") and following in {"but", "except", "else", "other than", "other"}


def _summed_up(scanned: Sequence[Item], index: int) -> bool:
    """Whether a word stands in a sentence that the next one makes precise: "certain maximum values. Specifically, …". A
    "not" there, or beside another word for the same ("disallowed … Specifically, x is not allowed"), says nothing more."""
    item = scanned[index]
    named = [place for place, each in enumerate(scanned) if each.low in _PRECISELY]
    if item.sort is Sort.WORD:
        return any(place > index for place in named)
    if item.sort is Sort.NEGATION and named:
        allowed = index + 1 < len(scanned) and scanned[index + 1].low in _ALLOWED
        return allowed and any(each.low in _BANNED for each in scanned[: named[-1]])
    return False


_PRECISELY = spoken("specifically namely concretely precisely particular")
_ALLOWED = spoken("allowed permitted acceptable approved accepted ok okay")
_BANNED = spoken("disallowed forbidden banned prohibited unapproved blocked blacklisted unacceptable unwanted")


def _heads(scanned: Sequence[Item], index: int) -> bool:
    """Whether a "not" stands in the title of the statement behind a colon, or in words that only judge: "ones without
    it are violations"."""
    opened = next(
        (i for i in range(index - 1, max(-1, index - 24), -1) if scanned[i].text in {":", ".", "?", "!"}), None
    )
    if opened is not None and scanned[opened].text == ":":  # the other half says "not" as well
        before = scanned[max(0, opened - 16) : opened]
        return any(each.sort is Sort.NEGATION for each in before)
    for item in scanned[index + 1 : index + 16]:
        if item.text in {".", "?", "!", ";"}:
            return False
        if item.text == ":" or item.sort is Sort.POINTER:
            return True
    return False


def _default(scanned: Sequence[Item], index: int) -> bool:
    """Whether a "not" says what a statement without any obligation means anyway: "pods lacking limits" are searched."""
    rest = [*scanned[:index], *scanned[index + 1 :]]
    return not any(is_strong(rest, place) or rest[place].sort is Sort.NEGATION for place in range(len(rest)))


def _spoken_of(item: Item, rule: "_Read") -> bool:
    """Whether a fact is one of those that the rule is about, or only what they belong to."""
    fact = item.data.fact
    if fact in NEED_VALUES or fact in rule.facts:
        return True
    head = fact.partition(".")[0]
    return any(
        each.partition(".")[0] == head or fact in _BELONGING.get(each.partition(".")[0], ()) for each in rule.facts
    )


_BELONGING = {
    "has": ("service.selector", "netpol.all_pods", "node_selector", "field.object"),
    "selects": ("service.selector", "netpol.all_pods", "node_selector", "field.object"),
    "host_mount": ("volume.type",),
    "emptydir": ("volume.type",),
    "missing": ("volume.type",),
}
"""What else is named where a fact is spoken of: "a budget whose selector matches them"."""


def _goes_with(scanned: Sequence[Item], index: int, rule: "_Read") -> bool:
    """Whether a word that means something elsewhere only belongs to another one here."""
    item = scanned[index]
    before = scanned[index - 1] if index else None
    following = scanned[index + 1] if index + 1 < len(scanned) else None
    if item.is_one("another", "combination", "pair", "identical", "twice", "once", "each-other", "distinct"):
        return rule.unique
    if item.is_one("exist", "exists"):
        return any(fact.startswith(("missing.", "has.", "hpa.", "selects.")) for fact in rule.facts)
    if item.is_one("same"):
        placed = following is not None and (following.sort is Sort.KIND or following.is_one("time", "namespace"))
        return placed or rule.unique or any("duplicates" in fact for fact in rule.facts)
    if item.low.startswith("keep"):
        return following is not None and following.sort in {Sort.COMPARE, Sort.NUMBER}
    if item.is_one("number"):
        return any(each.sort is Sort.CONCEPT and each.data.numeric for each in scanned[index + 1 : index + 4])
    if item.is_one("back"):
        return any(fact.startswith("capabilities.add") for fact in rule.facts)
    if item.is_one("if", "when", "whenever"):
        asked = before is not None and (before.low in _ASKING or before.sort in {Sort.OR, Sort.COMMA})
        return asked or any(each.sort is Sort.POINTER or each.low in _FINE for each in scanned[:index])
    return False


_ASKING = spoken(
    "check see verify whether tell me us know determine indicate indicates alert warn flag report fail fails"
)
_FINE = spoken("fine ok okay good alright legal compliant")


@dataclass(frozen=True)
class _Read:
    """What the account asks of the rule that was read."""

    facts: frozenset[str]
    said: frozenset[str]
    unique: bool


def _read(rule: Rule) -> _Read:
    tests = list(_tests(rule.requirement))
    said = {text for test in tests for text in (*test.values, test.key or "", test.other_key or "")}
    said |= {*rule.scope.namespaces}  # a place may be said twice
    facts = {fact for test in tests for fact in (test.fact, test.other or "")}
    return _Read(frozenset(facts), frozenset(said), any(test.op is Op.UNIQUE for test in tests))


def _tests(requirement: Requirement) -> Iterator[Test]:
    if isinstance(requirement, Test):
        yield requirement
    elif isinstance(requirement, Not):
        yield from _tests(requirement.part)
    else:
        for part in requirement.parts:
            yield from _tests(part)
