"""What a rule may not mean: words that turn it round, narrow it down or describe another object unread are refused.

A step of `language.rules`: whoever dropped such words would check something else than was said.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kora.domain.rules import All, Not, Op, Requirement, Scope, Test
from kora.language.rules import words
from kora.language.rules.cutting import is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.term import NotUnderstood
from kora.language.rules.words import spoken


def refuse_unused(values: Sequence[str], scope: Scope, requirement: Requirement) -> None:
    """A value that stands in the text and nowhere in what was read: a part of the rule was lost.

    Raises: NotUnderstood.
    """
    used = " ".join([*_strings(requirement), *_scoped(scope)]).lower().replace("\\", "")
    pieces = [piece for piece in used.split() if len(piece) > 2]
    for value in values:
        said = value.lower().replace("\\", "").strip(_EDGES)
        parts = [part.strip(_EDGES) for part in re.split(r"[=:]", said)]
        kept = said in used or any(len(part) > 2 and part in used for part in parts)
        if not kept and not any(piece in said for piece in pieces):
            raise NotUnderstood(value)


_EDGES = "*/ .\"'`"


_NEVER_ASKED = frozenset(
    {"root_user", "privileged", "privilege_escalation", "rule.wildcard_any", "rule.wildcard_verbs",
     "rule.wildcard_resources", "host_process"}
)  # fmt: skip
"""What is on or off and no rule asks to be on."""
_NEVER_WANTED = ("rule.grants", "env.duplicates", "deprecated_api", "missing.", "ingress.uncovered")


def refuse_absurd(requirement: Requirement, *, stated: bool) -> None:
    """A rule that asks for what only offenders do ("everything must run as root") was read the wrong way round.
    `stated`: whether the text says that something must be, so that only what nobody can mean is refused.

    Raises: NotUnderstood.
    """
    for part in requirement.parts if isinstance(requirement, All) else (requirement,):
        if not isinstance(part, Test):
            continue
        admin = part.fact == "role_ref" and part.op is Op.IN and part.values == ("cluster-admin",)
        wild = part.fact == "ingress.wildcard" and part.op is Op.PRESENT
        on = part.fact in _NEVER_ASKED and part.op is Op.IN and part.values == ("true",)
        there = part.fact.startswith(_NEVER_WANTED) and part.op is Op.PRESENT
        if admin or wild or (not stated and (on or there)):
            raise NotUnderstood(part.fact.replace("_", " ").replace(".", " "))


def _strings(requirement: Requirement) -> Iterator[str]:
    if isinstance(requirement, Test):
        yield from (requirement.fact, requirement.key or "", *requirement.values)
        yield from (requirement.other or "", requirement.other_key or "")
    elif isinstance(requirement, Not):
        yield from _strings(requirement.part)
    else:
        for part in requirement.parts:
            yield from _strings(part)


def _scoped(scope: Scope) -> Iterator[str]:
    yield from (*scope.namespaces, *scope.except_namespaces, *scope.names, *scope.except_names)
    yield from (*scope.except_images, *scope.except_containers, *scope.kinds)
    yield from (text for pair in scope.labels.items() for text in pair)


def refuse_inversion(segment: Sequence[Item]) -> None:
    """ "hostPath may only be used by DaemonSets" is about all others, which nobody named."""
    if segment and segment[0].is_one("only"):
        modal = next(
            (i for i, item in enumerate(segment) if item.is_one("may", "can", "should", "is", "are", "must")), 0
        )
        subject = segment[1:modal]
        about = any(item.sort in {Sort.CONCEPT, Sort.RESOURCE, Sort.VALUE} for item in subject)
        if modal and not about and any(item.sort is Sort.KIND for item in subject):
            raise NotUnderstood(" ".join(item.text for item in segment[: modal + 1]))
    only = next((index for index, item in enumerate(segment) if item.is_one("only")), None)
    if only is None or not any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment[:only]):
        return
    for before, item in pairwise(segment[only:]):
        if item.sort is Sort.KIND and before.is_one("by", "in", "for", "on", "with") and item.data != "Namespace":
            raise NotUnderstood(f"only {before.text} {item.text}")


_SELECTING = spoken(
    """
    that which with whose a an the select selects selecting target targets targeting cover covers covering match matches
    matching apply applies applying protect protects to for it its them their they this these those pod pods label
    labels selector selectors and or is are in place at least one workload deployment namespace scale scales on own
    attached assigned defined configured exist exists same
    """
)


def refuse_described(stretch: Sequence[Item]) -> None:
    """ "a network policy that denies everything": which other object is meant is said in words that nobody read.

    Raises: NotUnderstood.
    """
    for before, item in pairwise(stretch):
        if item.low in {"exist", "exists"} and before.is_one("that", "which", "not", "doesn't", "don't", "actually"):
            raise NotUnderstood(f"{before.text} {item.text}")
    for index, item in enumerate(stretch[:-1]):
        if not (item.sort is Sort.CONCEPT and str(item.data.fact).startswith("has.")):
            continue
        if not stretch[index + 1].is_one("that", "which", "with", "whose"):
            continue
        said = [each for each in stretch[index + 1 :] if each.sort in {Sort.WORD, Sort.NEGATION, Sort.UNKNOWN}]
        strange = [each.text for each in said if each.low not in _SELECTING]
        if strange:
            raise NotUnderstood(f"{item.low} {stretch[index + 1].text} {' '.join(strange)}")


def refuse_empty(stretch: Sequence[Item], *, search: bool) -> None:
    """ "… and ports must be named": something is said to be owed, and nothing of it was read.

    Raises: NotUnderstood.
    """
    facts = any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in stretch)
    pointing = any(item.sort is Sort.POINTER for item in stretch)
    if not search and facts and not pointing and any(item.is_one("must", "should", "shall") for item in stretch):
        raise NotUnderstood(" ".join(item.text for item in stretch))


def refuse_formed(exception: Sequence[Item]) -> None:
    """ "except those whose name ends with -batch": what is exempt is said by a form, and not by its name.

    Raises: NotUnderstood.
    """
    form = next((item for item in exception if item.low in _FORM and item.sort is Sort.WORD), None)
    if form is not None:
        raise NotUnderstood(" ".join(item.text for item in exception))


def says_names(exception: Sequence[Item]) -> bool:
    """Whether an exception names what is exempt, and says no form of names."""
    return not any(item.low in _FORM and item.sort is Sort.WORD for item in exception)


_FORM = spoken("end ends ending start starts starting begin begins contain contains match matches like whose")


def refuse_passed_over(segment: Sequence[Item]) -> None:
    """A stretch that gives nothing to check must not hold an amount: "they may be 64Mi at the least".

    Raises: NotUnderstood.
    """
    if any(item.sort is Sort.POINTER for item in segment):
        return
    unknown = [item.text for item in segment if item.sort is Sort.UNKNOWN]
    if unknown and any(item.is_one("allowed", "permitted", "may", "free", "welcome") for item in segment):
        raise NotUnderstood(" ".join(unknown))  # "node-exporter is allowed to"
    amounts = [item for item in segment if item.sort is Sort.NUMBER and not item.line_start]
    if amounts and any(item.low in {"may", "can", "must", "should", "is", "are"} for item in segment):
        raise NotUnderstood(" ".join(item.text for item in segment))


_LIVING = spoken("live lives reside stay placed deployed created located")


def _excepting(sentence: Sequence[Item]) -> bool:
    return any(item.sort in {Sort.EXCEPT, Sort.OTHER_THAN} for item in sentence)


def _others(sentence: Sequence[Item], place: int) -> bool:
    """Whether some of the objects get a rule of their own behind that of all: "…, and those of class x at most 20Gi"."""
    stated = any(is_strong(sentence, i) for i in range(place))
    described = place + 1 < len(sentence) and sentence[place + 1].is_one(
        "of", "with", "that", "labelled", "without", "in"
    )
    return stated and described and any(item.sort in {Sort.NUMBER, Sort.COMPARE} for item in sentence[place:])


def _differs(before: Sequence[Item]) -> bool:
    """Whether two things are compared with each other: no number stands behind the comparison."""
    place = next((i for i, item in enumerate(before) if item.data in (Op.ABOVE, Op.BELOW)), None)
    return place is not None and not any(item.sort is Sort.NUMBER for item in before[place:])


def _denied_before(before: Sequence[Item]) -> bool:
    """Whether a "not" of an earlier part of the sentence would reach over what stands behind, which has its own."""
    denied = next((i for i in range(len(before) - 1, -1, -1) if before[i].sort is Sort.NEGATION), None)
    if denied is None or any(is_strong(before, i) for i in range(denied + 1, len(before))):
        return False
    parted = [i for i in range(denied, len(before)) if before[i].sort in {Sort.COMMA, Sort.AND}]
    facts = {Sort.CONCEPT, Sort.RESOURCE}
    return any(any(each.sort in facts for each in before[i:]) for i in parted)


def replaces(statement: Sequence[Item]) -> bool:
    """Whether a statement says "instead" without "of what": the words before it say that, and can't be left out."""
    return any(
        item.is_one("instead") and not (statement[index + 1 : index + 2] and statement[index + 1].is_one("of"))
        for index, item in enumerate(statement)
    )


