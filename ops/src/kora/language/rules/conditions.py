"""Which objects a stretch means: conditions ("pods that use the host network must …", "… if they mount a host path").

A step of `language.rules`: a condition is taken out of its stretch here, read like any clause there, and whoever does
not meet it does not break the rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kora.domain.rules import Op
from kora.language.rules.cutting import is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.term import NEED_VALUES, NotUnderstood
from kora.language.rules.units import singular
from kora.language.rules.words import spoken

_FACTS = {Sort.CONCEPT, Sort.RESOURCE}
_RELATIVES = spoken("that which whose with without using running having where lacking missing mounting exposing")
_SPLITS = spoken("that which whose with without having but lacking missing while")
_IFS = spoken("if when whenever where in-case provided once")
_GENERAL = spoken("ensure make require enforce sure mandate")
_BANS = spoken(
    "forbidden prohibited banned disallowed denied blocked refused rejected illegal allowed permitted acceptable"
)
_HOLDERS = spoken("container workload pod image deployment")


@dataclass
class Meant:
    """A stretch without its conditions: what is left, and the conditions, each a stretch of its own."""

    rest: list[Item]
    conditions: list[list[Item]] = field(default_factory=list)
    banned: bool = False
    """Whether the rest only says that what the conditions describe must not be."""


def says(stretch: Sequence[Item]) -> bool:
    """Whether a stretch states something about a fact, rather than naming what a sentence is about."""
    values = any(item.sort in {Sort.VALUE, Sort.NUMBER} for item in stretch)
    return any(
        item.sort is Sort.RESOURCE
        or (item.sort is Sort.CONCEPT and (values or item.data.value or item.data.fact not in NEED_VALUES))
        for item in stretch
    )


def predicates(stretch: Sequence[Item]) -> Iterator[tuple[list[Item], bool]]:
    """What a description says one after the other ("with X that lack Y"), and whether "or" joins it to what was
    before."""
    current: list[Item] = []
    by_or = False
    for index, item in enumerate(stretch):
        further = item.low in _SPLITS and item.sort is not Sort.CONCEPT
        if further and (says(current) or lacks(current)) and any(each.sort in _FACTS for each in stretch[index + 1 :]):
            yield current, by_or
            by_or = current[-1].sort is Sort.OR
            current = []
        current.append(item)
    if current:
        yield current, by_or


def lacks(stretch: Sequence[Item]) -> bool:
    """Whether a stretch ends in that something is not there: "whose schedule is empty (or)"."""
    said = [item for item in stretch if item.sort not in {Sort.AND, Sort.OR, Sort.COMMA}]
    return len(said) > 1 and said[-1].low in _NOT_THERE and any(item.sort in _FACTS for item in said)


_NOT_THERE = spoken("empty missing absent unset undefined blank")


_NEGATED_COMPARES = {Op.AT_MOST: Op.ABOVE, Op.AT_LEAST: Op.BELOW}


def _turned(item: Item) -> list[Item]:
    """A comparison that holds its own "not" as the two that it is made of."""
    if item.sort is not Sort.COMPARE or not item.low.startswith("not ") or item.data not in _NEGATED_COMPARES:
        return [item]
    op = _NEGATED_COMPARES[item.data]
    return [
        Item(Sort.NEGATION, "not", "not"),
        replace(item, low="more than" if op is Op.ABOVE else "less than", data=op),
    ]


def forbidden_together(segment: Sequence[Item]) -> list[list[Item]]:
    """What must not be together: "must not have more than 10 replicas without an autoscaler" forbids neither alone.
    Empty where the stretch says nothing of this form."""
    modal = _modal(segment)
    segment = [part for item in segment for part in _turned(item)]
    start = next((i for i, item in enumerate(segment) if item.sort in _FACTS), None)
    if modal is None or start is None or start < modal:
        return []
    denied = [i for i, item in enumerate(segment[:start]) if item.sort is Sort.NEGATION]
    if len(denied) != 1 or any(item.sort in {Sort.OR, Sort.AND} for item in segment[start:]):
        return []
    body = [item for i, item in enumerate(segment) if i > modal and i not in denied]
    parts = [part for part, _ in predicates(body)]
    joined = len(parts) == 2 and parts[1][0].low in {"with", "without", "while", "lacking"}
    return parts if joined and all(any(item.sort in _FACTS for item in part) for part in parts) else []


def meant(segment: Sequence[Item]) -> Meant:
    """Take the conditions out of a stretch that says what must be."""
    found = Meant(_without_opening(list(segment)))
    _take_if(found)
    _take_for(found)
    modal = _modal(found.rest)
    if modal is None:
        modal = main_verb(found.rest)
    if modal is None:
        return found
    subject, rest = found.rest[:modal], found.rest[modal:]
    if any(item.low in _GENERAL for item in subject):
        return found
    start = _start(subject)
    _refuse_values_alone(subject)
    if start is None:
        _refuse_unread(subject, rest)
    if start is None or not any(item.sort in _FACTS for item in subject[start:]):
        return found
    if not any(item.sort in _FACTS for item in rest):
        if _bans(rest) and len(list(predicates(subject[start:]))) > 1:
            return Meant([], [list(part) for part, _ in predicates(subject[start:])], banned=True)
        return found
    if not says(subject[start:]) or _same_fact(subject[start:], rest):
        return found
    denied = [item for item in subject[:start] if item.sort is Sort.NEGATION]
    found.rest = [*denied, *(item for item in subject[:start] if item.sort is Sort.KIND), *rest]
    found.conditions.extend(list(part) for part, _ in predicates(subject[start:]))
    return found


_OPENINGS = spoken("require enforce ensure mandate demand check verify confirm")
_VERBS = spoken(
    """
    set sets have has use uses define defines specify specifies declare declares carry carries include includes run runs
    mount mounts contain contains tolerate tolerates provide provides add adds drop drops request requests name names
    expose exposes also only
    """
)


def _without_opening(stretch: list[Item]) -> list[Item]:
    """A stretch without the words that only announce it: "this policy requires that …", "check whether all …"."""
    if stretch and stretch[0].is_one("do", "does"):  # "do all ingresses with … have …?"
        return stretch[1:]
    place = next((i for i, item in enumerate(stretch) if singular(item.low) in _OPENINGS), None)
    if place is None or any(item.sort in _FACTS | {Sort.NEGATION} for item in stretch[: place + 1]):
        return stretch
    rest = stretch[place + 1 :]
    while rest and rest[0].low in {"that", "whether", "if", "and", "to"}:
        rest = rest[1:]
    while rest and rest[0].sort is Sort.WORD and rest[0].low not in {"every", "each", "all", "any"}:
        rest = rest[1:]
    return rest if main_verb(rest) is not None else stretch


def main_verb(stretch: Sequence[Item]) -> int | None:
    """Where a statement about all objects of a description says what they do: "every container that requests X (also)
    sets Y". The first verb behind "that" belongs to the description."""
    if not stretch or not (stretch[0].low in {"every", "each", "all", "any"} or stretch[0].sort is Sort.KIND):
        return None
    start = next((i for i, item in enumerate(stretch) if item.low in {"that", "which", "with"}), None)
    if start is None:
        return None
    verbs = [i for i in range(start + 1, len(stretch)) if _is_verb(stretch, i)]
    if not stretch[start].is_one("with"):
        first = verbs[0] if verbs else None
        if first is None or first > start + 2:
            return None
        verbs = verbs[1:]
    for index in verbs:
        described, rest = stretch[start + 1 : index], stretch[index:]
        before = stretch[index - 1]
        joined = before.sort in {Sort.AND, Sort.OR, Sort.COMMA} or before.low in {"to", "that", "which", "not"}
        if not joined and says(described) and any(item.sort in _FACTS for item in rest):
            return index
    return None


