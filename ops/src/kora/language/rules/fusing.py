"""Facts that two or more words of a stretch name together: "requests equal to limits", "secrets in the environment".

A step of `language.rules` between scanning and reading clauses: each function looks for its pair anywhere in a stretch
and puts one item in its place, so that the reader meets one fact with one meaning.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from kora.domain.rules import Op
from kora.language.rules.concepts import CONCEPTS
from kora.language.rules.model import Concept
from kora.language.rules.scan import Item, Sort
from kora.language.rules.words import RESOURCES, spoken

_BY_FACT: dict[str, Concept] = {}
for _concept in CONCEPTS:
    _BY_FACT.setdefault(_concept.fact, _concept)

_EQUAL = spoken("equal same identical match matching equals identically alike")
_UNEQUAL = spoken("different differ distinct differing")
_FACTORS = {"twice": "2", "double": "2", "thrice": "3", "triple": "3", "half": "0.5"}
_COVER = spoken("appear covered cover listed match matching included include matched matches part appears uncovered")
_COUNTED = {
    "container": "containers.count",
    "sidecar": "containers.count",
    "init container": "init.count",
    "volume": "volumes.count",
}


def fused(stretch: Sequence[Item]) -> list[Item]:
    """The stretch with every pair that names one fact put together."""
    found = list(stretch)
    for step in _STEPS:
        found = step(found)
    return found


def _made(fact: str, text: str = "") -> Item:
    concept = _BY_FACT[fact]
    return Item(Sort.CONCEPT, fact, text, concept)


def _is(item: Item, *facts: str) -> bool:
    return item.sort is Sort.CONCEPT and str(item.data.fact) in facts


def _place(stretch: Sequence[Item], test: Callable[[Item], bool]) -> int | None:
    return next((index for index, item in enumerate(stretch) if test(item)), None)


def _without(stretch: Sequence[Item], *places: int | None) -> list[Item]:
    return [item for index, item in enumerate(stretch) if index not in places]


def _equal_resources(stretch: list[Item]) -> list[Item]:
    """ "requests must equal limits", "limits at most twice the requests": the ratio of the two."""
    places = [index for index, item in enumerate(stretch) if item.sort is Sort.RESOURCE and item.low != "ratio"]
    facts = [fact for index in places for fact in stretch[index].data[0]]
    sides = {fact.partition(".")[0] for fact in facts}
    if sides != {"requests", "limits"} or not places:
        return stretch
    between = stretch[places[0] :]
    whole = [*stretch[max(0, places[0] - 3) : places[0]], *between]
    equal = any(item.low in _EQUAL or (item.sort is Sort.COMPARE and item.data is Op.IN) for item in whole)
    unequal = any(item.low in _UNEQUAL for item in whole)
    compare = next((item for item in between if item.sort is Sort.COMPARE and item.data is not Op.IN), None)
    factor = next((_FACTORS[item.low] for item in between if item.low in _FACTORS), None)
    numbers = [item for item in between if item.sort is Sort.NUMBER]
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
    dropped = _EQUAL | _UNEQUAL | frozenset(_FACTORS)
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


def _alike_probes(stretch: list[Item]) -> list[Item]:
    """ "liveness and readiness probes must not be the same"."""
    live, ready = (
        _place(stretch, lambda i: _is(i, "probe.liveness")),
        _place(stretch, lambda i: _is(i, "probe.readiness")),
    )
    same = _place(stretch, lambda i: i.low in _EQUAL | _UNEQUAL or (i.sort is Sort.COMPARE and i.data is Op.IN))
    if live is None or ready is None or same is None or any(item.sort is Sort.NUMBER for item in stretch):
        return stretch
    turned = [Item(Sort.NEGATION, "not", "not")] if stretch[same].low in _UNEQUAL else []
    return [*_without(stretch, live, ready, same), *turned, _made("probes.same")]


def _counts(stretch: list[Item]) -> list[Item]:
    """ "more than 3 containers", "at least one init container": how many there are."""
    for index in range(1, len(stretch)):
        item, number = stretch[index], stretch[index - 1]
        if item.low == "init" and index + 1 < len(stretch) and stretch[index + 1].is_one("container"):
            if number.sort is Sort.NUMBER or number.is_one("one", "single"):
                whole = replace(item, low="init container")
                return _counts([*stretch[:index], whole, *stretch[index + 2 :]])
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
            return [*lead, number, _made(fact, item.text), *_counts(stretch[index + 1 :])]
    return stretch


_BY_WORD = {"volume.type": "volumes.count", "init.names": "init.count", "service.port": "service.port_count"}


def _pair(
    first: Callable[[Item], bool], second: Callable[[Item], bool], fact: str
) -> Callable[[list[Item]], list[Item]]:
    """Two items anywhere in a stretch that together name a fact; the later one gives its place."""

    def step(stretch: list[Item]) -> list[Item]:
        one, two = _place(stretch, first), _place(stretch, second)
        if one is None or two is None or one == two:
            return stretch
        later, sooner = max(one, two), min(one, two)
        return [*stretch[:sooner], *stretch[sooner + 1 : later], _made(fact), *stretch[later + 1 :]]

    return step


def _unless_valued(step: Callable[[list[Item]], list[Item]]) -> Callable[[list[Item]], list[Item]]:
    """A pair that is none when a value stands beside: "only the host path /data, and only read-only"."""
    return lambda stretch: stretch if any(item.sort is Sort.VALUE for item in stretch) else step(stretch)


def _dropped(stretch: list[Item]) -> list[Item]:
    """ "all capabilities must be dropped"."""
    place = _place(stretch, _fact("capabilities.add"))
    word = _place(stretch, lambda item: item.low in {"dropped", "removed", "dropping"})
    if place is None or word is None or any(_is(item, "capabilities.drop") for item in stretch):
        return stretch
    found = [*stretch[:place], _made("capabilities.drop", stretch[place].text), *stretch[place + 1 :]]
    return _without(found, word)


def _requested(stretch: list[Item]) -> list[Item]:
    """ "must not request more than 200m CPU or 1Gi of memory": each amount is about its own resource."""
    if any(item.sort is Sort.RESOURCE for item in stretch):
        return stretch
    verb = _place(stretch, lambda item: item.sort in {Sort.WORD, Sort.COMPARE} and "request" in item.low.split())
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


def _that_probe(stretch: list[Item]) -> list[Item]:
    """ "a liveness probe, and that probe must …": the one that was named."""
    found = list(stretch)
    named: Item | None = None
    for index, item in enumerate(found):
        if item.is_one("probe") and named and found[index - 1].low in {"that", "this", "the", "its", "such"}:
            found[index] = named
        elif named is None and _is(item, *_PROBE_PATHS) and not item.data.also:
            named = item
    return found


def _ratio_of(stretch: list[Item]) -> list[Item]:
    """ "the ratio between memory limits and memory requests"."""
    place = _place(stretch, lambda item: item.sort is Sort.RESOURCE and item.low == "ratio")
    if place is None:
        return stretch
    others = [i for i, item in enumerate(stretch) if item.sort is Sort.RESOURCE and place < i <= place + 5]
    if not others:
        return stretch
    names = dict.fromkeys(fact.partition(".")[2] for i in others for fact in stretch[i].data[0])
    ratio = replace(stretch[place], data=(tuple(f"ratio.{name}" for name in names), False))
    return [*stretch[:place], ratio, *_without(stretch[place + 1 :], *(i - place - 1 for i in others))]


def _owned_by(stretch: list[Item]) -> list[Item]:
    """ "belongs to a Job", "managed by a DaemonSet": who owns it."""
    for index, item in enumerate(stretch):
        if item.low not in _OWNED:
            continue
        place = index + 1
        while place < len(stretch) and stretch[place].low in {"to", "by", "a", "an", "any", "some", "the"}:
            place += 1
        if place < len(stretch) and stretch[place].sort is Sort.KIND and place > index + 1:
            kind = stretch[place].data
            if kind in {"Namespace", "Service"}:
                continue
            owner = replace(_BY_FACT["owner"], presence=Op.PREFIX, value=(f"{kind}/",))
            return [*stretch[:index], Item(Sort.CONCEPT, "owner", item.text, owner), *stretch[place + 1 :]]
    return stretch


_OWNED = spoken("belong belongs belonging owned managed controlled created owns")


def _two_share(stretch: list[Item]) -> list[Item]:
    """ "two autoscalers must never have the same target": none two do."""
    first = next((i for i, item in enumerate(stretch) if item.sort is Sort.NUMBER and item.data == "2"), None)
    negation = _place(stretch, lambda item: item.sort is Sort.NEGATION)
    if first is None or negation is None or not any(item.is_one("same") for item in stretch):
        return stretch
    if negation < first:  # "we must not have two …"
        return [*stretch[:negation], stretch[negation], *stretch[first:]]
    lead = Item(Sort.NEGATION, "no", "no")
    return [*stretch[:first], lead, *stretch[first:negation], *stretch[negation + 1 :]]


def _kind(name: str) -> Callable[[Item], bool]:
    return lambda item: item.sort is Sort.KIND and item.data == name


def _fact(*facts: str) -> Callable[[Item], bool]:
    return lambda item: _is(item, *facts)


def _host_path(item: Item) -> bool:
    return _is(item, "volume.host_path")


def _empty_dir(item: Item) -> bool:
    return item.low == "emptydir" or (_is(item, "volume.type") and tuple(item.data.value) == ("emptyDir",))


def _covered(stretch: list[Item]) -> list[Item]:
    """ "every host must be covered by TLS": no host without it."""
    host, tls = _place(stretch, _fact("ingress.host")), _place(stretch, _fact("ingress.tls"))
    word = _place(stretch, lambda item: item.low in _COVER)
    if host is None or tls is None or word is None:
        return stretch
    rest = [item for item in _without(stretch, host, tls, word) if not _is(item, "ingress.host", "ingress.tls")]
    return [*rest, Item(Sort.NEGATION, "not", "not"), _made("ingress.uncovered")]


def _unique_paths(stretch: list[Item]) -> list[Item]:
    """ "host and path must be unique together"."""
    if not any(item.is_one("unique", "same", "duplicate", "distinct") for item in stretch):
        return stretch
    host, path = _place(stretch, _fact("ingress.host")), _place(stretch, _fact("ingress.path"))
    if host is None or path is None:
        return stretch
    later, sooner = max(host, path), min(host, path)
    return [*stretch[:sooner], *stretch[sooner + 1 : later], _made("ingress.host_path"), *stretch[later + 1 :]]


def _node_port_numbers(stretch: list[Item]) -> list[Item]:
    """ "node ports between 30000 and 31000": numbers, not the type of a service."""
    numbers = any(item.sort is Sort.NUMBER for item in stretch)
    place = _place(stretch, lambda item: _is(item, "service.type") and item.data.value == ("NodePort",))
    if not numbers or place is None:
        return stretch
    rest = stretch[place + 1 :]
    while rest and (_is(rest[0], "service.port") or rest[0].low in {"value", "number"}):
        rest = rest[1:]
    return [*stretch[:place], _made("service.node_port", stretch[place].text), *rest]


def _placed(stretch: list[Item]) -> list[Item]:
    """ "under /data", "over kubernetes.io/hostname": a comparison before a value only says where."""
    places = {"over", "under", "below", "above", "within", "beyond"}
    return [
        item
        for index, item in enumerate(stretch)
        if not (item.low in places and index + 1 < len(stretch) and stretch[index + 1].sort is Sort.VALUE)
    ]


def _no_two(stretch: list[Item]) -> list[Item]:
    """ "no two services may share a selector": it is unique."""
    for index, item in enumerate(stretch[:-1]):
        if item.is_one("no", "not") and stretch[index + 1].sort is Sort.NUMBER and stretch[index + 1].data == "2":
            rest = [each for each in stretch[index + 2 :] if not each.is_one("same", "identical", "equal")]
            place = _place(rest, lambda each: each.sort is Sort.CONCEPT and each.data.fact not in {"labels"})
            if place is not None:
                word = Item(Sort.WORD, "unique", "unique")
                return [*stretch[:index], *rest[:place], word, *rest[place:]]
    return stretch


_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "sec": 1, "min": 60}
_SIZES = {"gigabyte": "G", "gig": "G", "megabyte": "M", "meg": "M", "gibibyte": "Gi", "mebibyte": "Mi", "terabyte": "T"}


def _numbered(stretch: list[Item]) -> list[Item]:
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
        if before is not None and before.sort is Sort.COMPARE and _is(item, "single_replica"):
            found += [Item(Sort.NUMBER, "1", "1", "1"), _made("replicas", item.text)]
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


def _listed_types(stretch: list[Item]) -> list[Item]:
    """ "volumes of the types configMap, secret and emptyDir": after the fact its values are values."""
    start = _place(stretch, lambda item: _is(item, "volume.type") and not item.data.value)
    if start is None:
        return stretch
    found = stretch[: start + 1]
    for item in stretch[start + 1 :]:
        value = None
        if _is(item, "volume.type"):
            value = item.data.value[0] if item.data.value else None
        elif _is(item, "volume.host_path"):
            value = "hostPath"
        elif item.sort is Sort.KIND:
            value = _VOLUME_KINDS.get(item.data)
        elif item.low in {"projected", "csi", "nfs", "secret", "ephemeral"}:
            value = item.low
        if value is None and _is(item, "volume.type"):
            continue
        found.append(item if value is None else Item(Sort.VALUE, value.lower(), value, value))
    return found


_VOLUME_KINDS = {"Secret": "secret", "ConfigMap": "configMap", "PersistentVolumeClaim": "persistentVolumeClaim"}


def _added_back(stretch: list[Item]) -> list[Item]:
    """ "drop ALL and only add NET_BIND_SERVICE": what is added is another fact than what is dropped."""
    dropped = _place(stretch, lambda item: _is(item, "capabilities.drop"))
    add = _place(stretch, lambda item: item.low in {"add", "added", "adding", "back", "re-add"})
    if dropped is None or add is None or add < dropped:
        return stretch
    following = next((item for item in stretch[add + 1 :] if item.sort in {Sort.VALUE, Sort.CONCEPT}), None)
    if following is None or following.sort is Sort.CONCEPT:
        return stretch
    return [*stretch[: add + 1], _made("capabilities.add"), *stretch[add + 1 :]]


def _unique_targets(stretch: list[Item]) -> list[Item]:
    """ "no two autoscalers may have the same target"."""
    place = _place(stretch, lambda item: _is(item, "hpa.target"))
    if place is None or not any(item.low in {"same", "unique", "duplicate", "twice", "distinct"} for item in stretch):
        return stretch
    return [*stretch[:place], _made("hpa.target_name"), *stretch[place + 1 :]]


def _room_for_disruption(stretch: list[Item]) -> list[Item]:
    """ "minAvailable must be lower than the replica count": whether a budget ever lets a pod go."""
    least, replicas = _place(stretch, _fact("pdb.min_available")), _place(stretch, _fact("replicas", "hpa.bounds"))
    compare = _place(stretch, lambda item: item.sort is Sort.COMPARE)
    if least is None or replicas is None or compare is None or any(item.sort is Sort.NUMBER for item in stretch):
        return stretch
    op = stretch[compare].data
    turned = [Item(Sort.NEGATION, "not", "not")] if op in {Op.BELOW, Op.AT_MOST} else []
    tail = [item for item in stretch[replicas + 1 :] if item.sort is not Sort.KIND]
    return [*_without(stretch[:replicas], least, compare), *turned, _made("pdb.blocks"), *tail]


def _port_names(stretch: list[Item]) -> list[Item]:
    """ "all ports must have a name"."""
    port = _place(stretch, _fact("container_port", "service.port"))
    name = _place(stretch, _fact("name"))
    if port is None or name is None or any(item.sort is Sort.VALUE for item in stretch):
        return stretch
    service = any(item.sort is Sort.KIND and item.data == "Service" for item in stretch)
    service |= stretch[port].low.startswith("service")
    made = _made("service.port_name" if service else "port.name")
    later, sooner = max(port, name), min(port, name)
    return [*stretch[:sooner], *stretch[sooner + 1 : later], made, *stretch[later + 1 :]]


def _sizes(stretch: list[Item]) -> list[Item]:
    """ "claims bigger than 100Gi": a size without the word."""
    claims = any(item.sort is Sort.KIND and item.data in {"PersistentVolumeClaim"} for item in stretch)
    if not claims or any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in stretch):
        return stretch
    place = _place(stretch, lambda item: item.sort is Sort.COMPARE)
    if place is None or place + 1 >= len(stretch) or stretch[place + 1].sort is not Sort.NUMBER:
        return stretch
    return [*stretch[:place], _made("claim.size"), *stretch[place:]]


_PROBE_PATHS = {"probe.liveness": "livenessProbe", "probe.readiness": "readinessProbe", "probe.startup": "startupProbe"}


def _probe_details(stretch: list[Item]) -> list[Item]:
    """ "liveness probes need a timeout of at least 5 seconds": a setting of the probe."""
    detail = _place(stretch, _fact("probe.field"))
    probes = [index for index, item in enumerate(stretch) if _is(item, *_PROBE_PATHS)]
    if detail is None or not probes:
        return stretch
    paths = [_PROBE_PATHS[fact] for index in probes for fact in (stretch[index].data.fact, *stretch[index].data.also)]
    concept: Concept = stretch[detail].data
    made = [
        Item(Sort.CONCEPT, "probe setting", "", replace(concept, fact="field.container", path=f"{path}.{concept.path}"))
        for path in dict.fromkeys(paths)
    ]
    numeric = bool(stretch[detail + 1 :]) or not concept.numeric
    if len(made) > 1 or not numeric:
        return stretch
    return [
        *_without(stretch[:detail], *probes),
        made[0],
        *_without(stretch[detail + 1 :], *(p - detail - 1 for p in probes)),
    ]


def _init_containers(stretch: list[Item]) -> list[Item]:
    """ "init containers are not allowed": the containers themselves are the fact."""
    if any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in stretch):
        return stretch
    place = _place(stretch, lambda item: item.low in {"init", "initcontainer"})
    if place and (stretch[place - 1].sort is Sort.NUMBER or stretch[place - 1].is_one("one", "single")):
        return stretch  # how many there are
    return stretch if place is None else [*stretch[:place], _made("init.names"), *stretch[place + 1 :]]


def _several(stretch: list[Item]) -> list[Item]:
    """ "multiple replicas": more than one."""
    for index, item in enumerate(stretch[:-1]):
        following = stretch[index + 1]
        if item.is_one("multiple", "several") and following.sort is Sort.CONCEPT and following.data.numeric:
            more = Item(Sort.COMPARE, "more than", "", Op.ABOVE)
            return [*stretch[:index], more, Item(Sort.NUMBER, "1", "1", "1"), *stretch[index + 1 :]]
    return stretch


_STEPS: tuple[Callable[[list[Item]], list[Item]], ...] = (
    _placed,
    _two_share,
    _no_two,
    _ratio_of,
    _that_probe,
    _requested,
    _owned_by,
    _dropped,
    _several,
    _init_containers,
    _probe_details,
    _numbered,
    _equal_resources,
    _alike_probes,
    _counts,
    _pair(_kind("Secret"), _fact("env"), "env.secret"),
    _pair(_kind("ConfigMap"), _fact("env"), "env.config_map"),
    _pair(_empty_dir, _fact("emptydir.limit"), "emptydir.limit"),
    _pair(_empty_dir, _fact("emptydir.medium"), "emptydir.medium"),
    _unless_valued(_pair(_host_path, _fact("host_mount.read_only"), "host_mount.read_only")),
    _unless_valued(_pair(_host_path, _fact("host_mount.writable"), "host_mount.writable")),
    _port_names,
    _listed_types,
    _added_back,
    _unique_targets,
    _room_for_disruption,
    _sizes,
    _covered,
    _unique_paths,
    _node_port_numbers,
)