_NARROWING, _WIDE = spoken(words.NARROWING), spoken(words.WIDE)


_SUMMED = spoken("total combined overall aggregate aggregated average cumulative summed")


def refuse_narrowing(sentence: Sequence[Item]) -> None:
    """Words that mean nothing to a rule elsewhere narrow it down right before the objects ("exposed pods"): whoever
    dropped them would check more, or other, than was said."""
    keyed = any(item.sort is Sort.CONCEPT and item.data.keyed for item in sentence)
    spoken_of = [
        item for item, after in pairwise(sentence) if item.sort is Sort.VALUE and after.is_one("must", "should", "may")
    ]
    if keyed and len(spoken_of) > 1:
        raise NotUnderstood(spoken_of[1].text)  # several keys, each with something else that is said of it
    beyond = next((i for i, item in enumerate(sentence) if item.sort in {Sort.OTHER_THAN, Sort.EXCEPT}), None)
    for place, (before, item) in enumerate(pairwise(sentence)):
        if keyed and item.sort is Sort.WORD and item.is_one("template"):
            raise NotUnderstood(f"{before.text} {item.text}")
        if before.is_one("by") and item.sort is Sort.CONCEPT and item.data.keyed:
            raise NotUnderstood(f"{before.text} {item.text}")
        if beyond is not None and place > beyond and before.sort is Sort.COMMA and item.is_one("which"):
            raise NotUnderstood("which …")  # a rule of its own for what is left out
        if item.sort is Sort.COMPARE and item.low.startswith("not ") and _denied_before(sentence[: place + 1]):
            raise NotUnderstood(
                f"{before.text} {item.text}"
            )  # "mustn't be over A, B not over C": denied once, not twice
        if before.is_one("other", "others", "rest") and item.is_one(
            "need", "needs", "must", "require", "requires", "should"
        ):
            raise NotUnderstood(f"{before.text} {item.text}")  # what all others owe is a rule of its own
        if before.is_one("by") and item.sort in {Sort.COMPARE, Sort.NUMBER} and _differs(sentence[:place]):
            raise NotUnderstood(f"{before.text} {item.text}")  # "larger than X by at least 2": a difference
        if item.is_one("those", "one") and before.sort in {Sort.AND, Sort.COMMA} and _others(sentence, place + 1):
            raise NotUnderstood(" ".join(each.text for each in sentence[place + 1 : place + 5]))
        if before.low in _LIVING and item.is_one("in", "within") and any(is_strong(sentence, i) for i in range(place)):
            raise NotUnderstood(f"{before.text} {item.text}")  # a place that is owed, and no scope
        if before.is_one("container") and item.is_one("named", "called") and not _excepting(sentence):
            raise NotUnderstood(f"{before.text} {item.text}")  # one of the containers alone
        if before.is_one("do", "does") and item.is_one("so") and place:
            raise NotUnderstood(f"{before.text} {item.text}")  # which of the things before?
        if before.is_one("count", "counts", "treated", "considered") and item.is_one("as"):
            raise NotUnderstood(f"{before.text} {item.text}")
        counted = item.sort is Sort.RESOURCE or (item.sort is Sort.CONCEPT and item.data.numeric)
        if before.low in _SUMMED and counted:
            raise NotUnderstood(f"{before.text} {item.text}")  # the sum over several containers
        if before.is_one("its", "their") and item.sort is Sort.CONCEPT and item.data.fact == "name":
            raise NotUnderstood(f"{before.text} {item.text}")  # the name of what?
        if before.sort is not Sort.WORD or not (item.sort is Sort.KIND or item.is_one("container", "workload", "pod")):
            continue
        if before.low in _NARROWING or (before.low.endswith("ed") and len(before.low) > 3 and before.low not in _WIDE):
            raise NotUnderstood(f"{before.text} {item.text}")