def _is_verb(stretch: Sequence[Item], index: int) -> bool:
    item = stretch[index]
    verb = item.sort is Sort.RESOURCE and item.text.lower().startswith("request")
    return verb or (item.sort is Sort.WORD and item.low in _VERBS)


def _refuse_values_alone(subject: Sequence[Item]) -> None:
    """ "services that expose `x` need …": which objects are meant is said by a value that belongs to no fact.

    Raises: NotUnderstood.
    """
    relative = next((i for i, item in enumerate(subject) if item.low in {"that", "which", "whose"}), None)
    if relative is None or any(item.sort in _FACTS for item in subject):
        return
    value = next((item for item in subject[relative:] if item.sort is Sort.VALUE), None)
    if value is not None:
        raise NotUnderstood(value.text)


def _refuse_unread(subject: Sequence[Item], rest: Sequence[Item]) -> None:
    """Which objects are meant is said by a fact with a value, in words that nobody took for a description: what they owe
    must not be joined to it.

    Raises: NotUnderstood.
    """
    told = any(item.sort in {Sort.VALUE, Sort.NUMBER} for item in subject) and any(i.sort in _FACTS for i in subject)
    general = {"anything", "everything", "those"}
    told |= any(_flagged(item) for item in subject) and any(item.low in general for item in subject)
    kind = next((i for i, item in enumerate(subject) if item.sort is Sort.KIND or item.low in general), None)
    first = next((i for i, item in enumerate(subject) if item.sort in _FACTS), 0)
    owed = any(item.sort in _FACTS for item in rest)
    if told and owed and kind is not None and kind < first and not _same_fact(subject, rest):
        raise NotUnderstood(" ".join(item.text for item in subject[kind:]))


