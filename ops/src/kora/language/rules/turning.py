""" "Only DaemonSets may use host ports", "privileged pods are only allowed in kube-system": rules about all others.

A step of `language.rules`: such a sentence is turned round into what the others must not do, and who may is left out of
the scope. Sentences that are not clearly of this form stay as they are (`refusing` refuses what is left of them).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kora.language.rules.items import Item, Sort
from kora.language.rules.model import POD_KINDS
from kora.language.rules.scope import take_namespaces
from kora.language.rules.words import spoken

_FACTS = {Sort.CONCEPT, Sort.RESOURCE}
_MAY = spoken("may can should must is are allowed permitted shall could")
_BEHIND = spoken(
    "be to allowed permitted able use used set enabled run running acceptable have has ok fine legal mounted"
)
_AFTER = spoken("by in for on with within inside")
_JOINS = {Sort.AND, Sort.OR, Sort.COMMA}
_SMALL = spoken("the a an any all namespace namespaces pods pod workload workloads container containers and or")
_NOT = Item(Sort.NEGATION, "not", "not")
_MUST = Item(Sort.WORD, "must", "must")


@dataclass
class Turned:
    """A sentence turned round: what the others must not, who may."""

    sentence: list[Item]
    kinds: tuple[str, ...] = ()
    """Kinds that may; the rule is about the other kinds with pods."""
    namespaces: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    """Labels (``key=value``) that may."""


def turned(sentence: Sequence[Item]) -> Turned | None:
    """The sentence turned round; None when it says nothing of this form."""
    only = next((i for i, item in enumerate(sentence) if item.is_one("only", "exclusively", "solely")), None)
    if only is None or any(item.sort is Sort.EXCEPT for item in sentence):
        return None
    if any(item.sort in _FACTS for item in sentence[:only]):
        return _permitted_to(sentence, only)
    return _permitted(sentence, only)


_IF = spoken("if when whenever where provided")
_LET = spoken("may can shall should must")


def with_condition_denied(sentence: list[Item]) -> list[Item]:
    """ "<objects> may have A only if B", "may only have A if B" as "<objects> must not have A unless B"."""
    modal = next((i for i, item in enumerate(sentence) if item.low in _LET and item.sort is Sort.WORD), None)
    only = next((i for i, item in enumerate(sentence) if item.is_one("only")), None)
    if modal is None or only is None or only < modal:
        return sentence
    place = next((i for i in range(only + 1, len(sentence)) if sentence[i].low in _IF), None)
    if place is None or (place > only + 1 and only > modal + 1):
        return sentence
    if not sentence[modal].is_one("may", "can") and only != modal + 1:
        return sentence
    deed = [item for item in sentence[modal + 1 : place] if not item.is_one("only")]
    told = (deed, sentence[place + 1 :])
    if any(item.sort is Sort.NEGATION for item in sentence[:place]) or sentence[0].sort is Sort.NEGATION:
        return sentence
    if not all(any(item.sort in _FACTS for item in part) for part in told):
        return sentence
    return [*sentence[:modal], _MUST, _NOT, *deed, Item(Sort.EXCEPT, "unless", "unless"), *sentence[place + 1 :]]


def _permitted(sentence: Sequence[Item], only: int) -> Turned | None:
    """ "Only <objects> may <do it>"."""
    modal = next((i for i in range(only + 1, len(sentence)) if sentence[i].low in _MAY), None)
    described = [item for item in sentence[only:modal] if item.sort in _FACTS and not item.is_one("label")]
    if modal is None or described:
        return None
    holders = _holders(sentence[only + 1 : modal])
    deed = [item for item in sentence[modal + 1 :] if item.low not in {"be", "to", "allowed", "permitted", "able"}]
    if holders is None or not any(item.sort in _FACTS for item in deed):
        return None
    if any(item.sort is Sort.NEGATION for item in deed):
        return None
    holders.sentence = [*_subject(holders, sentence[only + 1 : modal]), _MUST, _NOT, *deed]
    return holders


def _permitted_to(sentence: Sequence[Item], only: int) -> Turned | None:
    """ "<it> may only be used by <objects>"."""
    place = next((i for i in range(only + 1, len(sentence)) if sentence[i].low in _AFTER), None)
    if place is None or any(item.low not in _BEHIND for item in sentence[only + 1 : place]):
        return None
    holders = _holders(sentence[place + 1 :], bare=sentence[place].is_one("in", "within", "inside"))
    lead = list(sentence[:only])
    while lead and (lead[-1].low in _MAY | {"be", "only"}):
        lead.pop()
    if holders is None or any(item.sort is Sort.NEGATION for item in lead):
        return None
    kinds = [item for item in lead if item.sort is Sort.KIND]
    deed = [item for item in lead if item.sort is not Sort.KIND and item.low not in {"with", "that", "of", "which"}]
    subject = kinds[:1] if kinds else _subject(holders, sentence[place + 1 :])
    holders.sentence = [*subject, _MUST, _NOT, *deed]
    return holders


def _subject(holders: Turned, said: Sequence[Item]) -> list[Item]:
    """Whom the turned sentence is about: the kind that was named, unless it is the one that may."""
    return [] if holders.kinds else [item for item in said if item.sort is Sort.KIND and item.data != "Namespace"][:1]


def _holders(said: Sequence[Item], *, bare: bool = False) -> Turned | None:
    """Who may: kinds, namespaces, or objects that are named."""
    lead = [Item(Sort.WORD, "in", "in"), *said] if bare else list(said)
    namespaces, rest = take_namespaces(lead)
    kinds = tuple(item.data for item in rest if item.sort is Sort.KIND and item.data != "Namespace")
    named = next((i for i, item in enumerate(rest) if item.is_one("named", "called")), None)
    names = [item.text for item in rest[named + 1 :] if item.sort in {Sort.UNKNOWN, Sort.VALUE}] if named else []
    labels = [item.text for item in rest if item.sort is Sort.VALUE and "=" in item.text] if _labelled(rest) else []
    known = _SMALL | {"in", "named", "called", "label", "labelled", "labeled", "with", "carrying", "having"}
    strange = [
        item
        for item in rest
        if item.sort not in {Sort.KIND, *_JOINS, Sort.MARK}
        and item.low not in known
        and item.text not in [*names, *labels]
    ]
    if strange:
        return None
    narrow = kinds and set(kinds) <= set(POD_KINDS) - {"Pod"}
    if narrow and namespaces:
        return None  # "only DaemonSets in kube-system": other kinds there, and DaemonSets elsewhere, may not
    if namespaces or names or labels:
        return Turned([], namespaces=list(namespaces), names=names, labels=labels)
    return Turned([], kinds=kinds) if kinds and set(kinds) <= set(POD_KINDS) - {"Pod"} else None


def _labelled(said: Sequence[Item]) -> bool:
    return any(item.low in {"label", "labelled", "labeled"} for item in said)
