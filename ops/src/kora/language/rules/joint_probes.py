"""What several words of a stretch say of probes together: their settings, how they ask, whether two are alike.

Steps of `language.rules.fusing`.
"""

from collections.abc import Sequence
from dataclasses import replace

from kora.domain.rules import Op
from kora.language.rules.concepts import CONCEPTS
from kora.language.rules.items import Item, Sort
from kora.language.rules.stretches import EQUAL, UNEQUAL, is_fact, made, place_of, without
from kora.language.rules.words import spoken


def alike_probes(stretch: list[Item]) -> list[Item]:
    """ "liveness and readiness probes must not be the same"."""
    live, ready = (
        place_of(stretch, lambda i: is_fact(i, "probe.liveness")),
        place_of(stretch, lambda i: is_fact(i, "probe.readiness")),
    )
    same = place_of(stretch, lambda i: i.low in EQUAL | UNEQUAL or (i.sort is Sort.COMPARE and i.data is Op.IN))
    if live is None or ready is None or same is None or any(item.sort is Sort.NUMBER for item in stretch):
        return stretch
    turned = [Item(Sort.NEGATION, "not", "not")] if stretch[same].low in UNEQUAL else []
    return [*without(stretch, live, ready, same), *turned, made("probes.same")]


def that_probe(stretch: list[Item]) -> list[Item]:
    """ "a liveness probe, and that probe must …": the one that was named."""
    found = list(stretch)
    named: Item | None = None
    for index, item in enumerate(found):
        if item.is_one("probe") and named and found[index - 1].low in {"that", "this", "the", "its", "such"}:
            found[index] = named
        elif named is None and is_fact(item, *_PROBES) and not item.data.also:
            named = item
    return found


_PROBES = ("probe.liveness", "probe.readiness", "probe.startup")


def handlers(stretch: list[Item]) -> list[Item]:
    """ "the `exec` command in liveness probes": how the probe asks, said in quotes."""
    if not any(is_fact(item, *_PROBES) for item in stretch):
        return stretch
    found: list[Item] = []
    for item in stretch:
        concept = _HANDLER_FIELDS.get(item.low) if item.sort is Sort.VALUE else None
        if is_fact(item, "command") and found and is_fact(found[-1], "probe.field"):
            continue
        found.append(item if concept is None else Item(Sort.CONCEPT, item.low, item.text, concept))
    return found


_HANDLER_FIELDS = {
    concept.path.lower(): concept
    for concept in CONCEPTS
    if concept.fact == "probe.field" and concept.path in {"exec", "httpGet", "tcpSocket", "grpc"}
}


def probe_details(stretch: list[Item]) -> list[Item]:
    """ "liveness probes need a timeout of at least 5 seconds", "exec probes": a setting of the probes that are meant;
    "a startup probe … for containers whose liveness probe has a delay …" is about the last one alone."""
    parts: list[list[Item]] = [[]]
    for item in stretch:
        if item.low in _RELATIVES and item.sort is Sort.WORD:
            parts.append([])
        parts[-1].append(item)
    found: list[Item] = []
    while parts:
        part = parts.pop()
        details, probes = any(is_fact(i, "probe.field") for i in part), any(is_fact(i, *_PROBES) for i in part)
        if parts and details and not probes:
            parts[-1] = [*parts[-1], *part]
            continue
        found = [*_of_probes(part), *found]
    return found


_RELATIVES = spoken("whose that which with for if when where")


def _of_probes(stretch: list[Item]) -> list[Item]:
    details = [index for index, item in enumerate(stretch) if is_fact(item, "probe.field")]
    probes = [index for index, item in enumerate(stretch) if is_fact(item, *_PROBES)]
    if not details or not probes:
        return stretch
    facts = dict.fromkeys(f for i in probes for f in (stretch[i].data.fact, *stretch[i].data.also))
    every = any(stretch[i].low in {"probe", "health probe", "health check", "healthcheck"} for i in probes)
    said = ["probe.field"] if every else [f"{fact}.field" for fact in facts]
    if every and len(probes) > 1:  # "every probe: liveness probes and readiness probes that …"
        return stretch
    found = [item for index, item in enumerate(stretch) if index not in probes or _required(stretch, index)]
    return [
        replace(item, data=replace(item.data, fact=said[0], also=tuple(said[1:])))
        if is_fact(item, "probe.field")
        else item
        for item in found
    ]


def _required(stretch: Sequence[Item], index: int) -> bool:
    """Whether a probe is asked for by itself, beside its settings: "a liveness probe, and that probe must …", "must
    declare a readiness probe using …"."""
    lead = [item.low for item in stretch[max(0, index - 3) : index]]
    behind = [item.low for item in stretch[index + 1 : index + 5]]
    passive = lead[-1:] in (["a"], ["an"]) and any(low in _THERE for low in behind) and "must" in behind
    if passive and not any(item.sort is Sort.NEGATION for item in stretch):
        return True  # "a liveness probe must be defined …, with …"
    asked = lead[-1:] in (["a"], ["an"], ["own"]) and any(low in DECLARING | _HAVING for low in lead)
    if asked and not any(item.sort is Sort.NEGATION for item in stretch):
        return True
    following = stretch[index + 1] if index + 1 < len(stretch) else None
    return following is not None and following.sort is Sort.COMMA and any(i.low in {"that", "whose"} for i in stretch)


_THERE = spoken("defined set configured present declared specified there")
_HAVING = spoken("have has need needs use configure include provide")


DECLARING = spoken("set define specify declare hardcode setting specifying defining declaring")
