"""Numbers that several words of a stretch make together: ratios of resources, counts of parts, units, sizes.

Steps of `language.rules.fusing`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kora.domain.rules import Op
from kora.language.rules.items import Item, Sort
from kora.language.rules.stretches import EQUAL, UNEQUAL, is_fact, made, place_of, without
from kora.language.rules.term import NotUnderstood
from kora.language.rules.words import RESOURCES, spoken

_FACTORS = {"twice": "2", "double": "2", "thrice": "3", "triple": "3", "half": "0.5"}


_COUNTED = {
    "container": "containers.count",
    "sidecar": "containers.count",
    "init container": "init.count",
    "volume": "volumes.count",
}


def _next_obligation(stretch: Sequence[Item]) -> int | None:
    """Where a second thing begins that must be: "requests must equal limits, and the cpu limit must not be set"."""
    modals = [i for i, item in enumerate(stretch) if item.low in _MODALS]
    if len(modals) < 2:
        return None
    cut = [i for i in range(modals[0] + 1, modals[1]) if stretch[i].sort in {Sort.AND, Sort.COMMA}]
    behind = cut and any(item.sort is Sort.RESOURCE for item in stretch[cut[-1] : modals[1]])
    return cut[-1] if behind else None


_MODALS = spoken("must should shall may need needs can cannot mustn't shouldn't")


def _one_of_several(stretch: list[Item], places: Sequence[int]) -> list[Item] | None:
    """ "cpu requests, memory requests and a memory limit that equals the memory request": the last one is compared, the
    others are only there."""
    if len(places) != 2 or len(stretch[places[0]].data[0]) < 3 or len(stretch[places[1]].data[0]) != 1:
        return None
    between = stretch[places[0] + 1 : places[1]]
    side, _, resource = stretch[places[1]].data[0][0].partition(".")
    other = {"limits": "requests", "requests": "limits"}.get(side, "")
    if not any(item.low in EQUAL or item.data is Op.IN for item in between):
        return None
    if f"{other}.{resource}" not in stretch[places[0]].data[0]:
        return None
    ratio = Item(Sort.RESOURCE, "ratio", "ratio", ((f"ratio.{resource}",), False))
    equal = [Item(Sort.COMPARE, "equal", "", Op.IN), Item(Sort.NUMBER, "1", "1", "1")]
    and_ = Item(Sort.AND, "and", "and")
    return [*stretch[: places[0] + 1], and_, ratio, *equal, *stretch[places[1] + 1 :]]


def equal_resources(stretch: list[Item]) -> list[Item]:
    """ "requests must equal limits", "limits at most twice the requests": the ratio of the two."""
    end = _next_obligation(stretch)
    if end is not None:
        return [*equal_resources(stretch[:end]), *stretch[end:]]
    places = [index for index, item in enumerate(stretch) if item.sort is Sort.RESOURCE and item.low != "ratio"]
    if (joined := _one_of_several(stretch, places)) is not None:
        return joined
    facts = [fact for index in places for fact in stretch[index].data[0]]
    sides = {fact.partition(".")[0] for fact in facts}
    if sides != {"requests", "limits"} or not places:
        return stretch
    between = stretch[places[0] :]
    whole = [*stretch[max(0, places[0] - 3) : places[0]], *between]
    equal = any(item.low in EQUAL or (item.sort is Sort.COMPARE and item.data is Op.IN) for item in whole)
    unequal = any(item.low in UNEQUAL for item in whole)
    compare = next((item for item in between if item.sort is Sort.COMPARE and item.data is not Op.IN), None)
    factor = next((_FACTORS[item.low] for item in between if item.low in _FACTORS), None)
    numbers = [item for item in between if item.sort is Sort.NUMBER]
    if numbers and any(item.sort is Sort.COMPARE for item in stretch[stretch.index(numbers[-1]) :]):
        raise NotUnderstood(" ".join(item.text for item in between))  # "10 times … for cpu, at most equal … for memory"
    if factor is None and numbers:
        if compare is None or not _factor(numbers[-1]) or len(places) < 2:
            return stretch
        factor = numbers[-1].data
    if not equal and not unequal and compare is None and factor is None:
        return stretch
    if len(places) < 2 and not (equal or unequal):
        return stretch
    named = [set(stretch[index].data[0]) for index in places if stretch[index].low != "bare"]
    resources = {fact.partition(".")[2] for group in named for fact in group} or {"cpu", "memory"}
    first = stretch[places[0]].data[0][0].partition(".")[0]
    op: Op = compare.data if compare is not None else Op.IN
    if first == "requests" and len(places) > 1:
        op, factor = _TURNED[op], str(1 / Decimal(factor).normalize()) if factor else None
    order = [name for name in ("cpu", "memory", "ephemeral-storage") if name in resources]
    ratio = Item(Sort.RESOURCE, "ratio", "ratio", (tuple(f"ratio.{name}" for name in order), False))
    dropped = EQUAL | UNEQUAL | frozenset(_FACTORS)
    kept = [
        item
        for index, item in enumerate(stretch)
        if index not in places
        and not (index > places[0] - 3 and (item.sort in {Sort.COMPARE, Sort.NUMBER} or item.low in dropped))
    ]
    kept = [item for item in kept if not item.is_one("than", "time", "by", "to", "and")]
    if unequal and not equal:
        kept.append(Item(Sort.NEGATION, "not", "not"))
    number = Item(Sort.NUMBER, factor or "1", factor or "1", factor or "1")
    return [*kept, ratio, Item(Sort.COMPARE, "equal", "", op), number]


_TURNED = {Op.IN: Op.IN, Op.BELOW: Op.ABOVE, Op.ABOVE: Op.BELOW, Op.AT_MOST: Op.AT_LEAST, Op.AT_LEAST: Op.AT_MOST}


def _factor(item: Item) -> bool:
    return bool(item.data.replace(".", "", 1).isdigit())


def counts(stretch: list[Item]) -> list[Item]:
    """ "more than 3 containers", "at least one init container": how many there are."""
    for index in range(1, len(stretch)):
        item, number = stretch[index], stretch[index - 1]
        if item.low == "init" and index + 1 < len(stretch) and stretch[index + 1].is_one("container"):
            if number.sort is Sort.NUMBER or number.is_one("one", "single"):
                whole = replace(item, low="init container")
                return counts([*stretch[:index], whole, *stretch[index + 2 :]])
            continue
        fact = _COUNTED.get(item.low) or (_BY_WORD.get(item.data.fact) if item.sort is Sort.CONCEPT else None)
        if fact is None:
            continue
        if number.sort is Sort.NUMBER or (number.is_one("one", "single") and index > 1):
            before = stretch[index - 2] if index > 1 else None
            op = Item(Sort.COMPARE, "equal", "", Op.IN)
            if number.is_one("single", "one"):
                if before is None or not (before.sort is Sort.COMPARE or before.is_one("only", "a", "exactly")):
                    continue
                number = Item(Sort.NUMBER, "1", "1", "1")
            compared = before is not None and before.sort is Sort.COMPARE
            lead = stretch[: index - 1] if compared else [*stretch[: index - 1], op]
            return [*lead, number, made(fact, item.text), *counts(stretch[index + 1 :])]
    return stretch


_BY_WORD = {"volume.type": "volumes.count", "init.names": "init.count", "service.port": "service.port_count"}


def requests_of(stretch: list[Item]) -> list[Item]:
    """ "must request CPU (no more than 200m) and memory", "that request cpu": each resource by its name alone, with or
    without its bound."""
    verb = place_of(stretch, lambda item: item.sort is Sort.WORD and item.low in {"request", "requests"})
    if verb is None or not any(item.low in _REQUESTING for item in stretch[max(0, verb - 3) : verb]):
        return stretch
    start = verb + 1 + (stretch[verb + 1 : verb + 2] != [] and stretch[verb + 1].is_one("both"))
    end = start
    while end < len(stretch) and _bound_or_name(stretch[end]):
        end += 1
    while end > start and stretch[end - 1].sort in {Sort.AND, Sort.OR, Sort.COMMA, Sort.COMPARE}:
        end -= 1
    if end == start or stretch[start].low not in RESOURCES:
        return stretch
    named = [
        Item(Sort.RESOURCE, "resource", "", ((f"requests.{RESOURCES[item.low]}",), False))
        if item.low in RESOURCES
        else item
        for item in stretch[start:end]
        if item.text not in {"(", ")"} and not item.is_one("of")
    ]
    return [*stretch[:verb], Item(Sort.WORD, "have", "have"), *named, *requests_of(stretch[end:])]


_REQUESTING = spoken("must should shall may need needs cannot mustn't shouldn't to that which")


def _bound_or_name(item: Item) -> bool:
    joins = {Sort.COMPARE, Sort.NUMBER, Sort.AND, Sort.OR, Sort.COMMA}
    named = item.sort is Sort.WORD and (item.low in RESOURCES or item.is_one("of"))
    return item.sort in joins or named or item.text in {"(", ")"}


def requested(stretch: list[Item]) -> list[Item]:
    """ "must not request more than 200m CPU or 1Gi of memory": each amount is about its own resource."""
    if any(item.sort is Sort.RESOURCE for item in stretch):
        return stretch
    verb = place_of(stretch, lambda item: item.sort in {Sort.WORD, Sort.COMPARE} and "request" in item.low.split())
    if verb is None:
        return stretch
    found = list(stretch[: verb + 1]) if stretch[verb].sort is Sort.COMPARE else list(stretch[:verb])
    compare = stretch[verb] if stretch[verb].sort is Sort.COMPARE else None
    if compare is not None:
        found.pop()
    amount: Item | None = None
    used = False
    for item in stretch[verb + 1 :]:
        if item.sort is Sort.COMPARE:
            compare = item
        elif item.sort is Sort.NUMBER:
            amount = item
            if re.search(r"core|cpu", item.text, re.IGNORECASE) and compare is not None:
                found += [Item(Sort.RESOURCE, "resource", "", (("requests.cpu",), False)), compare, amount]
                amount, used = None, True
        elif amount is not None and compare is not None and item.low in RESOURCES:
            fact = f"requests.{RESOURCES[item.low]}"
            found += [Item(Sort.RESOURCE, "resource", "", ((fact,), False)), compare, amount]
            amount, used = None, True
        elif item.sort is Sort.OR and used:
            found.append(Item(Sort.AND, "and", "and"))  # "no more than 1 CPU or 2Gi": neither
        elif amount is None or not item.is_one("of"):
            found.append(item)
    return found if used and amount is None else stretch


def ratio_of(stretch: list[Item]) -> list[Item]:
    """ "the ratio between memory limits and memory requests"."""
    place = place_of(stretch, lambda item: item.sort is Sort.RESOURCE and item.low == "ratio")
    if place is None:
        return stretch
    others = [i for i, item in enumerate(stretch) if item.sort is Sort.RESOURCE and place < i <= place + 5]
    if not others:
        return stretch
    names = dict.fromkeys(fact.partition(".")[2] for i in others for fact in stretch[i].data[0])
    ratio = replace(stretch[place], data=(tuple(f"ratio.{name}" for name in names), False))
    return [*stretch[:place], ratio, *without(stretch[place + 1 :], *(i - place - 1 for i in others))]


def node_port_numbers(stretch: list[Item]) -> list[Item]:
    """ "node ports between 30000 and 31000": numbers, not the type of a service."""
    numbers = any(item.sort is Sort.NUMBER for item in stretch)
    place = place_of(stretch, lambda item: is_fact(item, "service.type") and item.data.value == ("NodePort",))
    if not numbers or place is None:
        return stretch
    rest = stretch[place + 1 :]
    while rest and (is_fact(rest[0], "service.port") or rest[0].low in {"value", "number"}):
        rest = rest[1:]
    return [*stretch[:place], made("service.node_port", stretch[place].text), *rest]


_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "sec": 1, "min": 60}


_SIZES = {"gigabyte": "G", "gig": "G", "megabyte": "M", "meg": "M", "gibibyte": "Gi", "mebibyte": "Mi", "terabyte": "T"}


def numbered(stretch: list[Item]) -> list[Item]:
    """ "more than one", "at most a single", "5 minutes": words that are (part of) a number there."""
    found: list[Item] = []
    for index, item in enumerate(stretch):
        before = found[-1] if found else None
        following = stretch[index + 1].low if index + 1 < len(stretch) else ""
        if item.low in {"one", "a", "an", "single"} and following in _UNITS and item.sort is Sort.WORD:
            found.append(Item(Sort.NUMBER, "1", item.text, "1"))
            continue
        if before is not None and before.sort is Sort.NUMBER and before.data.isdigit():
            if item.low in _UNITS:
                seconds = str(int(before.data) * _UNITS[item.low])
                found[-1] = Item(Sort.NUMBER, before.low, f"{before.text} {item.text}", seconds)
                continue
            if item.low in _SIZES:
                found[-1] = Item(Sort.NUMBER, before.low, f"{before.text} {item.text}", before.data + _SIZES[item.low])
                continue
        if before is not None and before.sort is Sort.COMPARE and is_fact(item, "single_replica"):
            found += [Item(Sort.NUMBER, "1", "1", "1"), made("replicas", item.text)]
            continue
        found.append(item)
    return _ones(found)


def _ones(stretch: list[Item]) -> list[Item]:
    found: list[Item] = []
    for item in stretch:
        before = found[-1] if found else None
        if item.is_one("one", "single") and before is not None and before.sort is Sort.COMPARE:
            if not (before.data is Op.AT_LEAST and item.is_one("one")):
                item = Item(Sort.NUMBER, "1", item.text, "1")
        elif item.is_one("single", "a") and before is not None and before.sort is Sort.COMPARE and item.is_one("a"):
            continue
        found.append(item)
    return found


def sizes(stretch: list[Item]) -> list[Item]:
    """ "claims bigger than 100Gi": a size without the word."""
    claims = any(item.sort is Sort.KIND and item.data in {"PersistentVolumeClaim"} for item in stretch)
    place = place_of(stretch, lambda item: item.sort is Sort.COMPARE)
    if not claims or any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in stretch[:place]):
        return stretch
    if place is None or place + 1 >= len(stretch) or stretch[place + 1].sort is not Sort.NUMBER:
        return stretch
    return [*stretch[:place], made("claim.size"), *stretch[place:]]


def several(stretch: list[Item]) -> list[Item]:
    """ "multiple replicas": more than one."""
    for index, item in enumerate(stretch[:-1]):
        following = stretch[index + 1]
        if item.is_one("multiple", "several") and following.sort is Sort.CONCEPT and following.data.numeric:
            more = Item(Sort.COMPARE, "more than", "", Op.ABOVE)
            return [*stretch[:index], more, Item(Sort.NUMBER, "1", "1", "1"), *stretch[index + 1 :]]
    return stretch


_LASTING = spoken("run running runs exist exists existed up alive live lived been")
_SPANS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000, "second": 1}


def ages(stretch: list[Item]) -> list[Item]:
    """ "older than 30 days", "created more than 2 weeks ago", "a maximum age of one week": the time since it was made."""
    place = place_of(stretch, lambda item: item.low in _SPANS)
    if (
        place is None
        or not place
        or not (stretch[place - 1].sort is Sort.NUMBER or stretch[place - 1].is_one("a", "one"))
    ):
        return stretch
    spoken_of = [item.low for item in stretch]
    older, since = "older" in spoken_of or "younger" in spoken_of, "ago" in spoken_of or "old" in spoken_of
    lasts = [i for i in range(1, len(stretch)) if stretch[i].is_one("for") and stretch[i - 1].low in _LASTING]
    if not (older or since or lasts or any(is_fact(item, "age") for item in stretch)):
        return stretch
    start = place_of(stretch, lambda item: item.low in {"older", "younger"} or item.sort is Sort.COMPARE) or 0
    if any(item.sort is Sort.CONCEPT and not is_fact(item, "age") for item in stretch[:start]):
        return stretch  # "no image may be older than …": the age of something else than the object
    amount = stretch[place - 1].data if stretch[place - 1].sort is Sort.NUMBER else "1"
    seconds = Decimal(amount) * _SPANS[stretch[place].low]
    compare = next((item for item in stretch[:place] if item.sort is Sort.COMPARE), None)
    if compare is None and older:
        compare = Item(Sort.COMPARE, "more than", "", Op.ABOVE if "older" in spoken_of else Op.BELOW)
    if compare is None:
        return stretch
    number = Item(Sort.NUMBER, f"{seconds:f}", stretch[place - 1].text, f"{seconds:f}")
    dropped = {"older", "younger", "ago", "old", "than", "created", "made"} | (_LASTING | {"for"} if lasts else set())
    start = place_of(stretch, lambda item: item is compare or item.low in {"older", "younger"}) or 0
    lead = [item for item in stretch[:start] if item.low not in dropped and not is_fact(item, "age")]
    tail = [item for item in stretch[place + 1 :] if item.low not in dropped]
    return [*lead, made("age"), compare, number, *tail]


def same_resource(stretch: list[Item]) -> list[Item]:
    """ "where a container requests X, it must also limit it": the limit of that resource, not of others."""
    for index, item in enumerate(stretch[:-1]):
        if item.sort is not Sort.RESOURCE or item.low != "bare" or not stretch[index + 1].is_one("it", "them"):
            continue
        named = [
            fact.partition(".")[2]
            for each in stretch[:index]
            if each.sort is Sort.RESOURCE and each.low != "bare"
            for fact in each.data[0]
        ]
        sides = dict.fromkeys(fact.partition(".")[0] for fact in item.data[0])
        if named:
            facts = tuple(f"{side}.{name}" for side in sides for name in dict.fromkeys(named))
            return [*stretch[:index], replace(item, low="resource", data=(facts, False)), *stretch[index + 2 :]]
    return stretch