def _same_fact(subject: Sequence[Item], rest: Sequence[Item]) -> bool:
    """Whether what follows goes on about the same fact: "labels that are set must …"."""
    before = {(item.data.fact, item.data.path) for item in subject if item.sort is Sort.CONCEPT}
    after = {(item.data.fact, item.data.path) for item in rest if item.sort is Sort.CONCEPT}
    keyed = any(item.sort is Sort.CONCEPT and item.data.keyed for item in subject)
    amounts = [any(item.sort is Sort.NUMBER for item in part) for part in (subject, rest)]
    if before and before == after and all(amounts) and any(item.is_one("also") for item in rest):
        raise NotUnderstood(" ".join(item.text for item in rest))  # "exposing port 80 must also expose port 443"
    own = [any(item.sort in {Sort.VALUE, Sort.UNKNOWN} for item in part) for part in (subject, rest)]
    return bool(before) and before == after and not (keyed and all(own))  # two labels are two facts


def _modal(stretch: Sequence[Item]) -> int | None:
    weak = bool(stretch) and any(item.is_one("no", "none") for item in stretch[:3])
    for index, item in enumerate(stretch):
        if is_strong(stretch, index) or (weak and item.is_one("may", "can", "is", "are") and index):
            return index
        if item.is_one("need", "may") and index and any(each.sort in _FACTS for each in stretch[:index]):
            return index
        if item.is_one("is", "are") and index + 1 < len(stretch):
            following = [each.low for each in stretch[index + 1 : index + 3]]
            if any(low in _BANS for low in following):
                return index
    return None


def _bans(rest: Sequence[Item]) -> bool:
    return (
        any(item.low in _BANS or item.sort is Sort.NEGATION for item in rest)
        and sum(item.sort is Sort.NEGATION for item in rest) % 2 == 1
    )


def _start(subject: Sequence[Item]) -> int | None:
    """Where the description of the meant objects begins."""
    for index, item in enumerate(subject):
        if item.low in _RELATIVES and any(each.sort in _FACTS for each in subject[index:]):
            if any(each.sort in _FACTS and says([each]) for each in subject[:index]):
                break
            return index
        if item.is_one("of") and index + 1 < len(subject) and subject[index + 1].low.startswith("type"):
            return index
        held = index and (subject[index - 1].sort is Sort.KIND or subject[index - 1].low in _HOLDERS)
        doing = item.sort is Sort.WORD and item.low.endswith("ing") and len(item.low) > 4
        flagged = item.sort is Sort.CONCEPT and bool(item.data.value) and index + 1 == len(subject)
        if held and (flagged or (doing and any(each.sort in _FACTS for each in subject[index:]))):
            return index  # "services exposing port 80 must", "pods that belong to a Job must"
        if index and item.sort is Sort.CONCEPT and subject[0].is_one("anything", "everything", "those"):
            return index
        if item.is_one("i.e", "namely") and any(each.sort in _FACTS for each in subject[index:]):
            return index  # "anything exposed, i.e. of type NodePort, needs"
    for index, item in enumerate(subject):  # "memory limits over 4Gi need an annotation"
        bounded = [each.sort for each in subject[index + 1 : index + 3]] == [Sort.COMPARE, Sort.NUMBER]
        if item.sort in _FACTS and bounded:
            return index
    for index in range(1, len(subject)):  # "images tagged latest must"
        before, item = subject[index - 1], subject[index]
        bare = before.sort is Sort.CONCEPT and before.data.fact == "image" and not before.data.value
        if bare and item.sort is Sort.CONCEPT and (item.data.value or says(subject[index:])):
            return index
    rest = [each for each in subject if each.sort is not Sort.WORD]
    for index, item in enumerate(subject):  # "load balancers must": the services of that type
        if item.sort is Sort.CONCEPT and item.data.fact == "service.type" and item.data.value and rest == [item]:
            return index if item.text.lower().endswith("s") else None
    for index, item in enumerate(subject[:-1]):  # "privileged containers must", "LoadBalancer services must"
        following = subject[index + 1]
        holder = following.sort is Sort.KIND or following.low in _HOLDERS
        if item.sort is Sort.CONCEPT and holder and (item.data.value or _plain_fact(item)):
            return index
    return None


