"""What a prompt forbids or makes conditional beside its orders: kept when the plan keeps it anyway, else nothing is done.

Part of `grammar`; pure.
"""

import re
from collections.abc import Sequence
from typing import Any

from kora.language.changing.reading import ANYTHING
from kora.language.intents import Target, Unclear
from kora.language.lexer import Kind
from kora.language.sentences import Sentence
from kora.language.targets import Kinds, TargetReader
from kora.language.vocabulary import FILLERS

_GENERAL = FILLERS | {
    "change", "touch", "modify", "do", "make", "apply", "anything", "any", "changes", "else", "restart", "other",
}  # fmt: skip
_TELLING = frozenset({Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.FACTOR, Kind.IMAGE, Kind.ASSIGNMENT})
_LOOKING = frozenset({"inspect", "audit", "wait"})


def target_of(step: Any) -> Target | None:
    """What a step is about."""
    if step.intent == "create":
        return Target(kind=step.kind, names=(step.name,) if step.name else (), namespace=step.namespace)
    target = getattr(step, "target", None) or getattr(step, "service", None)
    return target if isinstance(target, Target) else None


_RUNS_ON = frozenset(
    {"set_metadata", "scale", "set_service", "expose", "pause", "autoscale", "resize", "set_schedule", "switch_traffic"}
)
"""Changes that renew no pod that runs."""
_PROPERTY: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("request", "requests"), (("set_resources", "requests"),)),
    **dict.fromkeys(("limit", "limits"), (("set_resources", "limits"),)),
    **dict.fromkeys(("replicas", "replica", "scale", "count"), (("scale", ""), ("autoscale", ""))),
    **dict.fromkeys(("image", "images", "version", "tag"), (("set_image", ""), ("roll_back", ""), ("canary", ""))),
    **dict.fromkeys(("label", "labels", "annotations", "annotation"), (("set_metadata", ""),)),
    **dict.fromkeys(("env", "environment", "variables"), (("set_env", ""), ("roll_back", ""))),
    **dict.fromkeys(("probe", "probes"), (("set_probe", ""), ("roll_back", ""))),
}
"""Words of properties → the intents and slots that would set them."""
_STAYING = frozenset(
    {"leave", "keep", "alone", "unchanged", "untouched", "is", "are", "as", "but", "and", "its", "their"}
)
_NO_RESTART = re.compile(r"\bwithout (?:any )?restart(?:ing|s)?\b[^.]*$", re.I)


def keeps_to(sentence: Sentence, steps: Sequence[Any]) -> bool:
    """Whether the steps keep to a statement anyway: "without restarting anything" beside a new label."""
    changes = [step for step in steps if step.intent not in _LOOKING]
    return bool(_NO_RESTART.match(sentence.clause.text)) and all(step.intent in _RUNS_ON for step in changes)


def hold_conditions(steps: Sequence[Any], conditional: Sequence[Sentence]) -> tuple[list[Unclear], list[str]]:
    """A condition or a time anywhere in a prompt that changes something: nobody would watch over it."""
    unclear: list[Unclear] = []
    notes: list[str] = []
    changes = any(step.intent not in _LOOKING for step in steps)
    for sentence in conditional:
        if changes or not steps or sentence.verb or sentence.guard:
            unclear.append(Unclear(
                text=sentence.clause.text, understood="an order with a condition or a time",
                question="Conditions and times are not carried out: nobody would watch over them. Ask for the change itself.",
            ))  # fmt: skip
        else:
            notes.append(f"only a condition: {sentence.clause.text}")
    return unclear, notes


