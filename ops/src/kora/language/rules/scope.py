"""What a rule is about: namespaces, labels, exceptions. Each reader takes its items out and leaves the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kora.domain.rules import Scope
from kora.language.rules.items import Item, Sort
from kora.language.rules.model import POD_KINDS
from kora.language.rules.term import NotUnderstood, Term
from kora.language.rules.words import spoken

_DETERMINERS = spoken(
    """
    the this that a an each every all any same our its kubernetes kubernete k8s whole entire given following
    these those no in of and or for from within across per their with new one other to inside such by my some
    which two
    """
)
_EVERYWHERE = (
    "all namespace",
    "every namespace",
    "cluster wide",
    "whole cluster",
    "entire cluster",
    "across the cluster",
    "kubernetes cluster",
    "across namespace",
    "any namespace",
)
_PREPOSITIONS = frozenset(["in", "within", "inside", "across", "of"])
_NAMEABLE = {Sort.UNKNOWN, Sort.VALUE, Sort.WORD}


@dataclass
class ScopeWords:
    """What was found so far."""

    namespaces: list[str] = field(default_factory=list)
    except_namespaces: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    except_names: list[str] = field(default_factory=list)
    except_images: list[str] = field(default_factory=list)
    except_containers: list[str] = field(default_factory=list)
    init_only: bool = False
    everywhere: bool = False


def _name(item: Item) -> str | None:
    """The item as a namespace's name, if it may be one."""
    if item.sort in {Sort.UNKNOWN, Sort.VALUE} or (item.sort is Sort.WORD and item.low not in _DETERMINERS):
        text = item.text.strip()
        return text if text and not set(text) & set("/:=<> ") else None
    return None


def take_namespaces(items: Sequence[Item]) -> tuple[list[str], list[Item]]:
    """Namespaces said with the word ("the prod namespace", "namespaces a and b") or by a preposition ("in staging")."""
    found: list[str] = []
    dropped: set[int] = set()
    for index, item in enumerate(items):
        if item.sort is Sort.KIND and item.data == "Namespace":
            before = _names_before(items, index)
            after = [] if before else _names_after(items, index)
            found.extend(items[place].text for place in (*before, *after))
            if before or after:
                dropped.update((index, *before, *after))
    for index, item in enumerate(items[:-1]):
        following = items[index + 1]
        if found and item.low in _PREPOSITIONS and index and items[index - 1].low in {"those", "ones", "others"}:
            raise NotUnderstood(
                f"{items[index - 1].text} {item.text} {following.text}"
            )  # others with a rule of their own
        if (
            item.low in _PREPOSITIONS
            and following.sort in {Sort.UNKNOWN, Sort.VALUE}
            and index + 1 not in dropped
            and _name(following)
            and "." not in following.text
            and (_free(items, index + 2) or (item.is_one("in") and index and items[index - 1].sort is Sort.KIND))
            and (item.low != "of" or following.sort is Sort.VALUE or (index and items[index - 1].sort is Sort.KIND))
            and not any(
                _claims(each, item, following) for each in items[max(0, index - 1) : index] if _goes_on(items, index)
            )
        ):
            found.append(following.text)
            dropped.update((index, index + 1))
            for place in _further_names(items, index + 1):
                found.append(items[place].text)
                dropped.update((place - 1, place))
    return list(dict.fromkeys(found)), [item for index, item in enumerate(items) if index not in dropped]


def _further_names(items: Sequence[Item], index: int) -> list[int]:
    """Where a list of namespaces goes on: "in demo and stage"."""
    places: list[int] = []
    while index + 2 < len(items) and items[index + 1].sort in {Sort.AND, Sort.COMMA, Sort.OR}:
        name = items[index + 2]
        if name.sort not in {Sort.UNKNOWN, Sort.VALUE} or not _name(name) or not _free(items, index + 3):
            break
        index += 2
        places.append(index)
    return places


def _goes_on(items: Sequence[Item], index: int) -> bool:
    """Whether a preposition may introduce a value: one name that ends its sentence is a place ("a storage class in
    demo")."""
    alone = index + 2 >= len(items) or items[index + 2].sort is Sort.MARK
    return not alone or not items[index].is_one("in") or items[index + 1].sort is not Sort.UNKNOWN


def _claims(fact: Item, preposition: Item, name: Item) -> bool:
    """Whether a fact takes the name behind a preposition as its value; "images in demo" are in a namespace."""
    source = fact.sort is Sort.CONCEPT and str(fact.data.fact).startswith("image")
    if source and not preposition.is_one("of") and not set(name.text) & set("./:"):
        return False
    return _takes_values(fact)


def _takes_values(item: Item) -> bool:
    """Whether the item is a fact that the words behind it may be values of."""
    named = item.data.value_op and not item.data.value and not item.data.numeric if item.sort is Sort.CONCEPT else False
    return item.sort is Sort.CONCEPT and bool(item.data.keyed or named)


def _free(items: Sequence[Item], index: int) -> bool:
    """Whether no fact claims the word before `index` as its value."""
    return index >= len(items) or not _takes_values(items[index])


def _names_before(items: Sequence[Item], index: int) -> list[int]:
    places: list[int] = []
    place = index - 1
    while place >= 0 and items[place].sort in _NAMEABLE and _name(items[place]):
        if items[place].sort is Sort.WORD and items[place].low in {"pod", "container", "is", "be", "must", "have"}:
            break
        if place and items[place - 1].is_one("every", "each", "any", "no"):
            break  # "every team namespace": several, of some sort
        places.insert(0, place)
        if place >= 2 and items[place - 1].sort in {Sort.AND, Sort.COMMA, Sort.OR} and _name(items[place - 2]):
            place -= 2
            continue
        if place >= 3 and items[place - 1].sort is Sort.AND and items[place - 2].sort is Sort.COMMA:
            place -= 3
            continue
        break
    alone = items[index].text.lower().endswith("s") and len(places) == 1
    return [] if alone else places  # "exotic namespaces": no name, but which ones are meant