def _plain_fact(item: Item) -> bool:
    """Whether a fact is either there or not, so that it can describe what it stands before: "GPU pods"."""
    return not (item.data.value_op or item.data.keyed or item.data.numeric or item.data.fact in NEED_VALUES)


def _take_for(found: Meant) -> None:
    """ "… for images tagged latest", "… on services of type LoadBalancer": what the obligation is about."""
    stretch = found.rest
    for index in range(1, len(stretch) - 1):
        relative = index + 2 < len(stretch) and stretch[index + 2].low in _RELATIVES
        named = stretch[index].is_one("for", "on") or (stretch[index].is_one("in", "by", "of") and relative)
        if not named or not says(stretch[:index]):
            continue
        described = stretch[index + 1 :]
        while described and described[0].low in {"all", "any", "every", "each", "the", "a", "an", "those"}:
            described = described[1:]
        if len(described) < 2 or not _describes(described):
            if stretch[index].is_one("for") and described and _flagged(described[0]):
                raise NotUnderstood(" ".join(item.text for item in stretch[index:]))  # "for the default account"
            continue
        comma = next((i for i, item in enumerate(described) if item.sort is Sort.COMMA), len(described))
        if not any(item.sort in _FACTS for item in described[:comma]):
            continue  # "on every container, with …": what the comma parts is said of the obligation
        if not _same_fact(described, stretch[:index]) and says(described):
            found.rest = stretch[:index]
            found.rest += [item for item in described if item.sort is Sort.KIND][:1]
            found.conditions.extend(list(part) for part, _ in predicates(described))
        return


def _flagged(item: Item) -> bool:
    return item.sort is Sort.CONCEPT and bool(item.data.value)


def _describes(stretch: Sequence[Item]) -> bool:
    first, second = stretch[0], stretch[1]
    holder = first.sort is Sort.KIND or first.low in _HOLDERS or first.low == "type"
    image = first.sort is Sort.CONCEPT and first.data.fact == "image"
    flagged = first.sort is Sort.CONCEPT and bool(first.data.value)
    return holder or image or (flagged and (second.sort is Sort.KIND or second.low in _HOLDERS))


def _take_if(found: Meant) -> None:
    """ "… if/when …" at either end of the stretch."""
    stretch = found.rest
    start = next((i for i, item in enumerate(stretch) if item.low in _IFS and item.sort is Sort.WORD), None)
    if start is None:
        return
    comma = next((i for i in range(start, len(stretch)) if stretch[i].sort is Sort.COMMA), None)
    then = next((i for i in range(start, len(stretch)) if stretch[i].is_one("then")), None)
    end = comma if start == 0 or comma is not None else None
    if start == 0:
        end = comma if comma is not None else then
        if end is None:
            return
    condition = stretch[start + 1 : end]
    rest = [*stretch[:start], *(stretch[end + 1 :] if end is not None else [])]
    if not any(item.sort in _FACTS for item in condition):
        if not any(item.sort is Sort.UNKNOWN for item in condition):
            found.rest = rest
        return
    if any(item.sort in _FACTS for item in rest):
        found.rest = rest
        found.conditions.append(condition)
