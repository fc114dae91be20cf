"""Facts that two or more words of a stretch name together: "requests equal to limits", "secrets in the environment".

A step of `language.rules` between scanning and reading clauses: each function looks for its pair anywhere in a stretch
and puts one item in its place, so that the reader meets one fact with one meaning.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kora.domain.rules import Op
from kora.language.rules.alike import alike
from kora.language.rules.items import Item, Sort
from kora.language.rules.joint_numbers import (
    ages,
    counts,
    equal_resources,
    node_port_numbers,
    numbered,
    ratio_of,
    requested,
    requests_of,
    same_resource,
    several,
    sizes,
)
from kora.language.rules.joint_probes import DECLARING, alike_probes, handlers, probe_details, that_probe
from kora.language.rules.schema import field_named
from kora.language.rules.singly import no_two, once, set_twice, shared, two_share, unique_paths, unique_targets
from kora.language.rules.stretches import BY_FACT, is_fact, made, of_fact, of_kind, place_of, without
from kora.language.rules.term import NotUnderstood
from kora.language.rules.values import NO_KEYS
from kora.language.rules.volumes import empty_dir, host_path, listed_types, path_of_host, secret_volume
from kora.language.rules.words import spoken

_COVER = spoken("appear covered cover listed match matching included include matched matches part appears uncovered")


def fused(stretch: Sequence[Item]) -> list[Item]:
    """The stretch with every pair that names one fact put together."""
    found = list(stretch)
    for step in _STEPS:
        found = step(found)
    return found


def _pair(
    first: Callable[[Item], bool], second: Callable[[Item], bool], fact: str
) -> Callable[[list[Item]], list[Item]]:
    """Two items anywhere in a stretch that together name a fact; the later one gives its place."""

    def step(stretch: list[Item]) -> list[Item]:
        one, two = place_of(stretch, first), place_of(stretch, second)
        if one is None or two is None or one == two:
            return stretch
        later, sooner = max(one, two), min(one, two)
        return [*stretch[:sooner], *stretch[sooner + 1 : later], made(fact), *stretch[later + 1 :]]

    return step


def _unless_valued(step: Callable[[list[Item]], list[Item]]) -> Callable[[list[Item]], list[Item]]:
    """A pair that is none when a value stands beside: "only the host path /data, and only read-only"."""
    return lambda stretch: stretch if any(item.sort is Sort.VALUE for item in stretch) else step(stretch)


def _dropped(stretch: list[Item]) -> list[Item]:
    """ "all capabilities must be dropped"."""
    place = place_of(stretch, of_fact("capabilities.add"))
    word = place_of(stretch, lambda item: item.low in {"dropped", "removed", "dropping"})
    if place is None or word is None or any(is_fact(item, "capabilities.drop") for item in stretch):
        return stretch
    found = [*stretch[:place], made("capabilities.drop", stretch[place].text), *stretch[place + 1 :]]
    return without(found, word)


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
            if kind == "HorizontalPodAutoscaler":
                continue
            owner = replace(BY_FACT["owner"], kinds=(), presence=Op.PREFIX, value=(f"{kind}/",))
            return [*stretch[:index], Item(Sort.CONCEPT, "owner", item.text, owner), *stretch[place + 1 :]]
    return stretch


_OWNED = spoken("belong belongs belonging owned managed controlled created owns")


def _counted_with(stretch: list[Item]) -> list[Item]:
    """ "more than one container with a host port" counts some of the containers only.

    Raises: NotUnderstood.
    """
    for index, item in enumerate(stretch[:-1]):
        counted = (
            item.sort is Sort.CONCEPT and str(item.data.fact).endswith(".count") and not item.text.startswith("number")
        )
        if counted and stretch[index + 1].is_one("with", "that", "which", "without", "using"):
            raise NotUnderstood(" ".join(each.text for each in stretch[index : index + 5]))
    return stretch


def _covered(stretch: list[Item]) -> list[Item]:
    """ "every host must be covered by TLS": no host without it."""
    host, tls = place_of(stretch, of_fact("ingress.host")), place_of(stretch, of_fact("ingress.tls"))
    word = place_of(stretch, lambda item: item.low in _COVER)
    if host is None or tls is None or word is None:
        return stretch
    rest = [item for item in without(stretch, host, tls, word) if not is_fact(item, "ingress.host", "ingress.tls")]
    return [*rest, Item(Sort.NEGATION, "not", "not"), made("ingress.uncovered")]


def _placed(stretch: list[Item]) -> list[Item]:
    """ "under /data", "over kubernetes.io/hostname": a comparison before a value only says where."""
    places = {"over", "under", "below", "above", "within", "beyond"}
    return [
        item
        for index, item in enumerate(stretch)
        if not (item.low in places and index + 1 < len(stretch) and stretch[index + 1].sort is Sort.VALUE)
    ]


def _added_back(stretch: list[Item]) -> list[Item]:
    """ "drop ALL and only add NET_BIND_SERVICE": what is added is another fact than what is dropped."""
    dropped = place_of(stretch, lambda item: is_fact(item, "capabilities.drop"))
    add = place_of(stretch, lambda item: item.low in {"add", "added", "adding", "back", "re-add"})
    if dropped is None or add is None or add < dropped:
        return stretch
    following = next((item for item in stretch[add + 1 :] if item.sort in {Sort.VALUE, Sort.CONCEPT}), None)
    if following is None or following.sort is Sort.CONCEPT:
        return stretch
    return [*stretch[: add + 1], made("capabilities.add"), *stretch[add + 1 :]]


def _room_for_disruption(stretch: list[Item]) -> list[Item]:
    """ "minAvailable must be lower than the replica count": whether a budget ever lets a pod go."""
    least, replicas = (
        place_of(stretch, of_fact("pdb.min_available")),
        place_of(stretch, lambda item: is_fact(item, "replicas", "hpa.bounds") or item.low == "replica"),
    )
    compare = place_of(stretch, lambda item: item.sort is Sort.COMPARE)
    if least is None or replicas is None or compare is None or any(item.sort is Sort.NUMBER for item in stretch):
        return stretch
    op = stretch[compare].data
    fact = "pdb.needs_all" if op is Op.IN else "pdb.blocks"
    turned = [Item(Sort.NEGATION, "not", "not")] if op in {Op.BELOW, Op.AT_MOST} else []
    tail = [item for item in stretch[replicas + 1 :] if item.sort is not Sort.KIND and not is_fact(item, "owner")]
    return [*without(stretch[:replicas], least, compare), *turned, made(fact), *tail]


def _port_names(stretch: list[Item]) -> list[Item]:
    """ "all ports must have a name"."""
    port = place_of(stretch, of_fact("container_port", "service.port"))
    name = place_of(stretch, of_fact("name"))
    if port is None or name is None or any(item.sort is Sort.VALUE for item in stretch):
        return stretch
    service = any(item.sort is Sort.KIND and item.data == "Service" for item in stretch)
    service |= stretch[port].low.startswith("service")
    joined = made("service.port_name" if service else "port.name")
    later, sooner = max(port, name), min(port, name)
    return [*stretch[:sooner], *stretch[sooner + 1 : later], joined, *stretch[later + 1 :]]


def _as_root(stretch: list[Item]) -> list[Item]:
    """ "run as uid 0", "user id 0": as root, which a container may that names no user. The field by its own name
    (``runAsUser``) is only what it says."""
    for index, item in enumerate(stretch):
        zero = stretch[index + 1] if index + 1 < len(stretch) else None
        user = is_fact(item, "user") and item.low != "runasuser"
        if user and zero is not None and zero.sort is Sort.NUMBER and zero.data == "0":
            return [*stretch[:index], made("root_user", item.text), *stretch[index + 2 :]]
        other = stretch[index + 1 : index + 3]
        if user and [each.sort for each in other] == [Sort.OTHER_THAN, Sort.NUMBER] and other[1].data == "0":
            if any(each.sort in {Sort.OR, Sort.NEGATION} for each in stretch):
                raise NotUnderstood(" ".join(each.text for each in stretch))
            turned = [Item(Sort.NEGATION, "not", "not"), made("root_user", item.text)]
            return [*stretch[:index], *turned, *stretch[index + 3 :]]
    return stretch


def _strange_values(stretch: list[Item]) -> list[Item]:
    """ "the enforce label of each Namespace isn't privileged": a word for a fact of other objects is a value here."""
    kinds = {item.data for item in stretch if item.sort is Sort.KIND}
    keyed = place_of(stretch, lambda item: item.sort is Sort.CONCEPT and item.data.keyed)
    if keyed is None or not kinds:
        return stretch
    found = list(stretch)
    for index in range(keyed + 1, len(stretch)):
        item, before = stretch[index], stretch[index - 1]
        foreign = item.sort is Sort.CONCEPT and item.data.kinds and not kinds & set(item.data.kinds)
        if foreign and " " not in item.text and before.low in _SAID_TO_BE:
            found[index] = Item(Sort.VALUE, item.low, item.text, item.text)
    return found


_SAID_TO_BE = spoken("is isn't be to not never equal or and either") | {","}


def _every_capability(stretch: list[Item]) -> list[Item]:
    """ "must not have all capabilities": the one that is called ALL."""
    place = place_of(stretch, of_fact("capabilities.add"))
    denied = any(item.sort is Sort.NEGATION for item in stretch[:place])
    if place is None or not place or not denied or any(is_fact(item, "capabilities.drop") for item in stretch):
        return stretch
    if not stretch[place - 1].is_one("all") or any(item.low in {"drop", "dropped"} for item in stretch):
        return stretch
    return [*stretch[: place - 1], Item(Sort.VALUE, "all", "ALL", "ALL"), *stretch[place:]]


def _target_kinds(stretch: list[Item]) -> list[Item]:
    """ "autoscalers must target deployments only": the kind of what is scaled."""
    place = place_of(stretch, lambda item: is_fact(item, "hpa.target") and item.low == "target")
    shared = any(item.low in {"same", "unique", "twice", "share"} or item.low.startswith("exist") for item in stretch)
    if place is None or shared:
        return stretch
    kinds = [item for item in stretch[place + 1 :] if item.sort is Sort.KIND and item.data != "Namespace"]
    if not kinds:
        return stretch
    field = field_named("spec.scaleTargetRef.kind", ("HorizontalPodAutoscaler",))
    if field is None:
        return stretch
    named = [Item(Sort.VALUE, kind.data.lower(), kind.text, kind.data) for kind in kinds]
    rest = [item for item in stretch[place + 1 :] if item.sort is not Sort.KIND]
    return [*stretch[:place], Item(Sort.CONCEPT, "target kind", "target", field), *named, *rest]


def _selecting(stretch: list[Item]) -> list[Item]:
    """ "a disruption budget whose selector matches its pods": that it selects them is what having one means."""
    place = place_of(stretch, lambda item: item.sort is Sort.CONCEPT and str(item.data.fact).startswith("has."))
    if place is None or place + 1 >= len(stretch) or not stretch[place + 1].is_one("that", "whose", "with", "which"):
        return stretch
    tail = stretch[place + 1 :]
    selector = any(item.low in {"selector", "label selector", "podselector"} for item in tail)
    plain = all(item.sort is not Sort.UNKNOWN and item.sort not in {Sort.NEGATION, Sort.VALUE} for item in tail)
    facts = [item for item in tail if item.sort is Sort.CONCEPT and item.low not in {"selector", "label selector"}]
    return stretch[: place + 1] if selector and plain and not facts else stretch


def _of_template(stretch: list[Item]) -> list[Item]:
    """ "the pod template of each deployment needs the annotation …": what the workload gives its pods."""
    if not any(item.is_one("podtemplate") for item in stretch):
        return stretch
    rest = [item for item in stretch if not item.is_one("podtemplate")]
    place = place_of(rest, lambda item: is_fact(item, "labels", "annotations"))
    if place is None:
        return stretch
    return [*rest[:place], made(f"template.{rest[place].data.fact}", rest[place].text), *rest[place + 1 :]]


def _annotated(stretch: list[Item]) -> list[Item]:
    """ "services annotated with a/b=c": the annotation a/b."""
    for index, item in enumerate(stretch):
        if item.is_one("labelled", "labeled") and index + 2 < len(stretch) and stretch[index + 1].is_one("with", "by"):
            keys = _keys_from(stretch, index + 2)
            if keys:
                named = [
                    replace(each, sort=Sort.VALUE, data=each.text) if each.sort in _KEYS else each for each in keys
                ]
                return [*stretch[:index], made("labels", item.text), *named, *stretch[index + 2 + len(keys) :]]
        if not item.is_one("annotated") or index + 1 >= len(stretch):
            continue
        start = index + 1 + stretch[index + 1].is_one("with", "by", "as")
        if start < len(stretch) and stretch[start].sort is Sort.VALUE:
            lead = Item(Sort.WORD, "with", "with")
            return [*stretch[:index], lead, made("annotations", item.text), *stretch[start:]]
    return stretch


_KEYS = {Sort.UNKNOWN, Sort.VALUE, Sort.WORD}


def _keys_from(stretch: list[Item], start: int) -> list[Item]:
    """The keys (and what joins them) that stand from a place on: "team and cost-center"."""
    end = start
    while end < len(stretch) and stretch[end].sort in _KEYS and "=" not in stretch[end].text:
        following = stretch[end + 1] if end + 1 < len(stretch) else None
        alone = following is None or following.sort in {Sort.AND, Sort.OR, Sort.COMMA, Sort.MARK}
        if stretch[end].low in NO_KEYS or (stretch[end].sort is Sort.WORD and not alone):
            break
        end += 1
        joins = end
        while joins < len(stretch) and stretch[joins].sort in {Sort.AND, Sort.OR, Sort.COMMA}:
            joins += 1
        following = stretch[joins] if joins < len(stretch) else None
        if joins == end or following is None or following.sort not in _KEYS or following.low in NO_KEYS:
            break
        end = joins
    return stretch[start:end]


def _of_containers(stretch: list[Item]) -> list[Item]:
    """A setting that pods and containers have alike is that of the containers where they are spoken of."""
    lows = {item.low for item in stretch}
    if "container" not in lows or "pod" in lows or any(i.sort is Sort.KIND and i.data == "Pod" for i in stretch):
        return stretch
    return [
        replace(item, data=replace(item.data, fact="field.container"))
        if is_fact(item, "field.pod") and item.data.path in _TWINS and "pod" not in item.low.split()
        else item
        for item in stretch
    ]


_TWINS = {"securityContext"}


def _within_domain(stretch: list[Item]) -> list[Item]:
    """ "a host in the domain example.com", "hosts under example.com": the domain itself or anything below it."""
    for index, item in enumerate(stretch):
        lead = stretch[max(0, index - 4) : index]
        if item.sort is not Sort.VALUE or not _DOMAIN.match(item.text):
            continue
        inside = any(each.low in {"in", "under", "below", "within", "of"} for each in lead)
        domain = [i for i, each in enumerate(stretch[:index]) if is_fact(each, "ingress.host")]
        if not inside or not domain:
            continue
        if any(each.is_one("end", "ending", "suffix", "one") for each in lead):
            continue
        named = [i for i in domain[1:] if stretch[i].text.lower().startswith(("domain", "subdomain"))]
        pattern = rf"(.*\.)?{re.escape(item.text.lstrip('.'))}"
        said = [Item(Sort.WORD, "regex", "regex"), replace(item, data=pattern)]
        rest = [each for i, each in enumerate(stretch[:index]) if i not in named]
        while rest and rest[-1].low in {"in", "under", "below", "within", "of", "the", "a", "any"}:
            rest.pop()
        return [*rest, *said, *stretch[index + 1 :]]
    return stretch


_DOMAIN = re.compile(r"^\.?(?:[a-z0-9-]+\.)+[a-z]{2,}$")


def _unset_or(stretch: list[Item]) -> list[Item]:
    """ "must be unset or set to false", "must be 0 or left empty": nothing at all is as good as the value."""
    for index, item in enumerate(stretch):
        if item.low not in _UNSET or item.sort is not Sort.NEGATION:
            continue
        first = index - 1 if index and stretch[index - 1].is_one("not") else index
        leading = stretch[index + 1 : index + 2]
        if leading and leading[0].sort is Sort.OR:
            rest = [*stretch[:first], *stretch[index + 2 :]]
        elif first and any(each.sort is Sort.OR for each in stretch[max(0, first - 4) : first]):
            cut = max(i for i in range(first) if stretch[i].sort is Sort.OR)
            rest = [*stretch[:cut], *stretch[index + 1 :]]
        else:
            continue
        if not any(each.sort in {Sort.VALUE, Sort.NUMBER} or each.is_one("true", "false") for each in rest):
            continue
        return [
            replace(each, data=replace(each.data, optional=True)) if each.sort is Sort.CONCEPT else each
            for each in rest
            if not each.is_one("either")
        ]
    return stretch


_UNSET = spoken("unset undefined empty absent blank omitted none")


def _declared(stretch: list[Item]) -> list[Item]:
    """ "must not set replicas": the field itself, rather than how many there are."""
    place = place_of(stretch, of_fact("replicas"))
    if place is None or not place or any(item.sort in {Sort.NUMBER, Sort.COMPARE} for item in stretch):
        return stretch
    before = next((item for item in reversed(stretch[:place]) if item.low not in {"the", "a", "any", "its"}), None)
    if before is None or before.low not in DECLARING:
        return stretch
    field = field_named("spec.replicas", stretch[place].data.kinds[:1])
    if field is None:
        return stretch
    concept = replace(field, kinds=stretch[place].data.kinds)
    return [*stretch[:place], Item(Sort.CONCEPT, "spec.replicas", stretch[place].text, concept), *stretch[place + 1 :]]


def _key_lists(stretch: list[Item]) -> list[Item]:
    """ "the labels app, phase and env": in a list behind labels every word is a key, whatever else it may mean."""
    place = place_of(stretch, lambda item: is_fact(item, "labels", "annotations") and item.text.lower().endswith("s"))
    if place is None:
        return stretch
    start = place + 1 + (stretch[place + 1 : place + 2] != [] and stretch[place + 1].text == ":")
    keys: list[int] = []
    index = start
    while index < len(stretch) and _may_be_key(stretch[index]):
        keys.append(index)
        joins = index + 1
        while joins < len(stretch) and stretch[joins].sort in {Sort.COMMA, Sort.AND, Sort.OR}:
            joins += 1
        if joins == index + 1:
            break
        index = joins
    if len(keys) < 3:
        return stretch
    return [
        Item(Sort.VALUE, item.low, item.text, item.text) if index in keys else item
        for index, item in enumerate(stretch)
    ]


def _listed_names(stretch: list[Item]) -> list[Item]:
    """ "the service accounts app and batch": in a list of names a word that means nothing else is one too."""
    for index, item in enumerate(stretch[:-3]):
        named = (
            item.sort is Sort.CONCEPT and item.data.value_op is Op.IN and not item.data.words and not item.data.keyed
        )
        first, join, second = stretch[index + 1 : index + 4]
        listed = first.sort is Sort.WORD and join.sort in {Sort.AND, Sort.OR, Sort.COMMA}
        plural = item.text.lower().endswith(("s", "es"))
        if named and plural and listed and second.sort is Sort.UNKNOWN and _may_be_key(first):
            value = Item(Sort.VALUE, first.low, first.text, first.text)
            other = Item(Sort.VALUE, second.low, second.text, second.text)
            return [*stretch[: index + 1], value, join, other, *stretch[index + 4 :]]
    return stretch


def _listed_values(stretch: list[Item]) -> list[Item]:
    """ "the priority class must be low, medium or high": in a list of names a word for a fact is one of them."""
    joins = {Sort.COMMA, Sort.OR}
    names = {Sort.UNKNOWN, Sort.WORD, Sort.VALUE}
    found = list(stretch)
    for index in range(2, len(stretch) - 2):
        item = stretch[index]
        plain = (
            item.sort is Sort.CONCEPT
            and " " not in item.low
            and item.text.islower()
            and item.data.value_op is not Op.ONLY
        )
        between = stretch[index - 1].sort in joins and stretch[index + 1].sort is Sort.OR
        if not (plain and between and stretch[index - 2].sort in names and stretch[index + 2].sort in names):
            continue
        before = next((each for each in reversed(stretch[:index]) if each.sort is Sort.CONCEPT), None)
        if before is not None and before.data.value_op is Op.IN and not before.data.words and not before.data.numeric:
            for place in (index - 2, index, index + 2):
                each = stretch[place]
                found[place] = Item(Sort.VALUE, each.low, each.text, each.text, end=each.end)
    return found


def _may_be_key(item: Item) -> bool:
    word = item.sort in {Sort.WORD, Sort.UNKNOWN, Sort.VALUE, Sort.CONCEPT}
    return word and " " not in item.text.strip() and item.low not in {"must", "should", "a", "an", "the", "have"}


def _named_and_there(stretch: list[Item]) -> list[Item]:
    """ "must name a storage class that exists": it is named, and it is there."""
    for index, item in enumerate(stretch):
        if item.sort is not Sort.CONCEPT or item.data.presence is not Op.ABSENT:
            continue
        fact = _NAMED_BY.get(str(item.data.fact).removeprefix("missing."))
        lead = [each.low for each in stretch[max(0, index - 3) : index]]
        if fact and any(low in _NAMING_VERBS for low in lead) and "only" not in lead and lead[-1:] in (["a"], ["an"]):
            named = replace(made(fact), data=replace(BY_FACT[fact], kinds=item.data.kinds))
            return [*stretch[: index + 1], Item(Sort.AND, "and", "and"), named, *stretch[index + 1 :]]
    return stretch


_NAMED_BY = {"StorageClass": "storage_class", "PriorityClass": "priority_class", "IngressClass": "ingress.class"}
_NAMING_VERBS = spoken("name set specify define declare have need use names sets specifies request")


def _init_containers(stretch: list[Item]) -> list[Item]:
    """ "init containers are not allowed": the containers themselves are the fact."""
    if any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in stretch):
        return stretch
    place = place_of(stretch, lambda item: item.low in {"init", "initcontainer"})
    if place and (stretch[place - 1].sort is Sort.NUMBER or stretch[place - 1].is_one("one", "single")):
        return stretch  # how many there are
    return stretch if place is None else [*stretch[:place], made("init.names"), *stretch[place + 1 :]]


_STEPS: tuple[Callable[[list[Item]], list[Item]], ...] = (
    path_of_host,
    _every_capability,
    _target_kinds,
    _selecting,
    _of_template,
    _annotated,
    _of_containers,
    shared,
    _strange_values,
    _within_domain,
    _unset_or,
    once,
    _key_lists,
    _listed_names,
    _listed_values,
    _declared,
    _placed,
    two_share,
    no_two,
    alike,
    ratio_of,
    that_probe,
    requests_of,
    same_resource,
    requested,
    _owned_by,
    _dropped,
    several,
    _init_containers,
    handlers,
    probe_details,
    _as_root,
    set_twice,
    _named_and_there,
    ages,
    numbered,
    equal_resources,
    alike_probes,
    counts,
    _counted_with,
    _pair(of_kind("Secret"), of_fact("env"), "env.secret"),
    _pair(secret_volume, of_fact("env"), "env.secret"),
    _pair(of_kind("ConfigMap"), of_fact("env"), "env.config_map"),
    _pair(empty_dir, of_fact("emptydir.limit"), "emptydir.limit"),
    _pair(empty_dir, of_fact("emptydir.medium"), "emptydir.medium"),
    _unless_valued(_pair(host_path, of_fact("host_mount.read_only"), "host_mount.read_only")),
    _unless_valued(_pair(host_path, of_fact("host_mount.writable"), "host_mount.writable")),
    _port_names,
    listed_types,
    _added_back,
    unique_targets,
    _room_for_disruption,
    sizes,
    _covered,
    unique_paths,
    node_port_numbers,
)