def _names_after(items: Sequence[Item], index: int) -> list[int]:
    place = index + 1
    while place < len(items) and (items[place].low in {"named", "called", ":", "are", "is"}) and place - index < 3:
        place += 1
    places: list[int] = []
    while place < len(items) and items[place].sort in {Sort.UNKNOWN, Sort.VALUE} and _name(items[place]):
        places.append(place)
        listed = place + 2 < len(items) and items[place + 1].sort in {Sort.AND, Sort.COMMA, Sort.OR}
        if not (listed and items[place + 2].sort in {Sort.UNKNOWN, Sort.VALUE} and _name(items[place + 2])):
            break
        place += 2
    return places


def says_everywhere(items: Sequence[Item]) -> bool:
    """Whether the whole cluster was said."""
    text = f" {' '.join(item.low for item in items)} "
    return any(f" {phrase} " in text for phrase in _EVERYWHERE)


def take_others(items: list[Item], scope: ScopeWords) -> list[Item]:
    """A sentence without those it leaves out right behind its subject: "deployments outside of kube-system must …",
    "every container other than istio-proxy needs …", "pods in any namespace other than kube-system …"."""
    place = next((i for i, item in enumerate(items) if item.sort is Sort.OTHER_THAN), None)
    if place is None or any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in items[:place]):
        return items
    start = place + 1
    while start < len(items) and items[start].low in {"the", "namespace", "namespaces", "container", "of"}:
        start += 1
    end = start
    while end < len(items) and (
        items[end].sort in {Sort.UNKNOWN, Sort.VALUE}
        or items[end].is_one("default")
        or (items[end].sort in {Sort.AND, Sort.OR, Sort.COMMA} and end > start)
    ):
        end += 1
    names = [i.text for i in items[start:end] if i.sort in {Sort.UNKNOWN, Sort.VALUE} or i.is_one("default")]
    before = items[place - 1] if place else None
    if not names or before is None:
        return items
    if end < len(items) and items[end].sort is Sort.KIND and items[end].data == "Namespace":
        end += 1
    first = place
    if items[place].low.startswith("outside") or (before.sort is Sort.KIND and before.data == "Namespace"):
        scope.except_namespaces.extend(names)
        while first and (
            items[first - 1].data == "Namespace" or items[first - 1].low in {"in", "any", "all", "every", "a"}
        ):
            first -= 1
    elif before.is_one("container"):
        scope.except_containers.extend(names)
    elif before.sort is Sort.KIND or before.is_one("workload"):
        scope.except_names.extend(names)
    else:
        return items
    return [*items[:first], *items[end:]]


def refuse_place_only(items: Sequence[Item]) -> None:
    """ "privileged pods are only allowed in kube-system" is about every other place: refused, never turned round.

    Raises: NotUnderstood.
    """
    for index, item in enumerate(items):
        if not item.is_one("only") or not any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in items[:index]):
            continue
        rest = items[index + 1 :]
        place = next((i for i, each in enumerate(rest) if each.low in {"in", "within", "inside"}), None)
        if place is None or any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in rest):
            continue
        behind = rest[place + 1 :]
        if any(each.sort is Sort.UNKNOWN or each.data == "Namespace" for each in behind[:4]):
            raise NotUnderstood(" ".join(each.text for each in items[index:]))


def made_scope(kinds: Sequence[str], facts: Sequence[Term], found: ScopeWords, *, roles: bool, others: bool) -> Scope:
    """The scope of a rule: the kinds that were named, or else those that have all of its facts.

    Args:
        roles: whether what roles grant is spoken of.
        others: whether the kinds are what nobody named.
    Raises:
        NotUnderstood: no kind has them all.
    """
    allowed = [set(term.concept.kinds) for term in facts if term.concept.kinds]
    if roles:
        allowed.append({"Role", "ClusterRole"})
    if kinds:
        meant = [kind for kind in kinds if all(kind in each for each in allowed)]
        if not meant:
            raise NotUnderstood(f"what {' and '.join(kinds)} have to do with it")
        return _scoped(tuple(meant), found, named=tuple(kinds), owned=not others)
    shared = set.intersection(*allowed) if allowed else set(POD_KINDS)
    fitting = tuple(kind for kind in _ORDER if kind in shared)
    if not fitting:
        raise NotUnderstood("what kinds of objects are meant")
    return _scoped(fitting, found, named=(), owned=False)


def _scoped(kinds: tuple[str, ...], found: ScopeWords, *, named: tuple[str, ...], owned: bool) -> Scope:
    places = tuple(dict.fromkeys(found.namespaces))
    themselves = kinds == ("Namespace",) and places
    return Scope(
        kinds=kinds,
        namespaces=() if themselves else places,
        names=places if themselves and "Namespace" not in named else (),
        except_namespaces=tuple(found.except_namespaces),
        labels=found.labels,
        except_names=tuple(found.except_names),
        except_images=tuple(found.except_images),
        except_containers=tuple(found.except_containers),
        init_only=found.init_only,
        owned=owned,
        everywhere=found.everywhere,
    )


_ORDER = (
    *POD_KINDS,
    "Service",
    "Ingress",
    "PersistentVolumeClaim",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "Namespace",
)