def hold_prohibitions(
    steps: Sequence[Any], forbidden: Sequence[Sentence], kinds: Kinds, *, doubtful: bool
) -> tuple[list[Unclear], list[str]]:
    """A "don't" beside an order: kept when the plan keeps it anyway, else nothing is done at all.

    doubtful: whether something of the prompt is unclear already.
    """
    unclear: list[Unclear] = []
    notes: list[str] = []
    changes = [step for step in steps if step.intent not in _LOOKING]
    for sentence in forbidden:
        words = set(sentence.clause.words)
        general = not words - _GENERAL
        valued = any(token.kind in _TELLING for token in sentence.clause.tokens)
        if changes and valued:  # "never more than 400Mi": a bound that no step has read
            unclear.append(Unclear(
                text=sentence.clause.text, understood="an order and a bound",
                question="Say the bound as a part of the change, such as “with a memory limit of 400Mi”.",
            ))  # fmt: skip
            continue
        same = any(sentence.verb and sentence.verb in step.intent.replace("roll_back", "rollback") for step in changes)
        if _untouched(words, changes):
            notes.append(f"kept as it is: {sentence.clause.text}")
            continue
        if changes and words & _PROPERTY.keys() and not words - _GENERAL - _PROPERTY.keys() - _STAYING:
            unclear.append(Unclear(
                text=sentence.clause.text, understood="an order and a prohibition",
                question="What shall be changed could change that too. Say exactly what shall be set.",
            ))  # fmt: skip
            continue
        only_else = "else" in words or "other" in words
        if (
            changes
            and not only_else
            and not _spares(sentence, changes, kinds)
            and (general or same or sentence.verb in {"", "keep", "leave"})
        ):
            unclear.append(Unclear(
                text=sentence.clause.text, understood="an order and a prohibition",
                question="One part asks for a change and another forbids it. Which one counts?",
            ))  # fmt: skip
        else:
            notes.append(f"not done, as asked: {sentence.clause.text}")
    if forbidden and not steps and not unclear and not doubtful:
        unclear.append(Unclear(
            text=forbidden[0].clause.text, understood="something that shall not be done",
            question="Nothing was done, as asked. What shall be done or shown instead?",
        ))  # fmt: skip
    return unclear, notes


def _untouched(words: set[str], changes: Sequence[Any]) -> bool:
    """Whether a prohibition speaks of properties alone ("leave the request alone"), and no step sets one of them."""
    if any(step.intent == "fix" for step in changes):
        return False  # what a cure will change is not known yet
    said = {_PROPERTY[word] for word in words if word in _PROPERTY}
    rest = words - _GENERAL - _PROPERTY.keys() - _STAYING
    if not said or rest or not changes:
        return False
    given = {(step.intent, name) for step in changes for name in _set_slots(step)}
    return not any((intent, slot) in given for each in said for intent, slot in each)


def _set_slots(step: Any) -> set[str]:
    """The slots of a step that say something."""
    return {*step.model_dump(exclude_defaults=True), ""} | (
        {"requests", "limits"}
        if step.intent == "set_resources" and step.factor is not None and not step.where
        else set()
    )


def _spares(sentence: Sentence, changes: Sequence[Any], kinds: Kinds) -> bool:
    """Whether what shall not be touched is something else than what is changed: then the plan keeps it anyway."""
    clause = sentence.clause.fresh()
    clause.take_all(
        r"(?:touch|touching|change|changing|modify|modifying|affect|affecting|remove|removing|delete|deleting|restart|restarting|keep|leave|its|their)"
    )
    spared = TargetReader(kinds).read(clause, None, False)
    targets = [target for step in changes if (target := target_of(step)) is not None]
    if (
        set(clause.words) & ANYTHING
        or not spared
        or not targets
        or any(each.every or each.labels or each.where for each in targets)
    ):
        return False
    if any(not (each.names or each.phrase or each.kind) for each in spared):
        return False
    if any(each.kind in {"Pod", "ReplicaSet", "Job"} and not (each.names or each.phrase) for each in spared):
        return False  # what belongs to a workload goes where it goes
    if any(step.intent == "delete" and step.target.kind == "Namespace" for step in changes):
        return False
    changed = {word.lower() for each in targets for word in (*each.names, *(each.phrase or "").split())}
    changed_kinds = {each.kind for each in targets}
    return all(
        not changed & {word.lower() for word in (*each.names, *(each.phrase or "").split())}
        and (each.names or each.phrase or each.kind not in changed_kinds)
        for each in spared
    )
