"""Facts that must be had once only, said in other words: "no two may share", "set twice", "once only", "together".

Steps of `language.rules.fusing`; each puts the word "unique" (or one fact for two) where the reader looks for it.
"""

from kora.language.rules.items import Item, Sort
from kora.language.rules.stretches import is_fact, made, of_fact, place_of
from kora.language.rules.words import spoken


def two_share(stretch: list[Item]) -> list[Item]:
    """ "two autoscalers must never have the same target": none two do."""
    first = next((i for i, item in enumerate(stretch) if item.sort is Sort.NUMBER and item.data == "2"), None)
    negation = place_of(stretch, lambda item: item.sort is Sort.NEGATION)
    if first is None or negation is None or not any(item.is_one("same") for item in stretch):
        return stretch
    if negation < first:  # "we must not have two …"
        return [*stretch[:negation], stretch[negation], *stretch[first:]]
    lead = Item(Sort.NEGATION, "no", "no")
    return [*stretch[:first], lead, *stretch[first:negation], *stretch[negation + 1 :]]


def unique_paths(stretch: list[Item]) -> list[Item]:
    """ "host and path must be unique together"."""
    if not any(item.is_one("unique", "same", "duplicate", "distinct") for item in stretch):
        return stretch
    host, path = place_of(stretch, of_fact("ingress.host")), place_of(stretch, of_fact("ingress.path"))
    if host is None or path is None:
        return stretch
    later, sooner = max(host, path), min(host, path)
    return [*stretch[:sooner], *stretch[sooner + 1 : later], made("ingress.host_path"), *stretch[later + 1 :]]


def no_two(stretch: list[Item]) -> list[Item]:
    """ "no two services may share a selector": it is unique."""
    for index, item in enumerate(stretch[:-1]):
        if item.is_one("no", "not") and stretch[index + 1].sort is Sort.NUMBER and stretch[index + 1].data == "2":
            rest = [each for each in stretch[index + 2 :] if not each.is_one("same", "identical", "equal")]
            place = place_of(rest, lambda each: each.sort is Sort.CONCEPT and each.data.fact not in {"labels"})
            if place is not None:
                word = Item(Sort.WORD, "unique", "unique")
                return [*stretch[:index], *rest[:place], word, *rest[place:]]
    return stretch


def unique_targets(stretch: list[Item]) -> list[Item]:
    """ "no two autoscalers may have the same target"."""
    place = place_of(stretch, lambda item: is_fact(item, "hpa.target"))
    alike = [i for i, item in enumerate(stretch) if item.low in {"same", "unique", "duplicate", "twice", "distinct"}]
    local = [i for i in alike if stretch[i + 1 : i + 2] and stretch[i + 1].sort is Sort.KIND]  # "in the same namespace"
    if place is None or alike == local:
        return stretch
    return [*stretch[:place], made("hpa.target_name"), *stretch[place + 1 :]]


def set_twice(stretch: list[Item]) -> list[Item]:
    """ "the same environment variable twice": within one container."""
    env = place_of(stretch, of_fact("env"))
    word = place_of(stretch, lambda item: item.low in _TWICE)
    if env is None or word is None or any(item.sort is Sort.VALUE for item in stretch):
        return stretch
    kept = [item for item in stretch if item.low not in _TWICE | {"same", "only"}]
    turned = [Item(Sort.NEGATION, "not", "not")] if stretch[word].low in _SINGLY else []
    place = kept.index(stretch[env])
    return [*kept[:place], *turned, made("env.duplicates"), *kept[place + 1 :]]


_SINGLY = spoken("once unique distinct")


_TWICE = spoken("twice duplicate duplicated repeated repeatedly duplicates") | _SINGLY


def shared(stretch: list[Item]) -> list[Item]:
    """ "share a host with another ingress": the same host."""
    verb = place_of(stretch, lambda item: item.low in {"share", "shares", "sharing", "shared"})
    other = any(item.is_one("another", "other", "others") for item in stretch)
    if verb is None or not other or any(item.is_one("same", "unique") for item in stretch):
        return stretch
    fact = next((i for i in range(verb + 1, len(stretch)) if stretch[i].sort is Sort.CONCEPT), None)
    if fact is None:
        return stretch
    same = Item(Sort.WORD, "same", "same")
    return [*stretch[:verb], same, *stretch[fact:]]


def once(stretch: list[Item]) -> list[Item]:
    """ "may be used once only", "at most once": it is unique."""
    for index, item in enumerate(stretch):
        if not item.is_one("once"):
            continue
        following = stretch[index + 1 : index + 2]
        before = stretch[index - 1 : index] if index else []
        if any(each.is_one("only") or each.sort is Sort.COMPARE for each in (*before, *following)) or not following:
            word = Item(Sort.WORD, "unique", item.text)
            kept = [each for each in before if not (each.is_one("only") or each.sort is Sort.COMPARE)]
            rest = stretch[index + 1 :][1 if following and following[0].is_one("only") else 0 :]
            return [*stretch[: max(0, index - 1)], *kept, word, *rest]
    return stretch
